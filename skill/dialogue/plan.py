"""Following the plan: from item to item, and up the ladder from rung to rung."""

from __future__ import annotations

from skill.content.steps import CUED, NEEDS_NO_SWELLING, Item, Protocol, Rung
from skill.dialogue import where
from skill.dialogue.prompting import advise, ask, end, farewell, leave_standing, step_ended
from skill.dialogue.signs import ASK_SWELLING, LONG_CRAMP
from skill.dialogue.turn import Turn


def enter_item(turn: Turn, before: tuple[str, ...] = ()) -> None:
    """Do the item that the state points at, or the first one after it whose conditions hold."""
    climbed = where.rung(turn)
    if climbed and not turn.state.climbing:  # left behind, or only pointed at: what is below the next one
        next_rung(turn, before)
        return
    if climbed and climbed.kind == "standing" and not _allowed(climbed, turn):
        step_ended(turn, "stopped")
        next_rung(turn, before=leave_standing(turn))
        return
    row, index = where.items(turn), turn.state.item
    while index < len(row) and not _due(row[index], turn):
        index += 1
    turn.set(item=index)
    if index >= len(row):
        _plan_is_through(turn, before)
        return
    item = row[index]
    if item.counts and where.in_relief(turn) and turn.state.overdue:
        advise(turn, LONG_CRAMP, before=_what_is_let_go(before))
    elif item.ask:
        _ask_item(turn, item, before)
    else:
        turn.scene("telling", where.grammar(turn))
        if item.say or before:
            turn.say(*item.say, live=item.live, before=before)
        else:
            told(turn)


def _due(item: Item, turn: Turn) -> bool:
    if item.ask == CUED and not turn.state.later:
        return False
    return where.all_true(item.when, turn)


def _ask_item(turn: Turn, item: Item, before: tuple[str, ...]) -> None:
    if item.ask == CUED:
        question = turn.state.later
        turn.set(later="")
        ask(turn, question, then="item", before=before)
    elif turn.state.silent and where.in_relief(turn):
        farewell(turn)
    else:
        ask(turn, item.ask, then="next_item", before=before)


def told(turn: Turn) -> None:
    """The item's texts have been spoken to their end: hold, pause, or go on."""
    item = where.item(turn)
    if not item.after_s:
        next_item(turn)
        return
    turn.scene("holding", where.grammar(turn), prompt=turn.state.prompt, live=turn.state.live)
    turn.start("hold", item.after_s)
    if item.cues:
        _next_voice(turn)
    if item.during and not turn.state.place and not turn.state.hushed:
        question = turn.script.questions[item.during]
        turn.set(question=question.id)
        turn.listen(question.grammar)
        turn.record("question_asked", question=question.id)
        turn.speak((question.key,), question.live)


def give_cue(turn: Turn) -> None:
    """It stays with the person: something calm about every eight seconds, a little softer each time.

    No word comes twice in a row; who has chosen a tone hears that.
    """
    state, company, chosen = turn.state, turn.script.company, turn.capabilities.in_the_hold
    if state.hushed:
        return
    if not state.question and not state.speaking:  # an answer that still sounds is company enough
        word = company[(state.cue - max(state.rung, 0)) % len(company)]
        softer_db = turn.script.limits.company_softer_db * state.cue
        turn.speak((word if chosen == "words" else f"tone.{chosen}",), softer_db=softer_db)
    _count_cue(turn)


def _count_cue(turn: Turn) -> None:
    turn.set(cue=turn.state.cue + 1)
    _next_voice(turn)


def _next_voice(turn: Turn) -> None:
    due_s = where.voice_due_s(turn, turn.state.cue)
    if due_s is not None and not turn.state.hushed:
        turn.start("cue", due_s)


def somebody_speaks(turn: Turn) -> None:
    """While something is held, who has begun to speak is heard: what is due waits, and a word just begun breaks off."""
    state = turn.state
    if _sits(turn) or (state.speaking and state.question):
        return
    if state.speaking:
        turn.hush()
    if "speech" not in state.timers:
        turn.start("speech", turn.script.limits.lets_finish_s)


def _sits(turn: Turn) -> bool:
    """On the edge of the bed before standing: so long, and no shorter and no longer."""
    return where.standing(turn) and not where.item(turn).counts


def lets_finish(turn: Turn, timer: str) -> None:
    """`timer` has run out while somebody speaks: what it was for waits; the end of the hold over a calm word."""
    turn.set(due="hold" if "hold" in (timer, turn.state.due) else "cue")


def has_spoken(turn: Turn) -> None:
    """They have finished, or take long: what was due comes now, after what was answered to them."""
    due = turn.state.due
    if "speech" not in turn.state.timers and not due:
        return
    turn.cancel("speech")
    turn.set(due="")
    if turn.state.scene != "holding" or not due or due in turn.state.timers:
        return
    if due == "hold" and turn.state.speaking:
        turn.start("hold", turn.script.limits.company_room_s)
    elif due == "hold":
        hold_is_over(turn)
    elif turn.state.speaking:
        _count_cue(turn)
    else:
        give_cue(turn)


def hold_ends(turn: Turn) -> None:
    """Its time is over. What comes next waits for an answer that still sounds («Ja, det gjør vondt. Hold der.»)."""
    if turn.state.speaking and not turn.state.question and not _sits(turn):
        turn.set(due="hold")
    else:
        hold_is_over(turn)


def answer_has_sounded(turn: Turn) -> None:
    """The sound that the end of a hold waited for is over."""
    if turn.state.due == "hold" and "speech" not in turn.state.timers:
        turn.set(due="")
        hold_is_over(turn)


def hold_is_over(turn: Turn) -> None:
    """What was asked during the hold and not answered stays unanswered."""
    if turn.state.question:
        turn.record("question_unanswered", question=turn.state.question)
        turn.set(question="")
    next_item(turn)


def next_item(turn: Turn, before: tuple[str, ...] = ()) -> None:
    turn.set(item=turn.state.item + 1)
    enter_item(turn, before)


def next_rung(turn: Turn, before: tuple[str, ...] = ()) -> None:
    """Climb to the next variant that is allowed; ask about swelling first where a hand will touch the leg."""
    if turn.state.overdue:
        advise(turn, LONG_CRAMP, then="ladder", before=_what_is_let_go(before))
        return
    found = _find_rung(turn)
    if found is None:
        _ladder_is_through(turn, before)
        return
    ladder, index = found
    candidate = ladder.rungs[index]
    if candidate.kind in NEEDS_NO_SWELLING and not turn.state.swollen:
        turn.set(protocol=ladder.id, rung=index - 1, item=0)
        ask(turn, ASK_SWELLING, then="ladder", before=before)
    else:
        turn.set(protocol=ladder.id, rung=index, item=0, climbing=True)
        turn.record("step_started", protocol=ladder.id, rung=candidate.id)
        enter_item(turn, before)


def _find_rung(turn: Turn) -> tuple[Protocol, int] | None:
    """The next allowed rung of this ladder, or of the one that comes after it."""
    protocols = turn.script.protocols
    ladder, index = protocols[turn.state.protocol], turn.state.rung + 1
    moves = {r.move for r in ladder.rungs[:index]}
    while True:
        for position in range(index, len(ladder.rungs)):
            candidate = ladder.rungs[position]
            if _allowed(candidate, turn) and (
                ladder.id == turn.state.protocol or candidate.move not in moves
            ):
                return ladder, position
        if not ladder.then:
            return None
        moves |= {r.move for r in ladder.rungs}
        ladder, index = protocols[ladder.then], 0


def _allowed(candidate: Rung, turn: Turn) -> bool:
    state, able = turn.state, turn.capabilities
    if candidate.kind == "massage" and not able.may_massage:
        return False
    if candidate.kind == "standing" and (not able.may_stand or state.no_standing):
        return False
    if candidate.kind in NEEDS_NO_SWELLING and state.swollen not in ("", "no"):
        return False
    if state.silent and candidate.kind not in ("own", "helper"):
        return False
    return where.all_true(candidate.needs, turn)


def _ladder_is_through(turn: Turn, before: tuple[str, ...]) -> None:
    last = turn.script.protocols[turn.state.protocol]
    while last.then:
        last = turn.script.protocols[last.then]
    turn.set(protocol=last.id, rung=len(last.rungs), item=0)  # past its end
    if turn.state.silent:
        farewell(turn)
    else:
        ask(turn, "once_more", then="ladder", before=_what_is_let_go(before))


def _what_is_let_go(before: tuple[str, ...]) -> tuple[str, ...]:
    """`before` without the words that announce a next variant, for when something else comes first."""
    return tuple(key for key in before if key not in ("something_else", "easier"))


def once_more(turn: Turn) -> None:
    """The same ladder from its first rung."""
    turn.set(rung=-1, item=0)
    next_rung(turn)


def start_ladder(turn: Turn, name: str, before: tuple[str, ...] = (), first: str = "") -> None:
    """Begin the protocol from its first rung, or from rung `first` when it is one that anybody can do at once."""
    rungs = turn.script.protocols[name].rungs
    known = [i for i, r in enumerate(rungs) if r.id == first and r.kind in ("own", "helper") and not r.needs]
    turn.set(protocol=name, rung=(known[0] - 1 if known else -1), item=0, routine="", question="", then="")
    next_rung(turn, before)


def start_routine(turn: Turn, name: str, before: tuple[str, ...] = ()) -> None:
    """Begin a routine from its first item."""
    turn.set(routine=name, item=0, question="", then="")
    enter_item(turn, before)


def _plan_is_through(turn: Turn, before: tuple[str, ...]) -> None:
    part = where.routine(turn)
    if part is None:
        next_rung(turn, before)
    else:
        end(turn, part.reason)
