"""A Vosk folder for any list of words and phrases, on the acoustic model of another folder."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from skill.errors import ModelError
from skill.messages.message import Message
from skill.model.acoustic import read_acoustic_model
from skill.model.graph import Unit, grammar_fst, lexicon_fst, unit_names
from skill.model.lexicon import Pronouncer, SpokenWord, letters_of, read_lexicon
from skill.model.openfst.fst import vector_bytes
from skill.model.openfst.lookahead import lookahead_bytes
from skill.model.phones import PhoneSet, read_phones, word_boundaries, write_unknown_cost
from skill.model.rivals import rivals
from skill.vocabulary import PHRASE_JOINT, RIVAL

MOST_WAYS_PER_WORD = 8  # of one word inside a phrase: more make phrases alike and the graph slow
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CARRIED = (
    "am",
    "conf",
    "phones.json",
    "lexicon.tsv",
    "letters.gz",
    "LICENSE",
    "NOTICE",
)  # what a new folder takes over


@dataclass(frozen=True)
class Report:
    """What was built."""

    out: Path
    words: int
    phrases: int
    states: int  # of HCLr.fst
    arcs: int
    guessed: tuple[SpokenWord, ...]  # words that the lexicon doesn't hold
    seconds: float


def read_list(path: Path) -> list[str]:
    """One word or phrase a line, # begins a remark. Letters are composed (NFC) and made small.

    Raises ModelError.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ModelError(Message("model.unreadable", path=path, error=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise ModelError(Message("model.not_utf8", path=path)) from error
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [unicodedata.normalize("NFC", " ".join(line.split())).lower() for line in lines if line]


def plain_words(sentence: str) -> tuple[str, ...]:
    """The words of a written sentence as a model's lists have them: small letters, composed, without marks."""
    return tuple(_WORD.findall(unicodedata.normalize("NFC", sentence).lower()))


def phrase_token(phrase: str) -> str:
    """The token that stands for a phrase in grammars and results."""
    return PHRASE_JOINT.join(phrase.split())


def check_texts(words: Iterable[str], phrases: Iterable[str]) -> None:
    """Refuse what no model can hold. Raises ModelError with one sentence."""
    words, phrases = list(words), list(phrases)
    if not words and not phrases:
        raise ModelError(Message("model.list_empty"))
    for word in words:
        if " " in word.strip():
            raise ModelError(Message("model.more_than_one_word", word=word))
    for text in (*words, *phrases):
        if text != unicodedata.normalize("NFC", text):
            raise ModelError(Message("model.letters_in_parts", text=text))
        if text != text.lower():
            raise ModelError(Message("model.capital_letters", text=text))
        strange = next((w for w in text.split() if not _WORD.fullmatch(w)), None)
        if strange is not None or not text.split():
            raise ModelError(Message("model.not_words_only", text=text))


def units_for(words: Iterable[str], phrases: Iterable[str], spoken: dict[str, SpokenWord]) -> list[Unit]:
    """What the graph is made of: words in all their ways, phrases in the usual ways of their words, and rivals."""
    units = [Unit(word, (spoken[word].ways,)) for word in sorted(set(words))]
    for phrase in sorted(set(phrases)):
        parts = tuple(spoken[word].ways[:MOST_WAYS_PER_WORD] for word in phrase.split())
        units.append(Unit(phrase_token(phrase), parts))
    said = [word for phrase in phrases if " " in phrase for word in phrase.split()]
    units += rivals(said, {word: spoken[word].ways for word in said})
    return list({unit.name: unit for unit in units}.values())


def build(
    words: Sequence[str],
    phrases: Sequence[str],
    base_model: Path,
    out: Path,
    *,
    guess: bool = True,
    unk_cost: float | None = None,
) -> Report:
    """Make `out` a Vosk folder that knows `words`, and each of `phrases` as one unit ("krampe_i_leggen").

    `base_model` holds am/, conf/, phones.json, lexicon.tsv and perhaps letters.gz. `out` may be the same
    folder. Only graph/ of an existing `out` is replaced, at once and at the end. With guess=False a word
    outside the lexicon is an error. `unk_cost` replaces the base's: higher hears more, lower refuses more.
    Raises ModelError.
    """
    began = time.perf_counter()
    check_texts(words, phrases)
    acoustic = read_acoustic_model(base_model / "am/final.mdl")
    phones = read_phones(base_model / "phones.json", acoustic)
    if unk_cost is not None:
        phones = replace(phones, costs=replace(phones.costs, unk=unk_cost))
    lexicon = read_lexicon(base_model / "lexicon.tsv", phones.speech)
    needed = [word for text in (*words, *phrases) for word in text.split()]
    spoken = Pronouncer(lexicon, phones.speech, letters_of(base_model), guess).pronounce(needed)
    units = units_for(words, phrases, spoken)
    try:
        out.mkdir(parents=True, exist_ok=True)
        _carry(base_model, out)
        if unk_cost is not None:
            write_unknown_cost(out / "phones.json", unk_cost)
        with tempfile.TemporaryDirectory(dir=out, prefix=".build-") as scratch:
            boundaries = word_boundaries(phones, acoustic)
            states, arcs = write_graph(Path(scratch) / "graph", units, phones, boundaries)
            _swap(Path(scratch) / "graph", out / "graph", Path(scratch) / "old")
    except OSError as error:
        raise ModelError(Message("model.not_written", path=out, error=error.strerror)) from error
    return Report(
        out,
        words=sum(PHRASE_JOINT not in unit.name and not unit.name.endswith(RIVAL) for unit in units),
        phrases=sum(PHRASE_JOINT in unit.name for unit in units),
        states=states,
        arcs=arcs,
        guessed=tuple(s for s in spoken.values() if s.origin != "lexicon"),
        seconds=time.perf_counter() - began,
    )


def write_graph(
    folder: Path, units: Sequence[Unit], phones: PhoneSet, boundaries: dict[int, str]
) -> tuple[int, int]:
    """Write the graph/ folder of a Vosk model; the numbers of states and arcs of HCLr.fst.

    Files: HCLr.fst, Gr.fst, words.txt, disambig_tid.int (empty: the lexicon has no disambiguation symbols),
    phones/word_boundary.int.
    """
    names = unit_names(units, phones)
    first = {name: number for number, name in enumerate(names, 1)}
    lexicon = lexicon_fst(units, phones, first)
    data, renumbered = lookahead_bytes(lexicon)
    numbers = {name: renumbered[first[name]] for name in names}
    by_number = sorted(numbers.items(), key=lambda item: item[1])
    symbols = {"<eps>": 0, **dict(by_number)}
    (folder / "phones").mkdir(parents=True)
    (folder / "HCLr.fst").write_bytes(data)
    (folder / "Gr.fst").write_bytes(vector_bytes(grammar_fst(numbers), symbols))
    (folder / "words.txt").write_text("".join(f"{w} {n}\n" for w, n in symbols.items()), encoding="utf-8")
    (folder / "disambig_tid.int").write_text("")
    lines = (f"{phone} {place}\n" for phone, place in boundaries.items())
    (folder / "phones/word_boundary.int").write_text("".join(lines))
    return len(lexicon.arcs), lexicon.num_arcs


def _carry(base: Path, out: Path) -> None:
    if out.resolve() == base.resolve():
        return
    for name in _CARRIED:
        source = base / name
        files = source.rglob("*") if source.is_dir() else [source]
        for file in (f for f in files if f.is_file()):
            target = out / file.relative_to(base)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def _swap(new: Path, place: Path, old: Path) -> None:
    if place.exists():
        place.rename(old)
    new.rename(place)
