"""What may be heard: phrases, their meaning, and in which grammar class each of them is live.

Files: `intents.toml` (the meanings), `grammars.toml` (which meanings are live when, and which languages are
heard together) and `<language>/phrases/*.toml` (the wordings). They are written to be edited by people who
don't program; every mistake is reported with file and line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from skill.content.toml_file import Problem, TomlFile, content_error, read_toml
from skill.events import Intent
from skill.messages.message import Message

MARKS = ("V", "G", "D")  # attested in a named source, composed, a design choice of this project
ALWAYS = ("alarm", "stop")  # live in every grammar class, whatever a file says
_WORDS = re.compile(r"[a-zæøåéèêóòôäöü]+( [a-zæøåéèêóòôäöü]+)*")
_GROUP_KEYS = {"intent", "mark", "area", "note", "only", "not_in", "phrases"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A whole utterance, in lower case without punctuation, and what it means."""

    text: str
    intent: Intent
    language: str  # nb | nn | en: the folder it comes from
    area: str = ""  # dialect group, "" when it isn't bound to one
    note: str = ""
    mark: str = "D"
    only: tuple[str, ...] = ()  # if set, the only grammar classes it can be live in
    not_in: tuple[str, ...] = ()  # grammar classes it is never live in
    path: Path = field(default=Path(), compare=False)
    line: int = field(default=0, compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.text.split())


@dataclass(frozen=True)
class PhraseBook:
    """All phrases of one spoken language, sorted into grammar classes."""

    language: str
    phrases: tuple[Phrase, ...]
    _live: Mapping[str, tuple[Phrase, ...]]
    _often: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def grammars(self) -> tuple[str, ...]:
        """Names of the grammar classes, in the order of grammars.toml."""
        return tuple(self._live)

    def live(self, grammar: str) -> tuple[Phrase, ...]:
        """The phrases that can be heard in `grammar`, each text once; KeyError for an unknown class."""
        return self._live[grammar]

    def times(self, text: str, grammar: str) -> int:
        """How many times more often than any other phrase `text` is said there."""
        return self._often.get(grammar, {}).get(text, 1)

    def of_intent(self, name: str) -> tuple[Phrase, ...]:
        """All phrases with this intent, whatever their value."""
        return tuple(phrase for phrase in self.phrases if phrase.intent.name == name)

    def meaning(self, text: str, grammar: str) -> Intent | None:
        """What the whole utterance `text` means in `grammar`; None when it isn't one of its phrases."""
        phrase = self._by_text[grammar].get(text)
        return phrase.intent if phrase else None

    def longer(self, text: str, grammar: str) -> tuple[Phrase, ...]:
        """Live phrases that begin with `text` and go on, also inside a word: "hjelp" begins "hjelper"."""
        texts, by_text = self._in_order[grammar], self._by_text[grammar]
        begin = end = bisect_right(texts, text)
        while end < len(texts) and texts[end].startswith(text):
            end += 1
        return tuple(by_text[longer] for longer in texts[begin:end])

    def begins_another(self, text: str, grammar: str) -> bool:
        """Is `text` the start of a live phrase with another meaning? Then act only after a clear pause."""
        meaning = self.meaning(text, grammar)
        return any(phrase.intent != meaning for phrase in self.longer(text, grammar))

    @cached_property
    def _by_text(self) -> Mapping[str, Mapping[str, Phrase]]:
        return {name: {phrase.text: phrase for phrase in live} for name, live in self._live.items()}

    @cached_property
    def _in_order(self) -> Mapping[str, list[str]]:
        return {name: sorted(by_text) for name, by_text in self._by_text.items()}

    @property
    def words(self) -> frozenset[str]:
        """Every word that the recogniser has to know."""
        return frozenset(word for phrase in self.phrases for word in phrase.words)


def load_phrases(prompts: Path, language: str) -> PhraseBook:
    """The phrases heard when `language` (nb, nn, en) is chosen; raises ContentError with file and line."""
    book, problems = read_phrases(prompts, language)
    if problems:
        raise content_error(*problems)
    return book


def read_phrases(prompts: Path, language: str) -> tuple[PhraseBook, tuple[Problem, ...]]:
    """Like `load_phrases`, but gathers all problems; the book then holds what could be read.

    Raises ContentError only when a file is missing or not TOML at all.
    """
    intents = read_toml(prompts / "intents.toml")
    grammars = read_toml(prompts / "grammars.toml")
    problems = list(_grammar_problems(grammars, intents))
    hears = grammars.data.get("languages", {}).get(language)
    if hears is None:
        known = ", ".join(grammars.data.get("languages", {}))
        unheard = Message("content.language_not_heard", language=language, known=known)
        raise content_error(Problem(grammars.path, 0, unheard))

    phrases: list[Phrase] = []
    for spoken, wanted in hears.items():
        found = _read_folder(prompts / spoken / "phrases", spoken, intents, grammars, problems)
        phrases += [p for p in found if wanted == "all" or _selected(p.intent, wanted)]

    live = {}
    for name, rules in grammars.data["grammar"].items():
        wanted = [*ALWAYS, *rules.get("intents", [])]
        without, without_phrases = rules.get("without", []), rules.get("without_phrases", [])
        candidates = [
            p for p in phrases
            if _selected(p.intent, wanted) and not _selected(p.intent, without)
            and p.text not in without_phrases and name not in p.not_in and (not p.only or name in p.only)
        ]  # fmt: skip
        live[name] = _each_text_once(candidates, name, problems)
    unique = tuple(dict.fromkeys(phrases))
    often = _often(grammars, live, problems)
    return PhraseBook(language, unique, live, often), tuple(dict.fromkeys(problems))


MOST_TIMES = 20  # beyond that a word would be heard in anything


def _often(
    grammars: TomlFile, live: Mapping[str, tuple[Phrase, ...]], problems: list[Problem]
) -> Mapping[str, Mapping[str, int]]:
    """Words said far more often than others, by grammar: `[often]` of grammars.toml."""
    rules = grammars.data.get("often", {})
    times, texts, line = rules.get("times", 1), rules.get("phrases", []), grammars.table_line("often")
    if type(times) is not int or not 1 <= times <= MOST_TIMES:
        problems.append(Problem(grammars.path, line, Message("content.times_wrong", most=MOST_TIMES)))
        return {}
    for name in rules.get("not_in", []):
        if name not in live:
            problems.append(Problem(grammars.path, line, Message("content.grammar_unknown", name=name)))
    return {name: dict.fromkeys(texts, times) for name in live if name not in rules.get("not_in", [])}


def _selected(intent: Intent, selectors: Iterable[str]) -> bool:
    """Selectors are "name" (any value) or "name:value"."""
    return any(s in (intent.name, f"{intent.name}:{intent.value}") for s in selectors)


def _each_text_once(candidates: list[Phrase], grammar: str, problems: list[Problem]) -> tuple[Phrase, ...]:
    by_text: dict[str, Phrase] = {}
    for phrase in candidates:
        first = by_text.setdefault(phrase.text, phrase)
        if first.intent != phrase.intent:
            message = Message(
                "content.two_meanings",
                phrase=phrase.text, first=_written(first.intent), path=first.path, line=first.line,
                second=_written(phrase.intent), grammar=grammar,
            )  # fmt: skip
            problems.append(Problem(phrase.path, phrase.line, message))
    return tuple(by_text.values())


def _written(intent: Intent) -> str:
    return f"{intent.name}:{intent.value}" if intent.value else intent.name


def _grammar_problems(grammars: TomlFile, intents: TomlFile) -> Iterable[Problem]:
    for name, rules in grammars.data.get("grammar", {}).items():
        line = grammars.table_line(f"grammar.{name}")
        for key in ("intents", "without"):
            for selector in rules.get(key, []):
                intent, _, value = selector.partition(":")
                where = grammars.value_line(selector, line)
                if intent not in intents.data or (
                    value and value not in intents.data[intent].get("values", [])
                ):
                    yield Problem(
                        grammars.path, where, Message("content.meaning_not_in_file", selector=selector)
                    )
        if any(s == "stop" or s.startswith("stop:") for s in rules.get("without", [])):
            yield Problem(grammars.path, line, Message("content.stop_taken_out"))
    if "idle" not in grammars.data.get("grammar", {}):
        yield Problem(grammars.path, 0, Message("content.grammar_idle_missing"))


def _read_folder(
    folder: Path, language: str, intents: TomlFile, grammars: TomlFile, problems: list[Problem]
) -> list[Phrase]:
    files = sorted(folder.glob("*.toml"))
    if not files:
        problems.append(Problem(folder, 0, Message("content.no_phrase_files")))
    phrases = []
    for path in files:
        phrases += list(_read_file(read_toml(path), language, intents, grammars, problems))
    return phrases


def _read_file(
    file: TomlFile, language: str, intents: TomlFile, grammars: TomlFile, problems: list[Problem]
) -> Iterable[Phrase]:
    for key in ("source", "compared"):
        if not file.data.get(key):
            problems.append(Problem(file.path, 1, Message("content.phrases_without_source", key=key)))
    for index, fields in enumerate(file.data.get("group", [])):
        group = _Group(file, file.table_line("group", index), fields)
        meaning = list(group.wrong_meaning(intents))
        problems += [*group.wrong_fields(), *meaning]
        if not meaning:
            problems += group.wrong_names(grammars)
            yield from group.phrases(language, problems)


@dataclass(frozen=True)
class _Group:
    """One [[group]] of a file of phrases: they mean the same."""

    file: TomlFile
    line: int
    fields: Mapping[str, Any]

    def _problem(self, line: int, message: str) -> Problem:
        return Problem(self.file.path, line, message)

    def wrong_fields(self) -> Iterable[Problem]:
        for key in self.fields.keys() - _GROUP_KEYS:
            yield self._problem(
                self.file.key_line(key, self.line),
                Message("content.unknown_field", key=key, known=", ".join(sorted(_GROUP_KEYS))),
            )

    def intent(self) -> Intent:
        name, _, value = str(self.fields.get("intent", "")).partition(":")
        return Intent(name, value)

    def wrong_meaning(self, intents: TomlFile) -> Iterable[Problem]:
        intent, line = self.intent(), self.file.key_line("intent", self.line)
        if intent.name not in intents.data:
            yield self._problem(line, Message("content.unknown_meaning", name=intent.name))
        elif intent.value not in intents.data[intent.name].get("values", [""]):
            yield self._problem(
                line, Message("content.meaning_without_value", name=intent.name, value=intent.value)
            )

    def wrong_names(self, grammars: TomlFile) -> Iterable[Problem]:
        mark = self.fields.get("mark", "")
        if mark not in MARKS:
            strange = Message("content.unknown_mark", marks=", ".join(MARKS), mark=mark)
            yield self._problem(self.file.key_line("mark", self.line), strange)
        for grammar in (*self.fields.get("only", ()), *self.fields.get("not_in", ())):
            if grammar not in grammars.data.get("grammar", {}):
                where = self.file.value_line(grammar, self.line)
                yield self._problem(where, Message("content.grammar_not_in_file", name=grammar))
        if not self.fields.get("phrases"):
            yield self._problem(self.line, Message("content.group_without_phrases"))

    def phrases(self, language: str, problems: list[Problem]) -> Iterable[Phrase]:
        """Those that are written as phrases are; what is wrong with the others goes to `problems`."""
        seen: set[str] = set()
        for text in self.fields.get("phrases", ()):
            where = self.file.value_line(text, self.line)
            if not _WORDS.fullmatch(text):
                problems.append(self._problem(where, Message("content.phrase_not_plain", text=text)))
                continue
            if text in seen:
                problems.append(self._problem(where, Message("content.phrase_twice", text=text)))
            seen.add(text)
            yield Phrase(
                text, self.intent(), language, self.fields.get("area", ""), self.fields.get("note", ""),
                self.fields.get("mark", ""), tuple(self.fields.get("only", ())), tuple(self.fields.get("not_in", ())),
                path=self.file.path, line=where,
            )  # fmt: skip
