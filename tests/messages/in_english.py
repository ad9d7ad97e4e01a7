"""For tests that are written in English: what an error says, in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from skill.messages.message import in_language, sentence_of

Kind = TypeVar("Kind", bound=BaseException)


def said_in_english(error: BaseException) -> str:
    return in_language(sentence_of(error), "en")


@contextmanager
def raises_in_english(kind: type[Kind], match: str) -> Iterator[pytest.ExceptionInfo[Kind]]:
    """As pytest.raises, with `match` a regular expression for the English sentence."""
    with pytest.raises(kind) as caught:
        yield caught
    said = said_in_english(caught.value)
    assert re.search(match, said), said
