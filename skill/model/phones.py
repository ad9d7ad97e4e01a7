"""phones.json: the sounds that an acoustic model tells apart, and how a graph walks through each.

The file holds::

    {"phones": {"SIL": {"states": [[forward, loop]], "position": "nonword"},
                "k_B": {"states": [[forward, loop]], "position": "begin"}, ...},
     "costs": {"loop": 0.15, "silence": 0.0, "unk": 1.0},
     "unk": [["GBG_S"], ...], "unk_phones": ["ɑ", "k", ...]}

`states` are pairs of transition numbers of final.mdl: the one that enters the state and the one that stays
(0: the state can't stay). Each speech phone has four forms by its place in the word: `_B`, `_I`, `_E`, `_S`
(begin, internal, end, single). `SIL_I`, where there is one, is the silence that may lie inside a phrase
taken as one word. Costs are negative log probabilities: `loop` for each frame spent in a speech phone's
self-loop, `silence` for each frame in silence's, `unk` for each `[unk]`, `unk_stay` for each phone of an
`[unk]` after its first. `unk` lists pronunciations of `[unk]`, in phones with their form; `unk_phones`, in
phones without, makes any row of them an `[unk]`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.errors import ModelError
from skill.messages.message import Message
from skill.model.acoustic import AcousticModel
from skill.vocabulary import UNKNOWN_WORD

SILENCE_PHONE = "SIL"
INNER_SILENCE = "SIL_I"
POSITIONS = ("nonword", "begin", "end", "internal", "singleton")


@dataclass(frozen=True)
class Phone:
    """One form of a phone: (forward, loop) transition numbers of its states, and its place in a word."""

    states: tuple[tuple[int, int], ...]
    position: str


@dataclass(frozen=True)
class Costs:
    """Negative natural log probabilities."""

    loop: float = 0.0  # per frame in the self-loop of a speech phone
    silence: float = 0.0  # per frame in the self-loop of silence
    inner_silence: float = 0.0  # per frame of the silence inside a phrase, so that a finished phrase wins
    unk: float = 0.0  # per [unk]
    unk_stay: float = 0.0  # per further phone of an [unk] made of any phones


@dataclass(frozen=True)
class PhoneSet:
    """All phones of one acoustic model."""

    phones: Mapping[str, Phone]
    costs: Costs
    unknown: tuple[tuple[str, ...], ...]
    unknown_phones: tuple[str, ...] = ()

    @property
    def knows_unknown(self) -> bool:
        """Is there an [unk]?"""
        return bool(self.unknown or self.unknown_phones)

    @property
    def speech(self) -> frozenset[str]:
        """Names without form: what a lexicon is written in."""
        return frozenset(name[:-2] for name in self.phones if name.endswith("_B"))


def read_phones(path: Path, acoustic: AcousticModel | None = None) -> PhoneSet:
    """Read phones.json; with `acoustic`, check that both speak of the same transitions.

    Raises ModelError with one sentence.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        found = _from_json(raw)
    except OSError as error:
        raise ModelError(Message("model.phones_unreadable", path=path, error=error.strerror)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(Message("model.no_list_of_phones", path=path, error=error)) from error
    if acoustic is not None:
        _check_against(found, acoustic, path)
    return found


def write_unknown_cost(path: Path, cost: float) -> None:
    """Change the cost of [unk] in a phones.json."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw.setdefault("costs", {})["unk"] = cost
    path.write_text(json.dumps(raw, ensure_ascii=False, indent=1), encoding="utf-8")


def _from_json(raw: dict[str, Any]) -> PhoneSet:
    phones = {}
    for name, value in raw["phones"].items():
        states = tuple((int(forward), int(loop or 0)) for forward, loop in value["states"])
        if not states or value["position"] not in POSITIONS:
            raise ValueError(f"phone {name}: no states, or an unknown position")
        phones[name] = Phone(states, value["position"])
    if SILENCE_PHONE not in phones:
        raise ValueError(f"no phone {SILENCE_PHONE}")
    for base in {name[:-2] for name, phone in phones.items() if phone.position == "begin"}:
        missing = [base + form for form in ("_B", "_I", "_E", "_S") if base + form not in phones]
        if missing:
            raise ValueError(f"no phone {missing[0]}")
    unknown = tuple(tuple(p) for p in raw.get("unk", []))
    for name in (n for pronunciation in unknown for n in pronunciation):
        if name not in phones:
            raise ValueError(f"{UNKNOWN_WORD} uses {name}, which is no phone")
    unknown_phones = tuple(raw.get("unk_phones", []))
    for name in unknown_phones:
        if name + "_B" not in phones:
            raise ValueError(f"{UNKNOWN_WORD} uses {name}, which is no phone")
    costs = {key: float(value) for key, value in raw.get("costs", {}).items()}
    return PhoneSet(phones, Costs(**costs), unknown, unknown_phones)


def _check_against(phones: PhoneSet, acoustic: AcousticModel, path: Path) -> None:
    """A transition number that the network lacks makes libvosk abort, so it is refused here."""
    for name, phone in phones.phones.items():
        ids = set()
        for forward, loop in phone.states:
            for number, is_loop in ((forward, False), (loop, True)):
                if number == 0 and is_loop:
                    continue
                if not 1 <= number <= len(acoustic.transitions):
                    raise ModelError(
                        Message("model.phone_unknown_transition", path=path, name=name, number=number)
                    )
                transition = acoustic.transitions[number - 1]
                if transition.is_self_loop != is_loop:
                    raise ModelError(Message("model.phone_exchanged", path=path, name=name))
                ids.add(transition.phone)
        if len(ids) != 1:
            raise ModelError(Message("model.phone_mixes", path=path, name=name))


def word_boundaries(phones: PhoneSet, acoustic: AcousticModel) -> dict[int, str]:
    """Phone number in final.mdl → its place in a word (graph/phones/word_boundary.int)."""
    return dict(
        sorted(
            (acoustic.transitions[phone.states[0][0] - 1].phone, phone.position)
            for phone in phones.phones.values()
        )
    )
