"""What waits to be sent is kept, tried ever more seldom, and told of honestly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from skill.connect.alerts import Alert
from skill.connect.courier import Courier
from skill.connect.outbox import Outbox
from skill.messages.message import Message
from skill.settings.rules import with_values
from skill.settings.values import ConnectSettings, Settings
from tests.connect.servers import THREE, http_server

DANGER = Alert("k:danger", "danger", THREE, "T1", "113", "113")


def test_it_is_kept_over_a_restart_and_known_by_its_key(tmp_path: Path) -> None:
    assert Outbox(tmp_path / "connect.db").put(DANGER, THREE)
    again = Outbox(tmp_path / "connect.db")
    assert not again.put(DANGER, THREE)
    message = again.due(THREE)
    assert message is not None
    assert message.alert == DANGER


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    Outbox(tmp_path / "connect.db").put(DANGER, THREE)
    assert (tmp_path / "connect.db").stat().st_mode & 0o077 == 0


def test_danger_goes_before_what_is_older(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "connect.db")
    outbox.put(Alert("d:deaf", "deaf", THREE), THREE)
    outbox.put(DANGER, THREE + timedelta(minutes=1))
    message = outbox.due(THREE + timedelta(minutes=2))
    assert message is not None
    assert message.alert.kind == "danger"


def test_what_nobody_wants_is_never_sent_nor_shown_though_it_is_wanted_later(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "connect.db")
    outbox.put(DANGER, THREE, wanted=False)
    outbox.put(DANGER, THREE)
    assert outbox.due(THREE) is None
    assert outbox.latest() == ()


def test_a_failure_is_kept_and_waits_twice_as_long_each_time(tmp_path: Path) -> None:
    outbox, now = Outbox(tmp_path / "connect.db"), THREE
    outbox.put(DANGER, now)
    waits = []
    for _ in range(9):
        message = outbox.due(now)
        assert message is not None
        outbox.failed(message, Message("connect.nobody_answers", host="b.lan"), now)
        wait_s = 0
        while outbox.due(now + timedelta(seconds=wait_s)) is None:
            wait_s += 5
        waits.append(wait_s)
        now += timedelta(seconds=wait_s)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert outbox.latest()[0].trouble == Message("connect.nobody_answers", host="b.lan")


def test_changed_settings_are_tried_at_once(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "connect.db")
    outbox.put(DANGER, THREE)
    message = outbox.due(THREE)
    assert message is not None
    outbox.failed(message, "x", THREE)
    outbox.try_now()
    assert outbox.due(THREE) is not None


def test_after_a_day_it_is_given_up_and_still_shown(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "connect.db")
    outbox.put(DANGER, THREE)
    message = outbox.due(THREE)
    assert message is not None
    outbox.failed(message, "x", THREE + timedelta(days=1))
    assert outbox.due(THREE + timedelta(days=2)) is None
    assert outbox.latest()[0].state == "given_up"


def test_one_that_failed_while_the_clock_stood_ten_years_ahead_is_tried_again(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "connect.db")
    outbox.put(DANGER, THREE)
    message = outbox.due(THREE)
    assert message is not None
    outbox.failed(replace(message, made_at=THREE + timedelta(days=3650)), "x", THREE + timedelta(days=3650))
    assert outbox.due(THREE) is not None


@pytest.mark.parametrize("address", ["http://[::1", "http://192.0.2.5:8O80/hook", "http://tjener:99999/"])
def test_an_address_that_nobody_foresaw_ends_no_courier_and_is_told(address: str, tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "connect.db")
    outbox.put(DANGER, THREE)
    asked = ConnectSettings(enabled=True, way="webhook", address=address)
    settings = replace(Settings(), connect=asked, web=replace(Settings().web, host="0.0.0.0"))
    assert Courier(outbox, lambda: settings, lambda: THREE).deliver_one()
    (told,) = outbox.latest()
    assert told.state == "waiting"
    assert address in told.trouble


def test_it_is_seen_when_its_receiver_says_so_and_by_the_first_who_does(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "connect.db")
    outbox.put(DANGER, THREE)
    token = outbox.latest()[0].token
    outbox.sent("k:danger", THREE)
    assert outbox.latest()[0].state == "sent"
    assert not outbox.seen("guessed", "Per", THREE)
    assert outbox.seen(token, "Åse", THREE)
    assert outbox.seen(token, "Per", THREE)
    assert (outbox.latest()[0].state, outbox.latest()[0].seen_by) == ("seen", "Åse")


def test_what_is_older_than_a_week_is_gone(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "connect.db")
    outbox.put(DANGER, THREE)
    outbox.forget_old(THREE + timedelta(days=6))
    assert outbox.latest()
    outbox.forget_old(THREE + timedelta(days=8))
    assert outbox.latest() == ()


def test_the_courier_tries_until_the_receiver_takes_it(tmp_path: Path) -> None:
    outbox, now = Outbox(tmp_path / "connect.db"), [THREE]
    outbox.put(DANGER, THREE)
    with http_server(500, 200) as got:
        settings = with_values(Settings(), {"connect.way": "webhook", "connect.address": got.address})
        courier = Courier(outbox, lambda: settings, lambda: now[0])
        assert courier.deliver_one()
        assert outbox.latest()[0].state == "waiting"
        assert not courier.deliver_one()
        now[0] += timedelta(seconds=10)
        assert courier.deliver_one()
    assert [body["id"] for body in got.bodies] == ["k:danger"]
    assert outbox.latest()[0].state == "sent"


def test_the_address_to_say_that_it_was_seen_goes_along_once_the_pages_are_open(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "connect.db")
    outbox.put(DANGER, THREE)
    outbox.put(replace(DANGER, key="k2:danger"), THREE + timedelta(seconds=1))
    with http_server() as got:
        closed = with_values(Settings(), {"connect.way": "webhook", "connect.address": got.address})
        opened = with_values(closed, {"web.host": "0.0.0.0", "web.pin_hash": "x"})
        for settings in (closed, opened):
            Courier(
                outbox, lambda chosen=settings: chosen, lambda: THREE + timedelta(minutes=1)
            ).deliver_one()  # type: ignore[misc]
        token = next(m.token for m in outbox.latest() if m.alert.key == "k2:danger")
    assert [body["seen_url"] for body in got.bodies] == ["", f"http://127.0.0.1:8713/seen/{token}"]
