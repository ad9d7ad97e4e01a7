"""What is kept of a training, and what a run says when there is nothing to learn from."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")

from models.training import teach  # noqa: E402


def test_a_share_of_the_way_between_two_networks() -> None:
    start, end = {"w": torch.tensor([0.0, 2.0])}, {"w": torch.tensor([1.0, 4.0])}
    assert torch.equal(teach.between(start, end, 0.5)["w"], torch.tensor([0.5, 3.0]))
    assert torch.equal(teach.between(start, end, 0.0)["w"], start["w"])
    assert torch.equal(teach.between(start, end, 1.0)["w"], end["w"])


def test_nothing_to_train_on_is_said() -> None:
    with pytest.raises(RuntimeError, match="speak and augment first"):
        teach.read([])


def test_the_second_training_is_the_careful_one() -> None:
    # a rate as high as the first one's made the network forget people (EXPERIMENTS.md)
    assert teach.REFINE.rate < teach.FIRST.rate / 4
    assert teach.REFINE.keep > 0
    assert 0 < teach.FIRST_KEPT < 1 and 0 < teach.REFINE_KEPT < 1
