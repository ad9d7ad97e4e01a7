"""A device is known by its name, whatever numbers it was given today."""

from __future__ import annotations

import pytest

from skill.audio.portaudio import AudioDevice, choose_device, find_named, identity

SAVED = "USB PnP Sound Device: Audio (hw:2,0)"


def devices(*names: str) -> tuple[AudioDevice, ...]:
    return tuple(AudioDevice(index, name, 1, 44_100, index == 0) for index, name in enumerate(names))


@pytest.mark.parametrize(
    "now",
    [
        "USB PnP Sound Device: Audio (hw:2,0)",
        "USB PnP Sound Device: Audio (hw:1,0)",
        "USB PnP Sound Device: Audio #2 (hw:3,0)",
        "USB PnP Sound Device: Audio",
    ],
)
def test_a_card_that_was_numbered_anew_is_found(now: str) -> None:
    found = find_named(SAVED, devices("bcm2835 Headphones: - (hw:0,0)", now))
    assert found is not None and found.name == now


def test_windows_numbers_are_no_part_of_a_name() -> None:
    assert identity("Microphone (2- USB Audio)") == identity("Microphone (USB Audio)")


def test_of_two_of_a_kind_the_one_of_the_same_number_is_taken() -> None:
    found = find_named(SAVED, devices("USB PnP Sound Device: Audio (hw:1,0)", SAVED))
    assert found is not None and found.index == 1


@pytest.mark.parametrize("name", ["(hw:2,0)", "Blue Yeti", "  "])
def test_a_name_that_says_nothing_of_a_device_finds_none(name: str) -> None:
    assert find_named(name, devices("Card A (hw:0,0)", "Card B (hw:1,0)")) is None


def test_without_a_name_the_default_is_taken_and_nothing_stands_in() -> None:
    chosen = choose_device("", devices("A", "B"))
    assert chosen is not None and (chosen.device.name, chosen.instead_of) == ("A", "")


def test_the_default_stands_in_for_a_missing_device() -> None:
    chosen = choose_device("Blue Yeti", devices("A", "B"))
    assert chosen is not None and (chosen.device.name, chosen.instead_of) == ("A", "Blue Yeti")


def test_no_device_at_all() -> None:
    assert choose_device("Blue Yeti", ()) is None
