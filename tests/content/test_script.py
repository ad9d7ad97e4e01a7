"""The script that ships is complete in three languages, and a mistake in it is named with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.content.script_reading import load_script, read_script
from skill.content.steps import NEEDS_NO_SWELLING
from skill.errors import ContentError
from skill.paths import prompts_dir


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """A copy of the files that a script is read from, to be spoilt."""
    for name in ("limits.toml", "questions.toml", "dangers.toml", "sentences.toml", "clock.toml"):
        shutil.copy(prompts_dir() / name, tmp_path / name)
    for name in ("protocols", "routines"):
        shutil.copytree(prompts_dir() / name, tmp_path / name)
    return tmp_path


def change(path: Path, old: str, new: str) -> int:
    """Replace the first `old` by `new`; the line on which it stood."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def complaint(prompts: Path) -> str:
    with pytest.raises(ContentError) as error:
        load_script(prompts, "nb")
    return str(error.value)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_text_is_there_in_every_language(language: str) -> None:
    script = load_script(prompts_dir(), language)
    assert all(text.strip() for text in script.texts.values())
    assert script.text("calf.B1") in ("Strekk ut beinet.", "Straighten the leg.")


def test_every_text_has_a_source_and_the_date_it_was_compared_with_it() -> None:
    for text in load_script(prompts_dir(), "nb").sources.values():
        assert text.source, text.key
        assert text.compared in ("2026-11-23", "2026-11-29"), text.key


def test_every_place_has_a_ladder() -> None:
    script = load_script(prompts_dir(), "nb")
    served = {
        "calf": "calf", "calf_standing": "upright", "shin": "shin", "foot": "foot", "sole": "foot", "toes": "foot",
        "thigh": "thigh_back", "thigh_back": "thigh_back", "thigh_front": "thigh_front", "": "place_unknown",
    }  # fmt: skip
    for place, ladder in served.items():
        assert script.protocol_for(place).id == ladder
    assert script.protocol_for("nowhere").id == "place_unknown"


def test_a_ladder_never_repeats_a_movement() -> None:
    for protocol in load_script(prompts_dir(), "nb").protocols.values():
        moves = [rung.move for rung in protocol.rungs]
        assert len(moves) == len(set(moves)), protocol.id


def test_the_numbers_of_the_source() -> None:
    limits = load_script(prompts_dir(), "nb").limits
    assert (limits.hold_s, limits.long_hold_s, limits.sit_before_standing_s) == (20.0, 30.0, 30.0)
    assert (limits.company_every_s, limits.max_relief_s, limits.silent_within_s) == (8.0, 600.0, 90.0)
    assert (limits.stopped_s, limits.wait_s, limits.max_questions_after) == (60.0, 120.0, 3)
    assert limits.emergency_gaps_s == (15.0, 30.0, 60.0, 60.0, 60.0, 60.0, 60.0)


def test_what_touches_the_leg_is_marked_so() -> None:
    kinds = {r.id: r.kind for p in load_script(prompts_dir(), "nb").protocols.values() for r in p.rungs}
    assert {kinds[rung] for rung in ("B5", "B8", "D2", "D3", "D4", "E4", "F3")} <= set(NEEDS_NO_SWELLING)
    assert {kinds[rung] for rung in ("B3", "B6", "B7", "E2", "E3", "F4", "D1")} == {"own"}
    assert {kinds[rung] for rung in ("B11", "P1")} == {
        "helper"
    }  # somebody else, at once: second edition, point 5


def test_no_text_says_more_than_twelve_words_or_two_actions() -> None:
    """Too long to be taken in at night. The 113 text and the advice to call are three short sentences at most."""
    script = load_script(prompts_dir(), "nb")
    for key, text in script.texts.items():
        sentences = [s for s in text.replace("?", ".").split(".") if s.strip()]
        assert len(sentences) <= 3, key
        assert all(len(sentence.split()) <= 12 for sentence in sentences), key


def test_a_missing_translation(prompts: Path) -> None:
    path = prompts / "protocols" / "calf.toml"
    line = change(path, "[texts.B2]\n", "[texts.B2]\n")
    change(path, 'nn = "Trekk tærne opp mot deg."\n', "")
    assert f"calf.toml:{line}: teksten «calf.B2» mangler på nn" in complaint(prompts)


def test_a_text_without_source(prompts: Path) -> None:
    change(prompts / "sentences.toml", 'source = "A1 [D]"\n', "")
    assert "teksten «here» har ingen kilde" in complaint(prompts)


def test_a_text_without_date(prompts: Path) -> None:
    change(prompts / "sentences.toml", 'compared = "2026-11-23"\n', "")
    assert "mangler dato" in complaint(prompts)


def test_a_misspelt_name_of_a_text(prompts: Path) -> None:
    line = change(prompts / "protocols" / "calf.toml", 'say = ["B6", "B3"]', 'say = ["B66", "B3"]')
    assert f"calf.toml:{line}: teksten «B66» finnes ikke" in complaint(prompts)


def test_a_misspelt_limit(prompts: Path) -> None:
    line = change(prompts / "protocols" / "shin.toml", '"hold_s"', '"hold_seconds"')
    assert f"shin.toml:{line}: grensen «hold_seconds» finnes ikke" in complaint(prompts)


def test_a_question_that_is_not_there(prompts: Path) -> None:
    line = change(prompts / "routines" / "after.toml", 'ask = "t1_chest"', 'ask = "t1_chess"')
    assert f"after.toml:{line}: spørsmålet «t1_chess» finnes ikke" in complaint(prompts)


def test_an_outcome_that_is_not_there(prompts: Path) -> None:
    change(prompts / "questions.toml", 'yes = "danger:T2"', 'yes = "danger:T22"')
    assert "«danger:T22» finnes ikke" in complaint(prompts)


def test_a_negative_limit(prompts: Path) -> None:
    line = change(prompts / "limits.toml", "value = 20", "value = -20")
    assert f"limits.toml:{line}: «hold_s» må være tall fra 0 og opp" in complaint(prompts)


def test_a_missing_limit(prompts: Path) -> None:
    change(prompts / "limits.toml", "[company_every_s]", "[company_each_s]")
    message = complaint(prompts)
    assert "grensen «company_every_s» mangler" in message
    assert "grensen «company_each_s» brukes ikke" in message


def test_broken_toml_names_its_line(prompts: Path) -> None:
    line = change(prompts / "protocols" / "foot.toml", "rungs]]", "rungs]")
    assert f"foot.toml:{line}" in complaint(prompts)


def test_a_missing_file(prompts: Path) -> None:
    (prompts / "dangers.toml").unlink()
    assert "dangers.toml: fila mangler" in complaint(prompts)


def test_an_unknown_language_gives_the_choices() -> None:
    with pytest.raises(ContentError, match="velg nb, nn, en"):
        load_script(prompts_dir(), "no")


# --- what no file may weaken ---------------------------------------------------------------------------------


def test_silence_can_not_be_made_a_yes(prompts: Path) -> None:
    change(prompts / "questions.toml", 'no = "go", silence = "end" }', 'no = "go", silence = "danger:T1" }')
    assert "stillhet kan aldri bety ja" in complaint(prompts)


def test_two_unclear_answers_can_not_be_made_a_no(prompts: Path) -> None:
    change(
        prompts / "questions.toml",
        'yes = "danger:T2", no = "go",',
        'yes = "danger:T2", unclear = "go", no = "go",',
    )
    assert "«unclear» kan ikke endres for et faretegn" in complaint(prompts)


def test_a_standing_step_can_not_lose_its_guard(prompts: Path) -> None:
    change(prompts / "protocols" / "calf.toml", '  { ask = "steady" },\n', "")
    assert "bare et tydelig ja" in complaint(prompts)


def test_a_standing_step_can_not_be_let_past_by_any_yes(prompts: Path) -> None:
    change(prompts / "questions.toml", '"yes:clear" = "go"', '"yes:clear" = "go", yes = "go"')
    assert "bare et tydelig ja kan slippe forbi" in complaint(prompts)


def test_sitting_before_standing_can_not_be_left_out(prompts: Path) -> None:
    change(prompts / "protocols" / "calf.toml", '  { say = ["C2"], pause = "sit_before_standing_s" },\n', "")
    assert "sit_before_standing_s" in complaint(prompts)


def test_the_first_step_is_for_everybody(prompts: Path) -> None:
    change(prompts / "protocols" / "calf.toml", 'kind = "own"', 'kind = "towel"')
    assert "det første trinnet må kunne gjøres av alle" in complaint(prompts)


def test_113_is_always_repeated(prompts: Path) -> None:
    change(prompts / "dangers.toml", 'after = "repeat"', 'after = "go_on"')
    assert "113-teksten gjentas" in complaint(prompts)


def test_all_mistakes_are_told_at_once(prompts: Path) -> None:
    change(prompts / "limits.toml", "[company_every_s]", "[company_each_s]")
    change(prompts / "sentences.toml", 'en = "I am here."\n', "")
    _, problems = read_script(prompts, "nb")
    assert len(problems) >= 3
