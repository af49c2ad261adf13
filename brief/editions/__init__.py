"""Assembled HTML → the bytes of an edition."""
