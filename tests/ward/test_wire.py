"""What goes to the ward: moments and codes. Words never do, and what is no batch is taken as nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from skill.connect.ward.wire import (
    FIELDS,
    MOST_ROWS,
    Stored,
    batch_text,
    is_bed_name,
    read_batch,
    read_stored,
    stored_text,
)
from skill.events import EVENT_FIELDS
from skill.messages.message import Message
from tests.ward.sending import CRAMP, DANGER, batch, row


def test_a_batch_is_read_as_it_was_written() -> None:
    made = batch(*CRAMP, row(4, "danger_sign", 20, "e", **DANGER), gone=("uuid-0",))
    assert read_batch(batch_text(made).encode()) == made


def test_an_answer_too() -> None:
    made = Stored("batch", "device", 7, "other_device")
    assert read_stored(stored_text(made).encode()) == made


def test_every_field_that_goes_out_is_one_of_the_journal_and_none_holds_words() -> None:
    for kind, names in FIELDS.items():
        assert set(names) <= set(EVENT_FIELDS[kind]), kind
    names = {name for names in FIELDS.values() for name in names}
    assert not names & {"phrase", "text", "sentence", "message", "by", "intent", "value"}


def test_what_a_row_holds_beside_stays_at_the_bed() -> None:
    told = batch_text(batch(row(1, "episode_started", 0, "e", place="calf", value="mamma", model="m")))
    assert "mamma" not in told


def test_that_the_microphone_was_switched_off_is_told_and_no_other_sentence() -> None:
    off = json.dumps(Message("service.microphone_switched_off").as_json())
    broken = json.dumps(Message("service.microphone_silent").as_json())
    (kept,) = read_batch(batch_text(batch(row(1, "deaf_from", message=off))).encode()).rows  # type: ignore[union-attr]
    assert kept.text("message") == off
    assert "microphone_silent" not in batch_text(batch(row(1, "deaf_from", message=broken)))


@pytest.mark.parametrize("text", [
    b"", b"[]", b"{}", b"\xff", b'"x"', b"null",
    batch_text(batch(*CRAMP)).replace('"version": 1', '"version": 2').encode(),
    batch_text(batch(*CRAMP)).replace("episode_started", "annotated").encode(),
    batch_text(batch(*CRAMP)).replace('"place"', '"phrase"').encode(),
    batch_text(batch(*CRAMP)).replace("uuid-2", "u" * 41).encode(),
    batch_text(batch(*CRAMP)).replace("+00:00", "").replace("Z", "").encode(),
    batch_text(batch(*CRAMP)).encode() + b" " * 300_000,
])  # fmt: skip
def test_what_is_no_batch_is_none(text: bytes) -> None:
    assert read_batch(text) is None


def test_one_of_too_many_rows_is_none() -> None:
    many = batch(*(row(n, "hearing_again") for n in range(1, MOST_ROWS + 2)))
    assert read_batch(batch_text(many).encode()) is None
    assert read_batch(batch_text(replace(many, rows=many.rows[1:])).encode()) is not None


@pytest.mark.parametrize(("name", "well"), [("bed-12", True), ("", False), ("Kari", False), ("a/b", False)])
def test_a_bed_is_called_by_small_letters_figures_and_hyphens(name: str, well: bool) -> None:
    assert is_bed_name(name) is well
