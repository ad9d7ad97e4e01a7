from __future__ import annotations

from pathlib import Path

import pytest

from skill.content.phrases import load_phrases
from skill.content.script_reading import load_script
from skill.errors import ContentError
from skill.paths import prompts_dir
from skill.simulation.clips import load_clips
from skill.simulation.scenario import Scenario, load_scenarios

DEMO = prompts_dir() / "demo"
SCENARIOS = load_scenarios(DEMO)


def test_there_are_twenty_different_nights() -> None:
    assert len(SCENARIOS) >= 20


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_a_scenario_speaks_of_texts_phrases_and_recordings_that_exist(scenario: Scenario) -> None:
    script = load_script(prompts_dir(), "nb")
    book = load_phrases(prompts_dir(), "nb")
    known = {phrase.text for phrase in book.phrases}
    keys = {*scenario.must_say, *scenario.never_say, *(t.after or t.during for t in scenario.turns)} - {""}
    assert keys <= set(script.texts)
    assert {turn.say for turn in scenario.turns} <= known
    clips = load_clips(DEMO / "clips", scenario.voice, {turn.say for turn in scenario.turns})
    assert all(len(clip) > 16_000 * 0.15 for clip in clips.values())


def test_a_missing_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="krampe_i_leggen"):
        load_clips(tmp_path, "kari", ["krampe i leggen"])


def test_a_scenario_that_lacks_something_is_named(tmp_path: Path) -> None:
    (tmp_path / "half.toml").write_text('title = "x"\nvoice = "kari"\n', "utf-8")
    with pytest.raises(ContentError, match=r"half\.toml mangler 'expect'"):
        load_scenarios(tmp_path)
