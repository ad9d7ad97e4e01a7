"""The loudspeaker that the settings name, and another one when they name another."""

from __future__ import annotations

import threading
from collections.abc import Callable

from skill.audio.sound import Sound
from skill.service.health import HealthWatch
from skill.service.parts.ground import Ground
from skill.speaking.loudspeaker.device import DeviceLoudspeaker
from skill.speaking.loudspeaker.monitor import Monitor
from skill.speaking.loudspeaker.player import Loudspeaker, OnEnd


class ChosenLoudspeaker:
    """A `Loudspeaker` for as long as the service runs."""

    def __init__(self, make: Callable[[str], Loudspeaker], name: str) -> None:
        """`make` opens the one of this name; "" is the system's default."""
        self._make = make
        self._name = name
        self.lead_s = 0.0
        self._device = make(name)

    @property
    def playing(self) -> bool:
        return self._device.playing

    @property
    def hangs(self) -> bool:
        return self._device.hangs

    def play(self, sound: Sound, gain_db: float, on_end: OnEnd) -> None:
        self._device.play(sound, gain_db, on_end)

    def stop(self) -> None:
        self._device.stop()

    def wake_for(self, seconds: float) -> None:
        """So long this device is woken before the first word, when it has slept."""
        self.lead_s = seconds

    def use(self, name: str) -> None:
        """From the next sound on; nothing happens when it is the present one."""
        if name == self._name:
            return
        self.lead_s = 0.0
        old, self._device, self._name = self._device, self._make(name), name
        threading.Thread(target=old.close, daemon=True).start()

    def close(self) -> None:
        self._device.close()


def open_loudspeaker(g: Ground, monitor: Monitor, health: HealthWatch) -> ChosenLoudspeaker:
    """Devices by their names, or what the command line chose instead."""

    def back(_gone_s: float) -> None:
        g.loop.deliver(lambda: health.mended("loudspeaker", "gone", "stand_in"))

    def make(name: str) -> Loudspeaker:
        if g.choices.loudspeaker is not None:
            return g.choices.loudspeaker()
        return DeviceLoudspeaker(name, g.loop.deliver, back, monitor=monitor, lead_s=lambda: chosen.lead_s)

    chosen = ChosenLoudspeaker(make, g.chosen.settings.audio.loudspeaker)
    return chosen
