"""For every test: generated cases have no deadline (how fast something is belongs to the benchmarks), and the terminal
speaks bokmål, whatever language the machine that runs the tests is set to."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("krampevakt", deadline=None, print_blob=True)
settings.load_profile("krampevakt")

os.environ["LC_ALL"] = "C.UTF-8"  # for the programs that tests start, too
