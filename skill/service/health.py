"""Is it hearing? Known from frames that arrived and words that were decoded, never from a process being alive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from skill.events import Fault, Heard, Pulse
from skill.messages.message import Message
from skill.service.clock import Clock
from skill.service.duties.standing import OF_HEARING, outlasts, told_before, with_fault, worst
from skill.service.ports import Scribe

DEAF_AFTER_S = 5.0
"""Without a frame for this long a person who called out would not be heard, and that is said."""
STARTING_S = 10.0

HearingState = Literal["hearing", "starting", "deaf", "mute", "off"]


NOTHING_REAL = Message("service.microphone_silent")
SWITCHED_OFF = Message("service.microphone_switched_off")


@dataclass(frozen=True, slots=True)
class Health:
    """What is known at one moment. Times are of the service's monotonic clock; None where it never happened."""

    started_s: float
    last_pulse: Pulse | None = None
    last_pulse_s: float | None = None
    last_heard: Heard | None = None
    deaf_since_s: float | None = None
    deaf_sentence: str = ""
    faults: tuple[Fault, ...] = ()  # that stand, the latest last
    switched_off: bool = False  # the person wants no microphone open

    def frame_age_s(self, now_s: float) -> float | None:
        """Seconds since frames were last known to arrive."""
        return None if self.last_pulse_s is None else now_s - self.last_pulse_s

    def hearing(self, now_s: float) -> bool:
        age_s = self.frame_age_s(now_s)
        fresh = age_s is not None and age_s < DEAF_AFTER_S
        return fresh and self.deaf_since_s is None and worst(self.faults, "deaf") is None

    def state(self, now_s: float) -> HearingState:
        """What every part that tells of it says: pages, /healthz, systemd's status line and the terminal."""
        if self.switched_off:
            return "off"
        if self.hearing(now_s):
            return "mute" if self.why_mute else "hearing"
        starting = self.last_pulse is None and now_s - self.started_s < STARTING_S
        return "starting" if starting and worst(self.faults, "deaf") is None else "deaf"

    @property
    def why_deaf(self) -> str:
        """The sentence for a person; "" while it hears."""
        fault = worst(self.faults, "deaf")
        return fault.sentence if fault is not None else self.deaf_sentence

    @property
    def why_mute(self) -> str:
        """The sentence for a person; "" while what it says can be heard, as far as is known."""
        fault = worst(self.faults, "mute")
        return fault.sentence if fault is not None else ""


class HealthWatch:
    """Keeps `Health` up to date and writes to the journal when the service goes deaf and hears again.

    Nights on which it was deaf are thereby known, and never shown as nights without a cramp.
    """

    def __init__(
        self, clock: Clock, scribe: Scribe, on_change: Callable[[Health], None] = lambda _: None
    ) -> None:
        self._clock = clock
        self._scribe = scribe
        self._on_change = on_change
        self._health = Health(clock.now_s())

    @property
    def health(self) -> Health:
        return self._health

    @property
    def deaf(self) -> bool:
        """As of the last `check`."""
        return self._health.deaf_since_s is not None and not self._health.switched_off

    def switched(self, *, on: bool) -> None:
        """The microphone is closed, or opened again, because the person wants it so. Such a night counts as unheard."""
        if on == (not self._health.switched_off):
            return
        now_s = self._clock.now_s()
        if on:
            self._set(replace(self._health, switched_off=False, started_s=now_s, last_pulse_s=None))
            return
        self._set(replace(
            self._health, switched_off=True, last_pulse=None, last_pulse_s=None, deaf_since_s=now_s,
            deaf_sentence=SWITCHED_OFF,
        ))  # fmt: skip
        self._over(lambda fault: fault.source in OF_HEARING)
        self._scribe.record("deaf_from", {"source": "microphone", "sentence": SWITCHED_OFF})

    def pulse(self, pulse: Pulse) -> None:
        if self._health.switched_off:
            return  # the last sign of a process that is being ended
        self._over(lambda fault: not outlasts(fault, pulse))
        if pulse.nothing_real_since_s is not None:
            self._hears_nothing(pulse)
            return
        now_s = self._clock.now_s()
        health = replace(self._health, last_pulse=pulse, last_pulse_s=now_s)
        if health.deaf_since_s is not None and worst(health.faults, "deaf") is None:
            after_s = round(now_s - health.deaf_since_s, 1)
            self._scribe.record("hearing_again", {"source": "microphone", "after_s": after_s})
            health = replace(health, deaf_since_s=None, deaf_sentence="")
        self._set(health)

    def _hears_nothing(self, pulse: Pulse) -> None:
        """Frames arrive, and nothing real is in them: a muted microphone is as deaf as one that is gone.

        It lasts, with the fault, until real sound is back.
        """
        health = replace(self._health, last_pulse=pulse)
        if health.deaf_since_s is None:
            sentence = self._known("microphone") or NOTHING_REAL
            health = replace(health, deaf_since_s=self._clock.now_s(), deaf_sentence=sentence)
            self._scribe.record("deaf_from", {"source": "microphone", "sentence": sentence})
        self._set(health)

    def heard(self, heard: Heard) -> None:
        self._set(replace(self._health, last_heard=heard))

    def fault(self, fault: Fault) -> None:
        """Remember it, and write it down; a repeated one is written once until it is over."""
        told = told_before(self._health.faults, fault)
        self._set(replace(self._health, faults=with_fault(self._health.faults, fault)))
        if not told:
            self._scribe.record(
                "fault", {"source": fault.source, "severity": fault.severity, "sentence": fault.sentence}
            )

    def mended(self, source: str, *causes: str) -> None:
        """What caused these faults of a source is proved gone; without any cause named, all of them."""
        self._over(lambda fault: fault.source == source and (not causes or fault.cause in causes))

    def _over(self, is_over: Callable[[Fault], bool]) -> None:
        """Take them back, and write down how long each lasted."""
        over = [fault for fault in self._health.faults if is_over(fault)]
        if not over:
            return
        self._set(replace(self._health, faults=tuple(f for f in self._health.faults if f not in over)))
        for fault in over:
            after_s = round(max(0.0, self._clock.now_s() - fault.at_s), 1)
            self._scribe.record(
                "fault_over", {"source": fault.source, "sentence": fault.sentence, "after_s": after_s}
            )

    def _known(self, *sources: str) -> str:
        """What was told of these, the latest first; "" for nothing."""
        return next((f.sentence for f in reversed(self._health.faults) if f.source in sources), "")

    def check(self, sentence: str) -> bool:
        """Call about once a second. False while deaf against the person's will; `sentence` says why it may be."""
        health = self._health
        if health.switched_off:
            return True
        now_s = self._clock.now_s()
        last_s = health.started_s if health.last_pulse_s is None else health.last_pulse_s
        muted = health.last_pulse is not None and health.last_pulse.nothing_real_since_s is not None
        fault = worst(health.faults, "deaf")
        if fault is not None:
            last_s = min(last_s, fault.at_s)
        if not muted and now_s - last_s < DEAF_AFTER_S:
            return True
        if health.deaf_since_s is None:
            known = (fault.sentence if fault else self._known("microphone", "recogniser")) or sentence
            self._set(replace(health, deaf_since_s=last_s, deaf_sentence=known))
            self._scribe.record("deaf_from", {"source": "microphone", "sentence": known})
        return False

    def _set(self, health: Health) -> None:
        self._health = health
        self._on_change(health)
