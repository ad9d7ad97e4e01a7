"""Words about the cramp and its step, and those in the aftercare, the evening and the morning."""

from __future__ import annotations

from collections.abc import Callable

from skill.dialogue import where
from skill.dialogue.answers import cannot, not_relieved, pain, relieve, worsen
from skill.dialogue.plan import next_item, next_rung
from skill.dialogue.prompting import ask, say_again, step_ended
from skill.dialogue.signs import ASK_SWELLING
from skill.dialogue.starting import begin_again, place_said
from skill.dialogue.turn import Turn
from skill.events import Intent


def amid_relief(turn: Turn, intent: Intent) -> None:
    """Words about the cramp and the step, while it is being relieved."""
    if found := _IN_RELIEF.get(intent.name):
        found(turn, intent)


def _almost(turn: Turn, _: Intent) -> None:
    if turn.state.scene == "holding":
        turn.speak(("almost",))


def _pain(turn: Turn, _: Intent) -> None:
    if turn.state.scene in ("telling", "holding"):
        pain(turn)


def _next(turn: Turn, _: Intent) -> None:
    step_ended(turn, "skipped")
    next_rung(turn)


def _cramp(turn: Turn, intent: Intent) -> None:
    if intent.value:
        place_said(turn, intent)
    else:
        say_again(turn)


def _place(turn: Turn, intent: Intent) -> None:
    if intent.value:
        place_said(turn, intent)


def _side(turn: Turn, intent: Intent) -> None:
    turn.record("place_set", place=turn.state.place, side=intent.value)


def _standing(turn: Turn, _: Intent) -> None:
    if "upright" in turn.script.protocols and turn.state.protocol != "upright":
        place_said(turn, Intent("place", "calf_standing"))


def _helper(turn: Turn, _: Intent) -> None:
    """Someone has come: they are told what to do at once, and no rung is lost."""
    turn.set(helper=True)
    ladder = turn.script.protocols[turn.state.protocol]
    while ladder.then and not any("helper" in rung.needs for rung in ladder.rungs):
        ladder = turn.script.protocols[ladder.then]
    found = [rung for rung in ladder.rungs if "helper" in rung.needs]
    holding = turn.state.scene in ("telling", "holding") and where.item(turn).counts
    if found and holding and not where.standing(turn):
        if turn.state.scene == "holding":
            turn.start("hold", where.item(turn).after_s)
        turn.speak(found[0].items[0].say, live=found[0].items[0].live)


_IN_RELIEF: dict[str, Callable[[Turn, Intent], None]] = {
    "better": lambda turn, _: relieve(turn),
    "over": lambda turn, _: relieve(turn),
    "not_better": lambda turn, _: not_relieved(turn),
    "same": lambda turn, _: not_relieved(turn),
    "a_little_better": _almost,
    "worse": lambda turn, _: worsen(turn),
    "pain": _pain,
    "cannot": lambda turn, _: cannot(turn),
    "next": _next,
    "cramp": _cramp,
    "place": _place,
    "came_back": lambda turn, _: say_again(turn),
    "help": lambda turn, _: say_again(turn),
    "side": _side,
    "helper_here": _helper,
    "standing": _standing,
}


def amid_routine(turn: Turn, intent: Intent) -> None:
    """Words in the aftercare, the evening and the morning."""
    state = turn.state
    part = where.routine(turn)
    match intent.name:
        case "cramp" | "came_back" | "confirm_cramp" | "other_cramp":
            if state.advised:
                say_again(turn)
            else:
                begin_again(turn, intent.name, intent.value)
        case "pain" | "worse" | "not_better":
            if part and part.kind == "episode" and not state.swollen:
                ask(turn, ASK_SWELLING, then="item")
        case "next":
            if state.scene in ("telling", "holding"):
                next_item(turn)
        case "help":
            say_again(turn)
        case _:
            pass
