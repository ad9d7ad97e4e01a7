"""The engine carries the dialogue's effects out, in order, on real parts."""

from __future__ import annotations

from pathlib import Path

from skill.events import Heard, Record, Say, StopSpeaking, Unclear
from tests.service.typed import TypedNight


def test_a_cry_is_written_down_before_the_first_word_is_spoken(night: TypedNight) -> None:
    night.say("krampe i leggen")
    kinds = [type(what).__name__ for what in night.seen.all]
    records = (
        i for i, w in enumerate(night.seen.all) if isinstance(w, Record) and w.kind == "episode_started"
    )
    assert next(records) < kinds.index("Say")
    assert len(night.journal.open_episodes()) == 1


def test_while_it_speaks_only_the_grammar_of_the_sentence_is_live_and_afterwards_the_state_s_own(
    night: TypedNight,
) -> None:
    night.say("krampe i leggen")
    assert (night.ears.grammar, night.ears.own_voice_playing) == ("speaking", True)
    night.wait_until_said("calf.B3")
    assert (night.ears.grammar, night.ears.own_voice_playing) == ("hold", False)


def test_a_whole_good_night_ends_relieved(night: TypedNight) -> None:
    night.say("krampe i leggen")
    night.wait_until_said("ask.better")
    night.say("ja")
    night.wait(60)
    (episode,) = night.journal.episodes()
    assert episode.ended_reason == "relieved"
    assert night.engine.quiet


def test_stop_is_silence_at_once(night: TypedNight) -> None:
    night.say("krampe i leggen")
    night.wait(0.5)
    assert night.loudspeaker.playing
    night.say("stopp")
    night.wait(0.1)
    assert not night.loudspeaker.playing
    assert any(isinstance(what, StopSpeaking) for what in night.seen.all)


def test_the_late_end_of_a_replaced_sentence_does_not_move_the_dialogue(night: TypedNight) -> None:
    night.say("krampe i leggen")
    night.wait(0.3)
    before = night.engine.state.say_id
    night.say("vondt i brystet")  # replaces what is being said
    assert night.engine.state.say_id > before
    night.wait(0.1)
    assert night.loudspeaker.playing
    assert "danger.113" in night.seen.said


def test_an_announcement_is_made_only_in_quiet_and_does_not_reach_the_dialogue(night: TypedNight) -> None:
    assert night.engine.announce(lambda i: night.mouth.say(Say(i, ("here",))))
    assert not night.engine.quiet
    assert not night.engine.announce(lambda i: night.mouth.say(Say(i, ("here",))))
    night.wait(5)
    assert night.engine.quiet
    assert night.ears.grammar == "idle"
    assert night.seen.all == []


def test_no_announcement_in_the_middle_of_a_conversation(night: TypedNight) -> None:
    night.say("krampe i leggen")
    night.wait_until_said("calf.B3")
    assert not night.engine.announce(lambda i: night.mouth.say(Say(i, ("here",))))


def test_a_microphone_test_takes_what_is_heard_and_nothing_is_acted_on(night: TypedNight) -> None:
    taken: list[Heard | Unclear] = []
    assert night.engine.divert("hold", taken.append)
    night.say("neste")
    night.say("blablabla")
    assert [type(event).__name__ for event in taken] == ["Heard", "Unclear"]
    assert night.seen.all == []
    night.engine.end_divert()
    assert night.ears.grammar == "idle"


def test_an_alarm_phrase_ends_a_microphone_test_and_gets_its_help(night: TypedNight) -> None:
    night.engine.divert("hold", lambda _: None)
    night.say("vondt i brystet")
    assert "danger.113" in night.seen.said


def test_without_any_sound_for_a_sentence_the_night_goes_on_and_the_fault_is_told(tmp_path: Path) -> None:
    night = TypedNight(tmp_path, tmp_path / "no sounds", dumb=True)
    night.say("krampe i leggen")
    night.wait(120)
    assert {fault.source for fault in night.faults} == {"voice"}
    assert night.journal.episodes()[0].ended_reason == "silence"
