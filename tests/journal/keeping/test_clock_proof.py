"""Nothing that can't be undone happens on a clock that can't be right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from skill.journal.keeping.clock_proof import prove_clock, time_servers_agree
from skill.journal.storage.store import Journal
from tests.journal.conftest import AT_THREE, a_night
from tests.journal.writing import start_episode


def began(journal: Journal, at: datetime) -> None:
    journal.append("service_started", {"app": "1"}, None, at)


def test_the_first_start_is_believed(journal: Journal):
    began(journal, AT_THREE)
    assert prove_clock(journal, AT_THREE, None).believed


def test_the_first_look_of_a_new_device_binds_nobody_to_a_clock_that_is_then_set_back(journal: Journal):
    wrong = AT_THREE.replace(year=2036)
    began(journal, wrong)
    assert prove_clock(journal, wrong, None, first_look=True).believed
    assert prove_clock(journal, AT_THREE, None).believed
    assert not prove_clock(journal, wrong, None, first_look=True).believed


def test_1970_is_not_believed_even_at_the_first_start(journal: Journal):
    began(journal, datetime(1970, 1, 1, tzinfo=UTC))
    assert not prove_clock(journal, datetime(1970, 1, 1, tzinfo=UTC), None).believed


def test_ten_years_after_the_last_row_is_not_believed_however_long_it_goes_on(journal: Journal):
    a_night(journal)
    wrong = AT_THREE.replace(year=2036)
    began(journal, wrong)
    for day in range(100):
        proof = prove_clock(journal, wrong + timedelta(days=day), None)
        assert (proof.believed, proof.proved_at) == (False, AT_THREE)


def test_what_an_earlier_run_left_open_is_no_proof_of_the_clock_that_closed_it(journal: Journal):
    uuid = start_episode(journal, AT_THREE)
    wrong = AT_THREE.replace(year=2036)
    journal.append("episode_ended", {"reason": "interrupted"}, uuid, wrong)
    began(journal, wrong)
    assert not prove_clock(journal, wrong, None).believed


def test_time_servers_prove_a_long_absence(journal: Journal):
    a_night(journal)
    later = AT_THREE + timedelta(days=400)
    began(journal, later)
    assert not prove_clock(journal, later, False).believed
    assert prove_clock(journal, later, True).believed
    assert prove_clock(journal, later + timedelta(days=1), None).believed


def test_a_clock_that_fell_back_is_not_believed(journal: Journal):
    began(journal, AT_THREE)
    assert prove_clock(journal, AT_THREE, None).believed
    assert not prove_clock(journal, AT_THREE - timedelta(days=30), None).believed
    assert prove_clock(journal, AT_THREE + timedelta(days=1), None).believed


def test_whether_time_servers_agree_is_unknown_without_systemd(tmp_path: Path):
    assert time_servers_agree(tmp_path / "none") is None
    assert time_servers_agree(tmp_path) is False
    (tmp_path / "synchronized").touch()
    assert time_servers_agree(tmp_path) is True
