"""Varsling: in plain words who is told what, a test that goes the real way, and «Åse har sett meldingen»."""

from __future__ import annotations

import threading
from dataclasses import replace

from flask.testing import FlaskClient

from skill.connect.alerts import Alert
from skill.connect.courier import Courier
from skill.connect.outbox import Outbox, outbox_file
from skill.web.door.pin import hash_pin
from tests.connect.servers import http_server
from tests.web.conftest import NOON, Make, Pages, send
from tests.web.pages.test_nights import text

PAGE = "/settings/connect/messages"
DANGER = Alert("k:danger", "danger", NOON, "T1", "113", "113")


def turn_on(pages: Pages, address: str = "https://b.lan/x", **more: object) -> Outbox:
    pages.set(
        connect__enabled=True, connect__way="webhook", connect__person="Åse", connect__address=address, **more
    )
    return Outbox(outbox_file(pages.paths))


def test_it_says_that_nobody_is_told_as_long_as_that_is_so(client: FlaskClient) -> None:
    assert "Ingen får melding." in text(client, PAGE)
    assert "disabled" in text(client, PAGE)


def test_it_says_in_plain_words_who_is_told_what(pages: Pages, client: FlaskClient) -> None:
    turn_on(pages, connect__tell_deaf=False)
    body = text(client, PAGE)
    assert "Åse får melding gjennom webhooken på b.lan:" in body
    assert "når apparatet har bedt deg om å ringe noen" in body
    assert "ti minutter" not in body


def test_it_says_when_nothing_sends(pages: Pages, client: FlaskClient) -> None:
    turn_on(pages)
    assert "er ikke i gang, så ingen får melding" in text(client, PAGE)


def test_a_test_goes_the_way_a_real_message_goes(pages: Pages, client: FlaskClient) -> None:
    with http_server() as got:
        outbox = turn_on(pages, got.address)
        courier = Courier(outbox, lambda: pages.settings, lambda: NOON)
        courier.start()
        body = send(client, PAGE, page=PAGE, follow=True).get_data(as_text=True)
        courier.close()
    assert "Tjeneren har tatt imot prøven." in body
    assert got.bodies[0]["kind"] == "test"
    assert "Ingenting har hendt." in str(got.bodies[0]["text"])


def test_a_test_that_is_refused_says_why(pages: Pages, client: FlaskClient) -> None:
    with http_server(401) as got:
        outbox = turn_on(pages, got.address)
        courier = Courier(outbox, lambda: pages.settings, lambda: NOON)
        courier.start()
        body = send(client, PAGE, page=PAGE, follow=True).get_data(as_text=True)
        courier.close()
    assert "slipper oss ikke inn" in body


def test_a_message_that_was_taken_is_not_said_to_be_seen(pages: Pages, client: FlaskClient) -> None:
    outbox = turn_on(pages)
    outbox.put(DANGER, NOON)
    assert "Venter på å bli sendt." in text(client, PAGE)
    outbox.sent("k:danger", NOON)
    assert "Ingen har sagt at de har sett den." in text(client, PAGE)
    assert "har sett meldingen." not in text(client, PAGE)


def test_its_receiver_says_that_it_was_seen_without_a_pin_and_learns_nothing_there(make_pages: Make) -> None:
    pages = make_pages(bound_host="0.0.0.0")
    outbox = turn_on(pages, web__pin_hash=hash_pin("246810"))
    outbox.put(DANGER, NOON)
    address = f"/seen/{outbox.latest()[0].token}"
    visitor = pages.client()
    assert "brystet" not in text(visitor, address)
    body = send(visitor, address, {"by": "Åse"}, page=address, follow=True).get_data(as_text=True)
    assert "Det er notert" in body
    assert outbox.latest()[0].seen_by == "Åse"
    assert visitor.get(PAGE).status_code == 302


def test_the_page_shows_who_has_seen_it(pages: Pages, client: FlaskClient) -> None:
    outbox = turn_on(pages)
    outbox.put(DANGER, NOON)
    outbox.seen(outbox.latest()[0].token, "Åse", NOON)
    assert "Åse har sett meldingen." in text(client, PAGE)


def test_looking_at_the_address_alone_says_nothing(pages: Pages, client: FlaskClient) -> None:
    """Programs that check mail open every address in it."""
    outbox = turn_on(pages)
    outbox.put(DANGER, NOON)
    client.get(f"/seen/{outbox.latest()[0].token}")
    assert outbox.latest()[0].state == "waiting"


def test_what_home_assistant_may_do_stands_there_and_nothing_else(pages: Pages, client: FlaskClient) -> None:
    turn_on(pages, connect__mqtt_host="b.lan")
    assert "Den kan ikke endre eller starte noe." in text(client, PAGE)
    pages.set(connect__mqtt_say=True)
    body = text(client, PAGE)
    assert "b.lan" in body
    assert "si en kort beskjed" in body
    assert "kveldsøvelsene" not in body


def test_a_guessed_address_is_not_there(pages: Pages, client: FlaskClient) -> None:
    turn_on(pages).put(DANGER, NOON)
    assert client.get("/seen/guessed").status_code == 404


def test_passwords_are_never_shown_and_stay_when_left_empty(pages: Pages, client: FlaskClient) -> None:
    turn_on(pages, connect__password="hemmelig")
    body = text(client, "/settings/connect")
    assert "hemmelig" not in body
    form = {"connect-enabled": "1", "connect-way": "ntfy", "connect-address": "https://b.lan/x"}
    form |= dict.fromkeys(("connect-tell_danger", "connect-mqtt_tls"), "1") | {"connect-mqtt_port": "1883"}
    send(client, "/settings/connect", form, page="/settings/connect")
    assert (pages.settings.connect.way, pages.settings.connect.password) == ("ntfy", "hemmelig")


def test_an_archive_holds_no_password(pages: Pages, client: FlaskClient) -> None:
    turn_on(pages, connect__password="hemmelig-ord")
    assert b"hemmelig-ord" not in client.get("/exchange/everything.zip").data


def test_forgetting_every_night_forgets_the_messages_about_them(pages: Pages, client: FlaskClient) -> None:
    outbox = turn_on(pages)
    outbox.put(DANGER, NOON)
    send(client, "/exchange/erase", {"sure": "1"}, page="/exchange")
    assert outbox.latest() == ()


def test_nothing_is_said_to_leave_the_machine_only_while_that_is_so(
    pages: Pages, client: FlaskClient
) -> None:
    assert "Ingenting sendes herfra." in text(client, "/settings/privacy")
    turn_on(pages)
    assert "Ingenting sendes herfra." not in text(client, "/settings/privacy")


def test_two_alerts_at_once_are_both_kept(pages: Pages) -> None:
    outbox = turn_on(pages)
    many = [replace(DANGER, key=f"k{n}") for n in range(8)]
    threads = [threading.Thread(target=outbox.put, args=(alert, NOON)) for alert in many]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outbox.latest()) == 8
