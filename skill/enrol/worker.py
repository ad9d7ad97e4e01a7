"""An enrolment led by a page: `python -m skill.enrol.worker`, started by the service, which lends its microphone.

One JSON object a line comes in: first {"settings", "personal"} (files), then {"sound": base64 of 16-bit mono at
16 kHz}, {"leave_out": true} or {"enough": true}. One goes out whenever it has got further: {"stage": "asking",
"heading", "phrase", "intent", "seconds", "number", "of", "enough", "told"}, {"stage": "comparing", "number", "of"}, and
at the end {"stage": "kept" | "no_gain" | "refused", "told"}. It ends when standard input does; recordings are in its
memory alone.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from skill.collect.microphone import seconds_for
from skill.enrol.comparing import EnrolmentRoom, told_of
from skill.enrol.keeping import keep
from skill.enrol.reading_aloud import ReadingAloud
from skill.enrol.readings import START_IN
from skill.enrol.takes import EnrolmentRefused
from skill.errors import KrampevaktError
from skill.machine import behind_others, own_answers
from skill.messages.message import Message, sentence_as_json, sentence_of
from skill.settings.file import load

NICE = 10  # the night goes before it
WAITS_S = 20 * 60.0  # for the next phrase; then what was said is forgotten

Tell = Callable[[Mapping[str, Any]], None]


def lead(room: EnrolmentRoom, lines: Iterable[Mapping[str, Any]], tell: Tell, personal: Path) -> None:
    """From the first phrase to what came of it. What `lines` stop before is forgotten."""
    reading = ReadingAloud(room.readings, room.check)
    tell(_asking(room, reading, ()))
    for line in lines:
        told: tuple[str, ...] = ()
        if "sound" in line:
            told = reading.hear(np.frombuffer(base64.b64decode(line["sound"]), "<i2").astype(np.int16))
        elif "leave_out" in line:
            told = (reading.leave_out(),)
        if reading.asked is None or ("enough" in line and reading.enough):
            break
        tell(_asking(room, reading, told))
    else:
        raise EnrolmentRefused(Message("enrol.waited_too_long"))
    _learn(room, reading, tell, personal)


def _learn(room: EnrolmentRoom, reading: ReadingAloud, tell: Tell, personal: Path) -> None:
    takes = reading.finished()
    tell({"stage": "comparing", "number": 0, "of": 0})
    learned = room.learn_from(takes, lambda done, of: tell({"stage": "comparing", "number": done, "of": of}))
    if learned.gains:
        keep(personal, learned.personal)
    came_of_it = [*told_of(learned), Message("enrol.kept" if learned.gains else "enrol.no_gain")]
    tell({"stage": "kept" if learned.gains else "no_gain", "told": _as_json(came_of_it)})


def _asking(room: EnrolmentRoom, reading: ReadingAloud, told: Iterable[str]) -> Mapping[str, Any]:
    asked = reading.asked
    assert asked is not None
    meaning = room.book.meaning(asked.phrase, START_IN)
    return {
        "stage": "asking",
        "heading": sentence_as_json(Message(asked.heading)),
        "phrase": asked.phrase,
        "intent": meaning.name if meaning is not None else "",
        "seconds": seconds_for(asked.phrase),
        "number": reading.number,
        "of": reading.total,
        "enough": reading.enough,
        "told": _as_json(told),
    }


def _as_json(told: Iterable[str]) -> list[Any]:
    return [sentence_as_json(sentence) for sentence in told]


def _lines(source: BinaryIO) -> Iterator[Mapping[str, Any]]:
    """Until none comes for WAITS_S."""
    waiting: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()

    def read() -> None:
        for line in source:
            waiting.put(json.loads(line))
        os._exit(0)  # whoever asked is gone

    threading.Thread(target=read, daemon=True).start()
    with suppress(queue.Empty):
        while True:
            yield waiting.get(timeout=WAITS_S)


def main() -> int:
    """Exit status: 0 when it came to an end that was told."""
    out = own_answers()
    behind_others(NICE)

    def tell(what: Mapping[str, Any]) -> None:
        out.write(json.dumps(what, ensure_ascii=False).encode() + b"\n")

    config = json.loads(sys.stdin.buffer.readline() or b"{}")
    if not config:
        return 0
    try:
        room = EnrolmentRoom(load(Path(config["settings"])))
        lead(room, _lines(sys.stdin.buffer), tell, Path(config["personal"]))
    except KrampevaktError as refused:
        tell({"stage": "refused", "told": _as_json([sentence_of(refused)])})
    return 0


if __name__ == "__main__":
    code = main()
    os._exit(code)  # a thread waits for more to be said
