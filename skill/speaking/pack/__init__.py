"""Sentences that come spoken with the package: what lies there, and the voice that says them."""
