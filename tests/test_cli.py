"""The command line as a stranger meets it."""

from __future__ import annotations

import io
from pathlib import Path

import click
import pytest

from skill.cli import COMMANDS, cli, main
from skill.paths import user_paths

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def run(*words: str) -> int:
    try:
        main(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_explains_itself_and_stands_in_the_readme(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    assert f"`{name}" in README or f"krampevakt {name}" in README


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("dance") == 2
    assert "dance" in capsys.readouterr().err


def test_an_error_is_one_sentence_and_exit_code_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("--home", str(tmp_path), "replay", str(tmp_path / "none.wav")) == 1
    assert "none.wav" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"this is no sound"])
def test_a_file_that_is_no_recording_is_refused(
    content: bytes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    recording = tmp_path / "bad.wav"
    recording.write_bytes(content)
    assert run("--home", str(tmp_path), "replay", str(recording)) == 1
    assert "bad.wav" in capsys.readouterr().err


def test_export_without_a_journal_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("--home", str(tmp_path), "export") == 1
    assert "ingen journal" in capsys.readouterr().err


def test_restore_without_a_copy_touches_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("--home", str(tmp_path), "restore") == 1
    assert "ikke rørt" in capsys.readouterr().err


def test_erase_asks_first(tmp_path: Path) -> None:
    assert run("--home", str(tmp_path), "erase", "--yes") == 0


@pytest.mark.parametrize(
    ("answer", "kept"), [("", True), ("n", True), ("kanskje", True), ("j", False), ("Yes", False)]
)
def test_only_a_yes_erases(
    answer: str,
    kept: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from skill.paths import user_paths

    settings = user_paths(tmp_path).settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text("", "utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer + "\n"))
    assert run("--home", str(tmp_path), "erase") == (130 if kept else 0)
    assert settings.exists() == kept
    assert "[j/N]" in capsys.readouterr().out


def test_the_unit_file_can_be_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("install-service", "--show") == 0
    assert "Type=notify" in capsys.readouterr().out


def test_a_home_of_nobody_is_a_folder_as_a_shell_would_make_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("--home", "~nobodyofthisname/kv", "export") == 1
    assert "~nobodyofthisname" in capsys.readouterr().err


def test_what_the_system_refuses_is_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    assert run("--home", str(tmp_path / "home"), "install-service") == 1
    said = capsys.readouterr().err
    assert "Det gikk ikke" in said
    assert str(tmp_path / "file") in said


def test_nothing_to_say_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("--home", str(tmp_path), "say", " … ") == 1
    assert "ingen ord" in capsys.readouterr().err


def test_a_user_without_a_home_has_folders_that_nobody_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """`docker run --user 4711`: help goes on with rows in memory."""

    def unknown(_self: object) -> str:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.delenv("KRAMPEVAKT_HOME", raising=False)
    monkeypatch.setattr("platformdirs.unix.Unix.user_config_dir", property(unknown))
    assert user_paths().data == Path("/nonexistent/krampevakt/data")


def test_a_tilde_that_systemd_does_not_expand_is_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRAMPEVAKT_HOME", "~/kv")
    assert user_paths().data == Path.home() / "kv" / "data"
