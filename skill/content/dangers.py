"""Danger signs and what is advised, and the words that lead to a question about one: prompts/dangers.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from skill.content.steps import StepReader
from skill.messages.message import Message

NUMBERS = ("113", "116117", "foden", "fastlege", "")
AFTER = ("repeat", "stop", "go_on")


@dataclass(frozen=True, slots=True)
class Danger:
    """An advice. `first`, `add`: text key by capability, said before and after `say`; `instead`: another danger."""

    id: str
    number: str
    say: tuple[str, ...]
    after: str  # repeat: again and again until someone calls; stop: no more exercises; go_on
    add: Mapping[str, str]
    instead: Mapping[str, str]
    sign: str = ""  # what is written down; "" is the sign of the question that led here
    live: str = "speaking"
    forbids_standing: bool = False
    first: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that never act alone: they lead to a question, now or when the cramp is over."""

    id: str
    ask: str
    start: str  # the question when a conversation begins with it
    now: bool
    when: tuple[str, ...]
    instead: Mapping[str, str]  # another question by capability


def read_dangers(reader: StepReader) -> dict[str, Danger]:
    """The tables [dangers.NAME]."""
    file = reader.file
    tables = file.data.get("dangers", {})
    found = {}
    for name, table in tables.items():
        line = file.table_line(f"dangers.{name}")
        number, after = str(table.get("number", "?")), str(table.get("after", "?"))
        if number not in NUMBERS:
            reader.complain(
                Message("content.unknown_number", number=number, known=", ".join(filter(None, NUMBERS))), line
            )
        if after not in AFTER:
            reader.complain(Message("content.unknown_after", after=after, known=", ".join(AFTER)), line)
        if (number == "113") != (after == "repeat"):
            reader.complain(Message("content.only_113_repeats"), line)
        for other in table.get("instead", {}).values():
            if other not in tables:
                reader.complain(
                    Message("content.unknown_advice", other=other), file.value_line(str(other), line)
                )
        reader.conditions(list(table.get("instead", {})), line)
        found[name] = Danger(
            id=name,
            number=number,
            say=reader.keys(table.get("say"), line),
            after=after,
            add={str(k): reader.key(v, line) for k, v in table.get("add", {}).items()},
            instead={str(k): str(v) for k, v in table.get("instead", {}).items()},
            sign=str(table.get("sign", name)),
            live=str(table.get("live", "speaking_emergency" if after == "repeat" else "speaking")),
            forbids_standing=bool(table.get("forbids_standing", False)),
            first={str(k): reader.key(v, line) for k, v in table.get("first", {}).items()},
        )
    return found


def read_cues(reader: StepReader) -> dict[str, Cue]:
    """The tables [cues.NAME]."""
    found = {}
    for name, table in reader.file.data.get("cues", {}).items():
        line = reader.file.table_line(f"cues.{name}")
        ask = reader.question(table.get("ask"), line)
        if table.get("when") not in ("now", "after"):
            reader.complain(Message("content.when_wrong"), line)
        found[name] = Cue(
            id=name,
            ask=ask,
            start=reader.question(table.get("start", ask), line),
            now=table.get("when") == "now",
            when=reader.conditions(table.get("needs"), line),
            instead={str(k): reader.question(v, line) for k, v in table.get("instead", {}).items()},
        )
    return found
