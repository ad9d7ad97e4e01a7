"""Who may see and do what on the ward's pages, and that every look is written down."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import skill
from skill.languages import Language
from skill.messages.catalogue import message_keys
from skill.ward.app import WardSite, create_ward
from skill.ward.board import URGENCY
from skill.ward.metrics import WardCounts
from skill.ward.store import Role, StaffMember, WardStore
from skill.web.door.pin import hash_pin
from tests.connect.process import until
from tests.connect.servers import THREE
from tests.ward.sending import CRAMP, DANGER, batch, row
from tests.ward.servers import PostgresServer

PIN = "246810"
HASH = hash_pin(PIN)


class Ward:
    """One with a bed in danger, and somebody of each role."""

    def __init__(self, folder: Path, language: Language = "nb") -> None:
        self.store = WardStore.open(f"sqlite:///{folder}/ward.db")
        self.now = THREE + timedelta(seconds=60)
        self.trouble = ""
        danger = row(4, "danger_sign", 20, "e", **DANGER)
        self.store.take("bed-1", batch(*CRAMP, danger, sent_at=self.now), self.now)
        self.store.name_bed("bed-1", "Rom 12, Kari <b>", "", self.now)
        for name in ("reads", "acknowledges", "administers"):
            self.store.put_person(StaffMember(name, HASH, name), self.now)
        self.counts = WardCounts()
        site = WardSite(
            self.store, b"s" * 32, language, self._now, lambda: 0.0, lambda: self.trouble, self.counts
        )
        self.app = create_ward(site)

    def _now(self) -> datetime:
        return self.now

    def client(self, role: Role | None = None) -> FlaskClient:
        client = self.app.test_client()
        if role is not None:
            assert send(client, "/login", "/login", name=role, pin=PIN).status_code == 302
        return client

    def audited(self) -> list[tuple[str, str, str]]:
        return [(each.who, each.what, each.bed) for each in self.store.audited()]


def send(client: FlaskClient, page: str, address: str, **form: str):  # type: ignore[no-untyped-def]
    """A form of `page`, with its token."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).get_data(as_text=True))
    assert token is not None
    return client.post(address, data={"csrf_token": token[1], **form})


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return Ward(tmp_path)


def body(client: FlaskClient, address: str = "/") -> str:
    return client.get(address).get_data(as_text=True)


@pytest.mark.parametrize("address", ["/", "/bed/bed-1", "/audit"])
def test_nobody_sees_anything_without_logging_in(ward: Ward, address: str) -> None:
    answer = ward.client().get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")


def test_the_page_says_who_needs_what_since_when(ward: Ward) -> None:
    text = body(ward.client("reads"))
    assert "Rom 12, Kari &lt;b&gt;" in text
    assert "Faretegn." in text
    assert "ring 113" in text


@pytest.mark.parametrize(
    ("language", "said"), [("nb", "Faretegn."), ("nn", "Alle senger"), ("en", "Danger sign.")]
)
def test_in_each_language(tmp_path: Path, language: Language, said: str) -> None:
    assert said in body(Ward(tmp_path, language).client("administers"))


@pytest.mark.parametrize(("role", "code"), [("reads", 403), ("acknowledges", 302), ("administers", 302)])
def test_who_may_acknowledge(ward: Ward, role: Role, code: int) -> None:
    client = ward.client(role)
    assert ("Jeg har sett det" in body(client)) is (code == 302)
    assert send(client, "/", "/bed/bed-1/seen/uuid-4").status_code == code
    assert bool(ward.store.seen_by()) is (code == 302)
    assert ((role, "acknowledged", "bed-1") in ward.audited()) is (code == 302)
    if code == 302:
        assert "Jeg har sett det" not in body(client)


@pytest.mark.parametrize("role", ["reads", "acknowledges"])
@pytest.mark.parametrize("what", ["name", "device", "erase"])
def test_only_who_administers_changes_a_bed(ward: Ward, role: Role, what: str) -> None:
    client = ward.client(role)
    assert send(client, "/bed/bed-1", f"/bed/bed-1/{what}", sure="1", label="x").status_code == 403
    assert client.get("/audit").status_code == 403
    bed = ward.store.bed("bed-1")
    assert bed is not None
    assert (len(bed.rows), bed.label) == (4, "Rom 12, Kari <b>")


def test_every_look_at_a_bed_s_nights_is_written_down(ward: Ward) -> None:
    client = ward.client("reads")
    assert "Det er skrevet ned" in body(client, "/bed/bed-1")
    assert ("reads", "looked", "bed-1") in ward.audited()
    assert "så på nettene til seng bed-1" in " ".join(body(ward.client("administers"), "/audit").split())


def test_erasing_asks_first_and_leaves_only_the_audit(ward: Ward) -> None:
    client = ward.client("administers")
    assert send(client, "/bed/bed-1", "/bed/bed-1/erase").status_code == 400
    assert send(client, "/bed/bed-1", "/bed/bed-1/erase", sure="1").status_code == 302
    assert "Kari" not in body(client)
    assert ward.audited()[0] == ("administers", "erased", "bed-1")


def test_the_templates_and_the_catalogue_have_the_same_texts() -> None:
    """Those looked up by a bed's need, an audit row or a number are made of the values there are."""
    templates = "".join(
        each.read_text("utf-8")
        for each in (Path(skill.__file__).parent / "ward/templates").rglob("*")
        if each.is_file()
    )
    used = {f"ward.page_{name}" for name in re.findall(r't\("(\w+?)"[,)]', templates)}
    used |= {f"ward.page_need_{need}" for need in URGENCY}
    used |= {f"ward.page_number_{number}" for number in ("113", "116117", "fastlege", "foden")}
    stored = Path(skill.__file__).parent / "ward"
    code = "".join(each.read_text("utf-8") for each in stored.glob("*.py"))
    noted = set(re.findall(r'(?:_audit\(db, now, [^,]+, |note\([^,]+, )"(\w+)"', code))
    used |= {f"ward.page_audit_{what}" for what in noted}
    assert used == {key for key in message_keys() if key.startswith("ward.page_")}


def test_a_form_of_another_site_changes_nothing(ward: Ward) -> None:
    client = ward.client("administers")
    assert client.post("/bed/bed-1/erase", data={"sure": "1"}).status_code == 400
    assert ward.store.bed("bed-1") is not None


def test_a_wrong_pin_is_refused_written_down_and_slowed_down(ward: Ward) -> None:
    client = ward.client()
    codes = [send(client, "/login", "/login", name="reads", pin="111111").status_code for _ in range(7)]
    assert codes[0] == 403
    assert codes[-1] == 429
    assert ("", "login_refused", "") in ward.audited()
    assert send(ward.client(), "/login", "/login", name="nobody", pin=PIN).status_code in (403, 429)


def test_whoever_gets_another_pin_or_waits_half_a_day_is_logged_out(ward: Ward) -> None:
    client, other = ward.client("reads"), ward.client("acknowledges")
    ward.store.put_person(StaffMember("reads", hash_pin("135791"), "reads"), ward.now)
    assert client.get("/").status_code == 302
    assert other.get("/").status_code == 200
    ward.now += timedelta(hours=13)
    assert other.get("/").status_code == 302


def test_trouble_with_the_messages_stands_on_top(ward: Ward) -> None:
    ward.trouble = "MQTT er borte"
    assert "MQTT er borte" in body(ward.client("reads"))


def test_nothing_is_cached_loaded_from_elsewhere_or_framed(ward: Ward) -> None:
    headers = ward.client("reads").get("/").headers
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_a_frozen_database_is_a_page_that_says_so(postgres: PostgresServer) -> None:
    postgres.empty()
    store = WardStore.open(postgres.url)
    client = create_ward(WardSite(store, b"s" * 32, "nb", lambda: THREE, lambda: 0.0)).test_client()
    assert client.get("/login").status_code == 200
    postgres.freeze()
    try:
        answer = client.get("/login")
        assert answer.status_code == 503
        assert "database svarer ikke" in answer.get_data(as_text=True)
    finally:
        postgres.thaw()
    until(lambda: client.get("/login").status_code == 200)
    store.close()
