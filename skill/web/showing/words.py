"""The words of one request: page texts and the script's sentences in the page's language."""

from __future__ import annotations

from functools import partial

from skill.content.script import NOTE, TONES
from skill.web.showing import dates
from skill.web.showing.page import language, t, term
from skill.web.showing.timeline import Words
from skill.web.site import site


def words() -> Words:
    """For the time line and the lists. A sentence that the script no longer has is shown by its key."""
    texts = site().spoken(language())
    return Words(
        t=t,
        term=term,
        spoken=lambda key: NOTE if key in TONES else texts.get(key, key),
        question=question_name,
        day_and_time=partial(dates.moment, language()),
    )


def question_name(name: str) -> str:
    """How a question reads on the page: its own page text, else the sentence that is spoken, else its name."""
    if site().texts.has(f"question.{name}"):
        return t(f"question.{name}")
    base, _, sign = name.partition(":")
    if sign and site().texts.has(f"question.{base}"):
        return f"{t(f'question.{base}')} ({term('sign', sign)})"
    return site().spoken(language()).get(f"ask.{name}", name.replace("_", " "))
