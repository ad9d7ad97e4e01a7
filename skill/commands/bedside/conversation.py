"""Both sides of the conversation on the terminal, as it goes."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from skill.content.script import Script
from skill.events import Fault, Heard, Record, Say, Spoken, StopSpeaking, Unclear
from skill.messages.message import Message, in_language
from skill.settings.rules import language_of


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
        self._person = self._shown(Message("commands.who_person"))
        self._journal = self._shown(Message("commands.who_journal"))
        self._fault = self._shown(Message("commands.who_fault"))

    def saw(self, what: object) -> None:
        match what:
            case Heard(intent, phrase, _, at_s):
                meaning = f"{intent.name}:{intent.value}" if intent.value else intent.name
                self._line(at_s - self._begun_s, self._person, f"«{phrase}»", "bold cyan", f"  ({meaning})")
            case Unclear(at_s, duration_s):
                self._line(
                    at_s - self._begun_s,
                    self._person,
                    self._shown(Message("commands.not_understood", duration_s=duration_s)),
                    "dim cyan",
                )
            case Say(_, keys):
                self._line(self._now_s(), "krampevakt", " ".join(map(self._script.text, keys)), "bold green")
            case Spoken(_, False):
                self._line(self._now_s(), "", self._shown(Message("commands.voice_cut_short")), "dim")
            case StopSpeaking():
                self._line(self._now_s(), "", self._shown(Message("commands.silence")), "dim")
            case Record("danger_sign", data):
                sign = Message("commands.danger_sign", sign=data["sign"], number=data["number"])
                self._line(self._now_s(), self._journal, self._shown(sign), "bold red")
            case Record("step_ended", data):
                self._line(self._now_s(), self._journal, f"{data['rung']}: {data['outcome']}", "dim")
            case Record("episode_ended", data):
                ended = Message("commands.episode_ended", reason=data["reason"])
                self._line(self._now_s(), self._journal, self._shown(ended), "dim")
            case Fault(_, severity, sentence):
                colour = "bold red" if severity != "notice" else "yellow"
                self._line(self._now_s(), self._fault, self._shown(sentence), colour)
            case _:
                pass

    def _shown(self, sentence: str) -> str:
        """In the language of the conversation."""
        return in_language(sentence, language_of(self._script.language) or "nb")

    def _line(self, at_s: float, who: str, what: str, style: str, after: str = "") -> None:
        minutes, seconds = divmod(max(at_s, 0.0), 60)
        line = Text(f"{int(minutes):02d}:{seconds:04.1f}  ", style="dim")
        line.append(f"{who:>10}  ", style="dim")
        line.append(what, style=style)
        line.append(after, style="dim")
        self._console.print(line)
