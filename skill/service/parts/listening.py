"""The night's ears: a hearing process, another one when its configuration changes."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable

from skill.hearing.echo.own_sound import Played
from skill.hearing.process.protocol import HearingConfig, Ready
from skill.hearing.process.supervisor import HearingMessage, HearingProcess


class Listening:
    """The engine's ears for as long as the service runs. Methods may be called from any thread."""

    def __init__(
        self,
        config: HearingConfig,
        deliver: Callable[[HearingMessage], None],
        first: subprocess.Popen[bytes] | None = None,
    ) -> None:
        """Starts at once. `first`: a hearing process that has begun to get ready."""
        self._deliver = deliver
        self._grammar = config.grammar
        self._config = config
        self._process = HearingProcess(config, deliver, first)
        self._process.start()

    @property
    def config(self) -> HearingConfig:
        return self._config

    @property
    def ready(self) -> Ready | None:
        """What the process said when it began to listen; None before."""
        return self._process.ready

    def listen(self, grammar: str) -> None:
        self._grammar = grammar
        self._process.listen(grammar)

    def own_voice(self, playing: bool) -> None:
        self._process.own_voice(playing)

    def played(self, piece: Played) -> None:
        self._process.played(piece)

    def use(self, config: HearingConfig) -> None:
        """Listen with this configuration from now on; nothing happens when it is the present one."""
        if config == self._config:
            return
        self._config = config
        old, self._process = self._process, HearingProcess(config, self._deliver)
        self._process.start()
        self._process.listen(self._grammar)
        threading.Thread(target=old.close, daemon=True).start()

    def close(self) -> None:
        self._process.close()
