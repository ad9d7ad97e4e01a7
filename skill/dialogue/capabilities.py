"""What a person's profile allows, collapsed to the few facts that the dialogue has to know."""

from __future__ import annotations

from dataclasses import dataclass

from skill.settings.contradictions import stays_in_bed
from skill.settings.values import Profile


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Derived from the profile and the settings. Everything risky is off by default."""

    may_stand: bool = False
    may_massage: bool = True
    lower_threshold: bool = False  # pregnancy
    towel: bool = False
    footboard: bool = False
    helper: bool = False
    prosthesis: bool = False
    alarm_button: bool = False
    phone: bool = False
    blood_thinners: bool = False
    long_breathless: bool = False
    long_numbness: bool = False
    long_cold_feet: bool = False
    medicines: bool = False
    morning_questions: bool = True  # «god morgen» begins them
    clot_risk: bool = False
    keep_phrases: bool = False  # consent to keep what was said, word by word
    quarter: int | None = None  # the wall clock: quarter hours since twelve, 0..47; None while it isn't known
    in_the_hold: str = "words"  # what keeps them company while they hold: words, or the tone of this name
    answer_s: float | None = None  # how long a question waits; None is the limit in prompts/limits.toml


def capabilities(
    profile: Profile,
    *,
    keep_phrases: bool = False,
    answer_s: float | None = None,
    morning_questions: bool = True,
    in_the_hold: str = "words",
) -> Capabilities:
    """Standing needs the person's own permission and none of the things that make a fall likely."""
    pregnant = profile.pregnant or profile.late_pregnancy
    return Capabilities(
        may_stand=profile.may_stand and not stays_in_bed(profile),
        may_massage=not pregnant,
        lower_threshold=pregnant,
        towel=profile.towel_in_bed,
        footboard=profile.footboard,
        helper=profile.helper,
        prosthesis=profile.prosthesis,
        alarm_button=profile.alarm_button,
        phone=profile.phone_by_bed,
        blood_thinners=profile.blood_thinners,
        clot_risk=profile.clot_risk,
        long_breathless=profile.long_breathless,
        long_numbness=profile.long_numbness,
        long_cold_feet=profile.long_cold_feet,
        medicines=bool(profile.medicines.strip()),
        morning_questions=morning_questions,
        keep_phrases=keep_phrases,
        answer_s=answer_s,
        in_the_hold=in_the_hold,
    )
