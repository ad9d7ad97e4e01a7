"""The second ear in a process of its own: asked without waiting, started again when it has died."""

from __future__ import annotations

import base64
import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from skill.events import Fault
from skill.hearing.accept.second_opinion import Opinion
from skill.hearing.personal import Personal
from skill.machine import own_program
from skill.messages.message import Message, sentence_from_json

RESTARTS_S = (1.0, 5.0, 30.0, 300.0)  # the last one repeats
MOST_WAITING = 2  # questions; more means that it hangs or the machine is overloaded
KEPT_ANSWERS = 8
STEADY_SECOND_S = 60.0  # having lived this long, it is forgiven its past
LATE_S = 0.5  # then it is no longer waited for
TELL_LATE = 5  # in a row


class SecondEarProcess:
    """Implements `SecondOpinion`. Questions and answers go through threads of their own, so nothing here waits."""

    def __init__(
        self,
        folder: Path,
        lexicon: Path,
        grammars: Mapping[str, Sequence[str]],
        tell: Callable[[Fault], None],
        personal: Personal | None = None,
    ) -> None:
        """``personal``: its own layer must fit the folder (`Personal.fits`)."""
        personal = personal or Personal()
        self._config = json.dumps(
            {
                "folder": str(folder),
                "lexicon": str(lexicon),
                "grammars": {k: list(v) for k, v in grammars.items()},
                "ways": dict(personal.ways),
                "layer": personal.layer,
            },
            ensure_ascii=False,
        )
        self._tell = tell
        self._questions: queue.Queue[tuple[int, str, bytes] | None] = queue.Queue(MOST_WAITING)
        self._answers: dict[int, Opinion] = {}
        self._asked_s: dict[int, float] = {}
        self._late = 0  # answers in a row
        self._last = 0
        self._ready = False
        self._gone = False  # it ended, and is not there again
        self._closing = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        threading.Thread(target=self._keep_running, name="second ear", daemon=True).start()

    @property
    def there(self) -> bool:
        return self._ready

    @property
    def standing(self) -> tuple[str, ...]:
        """Causes of its faults that are still there."""
        late = ("second ear late",) if self._late >= TELL_LATE else ()
        return (*late, "second ear gone") if self._gone else late

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None else None

    def ask(self, grammar: str, sound: bytes) -> int:
        """While it has more than enough of them, the oldest question is dropped, and never answered."""
        self._last += 1
        if self._questions.full():
            with suppress(queue.Empty):
                self._questions.get_nowait()
        with suppress(queue.Full):
            self._questions.put_nowait((self._last, grammar, sound))
            self._asked_s[self._last] = time.monotonic()
        return self._last

    def answer(self, ticket: int) -> Opinion | None:
        return self._answers.pop(ticket, None)

    def close(self) -> None:
        """End it."""
        self._closing.set()
        with suppress(queue.Full):
            self._questions.put_nowait(None)
        if self._child is not None:
            self._child.kill()

    def _keep_running(self) -> None:
        attempt = 0
        while not self._closing.is_set():
            began_s = time.monotonic()
            fault = self._run_once()
            self._ready = False
            if self._closing.is_set():
                return
            attempt = 0 if time.monotonic() - began_s > STEADY_SECOND_S else attempt
            self._gone = True
            self._fault(fault or Message("hearing.second_ear_stopped"), "gone")
            self._closing.wait(RESTARTS_S[min(attempt, len(RESTARTS_S) - 1)])
            attempt += 1

    def _fault(self, sentence: str, cause: str) -> None:
        self._tell(Fault("second_ear", "notice", sentence, time.monotonic(), f"second ear {cause}"))

    def _run_once(self) -> str:
        """Until it ends; the sentence that it gave, if it gave one."""
        try:
            child = subprocess.Popen(
                own_program("skill.hearing.process.second_worker"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            return Message("hearing.second_ear_not_started", error=error.strerror)
        self._child = child
        assert child.stdin is not None and child.stdout is not None
        fault = ""
        with suppress(OSError, ValueError):
            child.stdin.write(self._config.encode() + b"\n")
            child.stdin.flush()
            threading.Thread(target=self._pass_on, args=(child,), daemon=True).start()
            for line in child.stdout:
                told = json.loads(line)
                if "fault" in told:
                    fault = sentence_from_json(told["fault"])
                elif "ready" in told:
                    self._ready, self._gone = True, False
                else:
                    self._take(told)
        child.kill()
        child.wait()
        return fault

    def _take(self, told: dict[str, object]) -> None:
        ticket = told["ticket"]
        assert isinstance(ticket, int)
        asked_s = self._asked_s.pop(ticket, time.monotonic())
        self._late = self._late + 1 if time.monotonic() - asked_s > LATE_S else 0
        if self._late == TELL_LATE:
            self._fault(Message("hearing.second_ear_late"), "late")
        parts = {name: told[name] for name in ("whole", "ends", "anywhere", "ended_s", "likely")}
        self._answers[ticket] = Opinion(**parts)  # type: ignore[arg-type]
        kept: dict[int, Opinion] | dict[int, float]
        for kept in (self._answers, self._asked_s):
            while len(kept) > KEPT_ANSWERS:
                kept.pop(min(kept))

    def _pass_on(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdin is not None
        while child.poll() is None:
            try:
                question = self._questions.get(timeout=1.0)
            except queue.Empty:
                continue
            if question is None:
                return
            if child.poll() is not None:  # it died while this waited: the question is the next one's
                with suppress(queue.Full):
                    self._questions.put_nowait(question)
                return
            ticket, grammar, sound = question
            line = {"ticket": ticket, "grammar": grammar, "sound": base64.b64encode(sound).decode()}
            with suppress(OSError, ValueError):
                child.stdin.write(json.dumps(line).encode() + b"\n")
                child.stdin.flush()
