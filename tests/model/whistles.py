"""A tiny speech model that is right by construction: its phones are whistles of six pitches.

Kaldi's MFCC with as many coefficients as mel bins can be undone, so one affine layer can be written down that
listens to six mel bins: no training, 20 kB, and libvosk decodes it like any other model. A pause is silence,
and a hiss (all bins at once) is the sound of [unk].
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from skill.audio.samples import RATE_HZ
from skill.audio.wav import WavWriter

PITCH_HZ = {"ɑ": 300.0, "e": 700.0, "i": 1300.0, "k": 2200.0, "m": 3600.0, "s": 6000.0}
HISS = "GBG"
LEXICON = {
    "aks": ["ɑ k s"],
    "is": ["i s"],
    "kam": ["k ɑ m"],
    "kime": ["k i m e", "k e m e"],
    "mai": ["m ɑ i"],
    "mas": ["m ɑ s"],
    "me": ["m e"],
    "mei": ["m ɑ i"],
    "seks": ["s e k s"],
    "sak": ["s ɑ k"],
}
_MEL_BINS = 40
_LOW_HZ, _HIGH_HZ = 20.0, 7600.0
_TONE_SECONDS = 0.15
_HEARD_FROM = 17.0  # log energy of a mel bin; a whistle reaches 25, a still room 8


def sound(phones: str | Iterable[str], level: float = 6000.0, pause_s: float = 0.0) -> np.ndarray:
    """The whistled `phones` ("k ɑ m"; two spaces make a pause) as int16 samples."""
    rng = np.random.default_rng(7)
    time = np.arange(int(_TONE_SECONDS * RATE_HZ)) / RATE_HZ
    parts = []
    for phone in phones.split(" ") if isinstance(phones, str) else phones:
        if phone == HISS:
            parts.append(rng.standard_normal(len(time)) * level / 2)
        elif phone:
            parts.append(np.sin(2 * np.pi * PITCH_HZ[phone] * time) * level)
        else:
            parts.append(np.zeros(int(max(pause_s, 0.3) * RATE_HZ)))
    quiet = np.zeros(RATE_HZ // 2)
    joined = np.concatenate([quiet, *parts, quiet])
    return (joined + rng.standard_normal(len(joined))).astype(np.int16)


def word_sound(word: str, level: float = 6000.0) -> np.ndarray:
    return sound(LEXICON[word][0], level)


def write_wav(path: Path, samples: np.ndarray, rate_hz: int = RATE_HZ, channels: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with WavWriter(path, rate_hz, channels) as file:
        file.write(np.repeat(samples, channels))
    return path


def write_base(
    folder: Path, inner_silence: bool = True, states: int = 1, deaf_to_the_last: bool = False
) -> Path:
    """A base model: am/, conf/, phones.json, lexicon.tsv. `states`: of each phone's topology.

    `deaf_to_the_last`: the network lacks its last output, a fault that no look at the files shows.
    """
    names = ["SIL", *(["SIL_I"] if inner_silence else [])]
    places = ["nonword", *(["internal"] if inner_silence else [])]
    pdfs = [0] * len(names)
    for pdf, phone in enumerate([*PITCH_HZ, HISS], 1):
        for form, place in (("B", "begin"), ("E", "end"), ("I", "internal"), ("S", "singleton")):
            names.append(f"{phone}_{form}")
            places.append(place)
            pdfs.append(pdf)
    (folder / "am").mkdir(parents=True)
    (folder / "conf").mkdir()
    (folder / "am/final.mdl").write_bytes(_acoustic_model(pdfs, states, deaf_to_the_last))
    tids = {
        name: [[2 * (at * states + s) + 2, 2 * (at * states + s) + 1] for s in range(states)]
        for at, name in enumerate(names)
    }
    phones = {n: {"states": tids[n], "position": p} for n, p in zip(names, places, strict=True)}
    contract = {
        "phones": phones,
        "costs": {"loop": 0.1, "silence": 0.0, "unk": 0.5},
        "unk": [[HISS + "_S"]],
    }
    (folder / "phones.json").write_text(json.dumps(contract, ensure_ascii=False), encoding="utf-8")
    lines = [f"{w}\t{p}\ttest\twritten here\n" for w, ways in LEXICON.items() for p in ways]
    (folder / "lexicon.tsv").write_text("# whistled\n" + "".join(lines), encoding="utf-8")
    (folder / "conf/mfcc.conf").write_text(
        f"--sample-frequency={RATE_HZ}\n--use-energy=false\n--num-mel-bins={_MEL_BINS}\n"
        f"--num-ceps={_MEL_BINS}\n--low-freq={_LOW_HZ:.0f}\n--high-freq={_HIGH_HZ:.0f}\n"
    )
    (folder / "conf/model.conf").write_text(
        "--min-active=200\n--max-active=3000\n--beam=12.0\n--lattice-beam=2.0\n--acoustic-scale=1.0\n"
        "--frame-subsampling-factor=3\n--endpoint.silence-phones=1\n--endpoint.rule2.min-trailing-silence=0.3\n"
    )
    return folder


# --- Kaldi's binary format, just enough of it -----------------------------------------------------------


def _token(text: str) -> bytes:
    return text.encode() + b" "


def _int(value: int) -> bytes:
    return b"\x04" + struct.pack("<i", value)


def _float(value: float) -> bytes:
    return b"\x04" + struct.pack("<f", value)


def _ints(values: Sequence[int]) -> bytes:
    return b"\x04" + struct.pack(f"<i{len(values)}i", len(values), *values)


def _vector(values: np.ndarray) -> bytes:
    return _token("FV") + _int(len(values)) + np.asarray(values, "<f4").tobytes()


def _matrix(values: np.ndarray) -> bytes:
    return _token("FM") + _int(values.shape[0]) + _int(values.shape[1]) + np.asarray(values, "<f4").tobytes()


def _acoustic_model(pdfs: list[int], states: int, deaf_to_the_last: bool) -> bytes:
    """One transition model, one affine layer, log-softmax. Every state of a phone shares its pdf."""
    phones = range(1, len(pdfs) + 1)
    out = b"\x00B" + _token("<TransitionModel>") + _token("<Topology>")
    out += _ints(list(phones)) + _ints([-1, *(0 for _ in phones)]) + _int(-1) + _int(1) + _int(states + 1)
    for state in range(states):
        out += _int(state) + _int(state) + _int(2)
        out += _int(state) + _float(0.5) + _int(state + 1) + _float(0.5)
    out += _int(-1) + _int(-1) + _int(0) + _token("</Topology>")
    out += _token("<Tuples>") + _int(len(pdfs) * states)
    for phone, pdf in zip(phones, pdfs, strict=True):
        for state in range(states):
            out += _int(phone) + _int(state) + _int(pdf) + _int(pdf)
    log_probs = np.concatenate([[0.0], np.full(2 * len(pdfs) * states, np.log(0.5))])
    out += _token("</Tuples>") + _token("<LogProbs>") + _vector(log_probs) + _token("</LogProbs>")
    out += _token("</TransitionModel>") + _token("<Nnet3>")
    out += (
        b"\ninput-node name=input dim=40\n"
        b"component-node name=affine component=affine input=input\n"
        b"component-node name=softmax component=softmax input=affine\n"
        b"output-node name=output input=softmax objective=linear\n\n"
    )
    weight, bias = _listening_weights()
    if deaf_to_the_last:
        weight, bias = weight[:-1], bias[:-1]
    affine = _token("<FixedAffineComponent>") + _token("<LinearParams>") + _matrix(weight)
    affine += _token("<BiasParams>") + _vector(bias) + _token("</FixedAffineComponent>")
    empty = _vector(np.zeros(0))
    softmax = _token("<LogSoftmaxComponent>") + _token("<Dim>") + _int(len(bias))
    softmax += _token("<ValueAvg>") + empty + _token("<DerivAvg>") + empty + _token("<Count>") + _float(0)
    softmax += _token("<OderivRms>") + empty + _token("<OderivCount>") + _float(0)
    softmax += _token("<NumDimsSelfRepaired>") + _float(0) + _token("<NumDimsProcessed>") + _float(0)
    softmax += _token("</LogSoftmaxComponent>")
    out += _token("<NumComponents>") + _int(2)
    out += _token("<ComponentName>") + b"affine " + affine
    out += _token("<ComponentName>") + b"softmax " + softmax
    out += _token("</Nnet3>") + _token("<LeftContext>") + _int(0) + _token("<RightContext>") + _int(0)
    return out + _token("<Priors>") + empty


def _listening_weights() -> tuple[np.ndarray, np.ndarray]:
    """(pdfs, 40) and (pdfs,): silence is 0, a whistle its mel bin, a hiss all six."""
    n = np.arange(_MEL_BINS)
    dct = np.sqrt(2 / _MEL_BINS) * np.cos(np.pi / _MEL_BINS * (n[None] + 0.5) * n[:, None])
    dct[0] = np.sqrt(1 / _MEL_BINS)
    lifter = 1 + 11 * np.sin(np.pi * n / 22)
    log_mel = dct.T / lifter[None]  # mel bin × coefficient: undoes MFCC
    bins = log_mel[[_mel_bin(pitch) for pitch in PITCH_HZ.values()]]
    weight = np.concatenate([np.zeros((1, _MEL_BINS)), bins, 2.5 * bins.mean(0, keepdims=True)])
    bias = np.array([0.0, *[-_HEARD_FROM] * len(PITCH_HZ), -2.5 * _HEARD_FROM])
    return weight * 0.5, bias * 0.5


def _mel_bin(pitch_hz: float) -> int:
    def mel(hz: float) -> float:
        return 1127.0 * float(np.log(1 + hz / 700.0))

    width = (mel(_HIGH_HZ) - mel(_LOW_HZ)) / (_MEL_BINS + 1)
    return round((mel(pitch_hz) - mel(_LOW_HZ)) / width) - 1
