"""What a process of its own says of the microphones."""

from __future__ import annotations

from skill.audio.input_level import InputLevel, as_line, levels_in

DESK, BED = InputLevel("På bordet", -42.5), InputLevel("Ved senga", None)


def test_each_line_is_a_microphone() -> None:
    assert levels_in("\n".join((as_line(DESK), as_line(BED))).encode()) == (DESK, BED)


def test_what_was_heard_before_a_driver_hung_is_kept() -> None:
    assert levels_in(as_line(DESK).encode() + b'\n{"name": "Ved s') == (DESK,)


def test_what_is_no_level_says_nothing() -> None:
    assert levels_in(b'ALSA lib pcm.c\n[]\n{"name": "x"}\n{"name": "x", "level_dbfs": "loud"}\n\xff') == ()
