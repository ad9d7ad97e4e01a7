"""The languages that the device speaks, hears and writes, by their codes in settings, files and journal."""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["nb", "nn", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
