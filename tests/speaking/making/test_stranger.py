"""What a stranger heard, compared by letters."""

from __future__ import annotations

import pytest

from skill.speaking.making.stranger import letter_errors, nearest, spelled


@pytest.mark.parametrize(
    ("heard", "as_words"),
    [("Ring 113!", "ring en en tre"), ("116 117.", "en en seks en en sju"), ("I 10 minutter", "i ti minutter"),
     ("én, to", "en to"), ("", "")],
)  # fmt: skip
def test_numbers_and_marks_make_no_difference(heard: str, as_words: str) -> None:
    assert spelled(heard) == as_words


def test_letter_errors_are_the_share_of_letters_changed() -> None:
    assert letter_errors("Hold der.", "hold der") == 0
    assert letter_errors("Hold der.", "holdt der") == pytest.approx(1 / 8)
    assert letter_errors("Ja.", "et helt annet sted") == 1


def test_the_nearest_text_is_found() -> None:
    assert (
        nearest("strek ut benet", ["Trekk tærne opp.", "Strekk ut beinet.", "Pust ut sakte."])
        == "Strekk ut beinet."
    )
