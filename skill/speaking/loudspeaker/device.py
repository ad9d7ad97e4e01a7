"""A live loudspeaker through PortAudio: stopped at once, reopened for ever, with the true end of sound."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import Empty
from typing import Any

from skill.audio.return_watch import ReturnWatch
from skill.audio.sound import Sound
from skill.errors import AudioError
from skill.events import Fault
from skill.messages.message import Message, sentence_of
from skill.speaking.loudspeaker.monitor import Monitor
from skill.speaking.loudspeaker.output_device import OutputStream
from skill.speaking.loudspeaker.playback import Mixer, Playback
from skill.speaking.loudspeaker.player import OnEnd
from skill.speaking.loudspeaker.reopening import Reopening

_LOG = logging.getLogger(__name__)

OnFault = Callable[[Fault], None]
OnReturn = Callable[[float], None]

_WATCH_S = 0.1
_LOST_AFTER_S = 0.5  # no library reports every loss: a stalled device simply asks for no more blocks
_FLOWS_AFTER_S = 0.25
_OPENING_S = 2.0  # a device may take this long to ask for its first blocks
_BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 3.0)
_STUCK_S = 60.0  # longer than this thread ever waits by itself
_AWAKE_S = 20.0  # so long after a sound blocks keep flowing, which all night would cost 2 % of a core;
_PROBE_S = 20.0  # then the device is let go, and only tried so often
_WAIT_FOR_RETURN_S = 10.0  # a sentence interrupted by a shorter loss is said again from its start


class DeviceLoudspeaker:
    """The loudspeaker called `name` ("" for the system's default), watched and reopened all night.

    The callbacks (`on_end` of a sound, `on_fault`, `on_return`) come from a thread of this object.
    While the device is gone a sound waits for its return; after some seconds it ends as not completed.
    Reopening restarts PortAudio, which ends all streams of the process: the microphone is in another one.
    """

    def __init__(
        self,
        name: str = "",
        on_fault: OnFault = lambda _fault: None,
        on_return: OnReturn = lambda _gone_s: None,
        clock: Callable[[], float] = time.monotonic,
        monitor: Monitor | None = None,
        lead_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`on_fault` is told once per loss; `on_return` the seconds that the device was gone.

        `lead_s`: so long it is given a sound that nobody hears before the first word, when it has slept.
        """
        self._lead_s = lead_s
        self._slept = True  # nothing was played lately, so a Bluetooth or HDMI device may be asleep
        self._monitor = monitor
        self._output = Reopening(name, self._callback)
        self._on_fault = on_fault
        self._on_return = on_return
        self._clock = clock
        self._mixer = Mixer()
        self._lock = threading.Lock()  # between the service and the watching thread; never in the callback
        self._pending: list[Playback] = []
        self._stream: OutputStream | None = None
        self._gone = False  # as of the last attempt to open it
        self._awaited: ReturnWatch | None = (
            None  # looks out for the chosen device while another one stands in
        )
        self._last_block_s = -1.0
        self._blocks = 0
        self._moved_s = clock()
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="loudspeaker", daemon=True)
        self._watcher.start()

    # --- what the service calls ------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        with self._lock:
            return bool(self._pending)

    @property
    def hangs(self) -> bool:
        """It is mute, and the sound system doesn't come back from a call; another process might be answered."""
        return (self._gone and self._output.in_a_call) or self._clock() - self._moved_s > _STUCK_S

    @property
    def blocks(self) -> int:
        """Blocks that the device has asked for. They flow around sounds, and every 20 s to see that it is there."""
        return self._blocks

    def play(self, sound: Sound, gain_db: float, on_end: OnEnd) -> None:
        playback = Playback(sound, gain_db, on_end, self._lead_s() if self._slept else 0.0)
        self._slept = False
        with self._lock:
            if self._stream is not None:
                playback.start_at(self._stream.rate_hz)
            self._pending.append(playback)
            self._mixer.wanted = playback
        self._mixer.ended.put(None)

    def stop(self) -> None:
        with self._lock:
            self._mixer.wanted = None

    def close(self) -> None:
        """Silence, and give the device back."""
        self._closing.set()
        self._mixer.ended.put(None)
        if threading.current_thread() is not self._watcher:
            self._watcher.join(timeout=5.0)

    # --- the device's thread ---------------------------------------------------------------------------

    def _callback(self, block: Any, _frames: int, times: Any, status: Any) -> None:
        now_s = self._clock()
        self._last_block_s = now_s
        self._blocks += 1
        stream = self._stream
        if stream is None:
            block.fill(0)
            return
        ahead_s = times.outputBufferDacTime - times.currentTime
        if not 0.0 < ahead_s < 5.0:  # some drivers give no times
            ahead_s = stream.latency_s
        self._mixer.fill(block, stream.rate_hz, now_s + ahead_s)
        if self._monitor is not None:
            if status.output_underflow:  # there was a hole of unknown length
                self._monitor.begin()
            self._monitor.take(block[:, 0], stream.rate_hz, now_s + ahead_s)

    # --- the watching thread ---------------------------------------------------------------------------

    def _watch(self) -> None:
        gone_from_s, attempt, told = self._clock(), 0, False
        while not self._closing.is_set():
            self._moved_s = self._clock()
            why = self._open()
            self._gone = bool(why)
            if not why:
                if told:
                    self._on_return(self._clock() - gone_from_s)
                told = self._tell_of_stand_in()
                self._serve()
                self._shut()
                gone_from_s, attempt = self._clock(), 0
            else:
                if not told:
                    self._on_fault(Fault("loudspeaker", "mute", why, self._clock(), "gone"))
                    told = True
                self._wait(_BACK_OFF_S[min(attempt, len(_BACK_OFF_S) - 1)], gone_from_s + _WAIT_FOR_RETURN_S)
                attempt += 1
            self._output.device_lost()
        self._shut()
        with self._lock:
            self._mixer.wanted = None
        self._report_dropped()

    def _open(self) -> str:
        """Open and wait for the first block; returns what went wrong, "" for nothing."""
        try:
            stream = self._output.open(_OPENING_S)
            self._mixer.drop()
            self._slept = not self.playing
            with self._lock:
                wanted = self._mixer.wanted
                if wanted is not None:
                    wanted.start_at(stream.rate_hz)
                self._stream = stream
            self._start(stream)
        except AudioError as error:
            self._shut()
            return sentence_of(error)
        except Exception as error:  # whatever a driver comes up with, this thread lives on
            self._shut()
            return Message("speaking.loudspeaker_fails", error=error)
        return ""

    def _tell_of_stand_in(self) -> bool:
        """Say so where another device is used than the chosen one, and look out for that one. Was anything told?"""
        stream = self._stream
        if stream is None or not stream.instead_of:
            return False
        self._awaited = ReturnWatch(stream.instead_of, "output")
        sentence = Message("speaking.another_loudspeaker", chosen=stream.instead_of, used=stream.device.name)
        self._on_fault(Fault("loudspeaker", "degraded", sentence, self._clock(), "stand_in"))
        return True

    def _chosen_is_back(self) -> bool:
        """The device that another one stands in for is there again, and nothing is being said."""
        return self._awaited is not None and not self.playing and self._awaited.is_back()

    def _start(self, stream: OutputStream) -> None:
        """Let blocks flow. AudioError when they don't: the first ones only fill the driver's buffer."""
        begun_s = self._clock()
        if self._monitor is not None:
            self._monitor.begin()
        stream.start()
        while self._last_block_s < begun_s + _FLOWS_AFTER_S and not self._closing.wait(0.01):
            if self._clock() > begun_s + _OPENING_S:
                raise AudioError(Message("speaking.loudspeaker_takes_nothing", name=stream.device.name))

    def _serve(self) -> None:
        """Report the ends of sounds until the device is lost or the object closes."""
        awake_until_s = self._clock() + _LOST_AFTER_S
        while self._stream is not None and not self._closing.is_set():
            self._moved_s = self._clock()
            if self._clock() - self._last_block_s > _LOST_AFTER_S or not self._stream.active:
                return
            if self._chosen_is_back():
                return
            self._report_next(_WATCH_S)
            self._report_dropped()
            if self.playing:
                awake_until_s = self._clock() + _AWAKE_S
            elif self._clock() > awake_until_s:
                if not self._doze(self._stream.instead_of):
                    return
                awake_until_s = self._clock() + _LOST_AFTER_S

    def _doze(self, instead_of: str) -> bool:
        """Let the device go until there is something to say or it is time to look. Is it there then, and the same?"""
        self._slept = True
        self._let_go()
        self._report_next(_PROBE_S)
        if self._closing.is_set() or self._open():
            return False
        return self._stream is not None and self._stream.instead_of == instead_of

    def _report_next(self, timeout_s: float) -> None:
        """Wait for a sound to end, or for `play` or `close` to wake this thread."""
        try:
            playback = self._mixer.ended.get(timeout=timeout_s)
        except Empty:
            return
        if playback is not None:
            ended_at_s = playback.ended_at_s or self._clock()
            self._closing.wait(max(0.0, ended_at_s - self._clock()))
            self._report(playback, not playback.cut_short, ended_at_s)

    def _wait(self, seconds: float, give_up_at_s: float) -> None:
        """Let the device be for a while; what was stopped or has waited too long ends meanwhile."""
        until_s = self._clock() + seconds
        while not self._closing.wait(_WATCH_S) and self._clock() < until_s:
            self._moved_s = self._clock()
            if self._clock() > give_up_at_s:
                self.stop()
            self._report_dropped()

    def _shut(self) -> None:
        awaited, self._awaited = self._awaited, None
        if awaited is not None:
            awaited.close()
        self._let_go()

    def _let_go(self) -> None:
        with self._lock:
            stream, self._stream = self._stream, None
        if stream is not None:
            self._output.let_go(stream)

    def _report_dropped(self) -> None:
        """End the sounds that were replaced or stopped before the device took anything of them."""
        gone = self._stream is None
        while gone and not self._mixer.ended.empty():  # what ended while the device was lost
            self._report_next(0.0)
        with self._lock:
            wanted = self._mixer.wanted
            dropped = [
                playback
                for playback in self._pending
                if playback is not wanted and playback.ended_at_s is None and (gone or not playback.begun)
            ]
        for playback in dropped:
            self._report(playback, False, self._clock())

    def _report(self, playback: Playback, completed: bool, at_s: float) -> None:
        with self._lock:
            if playback not in self._pending:
                return
            self._pending.remove(playback)
        try:
            playback.on_end(completed, at_s)
        except Exception:  # a listener's mistake must not silence the night
            _LOG.exception("the end of a sound could not be told")
