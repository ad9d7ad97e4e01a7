"""The table of the gate: every measurement of every sentence of a folder, a file of the repository."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from skill.speaking.making.gate import Measured

GATE_FILE: Final = "gate.tsv"
ITSELF: Final = "itself"  # in the column of our own model: it heard the sentence that it is
NOTHING_HEARD: Final = "nothing"
_COLUMNS = ("sentence", "way", "verdict", "taken_for", "score", "duration_s", "longest_pause_s", "peak_dbfs", "lufs",
            "band", "heard_as", "errors", "faults")  # fmt: skip

Row = dict[str, str]


def read_gate_table(file: Path) -> dict[str, Row]:
    """sentence → its row; {} where there is no table or another one. A column of a judge that came later is ""."""
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter="\t")
        there = set(reader.fieldnames or ())
        if not {"sentence", "way", "verdict"} <= there <= set(_COLUMNS):
            return {}
        return {row["sentence"]: dict.fromkeys(_COLUMNS, "") | row for row in reader}


def write_gate_table(file: Path, rows: Mapping[str, Row]) -> None:
    """The table of a folder, sorted by sentence."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, _COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[text] for text in sorted(rows))


def measured_of(row: Row) -> Measured:
    """What a row of the table says of its sentence; ValueError where it isn't whole."""
    heard_as = {"": None, ITSELF: row["sentence"], NOTHING_HEARD: ""}.get(row["heard_as"], row["heard_as"])
    numbers = ("score", "duration_s", "longest_pause_s", "peak_dbfs", "lufs", "band")
    values: dict[str, Any] = {name: float(row[name]) for name in numbers}
    errors = float(row["errors"]) if row["errors"] else None
    return Measured(row["taken_for"] or row["sentence"], **values, heard_as=heard_as, errors=errors)


def gate_row(sentence: str, way: str, verdict: str, measured: Measured | None, faults: Sequence[str]) -> Row:
    """`measured`: None for a sentence that could not be rendered at all."""
    values: dict[str, Any] = asdict(measured) if measured else {}
    if values.get("taken_for") == sentence:
        values["taken_for"] = ""
    if values.get("heard_as") is not None:
        values["heard_as"] = ITSELF if values["heard_as"] == sentence else values["heard_as"] or NOTHING_HEARD
    told = {key: "" if value is None else str(value) for key, value in values.items()}
    row = dict.fromkeys(_COLUMNS, "") | told
    return row | {"sentence": sentence, "way": way, "verdict": verdict, "faults": "; ".join(faults)}
