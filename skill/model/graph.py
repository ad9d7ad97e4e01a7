"""The lexicon as a transducer from transitions of the acoustic model to words, and the default grammar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from skill.model.openfst.fst import EPSILON, Fst
from skill.model.phones import INNER_SILENCE, SILENCE_PHONE, PhoneSet
from skill.vocabulary import UNKNOWN_WORD

Pronunciation = tuple[str, ...]  # phones without form: ("k", "r", "ɑ", "m", "p", "ə")


@dataclass(frozen=True)
class Unit:
    """What the recogniser answers with: one word, or a phrase taken as one word.

    `words` holds, for each word, the ways to say it; any may follow any, with silence between.
    """

    name: str
    words: tuple[tuple[Pronunciation, ...], ...]
    cost: float = 0.0  # −log probability


def unit_names(units: Sequence[Unit], phones: PhoneSet) -> list[str]:
    """All names of the graph in order, [unk] among them when the acoustic model has one."""
    unknown = {UNKNOWN_WORD} if phones.knows_unknown else set()
    return sorted({unit.name for unit in units} | unknown)


class _Lexicon:
    """A prefix tree over words and phones; after each unit comes `rest`, after that `root`, where all may end.

    Between the two there is at most one silence. If silence could follow silence, a second of it would have
    2³³ paths of one cost, and libvosk's lattice determiniser would not come to an end.
    """

    def __init__(self, phones: PhoneSet) -> None:
        self.phones = phones
        self.fst = Fst()
        self.rest = self.fst.add_state()
        self._after: dict[tuple[object, ...], int] = {}
        self.root = self._maybe_silence(self.rest, SILENCE_PHONE)
        self.fst.final[self.root] = 0.0

    def _maybe_silence(self, state: int, phone: str) -> int:
        """The state after `state` with or without one silence in between."""
        after = self.fst.add_state()
        self.fst.add_arc(state, EPSILON, EPSILON, 0.0, after)
        costs = self.phones.costs
        last = self._walk(state, phone, costs.inner_silence if phone == INNER_SILENCE else costs.silence)
        self.fst.add_arc(last, EPSILON, EPSILON, 0.0, after)
        return after

    def _walk(self, state: int, phone: str, loop_cost: float) -> int:
        """New states that lead through `phone` from `state`; the last of them."""
        first = self.fst.add_state()
        self.fst.add_arc(state, self._entry(phone), EPSILON, 0.0, first)
        return self._through(first, phone, loop_cost)

    def _entry(self, phone: str) -> int:
        return self.phones.phones[phone].states[0][0]

    def _through(self, state: int, phone: str, loop_cost: float) -> int:
        """From the first state of `phone`, already entered, to its last."""
        states = self.phones.phones[phone].states
        for place, (_, loop) in enumerate(states):
            if loop:
                self.fst.add_arc(state, loop, EPSILON, loop_cost, state)
            if place + 1 < len(states):
                following = self.fst.add_state()
                self.fst.add_arc(state, states[place + 1][0], EPSILON, 0.0, following)
                state = following
        return state

    def inside(self, state: int, phone: str) -> int:
        """The state after `phone` from `state`, shared by all that begin alike."""
        key = ("inside", state, phone)
        if key not in self._after:
            self._after[key] = self._walk(state, phone, self.phones.costs.loop)
        return self._after[key]

    def joint(self, state: int, word: tuple[Pronunciation, ...]) -> tuple[int, int]:
        """After any way to say `word` from `state`, inside a phrase: its end, and where the next one begins."""
        key = ("joint", state, word)
        if key not in self._after:
            end = self._after[key] = self.fst.add_state()
            pauses = INNER_SILENCE in self.phones.phones
            self._after["next", end] = self._maybe_silence(end, INNER_SILENCE) if pauses else end
        return self._after[key], self._after["next", self._after[key]]

    def close_word(self, state: int, phone: str, joint: int) -> None:
        """The last phone of a word inside a phrase."""
        key = ("last", state, phone, joint)
        if key not in self._after:
            self._after[key] = self._walk(state, phone, self.phones.costs.loop)
            self.fst.add_arc(self._after[key], EPSILON, EPSILON, 0.0, joint)

    def close_unit(self, state: int, phone: str, label: int, cost: float) -> None:
        """The last phone of a unit: its label is written on entering that phone.

        All units that end in the same phone share its states: nothing tells them apart any more.
        """
        key = ("end", phone)
        if key not in self._after:
            first = self._after[key] = self.fst.add_state()
            last = self._through(first, phone, self.phones.costs.loop)
            self.fst.add_arc(last, EPSILON, EPSILON, 0.0, self.rest)
        self.fst.add_arc(state, self._entry(phone), label, cost, self._after[key])

    def add(self, unit: Unit, label: int) -> None:
        state = self.root
        for place, word in enumerate(unit.words):
            is_last = place == len(unit.words) - 1
            end, following = (state, state) if is_last else self.joint(state, word)
            for pronunciation in sorted(set(word)):
                forms = self._forms(pronunciation, place == 0, is_last)
                at = state
                for phone in forms[:-1]:
                    at = self.inside(at, phone)
                if is_last:
                    self.close_unit(at, forms[-1], label, unit.cost)
                else:
                    self.close_word(at, forms[-1], end)
            state = following

    @staticmethod
    def _forms(pronunciation: Pronunciation, is_first: bool, is_last: bool) -> list[str]:
        """Phones with their form: the place in the whole unit counts, not the one in the word."""
        forms = [phone + "_I" for phone in pronunciation]
        if is_first:
            forms[0] = pronunciation[0] + "_B"
        if is_last:
            forms[-1] = pronunciation[-1] + ("_S" if is_first and len(forms) == 1 else "_E")
        return forms

    def add_unknown(self, label: int) -> None:
        for pronunciation in sorted(set(self.phones.unknown)):
            at = self.root
            for phone in pronunciation[:-1]:
                at = self.inside(at, phone)
            self.close_unit(at, pronunciation[-1], label, self.phones.costs.unk)
        if not self.phones.unknown_phones:
            return
        inner = self.fst.add_state()  # between two phones of an [unk] made of any
        for phone in sorted(set(self.phones.unknown_phones)):
            self.close_unit(self.root, phone + "_S", label, self.phones.costs.unk)
            first = self.fst.add_state()
            self.fst.add_arc(self.root, self._entry(phone + "_B"), label, self.phones.costs.unk, first)
            for form, state in (("_B", first), ("_I", self.fst.add_state())):
                last = self._through(state, phone + form, self.phones.costs.loop)
                self.fst.add_arc(last, EPSILON, EPSILON, self.phones.costs.unk_stay, inner)
                if form == "_I":
                    self.fst.add_arc(inner, self._entry(phone + form), EPSILON, 0.0, state)
            self.close_unit(inner, phone + "_E", EPSILON, 0.0)


def lexicon_fst(units: Sequence[Unit], phones: PhoneSet, numbers: dict[str, int]) -> Fst:
    """The transducer of all `units`; `numbers` gives the label of each name.

    Silence may be before, between and after units, and between the words of a phrase when the acoustic
    model has a silence for it (`SIL_I`); without one such a pause falls to the phones' self-loops.
    """
    tree = _Lexicon(phones)
    if phones.knows_unknown:
        tree.add_unknown(numbers[UNKNOWN_WORD])
    for unit in sorted(set(units), key=lambda u: (u.name, u.words, u.cost)):
        tree.add(unit, numbers[unit.name])
    for arcs in tree.fst.arcs:
        arcs.sort(key=lambda arc: (arc.ilabel, arc.olabel))
    return tree.fst


def grammar_fst(numbers: dict[str, int]) -> Fst:
    """Gr.fst: any sequence of the units, each as likely as the other. Used when no grammar is set."""
    fst = Fst()
    state = fst.add_state(final=0.0)
    for number in sorted(numbers.values()):
        fst.add_arc(state, number, number, math.log(len(numbers)), state)
    return fst
