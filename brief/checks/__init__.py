"""Finished files go in, findings come out; nothing here knows what wrote the files."""
