"""Every command explains itself in one language: that of the settings, else the system's."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from importlib import import_module, resources
from pathlib import Path

import click
import pytest

from skill.cli import COMMANDS, cli, main
from skill.commands.help_texts import help_key
from skill.languages import LANGUAGES, Language
from skill.messages.catalogue import message_text, room_texts
from skill.paths import user_paths
from skill.settings.file import save
from skill.settings.values import Settings

ENGLISH = re.compile(
    r"\b(usage|options|commands|default|required|message|the|of|and|with|instead|show|file|folder|text|number)\b",
    re.I,
)
NORWEGIAN = re.compile(
    r"[æøåÆØÅ]|\b(bruk|valg|val|ellers|elles|vis|og|eller|ikke|ikkje|som|fra|fil|mappe)\b", re.I
)
OTHER: dict[Language, re.Pattern[str]] = {"nb": ENGLISH, "nn": ENGLISH, "en": NORWEGIAN}
NAMES = re.compile(
    r"--[a-z-]+|^  [a-z-]+(?=  )|krampevakt [a-z -]+|«check»|\[[a-z|]+\]", re.M
)  # the same everywhere


def whole(name: str) -> click.Command:
    module, _, found = COMMANDS[name].partition(":")
    command = getattr(import_module(module), found)
    assert isinstance(command, click.Command)
    return command


def below(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from below(each, (*path, name))


PATHS: list[tuple[str, ...]] = [(), *(path for name in COMMANDS for path, _ in below(whole(name), (name,)))]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with contextlib.suppress(SystemExit):
        main(words)
    told = capsys.readouterr()
    return told.out + told.err


@pytest.fixture
def locale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("KRAMPEVAKT_HOME", str(tmp_path))
    yield monkeypatch


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_is_in_one_language(
    path: tuple[str, ...], language: Language, locale: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    locale.setenv("LC_ALL", f"{language}_XX.UTF-8")
    told = run(capsys, *path, "--help")
    about = message_text(help_key(path or ("krampevakt",)), language).strip()
    assert " ".join(about.split()) in " ".join(told.split())
    assert OTHER[language].findall(NAMES.sub("", told)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "words",
    [
        ("dance",), ("run", "--dance"), ("model", "build"), ("web", "--port", "x"), ("web", "--port", "99999"),
        ("export", "--format", "pdf"), ("import", "/no/such/file"), ("say",), ("say", "a", "b"), ("run", "--model"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_told_in_one_language(
    words: tuple[str, ...], language: Language, locale: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    locale.setenv("LC_ALL", f"{language}_XX.UTF-8")
    told = NAMES.sub("", run(capsys, *words)).replace("/no/such/file", "").replace("'a b'", "")
    assert told.strip()
    assert OTHER[language].findall(told) == []


def test_no_help_text_is_unused() -> None:
    wanted = {help_key(path) for path in PATHS if path} | {help_key(("krampevakt",))}
    for name in COMMANDS:
        for path, command in below(whole(name), (name,)):
            wanted |= {help_key(path, str(each.name)) for each in command.params}
    wanted |= {help_key(("krampevakt",), str(each.name)) for each in cli.params}
    written = {f"help.{name}" for name in room_texts("help") if not name.startswith(("place_", "the_"))}
    assert written == wanted


@pytest.mark.parametrize("name", room_texts("click"))
def test_click_still_says_what_is_translated(name: str) -> None:
    """A later version of click that says it otherwise would say it in English again."""
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in resources.files("click").iterdir()
        if path.name.endswith(".py")
    )
    assert f'"{room_texts("click")[name]["en"]}"' in source


def test_the_language_of_the_settings_goes_before_the_systems(
    locale: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    locale.setenv("LC_ALL", "en_GB.UTF-8")
    file = user_paths().settings_file
    file.parent.mkdir(parents=True, exist_ok=True)
    save(file, Settings(language="nn"))
    assert "Bruk:" in run(capsys, "--help")
    assert "Vis denne hjelpa." in run(capsys, "run", "--help")


def test_the_settings_of_the_home_that_is_named_are_asked(
    locale: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    locale.setenv("LC_ALL", "nb_NO.UTF-8")
    home = tmp_path / "english"
    file = user_paths(home).settings_file
    file.parent.mkdir(parents=True, exist_ok=True)
    save(file, Settings(language="en"))
    assert "Usage:" in run(capsys, "--home", str(home), "export", "--help")
    assert "There is no journal" in run(capsys, "--home", str(home), "export")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, "Bruk:"),
        ({"LC_ALL": "", "LC_MESSAGES": "nn_NO", "LANG": "en_GB.UTF-8"}, "Vis denne hjelpa."),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "en_GB.UTF-8"}, "Usage:"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}, "Vis denne hjelpen."),
        ({"LC_ALL": "de_DE.UTF-8"}, "Vis denne hjelpen."),
    ],
)
def test_the_systems_language(
    said: dict[str, str], wanted: str, locale: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in said.items():
        locale.setenv(name, value)
    assert wanted in run(capsys, "--help")


@pytest.mark.parametrize("broken", ["language = 3", "language = [", "language = 'klingon'", "\xff"])
def test_a_broken_settings_file_costs_no_help(
    broken: str, locale: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = user_paths().settings_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(broken, encoding="latin-1")
    locale.setenv("LC_ALL", "C")
    assert "Bruk:" in run(capsys, "--help")


@pytest.mark.usefixtures("locale")
def test_click_speaks_its_own_language_again_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--help")
    assert click.core._("Options") == "Options"  # type: ignore[attr-defined]
