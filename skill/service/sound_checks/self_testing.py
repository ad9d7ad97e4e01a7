"""The self-test with the night's own parts."""

from __future__ import annotations

from collections.abc import Callable

from skill.events import Say
from skill.service.engine import Engine
from skill.service.health import HealthWatch
from skill.service.mouth import PromptMouth
from skill.service.parts.ground import Ground
from skill.service.parts.listening import Listening
from skill.service.parts.loudspeaker import ChosenLoudspeaker
from skill.service.sound_checks.self_test import SELF_TEST_KEY, SelfTest, SelfTestParts


def wire_self_test(
    ground: Ground,
    listening: Listening,
    loudspeaker: ChosenLoudspeaker,
    mouth: PromptMouth,
    health: HealthWatch,
    engine: Engine,
) -> SelfTest:
    """Ready only while frames arrive, real sound or not, and no conversation goes on."""
    clock, deliver = ground.clock, ground.loop.deliver

    def say(key: str) -> bool:
        return engine.announce(lambda say_id: mouth.say(Say(say_id, (key,))))

    def ready() -> bool:
        pulse = health.health.last_pulse
        return engine.quiet and pulse is not None and not health.health.switched_off

    def call(what: Callable[[], None]) -> None:
        deliver(what)

    parts = SelfTestParts(
        sound=lambda: mouth.sound(SELF_TEST_KEY),
        record=listening.record,
        say=say,
        deliver=call,
        tell=deliver,
        mended=health.mended,
        lead=loudspeaker.wake_for,
    )
    return SelfTest(
        parts,
        ground.paths.self_test_file,
        lambda: ground.chosen.settings.voice.quiet_from,
        ground.local,
        clock.now_s,
        ready,
    )
