"""Signing in by a provider of OpenID Connect: authorization code flow with PKCE."""
