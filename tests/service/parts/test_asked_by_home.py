"""What the home network asks of the bed: only into quiet, only where it is allowed, in the person's voice."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable

import pytest

from skill.connect.asking import Ask
from skill.content.in_force import load_contents
from skill.events import Heard, Intent, Spoken
from skill.paths import prompts_dir
from skill.service.parts.announcer import Announcer
from skill.service.parts.asked_by_home import AskedByHome, live_while_said
from skill.service.parts.chosen import Chosen
from skill.settings.rules import Value, with_values
from skill.settings.values import Settings
from tests.service.typed import OSLO, TypedNight

COMES = Ask("say", "Sykepleieren kommer.")
ALLOWED: dict[str, Value] = {"connect.mqtt_say": True, "connect.mqtt_evening": True}


class Home:
    """A night by keyboard whose loop also does what other threads hand to it."""

    def __init__(self, night: TypedNight, **chosen: Value) -> None:
        self.night = night
        self.sounded_s = 0.0
        self._delivered: queue.Queue[object] = queue.Queue()
        settings = with_values(
            Settings(), {**ALLOWED, **{k.replace("__", "."): v for k, v in chosen.items()}}
        )
        announcer = Announcer(
            night.clock, OSLO, self._delivered.put, night.engine, night.health, night.loudspeaker
        )
        self.asked = AskedByHome(Chosen(settings, load_contents(prompts_dir(), "nb")), announcer)

    def ask(self, ask: Ask | bytes, meanwhile: Callable[[], None] = lambda: None) -> str | None:
        """The outcome. `meanwhile` is done once, while something is being said."""
        line, answers = ask if isinstance(ask, bytes) else ask.line().encode(), []
        asking = threading.Thread(target=lambda: answers.append(self.asked.answer(line)))
        asking.start()
        done = False
        while asking.is_alive():
            self._turn()
            if self.night.loudspeaker.playing and not done:
                done = True
                meanwhile()
        self._turn()
        return None if answers[0] is None else str(json.loads(answers[0])["outcome"])

    def _turn(self) -> None:
        try:
            what = self._delivered.get(timeout=0.01)
        except queue.Empty:
            self.sounded_s += 0.1 if self.night.loudspeaker.playing else 0.0
            self.night.wait(0.1)
            return
        if isinstance(what, Spoken):
            self.night.engine.handle(what)
        else:
            assert callable(what)
            what()


def test_a_text_is_said_to_its_end_while_calls_for_help_are_heard(night: TypedNight) -> None:
    home = Home(night)
    grammars: list[str] = []
    assert home.ask(COMES, lambda: grammars.append(night.ears.grammar)) == "done"
    assert grammars == ["speaking"]
    assert night.ears.grammar == "idle"
    assert night.engine.quiet


def test_it_is_said_in_the_voice_that_the_person_chose(night: TypedNight) -> None:
    usual, slow = Home(night), Home(night, voice__rate_wpm=80)
    assert usual.ask(COMES) == slow.ask(COMES) == "done"
    assert slow.sounded_s > 1.2 * usual.sounded_s


def test_nothing_is_said_over_somebody_in_cramp_and_no_stretches_begin(night: TypedNight) -> None:
    home = Home(night)
    night.say("krampe i leggen")
    night.wait(1)
    before = night.engine.state
    assert home.ask(COMES) == "busy"
    assert home.ask(Ask("evening")) == "busy"
    assert night.engine.state.protocol == before.protocol == "calf"


def test_nor_in_a_pause_of_the_conversation(night: TypedNight) -> None:
    home = Home(night)
    night.say("krampe i leggen")
    night.wait_until_said("calf.B3")
    assert not night.engine.speaking
    assert home.ask(COMES) == "busy"


def test_a_call_for_help_breaks_it_off_and_is_answered(night: TypedNight) -> None:
    home = Home(night)

    def cries() -> None:
        night.engine.handle(Heard(Intent("help"), "hjelp", "speaking", night.clock.now_s()))

    assert home.ask(COMES, cries) == "broken_off"
    assert not night.engine.quiet


def test_the_evening_s_stretches_begin(night: TypedNight) -> None:
    assert Home(night).ask(Ask("evening")) == "done"
    assert not night.engine.quiet
    assert night.seen.said[0] == "ask.evening_ready"


def test_each_needs_its_own_setting(night: TypedNight) -> None:
    assert Home(night, connect__mqtt_say=False).ask(COMES) == "not_allowed"
    assert Home(night, connect__mqtt_evening=False).ask(Ask("evening")) == "not_allowed"
    assert night.engine.quiet


@pytest.mark.parametrize("text", ["<b>hei</b>", "a" * 500, "", "Stopp!", "Hun får ikke puste."])
def test_a_text_that_the_bed_would_answer_itself_or_of_other_letters_is_refused(
    night: TypedNight, text: str
) -> None:
    home = Home(night)
    assert home.ask(Ask("say", text)) == "unsayable"
    assert home.sounded_s == 0


def test_a_line_that_is_no_question_gets_no_answer(night: TypedNight) -> None:
    assert Home(night).ask(b"Traceback (most recent call last):") is None


def test_of_a_text_with_the_word_help_that_word_is_not_heard_meanwhile() -> None:
    book = load_contents(prompts_dir(), "nb").book
    assert live_while_said("Sykepleieren kommer.", book) == "speaking"
    assert live_while_said("Hjelpen er på vei.", book) == "speaking_help"
    assert live_while_said("Vi kommer, ikke stopp!", book) is None
