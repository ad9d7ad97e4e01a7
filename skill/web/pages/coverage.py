"""Nights on which nobody listened, for the lists."""

from __future__ import annotations

from datetime import date

from skill.journal.figures.overview import hours_of, nights
from skill.web.site import site


def nights_without_data(first: date, last: date) -> frozenset[date]:
    """Nights of first..last (both included) on which the device was off or deaf: not nights without a cramp."""
    the_site = site()
    begun = the_site.journal.first_night()
    if begun is None or begun > last:
        return frozenset()  # before the first cramp that anybody told of, nothing is missing
    states = nights(
        the_site.journal, max(first, begun), last, the_site.now(), hours_of(the_site.settings.voice)
    )
    return frozenset(night for night, state in states.items() if state == "no_data")
