"""Status page, /healthz, systemd, the nights' coverage, journal and doctor say the same, while the cause of a fault
stands and after it is proved gone; and what only looks like a proof takes nothing back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from skill.events import Fault, FaultOver, FaultSource, Pulse, Severity
from skill.journal.storage.store import Journal
from skill.service.duties.standing import LAG_S
from skill.service.live import LoopMessage
from tests.journeys.watched_night import Told, WatchedNight, watched

SENTENCE = "Noe er galt, og dette sier hva det betyr for natta."
WHILE_S = 7  # longer than any of them may take to say so


@dataclass(frozen=True)
class Cause:
    """One cause of a fault, how it is told, and what it does to the night."""

    source: FaultSource
    severity: Severity
    cause: str
    says: str  # what pages, machines and systemd say meanwhile
    sign: Callable[[Pulse], Pulse | None]  # hearing's sign of life while it stands
    no_proof: Callable[[float], tuple[LoopMessage, ...]]  # by the moment of the fault
    proof: Callable[[float, float], tuple[LoopMessage, ...]]  # by the moment of the fault, and now

    def __str__(self) -> str:
        return f"{self.source}: {self.cause}"


def real(at_s: float) -> Pulse:
    return Pulse(at_s, 50, 0.0, -50.0, "mikrofon", proved_at_s=at_s, frame_at_s=at_s)


def unproved(at_s: float, *standing: str) -> Pulse:
    """Frames come, and nothing real is in them, or hearing says itself what still stands."""
    return Pulse(at_s, 50, 0.0, -90.0, "mikrofon", proved_at_s=0.0, frame_at_s=at_s, standing=standing)


def muted(at_s: float) -> Pulse:
    return replace(unproved(at_s, "silent"), nothing_real_since_s=1.0)


def well(sign: Pulse) -> Pulse:
    return sign


def none(_sign: Pulse) -> None:
    return None


def of_hearing(cause: str, severity: Severity, source: FaultSource, says: str = "hearing") -> Cause:
    """Hearing itself says with each sign of life that this is still so."""
    return Cause(
        source, severity, cause, says, lambda sign: replace(sign, standing=(cause,)),
        lambda at_s: (replace(real(at_s + 3.0), standing=(cause,)),), lambda _at_s, now_s: (real(now_s),),
    )  # fmt: skip


def beside(source: FaultSource, severity: Severity, cause: str, says: str, *others: str) -> Cause:
    """Hearing has nothing to do with it; only who told it can take it back, and not for another cause."""
    return Cause(
        source, severity, cause, says, well,
        lambda at_s: (real(at_s + 3.0), *(FaultOver(source, other) for other in others)),
        lambda _at_s, _now_s: (FaultOver(source, cause),),
    )  # fmt: skip


CAUSES = (
    Cause("microphone", "deaf", "gone", "deaf", none,
          lambda at_s: (replace(real(at_s + 0.1), frame_at_s=at_s - 0.01),), lambda _at_s, now_s: (real(now_s),)),
    Cause("microphone", "degraded", "silent", "deaf", lambda sign: muted(sign.at_s),
          lambda at_s: (muted(at_s + 2.0),), lambda _at_s, now_s: (real(now_s),)),
    Cause("microphone", "deaf", "server", "deaf", lambda sign: unproved(sign.at_s),
          lambda at_s: (real(at_s + LAG_S / 2), unproved(at_s + 3.0), FaultOver("loudspeaker", "server")),
          lambda _at_s, _now_s: (FaultOver("microphone", "server"),)),
    Cause("microphone", "deaf", "self_test", "deaf", lambda sign: unproved(sign.at_s),
          lambda at_s: (unproved(at_s + 3.0),), lambda at_s, _now_s: (real(at_s + LAG_S + 0.1),)),
    of_hearing("stand_in", "degraded", "microphone"),
    of_hearing("too loud", "notice", "microphone"),
    Cause("recogniser", "degraded", "restarted", "deaf", none,
          lambda _at_s: (), lambda _at_s, now_s: (real(now_s),)),
    of_hearing("model", "degraded", "recogniser"),
    of_hearing("unknown word", "degraded", "recogniser"),
    Cause("recogniser", "deaf", "no model", "deaf", none,
          lambda at_s: (real(at_s - 0.1),), lambda _at_s, now_s: (real(now_s),)),
    of_hearing("second ear gone", "notice", "second_ear"),
    of_hearing("second ear late", "notice", "second_ear"),
    of_hearing("left out", "notice", "second_ear"),
    beside("loudspeaker", "mute", "gone", "mute", "server", "self_test"),
    beside("loudspeaker", "degraded", "stand_in", "hearing", "server", "self_test"),
    beside("loudspeaker", "mute", "server", "mute", "gone", "stand_in", "self_test"),
    beside("loudspeaker", "degraded", "self_test", "hearing", "gone", "stand_in", "server"),
    beside("voice", "mute", "say", "mute", "prepare"),
    beside("voice", "degraded", "prepare", "hearing", "say"),
    beside("journal", "degraded", "writing", "hearing", "backup"),
    beside("journal", "degraded", "backup", "hearing", "writing"),
    beside("clock", "degraded", "doubt", "hearing", "backup"),
    beside("settings", "degraded", "not taken", "hearing", "backup"),
    beside("service", "notice", "Nettsidene", "hearing", "Terminalen"),
    beside("service", "degraded", "conversation", "hearing", "Terminalen"),
)  # fmt: skip

HEADLINES = {
    "hearing": "Ja, apparatet hører.",
    "deaf": "Nei. Apparatet hører ingenting nå.",
    "mute": "Apparatet hører, men kan ikke snakke.",
}
SYSTEMD = {"hearing": "STATUS=hører", "deaf": f"STATUS=DØV: {SENTENCE}", "mute": f"STATUS=STUM: {SENTENCE}"}


def agree(told: Told, says: str, cause: Cause | None) -> None:
    """All of them say `says`, and name the fault where there is one."""
    assert told.listening == says
    assert told.code == (200 if says == "hearing" else 503)
    assert HEADLINES[says] in told.page
    assert told.systemd.splitlines()[-1] == SYSTEMD[says]
    assert ("WATCHDOG=1" in told.systemd) == (says != "deaf")
    assert told.counted_as_heard == (says != "deaf")
    if cause is None:
        assert told.standing == frozenset() and SENTENCE not in told.page and told.doctor == frozenset()
        return
    state = "bad" if cause.severity in ("deaf", "mute") else "notice"
    assert told.standing == {SENTENCE} and SENTENCE in told.page and told.doctor == {(state, SENTENCE)}


async def _lives_through(night: WatchedNight, cause: Cause) -> None:
    await night.pass_s(3, real(night.now_s))
    agree(await night.told(), "hearing", None)
    at_s = night.now_s
    await night.deliver(Fault(cause.source, cause.severity, SENTENCE, at_s, cause.cause))
    await night.pass_s(WHILE_S, cause.sign(real(at_s)))
    agree(await night.told(), cause.says, cause)
    await night.deliver(*cause.no_proof(at_s))
    await night.pass_s(WHILE_S, cause.sign(real(night.now_s)))
    agree(await night.told(), cause.says, cause)
    await night.deliver(*cause.proof(at_s, night.now_s))
    await night.pass_s(2, real(night.now_s))
    agree(await night.told(), "hearing", None)


@pytest.mark.parametrize("source", sorted({cause.source for cause in CAUSES}))
def test_all_say_the_same_until_the_cause_is_proved_gone(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    causes = [cause for cause in CAUSES if cause.source == source]

    async def live() -> None:
        async with watched(tmp_path, monkeypatch) as night:
            for cause in causes:
                await _lives_through(night, cause)

    asyncio.run(live())
    with Journal.open(tmp_path / "data" / "journal.db") as journal:
        kinds = [row.kind for row in journal.device_events() if row.text("sentence") == SENTENCE]
    assert [kind for kind in kinds if kind.startswith("fault")] == ["fault", "fault_over"] * len(causes)
    assert kinds.count("deaf_from") == len([cause for cause in causes if cause.says == "deaf"])


def test_two_faults_of_one_source_are_both_seen_and_go_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def live() -> None:
        async with watched(tmp_path, monkeypatch) as night:
            await night.pass_s(2, real(night.now_s))
            for number, cause in enumerate(("gone", "self_test")):
                await night.deliver(Fault("loudspeaker", "mute", f"Feil {number}.", night.now_s, cause))
            await night.pass_s(2, real(night.now_s))
            assert (await night.told()).standing == {"Feil 0.", "Feil 1."}
            await night.deliver(FaultOver("loudspeaker", "gone"))
            told = await night.told()
            assert told.standing == {"Feil 1."} and told.listening == "mute"

    asyncio.run(live())
