"""Hearing in noise what is heard in quiet: the pairs, the network that is read back, and what a short run reaches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")
pytest.importorskip("kaldi_native_fbank", reason="comes with the extra [training]")

from models.training.acoustic.export import final_mdl  # noqa: E402
from models.training.acoustic.harden import Hardening, Whole, harden  # noqa: E402
from models.training.acoustic.network import mfcc, of_ours  # noqa: E402
from models.training.acoustic.topology import SHIPPED  # noqa: E402
from models.training.examples.parallel import Parallel, joined, parallel  # noqa: E402
from models.training.speech.speak import Clip  # noqa: E402
from skill.audio.samples import RATE_HZ, Floats  # noqa: E402

SHIPPED_MODEL = Path(__file__).parents[3] / "models/nb/am/final.mdl"


def vowels(seconds: float, seed: int) -> Floats:
    """Buzz through slowly moving resonances: enough like speech to be heard as phones."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    out = np.zeros(len(t))
    for k in range(1, 30):
        formant = np.exp(-((120 * k - 600 - 400 * np.sin(2 * np.pi * 2 * t)) ** 2) / 2e5)
        out += formant * np.sin(2 * np.pi * 120 * k * t + rng.uniform(0, 6))
    return (0.2 * out / np.abs(out).max()).astype(np.float32)


def test_the_shipped_network_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    lower, upper = of_ours(SHIPPED_MODEL)
    with torch.no_grad():
        (tmp_path / "again.mdl").write_bytes(final_mdl(lower, upper, SHIPPED))
    again = Whole(*of_ours(tmp_path / "again.mdl")).state_dict()
    for name, weights in Whole(lower, upper).state_dict().items():
        torch.testing.assert_close(again[name], weights, rtol=1e-4, atol=1e-5)


def test_a_foreign_network_is_refused_by_name(tmp_path: Path) -> None:
    from models.training.acoustic import nnet3

    foreign = nnet3.model_file(nnet3.transition_model([(1, 0, 0)]), [], [("tdnn", nnet3.relu(4))], 0, 0)
    (tmp_path / "final.mdl").write_bytes(foreign)
    with pytest.raises(ValueError, match=r"no network of ours.*tdnn"):
        of_ours(tmp_path / "final.mdl")


def test_both_halves_of_a_pair_keep_step_frame_by_frame() -> None:
    x = vowels(1.5, 1)
    for seed in range(12):
        heard, was = parallel(x, np.random.default_rng(seed), [vowels(1.0, 2)])
        assert heard.shape == was.shape and heard.shape[1] == 40
        assert torch.isfinite(heard).all()


def test_some_pairs_are_as_they_were_and_some_hold_only_the_bedroom() -> None:
    x = vowels(1.5, 1)
    nothing = float(mfcc(np.zeros(RATE_HZ, np.float32))[:, 0].max()) + 1
    distances = []
    alone = 0
    for seed in range(60):
        heard, was = parallel(x, np.random.default_rng(seed), [vowels(1.0, 2)])
        alone += bool((was[:, 0] < nothing).all())
        distances.append(float((heard.float() - was.float())[:, 1:].abs().mean()))
    assert alone >= 1
    assert min(distances) < 3 < max(distances)


def test_clips_are_joined_with_pauses_and_each_is_used_once(tmp_path: Path) -> None:
    clips = []
    for k in range(6):
        soundfile.write(tmp_path / f"{k}.flac", vowels(1.2, k), RATE_HZ)
        clips.append(Clip(f"{k}.flac", ("ɑ",), "espeak", "f1", 1.2))
    rows = list(joined(clips, tmp_path, np.random.default_rng(1), seconds=2.5))
    assert [len(row) > 2.5 * RATE_HZ for row in rows] == [True, True, True]
    assert sum(len(row) for row in rows) >= 6 * 1.2 * RATE_HZ


def test_a_short_run_brings_what_is_heard_in_noise_nearer_to_what_is_heard_in_quiet(tmp_path: Path) -> None:
    lower, upper = of_ours(SHIPPED_MODEL)
    rng = np.random.default_rng(3)
    examples: list[Parallel] = []
    for seed in range(6):
        x = vowels(1.2, seed)
        noise = rng.standard_normal(len(x)).astype(np.float32) * np.float32(x.std() * 0.5)
        examples.append((torch.from_numpy(mfcc(x + noise)).half(), torch.from_numpy(mfcc(x)).half()))

    def apart(network: Whole) -> float:
        total = 0.0
        with torch.no_grad():
            for heard, was in examples:
                want = torch.log_softmax(Whole(lower, upper)(was.float()[None])[1], -1)
                have = torch.log_softmax(network(heard.float()[None])[1], -1)
                total += float((want.exp() * (want - have)).sum(-1).mean())
        return total

    before = apart(Whole(lower, upper))
    plan = Hardening(epochs=6, frames_per_batch=400, threads=1)
    lines: list[str] = []
    taught = harden(lower, upper, examples, plan, tmp_path / "checkpoint.pt", lines.append)
    assert apart(Whole(*taught)) < 0.8 * before
    # a run that was stopped goes on where it was: here at its end
    again = harden(lower, upper, examples, plan, tmp_path / "checkpoint.pt", lines.append)
    assert any("resumed" in line for line in lines)
    torch.testing.assert_close(again[0].weight, taught[0].weight)
