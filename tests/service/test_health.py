from __future__ import annotations

from skill.events import Fault, Pulse
from skill.service.health import DEAF_AFTER_S
from tests.service.typed import TypedNight


def pulse(night: TypedNight) -> None:
    night.health.pulse(Pulse(night.clock.now_s(), 50, 0.0, -60.0, "mikrofon"))


def kinds(night: TypedNight) -> list[str]:
    return [event.kind for event in night.journal.device_events()]


def test_it_hears_as_long_as_frames_arrive(night: TypedNight) -> None:
    pulse(night)
    night.clock.advance(DEAF_AFTER_S - 0.1)
    assert night.health.check("døv")
    assert night.health.health.hearing(night.clock.now_s())
    assert kinds(night) == []


def test_without_frames_it_is_deaf_and_that_is_written_down_once(night: TypedNight) -> None:
    pulse(night)
    night.clock.advance(DEAF_AFTER_S)
    assert not night.health.check("døv")
    assert not night.health.check("døv")
    assert kinds(night) == ["deaf_from"]


def test_a_service_that_never_heard_anything_is_deaf_too(night: TypedNight) -> None:
    night.clock.advance(DEAF_AFTER_S)
    assert not night.health.check("døv")


def test_hearing_again_is_written_down_with_how_long_it_took(night: TypedNight) -> None:
    pulse(night)
    night.clock.advance(30)
    night.health.check("døv")
    pulse(night)
    assert night.health.check("døv")
    again = night.journal.device_events()[-1]
    assert (again.kind, again.data["after_s"]) == ("hearing_again", 30.0)


def test_a_fault_says_why_it_is_deaf_and_is_forgotten_when_it_hears(night: TypedNight) -> None:
    night.health.fault(Fault("microphone", "deaf", "Mikrofonen er trukket ut.", 0.0))
    night.clock.advance(DEAF_AFTER_S)
    night.health.check("døv")
    assert night.health.health.deaf_sentence == "Mikrofonen er trukket ut."
    pulse(night)
    assert night.health.health.faults == ()


def test_the_same_fault_again_and_again_is_written_once(night: TypedNight) -> None:
    for _ in range(5):
        night.health.fault(Fault("loudspeaker", "mute", "Høyttaleren er borte.", 0.0))
    assert kinds(night) == ["fault"]
    night.health.mended("loudspeaker")
    assert night.health.health.faults == ()
