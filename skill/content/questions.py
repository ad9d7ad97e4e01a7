"""What is asked, and what each answer leads to: prompts/questions.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skill.content.texts import Text, read_text
from skill.content.toml_file import Problem, TomlFile
from skill.events import Intent
from skill.messages.message import Message

KINDS = ("steer", "guard", "danger", "diary")
PLAIN_OUTCOMES = (
    "go", "next", "better", "worse", "again", "skip", "relief", "nothing", "ask_again", "false_start",
    "farewell", "end", "resume", "silent_round", "once_more", "unrelieved",
    "pain", "cannot", "holds", "later", "decline", "more_than_usual", "number_once",
)  # fmt: skip
NAMED_OUTCOMES = ("ask", "danger", "protocol", "routine")  # written "ask:NAME"
_RETRY = {True: "always", False: "never", "when_talking": "when_talking"}
_ANSWERS = ("yes:clear", "yes", "yes:weak", "no", "unsure", "unsure:little")


@dataclass(frozen=True, slots=True)
class Question:
    """`answers`: meaning ("name:value" or "name") → outcome. The dialogue knows what each outcome does."""

    id: str
    kind: str
    grammar: str
    live: str
    answers: Mapping[str, str]
    retry: str = "never"  # when nobody answers, once more, slower and louder: never | when_talking | always
    ask_unclear_again: bool = True
    dead_alarm: str = ""  # the alarm phrase that the question itself contains
    sign: str = ""
    sets: str = ""
    unclear_say: str = (
        ""  # danger: the sentence after two unclear answers; "" follows from the advice's number
    )
    records: str = ""  # the kind of journal row, when the answer isn't a question_answered

    @property
    def key(self) -> str:
        return f"ask.{self.id}"

    def outcome(self, intent: Intent) -> str:
        """Where this answer leads; "" when it isn't an answer to this question."""
        exact = f"{intent.name}:{intent.value}" if intent.value else intent.name
        found = self.answers.get(exact) or self.answers.get(intent.name)
        if found is None and exact in _ANSWERS:
            found = self.answers.get("otherwise")
        return found or ""

    @property
    def unclear(self) -> str:
        """Where two answers lead that were spoken but not understood."""
        return self.answers["unclear"]

    @property
    def silence(self) -> str:
        return self.answers["silence"]


def read_questions(file: TomlFile, problems: list[Problem]) -> tuple[dict[str, Question], dict[str, Text]]:
    """All questions and their texts; what is wrong goes into `problems`."""
    questions: dict[str, Question] = {}
    texts: dict[str, Text] = {}
    for name, table in file.data.get("questions", {}).items():
        line = file.table_line(f"questions.{name}")
        question = _question(name, table, file, line, problems)
        questions[name] = question
        texts[question.key] = read_text(table, question.key, file, line, problems)
    for question in questions.values():
        line = file.table_line(f"questions.{question.id}")
        for outcome in question.answers.values():
            if not _is_outcome(outcome, questions):
                at = file.value_line(outcome, line)
                problems.append(
                    Problem(file.path, at, Message("script.answer_leads_nowhere", outcome=outcome))
                )
    return questions, texts


def _question(
    name: str, table: Mapping[str, Any], file: TomlFile, line: int, problems: list[Problem]
) -> Question:
    answers = {str(k): str(v) for k, v in table.get("answers", {}).items()}
    kind = str(table.get("kind", ""))
    if kind not in KINDS:
        problems.append(
            Problem(file.path, line, Message("script.unknown_kind", kind=kind, known=", ".join(KINDS)))
        )
    if kind == "danger":
        answers = _danger_answers(answers, name, file, line, problems)
    if "silence" not in answers:
        problems.append(Problem(file.path, line, Message("script.silence_leads_nowhere", name=name)))
    answers.setdefault("silence", "end")
    answers.setdefault("unclear", answers["silence"])
    return Question(
        id=name,
        kind=kind,
        grammar=str(table.get("grammar", "yes_no")),
        live=str(table.get("live", "speaking")),
        answers=answers,
        retry=_RETRY.get(table.get("retry", False), "never"),
        ask_unclear_again=bool(table.get("ask_unclear_again", True)),
        dead_alarm=str(table.get("dead_alarm", "")),
        sign=str(table.get("sign", "")),
        sets=str(table.get("sets", "")),
        unclear_say=f"danger.{table['unclear_say']}" if table.get("unclear_say") else "",
        records=str(table.get("records", "")),
    )


def _danger_answers(
    answers: dict[str, str], name: str, file: TomlFile, line: int, problems: list[Problem]
) -> dict[str, str]:
    """The rules that hold for every danger sign, so that no file can forget or weaken them."""
    for needed in ("yes", "no"):
        if needed not in answers:
            problems.append(
                Problem(file.path, line, Message("script.danger_without_answer", name=name, needed=needed))
            )
            answers[needed] = "go"
    silence = answers.get("silence", "end")
    if silence.partition(":")[0] == "danger" or silence == answers["yes"]:
        problems.append(Problem(file.path, line, Message("script.silence_is_never_yes", name=name)))
        silence = "end"
    fixed = {
        "unsure:little": "more_than_usual",
        "unclear": "number_once",
        "yes:weak": "nothing",
        "silence": silence,
    }
    for key in ("unsure:little", "unclear", "yes:weak"):
        if key in answers and answers[key] != fixed[key]:
            problems.append(
                Problem(file.path, line, Message("script.danger_answer_fixed", name=name, key=key))
            )
    return {"unsure": "ask_again", **answers, **fixed}


def _is_outcome(outcome: str, questions: Mapping[str, Question]) -> bool:
    verb, _, name = outcome.partition(":")
    if not name:
        return verb in PLAIN_OUTCOMES
    return verb in NAMED_OUTCOMES and (verb != "ask" or name in questions)
