"""models/nb as a stranger's program would use it: plain vosk.Model, run-time grammar, [unk], word times."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from skill.model.folder import model_faults
from skill.model.phones import read_phones

NB = Path(__file__).parents[2] / "models" / "nb"
# libvosk can abort, so it runs in a child process
CHILD = """
import json, sys
from vosk import KaldiRecognizer, Model, SetLogLevel
SetLogLevel(-1)
model = Model(model_path=sys.argv[1])
words = json.loads(sys.argv[2])
out = {"known": [model.vosk_model_find_word(w) >= 0 for w in words]}
r = KaldiRecognizer(model, 16000, json.dumps(words + ["[unk]"], ensure_ascii=False))
r.SetWords(True)
r.AcceptWaveform(bytes(32000))
out["silence"] = json.loads(r.FinalResult())
print(json.dumps(out))
"""


def test_nothing_is_wrong_with_the_folder() -> None:
    assert model_faults(NB) == []


def test_it_is_small_enough_to_ship() -> None:
    assert sum(p.stat().st_size for p in NB.rglob("*") if p.is_file()) <= 20_000_000


def test_unknown_is_any_row_of_phones() -> None:
    phones = read_phones(NB / "phones.json")
    assert phones.knows_unknown
    assert len(phones.unknown_phones) > 40


def test_libvosk_loads_it_and_hears_nothing_in_silence() -> None:
    words = ["krampe", "krampe_i_leggen", "stopp", "ja", "nei", "får_ikke_puste", "null", "ti"]
    command = [sys.executable, "-c", CHILD, str(NB), json.dumps(words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]
    answer = json.loads(done.stdout)
    assert answer["known"] == [True] * len(words)
    assert answer["silence"]["text"] == ""


@pytest.mark.parametrize(
    "name", ["MODEL_CARD.md", "lexicon.tsv", "letters.gz", "phones.json", "conf/model.conf"]
)
def test_what_belongs_to_it_lies_in_the_folder(name: str) -> None:
    assert (NB / name).is_file()
