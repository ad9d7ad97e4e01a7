"""The graph's shape, by walking it: which rows of phones are which units, and in how many ways."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from skill.model.graph import Unit, grammar_fst, lexicon_fst, unit_names
from skill.model.openfst.fst import EPSILON, INFINITY, Fst
from skill.model.phones import PhoneSet, read_phones
from skill.vocabulary import UNKNOWN_WORD
from tests.messages.in_english import raises_in_english
from tests.model.whistles import write_base


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> PhoneSet:
    return read_phones(write_base(tmp_path_factory.mktemp("graph") / "base") / "phones.json")


KAM = (("k", "ɑ", "m"),)
IS = (("i", "s"),)
UNITS = [Unit("kam", (KAM,)), Unit("kam_is", (KAM, IS)), Unit("me", ((("m", "e"), ("m", "i")),))]


def walk(fst: Fst, transitions: list[int]) -> list[tuple[int, ...]]:
    """Labels of every path from start to an end that reads `transitions`, epsilons followed."""
    found = []
    agenda: list[tuple[int, int, tuple[int, ...]]] = [(fst.start, 0, ())]
    while agenda:
        state, at, labels = agenda.pop()
        if at == len(transitions) and fst.final[state] != INFINITY:
            found.append(labels)
        for arc in fst.arcs[state]:
            written = (*labels, arc.olabel) if arc.olabel else labels
            if arc.ilabel == EPSILON:
                agenda.append((arc.nextstate, at, written))
            elif at < len(transitions) and arc.ilabel == transitions[at]:
                agenda.append((arc.nextstate, at + 1, written))
    return found


def graph(phones: PhoneSet, units: list[Unit] = UNITS) -> tuple[Fst, dict[str, int]]:
    numbers = {name: n for n, name in enumerate(unit_names(units, phones), 1)}
    return lexicon_fst(units, phones, numbers), numbers


def enter(phones: PhoneSet, names: str) -> list[int]:
    return [phones.phones[name].states[0][0] for name in names.split()]


def stay(phones: PhoneSet, name: str, frames: int) -> list[int]:
    return [phones.phones[name].states[0][1]] * frames


@pytest.mark.parametrize(
    ("said", "units"),
    [
        ("k_B ɑ_I m_E", ["kam"]),
        ("m_B e_E", ["me"]),
        ("m_B i_E", ["me"]),
        ("k_B ɑ_I m_I i_I s_E", ["kam_is"]),
        ("k_B ɑ_I m_I SIL_I i_I s_E", ["kam_is"]),
        ("SIL k_B ɑ_I m_E SIL m_B e_E SIL", ["kam", "me"]),
        ("GBG_S", [UNKNOWN_WORD]),
        ("", []),
    ],
)
def test_each_unit_is_said_in_exactly_one_way(said: str, units: list[str], phones: PhoneSet) -> None:
    fst, numbers = graph(phones)
    want = tuple(numbers[unit] for unit in units)
    assert walk(fst, enter(phones, said)) == [want]


@pytest.mark.parametrize("said", ["k_B ɑ_I", "i_B s_E", "k_B ɑ_I m_I", "k_B ɑ_I m_I SIL i_I s_E"])
def test_what_is_no_unit_has_no_path(said: str, phones: PhoneSet) -> None:
    fst, _ = graph(phones)
    assert walk(fst, enter(phones, said)) == []


def test_a_long_silence_has_one_path_only(phones: PhoneSet) -> None:
    # Silence after silence would double the paths with every frame; libvosk then chokes on its lattice.
    fst, _ = graph(phones)
    silence = enter(phones, "SIL") + stay(phones, "SIL", 20)
    word = enter(phones, "k_B ɑ_I m_E")
    assert walk(fst, enter(phones, "SIL SIL")) == []
    assert len(walk(fst, silence + word + silence)) == 1
    inside = enter(phones, "k_B ɑ_I m_I SIL_I") + stay(phones, "SIL_I", 20) + enter(phones, "i_I s_E")
    assert len(walk(fst, inside)) == 1
    assert walk(fst, enter(phones, "k_B ɑ_I m_I SIL_I SIL_I i_I s_E")) == []


def test_units_with_the_same_beginning_share_it(phones: PhoneSet) -> None:
    kam_me = Unit("kam_me", (KAM, (("m", "e"),)))
    both = graph(phones, [UNITS[1], kam_me])[0]
    one = graph(phones, [UNITS[1]])[0]
    assert len(both.arcs) - len(one.arcs) <= 3  # only the new last word


def test_costs_lie_on_loops_and_unknown(phones: PhoneSet) -> None:
    fst, numbers = graph(phones)
    arcs = [(state, arc) for state, found in enumerate(fst.arcs) for arc in found]
    loops = {arc.ilabel: arc.weight for state, arc in arcs if arc.nextstate == state}
    assert loops[phones.phones["SIL"].states[0][1]] == phones.costs.silence == 0.0
    assert loops[phones.phones["k_B"].states[0][1]] == phones.costs.loop == 0.1
    (cost,) = [arc.weight for _, arc in arcs if arc.olabel == numbers[UNKNOWN_WORD]]
    assert cost == phones.costs.unk == 0.5


def test_an_unknown_word_may_be_any_row_of_phones(phones: PhoneSet) -> None:
    costs = replace(phones.costs, unk=2.0, unk_stay=0.25)
    fst, numbers = graph(replace(phones, unknown=(), unknown_phones=("k", "ɑ", "s"), costs=costs))
    unknown = numbers[UNKNOWN_WORD]
    for said in ("k_S", "k_B s_E", "s_B ɑ_I k_I s_E"):
        assert walk(fst, enter(phones, said)) == [(unknown,)]
    assert walk(fst, enter(phones, "s_B e_E")) == []


def test_the_default_grammar_takes_every_unit_in_any_order() -> None:
    fst = grammar_fst({"ja": 2, "nei": 1})
    assert [arc.ilabel for arc in fst.arcs[0]] == [1, 2]
    assert fst.final == [0.0]


def test_phones_that_the_network_lacks_are_refused(tmp_path: Path) -> None:
    from skill.errors import ModelError
    from skill.model.acoustic import read_acoustic_model

    base = write_base(tmp_path / "base")
    acoustic = read_acoustic_model(base / "am/final.mdl")
    text = (base / "phones.json").read_text(encoding="utf-8")
    good = read_phones(base / "phones.json", acoustic)
    assert good.speech == frozenset(["ɑ", "e", "i", "k", "m", "s", "GBG"])
    for old, new, sentence in (
        ('"states": [[2, 1]]', '"states": [[9999, 1]]', "unknown to final.mdl"),
        ('"states": [[2, 1]]', '"states": [[1, 2]]', "exchanged"),
        ('"position": "nonword"', '"position": "north"', "unknown position"),
        ('"GBG_S"]', '"Q_S"]', "uses Q_S"),
        ("{", "[", "not a list of phones"),
    ):
        assert old in text
        (base / "phones.json").write_text(text.replace(old, new, 1), encoding="utf-8")
        with raises_in_english(ModelError, match=sentence):
            read_phones(base / "phones.json", acoustic)
