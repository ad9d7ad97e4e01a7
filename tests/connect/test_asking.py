"""What may be asked of the bed, and how an answer finds its question."""

from __future__ import annotations

import json

import pytest

from skill.connect.asking import LONGEST_TEXT, Ask, Asking, Outcome, outcome_line, read_ask, text_to_say


def test_a_text_may_have_letters_figures_and_plain_signs() -> None:
    assert text_to_say(" Sykepleieren kommer  kl. 3.\n") == "Sykepleieren kommer kl. 3."
    assert text_to_say("Åse er på vei – «straks»!") == "Åse er på vei – «straks»!"


@pytest.mark.parametrize(
    "text",
    ["", "   ", "...", "a" * (LONGEST_TEXT + 1), "<speak>hei</speak>", "hei\x07", "привет", "hei 🙂", "a/b"],
)
def test_anything_else_may_not(text: str) -> None:
    assert text_to_say(text) == ""


def test_a_question_is_read_as_it_was_written() -> None:
    assert read_ask(Ask("say", "Åse kommer").line().encode()) == Ask("say", "Åse kommer")


@pytest.mark.parametrize(
    "line", [b"", b"\xff", b"[]", b'"say"', b'{"ask": "restart"}', b'{"ask": "say", "text": 5}']
)
def test_what_is_no_question_is_none(line: bytes) -> None:
    assert read_ask(line) is None


class Answered:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.outcomes: list[Outcome] = []
        self.asking = Asking(self.lines.append)

    def ask(self, ask: Ask) -> None:
        self.asking.ask(ask, self.outcomes.append)


def test_an_answer_comes_to_its_question_and_once() -> None:
    made = Answered()
    made.ask(Ask("evening"))
    for _ in range(2):
        made.asking.take(outcome_line("evening", "done").encode())
    assert made.outcomes == ["done"]


def test_another_question_meanwhile_is_answered_at_once_and_asked_of_nobody() -> None:
    made = Answered()
    made.ask(Ask("say", "Åse kommer"))
    made.ask(Ask("say", "Per kommer"))
    assert made.outcomes == ["busy"]
    assert [json.loads(line)["text"] for line in made.lines] == ["Åse kommer"]
    made.asking.take(outcome_line("say", "done").encode())
    made.ask(Ask("evening"))
    assert len(made.lines) == 2


@pytest.mark.parametrize(
    "line", [b"Traceback\n", b'{"ask": "evening", "outcome": "done"}', b'{"ask": "say"}']
)
def test_a_line_that_is_no_answer_to_it_is_passed_over(line: bytes) -> None:
    made = Answered()
    made.ask(Ask("say", "Åse kommer"))
    made.asking.take(line)
    assert made.outcomes == []


def test_a_service_that_is_gone_says_nothing() -> None:
    def gone(_line: str) -> None:
        raise BrokenPipeError

    outcomes: list[Outcome] = []
    Asking(gone).ask(Ask("evening"), outcomes.append)
    assert outcomes == ["mute"]
