"""A scenario: what the simulated person says and when, and how the night should end. Read from prompts/demo/."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.errors import ContentError
from skill.messages.message import Message


@dataclass(frozen=True)
class ScriptedTurn:
    """One utterance of the person.

    It is said `wait_s` after the sentence with text key `after` has ended ("" = the start of the night),
    or, with `during`, `wait_s` after that sentence began: speaking into the device's own voice.
    Each turn is said once, and only after all turns before it.
    """

    say: str
    means: str  # the intent that it should be heard as, for the bench
    after: str = ""
    during: str = ""
    wait_s: float = 1.0


@dataclass(frozen=True)
class Scenario:
    """One simulated night."""

    name: str
    title: str
    voice: str  # folder of prompts/demo/clips/
    turns: tuple[ScriptedTurn, ...]
    ends: str  # reason of episode_ended
    must_say: tuple[str, ...]  # text keys that must be said, in this order
    never_say: tuple[str, ...]
    noise_dbfs: float
    quiet_after_s: float  # the night is over after this much silence
    limit_s: float


def load_scenarios(folder: Path) -> tuple[Scenario, ...]:
    """All scenarios of a folder, by name.

    Raises:
        ContentError: a file is not TOML, or lacks something; names the file.
    """
    return tuple(_load(path) for path in sorted(folder.glob("*.toml")))


def _load(path: Path) -> Scenario:
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        turns = tuple(
            ScriptedTurn(
                say=turn["say"],
                means=turn["means"],
                after=turn.get("after", ""),
                during=turn.get("during", ""),
                wait_s=float(turn.get("wait_s", 1.0)),
            )
            for turn in raw.get("turn", [])
        )
        expect = raw["expect"]
        return Scenario(
            name=path.stem,
            title=raw["title"],
            voice=raw["voice"],
            turns=turns,
            ends=expect["ends"],
            must_say=tuple(expect.get("must_say", ())),
            never_say=tuple(expect.get("never_say", ())),
            noise_dbfs=float(raw.get("noise_dbfs", -62.0)),
            quiet_after_s=float(raw.get("quiet_after_s", 8.0)),
            limit_s=float(raw.get("limit_s", 420.0)),
        )
    except tomllib.TOMLDecodeError as error:
        raise ContentError(Message("commands.scenario_not_toml", name=path.name, error=error)) from error
    except KeyError as error:
        raise ContentError(Message("commands.scenario_lacks", name=path.name, key=error)) from error
