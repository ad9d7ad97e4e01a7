"""Which faults still stand: each lasts until what caused it is proved gone, and by what, stands here.

Hearing says with every sign of life which of its own faults are still there (`Pulse.standing`). Frames that came after
a fault prove a device to be there again; only real sound proves that it hears.
"""

from __future__ import annotations

from skill.events import Fault, Pulse

OF_HEARING = ("microphone", "recogniser", "second_ear")
NEEDS_REAL_SOUND = ("silent", "server", "self_test")  # causes with which frames arrive all the same
LAG_S = 1.0  # sound that had come in before the fault may be read so long after it
MOST = 20  # faults that stand at once; then the oldest go


def with_fault(faults: tuple[Fault, ...], fault: Fault) -> tuple[Fault, ...]:
    """In place of what stood for the same cause."""
    return (*(f for f in faults if not _same(f, fault)), fault)[-MOST:]


def told_before(faults: tuple[Fault, ...], fault: Fault) -> bool:
    """In the same words."""
    return any(_same(f, fault) and f.sentence == fault.sentence for f in faults)


def outlasts(fault: Fault, pulse: Pulse) -> bool:
    """Does it still stand after this sign of life?"""
    if fault.source not in OF_HEARING or fault.cause in pulse.standing:
        return True
    frame_at_s = pulse.at_s if pulse.frame_at_s is None else pulse.frame_at_s
    if fault.cause not in NEEDS_REAL_SOUND:
        return frame_at_s <= fault.at_s
    return pulse.proved_at_s is None or pulse.proved_at_s <= fault.at_s + LAG_S


def worst(faults: tuple[Fault, ...], severity: str) -> Fault | None:
    """The latest fault of this severity."""
    return next((f for f in reversed(faults) if f.severity == severity), None)


def _same(one: Fault, other: Fault) -> bool:
    if one.source != other.source or one.cause != other.cause:
        return False
    return bool(one.cause) or one.sentence == other.sentence
