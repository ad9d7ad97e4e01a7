"""Does a voice's embedding tell the one who sleeps here from others, also when they cry? To know before building on it.

    python -m tests.bench.second_ear.voiceprint --weights pretrained.pt --clips DIR --talk DIR

--weights: of the package Resemblyzer (Apache-2.0; a network that has heard people of VoxCeleb and LibriSpeech). Each
voice in turn is the person: enrolled with half of its clips, clean or (--in-room) also in made-up rooms, as it would be
from the pillow; recognised by the others in every condition of the cries. Others are the same wordings by the
other voices, and every file below --talk. Shown: of the person's own cries, the share that is as near as is needed for
80 and 95 % of the others to be told apart, and the share of equal error. The person's voices are SYNTHETIC.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from skill.audio.samples import RATE_HZ
from skill.hearing.capture.microphone import WavMicrophone
from tests.bench.listening.common import Floats, arguments, figure, load_clips, wilson
from tests.bench.second_ear.cries import CONDITIONS, in_conditions

WINDOW, HOP, BANDS, FRAMES = 400, 160, 40, 160  # of the network: samples, mel bands, frames of one look
NORMAL_DBFS = -30.0


def mel_filters() -> Floats:
    """Slaney's bands with equal areas, 0 to 8 kHz: (BANDS, WINDOW // 2 + 1)."""
    linear, step, above = 200.0 / 3, 15.0, np.log(6.4) / 27.0

    def hz(mel: Floats) -> Floats:
        return np.where(mel < step, mel * linear, 1000.0 * np.exp(above * (mel - step)))

    edges = hz(np.linspace(0.0, step + np.log(8.0) / above, BANDS + 2))
    places = np.arange(WINDOW // 2 + 1) * RATE_HZ / WINDOW
    rise = (places - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - places) / np.diff(edges)[1:, None]
    return np.maximum(0.0, np.minimum(rise, fall)) * (2.0 / (edges[2:] - edges[:-2]))[:, None]


class VoiceEncoder:
    """Sound in, a unit vector of 256 numbers out."""

    def __init__(self, weights: Path) -> None:
        import torch

        state = torch.load(weights, map_location="cpu", weights_only=True)["model_state"]
        self._torch = torch
        self._lstm = torch.nn.LSTM(BANDS, 256, 3, batch_first=True)
        self._lstm.load_state_dict({k[5:]: v for k, v in state.items() if k.startswith("lstm.")})
        self._weight, self._bias = state["linear.weight"], state["linear.bias"]
        self._filters = mel_filters()

    def of(self, sound: Floats) -> Floats:
        sound = sound / 32768
        sound = sound * 10 ** (NORMAL_DBFS / 20) / np.sqrt(np.mean(sound**2) + 1e-12)
        sound = np.pad(sound, (0, max(0, FRAMES * HOP - len(sound))))
        padded = np.pad(sound, WINDOW // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP] * np.hanning(WINDOW + 1)[:-1]
        mels = (np.abs(np.fft.rfft(frames)) ** 2 @ self._filters.T).astype(np.float32)
        starts = range(0, max(1, len(mels) - FRAMES + 1), FRAMES // 2)
        looks = self._torch.from_numpy(np.stack([mels[at : at + FRAMES] for at in starts]))
        with self._torch.no_grad():
            hidden = self._lstm(looks)[1][0][-1]
            raw = self._torch.relu(hidden @ self._weight.T + self._bias)
            one = (raw / raw.norm(dim=1, keepdim=True)).mean(0)
        return np.asarray(one / one.norm(), dtype=np.float64)


def least_for(others: Floats, share: float) -> float:
    """How near one has to be so that this share of the others is not."""
    return float(np.quantile(others, share))


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--talk", type=Path, action="append", default=[])
    parser.add_argument("--in-room", action="store_true")
    parser.add_argument("--most-talk", type=int, default=400)
    options = parser.parse_args()
    encoder = VoiceEncoder(options.weights)
    by_voice = defaultdict(list)
    for clip in load_clips(options.clips):
        by_voice[clip.voice].append(clip)
    voices = {name: clips for name, clips in by_voice.items() if len(clips) >= 8}
    files = sorted(file for folder in options.talk for file in folder.rglob("*.wav"))
    chosen = np.random.default_rng(options.seed).permutation(len(files))[: options.most_talk]
    talk = [np.frombuffer(b"".join(WavMicrophone(files[i])), np.int16) for i in chosen]
    of_talk = np.array([encoder.of(sound.astype(np.float64)) for sound in talk]).reshape(-1, 256)
    clean = {n: np.array([encoder.of(c.sound.astype(np.float64)) for c in cs]) for n, cs in voices.items()}
    near: dict[str, list[float]] = {condition: [] for condition in CONDITIONS}
    least: dict[str, list[tuple[float, float]]] = {condition: [] for condition in CONDITIONS}
    errors = []
    for name, clips in voices.items():
        enrolled = ("clean", "room") if options.in_room else ("clean",)
        read = [cry.sound for cry in in_conditions(clips[::2]) if cry.condition in enrolled]
        person = np.mean([encoder.of(sound) for sound in read], axis=0)
        person /= np.linalg.norm(person)
        others = np.concatenate([of_talk @ person, *(clean[o] @ person for o in voices if o != name)])
        own = []
        for cry in in_conditions(clips[1::2]):
            score = float(encoder.of(cry.sound) @ person)
            own.append(score)
            near[cry.condition].append(score)
            least[cry.condition].append((least_for(others, 0.8), least_for(others, 0.95)))
        at = np.sort(np.concatenate([own, others]))
        errors.append(min(max(np.mean(np.array(own) < t), np.mean(others >= t)) for t in at))
    print(
        f"voices {sorted(voices)}; others' utterances {len(of_talk)} of talk, {sum(map(len, clean.values()))} clips"
    )
    for condition, scores in near.items():
        for place, share in enumerate((80, 95)):
            right = sum(s >= bounds[place] for s, bounds in zip(scores, least[condition], strict=True))
            figure(f"{condition}: as near as {share} % of others are not", wilson(right, len(scores)), "97 %")
    figure("equal error, mean over voices", f"{100 * float(np.mean(errors)):.0f} %", "-")


if __name__ == "__main__":
    main()
