"""Sentences drawn at random from templates: all of them would be millions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from random import Random

from hassil.expression import Alternative as OneOf
from hassil.expression import Expression, Group, ListReference, Permutation, RuleReference, TextChunk
from hassil.expression import Sentence as ParsedTemplate
from hassil.intents import IntentData, Intents, RangeSlotList, SlotList, TextSlotList

from skill.wyoming_server.closed_intents import Template, number_words

_WORDS_ONLY = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")


class SentenceSampler:
    """Draws from closed templates (`closed_intents.closed`); the same seed gives the same sentences."""

    def __init__(self, closed_templates: Template, seed: str) -> None:
        self._intents = Intents.from_dict(dict(closed_templates))
        self._random = Random(seed)

    def draw(self, each: int) -> Iterator[tuple[str, str]]:
        """(intent, sentence), at most ``each`` of every template, none twice, small letters and words only."""
        told: set[str] = set()
        for name, intent in self._intents.intents.items():
            for data in intent.data:
                for template in data.sentences:
                    for _ in range(each):
                        text = self._tidy(template, data)
                        if text and text not in told:
                            told.add(text)
                            yield name, text

    def _tidy(self, template: ParsedTemplate, data: IntentData) -> str | None:
        lists = {**self._intents.slot_lists, **data.slot_lists}
        rules = {**self._intents.expansion_rules, **data.expansion_rules}
        domains = data.requires_context.get("domain")
        wanted = {domains} if isinstance(domains, str) else set(domains or ())
        drawn = self._say(template.expression, _Within(lists, rules, wanted))
        text = " ".join(unicodedata.normalize("NFC", drawn).lower().split())
        return text if _WORDS_ONLY.fullmatch(text) else None

    def _say(self, part: Expression, within: _Within) -> str:
        if isinstance(part, TextChunk):
            return part.original_text
        if isinstance(part, RuleReference):
            return self._say(within.rules[part.rule_name].expression, within)
        if isinstance(part, ListReference):
            return self._from_list(within.lists[part.list_name], within)
        assert isinstance(part, Group)
        if isinstance(part, OneOf):
            return self._say(self._random.choice(part.items), within)
        items = list(part.items)
        if isinstance(part, Permutation):
            self._random.shuffle(items)
            return " ".join(self._say(item, within) for item in items)
        return "".join(self._say(item, within) for item in items)

    def _from_list(self, told: SlotList, within: _Within) -> str:
        if isinstance(told, TextSlotList):
            values = [v for v in told.values if within.allows((v.context or {}).get("domain"))]
            return self._say(self._random.choice(values).text_in, within)
        assert isinstance(told, RangeSlotList)
        number = self._random.choice(list(told.get_numbers()))
        return self._random.choice(number_words(number))


class _Within:
    """What a template may refer to; ``domains``: of what the thing may be, empty for any."""

    def __init__(
        self, lists: Mapping[str, SlotList], rules: Mapping[str, ParsedTemplate], domains: set[str]
    ) -> None:
        self.lists, self.rules = lists, rules
        self.allows: Callable[[object], bool] = lambda d: d is None or not domains or d in domains
