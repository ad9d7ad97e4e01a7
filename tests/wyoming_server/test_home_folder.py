"""Building the folder, and both ears on recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skill.audio.samples import Samples
from skill.errors import ModelError
from skill.model.folder import model_faults
from skill.paths import models_dir, prompts_dir
from skill.simulation.clips import load_clips
from skill.wyoming_server.closed_intents import read_intents
from skill.wyoming_server.command_ears import CommandEars
from skill.wyoming_server.home_file import Home
from skill.wyoming_server.home_folder import build_home, read_home_folder
from tests.needs import needs_model

pytestmark = needs_model


def clip(voice: str, text: str) -> Samples:
    return load_clips(prompts_dir() / "demo/clips", voice, [text])[text]


@pytest.mark.parametrize(("voice", "text"), [
    ("kari", "krampe i leggen"), ("einar", "krampe i leggen"), ("olav", "jeg har krampe i leggen"),
    ("solveig", "krampe i foten"), ("olav", "det er bedre"),
])  # fmt: skip
def test_a_sentence_comes_out_as_it_was_said(ears: CommandEars, voice: str, text: str) -> None:
    assert ears.understand(clip(voice, text)).text == text


@pytest.mark.parametrize(("voice", "text"), [
    ("solveig", "vondt i brystet"), ("olav", "krampe i magen"), ("solveig", "jeg ringer"), ("kari", "neste"),
])  # fmt: skip
def test_what_is_no_sentence_gives_nothing(ears: CommandEars, voice: str, text: str) -> None:
    assert ears.understand(clip(voice, text)).text == ""


def test_silence_noise_and_half_a_minute_give_nothing(ears: CommandEars) -> None:
    noise = np.random.default_rng(1).normal(0, 2000, 48_000).astype(np.int16)
    for samples in (
        np.zeros(0, np.int16),
        np.zeros(32_000, np.int16),
        noise,
        np.zeros(16_000 * 30, np.int16),
    ):
        assert ears.understand(samples).text == ""


def test_the_folder_is_a_whole_model_whose_names_the_second_ear_knows(
    templates_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    home = Home(areas=("leggen",), names={"light": ("kvisperen",)}, pronunciations={"leggen": ("l e g ə n",)})
    report = build_home(read_intents(templates_file), home, Path("home.toml"), models_dir() / "nb", out)
    lexicon = (out / "lexicon.tsv").read_text("utf-8")
    assert model_faults(out) == [] and "kvisperen" in {each.word for each in report.guessed}
    assert lexicon.startswith("leggen\tl e g ə n\t") and "\nkvisperen\t" in lexicon
    assert any("kvisperen" in sentence for sentence in read_home_folder(out)[1])


def test_a_name_that_nobody_can_say_brings_the_line_to_add(templates_file: Path, tmp_path: Path) -> None:
    home = Home(names={"light": ("ωψ",)})
    with pytest.raises(ModelError, match=r'home.toml .*\[pronunciations\]: "ωψ" = '):
        build_home(
            read_intents(templates_file), home, Path("home.toml"), models_dir() / "nb", tmp_path / "out"
        )
    assert not (tmp_path / "out").exists()


def test_a_sound_that_the_model_lacks_is_named_with_those_it_has(
    templates_file: Path, tmp_path: Path
) -> None:
    home = Home(areas=("leggen",), pronunciations={"leggen": ("l ɛ",)})
    with pytest.raises(ModelError, match=r"«ɛ».*ɑː"):
        build_home(
            read_intents(templates_file), home, Path("home.toml"), models_dir() / "nb", tmp_path / "out"
        )


def test_a_name_of_a_domain_that_no_sentence_has_is_told(templates_file: Path, tmp_path: Path) -> None:
    home = Home(areas=("leggen",), names={"vacuum": ("støvsugeren",)})
    with pytest.raises(ModelError, match="støvsugeren"):
        build_home(read_intents(templates_file), home, None, models_dir() / "nb", tmp_path / "out")


def test_another_model_folder_is_refused() -> None:
    with pytest.raises(ModelError, match="--intents"):
        CommandEars(models_dir() / "nb", models_dir() / "second_ear")
