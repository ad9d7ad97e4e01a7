"""A profile that contradicts itself: the safer way is taken, and the self-test says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from skill.dialogue.capabilities import capabilities
from skill.errors import ContentError
from skill.paths import prompts_dir
from skill.settings.contradictions import STAY_IN_BED, contradictions, load_contradiction_texts, stays_in_bed
from skill.settings.values import Profile


def test_an_empty_profile_and_an_ordinary_one_fit_together() -> None:
    assert contradictions(Profile()) == ()
    ordinary = Profile(may_stand=True, lives_alone=True, phone_by_bed=True, pregnant=True, diabetes=True)
    assert contradictions(ordinary) == ()


@pytest.mark.parametrize("unsteady", STAY_IN_BED)
def test_who_may_stand_and_may_fall_is_never_asked_to_stand_and_is_told_so(unsteady: str) -> None:
    profile = replace(Profile(may_stand=True, pregnant=True), **{unsteady: True})
    assert contradictions(profile) == ("stands_though_unsteady",)
    assert stays_in_bed(profile) and not capabilities(profile).may_stand


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        (Profile(late_pregnancy=True), "late_but_not_pregnant"),
        (Profile(hip_operation_alone=True, helper=True), "alone_and_with_someone"),
        (Profile(prosthesis=True), "prosthesis_on_either_side"),
        (Profile(lives_alone=True), "no_way_to_call"),
    ],
)
def test_what_does_not_fit_together_is_named(profile: Profile, name: str) -> None:
    assert contradictions(profile) == (name,)


def test_late_pregnancy_alone_counts_as_pregnant() -> None:
    assert capabilities(Profile(late_pregnancy=True)).lower_threshold


def test_a_prosthesis_counts_for_whichever_leg_has_the_cramp() -> None:
    assert capabilities(Profile(prosthesis=True)).prosthesis


def test_each_is_told_in_three_languages() -> None:
    texts = load_contradiction_texts(prompts_dir())
    assert len(texts) == 5
    for table in texts.values():
        assert set(table) == {"nb", "nn", "en"} and len(set(table.values())) == 3


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("", "contradictions.alone_and_with_someone mangler"),
        ("[contradictions.two_heads]\nnb = 'a'\nnn = 'a'\nen = 'a'\n", "mangler"),
        ("[contradictions\n", "settings.toml"),
    ],
)
def test_a_mistake_in_the_texts_is_named(tmp_path: Path, written: str, what: str) -> None:
    (tmp_path / "settings.toml").write_text(written, encoding="utf-8")
    with pytest.raises(ContentError, match=what):
        load_contradiction_texts(tmp_path)


def test_an_unknown_name_and_a_missing_language_are_refused(tmp_path: Path) -> None:
    shipped = (prompts_dir() / "settings.toml").read_text(encoding="utf-8")
    path = tmp_path / "settings.toml"
    path.write_text(shipped + "\n[contradictions.two_heads]\nnb = 'a'\n", encoding="utf-8")
    with pytest.raises(ContentError, match="two_heads finnes ikke"):
        load_contradiction_texts(tmp_path)
    path.write_text(shipped.replace('en = "You live alone', 'xx = "You live alone'), encoding="utf-8")
    with pytest.raises(ContentError, match="no_way_to_call mangler på en"):
        load_contradiction_texts(tmp_path)
