"""Lines of documents and containers that install: the extras are ours, and the Containerfile's run as written."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from skill.commands.machine.ward import person, serve
from tests.packaging.test_containerfile import all_of
from tests.packaging.test_debian_package import small_wheel

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / ".github/packaging"
DOCUMENTS = sorted(
    each
    for folder in (ROOT, ROOT / ".github", *sorted((ROOT / "skill").glob("*/")))
    for each in folder.glob("*.md")
)


def extras() -> set[str]:
    return set(
        tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    )


def test_each_extra_that_a_line_names_is_one_of_ours() -> None:
    told = [
        text.read_text("utf-8") for text in (*DOCUMENTS, *(f for f in PACKAGING.iterdir() if f.is_file()))
    ]
    named = [
        name
        for text in told
        for found in re.findall(r"(?:krampevakt(?:-\*\.whl\))?|'\.)\[([a-z,]+)\]", text)
        for name in found.split(",")
    ]
    assert {"connect", "ward", "wyoming", "test"} <= set(named) <= extras()


def test_the_containerfile_installs_the_wheel_as_it_is_written(tmp_path: Path) -> None:
    (script,) = (words for words in all_of("RUN") if "krampevakt" in words)
    lines = (
        script.split("&& useradd")[0]
        .replace("/opt/", f"{tmp_path}/opt/")
        .replace("/tmp/krampevakt", f"{tmp_path}/krampevakt")
    )
    small_wheel(tmp_path)
    subprocess.run(
        ["sh", "-e", "-c", lines], check=True, capture_output=True, env=os.environ | {"PIP_NO_INDEX": "1"}
    )
    assert not list(tmp_path.glob("*.whl"))
    said = subprocess.run(
        [tmp_path / "opt/krampevakt/bin/krampevakt"], capture_output=True, text=True, check=True
    )
    assert said.stdout == "krampevakt\n"


@pytest.mark.parametrize("name", ["Containerfile", "ward.yaml"])
def test_each_variable_of_ours_is_one_that_the_program_reads(name: str) -> None:
    code = "".join(each.read_text("utf-8") for each in (ROOT / "skill").rglob("*.py"))
    named = set(re.findall(r"KRAMPEVAKT_[A-Z_]+", (PACKAGING / name).read_text("utf-8")))
    assert named
    assert {each for each in named if f'"{each}"' not in code} == set()


def test_the_first_person_of_the_ward_s_file_is_let_in_by_a_line_that_works() -> None:
    text = (PACKAGING / "ward.yaml").read_text("utf-8")
    (line,) = re.findall(r"bin/krampevakt ward person (.+)", text)
    given = person.make_context("person", line.replace('"', "").split()).params
    assert given["role"] == "administers"
    port = next(each for each in serve.params if each.name == "port")
    assert f'"--port", "{port.default}"' in text
