"""Recognisers are made when they are wanted, and made anew when they have grown."""

from __future__ import annotations

from skill.content.phrases import PhraseBook
from skill.hearing.recognise.grammar import Grammar, build_grammar
from skill.hearing.recognise.recogniser import VoskModel
from skill.hearing.recognise.recognisers import GROWN_S, Recognisers
from tests.hearing.speech import pause, speech


def recognisers(model: VoskModel, book: PhraseBook, *names: str) -> Recognisers:
    return Recognisers(model, {name: build_grammar(book.live(name), model) for name in names})


def test_a_phrase_is_decoded_the_same_by_an_old_one_and_a_new_one(model: VoskModel, book: PhraseBook) -> None:
    made = recognisers(model, book, "idle")
    words = []
    for _ in range(3):
        assert made.feed("idle", speech("krampe i leggen").tobytes()) > 0.3
        words.append(made.finish("idle"))
        made.feed("idle", pause(GROWN_S).tobytes())
        made.finish("idle")
        made.tidy("idle")
    assert "krampe_i_leggen" in words[0] and len(set(words)) == 1


def test_what_has_grown_or_is_no_longer_needed_is_let_go_of(model: VoskModel, book: PhraseBook) -> None:
    made = recognisers(model, book, "idle", "hold")
    idle, hold = made.prepare("idle"), made.prepare("hold")
    assert made.tidy("idle") and not made.tidy("idle")
    assert made.prepare("idle") is idle and made.prepare("hold") is not hold
    made.feed("idle", pause(GROWN_S).tobytes())
    made.finish("idle")
    assert made.prepare("idle") is idle  # never in the middle of anything
    made.tidy("idle")
    assert made.prepare("idle") is not idle


def test_a_grammar_without_entries_hears_nothing(model: VoskModel) -> None:
    made = Recognisers(model, {"none": Grammar((), (), 0)})
    assert made.feed("none", speech("stopp").tobytes()) == 0.0
    assert made.finish("none") == ""
