"""Where in the plan a conversation is: lookups only, nothing changes here."""

from __future__ import annotations

from skill.content.steps import Item, Routine, Rung
from skill.dialogue.state import FACTS
from skill.dialogue.turn import Turn


def rung(turn: Turn) -> Rung | None:
    """The rung being climbed; None in a routine, before the first one and after the last."""
    state = turn.state
    if state.routine or not state.protocol or state.rung < 0:
        return None
    rungs = turn.script.protocols[state.protocol].rungs
    return rungs[state.rung] if state.rung < len(rungs) else None


def standing(turn: Turn) -> bool:
    """Is this rung one that is done standing?"""
    climbed = rung(turn)
    return climbed is not None and climbed.kind == "standing"


def routine(turn: Turn) -> Routine | None:
    return turn.script.routines[turn.state.routine] if turn.state.routine else None


def items(turn: Turn) -> tuple[Item, ...]:
    part = routine(turn) or rung(turn)
    return part.items if part else ()


def item(turn: Turn) -> Item:
    """The item that the state points at; only valid inside a plan."""
    return items(turn)[turn.state.item]


def grammar(turn: Turn) -> str:
    """What can be heard while the plan's instructions are given and carried out."""
    part = routine(turn)
    return part.grammar if part else "hold"


CANNOT_GET_UP = "cannot_get_up"
"""The advice to somebody on the floor who can't get up: the only one after which the way up is shown."""

OPEN_PLACES = ("", "thigh")
"""Places that leave open whether it is the back or the front: nothing said, and «i låret» alone."""


def settled(turn: Turn, value: str) -> str:
    """The place that `value` is treated as; one of OPEN_PLACES stays itself."""
    return value if value in OPEN_PLACES else turn.script.protocol_for(value).serves[0]


def in_relief(turn: Turn) -> bool:
    """Is a cramp being relieved, and not over yet?"""
    state = turn.state
    return bool(state.protocol) and not state.routine and not state.advised


def is_true(condition: str, turn: Turn) -> bool:
    """Does one of CONDITIONS hold, or its opposite when written with "!" before it?"""
    state, able = turn.state, turn.capabilities
    known = {
        "may_stand": able.may_stand and not state.no_standing,
        "may_massage": able.may_massage,
        "towel": able.towel,
        "footboard": able.footboard,
        "helper": able.helper or state.helper,
        "prosthesis": able.prosthesis,
        "pregnant": able.lower_threshold,
        "alarm_button": able.alarm_button,
        "phone": able.phone,
        "blood_thinners": able.blood_thinners,
        "long_breathless": able.long_breathless,
        "long_numbness": able.long_numbness,
        "long_cold_feet": able.long_cold_feet,
        "medicines": able.medicines,
        "t1_unasked": not state.chest_asked,
        "t1_breath_unasked": not state.breath_asked,
        "t2_unasked": not state.swollen,
        "talking": state.talking,
        "unhurt_on_floor": state.advised == CANNOT_GET_UP and state.unhurt == "all",
        "clot_sign": state.clot_sign or able.clot_risk,
        "soreness_untold": "soreness_told" not in state.facts,
        **{fact: fact in state.facts for fact in FACTS},
    }
    return known[condition.removeprefix("!")] != condition.startswith("!")


def all_true(conditions: tuple[str, ...], turn: Turn) -> bool:
    return all(is_true(condition, turn) for condition in conditions)


def back_to(turn: Turn) -> str:
    """Where to continue after something put in here: the open question, the step, or what was to come."""
    state = turn.state
    if state.scene == "asking":
        return f"ask:{state.question}>{state.then}"
    if state.advised and not state.routine:
        return "routine:advised"
    if state.then:
        return state.then
    return "item" if items(turn) else "confirm"


def voice_due_s(turn: Turn, given: int) -> float | None:
    """Seconds from one of the sentences of a hold to the next, when `given` have been said; None after the last."""
    limits = turn.script.limits
    last_s = item(turn).after_s - limits.company_room_s
    return limits.company_every_s if (given + 1) * limits.company_every_s <= last_s else None
