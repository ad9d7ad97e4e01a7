"""Generated input over every route: never a 5xx, never a night lost, never a page without its headers."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web import nights
from tests.web.conftest import Make, token
from tests.web.pages.test_nights import AT

WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            "1",
            "-1",
            "0",
            "yes",
            "true",
            "2026-11-20",
            "0001-01-01",
            "9999-12-31",
            "03:12",
            "24:00",
            "nan",
            "calf",
            "left",
            "save",
            "listen",
            "skip",
            "make",
            "open",
            "heard",
            "try",
            "../..",
            "\x00",
            "\ud7ff",
            "'; DROP TABLE events; --",
            "<script>",
            "{{7*7}}",
            "=1+1",
            "é" * 300,
        ]
    ),
)
FIELDS = (
    "day",
    "clock",
    "minutes",
    "place",
    "side",
    "pain_before",
    "sleep_disturbance",
    "text",
    "note",
    "event",
    "field",
    "value",
    "version",
    "was_day",
    "was_clock",
    "was_place",
    "cramp",
    "action",
    "level_db",
    "pin",
    "old",
    "language",
    "theme",
    "next",
    "from",
    "to",
    "days",
    "month",
    "worst",
    "undo",
    "worry",
    "sure",
    "copy",
    "column",
    "triggers",
    "t8_urine",
    "voice-rate_wpm",
    "voice-quiet_from",
    "web-host",
    "web-port",
    "web-allowed_hosts",
    "profile-medicines",
)
FORMS = st.dictionaries(st.sampled_from(FIELDS), WORDS, max_size=8)
NEVER = frozenset({"exchange.erase", "status.stream", "static", "auth.logout"})


def test_no_input_breaks_a_page_or_loses_a_night(make_pages: Make) -> None:
    pages = make_pages()
    uuid = nights.write(pages.journal, AT)
    first = pages.journal.events(uuid)
    client = pages.client()
    rules = [rule for rule in pages.app.url_map.iter_rules() if rule.endpoint not in NEVER]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rule=st.sampled_from(rules), form=FORMS, word=WORDS)
    def tried(rule: object, form: dict[str, str], word: str) -> None:
        address = re.sub(r"<[^>]*uuid[^>]*>", uuid, rule.rule)  # type: ignore[attr-defined]
        address = re.sub(r"<any\((\w+)[^>]*>", r"\1", address)
        address = re.sub(r"<[^>]+>", lambda _: re.sub(r"[/?#%]", "", word) or "x", address)
        if "GET" in rule.methods:  # type: ignore[attr-defined]
            answer = client.get(address, query_string=form)
        else:
            answer = client.post(address, data=form | {"csrf_token": token(client, "/learn")})
        assert answer.status_code < 500, (address, form, answer.get_data(as_text=True)[-600:])
        assert "Content-Security-Policy" in answer.headers
        kept = pages.journal.events(uuid)
        assert kept[: len(first)] == first
        if pages.settings.web.pin_hash:
            pages.set(web__pin_hash="", web__host="127.0.0.1")

    tried()
