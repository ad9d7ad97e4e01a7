from __future__ import annotations

from datetime import timedelta

import numpy as np

from skill.events import Adjust, Say
from skill.service.mouth import rates_of
from skill.settings.values import VoiceSettings
from skill.speaking.delivery import DeliveryStyle
from tests.service.typed import TypedNight


def loudness(night: TypedNight, style: DeliveryStyle = "calm") -> float:
    night.mouth.say(Say(99, ("calf.B1",), style=style))
    sound = np.concatenate([night.loudspeaker.advance(0.02) for _ in range(40)]).astype(float)
    night.mouth.stop()
    night.wait(0.2)
    return float(20 * np.log10(np.sqrt(np.mean(sound**2))))


def test_at_night_it_speaks_more_softly_than_by_day(night: TypedNight) -> None:
    at_night = loudness(night)
    night.clock.jump_wall(timedelta(hours=10))  # one in the afternoon
    assert 5 < loudness(night) - at_night < 7


def test_an_alarm_is_never_softened_by_the_night(night: TypedNight) -> None:
    assert loudness(night, "alarm") - loudness(night) > 8


def test_a_calm_word_may_be_softer_than_that(night: TypedNight) -> None:
    usual = loudness(night)
    night.mouth.say(Say(98, ("calf.B1",), softer_db=4.0))
    sound = np.concatenate([night.loudspeaker.advance(0.02) for _ in range(40)]).astype(float)
    assert 3 < usual - 20 * np.log10(np.sqrt(np.mean(sound**2))) < 5


def test_louder_holds_from_the_next_sentence_on(night: TypedNight) -> None:
    before = loudness(night)
    night.mouth.adjust(Adjust("louder"))
    assert 3 < loudness(night) - before < 5


def test_slower_takes_longer(night: TypedNight) -> None:
    assert night.mouth.delivery.rate_for("calm") == 120
    night.mouth.adjust(Adjust("slower"))
    assert night.mouth.delivery.rate_for("calm") == 100


def test_every_rate_that_a_night_may_ask_for_is_prepared() -> None:
    assert rates_of(VoiceSettings()) == (120, 100, 80, 140)
