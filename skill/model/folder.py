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
from skill.messages.message import Message, sentence_of
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
            raise ModelError(Message("model.damaged", path=path, error=error)) from error

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
            raise ModelError(Message("model.no_list_of_words", path=path, error=error)) from error
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
        yield Message("model.no_folder", path=path)
        return
    if (path / "graph/HCLG.fst").exists() and not (path / "graph/HCLr.fst").exists():
        yield Message("model.fixed_graph", path=path)
        return
    missing = [name for name in _REQUIRED if not (path / name).is_file()]
    if missing:
        yield Message("model.not_whole", path=path, missing=", ".join(missing))
        return
    parts = (_acoustic, _configuration, _graph, _words, _boundaries)
    for part in (_checksums, *parts) if pinned else parts:
        try:
            yield from part(folder)
        except (ModelError, OSError, UnicodeDecodeError) as error:
            yield sentence_of(error)


def _checksums(folder: Folder) -> Iterator[str]:
    if (folder.path / CHECKSUMS).is_file():
        yield from mismatches(folder.path)


def _acoustic(folder: Folder) -> Iterator[str]:
    if not folder.acoustic.transitions:
        yield Message("model.knows_no_phones", path=folder.path / "am/final.mdl")


def _configuration(folder: Folder) -> Iterator[str]:
    conf = folder.path / "conf/model.conf"
    options = _options(conf)
    silence = options.get("endpoint.silence-phones", "")
    if not re.fullmatch(r"\d+(:\d+)*", silence):
        yield Message("model.no_silence_phones", path=conf)
    elif max(map(int, silence.split(":"))) > folder.acoustic.num_phones:
        yield Message("model.strange_silence_phones", path=conf)
    mfcc = folder.path / "conf/mfcc.conf"
    rate = _options(mfcc).get("sample-frequency", "16000")
    if rate.split(".")[0] != str(RATE_HZ):
        yield Message("model.other_rate", path=mfcc, wanted=rate, given=RATE_HZ)


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
            yield Message("model.other_graph_type", path=lexicon, kind=kind)
        elif largest_input_label(data) > _last_label(folder):
            yield Message("model.different_models", path=lexicon)
    except ValueError as error:
        yield Message("model.damaged", path=lexicon, error=error)
    data = grammar.read_bytes()
    try:
        kind = read_header(data).fst_type
        if kind not in _GRAMMAR_TYPES:
            yield Message("model.unreadable_type", path=grammar, kind=kind)
        elif kind == "vector":
            check_vector(data)
    except ValueError as error:
        yield Message("model.damaged", path=grammar, error=error)


def _last_label(folder: Folder) -> int:
    """The highest label that HCLr.fst may read: transitions, and above them disambiguation symbols."""
    symbols = (folder.path / "graph/disambig_tid.int").read_text(encoding="utf-8").split()
    return max(len(folder.acoustic.transitions), *(int(s) for s in symbols if s.isdigit()), 0)


def _words(folder: Folder) -> Iterator[str]:
    path = folder.path / "graph"
    if (path / "words.txt").exists() and folder.listed_words != folder.words:
        yield Message("model.different_words", path=path)
    if UNKNOWN_WORD not in folder.words:
        yield Message("model.lacks_unknown", path=path, word=UNKNOWN_WORD)
    if len(folder.words) < 3:
        yield Message("model.knows_no_words", path=path)
    in_parts = next((w for w in folder.words if w != unicodedata.normalize("NFC", w)), None)
    if in_parts is not None:
        yield Message("model.word_in_parts", path=path, word=in_parts)


def _boundaries(folder: Folder) -> Iterator[str]:
    path = folder.path / "graph/phones/word_boundary.int"
    if not path.is_file():
        yield Message("model.no_boundaries", path=path)
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        columns = line.split()
        if len(columns) != 2 or not columns[0].isdigit() or columns[1] not in POSITIONS:
            yield Message("model.boundary_line", path=path, number=number)
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
            yield Message("model.checksum_line", path=folder / CHECKSUMS, number=number)
        elif not (folder / match[2]).is_file():
            yield Message("model.file_missing", path=folder / match[2])
        elif sha256(folder / match[2]) != match[1]:
            yield Message("model.file_changed", path=folder / match[2])
