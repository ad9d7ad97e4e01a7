from __future__ import annotations

from skill.events import Fault, Pulse
from skill.service.health import DEAF_AFTER_S
from tests.service.typed import TypedNight


def pulse(night: TypedNight) -> None:
    now_s = night.clock.now_s()
    night.health.pulse(Pulse(now_s, 50, 0.0, -60.0, "mikrofon", proved_at_s=now_s))


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


def muted_pulse(night: TypedNight) -> None:
    now_s = night.clock.now_s()
    night.health.pulse(Pulse(
        now_s, 50, 0.0, -90.0, "mikrofon", nothing_real_since_s=now_s - 30.0, standing=("silent",)
    ))  # fmt: skip


def test_frames_of_a_muted_microphone_are_no_hearing_and_its_fault_lasts_until_real_sound_is_back(
    night: TypedNight,
) -> None:
    pulse(night)
    night.health.fault(Fault("microphone", "degraded", "Mikrofonen er kanskje slått av.", 0.0, "silent"))
    for _ in range(20):
        night.clock.advance(0.25)
        muted_pulse(night)
    assert not night.health.check("døv")
    assert not night.health.health.hearing(night.clock.now_s())
    assert night.health.health.deaf_sentence == "Mikrofonen er kanskje slått av."
    assert [fault.source for fault in night.health.health.faults] == ["microphone"]
    assert kinds(night) == ["fault", "deaf_from"]
    night.clock.advance(2.0)
    pulse(night)
    assert night.health.health.hearing(night.clock.now_s())
    assert night.health.health.faults == ()
    assert kinds(night)[-2:] == ["fault_over", "hearing_again"]


def test_what_stands_in_for_the_chosen_microphone_hears_and_the_fault_line_stays(night: TypedNight) -> None:
    night.health.fault(Fault("microphone", "degraded", "«Blue Yeti» er borte.", 0.0, "stand_in"))
    night.health.pulse(
        Pulse(night.clock.now_s(), 50, 0.0, -60.0, "innebygd", instead_of="Blue Yeti", standing=("stand_in",))
    )
    assert night.health.health.hearing(night.clock.now_s())
    assert [fault.sentence for fault in night.health.health.faults] == ["«Blue Yeti» er borte."]
    night.clock.advance(1.0)
    pulse(night)
    assert night.health.health.faults == ()
