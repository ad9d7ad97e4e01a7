"""What a person had begun to say before our own voice began: heard on if the voice gives way, else drowned."""

from __future__ import annotations

from skill.audio.samples import FRAME_S


class BegunBefore:
    """A calm word is broken off when somebody turns out to speak; what they say is then whole."""

    def __init__(self, within_s: float) -> None:
        """`within_s`: a voice that still sounds after so long does not give way."""
        self._within_s = within_s
        self._voice_began_s: float | None = None
        self.waits = False  # our voice sounds, and may yet give way to what was begun before it
        self.grammar = ""  # that could be heard until our voice began

    def voice_begins(self, something_runs: bool, grammar: str) -> None:
        """At the end of the last frame. `something_runs`: an utterance, or the first frames of one, in `grammar`."""
        self.waits, self.grammar, self._voice_began_s = something_runs, grammar, None

    def voice_ends(self) -> bool:
        """Did it give way in time? What runs goes on then."""
        gave_way, self.waits = self.waits, False
        return gave_way

    def is_drowned(self, at_s: float) -> bool:
        """Of the frame that ends at `at_s`: from now on our voice counts, and what ran is lost."""
        if not self.waits:
            return False
        if self._voice_began_s is None:
            self._voice_began_s = at_s - FRAME_S
        if at_s - self._voice_began_s < self._within_s:
            return False
        self.waits = False
        return True

    def includes(self, moment_s: float) -> bool:
        """Did what is at `moment_s` come before our voice?"""
        return self._voice_began_s is None or moment_s <= self._voice_began_s

    def mixes_with(self, last_voiced_s: float) -> bool:
        """Is the end of what runs perhaps our own voice's? Then it has no end yet."""
        return self.waits and not self.includes(last_voiced_s)
