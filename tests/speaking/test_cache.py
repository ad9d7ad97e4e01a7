"""Sounds are made before the night, kept whole, and found again whatever breaks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from skill.audio.sound import Sound
from skill.audio.wav import wav_bytes
from skill.errors import VoiceError
from skill.speaking.cache import SENTENCE_PAUSE_S, PromptCache
from skill.speaking.emergency import GENERAL, EmergencySounds
from skill.speaking.loudness import TARGET_LUFS, loudness_lufs
from skill.speaking.trimming import LEAD_IN_S, TAIL_S
from tests.speaking.tones import ToneVoice, strongest_hz, tone

TEXTS = {"stretch": "Strekk ut beinet.", "toes": "Trekk tærne opp mot deg.", "yes": "Ja."}


def cache(
    folder: Path,
    voice: ToneVoice,
    texts: Mapping[str, str] = TEXTS,
    emergency: EmergencySounds | None = None,
    spare: ToneVoice | None = None,
) -> PromptCache:
    return PromptCache(folder, voice, texts, "nb", emergency, spare)


def says(sound: Sound, text: str) -> bool:
    return abs(strongest_hz(sound) - ToneVoice.pitch_hz(text)) < 6


def test_prepared_once_it_is_spoken_without_the_voice(tmp_path: Path) -> None:
    voice = ToneVoice()
    done = cache(tmp_path, voice).prepare([120])
    assert (done.rendered, done.already_there, done.failures) == (3, 0, {})
    after_restart = ToneVoice()
    again = cache(tmp_path, after_restart)
    assert again.prepare([120]).already_there == 3
    assert says(again.sound(["toes"], 120), TEXTS["toes"])
    assert after_restart.spoken == []


def test_one_text_under_two_keys_is_rendered_once(tmp_path: Path) -> None:
    voice = ToneVoice()
    cache(tmp_path, voice, {"a": "Ja.", "b": "Ja."}).prepare([120])
    assert voice.spoken == ["nb: Ja."]


def test_what_is_kept_is_equally_loud_and_starts_at_once(tmp_path: Path) -> None:
    prompts = cache(tmp_path, ToneVoice())
    prompts.prepare([120])
    for key in TEXTS:
        sound = prompts.sound([key], 120)
        span = sound.voiced_span()
        assert loudness_lufs(sound) == pytest.approx(TARGET_LUFS, abs=0.3)
        assert span is not None
        assert span[0] / sound.rate_hz <= 0.020


def test_sentences_are_joined_with_a_pause(tmp_path: Path) -> None:
    prompts = cache(tmp_path, ToneVoice())
    prompts.prepare([120])
    parts = [prompts.sound([key], 120).duration_s for key in ("stretch", "yes")]
    joined = prompts.sound(["stretch", "yes"], 120)
    assert joined.duration_s == pytest.approx(sum(parts) + SENTENCE_PAUSE_S, abs=0.001)


def test_another_voice_rate_or_text_is_another_sound(tmp_path: Path) -> None:
    cache(tmp_path, ToneVoice()).prepare([120])
    assert cache(tmp_path, ToneVoice("other")).missing(120) == tuple(TEXTS)
    assert cache(tmp_path, ToneVoice()).missing(100) == tuple(TEXTS)
    assert cache(tmp_path, ToneVoice(), {**TEXTS, "yes": "Jo."}).missing(120) == ("yes",)


@pytest.mark.parametrize("damage", [b"", b"RIFF", b"\x00" * 40_000])
def test_a_damaged_file_is_noticed_and_made_again(tmp_path: Path, damage: bytes) -> None:
    cache(tmp_path, ToneVoice(), {"yes": "Ja."}).prepare([120])
    (file,) = (tmp_path / "nb").iterdir()
    file.write_bytes(damage)
    again = cache(tmp_path, ToneVoice(), {"yes": "Ja."})
    assert again.missing(120) == ("yes",)
    assert again.prepare([120]).rendered == 1
    assert says(again.sound(["yes"], 120), "Ja.")


def test_one_flipped_bit_is_noticed(tmp_path: Path) -> None:
    cache(tmp_path, ToneVoice(), {"yes": "Ja."}).prepare([120])
    (file,) = (tmp_path / "nb").iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    assert cache(tmp_path, ToneVoice(), {"yes": "Ja."}).missing(120) == ("yes",)


def test_half_written_files_of_a_power_cut_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "nb"
    folder.mkdir()
    (folder / "abc-def-120-ghi.wav.77.part").write_bytes(b"RIFF")
    (folder / "notes.txt").write_text("not ours")
    prompts = cache(tmp_path, ToneVoice())
    prompts.prepare([120])
    assert not list(folder.glob("*.part"))
    assert (folder / "notes.txt").exists()


def test_a_text_that_the_voice_fails_on_costs_only_itself(tmp_path: Path) -> None:
    prompts = cache(tmp_path, ToneVoice(dumb=[TEXTS["toes"]]))
    done = prompts.prepare([120])
    assert done.rendered == 2
    assert list(done.failures) == ["toes"]
    assert says(prompts.sound(["stretch", "toes"], 120), TEXTS["stretch"])


def test_a_rate_that_was_never_made_is_spoken_at_the_nearest_one(tmp_path: Path) -> None:
    prompts = cache(tmp_path, ToneVoice())
    prompts.prepare([80, 120])
    own_s = 5 * 60 / 120 + LEAD_IN_S + TAIL_S
    assert prompts.sound(["toes"], 140).duration_s == pytest.approx(own_s, abs=0.01)


def test_a_dead_new_voice_leaves_the_old_one_speaking(tmp_path: Path) -> None:
    cache(tmp_path, ToneVoice("old")).prepare([120])
    prompts = cache(tmp_path, ToneVoice("new", dumb=list(TEXTS.values())))
    assert set(prompts.prepare([120]).failures) == set(TEXTS)
    assert says(prompts.sound(["toes"], 120), TEXTS["toes"])


def test_a_voice_that_never_worked_is_stood_in_for_by_the_spare_one(tmp_path: Path) -> None:
    spare = ToneVoice("spare")
    prompts = cache(tmp_path, ToneVoice("broken", dumb=[TEXTS["toes"]]), spare=spare)
    assert list(prompts.prepare([120]).failures) == ["toes"]
    assert spare.spoken == [f"nb: {TEXTS['toes']}"]
    assert says(prompts.sound(["toes"], 120), TEXTS["toes"])
    assert prompts.missing(120) == ("toes",)


def test_the_spare_voice_is_silent_again_when_the_voice_is_back(tmp_path: Path) -> None:
    cache(tmp_path, ToneVoice("mine", dumb=list(TEXTS.values())), spare=ToneVoice("spare")).prepare([120])
    prompts = cache(tmp_path, ToneVoice("mine"), spare=ToneVoice("spare"))
    assert prompts.prepare([120]).rendered == 3
    assert prompts.forget_unused([120]) == 3
    assert prompts.missing(120) == ()


def test_what_stands_in_for_a_missing_sound_is_not_removed(tmp_path: Path) -> None:
    cache(tmp_path, ToneVoice("old")).prepare([120])
    prompts = cache(tmp_path, ToneVoice("new", dumb=list(TEXTS.values())))
    prompts.prepare([120])
    assert prompts.forget_unused([120]) == 0


@pytest.fixture
def emergency(tmp_path: Path) -> EmergencySounds:
    folder = tmp_path / "emergency" / "nb"
    folder.mkdir(parents=True)
    (folder / "yes.wav").write_bytes(wav_bytes(tone(2000, 0.5)))
    (folder / f"{GENERAL}.wav").write_bytes(wav_bytes(tone(3000, 0.5)))
    return EmergencySounds({"nb": folder})


def test_without_voice_and_store_emergency_sounds_speak(tmp_path: Path, emergency: EmergencySounds) -> None:
    prompts = cache(tmp_path / "empty", ToneVoice(dumb=list(TEXTS.values())), emergency=emergency)
    prompts.prepare([120])
    assert strongest_hz(prompts.sound(["yes"], 120)) == pytest.approx(2000, abs=5)
    assert strongest_hz(prompts.sound(["toes"], 120)) == pytest.approx(3000, abs=5)


def test_with_nothing_at_all_there_is_an_error_to_show(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="toes"):
        cache(tmp_path, ToneVoice()).sound(["toes"], 120)


def test_an_unknown_key_is_not_spoken_and_breaks_nothing(tmp_path: Path) -> None:
    prompts = cache(tmp_path, ToneVoice())
    prompts.prepare([120])
    assert says(prompts.sound(["no_such_key", "yes"], 120), "Ja.")


@pytest.mark.parametrize("place", ["file in the way", "vanished"])
def test_a_folder_that_cannot_be_written_still_speaks(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "store"
    if place == "file in the way":
        folder.write_text("")
    prompts = cache(folder, ToneVoice())
    if place == "vanished":
        (folder / "nb").rmdir()
    done = prompts.prepare([120])
    assert done.rendered == 3
    assert "store" in done.not_kept
    assert says(prompts.sound(["toes"], 120), TEXTS["toes"])


def test_cleaning_one_language_leaves_the_others_alone(tmp_path: Path) -> None:
    PromptCache(tmp_path, ToneVoice(), TEXTS, "en").prepare([120])
    prompts = cache(tmp_path, ToneVoice())
    prompts.prepare([120])
    prompts.forget_unused([120])
    assert PromptCache(tmp_path, ToneVoice(), TEXTS, "en").missing(120) == ()


def test_files_that_nothing_needs_are_removed(tmp_path: Path) -> None:
    cache(tmp_path, ToneVoice("old")).prepare([120])
    prompts = cache(tmp_path, ToneVoice("new"))
    prompts.prepare([120])
    assert prompts.forget_unused([120]) == 3
    assert len(list((tmp_path / "nb").iterdir())) == 3
    assert prompts.missing(120) == ()
