"""A head learns: its mistakes on what it is shown fall, and what ships is what was trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")
onnxruntime = pytest.importorskip("onnxruntime")

from models.training.second_ear.examples import Example, load, write  # noqa: E402
from models.training.second_ear.head import Plan, export, fit  # noqa: E402

PHONES = ("a", "k", "m")
PLAN = Plan(width=24, layers=1, passes=40, batch=8, rate=1e-2, dropout=0.0)


def example(labels: tuple[str, ...], rng: np.random.Generator) -> Example:
    """Each phone is every third of the hidden states, four steps long, with noise between."""
    hidden = rng.normal(0, 0.1, (8 * len(labels) + 8, 512))
    for place, label in enumerate(labels):
        hidden[8 * place + 4 : 8 * place + 8, PHONES.index(label) :: len(PHONES)] += 1.0
    return Example(hidden.astype(np.float16), labels)


def examples() -> list[Example]:
    rng = np.random.default_rng(2)
    rows = [("k", "a"), ("m", "a"), ("a",), ("k", "a", "m"), ("m", "a", "k"), ()]
    return [example(row, rng) for row in rows * 6]


def collapsed(log_probs: np.ndarray) -> tuple[str, ...]:
    best = log_probs.argmax(axis=-1)
    kept = [k for k, before in zip(best, [0, *best[:-1]], strict=True) if k and k != before]
    return tuple(PHONES[k - 1] for k in kept)


def test_it_learns_what_it_is_shown_and_that_nothing_is_nothing(tmp_path: Path) -> None:
    losses: list[float] = []
    head = fit(examples(), PHONES, PLAN, lambda _number, loss, _seconds: losses.append(loss))
    assert losses[-1] < 0.2 * losses[0]
    export(head, tmp_path / "head.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "head.onnx"), providers=["CPUExecutionProvider"])
    for labels in (("k", "a", "m"), ("m", "a"), ()):
        hidden = example(labels, np.random.default_rng(77)).hidden.astype(np.float32)[None]
        log_probs, beneath = session.run(["log_probs", "beneath"], {"hidden": hidden})
        assert collapsed(log_probs[0]) == labels
        assert beneath.shape == (1, hidden.shape[1], PLAN.width)
        weight, bias = (each.detach().numpy() for each in (head.out.weight, head.out.bias))
        outputs = beneath[0] @ weight.T + bias
        assert np.allclose(outputs - outputs[:, :1], log_probs[0] - log_probs[0][:, :1], atol=1e-4)


def test_the_same_examples_give_the_same_head() -> None:
    short = Plan(width=8, layers=1, passes=1, batch=8, dropout=0.1)
    one, other = (fit(examples(), PHONES, short).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_training_that_was_stopped_goes_on_and_ends_alike(tmp_path: Path) -> None:
    short = Plan(width=8, layers=1, passes=3, batch=8, dropout=0.1)
    kept = tmp_path / "head.pt"

    class Stopped(Exception):
        pass

    def stop(number: int, _loss: float, _seconds: float) -> None:
        if number == 1:
            raise Stopped

    with pytest.raises(Stopped):
        fit(examples(), PHONES, short, stop, kept)
    passes: list[int] = []
    resumed = fit(examples(), PHONES, short, lambda number, *_: passes.append(number), kept)
    assert passes == [1, 2]
    whole = fit(examples(), PHONES, short).state_dict()
    assert all(torch.equal(value, whole[name]) for name, value in resumed.state_dict().items())


def test_begun_with_an_earlier_head_it_ends_as_the_mean_of_both(tmp_path: Path) -> None:
    short = Plan(width=8, layers=1, passes=1, batch=8, dropout=0.0)
    first = fit(examples(), PHONES, short, kept=tmp_path / "first.pt").state_dict()
    mean = fit(examples(), PHONES, replace(short, start=tmp_path / "first.pt"), kept=tmp_path / "on.pt")
    on = torch.load(tmp_path / "on.pt")["head"]
    assert not torch.equal(on["out.bias"], first["out.bias"])
    for name, value in mean.state_dict().items():
        assert torch.allclose(value, (first[name] + on[name]) / 2)


def test_examples_come_back_from_their_files_as_they_were(tmp_path: Path) -> None:
    written = examples()
    write(iter(written), tmp_path, "heard")
    read = load(tmp_path)
    assert [each.labels for each in read] == [each.labels for each in written]
    assert all(np.array_equal(a.hidden, b.hidden) for a, b in zip(read, written, strict=True))
