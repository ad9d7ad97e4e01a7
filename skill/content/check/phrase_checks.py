"""Checks of what may be heard: meanings, words the model knows, phrases in the device's own sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from skill.content.check.sounds import Sounds, Way
from skill.content.phrases import Phrase, PhraseBook
from skill.content.spoken import SpokenText
from skill.content.toml_file import Problem, TomlFile, read_toml
from skill.messages.message import Message

Begins = tuple[str, str, Phrase, Phrase]  # language, grammar class, the shorter, the longer phrase


def alarms_of_one_word(book: PhraseBook) -> Iterator[Problem]:
    """T0a: faint noise produces single words, so an alarm phrase has at least two."""
    for phrase in book.of_intent("alarm"):
        if len(phrase.words) < 2:
            yield Problem(phrase.path, phrase.line, Message("check.alarm_of_one_word", phrase=phrase.text))


def meanings_without_phrases(prompts: Path, book: PhraseBook) -> Iterator[Problem]:
    """Every meaning, with every value, can be said in every language."""
    intents = read_toml(prompts / "intents.toml")
    have = {(phrase.intent.name, phrase.intent.value) for phrase in book.phrases}
    for name, entry in intents.data.items():
        for value in entry.get("values", [""]):
            if (name, value) not in have:
                wanted = f"{name}:{value}" if value else name
                yield Problem(
                    intents.path,
                    intents.table_line(name),
                    Message("check.meaning_without_phrase", wanted=wanted, language=book.language),
                )


def dead_answers(file: TomlFile, text: SpokenText, books: Mapping[str, PhraseBook]) -> Iterator[Problem]:
    """An answer that a question waits for must be live after it."""
    if not text.grammar:
        return
    known = names_of_intents(books)
    for language, book in books.items():
        if text.grammar not in book.grammars:
            line = file.key_line("grammar", text.line)
            yield Problem(file.path, line, Message("content.grammar_not_in_file", name=text.grammar))
            return
        live = book.live(text.grammar)
        for answer in text.answers:
            name = answer.partition(":")[0]
            if name not in known:
                continue  # silence, unclear and the like: nothing that is heard
            if not any(phrase.intent.name == name for phrase in live):
                line = file.key_line("answers", text.line)
                yield Problem(
                    file.path,
                    line,
                    Message("check.dead_answer", answer=answer, grammar=text.grammar, language=language),
                )


def names_of_intents(books: Mapping[str, PhraseBook]) -> frozenset[str]:
    """Names of all intents that any phrase has."""
    return frozenset(phrase.intent.name for book in books.values() for phrase in book.phrases)


def unknown_words(book: PhraseBook, known: Collection[str]) -> Iterator[Problem]:
    """A phrase with a word that the recogniser doesn't know can never be heard."""
    for phrase in book.phrases:
        for word in phrase.words:
            if word not in known:
                yield Problem(
                    phrase.path, phrase.line, Message("check.unknown_word", phrase=phrase.text, word=word)
                )


def heard_in_own_voice(
    file: TomlFile, text: SpokenText, books: Mapping[str, PhraseBook], sounds: Sounds
) -> Iterator[Problem]:
    """Rule 25: no prompt holds, by pronunciation, a phrase that is live while it plays."""
    for language, words in text.words.items():
        book = books[language]
        for live in text.live:
            if live not in book.grammars:
                line = file.key_line("live", text.line)
                yield Problem(file.path, line, Message("content.grammar_not_in_file", name=live))
                return
            for phrase in sounds.held(words, (phrase.text for phrase in book.live(live))):
                message = Message("check.heard_in_own_voice", words=words, phrase=phrase, live=live)
                yield Problem(file.path, text.line_of(language, file), message)


def same_sound(book: PhraseBook, sounds: Sounds) -> Iterator[Problem]:
    """Two phrases of one class that are said alike but mean different things can't be told apart."""
    ways = {phrase.text: sounds.ways_of_phrase(phrase.text) for phrase in book.phrases}
    for grammar in book.grammars:
        by_sound: dict[Way, Phrase] = {}
        for phrase in book.live(grammar):
            for way in ways[phrase.text]:
                first = by_sound.setdefault(way, phrase)
                if first.intent != phrase.intent:
                    other = f"«{first.text}» ({first.path.name}:{first.line})"
                    message = Message("check.sounds_like", phrase=phrase.text, other=other, grammar=grammar)
                    yield Problem(phrase.path, phrase.line, message)
                    break


def begins_another(book: PhraseBook) -> Iterator[Begins]:
    """Not an error: phrases that hearing must wait after, because another meaning may follow."""
    for grammar in book.grammars:
        for phrase in book.live(grammar):
            for longer in book.longer(phrase.text, grammar):
                if longer.intent != phrase.intent:
                    yield book.language, grammar, phrase, longer
