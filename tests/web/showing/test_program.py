"""What the program says of its own faults is said in the language of the page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import skill
from skill.paths import prompts_dir
from skill.web.ports import FaultLine
from skill.web.showing.program import load_sentences, shown, translated
from skill.web.showing.texts import placeholders
from tests.web.conftest import NOON, Pages, send

KNOWN = load_sentences(prompts_dir())
ROOT = Path(skill.__file__).parent
WHOLE = [
    "journal/database.py",
    "journal/importer.py",
    "journal/backup.py",
    "journal/store.py",
    "journal/reader.py",
    "journal/changes.py",
    "journal/recovery.py",
    "settings_file.py",
    "web/pdf_process.py",
]
NORWEGIAN = re.compile(r"\b(ikke|er|finnes|Ingenting|Oppdater)\b")


def sentences_of(path: Path) -> Iterator[str]:
    """Norwegian texts in a module, {} where something is put in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            text = "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            text = re.sub(r"\{\w*\}", "{}", node.value)
        if len(text) > 15 and NORWEGIAN.search(text) and not text.startswith(('"', "den er ikke UTF-8")):
            yield text.removeprefix("{} linje {}: ")


@pytest.mark.parametrize("name", [name for name in WHOLE if (ROOT / name).is_file()])
def test_every_sentence_that_a_page_may_have_to_show_is_known(name: str) -> None:
    known = {re.sub(r"\{\w+\}", "{}", each.bokmål) for each in KNOWN}
    assert [text for text in sentences_of(ROOT / name) if text not in known] == []


@pytest.mark.parametrize("sentence", KNOWN, ids=lambda each: each.bokmål[:40])
def test_the_same_is_put_in_and_nothing_lost(sentence) -> None:  # type: ignore[no-untyped-def]
    assert (
        placeholders(sentence.bokmål)
        == placeholders(sentence.texts["nn"])
        == placeholders(sentence.texts["en"])
    )
    assert translated(sentence.bokmål, "nb", KNOWN) == sentence.bokmål


def test_what_is_put_in_is_a_sentence_again() -> None:
    said = "Hendelse nummer 7 i fila er feil (uuid mangler). Ingenting er hentet inn."
    assert (
        translated(said, "en", KNOWN)
        == "Event number 7 in the file is wrong (uuid is missing). Nothing has been "
        "brought in."
    )
    lost = "Mikrofonen «USB {x}» forsvant (5). Apparatet er døvt til den er tilbake; den åpnes igjen av seg selv."
    assert str(translated(lost, "en", KNOWN)).startswith(
        "The microphone «USB {x}» disappeared (5). The device is deaf"
    )


def test_an_unknown_sentence_is_shown_as_it_is_and_said_to_be_norwegian() -> None:
    assert translated("Noe <nytt>.", "en", KNOWN) is None
    assert shown("Noe <nytt>.", "en", KNOWN) == '<span lang="nb">Noe &lt;nytt&gt;.</span>'
    assert shown("Noe <nytt>.", "nb", KNOWN) == "Noe &lt;nytt&gt;."


def test_a_fault_on_the_status_page(pages: Pages, client: FlaskClient) -> None:
    said = "Det kommer ikke lenger lyd fra mikrofonen «<b>»."
    fault = FaultLine("microphone", "deaf", said, NOON - timedelta(hours=1))
    pages.listener.turn("deaf", faults=(fault,))
    send(client, "/language", {"language": "nn"})
    assert "Det kjem ikkje lenger lyd frå mikrofonen «&lt;b&gt;»." in client.get("/status").get_data(
        as_text=True
    )


def test_a_mistake_in_the_settings_file(pages: Pages, client: FlaskClient) -> None:
    file = pages.paths.settings_file
    file.write_text(file.read_text("utf-8") + "\nvolum = 3\n", "utf-8")
    send(client, "/language", {"language": "en"})
    assert "Everything else is used." in client.get("/settings").get_data(as_text=True)
