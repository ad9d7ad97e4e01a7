"""A small home: its «rooms» are words of which there are recordings, so real speech can be heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.paths import models_dir
from skill.wyoming_server.closed_intents import read_intents
from skill.wyoming_server.command_ears import CommandEars
from skill.wyoming_server.home_file import Home
from skill.wyoming_server.home_folder import build_home

HOME = Home(areas=("leggen", "foten"), names={"light": ("lampa",), "lock": ("døra",)})
TEMPLATES = """
language: nb
skip_words: [takk]
expansion_rules:
  i: "(i|på)"
lists:
  minutes: {range: {from: 1, to: 60}}
  degrees: {range: {type: temperature, from: 0, to: 30, fractions: halves}}
  anything: {wildcard: true}
intents:
  Hurts:
    data:
      - sentences: ["[jeg har ]krampe <i> {area}"]
  Better:
    data:
      - sentences: ["det er bedre", "det er (bedre;nå)"]
  TurnOn:
    data:
      - sentences: ["tenn {name}", "tenn {name} om {minutes} minutt[er]", "tenn {anything}"]
        requires_context: {domain: [light]}
  Lock:
    data:
      - sentences: ["lås {name}"]
        requires_context: {domain: [lock]}
  Upstairs:
    data:
      - sentences: ["lyset i {floor} etasje"]
  Warmth:
    data:
      - sentences: ["sett varmen til {degrees}( grader|°)"]
        requires_context: {area: {slot: true}}
"""


@pytest.fixture(scope="session")
def templates_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("templates") / "nb.yaml"
    file.write_text(TEMPLATES, "utf-8")
    return file


@pytest.fixture(scope="session")
def home_folder(templates_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = models_dir() / "nb"
    if not (base / "am/final.mdl").is_file():
        pytest.skip("models/nb holds no acoustic model here")
    out = tmp_path_factory.mktemp("home") / "model"
    build_home(read_intents(templates_file), HOME, None, base, out)
    return out


@pytest.fixture(scope="session")
def ears(home_folder: Path) -> CommandEars:
    return CommandEars(home_folder, models_dir() / "second_ear")
