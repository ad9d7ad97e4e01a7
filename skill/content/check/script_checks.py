"""What has to hold between the files of a script: names that are referred to exist, and steps are guarded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from skill.content.script import Script
from skill.content.steps import CUED, Protocol, Rung
from skill.content.toml_file import Problem, TomlFile
from skill.messages.message import Message

NEEDED_TEXTS = (
    "here", "almost", "hold_longer", "quiet", "false_start", "good_night", "afraid", "company_1", "pain_holds",
    "something_else", "easier", "you_are_welcome", "just_good_night", "answer_plainly", "more_than_usual",
    "emergency_ends", "again_leg", "again_foot", "again_thigh", "danger.if_113", "danger.if_116117",
    "danger.if_foden", "danger.if_fastlege",
    "danger.called", "danger.no_contact",
)  # fmt: skip
NEEDED_QUESTIONS = (
    "better",
    "once_more",
    "are_you_there",
    "is_it_cramp",
    "help_cramp",
    "whole_body",
    "hurt_or_ill",
    "t1_chest",
    "t1_breath",
    "t2",
)
NEEDED_DANGERS = ("T0a", "T0c", "T0d", "T5", "asked_113", "asked_116117")
NEEDED_ROUTINES = ("after", "advised", "unrelieved")


def check_script(script: Script, questions: TomlFile) -> Iterator[Problem]:
    """Problems between files; those within one file were found when it was read."""
    prompts = questions.path.parent
    yield from _missing(script, prompts)
    yield from _unknown_outcomes(script, questions)
    for routine in script.routines.values():
        asked = len([item.ask for item in routine.items if item.ask and item.ask != CUED])
        most = script.limits.max_questions_after
        if routine.kind == "episode" and asked > most:
            path = prompts / "routines" / f"{routine.id}.toml"
            yield Problem(path, 0, Message("script.too_many_questions", count=asked, most=most))
    for protocol in script.protocols.values():
        path = prompts / "protocols" / f"{protocol.id}.toml"
        for message in _protocol_problems(protocol, script):
            yield Problem(path, 0, message)


def _missing(script: Script, prompts: Path) -> Iterator[Problem]:
    for needed, present, file in (
        (NEEDED_TEXTS, script.texts, "sentences.toml"),
        (NEEDED_QUESTIONS, script.questions, "questions.toml"),
        (NEEDED_DANGERS, script.dangers, "dangers.toml"),
        (NEEDED_ROUTINES, script.routines, "routines"),
        (("calf",), script.protocols, "protocols"),
    ):
        for name in needed:
            if name not in present:
                yield Problem(prompts / file, 0, Message("script.needed_for_the_conversation", name=name))


def _unknown_outcomes(script: Script, questions: TomlFile) -> Iterator[Problem]:
    targets = {"danger": script.dangers, "protocol": script.protocols}
    for question in script.questions.values():
        line = questions.table_line(f"questions.{question.id}")
        for outcome in question.answers.values():
            verb, _, name = outcome.partition(":")
            if verb in targets and name not in targets[verb]:
                message = Message("script.unknown_outcome", outcome=outcome)
                yield Problem(questions.path, questions.value_line(outcome, line), message)


HARMLESS = 4  # variants that everybody can do at once, in every place, before the ladder begins again


def _protocol_problems(protocol: Protocol, script: Script) -> Iterator[Message]:
    if protocol.then and protocol.then not in script.protocols:
        yield Message("script.unknown_protocol", name=protocol.then)
    moves = {rung.move for each in _with_following(protocol, script) for rung in each.rungs
             if rung.kind in ("own", "helper") and not rung.needs}  # fmt: skip
    if len(moves) < HARMLESS:
        yield Message("script.too_few_for_everybody", count=len(moves), least=HARMLESS)
    if protocol.rungs and (protocol.rungs[0].kind not in ("own", "helper") or protocol.rungs[0].needs):
        yield Message("script.first_rung_for_everybody")
    for rung in protocol.rungs:
        if not any(item.counts for item in rung.items):
            yield Message("script.rung_holds_nothing", rung=rung.id)
        if rung.kind == "standing":
            yield from _standing_problems(rung, script)


def _standing_problems(rung: Rung, script: Script) -> Iterator[Message]:
    """A standing step is asked for, begins seated in the light, and ends seated."""
    if "may_stand" not in rung.needs:
        yield Message("script.standing_without_leave", rung=rung.id)
    first = script.questions.get(rung.items[0].ask)
    if first is None or first.kind != "guard" or first.answers.get("yes:clear") != "go":
        yield Message("script.standing_without_question", rung=rung.id)
    elif any(a == "go" for k, a in first.answers.items() if k != "yes:clear"):
        yield Message("script.standing_by_unclear_yes", rung=rung.id)
    if not any(item.stands for item in rung.items) or any(item.stands for item in rung.items[:3]):
        yield Message("script.standing_too_early", rung=rung.id)
    if len(rung.items) < 2 or rung.items[1].after_s < script.limits.sit_before_standing_s:
        yield Message("script.standing_without_sitting", rung=rung.id)
    if not rung.leave:
        yield Message("script.standing_without_end", rung=rung.id)


def _with_following(protocol: Protocol, script: Script) -> Iterator[Protocol]:
    yield protocol
    if protocol.then and protocol.then in script.protocols and protocol.then != protocol.id:
        yield from _with_following(script.protocols[protocol.then], script)
