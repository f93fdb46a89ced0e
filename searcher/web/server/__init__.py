"""Connections: how they are accepted, encrypted and bounded; below any application."""
