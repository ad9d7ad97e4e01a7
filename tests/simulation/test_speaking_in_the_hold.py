"""Somebody speaks just when a calm word is due: a recording as microphone, the real ear, and the real dialogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from skill.commands.bedside.demo import make_parts
from skill.paths import prompts_dir
from skill.settings.values import Settings
from skill.simulation.night import Parts, PlayedNight, play_night
from skill.simulation.scenario import Scenario, load_scenarios
from tests.needs import needs_model

pytestmark = needs_model
FIRST_CALM_WORD_S = 8.0  # after the instruction's end
BETWEEN_S = 4.5


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    made = make_parts(tmp_path_factory.mktemp("night"), Settings())
    with made.rooms.journal:
        yield made


def told_after(wait_s: float) -> Scenario:
    """«det hjelper ikke» in the first hold, `wait_s` after its instruction."""
    [written] = [s for s in load_scenarios(prompts_dir() / "demo") if s.name == "does_not_help"]
    cry, denial, _ = written.turns
    turns = (cry, replace(denial, after="calf.B3", wait_s=wait_s))
    return replace(written, turns=turns, must_say=("calf.B2", "something_else", "calf.B6"), ends="silence")


def played(scenario: Scenario, parts: Parts) -> PlayedNight:
    return play_night(scenario, parts, datetime(2026, 11, 23, 2, tzinfo=UTC))


@pytest.mark.parametrize("before_s", [0.7, 0.4, 0.2, 0.1, 0.06])
def test_what_is_begun_before_a_calm_word_is_heard(parts: Parts, before_s: float) -> None:
    night = played(told_after(FIRST_CALM_WORD_S - before_s), parts)
    assert (night.missed, night.invented) == ((), ())
    assert night.said_keys[3:6] == ("something_else", "calf.B6", "calf.B3") or (
        night.said_keys[3].startswith("company_") and night.said_keys[4] == "something_else"
    )


def test_what_is_said_between_two_calm_words_is_heard_as_before(parts: Parts) -> None:
    night = played(told_after(FIRST_CALM_WORD_S - BETWEEN_S), parts)
    assert night.said_keys[3] == "something_else"


def test_the_end_of_the_hold_waits_for_the_answer(parts: Parts) -> None:
    night = played(told_after(20.0 - 0.4), parts)
    assert (night.missed, night.invented) == ((), ())
    assert "ask.better" not in night.said_keys[: night.said_keys.index("something_else")]
