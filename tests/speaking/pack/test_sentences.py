"""Texts are cut where a sentence ends, and nowhere else."""

from __future__ import annotations

import pytest

from skill.speaking.pack.sentences import sentences_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Strekk ut beinet.", ("Strekk ut beinet.",)),
        ("Hold der. Pust rolig.", ("Hold der.", "Pust rolig.")),
        ("Hvor er det? I leggen?", ("Hvor er det?", "I leggen?")),
        ("Takk. Ha en fin dag. God natt.", ("Takk. Ha en fin dag.", "God natt.")),
        ("Bra.", ("Bra.",)),
        ("Ring legevakta, én én seks – én én sju.", ("Ring legevakta, én én seks – én én sju.",)),
        ("  Litt \n til. ", ("Litt til.",)),
        ("", ()),
    ],
)
def test_cut_after_each_end(text: str, sentences: tuple[str, ...]) -> None:
    assert sentences_of(text) == sentences
