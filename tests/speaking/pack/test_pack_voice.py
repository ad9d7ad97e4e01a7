"""Spoken sentences are played where they are there and whole; every other text is said all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skill.audio.sound import Sound
from skill.languages import Language
from skill.speaking.cache import PromptCache
from skill.speaking.pack.manifest import MANIFEST, Manifest
from skill.speaking.pack.pack_voice import PackVoice, SpokenPack, packs_of
from tests.speaking.pack_of_tones import write_pack
from tests.speaking.tones import ToneVoice, strongest_hz

HOLD, BREATHE, STRETCH = "Hold der.", "Pust rolig.", "Strekk ut beinet."


def pack(folder: Path, *sentences: str) -> Manifest:
    return write_pack(folder / "nb" / "woman", sentences or (HOLD, BREATHE, STRETCH))


def voice(folder: Path, engine: ToneVoice) -> PackVoice:
    return PackVoice(packs_of(folder, "woman"), engine)


def says(sound: Sound, text: str) -> bool:
    return abs(strongest_hz(sound) - ToneVoice.pitch_hz(text)) < 6


def test_a_sentence_of_the_pack_is_played_and_the_engine_is_not_asked(tmp_path: Path) -> None:
    pack(tmp_path)
    engine = ToneVoice()
    assert says(voice(tmp_path, engine).render(STRETCH, "nb", 120), STRETCH)
    assert engine.spoken == []


def test_a_text_of_several_sentences_has_them_one_after_the_other(tmp_path: Path) -> None:
    pack(tmp_path)
    said = voice(tmp_path, ToneVoice())
    parts = [said.render(text, "nb", 120).duration_s for text in (HOLD, BREATHE)]
    both = said.render(f"{HOLD} {BREATHE}", "nb", 120)
    assert both.duration_s == pytest.approx(sum(parts) + 0.4, abs=0.01)
    assert says(Sound(both.samples[: round(parts[0] * both.rate_hz)], both.rate_hz), HOLD)


def test_slower_is_longer_at_the_same_pitch(tmp_path: Path) -> None:
    pack(tmp_path)
    said = voice(tmp_path, ToneVoice())
    usual, slow = said.render(STRETCH, "nb", 120), said.render(STRETCH, "nb", 80)
    assert slow.duration_s == pytest.approx(1.5 * usual.duration_s, rel=0.05)
    assert says(slow, STRETCH)


@pytest.mark.parametrize("language", ["nn", "en"])
def test_a_language_without_a_pack_is_said_by_the_engine(tmp_path: Path, language: Language) -> None:
    pack(tmp_path)
    engine = ToneVoice()
    voice(tmp_path, engine).render(STRETCH, language, 120)
    assert engine.spoken == [f"{language}: {STRETCH}"]


def test_a_text_newer_than_the_pack_is_said_by_the_engine_as_a_whole(tmp_path: Path) -> None:
    """The voice does not change in the middle of a text."""
    pack(tmp_path)
    engine = ToneVoice()
    newer = f"{HOLD} Tell til ti."
    results = voice(tmp_path, engine).render_many([STRETCH, newer, STRETCH], "nb", 120)
    assert [isinstance(each, Sound) for each in results] == [True] * 3
    assert engine.spoken == [f"nb: {newer}"]


def test_a_speaker_that_is_not_there_leaves_everything_to_the_engine(tmp_path: Path) -> None:
    pack(tmp_path)
    engine = ToneVoice()
    PackVoice(packs_of(tmp_path, "child"), engine).render(STRETCH, "nb", 120)
    assert engine.spoken == [f"nb: {STRETCH}"]


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", '{"format": 1}', '{"format": 9, "sentences": {}}', '{"format": 1, "sentences": 3}'],
)
def test_a_damaged_manifest_leaves_everything_to_the_engine_and_says_so(tmp_path: Path, damage: str) -> None:
    pack(tmp_path)
    (tmp_path / "nb" / "woman" / MANIFEST).write_text(damage, "utf-8")
    there = SpokenPack(tmp_path / "nb" / "woman")
    assert not there.says(STRETCH)
    assert MANIFEST in there.trouble and "pyttsx3" in there.trouble
    engine = ToneVoice()
    voice(tmp_path, engine).render(STRETCH, "nb", 120)
    assert engine.spoken == [f"nb: {STRETCH}"]


@pytest.mark.parametrize("damage", [b"", b"OggS rubbish", None])
def test_a_damaged_sentence_is_said_by_the_engine_and_the_others_are_not(
    tmp_path: Path, damage: bytes | None
) -> None:
    file = tmp_path / "nb" / "woman" / pack(tmp_path).sentences[STRETCH].file
    file.unlink() if damage is None else file.write_bytes(damage)
    engine = ToneVoice()
    voice(tmp_path, engine).render_many([HOLD, STRETCH], "nb", 120)
    assert engine.spoken == [f"nb: {STRETCH}"]
    there = SpokenPack(tmp_path / "nb" / "woman")
    assert there.says(HOLD) and not there.says(STRETCH)
    assert file.name in there.trouble


def test_a_file_damaged_after_it_was_looked_at_is_said_by_the_engine(tmp_path: Path) -> None:
    file = tmp_path / "nb" / "woman" / pack(tmp_path).sentences[STRETCH].file
    engine = ToneVoice()
    said = voice(tmp_path, engine)
    said.fingerprint(STRETCH, "nb", 120)
    file.unlink()
    said.render(STRETCH, "nb", 120)
    assert engine.spoken == [f"nb: {STRETCH}"]


def test_a_file_that_says_something_far_too_short_is_not_believed(tmp_path: Path) -> None:
    pack(tmp_path, HOLD)
    manifest = tmp_path / "nb" / "woman" / MANIFEST
    raw = json.loads(manifest.read_text("utf-8"))
    long = "Sett hele foten mot enden av senga og press rolig til det slipper helt og holdent."
    raw["sentences"][long] = raw["sentences"][HOLD]
    manifest.write_text(json.dumps(raw), "utf-8")
    engine = ToneVoice()
    voice(tmp_path, engine).render(long, "nb", 120)
    assert engine.spoken == [f"nb: {long}"]


def test_a_mended_pack_is_heard_although_the_engine_had_stood_in(tmp_path: Path) -> None:
    written = pack(tmp_path)
    file = tmp_path / "nb" / "woman" / written.sentences[STRETCH].file
    whole = file.read_bytes()
    file.write_bytes(b"")

    def prepared(engine: ToneVoice) -> PromptCache:
        prompts = PromptCache(tmp_path / "cache", voice(tmp_path, engine), {"stretch": STRETCH}, "nb")
        prompts.prepare([120])
        return prompts

    assert prepared(ToneVoice("other")).sound(["stretch"], 120).rate_hz != 24_000
    file.write_bytes(whole)
    assert prepared(ToneVoice("other")).sound(["stretch"], 120).rate_hz == 24_000


def test_another_speaker_or_rate_has_another_fingerprint(tmp_path: Path) -> None:
    pack(tmp_path)
    write_pack(tmp_path / "nb" / "man", [STRETCH], rate_wpm=100)
    engine = ToneVoice()
    woman, man = voice(tmp_path, engine), PackVoice(packs_of(tmp_path, "man"), engine)
    prints = {
        woman.fingerprint(STRETCH, "nb", 120), woman.fingerprint(STRETCH, "nb", 100),
        man.fingerprint(STRETCH, "nb", 120), man.fingerprint(HOLD, "nb", 120), woman.fingerprint(HOLD, "nb", 120),
    }  # fmt: skip
    assert len(prints) == 5
    assert man.fingerprint(HOLD, "nb", 120) == engine.fingerprint(HOLD, "nb", 120)
