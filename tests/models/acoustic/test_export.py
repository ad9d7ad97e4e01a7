"""What a graph builder is told: every phone variant with its transitions, the costs, and the evidence asked for."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")

from models.training.acoustic.export import phone_table, phones_json
from models.training.acoustic.topology import SHIPPED
from models.training.pipeline import COSTS
from models.training.speech.phones import SILENCE, SPEECH
from skill.hearing.recognise.evidence import least_evidence
from skill.model.phones import read_phones

NB = Path(__file__).parents[3] / "models" / "nb"


EVIDENCE = json.loads((NB / "phones.json").read_text("utf-8"))["evidence"]


def written(folder: Path) -> Path:
    (folder / "phones.json").write_text(json.dumps(phones_json(SHIPPED, COSTS, EVIDENCE)), "utf-8")
    return folder


def test_the_skill_reads_what_is_written(tmp_path: Path) -> None:
    phones = read_phones(written(tmp_path) / "phones.json")
    assert set(SPEECH) <= set(phones.unknown_phones)
    assert phones.costs.unk == COSTS["unk"] and phones.costs.loop == COSTS["loop"]
    least = least_evidence(tmp_path)
    assert least is not None and EVIDENCE.items() <= asdict(least).items()


def test_the_shipped_model_has_the_costs_that_the_pipeline_writes() -> None:
    shipped = json.loads((NB / "phones.json").read_text("utf-8"))
    assert shipped["costs"] == COSTS


def test_silence_inside_a_phrase_does_not_end_it() -> None:
    positions = {name: position for name, position, _, _ in phone_table(SHIPPED)}
    assert positions[SILENCE] == "nonword" and positions[f"{SILENCE}_I"] == "internal"


def test_every_phone_has_four_forms_that_share_their_outputs() -> None:
    rows = {name: (enter, stay) for name, _, enter, stay in phone_table(SHIPPED)}
    for phone in SPEECH:
        assert len({rows[f"{phone}_{form}"] for form in "BEIS"}) == 1
