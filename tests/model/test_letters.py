from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest

from skill.errors import ModelError
from skill.model.letters import read_letters
from tests.messages.in_english import raises_in_english

GRAPHONES = [
    ["<", []],
    [">", []],
    ["k", ["k"]],
    ["kj", ["ç"]],
    ["j", ["j"]],
    ["e", ["ˈeː"]],
    ["e", ["ə"]],
]
# "<" → k −1, kj −0.5; after kj only the stressed e; all else by its frequency alone
TABLE = {
    (): (0.0, {1: -1.0, 2: -2.0, 3: -2.5, 4: -3.0, 5: -2.0, 6: -1.0}),
    (0,): (-0.7, {2: -1.0, 3: -0.5}),
    (3,): (-0.7, {5: -0.2}),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    lines = [json.dumps({"order": 2, "graphones": GRAPHONES}, ensure_ascii=False)]
    for context, (backed_off, following) in TABLE.items():
        cells = " ".join(f"{g}:{p}" for g, p in following.items())
        lines.append(f"{' '.join(map(str, context))}\t{backed_off}\t{cells}")
    with gzip.open(tmp_path / "letters.gz", "wt", encoding="utf-8") as out:
        out.write("\n".join(lines))
    return tmp_path / "letters.gz"


def test_the_likeliest_cutting_wins_and_stress_is_left_out(file: Path) -> None:
    spelling = read_letters(file)
    assert spelling(["kje", "ke"]) == [(("ç", "eː"),), (("k", "ə"),)]


def test_ways_come_with_their_probability(file: Path) -> None:
    (best, way), (second, other) = read_letters(file).ways("kje", 2)
    assert way == ("ç", "eː") and best == pytest.approx(-0.5 - 0.2 - 1.0)
    # kj then ə, which was not seen after kj: backed off once
    assert other == ("ç", "ə") and second == pytest.approx(-0.5 + (-0.7 - 1.0) - 1.0)


def test_an_unseen_context_costs_its_back_off(file: Path) -> None:
    spelling = read_letters(file)
    assert spelling.log_probability((0,), 4) == pytest.approx(-0.7 - 3.0)
    assert spelling.log_probability((6,), 4) == pytest.approx(-3.0)
    assert math.isclose(spelling.log_probability((0,), 99), -0.7 - 14.0)


def test_a_letter_that_was_never_seen_gives_no_guess(file: Path) -> None:
    assert read_letters(file)(["køe", ""]) == [(), ()]


@pytest.mark.parametrize(
    "damage",
    [b"", b"not gzip", gzip.compress(b"{}", mtime=0), gzip.compress(b'{"order":2}\nx', mtime=0)],
)
def test_a_damaged_file_is_named(damage: bytes, tmp_path: Path) -> None:
    (tmp_path / "letters.gz").write_bytes(damage)
    with raises_in_english(ModelError, match=r"letters\.gz is damaged"):
        read_letters(tmp_path / "letters.gz")
