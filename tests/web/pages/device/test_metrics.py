"""/metrics, read by Prometheus' own parser: closed until a setting opens it, numbers alone, and true ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from skill.connect.alerts import Alert
from skill.connect.outbox import Outbox, outbox_file
from skill.web.door.pin import hash_pin
from skill.web.ports import FaultLine, FirstWords, PagesOnly, SelfTestReport
from tests.journal.writing import start_episode
from tests.web.conftest import Make, Pages
from tests.web.listener import NOON


def numbers(client: FlaskClient) -> dict[str, float]:
    """Name with its labels → value."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    return {
        s.name + "".join(f",{k}={v}" for k, v in sorted(s.labels.items())): s.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for s in family.samples
    }


@pytest.fixture
def client(pages: Pages) -> FlaskClient:
    pages.set(web__metrics=True)
    return pages.client()


def test_there_is_none_until_a_setting_opens_it(pages: Pages) -> None:
    assert pages.client().get("/metrics").status_code == 404


def test_whether_it_hears_and_since_when_that_is_proved(pages: Pages, client: FlaskClient) -> None:
    pages.listener.turn("deaf", frame_age_s=12.5, proved_age_s=60.0)
    found = numbers(client)
    assert (found["krampevakt_listening,state=deaf"], found["krampevakt_listening,state=hearing"]) == (1, 0)
    assert (found["krampevakt_frame_age_seconds"], found["krampevakt_proved_age_seconds"]) == (12.5, 60)


def test_the_last_time_that_it_heard_itself(pages: Pages, client: FlaskClient) -> None:
    assert "krampevakt_self_test_passed" not in numbers(client)
    pages.listener.turn("hearing", self_test=SelfTestReport(NOON, True, "-"))
    found = numbers(client)
    assert found["krampevakt_self_test_passed"] == 1
    assert found["krampevakt_self_test_timestamp_seconds"] == NOON.timestamp()


def test_faults_by_what_they_mean_for_the_night(pages: Pages, client: FlaskClient) -> None:
    deaf = FaultLine("microphone", "deaf", "-", NOON)
    pages.listener.turn("deaf", faults=(deaf, replace(deaf, severity="notice"), deaf))
    found = numbers(client)
    assert (found["krampevakt_faults,severity=deaf"], found["krampevakt_faults,severity=notice"]) == (2, 1)
    assert found["krampevakt_faults,severity=mute"] == 0


def test_how_long_cries_waited_for_their_first_words(pages: Pages, client: FlaskClient) -> None:
    pages.listener.turn("hearing", first_words=FirstWords((0, 2, 3, 3, 3, 3, 3, 4), 5, 12.5))
    found = numbers(client)
    assert found["krampevakt_first_words_seconds_bucket,le=0.5"] == 2
    assert found["krampevakt_first_words_seconds_bucket,le=+Inf"] == 5
    assert found["krampevakt_first_words_seconds_sum"] == 12.5


def test_cramps_of_this_night_and_what_waits(pages: Pages, client: FlaskClient) -> None:
    start_episode(pages.journal, NOON + timedelta(minutes=1))
    outbox = Outbox(outbox_file(pages.paths))
    outbox.put(Alert("k:danger", "danger", NOON), NOON)
    pages.listener.turn("hearing", loop_waiting=3, dropped_blocks=7, episode_running=True)
    found = numbers(client)
    assert found["krampevakt_cramps_tonight"] == 1
    assert (found["krampevakt_rows_waiting"], found["krampevakt_messages_waiting"]) == (0, 1)
    assert (found["krampevakt_loop_waiting"], found["krampevakt_dropped_blocks_total"]) == (3, 7)
    assert found["krampevakt_conversation_running"] == 1


def test_it_is_read_without_a_pin_and_holds_no_words(pages: Pages, client: FlaskClient) -> None:
    pages.set(web__pin_hash=hash_pin("246810"))
    pages.listener.turn("hearing", last_phrase="krampe i leggen", faults=(
        FaultLine("microphone", "notice", "hemmelig setning", NOON),
    ))  # fmt: skip
    body = client.get("/metrics").get_data(as_text=True)
    assert "krampevakt_listening" in body
    assert "leggen" not in body
    assert "hemmelig" not in body


def test_the_pages_alone_pretend_nothing(make_pages: Make) -> None:
    pages = make_pages(PagesOnly())
    pages.set(web__metrics=True)
    found = numbers(pages.client())
    assert found["krampevakt_listening,state=absent"] == 1
    assert "krampevakt_frame_age_seconds" not in found
    assert "krampevakt_loop_waiting" not in found
