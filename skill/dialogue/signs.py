"""Names for the danger signs, advices and questions that the dialogue must know; their codes stand in prompts/."""

from __future__ import annotations

ALARM = "T0a"
SEIZURE = "T0c"
STOMACH = "T0d"
SWELLING = "T2"
LONG_CRAMP = "T5"
LONG_CRAMP_PREGNANT = "T5_pregnant"
FEVER = "T7"

ASK_SWELLING = "t2"
ASK_CHEST = "t1_chest"
ASK_BREATH = "t1_breath"
