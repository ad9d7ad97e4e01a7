"""A side room's process, kept running beside the night while a setting wants it. Whatever becomes of it is a line."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable
from typing import Protocol

from skill.connect.asking import LONGEST_LINE
from skill.machine import own_program
from skill.messages.message import Message
from skill.service.parts.announcer import Announcer
from skill.service.parts.asked_by_home import AskedByHome
from skill.service.parts.ground import Ground
from skill.service.ports import FaultReports

_log = logging.getLogger(__name__)
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 300.0
SOUND_AFTER_S = 600.0  # it has run this long: the next failure is a first one again


class Child(Protocol):
    """As much of a process as is needed here."""

    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...


Launch = Callable[[], Child]


class SideProcess:
    """`turn` is called about once a second, in the loop's thread; it never waits for the process."""

    def __init__(
        self, wanted: Callable[[], bool], launch: Launch, now_s: Callable[[], float], reports: FaultReports
    ) -> None:
        self._wanted = wanted
        self._launch = launch
        self._now_s = now_s
        self._reports = reports
        self._child: Child | None = None
        self._began_s = self._next_s = 0.0
        self._wait_s = FIRST_WAIT_S
        self._told = False

    def turn(self) -> None:
        now_s, child = self._now_s(), self._child
        if not self._wanted():
            self._end()
        elif child is None:
            if now_s >= self._next_s:
                self._start(now_s)
        elif (code := child.poll()) is not None:
            self._child = None
            self._failed(now_s, Message("connect.process_ended", code=code))
        elif now_s - self._began_s >= SOUND_AFTER_S:
            self._wait_s = FIRST_WAIT_S
            self._well()

    def _start(self, now_s: float) -> None:
        try:
            self._child, self._began_s = self._launch(), now_s
        except OSError as error:
            self._failed(now_s, Message("connect.process_not_started", why=error))

    def _failed(self, now_s: float, sentence: Message) -> None:
        self._next_s = now_s + self._wait_s
        self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)
        if not self._told:
            self._told = True
            self._reports.tell("service", "notice", sentence, "connect")

    def _end(self) -> None:
        if self._child is not None:
            self._child.terminate()
            self._child = None
        self._next_s, self._wait_s = 0.0, FIRST_WAIT_S
        self._well()

    def _well(self) -> None:
        if self._told:
            self._told = False
            self._reports.mended("service", "connect")


Answer = Callable[[bytes], str | None]
"""What a line of the process is answered with; None for what is no question. Called in a thread of its own."""


def launch_command(*words: str, answer: Answer | None = None) -> Launch:
    """Starts one of our own commands with the same folders. Its input ends when we do, however that comes about.

    With `answer`, its output is read, and answered on its input.
    """

    def launch() -> Child:
        child = subprocess.Popen(
            own_program("skill", *words), stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL if answer is None else subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        if answer is not None:
            threading.Thread(target=_answer_all, args=(child, answer), name="asked", daemon=True).start()
        return child

    return launch


def _answer_all(child: subprocess.Popen[bytes], answer: Answer) -> None:
    """Until the process closes its output. A question that can't be answered is one without an answer."""
    questions, answers = child.stdout, child.stdin
    assert questions is not None
    assert answers is not None
    while line := questions.readline(LONGEST_LINE):
        try:
            said = answer(line)
            if said is not None:
                answers.write(said.encode() + b"\n")
                answers.flush()
        except OSError:  # it has just ended, which is told of elsewhere
            return
        except Exception:
            _log.exception("something asked for could not be done")


def connect_beside(g: Ground, announcer: Announcer) -> SideProcess:
    """`krampevakt connect`, while the settings want it."""
    asked = AskedByHome(g.chosen, announcer)
    return SideProcess(
        lambda: g.chosen.settings.connect.enabled,
        launch_command("connect", "--beside-service", answer=asked.answer), g.clock.now_s,
        FaultReports(g.tell, g.mended),
    )  # fmt: skip
