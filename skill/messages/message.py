"""A sentence that the program says of itself, as data: a key and values. Where it is shown, it gets its language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from skill.messages.catalogue import message_text

if TYPE_CHECKING:
    from typing import Self

    from skill.languages import Language

MessageValue = str | int | float | tuple[str, ...]
"""What is put in at a {placeholder}. A message among them is shown in the language of the whole; a tuple, line by
line."""


class Message(str):
    """`Message("journal.newer", path=file)`. As a plain string it reads in bokmål, for logs and tracebacks.

    Raises LookupError for a key or a placeholder that the catalogue doesn't have.
    """

    __slots__ = ("_values", "key")
    key: str
    _values: Mapping[str, MessageValue]

    def __new__(cls, key: str, /, **values: object) -> Self:
        kept = {name: _kept(value) for name, value in values.items()}
        self = super().__new__(cls, _rendered(key, kept, "nb"))
        self.key, self._values = key, kept
        return self

    @property
    def values(self) -> Mapping[str, MessageValue]:
        return dict(self._values)

    def in_language(self, language: Language) -> str:
        return _rendered(self.key, self._values, language)

    def as_json(self) -> dict[str, Any]:
        """For another process: `from_json` gives the same message there."""
        return {"key": self.key, "values": {name: _as_json(value) for name, value in self._values.items()}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Raises LookupError for what `as_json` did not write."""
        return cls(stored["key"], **{name: _from_json(value) for name, value in stored["values"].items()})

    def __reduce__(self) -> tuple[object, ...]:
        return type(self).from_json, (self.as_json(),)


def sentence_of(error: BaseException) -> str:
    """The message that an error of ours carries, else what it says of itself in one line."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, Message) else str(error).strip()


def in_language(sentence: str, language: Language) -> str:
    """In its language if it is a message; what others have said (a system, a library) stays as it is."""
    return sentence.in_language(language) if isinstance(sentence, Message) else sentence


def _kept(value: object) -> MessageValue:
    if isinstance(value, BaseException):
        return sentence_of(value)
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (tuple, list)):
        return tuple(v if isinstance(v, str) else str(v) for v in value)
    return str(value)


def sentence_as_json(sentence: str) -> Any:
    """For another process; `sentence_from_json` reads it."""
    return _as_json(sentence)


def sentence_from_json(stored: object) -> str:
    """A message, or what others have said. Raises LookupError for a message that isn't in the catalogue."""
    return Message.from_json(stored) if isinstance(stored, dict) else str(stored)


def _rendered(key: str, values: Mapping[str, MessageValue], language: Language) -> str:
    """A sentence within a sentence loses its full stop where the text has its own."""
    whole = message_text(key, language)
    shown = {name: _shown(value, language) for name, value in values.items()}
    for name, value in shown.items():
        if isinstance(value, str) and f"{{{name}}}." in whole:
            shown[name] = value.rstrip(".")
    return whole.format_map(shown)


def _shown(value: MessageValue, language: Language) -> str | int | float:
    if isinstance(value, tuple):
        return "\n".join(in_language(line, language) for line in value)
    return in_language(value, language) if isinstance(value, str) else value


def _as_json(value: MessageValue) -> Any:
    if isinstance(value, tuple):
        return [_as_json(line) for line in value]
    return value.as_json() if isinstance(value, Message) else value


def _from_json(value: Any) -> MessageValue:
    if isinstance(value, list):
        return tuple(str(line) if not isinstance(line, dict) else Message.from_json(line) for line in value)
    if isinstance(value, dict):
        return Message.from_json(value)
    kept: MessageValue = value
    return kept
