"""Each safety rule of kinds C (content) and S (store, web, settings) broken on purpose, and what must notice it.

The rules of kind D are broken in `tests/dialogue/test_broken.py`. The changes are made in a copy of the project by
`python -m tests.bench.break_rules`, which sees the named tests fail there; `tests/test_rules.py` keeps this list true.
"""

from __future__ import annotations

from dataclasses import dataclass

CHECK = "tests/content/check/test_check.py::test_the_shipped_files_have_no_errors"
PAGES = "tests/content/knowledge/test_learn.py::test_nothing_forbidden_stands_on_any_page"
CALF, CAUSES = "prompts/protocols/calf.toml", "prompts/nb/learn/causes.md"
B1 = 'nb = "Strekk ut beinet."'
ADULTS = "Krampevakt er laget for voksne. Barn: spør lege."


@dataclass(frozen=True, slots=True)
class Break:
    """One change of one file, and the tests of which at least one each must fail."""

    rule: int
    kind: str  # C | S
    what: str
    file: str
    old: str
    new: str
    noticed_by: tuple[str, ...]


def said(rule: int, what: str, sentence: str) -> Break:
    """A sentence that must not be spoken, put into the first step of the calf."""
    return Break(rule, "C", what, CALF, B1, f'nb = "{sentence}"', (CHECK,))


def written(rule: int, what: str, sentence: str) -> Break:
    """A sentence that must not stand on a knowledge page."""
    return Break(rule, "C", what, CAUSES, ADULTS, f"{ADULTS}\n\n{sentence}", (PAGES, CHECK))


BREAKS: tuple[Break, ...] = (
    said(2, "it calls the cramp harmless", "Det er bare en krampe."),
    written(2, "a page gives a diagnosis", "Da har du trolig nevropati."),
    said(3, "a medicine with a dose is named aloud", "Ta to tabletter Paracet."),
    written(3, "a page says to stop a medicine", "Slutt med medisinen."),
    said(4, "magnesium is suggested at night", "Ta litt magnesium."),
    written(4, "a page suggests tonic water", "Noen drikker tonic om kvelden."),
    Break(
        4,
        "C",
        "quinine is no longer forbidden",
        "prompts/forbidden.toml",
        '"kinin*", ',
        "",
        ("tests/content/knowledge/test_forbidden.py::test_is_found_in_what_is_said",),
    ),
    Break(
        13,
        "S",
        "the number is gone from the top of the pages",
        "skill/web/templates/base.html",
        'href="tel:113"',
        'href="/learn"',
        ("tests/web/pages/test_pages.py",),
    ),
    Break(
        13,
        "S",
        "the sound of the 113 text is not part of the package",
        "prompts/emergency_sounds.toml",
        '"danger.113", ',
        "",
        ("tests/speaking/test_emergency.py::test_the_words_that_save_a_life_are_among_them",),
    ),
    Break(
        13,
        "S",
        "the bundled sound says something else than the text",
        "prompts/dangers.toml",
        "Ring én én tre nå. Jeg kan ikke",
        "Ring én én tre straks. Jeg kan ikke",
        ("tests/speaking/test_emergency.py::test_each_says_what_the_prompts_say_today",),
    ),
    said(14, "it claims to have called", "Jeg har ringt etter hjelp."),
    said(15, "heat at night", "Legg på en varmeflaske."),
    Break(
        17,
        "C",
        "children are not referred",
        CAUSES,
        ADULTS,
        "Barn kan gjøre de samme øvelsene.",
        ("tests/content/knowledge/test_learn.py::test_children_are_referred_to_a_doctor",),
    ),
    said(17, "it speaks of a child", "Strekk beinet på barnet ditt."),
    Break(
        18,
        "C",
        "stretching is promised to work",
        "prompts/nb/learn/evening-stretch.md",
        "Noen får færre kramper",
        "Du får færre kramper",
        ("tests/content/knowledge/test_learn.py::test_stretching_is_never_promised_to_work",),
    ),
    said(18, "it promises relief", "Dette hjelper alltid."),
    written(19, "a page repeats the seed's mechanism", "Kramper skyldes oksygenmangel i muskelen."),
    written(19, "a page advertises a clinic", "Bestill sjokkbølgebehandling i dag."),
    Break(
        21,
        "S",
        "what is said is kept without consent",
        "skill/settings/values.py",
        "keep_transcripts: bool = False",
        "keep_transcripts: bool = True",
        ("tests/service/whole/test_privacy.py::test_without_consent_no_spoken_word_reaches_the_disk",),
    ),
    Break(
        21,
        "S",
        "the doctor's page doesn't say that it is self-reported",
        "skill/web/templates/doctor.html",
        "{{ sheet.warning }}",
        "",
        ("tests/web/pages/test_pages.py::test_the_doctors_page_says_what_it_is",),
    ),
    Break(
        21,
        "S",
        "nor does its PDF",
        "skill/web/paper/pdf.py",
        'paper.clean(sheet["warning"])',
        '""',
        ("tests/web/pages/test_pages.py::test_the_pdf_holds_the_page_with_norwegian_letters",),
    ),
    Break(
        21,
        "S",
        "copies outlive the erasing",
        "skill/journal/keeping/erase.py",
        '    "backups",\n',
        "",
        ("tests/journal/keeping/test_erase.py",),
    ),
    Break(
        21,
        "S",
        "the pages answer the whole network",
        "skill/settings/values.py",
        'host: str = "127.0.0.1"',
        'host: str = "0.0.0.0"',
        ("tests/web/door/test_security.py", "tests/settings/test_file.py"),
    ),
    Break(
        22,
        "S",
        "a question without an answer counts as not asked",
        "skill/journal/fold.py",
        'self._ask(AskedQuestion(event.text("question"), "not_answered", at=event.at))',
        'self._ask(AskedQuestion(event.text("question"), "not_asked", at=event.at))',
        (
            "tests/journal/test_fold.py",
            "tests/web/pages/test_nights.py::test_not_asked_and_not_answered_are_kept_apart",
        ),
    ),
    Break(
        22,
        "S",
        "a danger sign is kept without its advice",
        "skill/journal/fold.py",
        'event.text("sign"), event.text("advice"), event.text("number")',
        'event.text("sign"), "", event.text("number")',
        (
            "tests/journal/test_fold.py",
            "tests/web/pages/test_nights.py::test_a_danger_sign_shows_its_advice_and_whether_it_was_followed",
        ),
    ),
    Break(
        22,
        "S",
        "the morning doesn't ask whether the advice was followed",
        "skill/web/pages/morning.py",
        'for name in asked if name.startswith(f"{FOLLOWED}:")]',
        "for name in ()]",
        ("tests/web/pages/test_nights.py::test_the_morning_asks_whether_the_advice_was_followed",),
    ),
    Break(23, "C", "a text has no source", CALF, 'source = "S10, S23, S25"\n', "", (CHECK,)),
    Break(
        23,
        "C",
        "a page has no date",
        CAUSES,
        "compared = ",
        "# compared = ",
        (
            "tests/content/knowledge/test_learn.py::test_every_page_has_sources_and_a_date_and_says_who_approved_it",
        ),
    ),
    Break(
        23,
        "C",
        "the README no longer says that no clinician approved it",
        "README.md",
        "**Not approved by a health professional.**",
        "**For a calm night.**",
        (
            "tests/content/knowledge/test_learn.py::test_the_first_page_that_anybody_reads_says_that_no_clinician_has_approved_it",
        ),
    ),
    Break(
        23,
        "C",
        "nor do the pages",
        "skill/web/templates/base.html",
        '{{ t("app.not_approved") }} ',
        "",
        ("tests/web/pages/test_pages.py::test_every_page_in_every_language",),
    ),
    Break(
        24,
        "C",
        "a step holds a number of its own",
        CALF,
        'say = ["B2", "B1", "B3"], hold = "hold_s"',
        'say = ["B2", "B1", "B3"], hold = 2.5',
        ("tests/content/test_limits.py::test_steps_and_questions_name_their_limits_and_hold_no_number",),
    ),
    Break(
        24,
        "C",
        "the dialogue counts to a number of its own",
        "skill/dialogue/plan.py",
        "state.cue + 1)",
        "state.cue + 6)",
        ("tests/content/test_limits.py::test_the_dialogue_holds_no_number",),
    ),
    Break(
        24,
        "C",
        "a limit is changed",
        "prompts/limits.toml",
        "[company_every_s]\nvalue = 8",
        "[company_every_s]\nvalue = 9",
        ("tests/content/test_script.py::test_the_numbers_of_the_source",),
    ),
    said(25, "the voice says a phrase that is live meanwhile", "Strekk ut beinet. Stopp."),
)
