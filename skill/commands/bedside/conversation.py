"""Both sides of the conversation on the terminal, as it goes."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from skill.content.script import Script
from skill.events import Fault, Heard, Record, Say, Spoken, StopSpeaking, Unclear


class Conversation:
    """A witness that prints one line for each thing said and heard, with the time of the night."""

    def __init__(
        self, script: Script, now_s: Callable[[], float], console: Console, begun_s: float = 0.0
    ) -> None:
        """`now_s` counts from the start of the night, which was at `begun_s` of the audio clock."""
        self._script = script
        self._now_s = now_s
        self._console = console
        self._begun_s = begun_s

    def saw(self, what: object) -> None:
        match what:
            case Heard(intent, phrase, _, at_s):
                meaning = f"{intent.name}:{intent.value}" if intent.value else intent.name
                self._line(at_s - self._begun_s, "person", f"«{phrase}»", "bold cyan", f"  ({meaning})")
            case Unclear(at_s, duration_s):
                self._line(
                    at_s - self._begun_s, "person", f"… ({duration_s:.1f} s, ikke forstått)", "dim cyan"
                )
            case Say(_, keys):
                self._line(self._now_s(), "krampevakt", " ".join(map(self._script.text, keys)), "bold green")
            case Spoken(_, False):
                self._line(self._now_s(), "", "(stemmen ble avbrutt)", "dim")
            case StopSpeaking():
                self._line(self._now_s(), "", "(stille)", "dim")
            case Record("danger_sign", data):
                self._line(
                    self._now_s(), "journal", f"faretegn {data['sign']}, råd {data['number']}", "bold red"
                )
            case Record("step_ended", data):
                self._line(self._now_s(), "journal", f"{data['rung']}: {data['outcome']}", "dim")
            case Record("episode_ended", data):
                self._line(self._now_s(), "journal", f"episoden er slutt: {data['reason']}", "dim")
            case Fault(_, severity, sentence):
                self._line(self._now_s(), "feil", sentence, "bold red" if severity != "notice" else "yellow")
            case _:
                pass

    def _line(self, at_s: float, who: str, what: str, style: str, after: str = "") -> None:
        minutes, seconds = divmod(max(at_s, 0.0), 60)
        line = Text(f"{int(minutes):02d}:{seconds:04.1f}  ", style="dim")
        line.append(f"{who:>10}  ", style="dim")
        line.append(what, style=style)
        line.append(after, style="dim")
        self._console.print(line)
