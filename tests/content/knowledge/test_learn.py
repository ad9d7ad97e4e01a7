"""The knowledge pages: complete in three languages, sourced, dated, and safe to show."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from skill.content.knowledge.forbidden import load_forbidden
from skill.content.knowledge.learn import Page, load_pages, page_problems
from skill.errors import ContentError
from skill.paths import prompts_dir

LANGUAGES = ("nb", "nn", "en")
TOPICS = {
    "cramp", "fewer-cramps", "evening-stretch", "bed-exercises", "food-and-minerals", "shoes-and-stockings", "causes",
    "restless-legs", "doctor", "tests",
}  # fmt: skip

FRONT = """\
+++
title = "Prøve"
summary = "En side"
order = 1
sources = ["S1"]
compared = "2026-11-23"
approved_by = ""
+++
"""


def page(tmp_path: Path, text: str) -> Page:
    folder = tmp_path / "nb" / "learn"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.md").write_text(text, encoding="utf-8")
    return load_pages(tmp_path, "nb")[0]


@pytest.fixture(scope="module", params=LANGUAGES)
def pages(request: pytest.FixtureRequest) -> tuple[Page, ...]:
    return load_pages(prompts_dir(), request.param)


# --- the shipped pages -----------------------------------------------------------------------------------


def test_every_topic_has_a_page_in_every_language(pages: tuple[Page, ...]) -> None:
    assert {p.name for p in pages} == TOPICS
    assert [p.order for p in pages] == sorted(p.order for p in pages)


def test_every_page_has_sources_and_a_date_and_says_who_approved_it(pages: tuple[Page, ...]) -> None:
    for p in pages:
        assert p.sources and p.title and p.summary
        assert p.compared >= datetime.date(2026, 11, 23)
        assert p.approved_by == ""  # no clinician has; the web page says so


def test_nothing_forbidden_stands_on_any_page() -> None:
    assert [str(p) for p in page_problems(prompts_dir(), load_forbidden(prompts_dir()))] == []


def test_a_page_has_the_same_parts_in_every_language() -> None:
    def shape(p: Page) -> list[str]:
        return [
            line.split(" ")[0] if line[:2] in ("##", "- ") else "text"
            for line in p.markdown.splitlines()
            if line
        ]

    by_language = {
        language: {p.name: shape(p) for p in load_pages(prompts_dir(), language)} for language in LANGUAGES
    }
    assert by_language["nb"] == by_language["nn"] == by_language["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_doctor_page_names_the_numbers(language: str) -> None:
    doctor = next(p for p in load_pages(prompts_dir(), language) if p.name == "doctor")
    assert "113" in doctor.markdown and "116 117" in doctor.markdown


def test_stretching_is_never_promised_to_work(pages: tuple[Page, ...]) -> None:
    some = {
        "nb": "Noen får færre kramper",
        "nn": "Nokre får færre kramper",
        "en": "Some people get fewer cramps",
    }
    stretch = next(p for p in pages if p.name == "evening-stretch")
    assert some[stretch.language] in stretch.markdown


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "Krampevakt er laget for voksne. Barn: spør lege."),
        ("nn", "Krampevakt er laga for vaksne. Barn: spør lege."),
        ("en", "Krampevakt is made for adults. Children: ask a doctor."),
    ],
)
def test_children_are_referred_to_a_doctor(language: str, sentence: str) -> None:
    causes = next(p for p in load_pages(prompts_dir(), language) if p.name == "causes")
    assert sentence in causes.markdown


def test_the_first_page_that_anybody_reads_says_that_no_clinician_has_approved_it() -> None:
    readme = Path(__file__).parents[3] / "README.md"
    assert "**Not approved by a health professional.**" in readme.read_text(encoding="utf-8")


def test_nynorsk_pages_hold_no_bokmål_words() -> None:
    bokmål_only = {"ikke", "jeg", "hva", "noen", "være", "gjør", "fra", "hvis", "mye", "bare", "hvor"}

    def words(language: str) -> set[str]:
        return set(
            " ".join(p.markdown for p in load_pages(prompts_dir(), language))
            .lower()
            .replace(".", " ")
            .split()
        )

    assert words("nn") & bokmål_only == set()
    assert words("nb") & bokmål_only  # the test would notice


def test_magnesium_is_told_from_both_sides_with_the_sources_and_whom_to_ask(pages: tuple[Page, ...]) -> None:
    """Rule 16: never advice; what one source suggests stands beside what another found."""
    handbook = {"nb": "legemiddelhåndbok", "nn": "legemiddelhandbok", "en": "medicines handbook"}
    ask = {"nb": "lege", "nn": "lege", "en": "doctor"}
    told = [p for p in pages if handbook[p.language] in p.markdown and "agnesium" in p.markdown]
    assert {p.name for p in told} == {"fewer-cramps", "food-and-minerals"}
    for p in told:
        paragraph = next(line for line in p.markdown.splitlines() if handbook[p.language] in line)
        assert "Cochrane" in paragraph and ask[p.language] in paragraph
        assert any("S3" in source for source in p.sources) and any("S11" in source for source in p.sources)


def test_standing_is_told_only_with_its_caution(pages: tuple[Page, ...]) -> None:
    caution = {"nb": "Bli i senga", "nn": "Bli i senga", "en": "Stay in bed"}
    light = {"nb": "Tenn lyset", "nn": "Tenn lyset", "en": "Turn on the light"}
    cramp = next(p for p in pages if p.name == "cramp")
    assert caution[cramp.language] in cramp.markdown and light[cramp.language] in cramp.markdown


def test_signs_of_narrow_arteries_and_thinner_muscles_lead_to_the_gp(pages: tuple[Page, ...]) -> None:
    gp = {
        "nb": ("når du går", "tynnere", "leversykdom"),
        "nn": ("når du går", "tynnare", "leversjukdom"),
        "en": ("when you walk", "thinner", "liver"),
    }
    doctor = next(p for p in pages if p.name == "doctor")
    appointment = next(
        part for part in doctor.markdown.split("## ") if "fastlegen\n" in part or "your GP\n" in part
    )
    assert all(sign in appointment for sign in gp[doctor.language])
    assert any("S41" in source for source in doctor.sources) and any(
        "S42" in source for source in doctor.sources
    )


# --- what a page may hold --------------------------------------------------------------------------------


def test_markdown_becomes_headings_paragraphs_and_lists(tmp_path: Path) -> None:
    found = page(
        tmp_path,
        FRONT + "En **viktig** setning\nover to linjer.\n\n## Tittel\n- en\n- to\n  og mer\n\n1. a\n2. b\n",
    )
    assert found.html.splitlines() == [
        "<p>En <strong>viktig</strong> setning over to linjer.</p>",
        "<h2>Tittel</h2>",
        "<ul><li>en</li><li>to og mer</li></ul>",
        "<ol><li>a</li><li>b</li></ol>",
    ]


def test_markup_in_a_page_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    found = page(tmp_path, FRONT + "<script>alert('x')</script>\n\n- **<b>x</b>**\n\n## <i>y</i>\n")
    assert "<script" not in found.html and "<b>" not in found.html and "<i>" not in found.html
    assert "&lt;script&gt;" in found.html


@pytest.mark.parametrize(
    "text, message",
    [
        ("Bare tekst.\n", r"a\.md:1: sida skal begynne"),
        (FRONT.replace('title = "Prøve"', "title = "), r"a\.md:2: .*TOML"),
        (FRONT.replace('sources = ["S1"]\n', ""), r"a\.md:1: .*sources"),
        (FRONT.replace('["S1"]', "[]"), r"a\.md:1: .*tomt"),
        (FRONT.replace("2026-11-23", "i går"), r"a\.md:1: .*dato"),
    ],
)
def test_a_broken_page_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        page(tmp_path, text)


def test_the_line_of_a_forbidden_word_counts_the_front_matter(tmp_path: Path) -> None:
    bans = load_forbidden(prompts_dir())
    for language in LANGUAGES:
        folder = tmp_path / language / "learn"
        folder.mkdir(parents=True)
        (folder / "a.md").write_text(FRONT + "Fint.\n\nTa kinin.\n", encoding="utf-8")
    problems = list(page_problems(tmp_path, bans))
    assert {p.line for p in problems} == {11}
    assert len(problems) == 3
