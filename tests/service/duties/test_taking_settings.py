"""A changed settings file is taken whole, or not at all and said so; never in the middle of a conversation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from skill.content.in_force import load_contents
from skill.errors import VoiceError
from skill.paths import prompts_dir, user_paths
from skill.service.duties.settings_table import ORDER, TABLE, duties_for
from skill.service.duties.taking_settings import TakingSettings
from skill.service.parts.chosen import Chosen, InForce
from skill.settings.rules import DEFAULTS
from skill.settings.values import Settings


class Household:
    """Duties that note what they renewed; one of them can be made to fail."""

    def __init__(self, home: Path) -> None:
        self.paths = user_paths(home)
        self.paths.config.mkdir(parents=True)
        self.chosen = Chosen(Settings(), load_contents(prompts_dir(), "nb"))
        self.renewed: list[str] = []
        self.told: list[str] = []
        self.failing = ""
        self.quiet = True
        self.taking = TakingSettings(
            self.paths, self.chosen, lambda: self.quiet,
            lambda _source, _severity, why, _cause="": self.told.append(why),
            lambda _source: None, {duty: self._renews(duty) for duty in ORDER},
        )  # fmt: skip

    def _renews(self, duty: str) -> Callable[[InForce], Callable[[], None]]:
        def renew(_new: InForce) -> Callable[[], None]:
            if duty == self.failing:
                raise VoiceError("Stemmen finnes ikke.")
            return lambda: self.renewed.append(duty)

        return renew

    def save(self, text: str) -> None:
        self.paths.settings_file.write_text(text, encoding="utf-8")
        self.taking.look()


@pytest.fixture
def household(tmp_path: Path) -> Household:
    return Household(tmp_path)


def test_a_change_renews_what_its_rows_name_and_nothing_else(household: Household) -> None:
    household.save('language = "nn"\n')
    assert household.renewed == ["texts", "voice", "listening"]
    assert household.chosen.contents.script.language == "nn"
    household.renewed.clear()
    household.save('language = "nn"\n[voice]\nnight_volume_db = -9.0\n')
    assert household.renewed == []
    assert household.chosen.settings.voice.night_volume_db == -9.0


@pytest.mark.parametrize("failing", ["texts", "voice", "listening"])
def test_a_duty_that_cannot_leaves_everything_as_it_was_and_says_so(
    household: Household, failing: str
) -> None:
    household.failing = failing
    before = household.chosen.now
    household.save('language = "nn"\n')
    assert household.chosen.now is before
    assert household.renewed == []
    assert household.told == [
        "De nye innstillingene er ikke tatt i bruk, og de gamle gjelder som før: Stemmen finnes ikke."
    ]


def test_a_change_waits_for_the_end_of_the_conversation(household: Household) -> None:
    household.quiet = False
    household.save("[voice]\nrate_wpm = 100\n")
    assert household.taking.waiting
    assert household.chosen.settings.voice.rate_wpm == 120
    household.quiet = True
    household.taking.look()
    assert household.chosen.settings.voice.rate_wpm == 100
    assert not household.taking.waiting


def test_every_setting_has_a_row() -> None:
    assert set(TABLE) == set(DEFAULTS)
    assert all(row.changes for row in TABLE.values())
    assert duties_for(["voice.name", "audio.microphone"]) == ("voice", "listening")
