from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from models.measuring.evaluate_command import evaluate
from skill.commands.making.model import model
from skill.errors import KrampevaktError, ModelError
from skill.model.folder import Folder, model_faults
from skill.paths import models_dir
from tests.messages.in_english import raises_in_english
from tests.model.whistles import word_sound, write_wav


@pytest.fixture(autouse=True)
def terminal_in_english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KRAMPEVAKT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def run(*arguments: object) -> str:
    return called(model, *arguments)


def called(command: click.Command, *arguments: object) -> str:
    result = CliRunner().invoke(
        command, [str(a) for a in arguments], catch_exceptions=False, terminal_width=200
    )
    assert result.exit_code == 0, result.output
    return result.output


def lines(path: Path, *texts: str) -> Path:
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_build_makes_a_folder_and_tells_what_it_guessed(whistled_base: Path, tmp_path: Path) -> None:
    words, phrases = lines(tmp_path / "w", "me", "maks"), lines(tmp_path / "p", "is kam")
    out = tmp_path / "out"
    told = run("build", "--words", words, "--phrases", phrases, "--out", out, "--base", whistled_base)
    assert "2 words and 1 phrases" in told and "maks: m ɑ k s  (espeak-ng)" in told
    assert model_faults(out) == [] and {"me", "maks", "is_kam"} < set(Folder(out).words)


def test_the_threshold_stays_with_the_folder(whistled_base: Path, tmp_path: Path) -> None:
    words = lines(tmp_path / "w", "me")
    run("build", "--words", words, "--out", tmp_path / "out", "--base", whistled_base, "--unk-cost", "7.5")
    assert json.loads((tmp_path / "out/phones.json").read_text())["costs"]["unk"] == 7.5
    assert json.loads((whistled_base / "phones.json").read_text())["costs"]["unk"] == 0.5


def test_build_needs_a_list(tmp_path: Path) -> None:
    result = CliRunner().invoke(model, ["build", "--out", str(tmp_path / "out")])
    assert result.exit_code == 2 and "Give --words or --phrases" in result.output


def test_an_empty_list_is_one_sentence(whistled_base: Path, tmp_path: Path) -> None:
    with raises_in_english(KrampevaktError, match="The list is empty"):
        run(
            "build",
            "--words",
            lines(tmp_path / "w", "# none"),
            "--out",
            tmp_path / "o",
            "--base",
            whistled_base,
        )


def test_check_says_what_is_wrong_and_what_is_missing(whistled_model: Path, tmp_path: Path) -> None:
    assert "nothing wrong" in run("check", whistled_model, "--words", lines(tmp_path / "w", "me", "is kam"))
    with raises_in_english(ModelError, match="It can't hear “krampe”"):
        run("check", whistled_model, "--words", lines(tmp_path / "w", "krampe", "me"))
    with raises_in_english(ModelError, match="not a folder"):
        run("check", tmp_path / "nothing")


def test_a_pinned_folder_may_not_change(whistled_model: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(whistled_model, tmp_path / "model"))
    run("pin", folder)
    run("check", folder)
    (folder / "lexicon.tsv").write_text("ja\tɑ\n", encoding="utf-8")
    with raises_in_english(ModelError, match=r"lexicon\.tsv has changed"):
        run("check", folder)
    run("pin", folder)  # the one who changes it says so
    run("check", folder)


def test_the_network_is_written_as_onnx(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    import onnxruntime

    assert "MB" in run("onnx", models_dir() / "nb", tmp_path / "network.onnx")
    assert onnxruntime.InferenceSession(tmp_path / "network.onnx").get_inputs()[0].shape == ["frames", 40]
    with raises_in_english(ModelError, "final.mdl"):
        run("onnx", tmp_path, tmp_path / "network.onnx")


def test_sounds_alike_lists_pairs_of_one_grammar(whistled_base: Path, tmp_path: Path) -> None:
    told = run(
        "sounds-alike", "--base", whistled_base, "--grammar", lines(tmp_path / "g", "mai", "mei", "seks")
    )
    assert "mai" in told and "mei" in told and "0.0" in told and "seks" not in told


def test_evaluate_prints_and_writes_its_figures(whistled_base: Path, tmp_path: Path) -> None:
    for word in ("sak", "mas", "seks"):
        write_wav(tmp_path / f"x/{word}.wav", word_sound(word))
    rows = [f"x/{word}.wav\t{word}\tliv" for word in ("sak", "mas", "seks")]
    manifest = lines(tmp_path / "manifest.tsv", "file\ttranscript\tspeaker", *rows, "x/sak.wav\tseks\tola")
    told = called(
        evaluate, whistled_base, "--manifest", manifest, "--n", "3", "--add-words", "--speaker", "liv",
        "--json", tmp_path / "out.json",
    )  # fmt: skip
    assert "3 clips, clean" in told and "100.0 %" in told
    (closed,) = json.loads((tmp_path / "out.json").read_text())["closed_sets"]
    assert closed["right"]["count"] == 3 and closed["group"] == "x"


def test_evaluate_says_when_nothing_is_left_to_measure(whistled_model: Path, tmp_path: Path) -> None:
    manifest = lines(tmp_path / "manifest.tsv", "file\ttranscript", "x/sak.wav\tsak")
    with raises_in_english(ModelError, match="No recording of the manifest fits"):
        called(evaluate, whistled_model, "--manifest", manifest, "--group", "y")


def test_whisper_without_its_packages_is_one_sentence(whistled_model: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "x/sak.wav", word_sound("sak"))
    manifest = lines(tmp_path / "manifest.tsv", "file\ttranscript", "x/sak.wav\tsak")
    with raises_in_english(ModelError, match=r"Whisper can't be run with .* make an environment with"):
        called(evaluate, whistled_model, "--manifest", manifest, "--whisper", tmp_path / "no-python")
