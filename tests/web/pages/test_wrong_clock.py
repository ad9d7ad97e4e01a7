"""A cramp that was written by a clock that nobody had set is marked, and can be moved to when it came."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from flask.testing import FlaskClient

from skill.journal.times import ClockReading
from tests.web import nights
from tests.web.conftest import Pages, send
from tests.web.listener import NOON, OSLO

UNSET = datetime(1970, 1, 1, 0, 10, tzinfo=UTC)
REALLY = datetime(2026, 11, 20, 3, 12, tzinfo=OSLO)


def body(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def written_by_an_unset_clock(pages: Pages, unset: datetime = UNSET, *, set_later: bool = True) -> str:
    """The machine starts without a clock, a cramp comes ten minutes later; then the clock is set."""
    journal = pages.journal
    journal.append("service_started", {"app": "0.2.0"}, None, unset, ClockReading("boot-1", 20.0))
    uuid = str(uuid4())
    begun = {"intent": "cramp", "value": "calf", "place": "calf", "side": "left", "language": "nb"}
    began = unset + timedelta(seconds=600)
    journal.append("episode_started", begun, uuid, began, ClockReading("boot-1", 620.0))
    ended = unset + timedelta(seconds=780)
    journal.append("episode_ended", {"reason": "relieved"}, uuid, ended, ClockReading("boot-1", 800.0))
    if set_later:
        later = REALLY + timedelta(hours=4)
        reading = ClockReading("boot-1", 620.0 + 4 * 3600)
        journal.append("service_stopped", {"reason": "asked"}, None, later, reading)
    return uuid


def test_it_is_marked_and_moved_with_its_end_and_the_move_can_be_undone(
    pages: Pages, client: FlaskClient
) -> None:
    uuid = written_by_an_unset_clock(pages)
    page = body(client, f"/episodes/{uuid}")
    assert "Klokka på apparatet var ikke stilt da." in page
    assert "Krampa kom trolig 03:12, natt til fredag 20. november 2026." in page
    send(client, f"/episodes/{uuid}/move", page=f"/episodes/{uuid}")
    moved = pages.journal.episode(uuid)
    assert (moved.started_at, moved.duration_s) == (REALLY, 180)
    assert uuid in body(client, "/nights?month=2026-11")
    page = body(client, f"/episodes/{uuid}")
    assert "var ikke stilt da" not in page
    for event in re.findall(r'name="event" value="([^"]+)"', page):
        send(client, f"/episodes/{uuid}/undo", {"event": event})
    assert pages.journal.episode(uuid).started_at == UNSET + timedelta(seconds=600)


def test_cramps_of_no_month_are_found_on_the_list_of_nights(pages: Pages, client: FlaskClient) -> None:
    assert "klokka ikke var stilt" not in body(client, "/nights")
    nights.write(pages.journal, REALLY - timedelta(days=1))
    uuid = written_by_an_unset_clock(pages)
    page = body(client, "/nights")
    assert "Kramper fra da klokka ikke var stilt" in page
    assert f"/episodes/{uuid}" in page
    assert re.findall(r"year=(\d+)", page) == ["2026"]
    send(client, f"/episodes/{uuid}/move", page=f"/episodes/{uuid}")
    assert "klokka ikke var stilt" not in body(client, "/nights")


def test_a_clock_that_was_never_set_later_gives_no_guess(pages: Pages, client: FlaskClient) -> None:
    uuid = written_by_an_unset_clock(pages, set_later=False)
    assert "Krampa kom trolig" not in body(client, f"/episodes/{uuid}")
    assert send(client, f"/episodes/{uuid}/move", page="/status").status_code == 409


def test_a_clock_that_goes_right_is_left_alone(pages: Pages, client: FlaskClient) -> None:
    uuid = written_by_an_unset_clock(pages, REALLY - timedelta(seconds=600))
    assert "Krampa kom trolig" not in body(client, f"/episodes/{uuid}")


def test_what_a_person_has_corrected_is_not_moved(pages: Pages, client: FlaskClient) -> None:
    uuid = written_by_an_unset_clock(pages)
    told = {"field": "started_at", "value": (REALLY - timedelta(days=2)).isoformat(), "by": "person"}
    pages.journal.change(uuid, [("edited", told)], NOON)
    assert "Krampa kom trolig" not in body(client, f"/episodes/{uuid}")
