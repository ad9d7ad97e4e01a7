"""A Vosk folder looked over before libvosk sees it: libvosk aborts or crashes on what is wrong with one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from skill.audio.samples import RATE_HZ
from skill.errors import ModelError
from skill.model.acoustic import AcousticModel, read_acoustic_model
from skill.model.openfst.fst import check_vector, read_header, read_output_symbols
from skill.model.openfst.lookahead import largest_input_label
from skill.model.phones import POSITIONS
from skill.vocabulary import UNKNOWN_WORD

CHECKSUMS = "SHA256SUMS"
_REQUIRED = (
    "am/final.mdl",
    "conf/model.conf",
    "conf/mfcc.conf",
    "graph/HCLr.fst",
    "graph/Gr.fst",
    "graph/disambig_tid.int",
)
_GRAMMAR_TYPES = ("vector", "const", "ngram")


@dataclass(frozen=True)
class Folder:
    """A Vosk model folder on disk; nothing of it is read before it is asked for."""

    path: Path

    @cached_property
    def words(self) -> dict[str, int]:
        """The vocabulary with its numbers, from Gr.fst or words.txt, as libvosk does. Raises ModelError."""
        path = self.path / "graph/Gr.fst"
        try:
            return read_output_symbols(path.read_bytes()) or self.listed_words
        except (OSError, ValueError) as error:
            raise ModelError(f"{path} is damaged ({error}); copy the model folder again.") from error

    @cached_property
    def listed_words(self) -> dict[str, int]:
        """words.txt, which a model needn't have if Gr.fst holds the vocabulary. Raises ModelError."""
        path = self.path / "graph/words.txt"
        found: dict[str, int] = {}
        try:
            for line in path.read_text(encoding="utf-8").splitlines():
                word, number = line.rsplit(maxsplit=1)
                found[word] = int(number)
        except (OSError, ValueError) as error:
            raise ModelError(f"{path} is no list of words ({error}); copy the model folder again.") from error
        return found

    @cached_property
    def acoustic(self) -> AcousticModel:
        return read_acoustic_model(self.path / "am/final.mdl")

    def missing(self, words: Iterable[str]) -> list[str]:
        """Those of `words` that the model can't hear: libvosk would drop them from a grammar silently."""
        return [word for word in dict.fromkeys(words) if word not in self.words]


def model_faults(path: Path) -> list[str]:
    """What is wrong with the folder, a sentence for each fault; empty when libvosk can have it."""
    return list(_faults(Folder(path)))


def require(path: Path, pinned: bool = True) -> Folder:
    """The folder, or ModelError with its first fault; `pinned=False` lets files differ from their checksums."""
    found = next(_faults(Folder(path), pinned), None)
    if found is not None:
        raise ModelError(found)
    return Folder(path)


def _faults(folder: Folder, pinned: bool = True) -> Iterator[str]:
    path = folder.path
    if not path.is_dir():
        yield f"{path} is not a folder; give the path of an unpacked Vosk model."
        return
    if (path / "graph/HCLG.fst").exists() and not (path / "graph/HCLr.fst").exists():
        yield f"{path} is a model with a fixed graph; grammars need one with HCLr.fst and Gr.fst."
        return
    missing = [name for name in _REQUIRED if not (path / name).is_file()]
    if missing:
        yield f"{path} is no whole Vosk model: {', '.join(missing)} missing; copy the folder again."
        return
    parts = (_acoustic, _configuration, _graph, _words, _boundaries)
    for part in (_checksums, *parts) if pinned else parts:
        try:
            yield from part(folder)
        except (ModelError, OSError, UnicodeDecodeError) as error:
            yield str(error)


def _checksums(folder: Folder) -> Iterator[str]:
    if (folder.path / CHECKSUMS).is_file():
        yield from mismatches(folder.path)


def _acoustic(folder: Folder) -> Iterator[str]:
    if not folder.acoustic.transitions:
        yield f"{folder.path / 'am/final.mdl'} knows no phones; copy the model folder again."


def _configuration(folder: Folder) -> Iterator[str]:
    conf = folder.path / "conf/model.conf"
    options = _options(conf)
    silence = options.get("endpoint.silence-phones", "")
    if not re.fullmatch(r"\d+(:\d+)*", silence):
        yield f"{conf} doesn't say --endpoint.silence-phones; libvosk would abort without it."
    elif max(map(int, silence.split(":"))) > folder.acoustic.num_phones:
        yield f"{conf} names silence phones that final.mdl lacks."
    mfcc = folder.path / "conf/mfcc.conf"
    rate = _options(mfcc).get("sample-frequency", "16000")
    if rate.split(".")[0] != str(RATE_HZ):
        yield f"{mfcc}: the model wants {rate} Hz, the microphone gives {RATE_HZ}."


def _options(path: Path) -> dict[str, str]:
    """The lines --name=value of a Kaldi configuration file."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.match(r"\s*--([\w.-]+)=(\S+)", line)
        if match:
            found[match[1]] = match[2]
    return found


def _graph(folder: Folder) -> Iterator[str]:
    lexicon, grammar = folder.path / "graph/HCLr.fst", folder.path / "graph/Gr.fst"
    data = lexicon.read_bytes()
    try:
        kind = read_header(data).fst_type
        if kind != "olabel_lookahead":
            yield f"{lexicon} is of type {kind}; grammars need the type olabel_lookahead."
        elif largest_input_label(data) > _last_label(folder):
            yield f"{lexicon} and final.mdl belong to different models."
    except ValueError as error:
        yield f"{lexicon} is damaged ({error}); copy the model folder again."
    data = grammar.read_bytes()
    try:
        kind = read_header(data).fst_type
        if kind not in _GRAMMAR_TYPES:
            yield f"{grammar} is of type {kind}, which libvosk can't read."
        elif kind == "vector":
            check_vector(data)
    except ValueError as error:
        yield f"{grammar} is damaged ({error}); copy the model folder again."


def _last_label(folder: Folder) -> int:
    """The highest label that HCLr.fst may read: transitions, and above them disambiguation symbols."""
    symbols = (folder.path / "graph/disambig_tid.int").read_text(encoding="utf-8").split()
    return max(len(folder.acoustic.transitions), *(int(s) for s in symbols if s.isdigit()), 0)


def _words(folder: Folder) -> Iterator[str]:
    path = folder.path / "graph"
    if (path / "words.txt").exists() and folder.listed_words != folder.words:
        yield f"{path}: words.txt and Gr.fst hold different words; copy the model folder again."
    if UNKNOWN_WORD not in folder.words:
        yield f"The vocabulary in {path} lacks {UNKNOWN_WORD}: it would take any sound for a word."
    if len(folder.words) < 3:
        yield f"{path} knows no words."
    in_parts = next((w for w in folder.words if w != unicodedata.normalize("NFC", w)), None)
    if in_parts is not None:
        yield f"{path}: «{in_parts}» has letters in parts (not NFC) and would never match."


def _boundaries(folder: Folder) -> Iterator[str]:
    path = folder.path / "graph/phones/word_boundary.int"
    if not path.is_file():
        yield f"{path} is missing; words would come without times."
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        columns = line.split()
        if len(columns) != 2 or not columns[0].isdigit() or columns[1] not in POSITIONS:
            yield f"{path}, line {number}: not a phone number and its place in a word."
            return


# --- pinned contents -----------------------------------------------------------------------------------


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_checksums(folder: Path, names: Iterable[str] | None = None) -> Path:
    """Pin the files of `folder` (all of them, if no `names`) in SHA256SUMS, as sha256sum writes it."""
    chosen = sorted(
        names
        if names is not None
        else (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    )
    target = folder / CHECKSUMS
    lines = [f"{sha256(folder / name)}  {name}\n" for name in chosen if name != CHECKSUMS]
    target.write_text("".join(lines), encoding="utf-8")
    return target


def mismatches(folder: Path) -> Iterator[str]:
    """A sentence for each file that isn't what SHA256SUMS pins."""
    for number, line in enumerate((folder / CHECKSUMS).read_text(encoding="utf-8").splitlines(), 1):
        match = re.fullmatch(r"([0-9a-f]{64}) [ *](.+)", line)
        if match is None:
            yield f"{folder / CHECKSUMS}, line {number}: not a sha256 sum and a file."
        elif not (folder / match[2]).is_file():
            yield f"{folder / match[2]} is missing; copy the model folder again."
        elif sha256(folder / match[2]) != match[1]:
            yield f"{folder / match[2]} has changed since the model was released; copy the folder again."
