"""The prompts that are in force: the ones on disk, or the last good ones when somebody's edit broke them."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from skill.content.phrases import PhraseBook, load_phrases
from skill.content.script import Script
from skill.content.script_reading import load_script
from skill.errors import ContentError
from skill.messages.message import Message

_WHAT_COUNTS = ("*.toml", "*/*.toml", "*/*/*.toml")


@dataclass(frozen=True)
class Contents:
    """What is said and what may be heard in one language."""

    script: Script
    book: PhraseBook
    folder: Path  # where they were read from
    version: str  # short hash over all files
    trouble: str = ""  # why the files on disk are not in force, with file and line; "" when they are


def load_contents(prompts: Path, language: str, last_good: Path | None = None) -> Contents:
    """The prompts of `prompts`, or those kept in `last_good` when they are broken.

    A set that loads is copied to `last_good`, so that a later typo never silences a night.

    Raises:
        ContentError: neither can be used.
    """
    try:
        contents = Contents(
            load_script(prompts, language), load_phrases(prompts, language), prompts, content_version(prompts)
        )
    except ContentError as error:
        if last_good is None or not last_good.is_dir():
            raise
        return Contents(
            load_script(last_good, language),
            load_phrases(last_good, language),
            last_good,
            content_version(last_good),
            Message("content.last_good_in_force", error=error),
        )
    if last_good is not None:
        with contextlib.suppress(OSError):  # a full disk costs the copy, not the night
            _keep(prompts, last_good, contents.version)
    return contents


def content_version(prompts: Path) -> str:
    """Eight letters that change with any file of texts, steps or phrases."""
    digest = hashlib.sha256()
    for path in _files(prompts):
        digest.update(str(path.relative_to(prompts)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def _files(prompts: Path) -> list[Path]:
    return sorted({path for pattern in _WHAT_COUNTS for path in prompts.glob(pattern) if path.is_file()})


def _keep(prompts: Path, last_good: Path, version: str) -> None:
    if last_good.is_dir() and content_version(last_good) == version:
        return
    fresh = last_good.with_name(last_good.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for path in _files(prompts):
        target = fresh / path.relative_to(prompts)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    old = last_good.with_name(last_good.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if last_good.is_dir():
        last_good.replace(old)
    fresh.replace(last_good)
    shutil.rmtree(old, ignore_errors=True)
