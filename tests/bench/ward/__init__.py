"""Benchmarks of a ward."""
