"""The things that a conversation can do at any point: ask, advise, say a last sentence, end."""

from __future__ import annotations

from skill.content.dangers import Danger
from skill.dialogue.signs import (
    ASK_BREATH,
    ASK_CHEST,
    ASK_SWELLING,
    FEVER,
    LONG_CRAMP,
    LONG_CRAMP_PREGNANT,
    SWELLING,
)
from skill.dialogue.state import State
from skill.dialogue.turn import Style, Turn
from skill.dialogue.where import CANNOT_GET_UP, in_relief, is_true, routine, rung, settled


def ask(
    turn: Turn, name: str, then: str, before: tuple[str, ...] = (), style: Style = "calm", attempt: int = 0
) -> None:
    """Speak a question; `then` says where a plain answer leads (see `answers.go_on`)."""
    question = turn.script.questions[name]
    turn.scene("asking", question.grammar, question=name, attempt=attempt, then=then)
    if name == ASK_CHEST:
        turn.set(chest_asked=True)
    elif name == ASK_BREATH:
        turn.set(breath_asked=True)
    elif name == ASK_SWELLING and (turn.state.routine or not in_relief(turn)):
        turn.set(clot_sign=True)  # asked because of a word about swelling, or since the pain stays
    if not attempt:
        turn.record("question_asked", question=name)
    turn.say(question.key, live=question.live, style=style, before=before)


def ask_again(turn: Turn, before: tuple[str, ...] = ()) -> None:
    """The same question once more, slower and louder."""
    state = turn.state
    ask(turn, state.question, state.then, before, style="slow_loud", attempt=1)


def advise(turn: Turn, name: str, then: str = "item", sign: str = "", before: tuple[str, ...] = ()) -> None:
    """Give the advice of danger `name`, for `sign`, after the texts `before` if the advice isn't 113.

    What it leads to stands in prompts/dangers.toml.
    """
    danger = _for_this_person(turn, turn.script.dangers[name])
    first = tuple(key for able, key in danger.first.items() if is_true(able, turn))
    keys = first + danger.say + tuple(key for able, key in danger.add.items() if is_true(able, turn))
    turn.urgent = True
    if danger.id in (LONG_CRAMP, LONG_CRAMP_PREGNANT):
        turn.set(overdue=False, long_said=True, clot_sign=True)
    if danger.id != CANNOT_GET_UP:
        turn.set(unhurt="")
    if danger.sign in (SWELLING, FEVER):
        turn.set(clot_sign=True)
    if danger.forbids_standing:
        turn.set(no_standing=True)
    if danger.after == "repeat":
        _emergency(turn, danger, keys)
    elif danger.after == "stop":
        before = leave_standing(turn) or before
        step_ended(turn, "stopped")
        relief_is_over(turn)
        turn.scene("informing", "aftercare", advised=danger.id, then="routine:advised")
        turn.say(*keys, live=danger.live, before=before)
    else:
        turn.scene("informing", "hold", then=then)
        turn.say(*keys, live=danger.live, before=before)
    turn.record("danger_sign", sign=danger.sign or sign, advice=" ".join(keys), number=danger.number)


def _for_this_person(turn: Turn, danger: Danger) -> Danger:
    for able, other in danger.instead.items():
        if is_true(able, turn):
            return turn.script.dangers[other]
    return danger


def _emergency(turn: Turn, danger: Danger, keys: tuple[str, ...]) -> None:
    step_ended(turn, "stopped")
    part = routine(turn)
    if part and part.kind != "episode":
        turn.record("routine_ended", routine=part.kind, outcome="stopped")
    start_episode(turn, "alarm", danger.id)
    turn.cancel("quiet")
    turn.scene("emergency", "emergency")
    relief_is_over(turn)
    turn.forget("scene", "helper", "chest_asked", "breath_asked", advised=danger.id)
    turn.say(*keys, live=danger.live, style="alarm")
    turn.start("repeat", turn.script.limits.emergency_gaps_s[0] + turn.script.limits.speech_limit_s)


def repeat_advice(turn: Turn) -> None:
    """Say the 113 text once more; after the last time, be quiet."""
    state, limits = turn.state, turn.script.limits
    gaps_s = limits.emergency_gaps_s
    if state.repeats >= len(gaps_s):
        end(turn, "advised")
        return
    turn.set(repeats=state.repeats + 1)
    turn.urgent = True
    say_again(turn)
    gap_s = gaps_s[state.repeats + 1] if state.repeats + 1 < len(gaps_s) else 0.0
    turn.start("repeat", gap_s + limits.speech_limit_s)
    turn.record("advice_repeated", sign=turn.script.dangers[state.advised].sign)


def say_again(turn: Turn, before: tuple[str, ...] = (), style: Style | None = None) -> None:
    """The current prompt once more, after `before`; a question's answer is awaited anew."""
    state = turn.state
    usual: Style = "alarm" if state.scene == "emergency" else "calm"
    turn.cancel("answer")
    if state.prompt or before:
        turn.say(*state.prompt, live=state.live, style=style or usual, before=before)


def start_episode(turn: Turn, intent: str, value: str, place: str = "", side: str = "") -> None:
    """Write down that an episode has begun, if none has."""
    if turn.state.episode:
        return
    turn.set(episode=True, place=settled(turn, place))
    language = turn.script.language
    turn.record("episode_started", intent=intent, value=value, place=place, side=side, language=language)


def leave_standing(turn: Turn) -> tuple[str, ...]:
    """The text that seats a person who may be standing now; nothing when nobody was made to stand."""
    climbed = rung(turn)
    if climbed and any(item.stands for item in climbed.items[: turn.state.item + 1]):
        return (climbed.leave,)
    return ()


def step_ended(turn: Turn, outcome: str) -> None:
    """Write down how the rung went, if one was being climbed."""
    climbed = rung(turn)
    if climbed and turn.state.climbing:
        turn.set(climbing=False)
        turn.record("step_ended", protocol=turn.state.protocol, rung=climbed.id, outcome=outcome)


def relief_is_over(turn: Turn) -> None:
    """No more exercises: what only steers them is forgotten."""
    turn.cancel("long")
    turn.set(
        protocol="", rung=-1, item=0, climbing=False, cue=0, place="", silent=False, overdue=False,
        no_standing=False,
    )  # fmt: skip


def say_last(turn: Turn, *keys: str, reason: str) -> None:
    """Speak one last sentence; when it has ended, so has the episode."""
    relief_is_over(turn)
    turn.scene("ending", "aftercare")
    turn.forget("scene", "advised", "routine", "chest_asked", "breath_asked", reason=reason)
    turn.say(*keys)


def farewell(turn: Turn) -> None:
    """Nobody answers: say once that it will be quiet now, and be quiet."""
    step_ended(turn, "unanswered")
    say_last(turn, "quiet", reason="silence")


def end(turn: Turn, reason: str) -> None:
    """Back to the beginning, without a sound."""
    step_ended(turn, "unanswered" if reason == "silence" else "stopped")
    state = turn.state
    part = routine(turn)
    for timer in sorted(state.timers):
        turn.cancel(timer)
    if state.speaking:
        turn.hush()
    if part and part.kind != "episode":
        turn.record("routine_ended", routine=part.kind, outcome=reason)
    if state.episode:
        turn.record("episode_ended", reason="advised" if state.advised else reason)
    facts = state.facts | ({"soreness_told"} if state.relieved else set())
    turn.state = State(
        say_id=state.say_id, facts=facts, remembered=state.remembered,
        chest_asked=state.chest_asked, breath_asked=state.breath_asked,
    )  # fmt: skip
    turn.listen("idle")
