"""The page for the doctor: what was told, no more."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from skill.errors import ContentError
from skill.journal.figures.medicines import load_medicine_groups, medicines
from skill.journal.figures.report import doctor_summary
from skill.journal.storage.store import Journal
from skill.paths import prompts_dir
from skill.settings.rules import with_values
from skill.settings.values import Settings
from tests.journal.conftest import AT_THREE, a_night

OSLO = ZoneInfo("Europe/Oslo")
SINCE, UNTIL = date(2026, 2, 1), date(2026, 3, 31)
NOW = datetime(2026, 4, 1, 12, tzinfo=OSLO)


def summary(journal: Journal, **settings: object):
    return doctor_summary(
        journal, with_values(Settings(), settings), (SINCE, UNTIL), NOW,  # type: ignore[arg-type]
        groups=load_medicine_groups(prompts_dir()),
    )  # fmt: skip


def test_an_empty_period_is_an_empty_page(journal: Journal):
    found = summary(journal)
    assert (found.figures.episodes, found.red_flags, found.falls, found.notes, found.medicines) == (
        0,
        (),
        (),
        (),
        (),
    )


def test_red_flags_stand_with_advice_and_whether_it_was_followed(journal: Journal):
    uuid = a_night(journal)
    journal.append("danger_sign", {"sign": "T2", "advice": "adv", "number": "116117"}, uuid, AT_THREE)
    (flag,) = summary(journal).red_flags
    assert (flag.sign, flag.number, flag.followed.state) == ("T2", "116117", "not_asked")
    journal.append("morning_answer", {"question": "advice_followed:T2", "answer": "no"}, uuid, AT_THREE)
    (flag,) = summary(journal).red_flags
    assert (flag.followed.state, flag.followed.answer) == ("answered", "no")


def test_false_starts_and_deleted_nights_are_not_told(journal: Journal):
    journal.append("marked_false_start", {}, a_night(journal), AT_THREE)
    journal.append("deleted", {"by": "person"}, a_night(journal), AT_THREE)
    assert summary(journal).figures.episodes == 0


def test_falls(journal: Journal):
    told = a_night(journal)
    journal.append("morning_answer", {"question": "fall", "answer": "yes"}, told, AT_THREE)
    found = a_night(journal, AT_THREE + timedelta(days=2))
    journal.append("danger_sign", {"sign": "T6", "advice": "", "number": "113"}, found, AT_THREE)
    not_asked = a_night(journal, AT_THREE + timedelta(days=4))
    assert journal.episode(not_asked).question("fall").state == "not_asked"
    assert summary(journal).falls == (date(2026, 3, 3), date(2026, 3, 5))


def test_triggers_are_counted_and_nothing_is_none(journal: Journal):
    for answer in ("activity alcohol", "activity", "nothing"):
        journal.append(
            "morning_answer", {"question": "triggers", "answer": answer}, a_night(journal), AT_THREE
        )
    assert summary(journal).triggers == {"activity": 2, "alcohol": 1}


def test_stretching_counts_each_evening_once(journal: Journal):
    evening = datetime(2026, 3, 3, 21, 30, tzinfo=OSLO)
    journal.append("routine_ended", {"routine": "evening", "outcome": "done"}, None, evening)
    journal.append(
        "routine_ended", {"routine": "evening", "outcome": "stopped"}, None, evening + timedelta(days=1)
    )
    journal.append(
        "routine_ended", {"routine": "morning", "outcome": "done"}, None, evening + timedelta(days=2)
    )
    journal.append(
        "routine_ended", {"routine": "evening", "outcome": "silence"}, None, evening + timedelta(days=3)
    )
    journal.append(
        "programme_answer",
        {"question": "programme_week", "answer": "same"},
        None,
        evening + timedelta(days=8),
    )
    journal.append(
        "morning_answer", {"question": "stretched_evening", "answer": "yes"}, a_night(journal), AT_THREE
    )
    stretching = summary(journal).stretching
    assert (stretching.done, stretching.told, stretching.unanswered) == (1, 2, 1)
    assert stretching.programme is not None
    assert (stretching.programme.began, stretching.programme.weekly) == (date(2026, 3, 3), {1: "same"})
    assert stretching.since == date(2026, 2, 18)


def test_health_and_medicines_come_from_the_profile(journal: Journal):
    found = summary(
        journal,
        **{"profile.diabetes": True, "profile.towel_in_bed": True, "profile.late_pregnancy": True,
           "profile.medicines": "Furix 40 mg, fra 1. mars\n\nAlbyl-E\nPARACET ved behov"},
    )  # fmt: skip
    assert found.profile == ("profile.diabetes",)
    assert found.pregnant
    assert [(m.text, [g.name for g in m.groups]) for m in found.medicines] == [
        ("Furix 40 mg, fra 1. mars", ["diuretic"]),
        ("Albyl-E", []),
        ("PARACET ved behov", []),
    ]


def test_own_words_newest_first(journal: Journal):
    for day, text in ((0, "første"), (1, "andre")):
        uuid = a_night(journal, AT_THREE + timedelta(days=day))
        journal.change(uuid, [("annotated", {"text": text, "by": "person"})], AT_THREE)
    assert [n.text for _, n in summary(journal).notes] == ["andre", "første"]


class TestMedicineNames:
    @pytest.mark.parametrize(
        ("line", "group"),
        [
            ("simvastatin 20 mg", "statin"), ("SYMBICORT turbuhaler", "beta2"), ("Adalat Oros", "nifedipine"),
            ("Esidrex, Lipitor", "statin"), ("P-piller", "contraceptive"), ("Cozaar Comp", "diuretic"),
        ],
    )  # fmt: skip
    def test_known_by_its_beginning(self, line: str, group: str):
        (medicine,) = medicines(line, load_medicine_groups(prompts_dir()))
        assert group in [g.name for g in medicine.groups]

    @pytest.mark.parametrize("line", ["Cozaar", "Metformin", "bloxis", "nystatin", "Paracet"])
    def test_not_by_a_part_within(self, line: str):
        assert medicines(line, load_medicine_groups(prompts_dir()))[0].groups == ()

    def test_a_broken_file_is_named(self, tmp_path):
        (tmp_path / "medicines.toml").write_text("[groups.x]\nnb = 'x'\n")
        with pytest.raises(ContentError, match=r"medicines\.toml"):
            load_medicine_groups(tmp_path)
