"""The one way of a setting to what it changes: saved by a page or by hand, it is taken whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from skill.content.in_force import load_contents
from skill.errors import KrampevaktError
from skill.events import FaultSource
from skill.messages.message import Message
from skill.paths import UserPaths, prompts_dir
from skill.service.duties.settings_table import Duty, duties_for
from skill.service.parts.chosen import Chosen, InForce
from skill.service.ports import Tell
from skill.settings.file import read, stamp
from skill.settings.rules import flat
from skill.settings.values import Settings

Renew = Callable[[InForce], Callable[[], None]]
"""Gets ready for what will be in force. Raises KrampevaktError, and then nothing has changed; what it gives makes the
change, and can't fail."""


class TakingSettings:
    """A changed file is in force from the next sentence, but never in the middle of a conversation."""

    def __init__(
        self, paths: UserPaths, chosen: Chosen, quiet: Callable[[], bool],
        tell: Tell, mended: Callable[[FaultSource], None], renew: Mapping[Duty, Renew],
    ) -> None:  # fmt: skip
        """`mended` gets the source of a fault that is gone."""
        self._paths = paths
        self._chosen = chosen
        self._quiet = quiet
        self._tell = tell
        self._mended = mended
        self._renew = renew
        self._stamp = stamp(paths.settings_file)
        self.waiting = False  # a change waits for the conversation to end

    @property
    def _file(self) -> Path:
        return self._paths.settings_file

    def look(self) -> None:
        """Take the file's settings if it has changed. Called each second, and at once when a page has saved it."""
        seen = stamp(self._file)
        if seen == self._stamp and not self.waiting:
            return
        self._stamp = seen
        self.waiting = not self._quiet()
        if self.waiting:
            return
        loaded = read(self._file)
        self._mended("settings")
        for problem in loaded.problems:
            self._tell("settings", "notice", problem.sentence)
        self._take(loaded.settings)

    def _take(self, settings: Settings) -> None:
        before = self._chosen.now
        old, new = flat(before.settings), flat(settings)
        try:
            chosen = self._texts_for(settings, before)
            changes = [self._renew[duty](chosen) for duty in duties_for(k for k in new if new[k] != old[k])]
        except KrampevaktError as error:
            self._tell("settings", "degraded", Message("service.settings_not_taken", why=error), "not taken")
            return
        self._chosen.take(chosen)
        for change in changes:
            change()

    def _texts_for(self, settings: Settings, before: InForce) -> InForce:
        if settings.language == before.settings.language:
            return InForce(settings, before.contents)
        contents = load_contents(prompts_dir(), settings.language, self._paths.data / "prompts_last_good")
        return InForce(settings, contents)
