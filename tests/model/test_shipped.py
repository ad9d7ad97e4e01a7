"""The model that ships, as far as it can be told without listening."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.content.phrases import load_phrases
from skill.model.build import phrase_token
from skill.model.folder import CHECKSUMS, Folder, model_faults, sha256
from skill.model.lexicon import read_lexicon
from skill.model.phones import read_phones
from skill.model.phrase_lists import sayable
from skill.model.rivals import rival_name
from skill.paths import models_dir, prompts_dir

NB = models_dir() / "nb"
pytestmark = pytest.mark.skipif(not (NB / "am/final.mdl").exists(), reason="models/nb has not been made")


def test_nothing_is_wrong_with_it() -> None:
    assert model_faults(NB) == []


def test_it_can_hear_every_norwegian_phrase_of_the_product() -> None:
    words = Folder(NB).words
    phrases = [p.text for p in load_phrases(prompts_dir(), "nb").phrases if p.language in ("nb", "nn")]
    assert [text for text in phrases if not sayable(text, words)] == []


def test_every_phrase_of_several_words_is_one_unit_of_it() -> None:
    """Else its words are put together freely with those of others: «krampe i leggen» was heard as «leggen».

    `python -m models.training graph --out models/nb` and `krampevakt model pin models/nb` make it so.
    """
    words = Folder(NB).words
    phrases = {p.text for p in load_phrases(prompts_dir(), "nb").phrases if p.language in ("nb", "nn")}
    assert sorted(p for p in phrases if " " in p and phrase_token(p) not in words) == []


def test_words_that_start_something_have_their_rivals() -> None:
    words = Folder(NB).words
    woken_by = ("krampe", "leggen", "foten", "låret", "vondt", "brystet", "puste", "luft", "kroppen")
    assert [word for word in woken_by if rival_name(word) not in words] == []


def test_its_lexicon_is_written_in_its_own_phones() -> None:
    phones = read_phones(NB / "phones.json", Folder(NB).acoustic)
    assert len(read_lexicon(NB / "lexicon.tsv", phones.speech).by_word) > 1000


@pytest.mark.skipif(not (NB / CHECKSUMS).exists(), reason="models/nb is not pinned")
def test_what_it_consists_of_is_pinned() -> None:
    pinned = dict(reversed(line.split()) for line in (NB / CHECKSUMS).read_text().splitlines())
    for name in ("am/final.mdl", "phones.json", "lexicon.tsv", "graph/HCLr.fst", "graph/Gr.fst"):
        assert pinned[name] == sha256(Path(NB) / name)
