"""All checks of the files in prompts/ in one go: what `krampevakt check-prompts` prints."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from skill.content.check import phrase_checks as hearing
from skill.content.check.readers import unread_problems
from skill.content.check.reading import Reading, load_reading
from skill.content.check.seed_systems import system_problems
from skill.content.check.sounds import read_sounds
from skill.content.check.sources import source_problems
from skill.content.check.wording import wording_problems
from skill.content.knowledge.forbidden import Ban, broken, load_forbidden
from skill.content.knowledge.learn import page_problems
from skill.content.phrases import PhraseBook, read_phrases
from skill.content.spoken import SpokenText, spoken_texts
from skill.content.toml_file import Problem, TomlFile
from skill.languages import LANGUAGES
from skill.messages.message import Message


@dataclass(frozen=True, slots=True)
class Result:
    """What was found. `counts` is the number of live phrases by language and grammar class."""

    errors: tuple[Problem, ...]
    notes: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]
    begins: tuple[hearing.Begins, ...]

    def table(self, heading: str) -> Iterator[str]:
        """The counts as lines of text; `heading` stands above the grammar classes."""
        grammars = list(next(iter(self.counts.values()), {}))
        width = max(map(len, (heading, *grammars)))
        yield f"{heading:<{width}}" + "".join(f"{language:>6}" for language in self.counts)
        for grammar in grammars:
            yield f"{grammar:<{width}}" + "".join(f"{count[grammar]:>6}" for count in self.counts.values())


def check(prompts: Path, model: Path | None = None) -> Result:
    """Check all files below `prompts`; with `model` (a Vosk folder) also the words and how they sound.

    Raises ContentError only when a file can't be read as TOML, or one of the fixed files is missing.
    """
    errors: list[Problem] = []
    notes: list[str] = []
    books: dict[str, PhraseBook] = {}
    for language in LANGUAGES:
        books[language], problems = read_phrases(prompts, language)
        errors += problems
        errors += hearing.alarms_of_one_word(books[language])
        errors += hearing.meanings_without_phrases(prompts, books[language])

    lexicon = model / "lexicon.tsv" if model else None
    sounds = read_sounds(lexicon)
    if not sounds.lexicon:
        notes.append(Message("check.no_lexicon"))
    known = _vocabulary(model) | set(sounds.lexicon)
    if known:
        errors += hearing.unknown_words(books["nb"], known)

    for language in ("nb", "en"):  # nb and nn are heard together, as one book
        errors += hearing.same_sound(books[language], sounds)

    bans, reading = load_forbidden(prompts), load_reading(prompts)
    for file, texts in spoken_texts(prompts):
        for text in texts:
            errors += text_problems(file, text, bans, reading)
            errors += hearing.dead_answers(file, text, books)
            errors += hearing.heard_in_own_voice(file, text, books, sounds)
    errors += page_problems(prompts, bans)
    errors += web_text_problems(prompts, bans)
    errors += system_problems(prompts)
    errors += source_problems(prompts)
    errors += wording_problems(prompts, reading)
    errors += unread_problems(prompts)

    return Result(
        errors=tuple(sorted(dict.fromkeys(errors), key=lambda problem: (str(problem.path), problem.line))),
        notes=tuple(notes),
        counts={name: {g: len(book.live(g)) for g in book.grammars} for name, book in books.items()},
        begins=tuple(row for book in books.values() for row in hearing.begins_another(book)),
    )


def text_problems(
    file: TomlFile, text: SpokenText, bans: tuple[Ban, ...], reading: Reading
) -> Iterator[Problem]:
    """What is wrong with one text by itself: translations, source, date, length, forbidden words."""
    for language in LANGUAGES:
        if language not in text.words:
            yield Problem(file.path, text.line, _of(text, Message("check.lacks_language", language=language)))
    if not text.source:
        yield Problem(file.path, text.line, _of(text, Message("check.lacks_source")))
    if not _is_date(text.compared):
        yield Problem(
            file.path,
            text.line,
            _of(text, Message("check.lacks_date")),
        )
    for written_in, words in text.words.items():
        line = text.line_of(written_in, file)
        for ban, found in broken(bans, words, "spoken"):
            never = Message("check.never_said", found=found, ban=ban.id, why=ban.why)
            yield Problem(file.path, line, _of(text, never))
        for complaint in (
            *reading.complaints(words, written_in),
            *reading.otherwise_written(words, written_in),
        ):
            yield Problem(file.path, line, _of(text, complaint))


def _of(text: SpokenText, what: Message) -> Message:
    """What is wrong, with the key of the text."""
    return Message("check.of_text", key=text.key, what=what)


def web_text_problems(prompts: Path, bans: tuple[Ban, ...]) -> Iterator[Problem]:
    """What must not stand on the web pages either, line by line."""
    for path in sorted(prompts.glob("*/web.toml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            text = "" if line.lstrip().startswith("#") else line.partition("=")[2]
            for ban, found in broken(bans, text, "pages"):
                yield Problem(
                    path, number, Message("content.never_on_a_page", found=found, ban=ban.id, why=ban.why)
                )


def _is_date(written: str) -> bool:
    try:
        datetime.date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _vocabulary(model: Path | None) -> set[str]:
    """The words of a Vosk folder's words.txt, empty when there is none."""
    words = model / "graph" / "words.txt" if model else None
    if words is None or not words.is_file():
        return set()
    return {line.split()[0] for line in words.read_text(encoding="utf-8").splitlines() if line.strip()}
