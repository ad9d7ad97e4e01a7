"""What relief and routines are made of: items in a row, rungs of a ladder, ladders (protocols), routines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from skill.content.limits import Limits
from skill.content.toml_file import Problem, TomlFile
from skill.messages.message import Message

Kind = Literal["own", "helper", "hand", "towel", "massage", "standing"]
NEEDS_NO_SWELLING: tuple[str, ...] = (
    "hand",
    "towel",
    "massage",
)  # never before swelling was asked about and denied
CUED = "cued"  # stands for the question that something said earlier has called for

CONDITIONS = (
    "may_stand", "may_massage", "towel", "footboard", "helper", "prosthesis", "pregnant",
    "long_breathless", "long_numbness", "long_cold_feet", "medicines", "alarm_button", "phone", "blood_thinners",
    "t1_unasked", "t1_breath_unasked", "t2_unasked", "talking", "unhurt_on_floor", "clot_sign", "soreness_untold",
    "advised_last_night", "frequent_cramps", "cramp_tonight", "morning_0", "morning_1", "morning_2", "morning_3",
    "programme_week", "programme_end",
)  # fmt: skip
"""What `when` and `needs` may name, each also with "!" before it. The dialogue knows what they mean."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happens: texts said, then `after_s` seconds, then a question (each may be absent)."""

    say: tuple[str, ...] = ()
    after_s: float = 0.0
    counts: bool = False  # a hold: something is said now and then while it lasts
    cues: bool = False
    ask: str = ""
    during: str = ""  # a question asked while the hold goes on
    when: tuple[str, ...] = ()
    live: str = "speaking"
    stands: bool = False  # from here on the person stands


@dataclass(frozen=True, slots=True)
class Rung:
    """One variant of relief."""

    id: str
    kind: str
    move: str
    items: tuple[Item, ...]
    needs: tuple[str, ...] = ()
    worse: str = ""  # question asked when it gets worse; "" is the next rung
    ease: str = ""  # text said when leaving it because it is better; "" is the protocol's
    leave: str = ""  # text said when leaving it for any other reason, e.g. sit down again


@dataclass(frozen=True, slots=True)
class Protocol:
    """A ladder of rungs for some places; the next rung is always another variant."""

    id: str
    serves: tuple[str, ...]
    rungs: tuple[Rung, ...]
    relax: str
    ease: str
    then: str = ""  # the protocol whose rungs come after these


@dataclass(frozen=True, slots=True)
class Routine:
    """Items in a row that aren't relief: aftercare, evening, morning."""

    id: str
    items: tuple[Item, ...]
    grammar: str
    reason: str  # why the episode or the routine ends when it is through
    kind: str = "episode"  # episode | evening | morning


@dataclass(frozen=True, slots=True)
class StepReader:
    """Reads the items of one file: resolves names of texts, limits and questions, and gathers problems."""

    file: TomlFile
    prefix: str
    texts: Mapping[str, object]
    questions: Mapping[str, object]
    limits: Limits
    problems: list[Problem]

    def complain(self, message: Message, line: int) -> None:
        self.problems.append(Problem(self.file.path, line, message))

    def key(self, name: object, line: int) -> str:
        """The full key of a text written as NAME (of this file, or shared) or as FILE.NAME."""
        for key in (f"{self.prefix}.{name}", str(name)):
            if key in self.texts:
                return key
        self.complain(Message("script.unknown_text", name=name), self.file.value_line(str(name), line))
        return str(name)

    def keys(self, names: object, line: int) -> tuple[str, ...]:
        return tuple(self.key(name, line) for name in _listed(names))

    def optional_key(self, table: Mapping[str, Any], name: str, line: int) -> str:
        return self.key(table[name], line) if table.get(name) else ""

    def question(self, name: object, line: int) -> str:
        if name and name != CUED and name not in self.questions:
            self.complain(
                Message("script.unknown_question", name=name), self.file.value_line(str(name), line)
            )
        return str(name or "")

    def conditions(self, names: object, line: int) -> tuple[str, ...]:
        found = tuple(str(name) for name in _listed(names))
        for name in found:
            if name.removeprefix("!") not in CONDITIONS:
                self.complain(
                    Message("script.unknown_condition", name=name), self.file.value_line(name, line)
                )
        return found

    def items(self, tables: object, line: int) -> tuple[Item, ...]:
        found = [self._item(table, line) for table in _listed(tables) if isinstance(table, dict)]
        if not found:
            self.complain(Message("script.no_items"), line)
        return tuple(found)

    def _item(self, table: Mapping[str, Any], line: int) -> Item:
        known = {
            "say",
            "hold",
            "pause",
            "ask",
            "during",
            "when",
            "live",
            "cues",
            "stands",
        }
        for name in set(table) - known:
            self.complain(
                Message("script.unknown_item", name=name, known=", ".join(sorted(known))),
                self.file.key_line(name, line),
            )
        counted, limit = "hold" in table, table.get("hold", table.get("pause", ""))
        return Item(
            say=self.keys(table.get("say"), line),
            after_s=self._seconds(limit, line),
            counts=counted,
            cues=bool(table.get("cues", counted)),
            ask=self.question(table.get("ask"), line),
            during=self.question(table.get("during"), line),
            when=self.conditions(table.get("when"), line),
            live=str(table.get("live", "speaking")),
            stands=bool(table.get("stands", False)),
        )

    def _seconds(self, limit: object, line: int) -> float:
        if not limit:
            return 0.0
        try:
            return self.limits.seconds(str(limit))
        except KeyError:
            self.complain(
                Message("script.unknown_limit", limit=limit), self.file.value_line(str(limit), line)
            )
            return 0.0


def read_protocol(reader: StepReader) -> Protocol:
    """One file of prompts/protocols/."""
    file, data = reader.file, reader.file.data
    rungs = []
    for index, table in enumerate(_listed(data.get("rungs"))):
        line = file.table_line("rungs", index)
        kind = str(table.get("kind", ""))
        if kind not in get_args(Kind):
            reader.complain(
                Message("script.unknown_kind", kind=kind, known=", ".join(get_args(Kind))),
                file.key_line("kind", line),
            )
        rungs.append(
            Rung(
                id=str(table.get("id", index)),
                kind=kind,
                move=str(table.get("move", table.get("id", ""))),
                items=reader.items(table.get("items"), line),
                needs=reader.conditions(table.get("needs"), line),
                worse=reader.question(table.get("worse"), line),
                ease=reader.optional_key(table, "ease", line),
                leave=reader.optional_key(table, "leave", line),
            )
        )
    if not rungs:
        reader.complain(Message("script.protocol_without_rungs"), 0)
    for name in ("relax", "ease"):
        if not data.get(name):
            reader.complain(Message("script.name_missing", name=name), 0)
    return Protocol(
        id=file.path.stem,
        serves=tuple(map(str, _listed(data.get("serves")))),
        rungs=tuple(rungs),
        relax=reader.optional_key(data, "relax", 1),
        ease=reader.optional_key(data, "ease", 1),
        then=str(data.get("then", "")),
    )


def read_routine(reader: StepReader) -> Routine:
    """One file of prompts/routines/."""
    file, data = reader.file, reader.file.data
    items: list[Item] = []
    for index, table in enumerate(_listed(data.get("items"))):
        items += reader.items([table], file.table_line("items", index))
    if not items:
        reader.complain(Message("script.routine_without_items"), 0)
    return Routine(
        id=file.path.stem,
        items=tuple(items),
        grammar=str(data.get("grammar", "aftercare")),
        reason=str(data.get("reason", "done")),
        kind=str(data.get("kind", "episode")),
    )


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
