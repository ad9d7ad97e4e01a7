"""Every setting: which duty takes a change of it, and what changes then.

A setting without a row fails a test, and so does a row whose effect nobody can see (tests/journeys).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Duty = Literal["texts", "voice", "listening", "loudspeaker"]
"""What has to be renewed. Everything else asks for the settings in force each time it needs one."""

ORDER: tuple[Duty, ...] = ("texts", "voice", "loudspeaker", "listening")


@dataclass(frozen=True, slots=True)
class Row:
    """`taken_by`: duties that renew a part. () where whoever is named in `changes` asks each time."""

    changes: str
    taken_by: tuple[Duty, ...] = ()


_ASKED_BY_DIALOGUE = Row("what the dialogue offers and asks: capabilities, at each event")
_ON_THE_SHEET = Row("the physician's sheet")
_ASKED_BY_CONNECT = Row("who is told what, and how: the process beside the service, each second")

TABLE: Mapping[str, Row] = {
    "language": Row("texts, phrases, voice and pages", ("texts", "voice", "listening")),
    "model_path": Row("the model that hears", ("listening",)),
    "english_model_path": Row("the model that hears, in English", ("listening",)),
    "set_up": Row("the first page shown"),
    "voice.speaker": Row("the sound of every sentence", ("voice",)),
    "voice.engine": Row("the sound of every sentence", ("voice",)),
    "voice.name": Row("the sound of every sentence", ("voice",)),
    "voice.rate_wpm": Row("how fast every sentence is", ("voice",)),
    "voice.day_volume_db": Row("the gain of the next sentence by day: mouth"),
    "voice.night_volume_db": Row("the gain of the next sentence by night: mouth"),
    "voice.quiet_from": Row("when the night volume holds: mouth, deafness"),
    "voice.quiet_to": Row("when the night volume holds: mouth, deafness"),
    "voice.answer_pause_s": Row("how long a question waits: capabilities, at each event"),
    "voice.in_the_hold": Row("words or a tone while a stretch is held: capabilities, at each event"),
    "audio.microphone": Row("the microphone that is open", ("listening",)),
    "audio.loudspeaker": Row("the loudspeaker that is open", ("loudspeaker",)),
    "audio.wake_enabled": Row("whether any microphone is open at all", ("listening",)),
    "audio.second_ear": Row("whether a second ear is asked", ("listening",)),
    "audio.echo_cancelling": Row("whether hearing is told what is played", ("listening",)),
    "profile.fall_last_year": _ASKED_BY_DIALOGUE,
    "profile.walking_aid": _ASKED_BY_DIALOGUE,
    "profile.dizziness": _ASKED_BY_DIALOGUE,
    "profile.sedatives": _ASKED_BY_DIALOGUE,
    "profile.stroke": _ASKED_BY_DIALOGUE,
    "profile.parkinsons": _ASKED_BY_DIALOGUE,
    "profile.low_blood_pressure": _ASKED_BY_DIALOGUE,
    "profile.hip_operation_alone": _ASKED_BY_DIALOGUE,
    "profile.late_pregnancy": _ASKED_BY_DIALOGUE,
    "profile.pregnant": _ASKED_BY_DIALOGUE,
    "profile.prosthesis": _ASKED_BY_DIALOGUE,
    "profile.lives_alone": Row("what the check-up says of calling for help"),
    "profile.may_stand": _ASKED_BY_DIALOGUE,
    "profile.footboard": _ASKED_BY_DIALOGUE,
    "profile.towel_in_bed": _ASKED_BY_DIALOGUE,
    "profile.alarm_button": _ASKED_BY_DIALOGUE,
    "profile.phone_by_bed": _ASKED_BY_DIALOGUE,
    "profile.helper": _ASKED_BY_DIALOGUE,
    "profile.diabetes": _ASKED_BY_DIALOGUE,
    "profile.poor_circulation": _ASKED_BY_DIALOGUE,
    "profile.blood_thinners": _ON_THE_SHEET,
    "profile.clot_risk": _ASKED_BY_DIALOGUE,
    "profile.long_breathless": _ASKED_BY_DIALOGUE,
    "profile.long_numbness": _ASKED_BY_DIALOGUE,
    "profile.long_cold_feet": _ASKED_BY_DIALOGUE,
    "profile.medicines": _ASKED_BY_DIALOGUE,
    "privacy.keep_transcripts": Row("whether phrases are written down: scribe, at each event"),
    "privacy.keep_days": Row("which nights are let go of: daily backup"),
    "web.enabled": Row("whether the pages are open, from the next start"),
    "web.host": Row("the address of the pages, from the next start"),
    "web.port": Row("the port of the pages, from the next start"),
    "web.allowed_hosts": Row("which names the pages answer to: door, at each request"),
    "web.pin_hash": Row("who may see the pages: door, at each request"),
    "web.reader_hash": Row("who may read them and change nothing: door, at each request"),
    "web.behind_proxy": Row("whether a proxy's path is believed, from the next start"),
    "web.metrics": Row("whether /metrics answers: at each request"),
    "routine.evening_reminder": Row("the evening's stretches: evening reminder, each second"),
    "routine.morning_questions": Row("whether «god morgen» begins questions: capabilities, at each event"),
    "connect.enabled": Row("whether a process beside the service tells others: side process, each second"),
    "connect.way": _ASKED_BY_CONNECT,
    "connect.person": _ASKED_BY_CONNECT,
    "connect.address": _ASKED_BY_CONNECT,
    "connect.mail_to": _ASKED_BY_CONNECT,
    "connect.user": _ASKED_BY_CONNECT,
    "connect.password": _ASKED_BY_CONNECT,
    "connect.certificate": _ASKED_BY_CONNECT,
    "connect.tell_danger": _ASKED_BY_CONNECT,
    "connect.tell_no_answer": _ASKED_BY_CONNECT,
    "connect.tell_deaf": _ASKED_BY_CONNECT,
    "connect.mqtt_host": _ASKED_BY_CONNECT,
    "connect.mqtt_port": _ASKED_BY_CONNECT,
    "connect.mqtt_tls": _ASKED_BY_CONNECT,
    "connect.mqtt_user": _ASKED_BY_CONNECT,
    "connect.mqtt_password": _ASKED_BY_CONNECT,
    "connect.mqtt_listening": _ASKED_BY_CONNECT,
    "connect.mqtt_evening": _ASKED_BY_CONNECT,
    "connect.mqtt_say": _ASKED_BY_CONNECT,
    "connect.mqtt_ward": _ASKED_BY_CONNECT,
}


def duties_for(keys: Iterable[str]) -> tuple[Duty, ...]:
    """What has to be renewed when these settings have changed, in the order in which that is done."""
    wanted = {duty for key in keys for duty in TABLE[key].taken_by}
    return tuple(duty for duty in ORDER if duty in wanted)
