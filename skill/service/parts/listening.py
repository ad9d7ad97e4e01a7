"""The night's ears: a hearing process, another one when its configuration changes, none while it is switched off."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable

from skill.audio.samples import Samples
from skill.events import Fault, Heard, Pulse, SpeechBegan, Unclear
from skill.hearing.echo.own_sound import Played
from skill.hearing.process.protocol import HearingConfig, Ready
from skill.hearing.process.recording import RecordedSound
from skill.hearing.process.supervisor import HearingMessage, HearingProcess


class Listening:
    """The engine's ears for as long as the service runs. Methods may be called from any thread."""

    def __init__(
        self,
        config: HearingConfig | None,
        deliver: Callable[[Heard | Unclear | SpeechBegan | Pulse | Fault], None],
        first: subprocess.Popen[bytes] | None = None,
    ) -> None:
        """Starts at once. None: no process runs, so no microphone is open.

        `first`: a hearing process that has begun to get ready; ended where it isn't wanted.
        """
        self._deliver = deliver
        self._take_recording: Callable[[Samples], None] = lambda _samples: None
        self._grammar = "idle"
        self._config = config
        self._process = self._begun(config, first)
        if config is None and first is not None:
            first.kill()
            first.wait()

    @property
    def switched_off(self) -> bool:
        """The person wants no microphone open."""
        return self._config is None

    @property
    def config(self) -> HearingConfig | None:
        """What is listened with now."""
        return self._config

    @property
    def ready(self) -> Ready | None:
        """What the process said when it began to listen; None before."""
        return self._process.ready if self._process is not None else None

    def listen(self, grammar: str) -> None:
        self._grammar = grammar
        if self._process is not None:
            self._process.listen(grammar)

    def own_voice(self, playing: bool) -> None:
        if self._process is not None:
            self._process.own_voice(playing)

    def played(self, piece: Played) -> None:
        process = self._process
        if process is not None:
            process.played(piece)

    def record(self, seconds: float, take: Callable[[Samples], None]) -> None:
        """`take` gets so much of what the microphone gives from now on, 16 kHz mono, from another thread.

        It is never called where no process listens, or it ends meanwhile.
        """
        self._take_recording = take
        if self._process is not None:
            self._process.record(seconds)

    def use(self, config: HearingConfig | None) -> None:
        """Listen with this configuration from now on; nothing happens when it is the present one."""
        if config == self._config:
            return
        self._config = config
        old, self._process = self._process, self._begun(config)
        self.listen(self._grammar)
        if old is not None:
            threading.Thread(target=old.close, daemon=True).start()

    def close(self) -> None:
        if self._process is not None:
            self._process.close()

    def _begun(
        self, config: HearingConfig | None, first: subprocess.Popen[bytes] | None = None
    ) -> HearingProcess | None:
        if config is None:
            return None
        process = HearingProcess(config, self._hand_on, first)
        process.start()
        return process

    def _hand_on(self, message: HearingMessage) -> None:
        if isinstance(message, RecordedSound):
            self._take_recording(message.samples)
        else:
            self._deliver(message)
