"""Made-up nights: the same ones every time, and never among a person's own."""

from __future__ import annotations

import pytest

from skill.errors import JournalError
from skill.events import EVENT_FIELDS
from skill.journal.storage.store import Journal
from tests.journal.conftest import AT_THREE, a_night
from tests.journal.made_up_years import Years, made_up, seed_journal

FEW = Years(days=60, episodes=40, events=1200)


def test_they_are_the_same_every_time():
    assert list(made_up(AT_THREE, "d", FEW)) == list(made_up(AT_THREE, "d", FEW))


def test_they_are_rows_that_the_service_could_have_written():
    for event in made_up(AT_THREE, "d", FEW):
        assert set(event.data) <= set(EVENT_FIELDS[event.kind])


def test_as_many_as_asked_for(journal: Journal):
    rows = seed_journal(journal, AT_THREE, FEW)
    assert len(journal.episodes(include_false_starts=True)) == 40
    assert 1200 <= rows <= 1300


def test_not_into_a_journal_with_nights_of_its_own(journal: Journal):
    a_night(journal)
    with pytest.raises(JournalError, match="bare i en tom journal"):
        seed_journal(journal, AT_THREE, FEW)
    assert len(journal.episodes()) == 1
