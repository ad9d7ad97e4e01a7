"""A seeded handful of the faults that `python -m tests.bench.faults` makes by the thousand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.bench.faults.harness import harness
from tests.bench.faults.journal import JOURNAL_FAULTS
from tests.bench.faults.results import Line, Outcome, Results, table
from tests.bench.faults.rooms import ROOM_FAULTS
from tests.bench.faults.service import inject
from tests.needs import needs_model, needs_pulseaudio

IN_ROOMS = JOURNAL_FAULTS | ROOM_FAULTS


@needs_model
@pytest.mark.parametrize("fault", IN_ROOMS)
def test_nothing_is_lost_and_it_works_again(fault: str, tmp_path: Path) -> None:
    try:
        outcome = IN_ROOMS[fault](np.random.default_rng(7), tmp_path)
    except PermissionError as why:
        pytest.skip(str(why))
    assert outcome.back_s is not None, outcome.note
    assert (outcome.lost, outcome.corrupt, outcome.left_alone) == (0, False, False)


@needs_model
@needs_pulseaudio
@pytest.mark.virtual_audio
def test_the_running_service_comes_through_and_says_a_word_to_whoever_was_in_the_middle(
    tmp_path: Path,
) -> None:
    with harness(tmp_path) as running:
        running.patience = 5.0
        for fault in (
            "hearing killed", "microphone pulled", "microphone of another rate and channels", "disk full and back",
            "home read-only and back", "kill -9 of the service",
        ):  # fmt: skip
            outcome = inject(running, fault, np.random.default_rng(7))
            assert outcome.back_s is not None, (fault, outcome.note)
            assert (outcome.lost, outcome.corrupt, outcome.left_alone) == (0, False, False), fault


def test_results_go_on_where_they_were_and_the_table_counts_what_was_lost(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    Results(path).add(Line("killed in a commit", "room", 1, 0, Outcome(0.2)))
    Results(path).add(Line("killed in a commit", "room", 1, 1, Outcome(None, lost=2, left_alone=True)))
    again = Results(path)
    assert again.has("room", 1, 1)
    assert not again.has("room", 1, 2)
    shown = table(again.lines).splitlines()
    assert shown[1].split()[-10:-3] == ["2", "2", "0", "1", "1", "0.20", "0.20"]
    assert "2 events lost (goal 0), 0 corrupt (0), 1 left alone (0), 1 later than 5 s" in shown[-1]
