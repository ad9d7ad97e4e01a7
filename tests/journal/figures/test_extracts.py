"""What is kept of each episode for the doctor's page is what a fold of the whole episode would give."""

from __future__ import annotations

from datetime import timedelta

from skill.journal.figures.extracts import ExtractCache, extract_of
from skill.journal.storage.store import Journal
from tests.journal.conftest import AT_THREE, a_night, many_nights


def told(journal: Journal, kept: ExtractCache):
    return kept.of(journal, journal.episodes())


def test_leaving_rows_out_loses_nothing_that_the_doctor_reads(journal: Journal):
    many_nights(journal, 60)
    uuid = a_night(journal)
    journal.append("danger_sign", {"sign": "T6", "advice": "adv", "number": "113"}, uuid, AT_THREE)
    journal.append("morning_answer", {"question": "triggers", "answer": "heat new_shoes"}, uuid, AT_THREE)
    journal.append("morning_answer", {"question": "stretched_evening", "answer": "yes"}, uuid, AT_THREE)
    journal.append("annotated", {"text": "Gikk mye.", "by": "person"}, uuid, AT_THREE)
    found = told(journal, ExtractCache())
    assert found == tuple(extract_of(episode) for episode in journal.each_episode())
    assert any(
        each.red_flags and each.fell and each.triggers and each.stretched and each.notes for each in found
    )


def test_what_is_kept_is_not_read_again(journal: Journal):
    kept, uuid = ExtractCache(), a_night(journal)
    summaries = journal.episodes()
    before = kept.of(journal, summaries)
    journal.append("annotated", {"text": "Nytt.", "by": "person"}, uuid, AT_THREE)
    assert kept.of(journal, summaries) == before  # as it was when that summary was made


def test_a_change_is_seen_at_once(journal: Journal):
    kept, uuid = ExtractCache(), a_night(journal)
    assert told(journal, kept)[0].notes == ()
    journal.append("annotated", {"text": "Nytt.", "by": "person"}, uuid, AT_THREE)
    assert [note.text for note in told(journal, kept)[0].notes] == ["Nytt."]


def test_it_never_keeps_more_than_it_may_and_still_answers_for_all(journal: Journal):
    kept = ExtractCache(most=3)
    for day in range(6):
        a_night(journal, AT_THREE + timedelta(days=day))
    nights = [each.night for each in told(journal, kept)]
    assert nights == [episode.night for episode in journal.episodes()]
    assert len(kept) == 3


def test_what_lay_there_before_is_forgotten(journal: Journal):
    kept, uuid = ExtractCache(), a_night(journal)
    summaries = journal.episodes()
    kept.of(journal, summaries)
    journal.append("annotated", {"text": "Nytt.", "by": "person"}, uuid, AT_THREE)
    kept.forget()
    assert len(kept.of(journal, summaries)[0].notes) == 1
