"""Reads the token by which a provider says who somebody is: signed by it, for this server and this sign-in."""

from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from photoseek.searcher.web.access.oidc.client import Client

# With public keys alone: by HS256 the signing key would be one that everybody may read, and `none` signs nothing.
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
]
_LEEWAY_S = 60  # by which the two clocks may differ


def claims_in(
    token: str, keys: KeySet, client: Client, nonce: str, access_token: str | None
) -> dict[str, Any]:
    """Return what a token says. Raises joserfc's JoseError for one that is not to be believed."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    read = jwt.decode(token, keys, registry=registry)
    claims = CodeIDToken(
        read.claims,
        read.header,
        {
            "iss": {"essential": True, "value": client.issuer},
            "sub": {"essential": True},
            "aud": {"essential": True, "value": client.client_id},
            "exp": {"essential": True},
        },
        {"nonce": nonce, "client_id": client.client_id, "access_token": access_token},
    )
    claims.validate(leeway=_LEEWAY_S)
    return dict(claims)
