"""The whole dialogue at once: all words, all places, every kind of person. Takes long; prints as it goes.

    python -m tests.bench.prove [--at-most STATES] [--everywhere] [PERSON ...]

`--everywhere` lets any word be heard in any state, whatever the grammar: more than a recogniser can deliver.
"""

from __future__ import annotations

import argparse
import time

from tests.dialogue.explore import Trip
from tests.dialogue.world import PEOPLE, ears, never_ends, walk


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("people", nargs="*", default=list(PEOPLE), help=f"whose profile: {', '.join(PEOPLE)}")
    parser.add_argument("--at-most", type=int, default=None)
    parser.add_argument("--everywhere", action="store_true")
    wanted = parser.parse_args()
    broken = 0
    for name in wanted.people:
        began_s = time.process_time()
        hearing = ears(lambda _: True, everywhere=wanted.everywhere)
        found = walk(PEOPLE[name], hearing, Trip(at_most=wanted.at_most))
        circle = never_ends(found.by_itself)
        broken += len(found.broken) + bool(circle)
        print(
            f"{name:16} {found.states:9,} states {found.transitions:11,} steps "
            f"{time.process_time() - began_s:7.0f} s CPU  {len(found.broken)} broken, "
            f"{'a circle' if circle else 'all ends quietly'}"
        )
        print(found.report)
    return min(broken, 1)


if __name__ == "__main__":
    raise SystemExit(main())
