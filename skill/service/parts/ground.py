"""What every other part of the service stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from skill.content.in_force import load_contents
from skill.events import Fault, FaultSource, Severity
from skill.journal.times import system_zone
from skill.paths import UserPaths, prompts_dir
from skill.service.assembly import Choices
from skill.service.clock import Clock
from skill.service.duties.rounds import Rounds
from skill.service.live import LiveLoop
from skill.service.parts.chosen import Chosen
from skill.settings.file import read


@dataclass(frozen=True)
class Ground:
    """Folders, choices, time, the settings in force, the loop, and what is done each second."""

    paths: UserPaths
    choices: Choices
    clock: Clock
    zone: ZoneInfo
    chosen: Chosen
    loop: LiveLoop
    rounds: Rounds

    def tell(self, source: FaultSource, severity: Severity, sentence: str) -> None:
        """A fault, from any thread; what comes before the loop runs waits for it."""
        self.loop.deliver(Fault(source, severity, sentence, self.clock.now_s()))

    def local(self) -> datetime:
        return self.clock.wall().astimezone(self.zone)


def lay_ground(paths: UserPaths, choices: Choices) -> Ground:
    """Raises ContentError when neither the prompts nor a last good copy of them can be used."""
    clock, rounds = choices.clock(), Rounds()
    loaded = read(paths.settings_file)
    contents = load_contents(prompts_dir(), loaded.settings.language, paths.data / "prompts_last_good")
    g = Ground(
        paths, choices, clock, system_zone(), Chosen(loaded.settings, contents),
        LiveLoop(clock, rounds.turn, choices.on_fault), rounds,
    )  # fmt: skip
    for problem in loaded.problems:
        g.tell("settings", "notice", problem.sentence)
    if contents.trouble:
        g.tell("content", "notice", contents.trouble)
    return g
