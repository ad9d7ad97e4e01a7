"""Evenings with stretching, from what the device led and from what was told. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from skill.journal.episode import Event
from skill.journal.figures.extracts import EpisodeExtract
from skill.journal.times import night_of, zone_of

EVENING = "evening"


def stretched_nights(extracts: Sequence[EpisodeExtract], routines: Sequence[Event]) -> Mapping[date, bool]:
    """Night → whether its evening had stretching; a night about which nothing is known isn't there.

    An evening counts once, whether the device led the stretching or the person told of it.
    """
    found: dict[date, bool] = {}
    for each in extracts:
        if each.stretched:
            found[each.night] = found.get(each.night, False) or each.stretched == "yes"
    for event in routines:
        night = night_of(event.at.astimezone(zone_of(event.zone)))
        found[night] = found.get(night, False) or event.text("outcome") == "done"
    return found
