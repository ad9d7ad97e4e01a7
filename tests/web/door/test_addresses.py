"""The pages in the home network: under which names they answer, and how a telephone finds them."""

from __future__ import annotations

import pytest

from skill.web.door.addresses import addresses, own_names, qr_code
from skill.web.door.security import host_allowed
from tests.web.conftest import Make
from tests.web.door.test_logged_out import with_pin


@pytest.mark.parametrize("name", ["stua", "Stua.home.lan", "STUA"])
def test_the_machines_own_name_bare_and_with_local(name: str) -> None:
    assert own_names(lambda: name) == ("stua.local", "stua")


@pytest.mark.parametrize("name", ["", "localhost", "a b", "-x", "x" * 64, "æøå"])
def test_a_name_that_is_none_is_not_used(name: str) -> None:
    assert own_names(lambda: name) == ()


def test_own_names_are_answered_only_once_the_network_is_let_in() -> None:
    for name in own_names():
        assert host_allowed(f"{name}:8713", "0.0.0.0", ())
        assert not host_allowed(name, "127.0.0.1", ())
    assert not host_allowed("evil.local.example", "0.0.0.0", ())


def test_without_a_network_there_is_no_address() -> None:
    assert addresses(8713, lambda: (), lambda: "") == ()
    assert addresses(8713, lambda: ("stua.local", "stua"), lambda: "192.168.1.7") == (
        "http://192.168.1.7:8713/",
        "http://stua.local:8713/",
    )


def test_the_address_stands_beside_the_pin_with_what_http_means(make_pages: Make) -> None:
    pages = make_pages(bound_host="0.0.0.0")
    body = with_pin(pages).get("/settings/pin").get_data(as_text=True)
    if addresses(8713):  # a machine without any network has none
        assert "Slik åpner du sidene på telefonen" in body
        assert "<svg width" in body
        assert "ukryptert" in body
    closed = make_pages()
    assert "Slik åpner du sidene" not in closed.client().get("/settings/pin").get_data(as_text=True)


def test_the_picture_holds_nothing_inline_that_the_policy_refuses() -> None:
    made = qr_code("http://stua.local:8713/")
    assert "style=" not in made
    assert "<script" not in made
