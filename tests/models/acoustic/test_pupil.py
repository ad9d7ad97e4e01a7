"""The second ear as teacher: which phones it says there are, and what the small network learns of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")
pytest.importorskip("kaldi_native_fbank", reason="comes with the extra [training]")

from models.training.acoustic import teach  # noqa: E402
from models.training.acoustic.harden import Hardening, Whole, harden  # noqa: E402
from models.training.acoustic.network import of_ours  # noqa: E402
from models.training.acoustic.pupil import PHONES_FROM, corrected  # noqa: E402
from models.training.acoustic.topology import SHIPPED  # noqa: E402
from models.training.examples.taught import BEFORE_S, BEHIND_S, COPIES, examples, row  # noqa: E402
from models.training.pipeline import Run  # noqa: E402
from skill.audio.samples import RATE_HZ, Floats  # noqa: E402

NB = Path(__file__).parents[3] / "models/nb"
PHONES = ("s", "t", "ɑ")


def heard_as(outputs: list[int], count: int, surety: float = 0.9) -> np.ndarray:
    """Log probabilities in which each step has one output of ``surety``."""
    out = np.full((len(outputs), count), (1 - surety) / (count - 1), np.float32)
    out[np.arange(len(outputs)), outputs] = surety
    return np.log(out)


def test_the_teachers_row_has_each_phone_once_and_a_mark_for_a_pause() -> None:
    said, sure = row(heard_as([0, 1, 1, 0, 1, 3, 0, *[0] * 10, 2], 4), PHONES)
    assert said == ["s", "s", "ɑ", "|", "t"]
    assert sure == pytest.approx(0.9)
    assert row(heard_as([0] * 20, 4), PHONES) == ([], 0.0)


def test_talk_of_which_the_teacher_is_not_sure_is_left_out(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).standard_normal(RATE_HZ).astype(np.float32) * np.float32(0.1)
    soundfile.write(tmp_path / "a.flac", noise, RATE_HZ)

    def hears(surety: float):  # type: ignore[no-untyped-def]
        def hear(_x: Floats) -> np.ndarray:
            return heard_as([1, 0, 3, 0, 2, 0, 3, 0], 4, surety)

        return hear

    taught = examples([tmp_path / "a.flac"], hears(0.9), PHONES, 1)
    assert len(taught) == COPIES
    for noisy, clean, said in taught:
        assert noisy.shape == clean.shape and said == "s ɑ t ɑ"
        quiet_s = len(clean) / 100 - 1 / 1.18
        assert quiet_s > BEFORE_S[0] + BEHIND_S[0] - 0.03  # a frame is 25 ms
    assert examples([tmp_path / "a.flac"], hears(0.5), PHONES, 1) == []


def test_the_teachers_phone_stands_where_the_network_hears_its_own() -> None:
    s, t, z, quiet = SHIPPED.enter["s"], SHIPPED.enter["t"], SHIPPED.enter["ɑ"], SHIPPED.enter["SIL"]
    # the network hears «tɑ» where the teacher hears «sɑ»
    heard = torch.from_numpy(heard_as([quiet, quiet, t, 0, z, 0, quiet, quiet], SHIPPED.outputs))[None]
    frames = torch.tensor([8])
    taught = corrected(heard, frames, ["s ɑ"], 1.0)[0]
    assert float(taught[2, s]) > 0.8 and float(taught[2, t]) < 0.05
    assert float(taught[4, z]) > 0.8
    torch.testing.assert_close(taught.sum(-1), torch.ones(8), rtol=1e-4, atol=1e-4)
    half = corrected(heard, frames, ["s ɑ"], 0.5)[0]
    torch.testing.assert_close(half, 0.5 * taught + 0.5 * heard[0].exp())


def test_blank_and_silence_keep_what_the_network_gives_them() -> None:
    s, quiet = SHIPPED.enter["s"], SHIPPED.enter["SIL"]
    heard = torch.from_numpy(heard_as([quiet, s, s, s, 0, quiet], SHIPPED.outputs, 0.7))[None]
    taught = corrected(heard, torch.tensor([6]), ["t"], 1.0)
    torch.testing.assert_close(taught[..., :PHONES_FROM], heard[..., :PHONES_FROM].exp())
    assert float(taught[0, 1:4, SHIPPED.enter["t"]].sum()) > 2


def test_a_row_that_cannot_be_in_the_sound_changes_nothing() -> None:
    heard = torch.from_numpy(heard_as([SHIPPED.enter["s"], 0, 0], SHIPPED.outputs, 0.99999))[None]
    same = corrected(heard, torch.tensor([3]), ["s t ɑ s t ɑ s t"], 1.0)
    torch.testing.assert_close(same, heard.exp())


def test_a_run_learns_the_teachers_phones_with_the_layers_that_may_move(tmp_path: Path) -> None:
    rng = torch.Generator().manual_seed(1)
    sound = torch.randn(90, 40, generator=rng).half()
    pair = (sound, sound, "k r ɑ m p ə")
    lower, upper = of_ours(NB / "am/final.mdl")
    before = Whole(*of_ours(NB / "am/final.mdl"))
    plan = Hardening(epochs=8, frames_per_batch=90, threads=1, rate=1e-3, corrected=1.0, moved=("upper.out",))
    lines: list[str] = []
    after = Whole(*harden(lower, upper, [pair], plan, tmp_path / "checkpoint.pt", lines.append))

    def cost(network: Whole) -> float:
        with torch.no_grad():
            own = torch.log_softmax(before(sound.float()[None])[1], -1)
            want = corrected(own, torch.tensor([30]), [pair[2]], 1.0)
            have = torch.log_softmax(network(sound.float()[None])[1], -1)
        return float(-(want * have).sum(-1).mean())

    assert cost(after) < cost(before)
    moved = {
        name
        for name, weights in after.state_dict().items()
        if not torch.equal(weights, before.state_dict()[name])
    }
    assert moved == {"upper.out.weight", "upper.out.bias"}


def test_the_step_keeps_a_part_and_says_what_it_needs(tmp_path: Path) -> None:
    lines: list[str] = []
    run = Run(
        tmp_path, tmp_path / "out", NB / "lexicon.tsv", [], start=NB / "am/final.mdl", small=True, processes=1,
        report=lines.append,
    )  # fmt: skip
    teach.pupil(run)
    assert "--teacher" in lines[0] and not (tmp_path / "pupil.pt").exists()
    rng = torch.Generator().manual_seed(1)
    pair = (
        torch.randn(60, 40, generator=rng).half(),
        torch.randn(60, 40, generator=rng).half(),
        "k r ɑ m p ə",
    )
    torch.save([pair], tmp_path / "taught.pt")
    teach.pupil(Run(**{**run.__dict__, "people": tmp_path, "teacher": NB.parent / "second_ear"}))
    kept = torch.load(tmp_path / "pupil.pt", weights_only=True)["lower"]["weight"]
    learnt = torch.load(tmp_path / "pupil_checkpoint.pt", weights_only=True)["student"]["lower.weight"]
    before = Whole(*of_ours(NB / "am/final.mdl")).lower.weight
    torch.testing.assert_close(kept, before + teach.PUPIL_KEPT * (learnt - before), rtol=1e-4, atol=1e-6)
    assert not torch.equal(learnt, before)
