"""The recipes of .github/CONTRIBUTING.md, followed step by step on a copy of prompts/."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from skill.content.check.check import check
from skill.content.phrases import load_phrases
from skill.content.script_reading import load_script
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.machine import step
from skill.dialogue.state import initial
from skill.errors import ContentError
from skill.events import Heard, Intent, Say
from skill.paths import models_dir, prompts_dir

ROOT = Path(__file__).parents[2]
RECIPES = (ROOT / ".github/CONTRIBUTING.md").read_text("utf-8")


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    return Path(shutil.copytree(prompts_dir(), tmp_path / "prompts"))


def problems(prompts: Path) -> list[str]:
    return [str(problem) for problem in check(prompts, models_dir() / "nb").errors]


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def test_every_file_that_a_recipe_names_is_there() -> None:
    named = set(re.findall(r"`((?:skill|prompts|tests|models)/[\w./<>-]+)`", RECIPES))
    missing = {name for name in named if "<" not in name and not (ROOT / name).exists()}
    assert missing == set()


def test_add_a_phrase(prompts: Path) -> None:
    append(
        prompts / "nb/phrases/start.toml",
        '\n[[group]]\nintent = "cramp:calf"\nmark = "G"\nphrases = ["leggen har låst seg helt"]\n',
    )
    assert problems(prompts) == []
    assert any(p.text == "leggen har låst seg helt" for p in load_phrases(prompts, "nb").live("idle"))


def test_a_phrase_with_a_word_that_the_model_lacks_is_named(prompts: Path) -> None:
    append(
        prompts / "nb/phrases/start.toml",
        '\n[[group]]\nintent = "cramp:calf"\nmark = "G"\nphrases = ["leggen er kvaxlig"]\n',
    )
    assert any("start.toml" in found and "kvaxlig" in found for found in problems(prompts))


def test_add_a_place_and_its_protocol(prompts: Path) -> None:
    new = (prompts / "protocols/shin.toml").read_text("utf-8")
    new = (
        new.replace('serves = ["shin", "front"]', 'serves = ["heel"]')
        .replace("B10", "X1")
        .replace("toes_down", "heel")
    )
    (prompts / "protocols/heel.toml").write_text(new, "utf-8")
    intents = (prompts / "intents.toml").read_text("utf-8")
    for kind in ("cramp", "place"):
        intents = re.sub(rf"(\[{kind}\]\n(?:.*\n)*?values = \[)", r'\1"heel", ', intents, count=1)
    (prompts / "intents.toml").write_text(intents, "utf-8")
    append(
        prompts / "nb/phrases/start.toml",
        '\n[[group]]\nintent = "cramp:heel"\nmark = "G"\nphrases = ["krampe i hælen"]\n',
    )
    script = load_script(prompts, "nb")
    assert script.protocol_for("heel").id == "heel"
    _, effects = step(initial(), Heard(Intent("cramp", "heel"), "", "idle", 0.0), script, Capabilities())
    assert any(isinstance(e, Say) and "heel.X1" in e.keys for e in effects)


def test_a_danger_sign_without_a_number_is_refused(prompts: Path) -> None:
    append(prompts / "dangers.toml", '\n[dangers.NEW]\nsay = ["113"]\nafter = "go_on"\n')
    with pytest.raises(ContentError, match=r"dangers\.toml:\d+: .*number"):
        load_script(prompts, "nb")
