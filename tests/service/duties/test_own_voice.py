"""The sound of the loudspeaker reaches hearing as 16 kHz pieces, in any block size and at any rate."""

from __future__ import annotations

import queue

import numpy as np
import pytest

from skill.audio.samples import FRAME_S, FRAME_SAMPLES
from skill.audio.sound import Sound
from skill.content.phrases import load_phrases
from skill.hearing.duplex import Duplex
from skill.hearing.echo.own_sound import LONGEST_PIECE, Played, played
from skill.hearing.listener import Listener
from skill.hearing.process.protocol import decode_command, encode
from skill.hearing.recognise.recogniser import VoskModel
from skill.paths import models_dir, prompts_dir
from skill.service.duties.own_voice import OwnVoiceTeller, Pieces
from skill.simulation.lockstep import ListenerEars
from skill.speaking.loudspeaker.monitor import Block, Monitor
from skill.speaking.loudspeaker.wav import WavLoudspeaker
from tests.hearing.speech import noise, speech
from tests.needs import needs_model
from tests.speaking.tones import tone


def in_blocks(rate_hz: int, size: int, first: int, at_s: float) -> list[Block]:
    samples = tone(440, 0.5, 0.5, rate_hz).samples
    return [
        Block(1, first + start, at_s + start / rate_hz, rate_hz, samples[start : start + size])
        for start in range(0, len(samples), size)
    ]


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("first", [0, 12_345])
def test_the_pieces_are_the_same_sound_at_the_same_times(rate_hz: int, first: int) -> None:
    made, pieces = Pieces(), []
    for block in in_blocks(rate_hz, 457, first, 10.0):
        pieces += made.of(block)
    assert all(0 < len(piece.samples) <= LONGEST_PIECE for piece in pieces)
    assert [b.first for b in pieces[1:]] == [a.first + len(a.samples) for a in pieces[:-1]]
    samples = np.concatenate([piece.samples for piece in pieces])
    times_s = pieces[0].at_s - 10.0 + np.arange(len(samples)) / 16_000
    assert times_s == pytest.approx(
        (pieces[0].first + np.arange(len(samples))) / 16_000 - first / rate_hz, abs=1e-6
    )
    middle = (times_s > 0.05) & (times_s < 0.4)
    wanted = 0.5 * 32767 * np.sin(2 * np.pi * 440 * times_s[middle])
    assert np.abs(samples[middle] - wanted).max() < 150


def test_a_piece_crosses_the_border_in_one_line_that_a_pipe_takes_at_once() -> None:
    piece = played(3, 10**9, 12345.678901, np.full(LONGEST_PIECE, -12345, np.int16))
    line = encode(piece)
    assert len(line) < 4096
    back = decode_command(line)
    assert back == piece and isinstance(back, Played) and (back.samples == -12345).all()


def test_nothing_is_told_while_nobody_wants_it() -> None:
    told: queue.SimpleQueue[Played] = queue.SimpleQueue()
    wanted = [False]
    monitor = Monitor()
    teller = OwnVoiceTeller(monitor, told.put, lambda: wanted[0])
    monitor.take(np.ones(320, np.int16), 16_000, 1.0)
    teller.close()
    assert told.empty()
    wanted[0] = True
    teller = OwnVoiceTeller(monitor, told.put, lambda: wanted[0])
    monitor.take(np.ones(320, np.int16), 16_000, 2.0)
    teller.close()
    assert told.get_nowait().at_s == 2.0


@needs_model
@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
def test_in_audio_time_what_the_loudspeaker_plays_is_taken_out_of_the_microphone(rate_hz: int) -> None:
    duplex = Duplex(Listener(VoskModel(models_dir() / "nb"), load_phrases(prompts_dir(), "nb")))
    ears, loudspeaker = ListenerEars(duplex), WavLoudspeaker(rate_hz=rate_hz)
    sound = speech("Strekk ut beinet. Trekk tærne mot deg, og hold. Pust rolig.", rate_wpm=120)
    loudspeaker.play(Sound(sound, 16_000), 0.0, lambda _completed, _at_s: None)
    echo = np.concatenate(
        [noise(0.5, -62.0), sound]
    )  # half a second of the room before, and 0.05 s on the way
    ears.own_voice(True)
    for number in range(25, (len(sound) + 8000) // FRAME_SAMPLES):
        now_s = number * FRAME_S
        ears.played(loudspeaker.advance(FRAME_S), rate_hz, now_s)
        start = (number - 1) * FRAME_SAMPLES - 800
        assert ears.feed(echo[start : start + FRAME_SAMPLES].tobytes(), now_s) == []
    assert duplex.trusted
