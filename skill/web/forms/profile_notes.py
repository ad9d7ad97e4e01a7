"""What a page says when answers of the profile contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from skill.languages import Language
from skill.settings.contradictions import contradictions, load_contradiction_texts
from skill.settings.values import Profile


@cache
def _texts(prompts: Path) -> Mapping[str, Mapping[Language, str]]:
    return load_contradiction_texts(prompts)


def profile_notes(profile: Profile, prompts: Path, language: Language) -> tuple[str, ...]:
    """A sentence for each contradiction, saying which answer is followed; () when all fits."""
    return tuple(_texts(prompts)[name][language] for name in contradictions(profile))
