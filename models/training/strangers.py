"""Many people speaking other languages, freely licensed: what a voice is, apart from what it says.

None of it has a transcript that is used. The network learns from it to hear in noise what it hears in quiet
(harden.py), from far more throats than Norwegian under a clear licence offers. Fetched as git trees.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.training.sources import SourceError, sha256


@dataclass(frozen=True)
class Collection:
    """What matches ``patterns`` in a git repository at one commit; ``sha256`` is its ``fingerprint``."""

    name: str
    address: str
    commit: str
    patterns: tuple[str, ...]
    sha256: str
    licence: str
    use: str


COLLECTIONS: Final = (
    Collection(
        "spoken orders",
        "https://github.com/Picovoice/speech-to-intent-benchmark",
        "47b1ca63afe4f08cb83e1f70fec16764879bd130",
        ("data/speech/clean/*.wav",),
        "a8c0b1a7d7565c76584986ef132273e2012e0d5a9001b9ad11e31b5ced792b65",
        "Apache-2.0 (Picovoice Inc.; recorded by volunteers)",
        "619 sentences in English by more than 50 people: noise beside quiet, no labels",
    ),
    Collection(
        "wake words",
        "https://github.com/Picovoice/wake-word-benchmark",
        "84919190fb1891bf0936dcb577d9268e467f876f",
        ("audio/**/*.wav", "audio/**/*.flac"),
        "e45f47d28c21075d73f5dc0a8779d266d899295c35c0226a6fbe1e0901f1574d",
        "Apache-2.0 (Picovoice Inc.; recorded by volunteers)",
        "2,280 wake words in English by more than 50 people: noise beside quiet, no labels",
    ),
    Collection(
        "community wake words",
        "https://github.com/MycroftAI/Precise-Community-Data",
        "4854e39b7f8c0e14d387d4e135aa10486f5158bf",
        # heysavant/ is named in none of the repository's licence files
        tuple(
            f"{part}/**/*.wav"
            for part in (
                "amelia",
                "athena",
                "computer",
                "heychatterbox",
                "heycomputer",
                "not-wake-words",
            )
        ),
        "e833370ca54c22589b7bfe4bc8574c9b4f8b177a17c6d9edc776e995b5b34656",
        "public domain (each file named in the repository's licenses/)",
        "1,014 wake words and others in English and Spanish: noise beside quiet, no labels",
    ),
)


def fingerprint(folder: Path) -> str:
    """Hex digest over the names and contents of all sounds below ``folder``."""
    digest = hashlib.sha256()
    for file in sounds(folder):
        digest.update(f"{file.relative_to(folder).as_posix()} {sha256(file)}\n".encode())
    return digest.hexdigest()


def sounds(folder: Path) -> list[Path]:
    """All recordings below ``folder``, in the order of their names."""
    return sorted(file for file in folder.rglob("*") if file.suffix in (".wav", ".flac"))


def fetch(collection: Collection, folder: Path, have: Path | None = None) -> Path:
    """The collection in a folder of its own below ``folder``, checked; done work is kept. Raises SourceError.

    A clone in ``have``, named as at its address, is used in place of the address.
    """
    place = folder / collection.name.replace(" ", "_")
    if place.exists() and fingerprint(place) == collection.sha256:
        return place
    name = collection.address.rpartition("/")[2]
    if have is not None and (have / name).exists():
        source, way = str(have / name), "--shared"
    else:
        source, way = collection.address, "--filter=blob:none"
    shutil.rmtree(place, ignore_errors=True)
    wanted = [f":(glob){pattern}" for pattern in collection.patterns]
    for step in (
        ["git", "clone", "--quiet", "--no-checkout", way, source, str(place)],
        ["git", "-C", str(place), "checkout", "--quiet", collection.commit, "--", *wanted],
    ):
        try:
            subprocess.run(step, check=True, capture_output=True, timeout=3600)
        except (OSError, subprocess.SubprocessError) as error:
            raise SourceError(
                f"{collection.name} could not be fetched ({error}). Put a clone of {collection.address} into --have."
            ) from error
    if (found := fingerprint(place)) != collection.sha256:
        raise SourceError(
            f"{collection.name}: {place} has fingerprint {found[:12]}…, not {collection.sha256[:12]}…."
        )
    return place


def recordings(folder: Path, have: Path | None = None) -> list[Path]:
    """The recordings of all collections, fetched where they are not there yet. Raises SourceError."""
    return [file for collection in COLLECTIONS for file in sounds(fetch(collection, folder, have))]
