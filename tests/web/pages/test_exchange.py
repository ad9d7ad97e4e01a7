"""Export, import, backup, restore, erasing: whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import stat
import zipfile

import pytest
from flask.testing import FlaskClient

from skill.journal.exchange.export import CSV_COLUMNS
from skill.journal.keeping.backup import backups
from skill.web.door.pin import hash_pin
from skill.web.forms import archive
from tests.web import nights
from tests.web.conftest import Make, Pages, send
from tests.web.listener import NOON
from tests.web.pages.test_nights import AT, HOSTILE


def upload(client: FlaskClient, address: str, name: str, body: bytes, filename: str = "fil"):
    return send(
        client,
        address,
        {name: (io.BytesIO(body), filename)},
        page="/exchange",
        content_type="multipart/form-data",
    )


@pytest.mark.parametrize(
    "address", ["/exchange/journal.json", "/exchange/nights.csv", "/exchange/everything.zip", "/doctor.pdf"]
)
def test_what_is_taken_out_is_never_kept_by_a_browser(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_spreadsheet_is_safe_and_norwegian(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    send(client, f"/episodes/{uuid}/note", {"text": '=HYPERLINK("http://evil")\nlinje, to; «æøå»'})
    body = client.get("/exchange/nights.csv").get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows[0]["notes"] == '\'=HYPERLINK("http://evil")\nlinje, to; «æøå»'


def test_the_spreadsheet_has_the_columns_that_were_chosen(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT)
    body = client.get("/exchange/nights.csv?column=place&column=night").get_data().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body))) == [["night", "place"], ["2026-11-19", "calf"]]
    page = client.get("/exchange").get_data(as_text=True)
    assert re.findall(r'name="column" value="(\w+)"', page) == list(CSV_COLUMNS)


@pytest.mark.parametrize("query", ["column=nope", "column=", "column=night&column=__class__"])
def test_a_column_that_does_not_exist_gets_a_sentence(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/exchange/nights.csv?{query}")
    assert answer.status_code == 400
    assert "Gå tilbake og velg fra lista." in answer.get_data(as_text=True)


def test_json_goes_out_and_in_again_without_loss(pages: Pages, make_pages: Make) -> None:
    client = pages.client()
    uuid = nights.write(pages.journal, AT, nights.DANGER)
    send(client, f"/episodes/{uuid}/note", {"text": HOSTILE})
    body = client.get("/exchange/journal.json").get_data()
    other = make_pages()
    there = other.client()
    assert upload(there, "/exchange/import", "json", body).status_code == 302
    assert other.journal.episode(uuid).notes == pages.journal.episode(uuid).notes
    assert other.journal.episode(uuid).danger_signs == pages.journal.episode(uuid).danger_signs
    assert upload(there, "/exchange/import", "json", body).status_code == 302  # twice: nothing doubled
    assert len(other.journal.events(uuid)) == len(pages.journal.events(uuid))


def broken_exports() -> dict[str, bytes]:
    whole = {
        "format": "krampevakt-journal",
        "version": 1,
        "made_at": "x",
        "device": "",
        "events": [],
        "count": 0,
    }
    return {
        "nothing": b"",
        "no json": b"hei",
        "binary": b"\xff\xfe\x00\x01",
        "other json": b'{"a": 1}',
        "a list": b"[1]",
        "half": json.dumps(whole).encode()[:-20],
        "newer": json.dumps(whole | {"version": 99}).encode(),
        "cut rows": json.dumps(whole | {"count": 7}).encode(),
        "deep": b"[" * 100_000,
        "wrong row": json.dumps(whole | {"events": [{"uuid": "x"}], "count": 1}).encode(),
    }


@pytest.mark.parametrize("kind", broken_exports())
@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_broken_import_gets_one_sentence_and_brings_nothing(
    pages: Pages, client: FlaskClient, kind: str, language: str
) -> None:
    nights.write(pages.journal, AT)
    send(client, "/language", {"language": language})
    before = pages.journal.last_id()
    answer = upload(client, "/exchange/import", "json", broken_exports()[kind])
    assert answer.status_code == 400
    sentence = {"nb": "Ingenting er hentet inn", "en": "Nothing has been brought in"}[language]
    assert sentence in answer.get_data(as_text=True)
    assert pages.journal.last_id() == before


def test_no_file_chosen(client: FlaskClient) -> None:
    assert send(client, "/exchange/import").status_code == 400
    assert send(client, "/exchange/restore").status_code == 400


def test_backup_and_restore_from_the_list(pages: Pages, client: FlaskClient) -> None:
    kept = nights.write(pages.journal, AT)
    send(client, "/exchange/backup")
    copy = backups(pages.paths.backups)[0]
    assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600
    later = nights.write(pages.journal, AT.replace(hour=4))
    pages.clock.day = pages.clock.day.replace(minute=55)
    assert send(client, "/exchange/restore", {"copy": copy.path.name}).status_code == 302
    assert [e.uuid for e in pages.journal.episodes()] == [kept]
    newest = backups(pages.paths.backups)[0]  # what was there before can be put back too
    pages.clock.day = pages.clock.day.replace(minute=58)
    send(client, "/exchange/restore", {"copy": newest.path.name})
    assert later in {e.uuid for e in pages.journal.episodes()}


def test_everything_in_one_file_and_back_on_another_machine(pages: Pages, make_pages: Make) -> None:
    client = pages.client()
    uuid = nights.write(pages.journal, AT)
    pages.set(profile__medicines="Burinex", voice__rate_wpm=101, audio__microphone="USB")
    body = client.get("/exchange/everything.zip").get_data()
    other = make_pages()
    assert upload(other.client(), "/exchange/restore", "file", body).status_code == 302
    assert other.journal.episode(uuid).place == "calf"
    assert (other.settings.profile.medicines, other.settings.voice.rate_wpm) == ("Burinex", 101)
    assert other.settings.audio.microphone == ""  # that machine has microphones of its own


def test_the_pin_never_leaves_the_machine_and_a_restored_file_never_opens_it(
    pages: Pages, make_pages: Make
) -> None:
    client = pages.client()
    pages.set(web__pin_hash=hash_pin("482913"))
    send(client, "/login", {"pin": "482913"}, page="/login")
    body = client.get("/exchange/everything.zip").get_data()
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert "scrypt$" not in packed.read(archive.SETTINGS_NAME).decode()
        journal = packed.read(archive.JOURNAL_NAME)
    evil = io.BytesIO()
    with zipfile.ZipFile(evil, "w") as packed:
        packed.writestr(archive.JOURNAL_NAME, journal)
        packed.writestr(
            archive.SETTINGS_NAME,
            f'[web]\nhost = "0.0.0.0"\npin_hash = "{hash_pin("000000")}"\nallowed_hosts = ["evil.example"]\n',
        )
    other = make_pages()
    upload(other.client(), "/exchange/restore", "file", evil.getvalue())
    assert other.settings.web == other.settings.web.__class__()


def broken_backups() -> dict[str, bytes]:
    empty_zip = io.BytesIO()
    with zipfile.ZipFile(empty_zip, "w") as packed:
        packed.writestr("../../journal.db", b"x")
    other_db = io.BytesIO()
    with zipfile.ZipFile(other_db, "w") as packed:
        packed.writestr(archive.JOURNAL_NAME, b"SQLite format 3\0" + b"\0" * 4000)
    return {
        "nothing": b"",
        "text": b"hei",
        "no journal": empty_zip.getvalue(),
        "broken journal": other_db.getvalue(),
        "half zip": other_db.getvalue()[:60],
        "half sqlite": b"SQLite format 3\0half",
    }


@pytest.mark.parametrize("kind", broken_backups())
def test_a_broken_backup_gets_one_sentence_and_changes_nothing(
    pages: Pages, client: FlaskClient, kind: str
) -> None:
    uuid = nights.write(pages.journal, AT)
    answer = upload(client, "/exchange/restore", "file", broken_backups()[kind])
    assert answer.status_code == 400
    assert "Ingenting er endret" in answer.get_data(as_text=True)
    assert [e.uuid for e in pages.journal.episodes()] == [uuid]


def test_a_backup_from_a_newer_program_is_refused(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT)
    send(client, "/exchange/backup")
    path = backups(pages.paths.backups)[0].path
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    answer = upload(client, "/exchange/restore", "file", path.read_bytes())
    assert answer.status_code == 409
    assert "nyere utgave" in answer.get_data(as_text=True)
    assert len(pages.journal.episodes()) == 1


@pytest.mark.parametrize("name", ["../settings.toml", "/etc/passwd", "journal.db", ""])
def test_no_other_file_can_be_asked_for(client: FlaskClient, name: str) -> None:
    assert send(client, "/exchange/restore", {"copy": name}).status_code in (400, 404)


def test_nothing_is_left_lying_about(pages: Pages, client: FlaskClient) -> None:
    client.get("/exchange/everything.zip")
    upload(client, "/exchange/restore", "file", b"hei")
    assert not list(pages.paths.data.glob("journal-exchange-*"))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "det som er lært om stemmen din; det slettes for seg"),
        ("nn", "det som er lært om stemma di; det blir sletta for seg"),
        ("en", "what was learned of your voice; that is deleted by itself"),
    ],
)
def test_it_is_said_that_what_was_learned_of_the_voice_stays_and_where_that_is_deleted(
    pages: Pages, client: FlaskClient, language: str, sentence: str
) -> None:
    send(client, "/language", {"language": language})
    pages.paths.personal_file.write_text("{}", encoding="utf-8")
    card = client.get("/exchange").get_data(as_text=True).partition('id="erase-title"')[2]
    assert sentence in card
    assert 'href="/settings/enrol"' in card
    assert send(client, "/exchange/erase", {"sure": "1"}).status_code == 302
    assert pages.paths.personal_file.exists()


def test_erasing_takes_a_tick_and_then_takes_everything(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT)
    send(client, "/exchange/backup")
    assert send(client, "/exchange/erase").status_code == 400
    assert len(pages.journal.episodes()) == 1
    assert send(client, "/exchange/erase", {"sure": "1"}).status_code == 302
    assert pages.journal.episodes() == ()
    assert backups(pages.paths.backups) == ()


def test_the_spreadsheet_is_written_as_its_reader_writes(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, NOON.replace(hour=3, minute=12), nights.DANGER)
    nights.write(pages.journal, NOON.replace(hour=4))
    pages.journal.change(uuid, [("annotated", {"text": "=SUM(A1); «øm»", "by": "person"})], NOON)
    answer = client.get("/exchange/spreadsheet.csv")
    assert "krampenetter-2026-11-20.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["Natt til", "Klokka", "Minutter"]
    first, second = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    assert (first["Natt til"], first["Klokka"], first["Minutter"]) == ("20.11.2026", "03:12", "1,3")
    assert (first["Hvor"], first["Hvilket bein"]) == ("legg", "venstre")
    assert first["Faretegn og råd"].startswith("hoven legg: ")
    assert first["Notater"] == "'=SUM(A1); «øm»"
    assert first["Fall"] == "ikke spurt"
    assert second["Øvelser og hvordan de gikk"].endswith("(bedre)")


def test_the_spreadsheet_in_english_has_commas_and_points(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, NOON.replace(hour=3, minute=12), nights.DANGER)
    with client.session_transaction() as session:
        session["language"] = "en"
    rows = list(csv.reader(io.StringIO(client.get("/exchange/spreadsheet.csv").data.decode("utf-8-sig"))))
    assert rows[1][:4] == ["2026-11-20", "03:12", "1.3", "calf"]


def test_the_json_has_the_health_ticks_and_the_medicines_and_comes_back(
    pages: Pages, client: FlaskClient
) -> None:
    nights.write(pages.journal, NOON.replace(hour=3))
    pages.set(profile__diabetes=True, profile__medicines="Burinex")
    body = client.get("/exchange/journal.json").data
    person = json.loads(body)["person"]
    assert (person["diabetes"], person["medicines"], person["may_stand"]) == (True, "Burinex", False)
    answer = send(
        client, "/exchange/import", {"json": (io.BytesIO(body), "x.json")}, page="/exchange", follow=True,
        content_type="multipart/form-data",
    )  # fmt: skip
    assert "Hentet inn 0 kramper" in answer.get_data(as_text=True)
