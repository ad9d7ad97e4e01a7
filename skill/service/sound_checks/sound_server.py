"""Once a minute: has the sound server muted, turned down, moved or lost what we hear and speak with?"""

from __future__ import annotations

import threading
from collections.abc import Callable

from skill.audio.sound_server import ServerSide, ServerView, SoundTrouble
from skill.events import Fault, FaultSource, Severity
from skill.messages.message import Message
from skill.service.ports import Mended

LOOK_EVERY_S = 60.0
SERVER_NAMES = ("", "default", "pulse", "pipewire")  # devices behind which the server chooses

Found = Callable[[ServerView | None], None]

_LOUDSPEAKER: dict[SoundTrouble, str] = {
    "muted": "service.loudspeaker_muted",
    "turned_down": "service.loudspeaker_turned_down",
    "gone": "service.loudspeaker_gone",
}
_MICROPHONE: dict[SoundTrouble, str] = {
    "muted": "service.microphone_muted",
    "turned_down": "service.microphone_turned_down",
    "gone": "service.microphone_gone",
}


class SoundServerWatch:
    """Works in the loop's thread; only the looking itself is done elsewhere."""

    def __init__(
        self,
        look: Callable[[Found], None],
        tell: Callable[[Fault], None],
        mended: Mended,
        now_s: Callable[[], float],
        through_server: Callable[[FaultSource], bool],
    ) -> None:
        """`look` hands on what it finds, later and in the loop's thread (`looking_in_a_thread`).

        `through_server`: is what the settings choose reached through the server, and not past it?
        """
        self._through_server = through_server
        self._look = look
        self._tell = tell
        self._mended = mended
        self._now_s = now_s
        self._next_s = now_s()
        self._looking = False
        self._home: ServerSide | None = None  # the loudspeaker that the server had first
        self._told: dict[FaultSource, str] = {}

    def turn(self) -> None:
        if self._looking or self._now_s() < self._next_s:
            return
        self._looking = True
        self._look(self._take)

    def _take(self, found: ServerView | None) -> None:
        self._looking, self._next_s = False, self._now_s() + LOOK_EVERY_S
        if found is None:
            return  # no server, or it is being restarted: the devices' own watch sees whether sound flows
        if self._home is None and found.loudspeaker.trouble != "gone":
            self._home = found.loudspeaker
        self._compare("loudspeaker", *self._loudspeaker(found.loudspeaker))
        self._compare("microphone", "deaf", _wrong(found.microphone, _MICROPHONE))

    def _loudspeaker(self, side: ServerSide) -> tuple[Severity, str]:
        home = self._home
        if side.trouble is None and home is not None and (side.name, side.device) != (home.name, home.device):
            return "degraded", Message("service.sound_moved", device=side.device, before=home.device)
        return "mute", _wrong(side, _LOUDSPEAKER)

    def _compare(self, source: FaultSource, severity: Severity, sentence: str) -> None:
        sentence = sentence if self._through_server(source) else ""
        if sentence == self._told.get(source, ""):
            return
        self._told[source] = sentence
        if sentence:
            self._tell(Fault(source, severity, sentence, self._now_s(), "server"))
        else:
            self._mended(source, "server")


def _wrong(side: ServerSide, keys: dict[SoundTrouble, str]) -> str:
    return "" if side.trouble is None else Message(keys[side.trouble], device=side.device)


def looking_in_a_thread(
    look: Callable[[], ServerView | None], deliver: Callable[[Callable[[], None]], None]
) -> Callable[[Found], None]:
    """Calls `look` in a thread of its own, and hands what it finds to the loop's thread; None where it fails."""

    def looking(found: Found) -> None:
        def work() -> None:
            view: ServerView | None = None
            try:
                view = look()
            finally:
                deliver(lambda: found(view))

        threading.Thread(target=work, name="sound-server", daemon=True).start()

    return looking
