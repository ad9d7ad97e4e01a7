"""A Vosk folder for the sentences of one home, with what is needed to tell them from anything else.

Beside the model it holds intents.json (the closed templates, for hassil) and sentences.txt (some of each template,
from which the recogniser learns which word follows which).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from skill.errors import ModelError
from skill.files import write_whole
from skill.messages.message import Message
from skill.model.build import Report, build
from skill.model.letters import read_letters
from skill.model.lexicon import Pronouncer, SpokenWord, read_lexicon
from skill.model.phones import read_phones
from skill.wyoming_server.closed_intents import ClosedSentences, Template, closed
from skill.wyoming_server.home_file import Home
from skill.wyoming_server.sampling import SentenceSampler

INTENTS, SENTENCES, LEXICON = "intents.json", "sentences.txt", "lexicon.tsv"
SENTENCES_PER_TEMPLATE = 40
_SEED = "sentences"
_ENDINGS = ("en", "ene", "er", "et")
MOST_WAYS = 4  # as many as the second ear takes


def build_home(templates: Template, home: Home, home_file: Path | None, base: Path, out: Path) -> Report:
    """Make ``out`` a folder that `krampevakt wyoming` serves. ``base``: folder with the acoustic model.

    Raises ModelError: a template, a name or a pronunciation that can't be used, and what to write instead.
    """
    whole = closed(templates, home)
    sentences = _sentences(whole, home)
    words = sorted({word for text in sentences for word in text.split()})
    with tempfile.TemporaryDirectory(prefix="krampevakt-") as scratch:
        merged = Path(scratch) / "base"
        _copy_without_graph(base, merged)
        _put_first(merged / LEXICON, _own_lines(home, base, home_file))
        guessed = _guessed(words, merged, home_file)
        _put_last(merged / LEXICON, guessed)
        report = build(words, [], merged, out)
    try:
        write_whole(out / INTENTS, json.dumps(whole, ensure_ascii=False, indent=1).encode())
        write_whole(out / SENTENCES, "".join(f"{text}\n" for text in sentences).encode())
    except OSError as error:
        raise ModelError(Message("model.not_written", path=out, error=error.strerror)) from error
    return replace(report, phrases=len(sentences), guessed=guessed)


def read_home_folder(folder: Path) -> tuple[ClosedSentences, tuple[str, ...]]:
    """The sentences, and those from which the recogniser's grammar is made. Raises ModelError."""
    try:
        templates = json.loads((folder / INTENTS).read_text("utf-8"))
        sentences = tuple((folder / SENTENCES).read_text("utf-8").splitlines())
        known = ClosedSentences(templates)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(Message("wyoming.no_home_folder", folder=folder, error=error)) from error
    if not sentences:
        raise ModelError(Message("wyoming.no_home_folder", folder=folder, error=SENTENCES))
    return known, sentences


def _sentences(whole: Template, home: Home) -> list[str]:
    """So many of each template that every name is among them."""
    each = SENTENCES_PER_TEMPLATE
    while True:
        drawn = [text for _, text in SentenceSampler(whole, _SEED).draw(each)]
        padded = [f" {text} " for text in drawn]
        absent = [name for name in home.texts if not any(f" {name} " in text for text in padded)]
        if not absent:
            return drawn
        if each > 4 * SENTENCES_PER_TEMPLATE:
            raise ModelError(Message("wyoming.name_without_sentence", name=absent[0]))
        each *= 2


def _copy_without_graph(base: Path, target: Path) -> None:
    try:
        shutil.copytree(base, target, ignore=shutil.ignore_patterns("graph"))
    except (OSError, shutil.Error) as error:
        raise ModelError(Message("model.unreadable", path=base, error=error)) from error


def _own_lines(home: Home, base: Path, home_file: Path | None) -> Iterator[str]:
    known = read_phones(base / "phones.json").speech
    for word, ways in home.pronunciations.items():
        for way in ways:
            if strange := [phone for phone in way.split() if phone not in known]:
                told = Message("wyoming.unknown_phone", file=home_file, word=word, phone=strange[0],
                               phones=" ".join(sorted(known)))  # fmt: skip
                raise ModelError(told)
            yield f"{word}\t{way}\thome\t{home_file}"


def _put_first(lexicon: Path, lines: Iterable[str]) -> None:
    before = lexicon.read_text("utf-8")
    lexicon.write_text("".join(f"{line}\n" for line in lines) + before, "utf-8")


def _put_last(lexicon: Path, guessed: Iterable[SpokenWord]) -> None:
    """The second ear knows no other words than those of the lexicon."""
    with lexicon.open("a", encoding="utf-8") as file:
        for spoken in guessed:
            file.writelines(f"{spoken.word}\t{' '.join(way)}\t\t{spoken.origin}\n" for way in spoken.ways)


def _guessed(words: Sequence[str], model: Path, home_file: Path | None) -> tuple[SpokenWord, ...]:
    """How words outside the lexicon are said. Raises ModelError with the line that the person must add.

    What may be a word with its ending is guessed by spelling as well: «bryteren» is no «bryte» + «ren».
    """
    phones = read_phones(model / "phones.json").speech
    lexicon, spelling = read_lexicon(model / LEXICON, phones), model / "letters.gz"
    letters = read_letters(spelling) if spelling.is_file() else None  # read once: it takes seconds
    pronouncer = Pronouncer(lexicon, phones, letters)
    try:
        found = pronouncer.pronounce(words)
    except ModelError as error:
        raise ModelError(_line_to_add(words, pronouncer, home_file)) from error
    guessed = [spoken for spoken in found.values() if spoken.origin != "lexicon"]
    compounds = [s.word for s in guessed if s.origin == "compound" and s.word.endswith(_ENDINGS)]
    spelt = dict(zip(compounds, letters(compounds), strict=True)) if letters and compounds else {}
    return tuple(
        replace(spoken, ways=tuple(dict.fromkeys((*spoken.ways, *spelt.get(spoken.word, ()))))[:MOST_WAYS])
        for spoken in guessed
    )


def _line_to_add(words: Sequence[str], pronouncer: Pronouncer, home_file: Path | None) -> Message:
    lexicon = pronouncer.lexicon
    for word in (each for each in words if each not in lexicon.by_word and not lexicon.compound(each)):
        try:
            pronouncer.pronounce([word])
        except ModelError:
            return Message("wyoming.no_pronunciation", word=word, file=home_file or "HOME.toml")
    raise AssertionError("every word alone can be said")
