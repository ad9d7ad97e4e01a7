"""How a conversation begins, and how the place of the cramp steers it."""

from __future__ import annotations

from skill.content.script import Script
from skill.dialogue import where
from skill.dialogue.plan import start_ladder, start_routine
from skill.dialogue.prompting import advise, ask, end, leave_standing, say_again, start_episode, step_ended
from skill.dialogue.signs import STOMACH
from skill.dialogue.turn import Turn
from skill.events import Intent


def begin(turn: Turn, intent: Intent, side: str = "") -> None:
    """Something was said while nothing was going on. The stretch that can't do harm comes first, always."""
    match intent.name:
        case "cramp" | "confirm_cramp" | "came_back":
            begin_relief(turn, intent.name, intent.value, side)
        case "other_cramp":
            begin_relief(turn, intent.name, intent.value)
        case "help":
            begin_relief(turn, intent.name, "help")
        case "groan":
            _groaned(turn)
        case "fell" | "on_floor":
            start_episode(turn, intent.name, intent.value)
            rest_later(turn)
            ask(turn, turn.script.cues[intent.name].start, then="confirm")
        case "stomach":
            start_episode(turn, intent.name, intent.value)
            rest_later(turn)
            advise(turn, STOMACH, then="end")
        case "call":
            start_episode(turn, intent.name, intent.value)
            rest_later(turn)
            advise(turn, advice_for_call(turn.script, intent.value), then="end")
        case "good_morning" if not turn.capabilities.morning_questions:
            pass
        case "good_morning" | "evening_routine":
            begin_routine(turn, {"good_morning": "morning", "evening_routine": "evening"}[intent.name])
        case _:
            pass


def _groaned(turn: Turn) -> None:
    """Once is nothing; twice within a while: softly «Er det krampe?»."""
    if "groan" not in turn.state.timers:
        turn.start("groan", turn.script.limits.groans_within_s)
        return
    start_episode(turn, "groan", "")
    rest_later(turn)
    ask(turn, "is_it_cramp", then="confirm")


_NO_PLACE = ("help", "partner", "partner_unsure")  # how it was cried, not where it is
_AGAIN = {
    "calf": "again_leg", "shin": "again_leg", "foot": "again_foot",
    "thigh_back": "again_thigh", "thigh_front": "again_thigh",
}  # fmt: skip


def begin_relief(turn: Turn, name: str, place: str, side: str = "") -> None:
    """The first instruction, at once; where nothing else is said, where it was last and with what helped last."""
    known = turn.state.remembered
    ladder = turn.script.protocol_for(place)
    start_episode(turn, name, "" if place in _NO_PLACE else place, "" if place in _NO_PLACE else place, side)
    if not place and known.protocol and known.place:
        ladder = turn.script.protocol_for(known.place)
        turn.afterwards = (_AGAIN[known.place],) if known.place in _AGAIN else ()
        turn.set(place=known.place)
    first = known.rung if known.protocol == ladder.id else ""
    limits, lower = turn.script.limits, turn.capabilities.lower_threshold
    rest_later(turn)
    turn.start("long", limits.max_relief_pregnant_s if lower else limits.max_relief_s)
    start_ladder(turn, ladder.id, first=first)


def begin_again(turn: Turn, name: str, place: str) -> None:
    """The cramp is back after it had gone: one episode is over, another begins."""
    talking = turn.state.talking
    end(turn, "relieved" if turn.state.relieved else "person")
    begin_relief(turn, name, place)
    turn.set(talking=talking)


def begin_routine(turn: Turn, name: str, by_clock: bool = False) -> None:
    """The evening's stretches or the morning's questions, if the script has them.

    `by_clock`: nobody asked. Whoever did not want to go on with the stretches after six weeks is left in peace.
    """
    if name not in turn.script.routines or (
        name == "evening" and by_clock and "programme_left" in turn.state.facts
    ):
        return
    turn.record("routine_started", routine=name)
    if turn.script.routines[name].kind == "morning":
        rest_later(turn)
    start_routine(turn, name)


def rest_later(turn: Turn) -> None:
    """From every understood word on: quiet within the limit, unless another word comes."""
    turn.start("quiet", turn.script.limits.quiet_after_s)


def advice_for_call(script: Script, value: str) -> str:
    """The danger whose text answers a request to call; `value` as in the intent call."""
    name = f"asked_{value}" if value else "asked_contact"
    return name if name in script.dangers else "asked_113"


def place_said(turn: Turn, intent: Intent) -> None:
    """Where the cramp is, said while it is being relieved: go on holding if it fits, else change over."""
    state = turn.state
    value = _meant(state.protocol, intent.value)
    ladder = turn.script.protocol_for(value)
    turn.set(place=where.settled(turn, value))
    turn.record("place_set", place=value, side="")
    moving = state.scene in ("telling", "holding")
    if state.question and moving:
        turn.record("question_answered", question=state.question, answer=value)
        turn.set(question="")
        turn.listen("hold")
    climbed = where.rung(turn)
    if ladder.id == state.protocol:
        if not moving:
            say_again(turn)
        return
    if climbed and moving and where.item(turn).counts and ladder.rungs[0].move == climbed.move:
        counted = [i for i, item in enumerate(ladder.rungs[0].items) if item.counts]
        step_ended(turn, "skipped")
        turn.set(protocol=ladder.id, rung=0, item=counted[0], climbing=True)
        turn.record("step_started", protocol=ladder.id, rung=ladder.rungs[0].id)
        turn.speak(where.item(turn).say[-1:])  # whoever answers wants to know that it was heard
        return
    let_go = (turn.script.protocols[state.protocol].relax,) if moving else ()
    before = leave_standing(turn) or let_go
    step_ended(turn, "stopped")
    start_ladder(turn, ladder.id, before)


def _meant(protocol: str, value: str) -> str:
    """«foran» and «bak» alone: of the thigh when that is where the cramp is, else of the lower leg."""
    thigh = protocol.startswith("thigh")
    return {
        "front": "thigh_front" if thigh else "shin",
        "back": "thigh_back" if thigh else "calf",
    }.get(value, value)
