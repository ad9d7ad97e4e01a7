"""Is someone speaking? Speech-band level above an adaptive floor first (nearly free), then voice activity."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import webrtcvad

from skill.audio.samples import FRAME_S, FRAME_SAMPLES, LOWEST_DBFS, RATE_HZ, level_dbfs, power_dbfs


@dataclass(frozen=True, slots=True)
class GateTuning:
    """Levels in dB above the floor, unless named dBFS."""

    open_db: float = 8.0  # a frame may be speech when it is this far above the floor
    close_db: float = 5.0  # within speech it is enough to be this far above
    below_peak_db: float = 22.0  # within an utterance, this far below its recent peak is quiet: rooms ring
    lowest_open_dbfs: float = -66.0  # nothing softer opens the gate, however quiet the room
    lowest_floor_dbfs: float = -80.0
    floor_window_s: float = 4.0  # the floor is the lowest smoothed level of this long
    vad_mode: int = 2  # 0 lenient .. 3 strict
    clipped_share: float = 0.02  # of a frame's samples at full scale
    over_echo_db: float = 4.0  # while our own voice plays: this far above nearly all that was heard of it
    echo_share: float = 0.92  # "nearly all": a person speaks over a small part of it
    echo_window_s: float = 20.0  # of own voice
    echo_learning_s: float = 1.0  # at the very first own voice: only learn how loud it is
    band_hz: tuple[int, int] = (200, 4000)  # traffic and fans lie below, hiss above


@dataclass(frozen=True, slots=True)
class FrameVerdict:
    """What the gate thinks of one frame."""

    level_dbfs: float  # of the whole band
    band_dbfs: float  # of the speech band
    above_floor_db: float  # of the speech band
    voiced: bool  # loud enough and, outside an utterance, speech-like
    speech_like: bool  # by the voice activity detector; only asked when loud enough
    clipped: bool


class Gate:
    """Feed it every frame; it remembers the room."""

    def __init__(self, tuning: GateTuning | None = None) -> None:
        self._tuning = tuning or GateTuning()
        self._vad = webrtcvad.Vad(self._tuning.vad_mode)
        self._window = np.hanning(FRAME_SAMPLES).astype(np.float32)
        width_hz = RATE_HZ // FRAME_SAMPLES
        self._band = slice(self._tuning.band_hz[0] // width_hz, self._tuning.band_hz[1] // width_hz)
        self._smoothed = LOWEST_DBFS
        self._lowest: deque[float] = deque(maxlen=max(1, round(self._tuning.floor_window_s / 0.5)))
        self._running_lowest = 0.0
        self._frames = 0
        self._unbroken = 0  # frames since the microphone last gave exact zeros in the course of its sound
        self._muted = False
        self._open = False
        self._peak = LOWEST_DBFS
        self._quiet = 0  # frames in a row
        self._loud = 0
        self._own_voice = False
        self._cleaned = self._residue = False
        self._echoes = {cleaned: _Echo(self._tuning) for cleaned in (False, True)}

    @property
    def floor_dbfs(self) -> float:
        """Of the speech band."""
        known = min([*self._lowest, self._running_lowest]) if self._frames else LOWEST_DBFS
        return max(self._tuning.lowest_floor_dbfs, known)

    def feed(self, frame: bytes) -> FrameVerdict:
        band = self._band_dbfs(frame)
        self._follow_floor(band)
        above = band - self.floor_dbfs
        self._peak = max(band, self._peak - 20.0 * FRAME_S)
        loud = band >= self._tuning.lowest_open_dbfs and self._loud_enough(band, above)
        if self._own_voice:
            loud = self._over_echo(band) and loud and not self._residue
        self._loud, self._quiet = (self._loud + 1, self._quiet) if loud else (0, self._quiet + 1)
        speech_like = loud and self._vad.is_speech(frame, RATE_HZ)
        voiced = loud and (self._quiet < 5 or self._loud >= 2) if self._open else speech_like
        if voiced:
            self._quiet = 0
        clipped = loud and _clipped(frame) > self._tuning.clipped_share
        return FrameVerdict(level_dbfs(frame), band, above, voiced, speech_like, clipped)

    def within_utterance(self, running: bool) -> None:
        """Tell the gate whether an utterance runs: while it does, softer sound still belongs to it."""
        if running and not self._open:
            self._peak = LOWEST_DBFS
            self._quiet = 0
        self._open = running

    def own_voice(self, playing: bool) -> None:
        """Our own voice begins or has ended. While it plays, only what is clearly louder counts."""
        self._own_voice = playing

    def cleaned(self, cleaned: bool, residue: bool) -> None:
        """Is our own voice taken out of the next frame? How loud what is left of it can be is learned by itself.

        `residue`: by comparison with what was taken out, this frame may be no more than that.
        """
        self._cleaned, self._residue = cleaned, cleaned and residue

    def _over_echo(self, band: float) -> bool:
        return self._echoes[self._cleaned].is_exceeded_by(band, 3.0 if self._open else 0.0)

    def _loud_enough(self, band: float, above: float) -> bool:
        """After a pause it takes as much to go on as to begin: noise flickers."""
        tuning = self._tuning
        if not self._open:
            return above >= tuning.open_db
        needed = tuning.close_db if self._quiet < 5 else tuning.open_db
        return above >= needed and band >= self._peak - tuning.below_peak_db

    def _band_dbfs(self, frame: bytes) -> float:
        samples = np.frombuffer(frame, np.int16) * self._window
        bins = np.fft.rfft(samples)[self._band]
        # 2 / N² for one side of the spectrum, 8/3 for the power that the window takes
        power = float(np.vdot(bins, bins).real) * 2.0 / FRAME_SAMPLES**2 * 8.0 / 3.0
        return power_dbfs(power)

    def _follow_floor(self, level: float) -> None:
        if self._switched_off(level):
            return
        first = self._frames == 0
        self._smoothed = level if first else self._smoothed + 0.25 * (level - self._smoothed)
        self._running_lowest = self._smoothed if first else min(self._running_lowest, self._smoothed)
        self._frames += 1
        if self._frames % round(0.5 / FRAME_S) == 0:
            self._lowest.append(self._running_lowest)
            self._running_lowest = self._smoothed

    def _switched_off(self, level: float) -> bool:
        """Exact zeros after a whole window of sound: not a quiet room, so the floor stays as it was.

        Else the room's own noise would pass for speech when the microphone is switched on again, and hide who cries
        out then. A microphone that gives zeros between words has its floor there.
        """
        if level > LOWEST_DBFS:
            self._unbroken += 1
            self._muted = False
        elif not self._muted:
            self._muted = self._unbroken * FRAME_S >= self._tuning.floor_window_s
            self._unbroken = self._unbroken if self._muted else 0
        return self._muted


class _Echo:
    """How loud our own voice has been heard."""

    def __init__(self, tuning: GateTuning) -> None:
        self._tuning = tuning
        self._levels: deque[float] = deque(maxlen=round(tuning.echo_window_s / FRAME_S))
        self.dbfs = LOWEST_DBFS

    def is_exceeded_by(self, band: float, relief_db: float) -> bool:
        """Is this frame clearly louder? It counts from now on, too."""
        tuning, levels = self._tuning, self._levels
        levels.append(band)
        if len(levels) % 10 == 0 or len(levels) == levels.maxlen:
            self.dbfs = float(np.quantile(levels, tuning.echo_share))
        if len(levels) * FRAME_S < tuning.echo_learning_s:
            return False
        return band - self.dbfs >= tuning.over_echo_db - relief_db


def _clipped(frame: bytes) -> float:
    samples = np.frombuffer(frame, np.int16)
    return float(np.count_nonzero((samples >= 32700) | (samples <= -32700))) / FRAME_SAMPLES
