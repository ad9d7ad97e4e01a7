"""A whole reading, with sound files as the microphone and the answers typed in."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from models.measuring.recordings import read_clip, read_manifest
from skill.audio.samples import RATE_HZ
from skill.audio.sound import Sound, resample
from skill.collect.collection import Collection
from skill.collect.command import collect, load_leaflet
from skill.collect.microphone import WavTakeRecorder
from skill.collect.take import quality
from skill.errors import AudioError, ContentError, ModelError
from skill.paths import prompts_dir
from tests.messages.in_english import raises_in_english
from tests.model.whistles import write_wav

LANGUAGES = ["nb", "nn", "en"]
GOOD = 40


def spoken(level: float = 5000, begin_s: float = 0.7, noise: float = 5.0, seconds: float = 3.0) -> np.ndarray:
    """A take with one second of tone in it."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    tone = np.sin(2 * np.pi * 440 * time) * level * ((time >= begin_s) & (time < begin_s + 1))
    sound = tone + np.random.default_rng(1).standard_normal(len(time)) * noise
    return np.clip(sound, -32768, 32767).astype(np.int16)


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    folder = tmp_path / "takes"
    for number in range(GOOD):
        write_wav(folder / f"{number:02d}.wav", spoken())
    return folder


def run(out: Path, takes: Path, answers: list[str], language: str = "nb", speaker: str = "liv") -> Result:
    arguments = ["--out", str(out), "--language", language, "--speaker", speaker, "--dialect", "Voss"]
    typed = "\n".join(answers) + "\n"
    return CliRunner().invoke(
        collect, [*arguments, "--from-wav", str(takes)], input=typed, catch_exceptions=False
    )


KEEP = ["", ""]  # record, keep
YES = ["y", "n"]  # may be kept, may not be shared


@pytest.mark.parametrize("language", LANGUAGES)
def test_forty_phrases_are_read_and_can_be_measured_on(language: str, takes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(out, takes, [*YES, *KEEP * 40], language)
    assert result.exit_code == 0, result.output
    clips = read_manifest(out / "manifest.tsv")
    assert len(clips) == 40 and {clip.kind for clip in clips} == {"human"}
    assert np.array_equal(read_clip(clips[0].path), spoken().astype(np.float32))
    with (out / "manifest.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert {row["style"] for row in rows} == {"normal", "low", "loud", "whispered"}
    assert {row["dialect"] for row in rows} == {"Voss"} and {row["licence"] for row in rows} == {
        "private, not to be shared"
    }


def test_without_consent_nothing_is_written(takes: Path, tmp_path: Path) -> None:
    result = run(tmp_path / "out", takes, ["n"])
    assert result.exit_code == 0 and not (tmp_path / "out").exists()


def test_consent_is_kept_with_the_words_that_were_shown(takes: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", takes, ["y", "y", *KEEP])
    consent = Collection(tmp_path / "out").consent_of("liv")
    assert consent is not None and consent.licence == "CC0-1.0" and "--withdraw liv" in consent.text


def test_stopping_half_way_loses_nothing_and_the_next_run_goes_on(takes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = run(out, takes, [*YES, *KEEP * 3])  # the answers end: as if the terminal was closed
    assert first.exit_code == 0 and "3 av 40" in first.output
    assert len(Collection(out).rows()) == 3
    second = run(out, takes, KEEP * 37)  # no second question about consent
    assert "40 av 40" in second.output
    shown = [(row.style, row.shown) for row in Collection(out).rows()]
    assert len(shown) == len(set(shown)) == 40


def test_a_lost_file_is_asked_for_again(takes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, takes, [*YES, *KEEP * 40])
    (out / "liv/07_normal.wav").unlink()
    assert "40 av 40" in run(out, takes, KEEP).output
    assert (out / "liv/07_normal.wav").exists() and len(Collection(out).rows()) == 40


def test_skipping_repeating_and_saying_it_differently(takes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, takes, [*YES, "h", "", "o", *KEEP, "", "a", "Æ har  krampe i foten"])
    second, third = Collection(out).rows()
    assert second.shown == second.transcript == "jeg har krampe i leggen"
    assert (third.shown, third.transcript) == ("krampe i foten", "æ har krampe i foten")


def test_a_bad_take_is_explained_and_taken_again(takes: Path, tmp_path: Path) -> None:
    write_wav(takes / "00.wav", np.zeros(48000))
    write_wav(takes / "01.wav", spoken(level=80000))
    result = run(tmp_path / "out", takes, [*YES, "", "", *KEEP])
    assert "mikrofonen ga ingen lyd" in result.output and "for sterkt" in result.output
    assert len(Collection(tmp_path / "out").rows()) == 1


def test_withdrawing_deletes_one_person_and_leaves_the_others(takes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, takes, [*YES, *KEEP * 2])
    run(out, takes, [*YES, *KEEP], speaker="ola")
    done = CliRunner().invoke(collect, ["--out", str(out), "--withdraw", "liv"], catch_exceptions=False)
    assert "2 opptak av «liv» er slettet" in done.output
    assert not (out / "liv").exists() and Collection(out).consent_of("liv") is None
    assert [row.speaker for row in Collection(out).rows()] == ["ola"]
    with raises_in_english(ModelError, match="ingen opptak av «liv»"):
        CliRunner().invoke(collect, ["--out", str(out), "--withdraw", "liv"], catch_exceptions=False)


def test_a_foreign_folder_is_left_alone(takes: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.tsv").write_text("file\ttranscript\nmine.wav\tja\n")
    with raises_in_english(ModelError, match="not made by krampevakt collect"):
        run(tmp_path, takes, YES)
    assert (tmp_path / "manifest.tsv").read_text() == "file\ttranscript\nmine.wav\tja\n"


@pytest.mark.parametrize("name", ["../liv", "", "a/b", "x" * 50])
def test_a_name_that_is_no_file_name_is_refused(name: str, takes: Path, tmp_path: Path) -> None:
    with raises_in_english(ModelError, match="can't name a speaker"):
        run(tmp_path / "out", takes, [""], speaker=name or " ")


@pytest.mark.parametrize(
    ("take", "problem"),
    [
        (spoken(), None),
        (spoken(level=60, noise=3), None),
        (np.zeros(48000, np.int16), "silent"),
        (spoken(level=20, noise=20), "quiet"),
        (spoken(level=80000), "clipped"),
        (spoken(begin_s=0.0), "cut_begin"),
        (spoken(begin_s=2.5), "cut_end"),
        (spoken()[:8000], "short"),
        (np.zeros(0, np.int16), "short"),
    ],
)
def test_a_take_is_judged(take: np.ndarray, problem: str | None) -> None:
    assert quality(take, RATE_HZ).problem == problem


def test_the_level_is_that_of_the_loudest_part() -> None:
    assert quality(spoken(level=3277), RATE_HZ).level_dbfs == pytest.approx(-20 - 3.01, abs=0.1)


def test_another_rate_is_brought_to_16_khz(tmp_path: Path) -> None:
    time = np.arange(48000) / 48000
    take = resample(Sound((np.sin(2 * np.pi * 1000 * time) * 8000).astype(np.int16), 48000), RATE_HZ).samples
    assert len(take) == 16000
    assert np.abs(np.fft.rfft(take)).argmax() == 1000
    write_wav(tmp_path / "a.wav", spoken(), 44100, 2)
    assert len(WavTakeRecorder([tmp_path / "a.wav"]).record(1, lambda: None)) == pytest.approx(
        48000 * 16 / 44.1, abs=2
    )


def test_no_more_files_is_said(tmp_path: Path) -> None:
    with raises_in_english(AudioError, match="no more sound files"):
        WavTakeRecorder([]).record(1, lambda: None)
    (tmp_path / "a.wav").write_text("hello")
    with raises_in_english(AudioError, match=r"a\.wav is no sound file"):
        WavTakeRecorder([tmp_path / "a.wav"]).record(1, lambda: None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_leaflet_asks_for_forty_phrases_of_the_product(language: str) -> None:
    assert len(load_leaflet(prompts_dir(), language).readings) == 40


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('saved = "Lagret ({level} dB)."', "", r"collect\.toml:\d+: texts\.saved mangler"),
        ('"krampe i låret"', '"månen er full"', r"collect\.toml:\d+: «månen er full» er ingen frase"),
        ('style = "low"', 'style = "sung"', r"collect\.toml:\d+: stilen «sung»"),
    ],
)
def test_a_wrong_leaflet_is_named_with_its_line(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    prompts = Path(shutil.copytree(prompts_dir(), tmp_path / "prompts"))
    file = prompts / "nb/collect.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=sentence):
        load_leaflet(prompts, "nb")


@pytest.mark.parametrize(("subtype", "scale"), [("PCM_U8", 1.0), ("FLOAT", 1.0), ("FLOAT", 32768.0)])
def test_a_recording_of_any_sample_format_is_as_loud_as_it_was(
    tmp_path: Path, subtype: str, scale: float
) -> None:
    soundfile.write(tmp_path / "take.wav", spoken() / 32768 * scale, RATE_HZ, subtype=subtype)
    take = WavTakeRecorder([tmp_path / "take.wav"]).record(3.0, lambda: None)
    assert quality(take, RATE_HZ).problem is None
    assert np.abs(take.astype(int)).max() == pytest.approx(5000, rel=0.1)
