"""Overview, the doctor's page, knowledge, languages, themes, and what every page has."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from skill.languages import LANGUAGES
from skill.web.drawing import legs
from skill.web.paper import pdf
from skill.web.showing.texts import load_page_texts
from tests.web import nights
from tests.web.conftest import Make, Pages, send
from tests.web.listener import NOON
from tests.web.pages.test_nights import AT, HOSTILE, text

PAGES = [
    "/",
    "/?days=365",
    "/nights",
    "/nights/add",
    "/doctor",
    "/settings",
    "/settings/voice",
    "/settings/audio",
    "/settings/profile",
    "/settings/privacy",
    "/settings/routine",
    "/settings/web",
    "/settings/microphone",
    "/settings/hearing-level",
    "/settings/understood",
    "/settings/pin",
    "/status",
    "/learn",
    "/exchange",
    "/setup/language",
    "/setup/voice",
    "/setup/microphone",
    "/setup/profile",
    "/setup/network",
    "/setup/done",
    "/no-such-page",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_the_numbers_a_heading_and_nothing_inline(
    pages: Pages, client: FlaskClient, address: str
) -> None:
    nights.write(pages.journal, AT)
    body = client.get(address).get_data(as_text=True)
    assert 'href="tel:113"' in body
    assert 'href="tel:116117"' in body
    assert len(re.findall(r"<h1\b", body)) == 1
    assert "<style" not in body
    assert not re.search(r"\sstyle=|\son\w+=|javascript:", body)
    assert all('src="/static/' in script for script in re.findall(r"<script[^>]*>", body))
    outside = set(re.findall(r'(?:href|src|action)="([a-z]+:[^"]*)"', body))
    assert outside <= {"tel:113", "tel:116117"}


UNAPPROVED = {
    "nb": "ikke godkjent av helsepersonell",
    "nn": "ikkje godkjende av helsepersonell",
    "en": "No health professional has approved",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
def test_every_page_in_every_language(client: FlaskClient, language: str, address: str) -> None:
    send(client, "/language", {"language": language})
    body = client.get(address).get_data(as_text=True)
    assert f'<html lang="{language}"' in body
    assert UNAPPROVED[language] in body


def test_every_text_that_a_template_or_module_asks_for_exists(pages: Pages) -> None:
    """Missing texts would only show on the page that lacks one."""
    texts = load_page_texts(pages.app.extensions["krampevakt"].config.prompts)
    from pathlib import Path

    import skill.web

    root = Path(skill.web.__file__).parent
    for path in [*root.rglob("*.py"), *root.rglob("*.html")]:
        for one in re.findall(
            r"""\bt\(\s*f?["']([a-z_]+\.[a-z0-9_]*[a-z0-9])["']""", path.read_text(encoding="utf-8")
        ):
            assert texts.has(one), f"{path.name}: {one}"
        for many in re.findall(
            r"""\btn\(\s*["']([a-z_]+\.[a-z0-9_]+)["']""", path.read_text(encoding="utf-8")
        ):
            assert texts.has(f"{many}_one"), f"{path.name}: {many}"
            assert texts.has(f"{many}_many"), f"{path.name}: {many}"


def test_everything_that_the_prompts_can_put_in_the_journal_has_a_name(pages: Pages) -> None:
    prompts = pages.app.extensions["krampevakt"].config.prompts
    texts = load_page_texts(prompts)

    def tables(name: str) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = tomllib.loads((prompts / name).read_text(encoding="utf-8"))
        return found

    intents = tables("intents.toml")
    values = {str(v) for table in intents.values() for v in table.get("values", ())}  # type: ignore[attr-defined]
    wanted = [f"intent.{name}" for name in intents]
    wanted += [f"value.{v}" for v in values if v and not v.isdigit()]
    wanted += [f"place.{v}" for name in ("place", "cramp") for v in intents[name]["values"] if v]  # type: ignore
    wanted += [f"side.{v}" for v in intents["side"]["values"]]  # type: ignore[attr-defined]
    wanted += [f"sign.{name}" for name in tables("dangers.toml")["dangers"]]
    assert [key for key in wanted if not texts.has(key)] == []


def test_theme_and_language_are_remembered(client: FlaskClient) -> None:
    send(client, "/theme", {"theme": "dark"})
    send(client, "/language", {"language": "nn"})
    body = text(client, "/status")
    assert 'data-theme="dark"' in body
    assert "Høyrer apparatet deg no?" in body


def test_a_language_or_theme_that_does_not_exist_changes_nothing(client: FlaskClient) -> None:
    send(client, "/theme", {"theme": "<b>"})
    send(client, "/language", {"language": "../../etc"})
    send(client, "/text-size", {"size": "9000"})
    assert '<html lang="nb" data-theme="auto" data-size="100">' in text(client, "/status")


# --- overview --------------------------------------------------------------------------------------------


def test_last_night_stands_first(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT)
    body = text(client, "/")
    assert "Ei krampe i natt" in body
    assert "Natt til fredag 20. november 2026" in body
    assert "Vil du svare på noe om natta?" in body


def test_an_unheard_night_is_never_a_good_night(client: FlaskClient) -> None:
    body = text(client, "/")
    assert "Ingen data for natta" in body
    assert "Ingen krampe i natt" not in body


def test_before_the_first_night_the_overview_says_how_to_begin_instead_of_drawing_nothing(
    pages: Pages, client: FlaskClient
) -> None:
    body = text(client, "/")
    assert "Si «stopp» når som helst." in body
    assert '<svg class="legs"' not in body
    assert "Ingen netter er skrevet ned ennå." in text(client, "/nights")
    nights.write(pages.journal, AT)
    assert "Si «stopp» når som helst." not in text(client, "/")
    assert '<svg class="legs"' in text(client, "/")


def test_a_heard_night_without_cramp_is_said_to_be_one(pages: Pages, client: FlaskClient) -> None:
    pages.journal.append("service_started", {"app": "0.1.0"}, None, NOON - timedelta(days=3))
    assert "Ingen krampe i natt" in text(client, "/")


def test_charts_carry_names_and_their_numbers_stand_beside_them(pages: Pages, client: FlaskClient) -> None:
    for day in range(0, 20, 2):
        nights.write(pages.journal, AT - timedelta(days=day))
    body = text(client, "/")
    charts = re.findall(r'<svg[^>]*class="chart"[^>]*>.*?</svg>', body, re.S)
    assert len(charts) == 2
    for chart in charts:
        assert 'role="img"' in chart
        assert re.search(r"<title[^>]*>.+</title>", chart)
        assert re.search(r"<desc[^>]*>.+</desc>", chart)
        assert "<script" not in chart
        assert "style=" not in chart
        named = re.search(r'aria-labelledby="(\S+) (\S+)"', chart)
        assert named
        assert all(len(re.findall(f'id="{name}"', body)) == 1 for name in named.groups())
    assert re.search(r"03–04</th><td class=\"n\">10<", body)
    assert "Oftest mellom klokka 03 og 04." in body


def test_the_drawing_of_legs_counts_both_legs_for_both() -> None:
    drawn = legs.spots({("calf", "left"): 2, ("calf", "both"): 1, ("foot", ""): 3})
    found = {(s.place, s.side): s.count for s in drawn}
    assert found == {("calf", "left"): 3, ("calf", "right"): 1}


def test_before_anything_is_set_up_the_guide_comes_first(make_pages: Make) -> None:
    client = make_pages(set_up=False).client()
    assert client.get("/").location == "/setup"


# --- the doctor's page -----------------------------------------------------------------------------------


def test_the_doctors_page_says_what_it_is(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT)
    nights.write(pages.journal, AT - timedelta(days=2), nights.DANGER, side="right")
    pages.set(profile__medicines="Furix 40 mg\nMagnesium", profile__diabetes=True)
    body = text(client, "/doctor")
    for part in (
        "Egenrapportert. Ikke en diagnose.",
        "Varighet, fra personen sa ifra",
        "hoven legg",
        "Ring legevakta, 116 117",
        "Furix 40 mg",
        "vanndrivende",
        "Jeg har diabetes",
        "Uten data",
    ):
        assert part in body, part
    assert "R25" not in body  # never a diagnosis code


def test_false_starts_and_deleted_ones_are_not_on_it(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT, nights.FALSE_START)
    gone = nights.write(pages.journal, AT - timedelta(days=1))
    send(client, f"/episodes/{gone}/delete")
    assert re.search(r"Kramper i alt</dt><dd>0</dd>", text(client, "/doctor"))


@pytest.mark.parametrize(
    "query", ["from=2026-11-20&to=2026-11-01", "from=x", "to=1800-01-01", "from=2001-01-01&to=2026-01-01"]
)
def test_a_period_that_is_nonsense_gets_a_sentence_and_the_usual_one(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/doctor?{query}")
    assert answer.status_code == 400
    assert "De siste seks ukene vises i stedet." in answer.get_data(as_text=True)
    assert client.get(f"/doctor.pdf?{query}").status_code == 400


def test_the_main_worry_stands_on_the_page_and_is_inert(client: FlaskClient) -> None:
    send(client, "/doctor/worry", {"worry": HOSTILE})
    body = text(client, "/doctor")
    assert "&lt;script&gt;" in body
    assert "<script>alert" not in body


def test_the_pdf_holds_the_page_with_norwegian_letters(pages: Pages, client: FlaskClient) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    uuid = nights.write(pages.journal, AT, nights.DANGER)
    send(client, f"/episodes/{uuid}/note", {"text": f"Blåbærsyltetøy – «øm». {HOSTILE}"})
    answer = client.get("/doctor.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    document = pdfium.PdfDocument(answer.data)
    assert len(document) == 1
    words = " ".join(document[0].get_textpage().get_text_bounded().split())
    assert words.count("Egenrapportert. Ikke en diagnose.") == 2  # at the top, and below on every page
    for part in ("Blåbærsyltetøy – «øm».", "<script>alert(1)</script>{{7*7}}=cmd", "hoven legg", "æøå ÆØÅ"):
        assert part in words, part


def test_a_full_life_still_makes_a_pdf(pages: Pages, client: FlaskClient) -> None:
    for day in range(40):
        uuid = nights.write(
            pages.journal, AT - timedelta(days=day), nights.DANGER if day % 3 else nights.GOES_WELL
        )
        send(client, f"/episodes/{uuid}/note", {"text": "Ord " * 900 + "漢字 😀"})
    pages.set(profile__medicines="\n".join(f"Medisin nummer {n} med et langt navn 100 mg" for n in range(60)))
    send(client, "/doctor/worry", {"worry": "At det er en blodpropp. Čáhppes, đ, š, ž, ŋ, ŧ."})
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(client.get("/doctor.pdf?lines=1").data)
    assert len(document) == 1
    words = " ".join(document[0].get_textpage().get_text_bounded().split())
    assert "At det er en blodpropp. Čáhppes, đ, š, ž, ŋ, ŧ." in words
    assert words.index("blodpropp") < words.index("hoven legg")
    for part in ("Navn:", "Født:", "26 ganger, sist natt til"):
        assert part in words, part
    told = document.get_metadata_dict()
    assert (told["Title"], told["Keywords"]) == ("Nattlige leggkramper", "Egenrapportert. Ikke en diagnose.")
    assert document.is_tagged()


def test_what_has_no_room_on_the_page_is_said_to_be_missing() -> None:
    pdfium = pytest.importorskip("pypdfium2")
    rows = [[f"linje {n}", "ord " * 60] for n in range(200)]
    section = {"heading": "Egne ord", "rows": rows, "wide": True, "alarming": False}
    sheet = {
        "language": "nb", "title": "T", "warning": "W", "period": "P", "sections": [section],
        "hours_heading": "H", "hours": [0] * 24,
        "strip": [], "strip_heading": "S", "strip_key": "K", "footer": "F", "cut": "Ikke plass til mer.",
    }  # fmt: skip
    document = pdfium.PdfDocument(pdf.render(sheet))
    assert len(document) == 1
    words = document[0].get_textpage().get_text_bounded()
    assert "linje 0" in words
    assert words.count("Ikke plass til mer.") == 1


# --- knowledge -------------------------------------------------------------------------------------------


def test_knowledge_pages_carry_sources_and_the_reservation(client: FlaskClient) -> None:
    body = text(client, "/learn")
    addresses = re.findall(r'href="(/learn/[^"]+)"', body)
    assert addresses
    for address in addresses:
        page = text(client, address)
        assert "Kilder" in page
        assert "ikke godkjent av helsepersonell" in page


def test_a_source_on_a_knowledge_page_leads_to_where_it_can_be_read(client: FlaskClient) -> None:
    body = text(client, "/learn/cramp")
    assert re.search(
        r'<a href="https://nhi\.no/[^"]+leggkramper-nattlige/" rel="noreferrer external">NHI: ', body
    )


@pytest.mark.parametrize("name", ["nope", "..%2F..%2Fweb.toml", "%00"])
def test_a_knowledge_page_that_does_not_exist(client: FlaskClient, name: str) -> None:
    assert client.get(f"/learn/{name}").status_code == 404
