"""What must never be said is found, and what may be said isn't."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.content.knowledge.forbidden import Where, broken, load_forbidden
from skill.errors import ContentError
from skill.paths import prompts_dir

BANS = load_forbidden(prompts_dir())


def found(text: str, where: Where = "spoken") -> set[str]:
    return {ban.id for ban, _ in broken(BANS, text, where)}


@pytest.mark.parametrize(
    "text, ban",
    [
        # rule 2
        ("Det er bare en krampe.", "harmless"),
        ("Dette er ufarlig.", "harmless"),
        ("Det er ikkje farleg.", "harmless"),
        ("It is only a cramp.", "harmless"),
        ("Du har sikkert blodpropp.", "diagnosis"),
        ("You have a blood clot.", "diagnosis"),
        ("Dette kan være kreft.", "serious_disease"),
        # rules 3 and 4
        ("Kinin kan hjelpe.", "quinine"),
        ("Drikk et glass tonic.", "quinine"),
        ("Take diphenhydramine.", "diphenhydramine"),
        ("Gabapentin virker.", "painkillers"),
        ("Ta en ibuprofen.", "painkillers"),
        ("Ta Paracet.", "painkillers"),
        ("Spør om muskelavslappende.", "muscle_relaxants"),
        ("Heparinsalve.", "blood_thinners_as_remedy"),
        ("Detralex for årene.", "vein_medicines"),
        ("Ta to tabletter.", "doses"),
        ("Ta 300 mg.", "doses"),
        ("Prøv magnesium.", "supplements_at_night"),
        ("Panangin.", "supplement_brands"),
        ("Slutt med medisinen.", "start_or_stop_medicine"),
        ("Stop taking your medicine.", "start_or_stop_medicine"),
        # rule 14
        ("Jeg har ringt etter hjelp.", "has_called"),
        ("Hjelpen er på vei.", "has_called"),
        ("I am calling for help.", "has_called"),
        # rule 15
        ("Legg på en varmeflaske.", "heat_at_night"),
        ("Legg på et varmt håndkle.", "heat_at_night"),
        # rules 6, 16-19
        ("Vri foten.", "harm"),
        ("Spis en skje honning.", "folk_remedies"),
        ("Krampe i leggen er tegn på svangerskapsforgiftning.", "pre_eclampsia_claim"),
        ("Er barnet ditt våkent?", "children"),
        ("Dette hjelper alltid.", "promises"),
        ("Tøying forebygger kramper.", "promises"),
        ("Stretching prevents cramps.", "promises"),
        ("Kramper skyldes oksygenmangel.", "mechanism"),
        ("Kloniske kramper varer lenger.", "seizure_types"),
        ("Bestill sjokkbølgebehandling.", "clinics"),
        ("Laserbehandling av årene.", "vein_surgery"),
        ("Rastløse bein følger alltid med.", "restless_legs_always"),
    ],
)
def test_is_found_in_what_is_said(text: str, ban: str) -> None:
    assert ban in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Strekk ut beinet.",
        "Er den hoven, rød eller varm, ring legevakten.",
        "Ring én én tre nå. Jeg kan ikke ringe for deg.",
        "Ikke slutt med medisiner på egen hånd.",
        "Ikkje slutt med medisinar på eiga hand.",
        "Do not stop taking your medicine on your own.",
        "Det går vanligvis over av seg selv.",
        "Har du fått vondt i brystet i natt?",
        "Beinet kan være ømt i et døgn. Det er vanlig.",
    ],
)
def test_what_the_conversation_needs_is_allowed(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    "text, ban",
    [
        ("Ta magnesium om kvelden.", "supplement_advice"),
        ("Magnesium hjelper mot kramper.", "supplement_advice"),
        ("Vitamin K2 kan være nyttig.", "supplement_advice"),
        ("Du kan godt prøve magnesium.", "supplement_advice"),
        ("Du bør også prøve et tilskudd.", "supplement_advice"),
        ("Eldre kan ta litt magnesium.", "supplement_advice"),
        ("You could try magnesium.", "supplement_advice"),
        ("Magnesium er verdt et forsøk.", "supplement_advice"),
        ("Magnesium anbefales.", "supplement_advice"),
        ("Det er bare ei krampe.", "harmless"),
        ("300 mg om dagen.", "doses"),
        ("Kinin brukes av noen.", "quinine"),
        ("Feberkramper hos barn.", "febrile_fits_as_cramp"),
    ],
)
def test_pages_have_bans_of_their_own(text: str, ban: str) -> None:
    assert ban in found(text, "pages")


def test_pages_may_tell_what_studies_found() -> None:
    text = "Magnesium har i studier av eldre ikke virket bedre enn narretabletter."
    assert found(text, "pages") == set()
    assert "supplements_at_night" in found(text)


def test_pages_may_tell_that_sources_disagree() -> None:
    text = (
        "Norsk legemiddelhåndbok nevner magnesium som noe som kan prøves ut. Magnesium anbefales ikke herfra."
    )
    assert found(text, "pages") == set()


def test_a_word_is_matched_whole_unless_a_star_says_otherwise() -> None:
    assert "harm" not in found("Øverst")  # not "øl", not "vri"
    assert "harm" not in found("Du trives.")
    assert "quinine" in found("Kinintabletter")


def test_every_content_rule_of_the_safety_list_has_a_ban() -> None:
    covered = {rule for ban in BANS for rule in ban.rules}
    assert {2, 3, 4, 14, 15, 16, 17, 18, 19} <= covered


def test_every_ban_says_why() -> None:
    assert all(len(ban.why) > 15 for ban in BANS)
    assert len({ban.id for ban in BANS}) == len(BANS)


@pytest.mark.parametrize(
    "entry",
    [
        'why = "x"\nwords = ["a"]',
        'id = "a"\nwhy = "x"',
        'id = "a"\nwhy = "x"\npatterns = ["("]',
        'id = "a"\nwhy = "x"\nwords = ["a"]\nwhere = ["radio"]',
    ],
)
def test_a_broken_ban_is_named_with_its_line(tmp_path: Path, entry: str) -> None:
    (tmp_path / "forbidden.toml").write_text(f"# remark\n[[forbidden]]\n{entry}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"forbidden\.toml:2: "):
        load_forbidden(tmp_path)
