from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from skill.messages.message import Message
from skill.settings.values import Privacy
from tests.service.typed import TypedNight


def heard_phrases(night: TypedNight) -> list[str]:
    (episode,) = night.journal.episodes()
    return [event.text("phrase") for event in night.journal.events(episode.uuid) if event.kind == "heard"]


def test_without_consent_no_words_are_kept(night: TypedNight) -> None:
    night.say("krampe i leggen")
    night.wait(8)
    night.say("neste")
    assert set(heard_phrases(night)) == {""}


def test_with_consent_the_words_are_kept(night: TypedNight) -> None:
    night.settings = replace(night.settings, privacy=Privacy(keep_transcripts=True))
    night.say("krampe i leggen")
    assert heard_phrases(night) == ["krampe i leggen"]


def test_an_episode_knows_what_was_running(night: TypedNight) -> None:
    night.say("krampe i leggen")
    (summary,) = night.journal.episodes()
    episode = night.journal.episode(summary.uuid)
    assert (episode.app, episode.content, episode.model) == ("1", "c", "m")


def test_events_of_the_device_belong_to_no_episode(night: TypedNight) -> None:
    night.say("krampe i leggen")
    night.scribe.record("deaf_from", {"source": "microphone", "sentence": "borte"})
    assert [event.kind for event in night.journal.device_events()] == ["deaf_from"]


def test_what_was_told_can_be_read_in_any_language(night: TypedNight) -> None:
    gone = Message("hearing.microphone_gives_no_sound", name="USB")
    lost = Message("hearing.microphone_lost", what=gone)
    night.scribe.record("fault", {"source": "microphone", "severity": "deaf", "sentence": lost})
    (row,) = night.journal.device_events()
    assert row.text("sentence") == lost
    assert isinstance(row.sentence, Message)
    assert row.sentence.in_language("en") == lost.in_language("en")


@pytest.mark.parametrize(
    "stored", ["", "{", "3", '{"key": "of.another_version", "values": {}}', '{"key": 3}']
)
def test_a_row_without_a_message_that_is_known_is_read_as_it_stands(night: TypedNight, stored: str) -> None:
    """Rows of 0.1 have none; a later version may know others."""
    told = {"source": "microphone", "severity": "deaf", "sentence": "Borte.", "message": stored}
    night.scribe.record("fault", told)
    (row,) = night.journal.device_events()
    assert row.sentence == "Borte."


def test_after_an_episode_what_is_told_in_the_morning_still_belongs_to_it(night: TypedNight) -> None:
    night.say("krampe i leggen")
    night.wait(0.2)
    night.say("stopp")
    night.wait(120)
    assert night.scribe.episode is None
    night.scribe.record("morning_answer", {"question": "sleep_disturbance", "answer": "7"})
    (episode,) = night.journal.episodes()
    assert night.journal.episode(episode.uuid).sleep_disturbance == 7


def test_what_is_of_the_device_bears_the_clock_as_it_is_also_when_it_was_set_in_the_middle(
    night: TypedNight,
) -> None:
    night.say("krampe i leggen")
    night.clock.jump_wall(timedelta(days=18))
    night.scribe.record("service_stopped", {"reason": "asked"})
    assert night.journal.device_events()[-1].at == night.clock.wall()


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(hours=-5), timedelta(days=-20_000)])
def test_a_clock_that_is_set_in_the_middle_stretches_no_episode(night: TypedNight, jump: timedelta) -> None:
    night.say("krampe i leggen")
    night.wait(20)
    night.clock.jump_wall(jump)
    night.say("det gikk over")
    night.wait(120)
    (episode,) = night.journal.episodes()
    assert episode.duration_s is not None
    assert 20 <= episode.duration_s < 150


def test_a_journal_that_fails_is_told_of_once_and_never_stops_the_night(night: TypedNight) -> None:
    night.journal.close()
    night.journal.where.unlink()  # type: ignore[union-attr]
    night.journal.where.mkdir()  # type: ignore[union-attr]
    night.say("krampe i leggen")
    night.wait_until_said("calf.B3")
    assert [fault.source for fault in night.faults] == ["journal"]
