"""The bedside service as `krampevakt run` starts it, with a witness that writes down when things were said.

python -m tests.bench.running.served --home DIR --port N [--microphone-file FILE --speed N]
    [--events FILE] [--clock FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path

from skill.content.in_force import Contents
from skill.events import Heard, Say
from skill.hearing.process.protocol import MicrophoneChoice
from skill.hearing.process.standby import spawn_child
from skill.service.clock import Clock, SystemClock
from skill.service.ports import Witness


class Times:
    """Writes a line for each answer: how long after the end of the phrase it began."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._heard: Heard | None = None

    def saw(self, what: object) -> None:
        match what:
            case Heard():
                self._heard = what
            case Say(_, keys) if self._heard is not None:
                after_s = self._clock.now_s() - self._heard.at_s
                line = {
                    "what": "answer",
                    "phrase": self._heard.phrase,
                    "key": keys[0],
                    "after_s": round(after_s, 4),
                }
                self._heard = None
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
            case _:
                pass


class SetClock(SystemClock):
    """The machine's clock, set wrong by as many seconds as a file says now."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def wall(self) -> datetime:
        try:
            return super().wall() + timedelta(seconds=float(self._path.read_text("utf-8")))
        except (OSError, ValueError):
            return super().wall()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--microphone-file", type=Path)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--events", type=Path)
    parser.add_argument("--clock", type=Path, help="holds the seconds by which the clock is wrong")
    options = parser.parse_args()
    hearing_child = spawn_child()  # before the other imports, as in `krampevakt run`
    from skill.commands.bedside.common import console, open_home
    from skill.commands.leaving import leave_at_the_latest, leave_process
    from skill.service.assembly import Choices
    from skill.service.bedside import run_bedside

    microphone = None
    if options.microphone_file is not None:
        microphone = MicrophoneChoice("file", str(options.microphone_file), options.speed)

    def witnesses(_contents: Contents, clock: Clock) -> tuple[Witness, ...]:
        return (Times(options.events, clock),) if options.events is not None else ()

    choices = Choices(
        microphone=microphone, web_port=options.port, witnesses=witnesses,
        on_fault=lambda fault: console.print(fault.sentence), on_end=lambda: leave_at_the_latest(0),
        hearing_child=hearing_child, clock=SystemClock if options.clock is None else lambda: SetClock(options.clock),
    )  # fmt: skip
    asyncio.run(run_bedside(open_home(options.home), choices))
    leave_process(0)


if __name__ == "__main__":
    main()
