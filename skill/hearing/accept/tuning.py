"""The numbers by which the listener decides when to act on what is heard."""

from __future__ import annotations

from dataclasses import dataclass, field

from skill.hearing.detect.gate import GateTuning


@dataclass(frozen=True, slots=True)
class ListenerTuning:
    """When to act on what is heard."""

    pre_roll_s: float = 0.4  # kept from before the gate opened, so that the first syllable isn't lost
    begin_voiced: int = 3  # voiced frames among the last five that begin an utterance
    quiet_s: float = 0.2  # after this much quiet a phrase that can't go on is acted on
    end_s: float = 0.78  # and any phrase is over
    unclear_end_s: float = 1.1  # what is not a phrase yet may still become one
    shortest_s: float = 0.1  # of voiced sound; less is a click
    pre_roll_over_own_voice_s: float = 0.24  # shorter, for it holds our own voice
    pre_roll_over_talk_s: float = 0.3  # of what rises above talk that does not stop
    longest_s: float = 6.0  # no phrase is longer: from here on it is talk, and no longer decoded
    most_pauses: int = 4  # nor has any more pauses: each costs decoding all of it once more
    kept_pause_s: float = 0.1  # longer pauses inside an utterance are shortened to this for the recogniser
    played_before_s: float = 0.6  # of our own sound before what is said over it: an echo comes late
    quiet_over_own_voice_s: float = 0.3  # there, a soft consonant looks like quiet
    fastest_s_per_letter: float = 0.03  # a phrase said faster or slower than this was something else
    slowest_s_per_letter: float = 0.17
    slowest_s: float = 0.6  # beside that, for «jaaa» and a pause for breath
    unclear_s: float = 0.24  # less speech than this is never complained about
    unclear_above_floor_db: float = 12.0
    unclear_speech_like: float = 0.5  # share of its voiced sound that has to be like speech
    # of what breaks the night: the softest whisper has 0.4, breathing that happens to fit a phrase 0.2
    least_speech_like: float = 0.25
    gives_way_s: float = 0.5  # our own voice, from its beginning, to what was begun before it
    talk_within_s: float = 20.0  # in so long a time,
    talk_s: float = 3.0  # so much speech that was no phrase: somebody talks
    again_s: float = 20.0  # within this time, what was doubted amid talk is believed when it is said again
    ask_s: float = 0.1  # after so much quiet the second ear is asked: it answers before `quiet_s` is over
    clear_score: float = -1.0  # from here on it is acted on at the first quiet,
    unclear_score: float = -2.2  # and from here down only after a clear pause
    cut_whole: float = -1.4  # so well must a phrase be heard when its beginning may be lost
    opinion_s: float = 0.5  # later than this after it was asked, the second ear is not waited for
    gate: GateTuning = field(default_factory=GateTuning)
