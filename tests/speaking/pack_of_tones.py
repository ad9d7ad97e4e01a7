"""A small pack of spoken sentences for tests: tones, written as the builder writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from skill.speaking.making.build import encoded
from skill.speaking.pack.manifest import Manifest, SpokenSentence, save_pack
from tests.speaking.tones import ToneVoice, tone

RATE_WPM = 120


def write_pack(folder: Path, sentences: Iterable[str], rate_wpm: int = RATE_WPM) -> Manifest:
    """Each sentence as a tone of its own pitch (`ToneVoice.pitch_hz`), as long as speech would be."""
    folder.mkdir(parents=True, exist_ok=True)
    said: dict[str, SpokenSentence] = {}
    for sentence in sentences:
        data = encoded(tone(ToneVoice.pitch_hz(sentence), 0.09 * len(sentence) + 0.2, rate_hz=24_000))
        digest = hashlib.sha256(data).hexdigest()
        (folder / f"{digest[:16]}.opus").write_bytes(data)
        said[sentence] = SpokenSentence(f"{digest[:16]}.opus", digest, "t ˈ oː n ə .")
    manifest = Manifest("nb", "woman", "tones", "tone", rate_wpm, 0.4, said)
    save_pack(folder, manifest)
    return manifest
