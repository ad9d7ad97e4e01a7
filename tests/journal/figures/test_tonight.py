"""What a conversation is told of the night and of earlier ones."""

from __future__ import annotations

from datetime import timedelta

from skill.journal.figures.tonight import Tonight, read_tonight
from skill.journal.storage.store import Journal
from tests.journal.conftest import AT_THREE, OSLO, a_night

MORNING = AT_THREE + timedelta(hours=4)


def turns(found: Tonight) -> set[str]:
    return {fact for fact in found.facts if fact.startswith("morning_")}


def test_a_journal_without_nights_says_nothing_but_whose_turn_it_is(journal: Journal) -> None:
    found = read_tonight(journal, MORNING, OSLO)
    assert found.facts == turns(found)
    assert (found.place, found.rung) == ("", "")


def test_the_morning_after_a_cramp(journal: Journal) -> None:
    a_night(journal)
    found = read_tonight(journal, MORNING, OSLO)
    assert found.facts - turns(found) == {"cramp_tonight", "clot_answered", "soreness_told"}
    assert (found.place, found.protocol, found.rung) == ("calf", "calf", "B2")


def test_the_next_morning_knows_nothing_of_it_but_what_helped(journal: Journal) -> None:
    a_night(journal)
    found = read_tonight(journal, MORNING + timedelta(days=1), OSLO)
    assert found.facts == turns(found)
    assert found.rung == "B2"


def test_advice_of_the_night_is_known(journal: Journal) -> None:
    uuid = a_night(journal)
    journal.append("danger_sign", {"sign": "T2", "advice": "adv", "number": "116117"}, uuid, AT_THREE)
    assert "advised_last_night" in read_tonight(journal, MORNING, OSLO).facts


def test_three_nights_within_a_week_are_frequent(journal: Journal) -> None:
    for days in (0, 2, 4):
        a_night(journal, AT_THREE - timedelta(days=days))
    assert "frequent_cramps" in read_tonight(journal, MORNING, OSLO).facts


def test_the_turn_goes_round_over_the_mornings(journal: Journal) -> None:
    seen = [turns(read_tonight(journal, MORNING + timedelta(days=day), OSLO)) for day in range(4)]
    assert len({frozenset(turn) for turn in seen}) == 4


def test_what_helped_last_counts(journal: Journal) -> None:
    a_night(journal, AT_THREE - timedelta(days=2), place="foot")
    a_night(journal)
    assert read_tonight(journal, MORNING, OSLO).place == "calf"
