"""The shipped networks on the demo's clips, which are synthetic voices: what was said is what explains it best."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skill.audio.samples import Samples
from skill.hearing.capture.microphone import WavMicrophone
from skill.paths import models_dir, prompts_dir
from skill.second_ear.pronunciations import UnsayableWord
from skill.second_ear.verdict import SecondEar, open_second_ear

CLIPS = sorted(path for path in (prompts_dir() / "demo/clips").glob("*/krampe_i_*.flac"))
PHRASES = (
    "krampe i leggen", "krampe i foten", "krampe i magen", "jeg har krampe", "jeg får ikke puste", "vondt i brystet",
    "det er bedre", "nei", "ja", "stopp",
)  # fmt: skip


@pytest.fixture(scope="module")
def ear() -> SecondEar:
    return open_second_ear(models_dir() / "second_ear", models_dir() / "nb" / "lexicon.tsv")


def sound_of(path: Path) -> Samples:
    quiet = np.zeros(4800, np.int16)
    return np.concatenate([quiet, np.frombuffer(b"".join(WavMicrophone(path)), np.int16), quiet])


def said(path: Path) -> str:
    return path.stem.replace("_", " ")


@pytest.mark.parametrize("clip", CLIPS, ids=lambda path: f"{path.parent.name}: {path.stem}")
def test_what_was_said_explains_it_best_of_all(ear: SecondEar, clip: Path) -> None:
    whole = ear.judge(sound_of(clip), PHRASES).whole
    assert max(whole, key=lambda phrase: whole[phrase]) == said(clip)


def test_silence_is_no_phrase(ear: SecondEar) -> None:
    faint = np.random.default_rng(1).normal(0, 20, 32_000).astype(np.int16)
    assert max(ear.judge(faint, PHRASES).whole.values()) < -3


def test_the_beginning_of_a_phrase_is_not_the_whole_of_it(ear: SecondEar) -> None:
    clip = CLIPS[0]
    whole = ear.judge(sound_of(clip), ["krampe", said(clip)]).whole
    assert whole["krampe"] < whole[said(clip)] - 2


def test_words_before_it_count_against_the_whole_only(ear: SecondEar) -> None:
    two = np.concatenate([sound_of(CLIPS[1]), sound_of(CLIPS[0])])
    found = ear.judge(two, [said(CLIPS[0])])
    assert found.ends[said(CLIPS[0])] > found.whole[said(CLIPS[0])] + 1


def test_where_a_phrase_ends_is_counted_from_the_beginning_of_all_the_sound(ear: SecondEar) -> None:
    clip = sound_of(CLIPS[0])
    before = np.zeros(16_000 * 8, np.int16)
    ended_s = ear.judge(np.concatenate([before, clip]), [said(CLIPS[0])]).ended_s[said(CLIPS[0])]
    assert 8.0 < ended_s <= 8.0 + len(clip) / 16_000


def test_the_level_has_no_influence(ear: SecondEar) -> None:
    clip = np.divide(sound_of(CLIPS[0]), 32768, dtype=np.float32)
    faint = (clip * 0.01).astype(np.float32)
    loud = ear.judge(clip, PHRASES).whole[said(CLIPS[0])]
    assert ear.judge(faint, PHRASES).whole[said(CLIPS[0])] == pytest.approx(loud, abs=0.3)


def test_a_phrase_that_cannot_be_said_is_refused(ear: SecondEar) -> None:
    with pytest.raises(UnsayableWord, match="«qwrtz» i «krampe i qwrtz»"):
        ear.judge(sound_of(CLIPS[0]), ["krampe i qwrtz"])
