"""All settings of one installation: one frozen value, read and saved by `skill.settings.file`."""

from __future__ import annotations

from dataclasses import dataclass, field

from skill.languages import Language


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How it speaks."""

    speaker: str = "woman"  # woman | man: the sentences that come spoken; engine: everything by the engine
    engine: str = "pyttsx3"  # pyttsx3 | piper
    name: str = "nb"  # an espeak-ng voice with variant (nb+f3), or the path of a Piper voice file
    rate_wpm: int = 120  # words a minute
    day_volume_db: float = 0.0  # relative to the normalised loudness of the prompts
    night_volume_db: float = -6.0
    quiet_from: str = "22:00"  # local time; the night volume holds until quiet_to
    quiet_to: str = "07:00"
    answer_pause_s: float = 6.0  # how long a question waits for an answer
    in_the_hold: str = "words"  # what is heard while a stretch is held: words | breathing | here (soft tones)


@dataclass(frozen=True, slots=True)
class Audio:
    """Devices, by name; "" is the system's default."""

    microphone: str = ""
    loudspeaker: str = ""
    wake_enabled: bool = True  # False: no microphone is open, and nothing is heard
    second_ear: bool = True
    echo_cancelling: bool = True


@dataclass(frozen=True, slots=True)
class Profile:
    """What changes the relief or the danger signs. Everything is optional and False by default."""

    fall_last_year: bool = False
    walking_aid: bool = False
    dizziness: bool = False
    sedatives: bool = False
    stroke: bool = False
    parkinsons: bool = False
    low_blood_pressure: bool = False
    hip_operation_alone: bool = False
    late_pregnancy: bool = False
    pregnant: bool = False
    prosthesis: bool = False  # hip or knee
    lives_alone: bool = False
    may_stand: bool = False  # the person has said that standing is fine
    footboard: bool = False
    towel_in_bed: bool = False
    alarm_button: bool = False
    phone_by_bed: bool = False
    helper: bool = False
    diabetes: bool = False
    poor_circulation: bool = False
    blood_thinners: bool = False
    clot_risk: bool = False  # operation, plaster, bed rest, birth, hormones, an earlier clot, cancer
    long_breathless: bool = False
    long_numbness: bool = False
    long_cold_feet: bool = False
    medicines: str = ""


@dataclass(frozen=True, slots=True)
class Privacy:
    """What is kept, and for how long. Off unless the person turns it on."""

    keep_transcripts: bool = False
    keep_days: int = 0  # 0: for ever; else episodes older than this are erased


@dataclass(frozen=True, slots=True)
class Web:
    """The pages."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = 8713
    allowed_hosts: tuple[str, ...] = ()
    pin_hash: str = ""  # needed before host may be other than the loopback
    reader_hash: str = ""  # of a second PIN, for those who may only read
    behind_proxy: bool = False  # a web server in front hands the pages on, below a path of its own
    metrics: bool = False  # /metrics for Prometheus, open without a PIN


@dataclass(frozen=True, slots=True)
class RoutineSettings:
    """Conversations that the device begins by itself, if at all."""

    evening_reminder: str = ""  # local time, "" for none
    morning_questions: bool = True  # answered when the person says good morning, or on the page


@dataclass(frozen=True, slots=True)
class ConnectSettings:
    """Who is told when something is wrong, and how. A process of its own does it (skill/connect); off by default."""

    enabled: bool = False
    way: str = "none"  # none | webhook | ntfy | mail
    person: str = ""  # who gets the messages: for the page and the greeting
    address: str = (
        ""  # https://… of a webhook or an ntfy topic; smtp://host:port or smtps://host:port for mail
    )
    mail_to: str = ""  # addresses with a comma between
    user: str = ""
    password: str = ""  # sent only together with a user, or alone as an ntfy token
    certificate: str = (
        ""  # a file: who signed the certificate of one's own server; "" for the system's authorities
    )
    tell_danger: bool = True
    tell_no_answer: bool = True
    tell_deaf: bool = True
    mqtt_host: str = ""  # "" for no MQTT
    mqtt_port: int = 1883
    mqtt_tls: bool = False
    mqtt_user: str = ""
    mqtt_password: str = ""
    mqtt_listening: bool = False  # a switch that turns listening off and on
    mqtt_evening: bool = False  # a button that begins the evening's stretches
    mqtt_say: bool = False  # a text to be said aloud, such as «sykepleieren kommer»
    mqtt_ward: bool = False  # one bed of a ward: it is called there as it logs in at the broker


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a person can choose. A wrong value never keeps the service from helping at night."""

    language: Language = "nb"
    model_path: str = ""  # a Vosk folder of one's own; "" is the one that ships
    english_model_path: str = ""
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    audio: Audio = field(default_factory=Audio)
    profile: Profile = field(default_factory=Profile)
    privacy: Privacy = field(default_factory=Privacy)
    web: Web = field(default_factory=Web)
    routine: RoutineSettings = field(default_factory=RoutineSettings)
    connect: ConnectSettings = field(default_factory=ConnectSettings)
    set_up: bool = False  # the first-start guide was finished or skipped
