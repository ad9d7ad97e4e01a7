"""What every view needs, wired once by `create_app` and found again with `site()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from time import monotonic

from flask import current_app

from skill.content.script import Script
from skill.errors import JournalError
from skill.journal.figures.extracts import ExtractCache
from skill.journal.storage.store import Journal
from skill.journal.times import system_zone
from skill.languages import Language
from skill.paths import UserPaths, prompts_dir
from skill.settings.rules import Value, flat, with_values
from skill.settings.values import Settings
from skill.web.forms.settings_reader import SettingsReader
from skill.web.ports import PagesOnly, ServicePorts
from skill.web.showing.texts import PageTexts

KEY = "krampevakt"
BY = "person"
"""Who edits, in the journal: pages have one user, however many read along."""


def _now() -> datetime:
    return datetime.now(system_zone())


@dataclass(frozen=True)
class WebConfig:
    """What the caller of `create_app` decides. The service hands in its own journal and ports."""

    paths: UserPaths
    journal: Journal
    ports: ServicePorts = field(default_factory=PagesOnly)
    prompts: Path = field(default_factory=prompts_dir)
    bound_host: str = "127.0.0.1"  # the address that the server really listens on
    bound_port: int = 8713
    now: Callable[[], datetime] = _now  # aware, in the person's zone
    clock: Callable[[], float] = monotonic  # seconds


@dataclass(frozen=True)
class Site:
    """The parts behind the pages."""

    config: WebConfig
    texts: PageTexts
    settings_reader: SettingsReader
    script: Callable[[Language], Script | None]  # what the voice says and asks
    extracts: ExtractCache = field(default_factory=ExtractCache)

    def spoken(self, language: Language) -> Mapping[str, str]:
        """Key of a spoken text → the sentence."""
        script = self.script(language)
        return script.texts if script else {}

    @property
    def journal(self) -> Journal:
        return self.config.journal

    @property
    def ports(self) -> ServicePorts:
        return self.config.ports

    @property
    def settings(self) -> Settings:
        return self.settings_reader.read().settings

    def now(self) -> datetime:
        return self.config.now()

    def change_settings(self, changes: Mapping[str, Value]) -> tuple[str, ...]:
        """Save these settings, note in the journal which they were, tell the service; the keys that really changed.

        Raises SettingsError, and then nothing is saved.
        """
        before = self.settings
        after = with_values(before, changes)
        old, new = flat(before), flat(after)
        keys = tuple(key for key in new if new[key] != old[key])
        if keys:
            self.settings_reader.save(after, before)
            with suppress(JournalError):  # it is saved; a journal in trouble says so elsewhere
                for key in keys:
                    self.journal.append("settings_changed", {"field": key, "by": BY}, None, self.now())
            self.ports.settings_changed()
        return keys

    @property
    def zone(self) -> tzinfo:
        """Of the person: where the clock of `now` stands."""
        return self.now().tzinfo or system_zone()


def site() -> Site:
    """The parts of the app that answers this request."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Site)
    return found
