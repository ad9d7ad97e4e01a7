"""Home Assistant's sentence templates without what could be any word at all, and with a home's names put in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hassil.errors import HassilError
from hassil.intents import Intents, RangeSlotList, WildcardSlotList
from hassil.numbers import get_rbnf_engine
from hassil.parser import ParseError
from hassil.recognize import RecognizeResult, recognize

from skill.errors import ModelError
from skill.messages.message import Message
from skill.wyoming_server.home_file import Home

Template = Mapping[
    str, Any
]  # as in home-assistant-intents: language, intents, lists, expansion_rules, skip_words
LANGUAGE = "nb"
NUMBERS = (
    "no"  # by this name the number words of bokmål are known to unicode-rbnf; Home Assistant, which asks for
)
# those of "nb", finds none and understands digits only
ANY_AREA = {"area": "-"}  # a satellite stands in some area; which one is Home Assistant's to know


def read_intents(source: Path | None) -> dict[str, Any]:
    """The templates: of a file (YAML or JSON), of a folder of YAML files, or of the installed package.

    Raises ModelError.
    """
    try:
        if source is None:
            from home_assistant_intents import get_intents

            return dict(get_intents(LANGUAGE) or {})
        files = sorted(source.rglob("*.yaml")) if source.is_dir() else [source]
        return _together(files)
    except ImportError as error:
        raise ModelError(Message("wyoming.extra_missing", error=error)) from error
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(Message("wyoming.intents_unreadable", file=source, error=error)) from error


def _together(files: list[Path]) -> dict[str, Any]:
    """Home Assistant keeps a file for each intent, and one for lists and rules: here they are one."""
    import yaml
    from hassil.util import merge_dict

    whole: dict[str, Any] = {"language": LANGUAGE, "intents": {}}
    for file in files:
        try:
            told = yaml.safe_load(file.read_text("utf-8"))
        except yaml.YAMLError as error:
            raise ValueError(f"{file.name}: {error}") from error
        if not isinstance(told, dict):
            raise ValueError(f"{file.name}: intents: …")
        merge_dict(whole, told)
    return whole


def closed(templates: Template, home: Home) -> dict[str, Any]:
    """The templates that only hold known words, with the lists ``area``, ``floor`` and ``name`` of ``home``.

    Half degrees go: nobody says them to a loudspeaker. Raises ModelError where no template is left.
    """
    lists = {name: _whole_numbers(each) for name, each in dict(templates.get("lists", {})).items()}
    lists["area"] = {"values": list(home.areas)}
    lists["floor"] = {"values": list(home.floors)}
    lists["name"] = {
        "values": [
            {"in": name, "out": name, "context": {"domain": domain}}
            for domain, names in home.names.items()
            for name in names
        ]
    }
    whole: dict[str, Any] = {
        "language": LANGUAGE,
        "skip_words": list(templates.get("skip_words", [])),
        "expansion_rules": dict(templates.get("expansion_rules", {})),
        "lists": {name: each for name, each in lists.items() if each.get("values") or each.get("range")},
        "intents": dict(templates.get("intents", {})),
    }
    try:
        kept = {name: {"data": list(_sayable(whole, name, home))} for name in whole["intents"]}
    except (
        HassilError,
        ParseError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        AssertionError,
    ) as error:
        raise ModelError(Message("wyoming.intents_broken", error=error)) from error
    whole["intents"] = {name: intent for name, intent in kept.items() if intent["data"]}
    if not whole["intents"]:
        raise ModelError(Message("wyoming.no_sentences"))
    return whole


def _whole_numbers(told: Mapping[str, Any]) -> dict[str, Any]:
    if "range" not in told:
        return dict(told)
    return {"range": {key: value for key, value in told["range"].items() if key != "fractions"}}


def _sayable(whole: Template, intent: str, home: Home) -> Iterator[dict[str, Any]]:
    """The blocks of an intent with the templates whose lists all exist and are no wildcards."""
    alone = Intents.from_dict({**whole, "intents": {intent: whole["intents"][intent]}})
    for block, data in zip(whole["intents"][intent]["data"], alone.intents[intent].data, strict=True):
        lists = {**alone.slot_lists, **data.slot_lists}
        usable = {name for name, each in lists.items() if not isinstance(each, WildcardSlotList)}
        domains = data.requires_context.get("domain")
        wanted = {domains} if isinstance(domains, str) else set(domains or home.names)
        if not any(home.names.get(domain) for domain in wanted):
            usable.discard("name")
        rules = {**alone.expansion_rules, **data.expansion_rules}
        templates = [
            sentence.text
            for sentence in data.sentences
            if sentence.text and usable.issuperset(sentence.list_names(rules))
        ]
        if templates:
            yield {**block, "sentences": templates}


class ClosedSentences:
    """Is a text one of the sentences, and what does it mean?"""

    def __init__(self, closed_templates: Template) -> None:
        self._intents = Intents.from_dict(dict(closed_templates))
        self._digits = _digits_of(self._intents)

    def holds(self, text: str) -> bool:
        return self._find(text) is not None

    def meaning(self, text: str) -> str | None:
        """Intent and slots as one text; None for what is none of the sentences."""
        if (found := self._find(text)) is None:
            return None
        slots = {name: entity.value for name, entity in found.entities.items()}
        return f"{found.intent.name} {json.dumps(slots, ensure_ascii=False, sort_keys=True)}"

    def with_digits(self, text: str) -> str:
        """The sentence as Home Assistant understands it: numbers in digits («til 22 grader»)."""
        found = self._find(text)
        for entity in found.entities_list if found else ():
            digits = self._digits.get(entity.text.strip())
            if digits is not None:
                text = re.sub(rf"\b{re.escape(entity.text.strip())}\b", digits, text, count=1)
        return text

    def _find(self, text: str) -> RecognizeResult | None:
        return recognize(text, self._intents, intent_context=dict(ANY_AREA), language=NUMBERS)


def number_words(number: int | float) -> tuple[str, ...]:
    """All ways to say it: «én», «ei», «ett»."""
    said = get_rbnf_engine(NUMBERS).format_number(number).text_by_ruleset.values()
    return tuple(dict.fromkeys(each.replace("\u00ad", "") for each in said))


def _digits_of(intents: Intents) -> dict[str, str]:
    ranges = (each for each in intents.slot_lists.values() if isinstance(each, RangeSlotList))
    numbers = {int(number) for each in ranges for number in each.get_numbers()}
    return {words: str(number) for number in sorted(numbers) for words in number_words(number)}
