"""Telling others, in a process of its own: the night never waits for it, and nothing below knows it."""
