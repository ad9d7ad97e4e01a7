"""check-prompts: the shipped files pass, and each mistake is found with its file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from skill.commands.making.check_prompts import check_prompts
from skill.content.check.check import Result, check
from skill.paths import models_dir, prompts_dir


@pytest.fixture(scope="module")
def shipped() -> Result:
    model = models_dir() / "nb"
    return check(prompts_dir(), model if (model / "lexicon.tsv").is_file() else None)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A copy of all files."""
    return Path(shutil.copytree(prompts_dir(), tmp_path / "prompts"))


@pytest.fixture
def prompts(whole: Path) -> Path:
    """A copy with little besides the calf protocol and the phrases, so that each mistake is looked for quickly."""
    for path in (*whole.glob("*/web.toml"), *whole.glob("*/learn/*.md"), *whole.glob("protocols/*.toml")):
        if path.name not in ("calf.toml", "tests.md"):
            path.unlink()
    return whole


def edit(path: Path, old: str, new: str) -> int:
    """Replace the first `old`; returns the line on which it stood."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def in_b1(old: str, new: str) -> Callable[[Path], int]:
    """An edit inside the text B1 of the calf protocol, «Strekk ut beinet.»"""

    def apply(prompts: Path) -> int:
        path = prompts / "protocols" / "calf.toml"
        start = path.read_text(encoding="utf-8").index("[texts.B1]")
        head, tail = path.read_text(encoding="utf-8")[:start], path.read_text(encoding="utf-8")[start:]
        assert old in tail
        path.write_text(head + tail.replace(old, new, 1), encoding="utf-8")
        return (head + tail[: tail.index(old)]).count("\n") + 1

    return apply


def test_the_shipped_files_have_no_errors(shipped: Result) -> None:
    assert [str(problem) for problem in shipped.errors] == []


def test_the_phrases_are_counted_for_each_language_and_class(shipped: Result) -> None:
    assert set(shipped.counts) == {"nb", "nn", "en"}
    for counts in shipped.counts.values():
        assert counts["speaking"] < counts["idle"] < counts["hold"]
        assert counts["number"] < counts["yes_no"]
    rows = list(shipped.table("fraser"))
    assert rows[0].split() == ["fraser", "nb", "nn", "en"]
    assert any(row.startswith("idle") for row in rows)


def test_phrases_that_begin_others_are_listed_but_are_no_error(shipped: Result) -> None:
    pairs = {(short.text, longer.text) for language, _, short, longer in shipped.begins if language == "nb"}
    assert ("det hjelper", "det hjelper ikke") in pairs
    assert ("vondt", "vondt i brystet") in pairs


B1_MISTAKES = [
    ('en = "Straighten the leg."\n', "", "mangler på en"),
    ('nn = "Strekk ut beinet."\n', "", "mangler på nn"),
    ('nb = "Strekk ut beinet."', 'nb = "Strekk ut beinet og trekk tærne opp."', "to handlinger"),
    (
        'nb = "Strekk ut beinet."',
        'nb = "Strekk ut beinet, det er bare en krampe."',
        "skal aldri sies (harmless)",
    ),
    ('nb = "Strekk ut beinet."', 'nb = "Prøv litt magnesium."', "skal aldri sies (supplements_at_night)"),
    (
        'nb = "Strekk ut beinet."',
        'nb = "Si stopp når du vil."',
        "inneholder «stopp», som kan høres mens den sies",
    ),
    (
        'nb = "Strekk ut beinet."',
        'nb = "Strekk nå ut det vonde beinet så langt du bare kan klare det."',
        "13 ord",
    ),
]


@pytest.mark.parametrize("old, new, message", B1_MISTAKES)
def test_a_mistake_in_a_text_is_found_at_its_line(prompts: Path, old: str, new: str, message: str) -> None:
    line = in_b1(old, new)(prompts)
    found = [p for p in check(prompts).errors if p.path.name == "calf.toml" and message in p.message]
    assert found, [str(p) for p in check(prompts).errors]
    header = "mangler" in message
    assert found[0].line == line or header


def test_a_text_without_source_is_found(prompts: Path) -> None:
    in_b1("source = ", "sauce = ")(prompts)
    assert any("«source» mangler" in p.message and p.line for p in check(prompts).errors)


@pytest.mark.parametrize("date", ['""', '"i fjor"', '"2026-13-01"'])
def test_a_text_without_a_date_is_found(prompts: Path, date: str) -> None:
    edit(prompts / "protocols" / "calf.toml", 'compared = "2026-11-23"', f"compared = {date}")
    assert any("skal være datoen" in p.message for p in check(prompts).errors)


def test_an_answer_that_cannot_be_heard_is_found(prompts: Path) -> None:
    edit(prompts / "questions.toml", 'grammar = "better"', 'grammar = "number"')
    errors = [str(p) for p in check(prompts).errors]
    assert any("questions.toml" in e and "svaret «yes» kan ikke høres i «number»" in e for e in errors)


def test_an_alarm_phrase_in_its_own_question_must_be_dead_meanwhile(prompts: Path) -> None:
    line = edit(prompts / "questions.toml", 'live = "speaking_chest"', 'live = "speaking"')
    errors = [p for p in check(prompts).errors if "«vondt i brystet»" in p.message]
    assert errors and all(abs(p.line - line) < 10 for p in errors)


def test_a_phrase_with_two_meanings_in_a_class_is_found(prompts: Path) -> None:
    edit(prompts / "nb" / "phrases" / "state.toml", '"verre"', '"verre", "bedre"')
    assert any("«bedre» betyr både" in p.message for p in check(prompts).errors)


def test_an_alarm_phrase_of_one_word_is_found(prompts: Path) -> None:
    path = prompts / "nb" / "phrases" / "emergency.toml"
    line = edit(path, '"hoster blod"', '"blodhoste"')
    found = [p for p in check(prompts).errors if "minst to ord" in p.message]
    assert [(p.path.name, p.line) for p in found] == [("emergency.toml", line)]


def test_a_meaning_that_nobody_can_say_is_found(prompts: Path) -> None:
    line = edit(prompts / "intents.toml", "[faster]", "[sing]\nmeaning = 'synger'\n\n[faster]")
    found = [p for p in check(prompts).errors if "«sing» har ingen frase" in p.message]
    assert {(p.path.name, p.line) for p in found} == {("intents.toml", line)}
    assert len(found) == 3


def test_a_word_that_the_model_does_not_know_is_found(prompts: Path, tmp_path: Path) -> None:
    book_words = {word for _, words in _phrases_by_file(prompts) for word in words}
    model = tmp_path / "model"
    (model / "graph").mkdir(parents=True)
    known = sorted(book_words - {"fotbladet"})
    (model / "graph" / "words.txt").write_text(
        "".join(f"{word} {number}\n" for number, word in enumerate(known)), encoding="utf-8"
    )
    found = [p for p in check(prompts, model).errors if "kjenner ikke ordet" in p.message]
    assert found and all("«fotbladet»" in p.message and p.path.name == "start.toml" and p.line for p in found)


def test_a_phrase_that_only_sounds_like_a_prompt_is_found_with_a_lexicon(
    prompts: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "lexicon.tsv").write_text("stopp\ts t ɔ p\nstråpp\ts t ɔ p\n", encoding="utf-8")
    in_b1('nb = "Strekk ut beinet."', 'nb = "Ta en stråpp."')(prompts)
    by_letters = [p for p in check(prompts).errors if "inneholder «stopp»" in p.message]
    by_sound = [p for p in check(prompts, model).errors if "inneholder «stopp»" in p.message]
    assert by_letters == [] and len(by_sound) == 1


def test_phrases_that_sound_alike_but_mean_different_things_are_found(prompts: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "lexicon.tsv").write_text("verre\tv æ r ə\nværre\tv æ r ə\n", encoding="utf-8")
    path = prompts / "nb" / "phrases" / "state.toml"
    edit(path, '"bedre"', '"bedre", "værre"')
    assert not [p for p in check(prompts).errors if "høres ut som" in p.message]
    found = [p for p in check(prompts, model).errors if "høres ut som" in p.message]
    assert found and all("«verre»" in p.message and "«værre»" in p.message for p in found)


def test_a_page_that_lacks_a_language_is_found(prompts: Path) -> None:
    page = next((prompts / "nn" / "learn").glob("*.md"))
    page.unlink()
    assert any(p.path.name == page.name and "finnes ikke på nn" in p.message for p in check(prompts).errors)


def test_a_forbidden_word_on_a_page_is_found_at_its_line(prompts: Path) -> None:
    page = next((prompts / "nb" / "learn").glob("*.md"))
    page.write_text(page.read_text(encoding="utf-8") + "\nEt glass tonic om kvelden.\n", encoding="utf-8")
    last = len(page.read_text(encoding="utf-8").splitlines())
    found = [p for p in check(prompts).errors if "«tonic»" in p.message]
    assert [(p.path.name, p.line) for p in found] == [(page.name, last)]


# --- the command -----------------------------------------------------------------------------------------


def test_the_command_prints_the_counts_and_ends_with_zero() -> None:
    result = CliRunner().invoke(check_prompts, [])
    assert result.exit_code == 0, result.output
    assert "Ingen feil" in result.output
    assert "speaking_chest" in result.output


def test_the_command_names_file_and_line_and_ends_with_one(whole: Path) -> None:
    line = in_b1('nb = "Strekk ut beinet."', 'nb = "Dette er ufarlig."')(whole)
    result = CliRunner().invoke(check_prompts, ["--prompts", str(whole)])
    assert result.exit_code == 1
    assert f"calf.toml:{line}: " in result.output
    assert "1 feil" in result.output


def test_the_command_lists_beginnings_when_asked() -> None:
    result = CliRunner().invoke(check_prompts, ["--begins"])
    assert "«det hjelper» begynner «det hjelper ikke»" in result.output


def _phrases_by_file(prompts: Path) -> list[tuple[str, tuple[str, ...]]]:
    from skill.content.phrases import load_phrases

    return [(p.path.name, p.words) for p in load_phrases(prompts, "nb").phrases]
