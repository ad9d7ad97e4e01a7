"""How a model's word list writes what is no plain word: phrases as one unit, rivals, and any other speech."""

from __future__ import annotations

PHRASE_JOINT = "_"  # «krampe i leggen» is the unit krampe_i_leggen
RIVAL = "~"  # ends the name of a word's rival; no word of a language holds it
UNKNOWN_WORD = "[unk]"  # the lexicon's word for any other speech
