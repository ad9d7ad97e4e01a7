"""Sentences drawn from the templates."""

from __future__ import annotations

from pathlib import Path

from skill.wyoming_server.closed_intents import ClosedSentences, closed, read_intents
from skill.wyoming_server.sampling import SentenceSampler
from tests.wyoming_server.conftest import HOME


def test_every_drawn_sentence_is_one_of_the_templates(templates_file: Path) -> None:
    whole = closed(read_intents(templates_file), HOME)
    drawn = [text for _, text in SentenceSampler(whole, "a").draw(50)]
    known = ClosedSentences(whole)
    assert len(drawn) > 50 and all(known.holds(text) for text in drawn)
    assert {"krampe i leggen", "tenn lampa", "lås døra", "det er nå bedre"} <= set(drawn)


def test_none_twice_words_only_and_the_same_for_the_same_seed(templates_file: Path) -> None:
    whole = closed(read_intents(templates_file), HOME)
    drawn = list(SentenceSampler(whole, "a").draw(20))
    assert len({text for _, text in drawn}) == len(drawn) == len(list(SentenceSampler(whole, "a").draw(20)))
    assert all(text.replace(" ", "").isalpha() for _, text in drawn)
