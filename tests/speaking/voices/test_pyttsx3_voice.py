"""pyttsx3 as a renderer: a process of its own that may hang, die or lie."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from skill.audio.sound import Sound, silence
from skill.errors import VoiceError
from skill.speaking.voices import renderer
from skill.speaking.voices.pronunciation import Respelling
from skill.speaking.voices.pyttsx3_voice import Pyttsx3Voice, espeak_voice
from skill.speaking.voices.renderer import Renderer
from skill.speaking.voices.voice import Voice, implausible
from tests.speaking.tones import tone

STRETCH = "Strekk ut beinet."


def is_a_voice(voice: Voice) -> Voice:
    return voice


@pytest.fixture(scope="module")
def voice() -> Pyttsx3Voice:
    return Pyttsx3Voice("nb")


def test_a_sentence_becomes_audible_sound(voice: Pyttsx3Voice) -> None:
    sound = is_a_voice(voice).render(STRETCH, "nb", 120)
    assert 0.8 < sound.duration_s < 3.0
    assert sound.rms_dbfs > -35


def test_where_no_folder_takes_files_a_sound_is_passed_in_memory(
    voice: Pyttsx3Voice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    if Path("/dev/shm").is_dir():
        assert voice.render(STRETCH, "nb", 120).duration_s > 0.8
    monkeypatch.setattr(renderer, "_MEMORY", tmp_path / "nowhere")
    with pytest.raises(VoiceError):
        voice.render(STRETCH, "nb", 120)


def test_slower_is_longer(voice: Pyttsx3Voice) -> None:
    assert voice.render(STRETCH, "nb", 80).duration_s > 1.3 * voice.render(STRETCH, "nb", 140).duration_s


def test_many_texts_come_back_each_in_its_place(voice: Pyttsx3Voice) -> None:
    texts = ["Ja.", "Hold slik til jeg sier fra, og pust rolig hele tiden mens du holder.", "Nei."]
    sounds = voice.render_many(texts, "nb", 120)
    lengths = [sound.duration_s for sound in sounds if isinstance(sound, Sound)]
    assert len(lengths) == 3
    assert lengths[1] > 3 * max(lengths[0], lengths[2])


def test_the_same_texts_give_the_same_lengths_each_time(voice: Pyttsx3Voice) -> None:
    """pyttsx3 used wrongly loses, cuts or mixes one sound in fifty; each run must wait for its own end."""
    texts = [f"Ring {number} ganger, og vent." for number in range(20)]
    turns = [voice.render_many(texts, "nb", 120) for _ in range(3)]
    lengths = [[len(sound.samples) for sound in turn if isinstance(sound, Sound)] for turn in turns]
    assert len(lengths[0]) == 20
    assert lengths[0] == lengths[1] == lengths[2]


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("nb", "nb", "nb"),
        ("nb+f3", "nb", "nb+f3"),
        ("nb+f3", "nn", "nb+f3"),
        ("nb+f3", "en", "en+f3"),
        ("en-us+m3", "nb", "nb+m3"),
    ],
)
def test_each_language_has_its_voice_and_keeps_the_variant(name: str, language: str, expected: str) -> None:
    assert espeak_voice(name, language) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["zz-nope", "nb+no-such-variant"])
def test_a_voice_that_does_not_exist_is_an_error_and_not_another_voice(name: str) -> None:
    with pytest.raises(VoiceError, match=name.replace("+", r"\+")):
        Pyttsx3Voice(name).render(STRETCH, "nb", 120)


def test_phonemes_in_brackets_are_spoken_as_phonemes() -> None:
    """As letters, the same text would take seconds."""
    spelled = Pyttsx3Voice("nb", Respelling({"nb": {"beinet": "[[b'aIn@]]"}})).render("beinet", "nb", 120)
    plain = Pyttsx3Voice("nb").render("beinet", "nb", 120)
    assert spelled.duration_s == pytest.approx(plain.duration_s, rel=0.35)


def test_another_spelling_of_a_word_changes_the_fingerprint_of_its_texts_only(voice: Pyttsx3Voice) -> None:
    mended = Pyttsx3Voice("nb", Respelling({"nb": {"beinet": "[[b'aIn@]]"}}))
    assert mended.fingerprint(STRETCH, "nb", 120) != voice.fingerprint(STRETCH, "nb", 120)
    assert mended.fingerprint("Hold slik.", "nb", 120) == voice.fingerprint("Hold slik.", "nb", 120)


def child(tmp_path: Path, program: str) -> Path:
    """Another renderer: it reads the order as the real one does, and then misbehaves."""
    path = tmp_path / "child.py"
    path.write_text(
        "import json, sys, time, wave\n"
        "order = json.load(sys.stdin)\n"
        "def write(path, samples=b'\\x00\\x20' * 22050):\n"
        "    with wave.open(path, 'wb') as file:\n"
        "        file.setnchannels(1); file.setsampwidth(2); file.setframerate(22050)\n"
        "        file.writeframes(samples)\n"
        "def ok(): print(json.dumps({'error': ''}), flush=True)\n" + program,
        "utf-8",
    )
    return path


def misbehaving(tmp_path: Path, program: str, limit_s: float = 10.0) -> Pyttsx3Voice:
    return Pyttsx3Voice("nb", renderer=Renderer(child(tmp_path, program), limit_s, 0.0))


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("sys.exit(3)", "kode 3"),
        ("import os; os.kill(os.getpid(), 9)", "kode -9"),
        ("ok()", "wav"),
        ("write(order['jobs'][0]['path'], b''); ok()", "taus"),
        ("write(order['jobs'][0]['path'], b'\\x00\\x20' * 15000); ok()", "for kort"),
        ("write(order['jobs'][0]['path'], b'\\x00\\x20' * 22050 * 60); ok()", "for langt"),
        ("open(order['jobs'][0]['path'], 'wb').write(b'RIFF'); ok()", "wav"),
        ("print('Audio saved to nowhere')", "kode 0"),
        ("print(json.dumps({'error': 'no such voice', 'voice': True}))", "no such voice"),
    ],
)
def test_a_renderer_that_dies_lies_or_fails_is_a_voice_error(tmp_path: Path, program: str, why: str) -> None:
    with pytest.raises(VoiceError, match=why):
        misbehaving(tmp_path, program).render(STRETCH, "nb", 120)


def test_a_renderer_that_hangs_is_ended_at_its_limit(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="svarte ikke"):
        misbehaving(tmp_path, "time.sleep(600)", limit_s=0.5).render(STRETCH, "nb", 120)


def test_a_text_that_hangs_the_renderer_costs_that_text_alone(tmp_path: Path) -> None:
    program = (
        "for job in order['jobs']:\n"
        "    if 'Nei' in job['text']: time.sleep(600)\n"
        "    write(job['path']); ok()\n"
    )
    voice = misbehaving(tmp_path, program, limit_s=6.0)  # room for a slow machine to start Python twice
    results = voice.render_many(["Ja da.", "Nei da.", "Hei du."], "nb", 120)
    assert [isinstance(result, Sound) for result in results] == [True, False, True]


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        (tone(440, 1.5), ""),
        (silence(1.5, 22_050), "taus"),
        (tone(440, 1.5, level=0.002), "taus"),
        (tone(440, 0.85), "for kort"),
        (tone(440, 60.0), "for langt"),
    ],
)
def test_what_can_be_a_sentence(sound: Sound, why: str) -> None:
    assert why in implausible(sound, STRETCH, 120)
    assert bool(implausible(sound, STRETCH, 120)) is bool(why)
