"""For every test: generated cases have no deadline, for how fast something is belongs to the benchmarks."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("krampevakt", deadline=None, print_blob=True)
settings.load_profile("krampevakt")
