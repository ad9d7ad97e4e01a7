"""What every other part of the service stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from skill.content.in_force import load_contents
from skill.events import Fault, FaultOver, FaultSource, Severity
from skill.journal.times import HOME_ZONE, system_zone
from skill.messages.message import Message
from skill.paths import UserPaths, prompts_dir
from skill.service.assembly import Choices
from skill.service.clock import Clock
from skill.service.duties.rounds import Rounds
from skill.service.guarded import Calls, Guard, GuardedWitness
from skill.service.live import LiveLoop
from skill.service.parts.chosen import Chosen
from skill.service.ports import Mended, Tell
from skill.settings.file import Loaded, read
from skill.settings.values import Settings


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
    guard: Guard
    terminal: GuardedWitness  # prints what it is given to call
    tell: Tell  # a fault, from any thread; what comes before the loop runs waits for it
    mended: Mended

    def local(self) -> datetime:
        return self.clock.wall().astimezone(self.zone)


def lay_ground(paths: UserPaths, choices: Choices) -> Ground:
    """Raises ContentError when neither the prompts nor a last good copy of them can be used."""
    clock = choices.clock()

    def tell(source: FaultSource, severity: Severity, sentence: str, cause: str = "", /) -> None:
        loop.deliver(Fault(source, severity, sentence, clock.now_s(), cause))

    def mended(source: FaultSource, cause: str) -> None:
        loop.deliver(FaultOver(source, cause))

    guard = Guard(tell, mended)
    rounds, terminal = Rounds(guard), GuardedWitness(guard, Message("service.part_terminal"), Calls())
    loop = LiveLoop(clock, rounds.turn, lambda fault: terminal.saw(lambda: choices.on_fault(fault)), tell)
    loaded = guard.call(
        Message("service.part_settings_file"), lambda: read(paths.settings_file), Loaded(Settings())
    )
    contents = load_contents(prompts_dir(), loaded.settings.language, paths.data / "prompts_last_good")
    zone = guard.call(Message("service.part_time_zone"), system_zone, ZoneInfo(HOME_ZONE))
    for problem in loaded.problems:
        tell("settings", "notice", problem.sentence)
    if contents.trouble:
        tell("content", "notice", contents.trouble)
    chosen = Chosen(loaded.settings, contents)
    return Ground(paths, choices, clock, zone, chosen, loop, rounds, guard, terminal, tell, mended)
