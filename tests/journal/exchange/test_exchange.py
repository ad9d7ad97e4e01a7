"""Out and in again without loss; safe in a spreadsheet; all or nothing."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.events import EVENT_FIELDS
from skill.journal.exchange.export import CSV_COLUMNS, FORMAT_VERSION, safe_cell, write_csv, write_json
from skill.journal.exchange.importer import ImportRefusedError, import_json, read_export
from skill.journal.storage.store import Journal
from tests.journal.conftest import AT_THREE, OSLO, a_night, many_nights
from tests.journal.writing import add_by_hand, start_episode

NASTY = '=HYPERLINK("http://x"), «æøå»\n\r\n+1;\t-2\0 👣 \''


def exported(journal: Journal) -> str:
    out = io.StringIO()
    write_json(journal, out, AT_THREE)
    return out.getvalue()


def full(journal: Journal) -> None:
    """A journal with some of everything."""
    journal.append("service_started", {"app": "1"}, None, AT_THREE)
    for day in range(4):
        uuid = a_night(journal, AT_THREE + timedelta(days=day))
        journal.change(uuid, [("annotated", {"text": NASTY, "by": "person"})], AT_THREE)
    journal.change(uuid, [("deleted", {"by": "person"})], AT_THREE)
    hand = add_by_hand(
        journal, AT_THREE, AT_THREE + timedelta(minutes=3), AT_THREE, place="foot", side="right"
    )
    journal.change(hand, [("edited", {"field": "pain_before", "value": 7, "by": "person"})], AT_THREE)
    journal.append("hearing_again", {"source": "microphone", "after_s": 12.25}, None, AT_THREE)


def contents(journal: Journal) -> Any:
    events = [(e.uuid, e.at, e.zone, e.device, e.episode, e.kind, dict(e.data)) for e in journal.all_events()]
    summaries = [
        (
            s.uuid,
            s.started_at,
            s.ended_at,
            s.night,
            s.place,
            s.side,
            s.pain_before,
            s.steps,
            s.notes,
            s.deleted,
        )
        for s in journal.episodes(include_deleted=True, include_false_starts=True)
    ]
    return events, summaries


@pytest.fixture
def other(tmp_path: Path):
    with Journal.open(tmp_path / "other" / "journal.db", zone=OSLO) as opened:
        yield opened


class TestThereAndBack:
    def test_nothing_is_lost(self, journal: Journal, other: Journal):
        full(journal)
        imported = import_json(other, io.StringIO(exported(journal)))
        assert contents(other) == contents(journal)
        assert imported.events == journal.last_id()
        assert imported.episodes == 5

    def test_a_second_time_adds_nothing(self, journal: Journal, other: Journal):
        full(journal)
        import_json(other, io.StringIO(exported(journal)))
        again = import_json(other, io.StringIO(exported(journal)))
        assert (again.events, again.known) == (0, journal.last_id())
        assert contents(other) == contents(journal)

    def test_into_a_journal_with_nights_of_its_own(self, journal: Journal, other: Journal):
        full(journal)
        mine = a_night(other)
        import_json(other, io.StringIO(exported(journal)))
        assert len(other.episodes(include_deleted=True)) == 6
        assert other.episode(mine)

    def test_an_export_of_the_first_version(self, journal: Journal, other: Journal):
        """Of program 0.1: a device's row tells of a fault by its sentence alone."""
        journal.append(
            "fault", {"source": "microphone", "severity": "deaf", "sentence": "Borte."}, None, AT_THREE
        )
        tree = json.loads(exported(journal)) | {"version": 1}
        import_json(other, io.StringIO(json.dumps(tree)))
        assert contents(other) == contents(journal)

    def test_an_empty_journal(self, journal: Journal, other: Journal):
        assert import_json(other, io.StringIO(exported(journal))).events == 0

    def test_thousands_of_rows(self, journal: Journal, other: Journal):
        many_nights(journal, 60)
        import_json(other, io.StringIO(exported(journal)))
        assert contents(other) == contents(journal)

    @settings(max_examples=8)
    @given(st.data())
    def test_whatever_was_written(self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
        folder = tmp_path_factory.mktemp("journals")
        value = st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(),
        )
        moments = st.datetimes(
            datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, OSLO])
        )
        with Journal.open(folder / "a.db", zone=OSLO) as one, Journal.open(folder / "b.db", zone=OSLO) as two:
            uuid = start_episode(one, AT_THREE)
            for _ in range(data.draw(st.integers(0, 6))):
                kind = data.draw(st.sampled_from(sorted(EVENT_FIELDS)))
                fields = {name: data.draw(value) for name in EVENT_FIELDS[kind]}
                one.append(kind, fields, data.draw(st.sampled_from([uuid, None])), data.draw(moments))
            import_json(two, io.StringIO(exported(one)))
            assert contents(two) == contents(one)


class TestWhatIsRefused:
    """One sentence, and the journal is as it was."""

    def refused(self, journal: Journal, text: str) -> str:
        before = contents(journal)
        with pytest.raises(ImportRefusedError) as refusal:
            import_json(journal, io.StringIO(text))
        assert contents(journal) == before
        assert "Ingenting er hentet inn" in str(refusal.value)
        return str(refusal.value)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "tull",
            "[]",
            "null",
            "{}",
            '{"format": "annet"}',
            '{"format": "krampevakt-journal"}',
            "[" * 100_000,
        ],
    )
    def test_what_is_not_ours(self, journal: Journal, text: str):
        assert "ikke en eksport" in self.refused(journal, text)

    def test_half_a_file_at_every_length(self, journal: Journal, other: Journal):
        full(journal)
        text = exported(journal)
        a_night(other)
        for length in range(0, len(text) - 2, 331):
            self.refused(other, text[:length])
        assert "bare halv" in self.refused(other, text[: len(text) // 2])

    def test_rows_taken_out_of_the_middle(self, journal: Journal, other: Journal):
        full(journal)
        tree = json.loads(exported(journal))
        del tree["events"][3]
        assert "bare halv" in self.refused(other, json.dumps(tree))

    def test_a_newer_format(self, journal: Journal, other: Journal):
        full(journal)
        tree = json.loads(exported(journal)) | {"version": FORMAT_VERSION + 1}
        assert "nyere utgave" in self.refused(other, json.dumps(tree))

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"kind": "sneezed"}, "ukjent slag"),
            ({"kind": None}, "ukjent slag"),
            ({"kind": ["said"]}, "verdiene kan ikke leses"),
            ({"data": {"voice": 1}}, "ukjente felt"),
            ({"data": {"keys": ["x"]}}, "feltet keys"),
            ({"data": []}, "ukjente felt"),
            ({"at": "yesterday"}, "verdiene kan ikke leses"),
            ({"at": "2026-03-04T03:00:00"}, "verdiene kan ikke leses"),
            ({"uuid": "1"}, "verdiene kan ikke leses"),
            ({"episode": "x"}, "verdiene kan ikke leses"),
            ({"zone": "x" * 100}, "tidssone"),
        ],
    )
    def test_a_wrong_row_is_named(self, journal: Journal, other: Journal, change: dict[str, Any], says: str):
        uuid = start_episode(journal, AT_THREE)
        journal.append("said", {"keys": "x"}, uuid, AT_THREE)
        tree = json.loads(exported(journal))
        tree["events"][1] |= change
        sentence = self.refused(other, json.dumps(tree))
        assert says in sentence
        assert "nummer 2" in sentence

    def test_a_row_without_one_of_its_fields(self, journal: Journal, other: Journal):
        a_night(journal)
        tree = json.loads(exported(journal))
        del tree["events"][0]["zone"]
        assert "zone mangler" in self.refused(other, json.dumps(tree))

    def test_the_same_row_twice(self, journal: Journal, other: Journal):
        a_night(journal)
        tree = json.loads(exported(journal))
        tree["events"].append(tree["events"][0])
        tree["count"] += 1
        assert "to ganger" in self.refused(other, json.dumps(tree))

    def test_a_row_that_says_otherwise_than_the_journal(self, journal: Journal):
        a_night(journal)
        tree = json.loads(exported(journal))
        tree["events"][0]["data"]["place"] = "foot"
        assert "ulike ting" in self.refused(journal, json.dumps(tree))

    def test_numbers_that_are_none(self, journal: Journal, other: Journal):
        journal.append("hearing_again", {"source": "m", "after_s": 1.0}, None, AT_THREE)
        assert self.refused(other, exported(journal).replace("1.0", "NaN"))

    @given(st.text(max_size=200))
    def test_any_text_at_all(self, text: str):
        with pytest.raises(ImportRefusedError):
            read_export(io.StringIO(text))


class TestCsv:
    def rows(self, journal: Journal) -> list[dict[str, str]]:
        out = io.StringIO(newline="")
        write_csv(journal, out)
        return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))

    def test_one_line_an_episode_with_all_its_columns(self, journal: Journal):
        full(journal)
        found = self.rows(journal)
        assert len(found) == 4
        assert tuple(found[0]) == CSV_COLUMNS
        calf = next(row for row in found if row["place"] == "calf")
        assert calf["steps"] == "calf/B2=better"
        assert calf["fall"] == "not_asked"
        assert calf["questions"] == "t1_chest=no"

    def test_commas_quotes_and_newlines_stay_in_their_cell(self, journal: Journal):
        full(journal)
        assert [row["notes"] for row in self.rows(journal) if row["notes"]] == ["'" + NASTY] * 3

    def test_deleted_nights_are_not_in_it(self, journal: Journal):
        journal.change(a_night(journal), [("deleted", {"by": "p"})], AT_THREE)
        assert self.rows(journal) == []

    def test_the_local_time_says_its_offset(self, journal: Journal):
        a_night(journal, datetime(2026, 10, 25, 2, 30, tzinfo=OSLO))
        a_night(journal, datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=OSLO))
        assert [r["started"] for r in self.rows(journal)] == [
            "2026-10-25 02:30:00+02:00",
            "2026-10-25 02:30:00+01:00",
        ]

    @pytest.mark.parametrize(
        "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\u00a0=1"]
    )
    def test_a_formula_is_text(self, text: str):
        assert safe_cell(text) == "'" + text

    @pytest.mark.parametrize("text", ["", "vondt", "7", "a=b", "«=1»", " venstre"])
    def test_plain_words_stay_as_they_are(self, text: str):
        assert safe_cell(text) == text

    @given(st.text())
    def test_no_cell_ever_begins_a_formula(self, text: str):
        assert not safe_cell(text).lstrip().startswith(("=", "+", "-", "@"))
