"""How each duty of the settings table renews its part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from skill.service.assembly import first_model, hearing_config, version_of, versions
from skill.service.duties.settings_table import Duty
from skill.service.duties.taking_settings import Renew
from skill.service.engine import Engine
from skill.service.health import HealthWatch
from skill.service.mouth import PromptMouth
from skill.service.parts.chosen import InForce
from skill.service.parts.ground import Ground
from skill.service.parts.listening import Listening
from skill.service.parts.loudspeaker import ChosenLoudspeaker
from skill.service.parts.voice import VoicePreparation
from skill.service.scribe import JournalScribe


@dataclass(frozen=True)
class Renewable:
    """The parts that a changed setting renews."""

    ground: Ground
    listening: Listening
    loudspeaker: ChosenLoudspeaker
    voice: VoicePreparation
    mouth: PromptMouth
    scribe: JournalScribe
    engine: Engine
    health: HealthWatch

    def by_duty(self) -> Mapping[Duty, Renew]:
        return {
            "texts": self._texts, "voice": self._spoken, "loudspeaker": self._sounding, "listening": self._heard
        }  # fmt: skip

    def look_at_learned(self) -> None:
        """Of the voice of whoever sleeps here: another file, or none, holds as soon as nobody is spoken with."""
        config = self.listening.config
        if config is None or not self.engine.quiet:
            return
        version = version_of(self.ground.paths.personal_file, config.personal_version)
        if version != config.personal_version:
            self.listening.use(replace(config, personal_version=version))

    def _texts(self, new: InForce) -> Callable[[], None]:
        return lambda: self.engine.replace_script(new.contents.script)

    def _spoken(self, new: InForce) -> Callable[[], None]:
        prompts = self.voice.prompts(new)

        def change() -> None:
            self.mouth.use(prompts)
            self.voice.begin(prompts, new)

        return change

    def _sounding(self, new: InForce) -> Callable[[], None]:
        def change() -> None:
            self.loudspeaker.use(new.settings.audio.loudspeaker)
            self.health.mended("loudspeaker", "gone", "stand_in")  # of the one before; this one tells its own

        return change

    def _heard(self, new: InForce) -> Callable[[], None]:
        config = hearing_config(
            new.settings, self.ground.choices, new.contents, self.ground.paths.personal_file
        )

        def change() -> None:
            self.listening.use(config)
            self.health.switched(on=config is not None)
            self.scribe.versions = versions(
                new.contents, Path(first_model(new.settings, self.ground.choices))
            )

        return change
