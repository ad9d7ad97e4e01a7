"""Collections of strangers' voices: fetched at one commit, checked, and refused by name where they differ."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from models.training.sources import SourceError
from models.training.strangers import COLLECTIONS, Collection, fetch, fingerprint, sounds


def git(*words: str) -> str:
    name = ("-c", "user.name=a", "-c", "user.email=a@b.invalid")
    done = subprocess.run(["git", *name, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """A repository with two recordings that are wanted and two files that are not."""
    repository = tmp_path / "have" / "voices"
    for name in ("en/one.wav", "en/two words.wav", "xx/unclear.wav", "en/model.tar.gz"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_bytes(name.encode())
    git("init", "--quiet", str(repository))
    git("-C", str(repository), "add", ".")
    git("-C", str(repository), "commit", "--quiet", "-m", "voices")
    commit = git("-C", str(repository), "rev-parse", "HEAD")
    wanted = tmp_path / "wanted"
    (wanted / "en").mkdir(parents=True)
    for name in ("en/one.wav", "en/two words.wav"):
        (wanted / name).write_bytes(name.encode())
    address = "https://example.invalid/somebody/voices"
    return Collection("some voices", address, commit, ("en/**/*.wav",), fingerprint(wanted), "CC0", "test")


def test_only_what_is_wanted_is_taken_and_a_second_time_nothing_is_fetched(
    collection: Collection, tmp_path: Path
) -> None:
    place = fetch(collection, tmp_path / "sources", tmp_path / "have")
    assert [file.name for file in sounds(place)] == ["one.wav", "two words.wav"]
    assert not (place / "en/model.tar.gz").exists()
    assert fetch(collection, tmp_path / "sources") == place


def test_what_was_broken_off_is_fetched_again(collection: Collection, tmp_path: Path) -> None:
    place = fetch(collection, tmp_path / "sources", tmp_path / "have")
    (place / "en/one.wav").unlink()
    assert len(sounds(fetch(collection, tmp_path / "sources", tmp_path / "have"))) == 2


def test_other_recordings_than_expected_are_refused_by_name(collection: Collection, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"some voices.*fingerprint"):
        fetch(replace(collection, sha256="0" * 64), tmp_path / "sources", tmp_path / "have")


def test_where_it_can_not_be_fetched_it_says_what_to_put_where(
    collection: Collection, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match="--have"):
        fetch(replace(collection, commit="0" * 40), tmp_path / "sources", tmp_path / "have")


def test_every_collection_is_pinned_and_tells_its_licence() -> None:
    for one in COLLECTIONS:
        assert len(one.commit) == 40 and len(one.sha256) == 64 and one.licence and one.use
