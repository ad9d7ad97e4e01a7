"""Everything that is said and done, read from prompts/ and checked: `load_script`."""

from __future__ import annotations

from pathlib import Path

from skill.content.check.script_checks import check_script
from skill.content.dangers import read_cues, read_dangers
from skill.content.limits import read_limits
from skill.content.questions import read_questions
from skill.content.script import Script
from skill.content.steps import StepReader, read_protocol, read_routine
from skill.content.texts import read_texts
from skill.content.toml_file import Problem, TomlFile, content_error, read_toml
from skill.errors import ContentError
from skill.languages import LANGUAGES
from skill.messages.message import Message


def load_script(prompts: Path, language: str) -> Script:
    """The complete script in nb, nn or en; raises ContentError with file and line of all that is wrong."""
    script, problems = read_script(prompts, language)
    if problems:
        raise content_error(*problems)
    return script


def read_script(prompts: Path, language: str) -> tuple[Script, tuple[Problem, ...]]:
    """Like `load_script`, but gathers all problems; raises ContentError only for an unreadable file."""
    if language not in LANGUAGES:
        raise ContentError(Message("script.unknown_language", language=language, known=", ".join(LANGUAGES)))
    problems: list[Problem] = []
    limits = read_limits(read_toml(prompts / "limits.toml"), problems)
    question_file, danger_file = read_toml(prompts / "questions.toml"), read_toml(prompts / "dangers.toml")
    protocol_files = _folder(prompts / "protocols")
    routine_files = _folder(prompts / "routines")

    questions, sources = read_questions(question_file, problems)
    sources |= read_texts(read_toml(prompts / "sentences.toml"), "", problems)
    sources |= read_texts(read_toml(prompts / "clock.toml"), "clock", problems)
    sources |= read_texts(danger_file, "danger", problems)
    for file in (*protocol_files, *routine_files):
        sources |= read_texts(file, file.path.stem, problems)

    def reader(file: TomlFile, prefix: str) -> StepReader:
        return StepReader(file, prefix, sources, questions, limits, problems)

    script = Script(
        language=language,
        limits=limits,
        texts={key: text.in_language(language) for key, text in sources.items()},
        sources=sources,
        questions=questions,
        dangers=read_dangers(reader(danger_file, "danger")),
        cues=read_cues(reader(danger_file, "danger")),
        protocols={f.path.stem: read_protocol(reader(f, f.path.stem)) for f in protocol_files},
        routines={f.path.stem: read_routine(reader(f, f.path.stem)) for f in routine_files},
    )
    problems += check_script(script, question_file)
    return script, tuple(dict.fromkeys(problems))


def _folder(path: Path) -> tuple[TomlFile, ...]:
    files = sorted(path.glob("*.toml"))
    if not files:
        raise content_error(Problem(path, 0, Message("script.folder_empty")))
    return tuple(read_toml(file) for file in files)
