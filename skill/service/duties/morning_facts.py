"""What the conversation of the morning has to know of the night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta, tzinfo

from skill.events import Record
from skill.journal.storage.store import Journal
from skill.service.clock import Clock

NIGHT = timedelta(hours=16)  # an episode this young is of the night that ends this morning
WEEK = timedelta(days=7)
FREQUENT = 3  # nights with a cramp within a week


class MorningFacts:
    """A witness: each time a conversation has ended, `remember` gets the facts."""

    def __init__(
        self, journal: Journal, clock: Clock, zone: tzinfo, remember: Callable[[frozenset[str]], None]
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._zone = zone
        self._remember = remember

    def saw(self, what: object) -> None:
        if isinstance(what, Record) and what.kind == "episode_ended":
            try:
                facts = self._facts()
            except Exception:  # the morning then asks what it asks after any night
                return
            self._remember(facts)

    def _facts(self) -> frozenset[str]:
        now, facts = self._clock.wall(), set()
        since = (now - NIGHT).astimezone(self._zone).date()
        for episode in self._journal.whole_episodes(since):
            if any(sign.number for sign in episode.danger_signs):
                facts.add("advised_last_night")
        week = (now - WEEK).astimezone(self._zone).date()
        if len({episode.night for episode in self._journal.episodes(week)}) >= FREQUENT:
            facts.add("frequent_cramps")
        return frozenset(facts)
