"""The second ear in its own process: asked, killed, started with damaged weights."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from skill.content.phrases import PhraseBook
from skill.events import Fault
from skill.hearing.accept.second_opinion import Opinion
from skill.hearing.capture.microphone import WavMicrophone
from skill.hearing.personal import Personal
from skill.hearing.process.second_ear import SecondEarProcess
from skill.hearing.second_ear_here import judged_phrases, try_second_ear
from skill.paths import models_dir, prompts_dir
from skill.second_ear.own_layer import OwnLayer
from skill.second_ear.verdict import ways_of_words
from skill.second_ear.weights import head_id, load_networks

CRY = np.frombuffer(
    b"".join(WavMicrophone(prompts_dir() / "demo/clips/solveig/krampe_i_leggen.flac")), np.int16
)
PATIENCE_S = 600.0  # a limit on how long a broken test may take, nothing that is measured
LEXICON = models_dir() / "nb" / "lexicon.tsv"
WEIGHTS = models_dir() / "second_ear"


def wait_for(what: Callable[[], bool]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until_s
        time.sleep(0.02)


@pytest.fixture
def faults() -> queue.SimpleQueue[Fault]:
    return queue.SimpleQueue()


@pytest.fixture
def ear(book: PhraseBook, faults: queue.SimpleQueue[Fault]) -> Iterator[SecondEarProcess]:
    running = SecondEarProcess(WEIGHTS, LEXICON, judged_phrases(book, LEXICON), faults.put)
    yield running
    running.close()


def best_of(ear: SecondEarProcess, sound: np.ndarray) -> str:
    ticket = ear.ask("idle", sound.tobytes())
    found = None

    def answered() -> bool:
        nonlocal found
        found = found or ear.answer(ticket)
        return found is not None

    wait_for(answered)
    assert found is not None
    return max(found.whole, key=found.whole.__getitem__)


def test_it_says_which_phrase_explains_a_sound_and_begins_again_after_a_crash(
    ear: SecondEarProcess, faults: queue.SimpleQueue[Fault]
) -> None:
    wait_for(lambda: ear.there)
    assert best_of(ear, CRY) == "krampe i leggen"
    pid = ear.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    fault = faults.get(timeout=PATIENCE_S)
    assert (fault.source, fault.severity) == ("second_ear", "notice")
    assert "Det første hører alene" in fault.sentence
    wait_for(lambda: ear.there and ear.pid != pid)
    assert best_of(ear, CRY) == "krampe i leggen"


@pytest.mark.parametrize("name", ["head.onnx", "phones.json", "SHA256SUMS"])
def test_with_damaged_weights_it_is_never_there_and_says_why(
    tmp_path: Path, book: PhraseBook, faults: queue.SimpleQueue[Fault], name: str
) -> None:
    shutil.copytree(WEIGHTS, tmp_path / "ear")
    damaged = tmp_path / "ear" / name
    damaged.unlink() if name == "SHA256SUMS" else damaged.write_bytes(damaged.read_bytes()[:-9])
    ear = SecondEarProcess(tmp_path / "ear", LEXICON, judged_phrases(book, LEXICON), faults.put)
    try:
        sentence = faults.get(timeout=PATIENCE_S).sentence
        assert name in sentence and "hører med det første øret alene" in sentence
        assert not ear.there
    finally:
        ear.close()


def test_doctor_tries_it_once() -> None:
    assert try_second_ear(WEIGHTS, LEXICON) > 0.0


def test_a_phrase_without_pronunciation_is_left_to_the_first_ear(tmp_path: Path, book: PhraseBook) -> None:
    lexicon = tmp_path / "lexicon.tsv"
    lines = LEXICON.read_text("utf-8").splitlines()
    lexicon.write_text("\n".join(line for line in lines if not line.startswith("brystet\t")), "utf-8")
    judged = judged_phrases(book, lexicon)
    assert "krampe i leggen" in judged["idle"]
    assert "vondt i brystet" not in judged["idle"]


def answered_with(personal: Personal, book: PhraseBook, faults: queue.SimpleQueue[Fault]) -> Opinion:
    running = SecondEarProcess(WEIGHTS, LEXICON, judged_phrases(book, LEXICON), faults.put, personal)
    try:
        wait_for(lambda: running.there)
        ticket = running.ask("idle", CRY.tobytes())
        answers: list[Opinion | None] = []

        def answered() -> bool:
            answers.append(running.answer(ticket))
            return answers[-1] is not None

        wait_for(answered)
        assert answers[-1] is not None
        return answers[-1]
    finally:
        running.close()


def test_the_ways_of_one_person_reach_it(book: PhraseBook, faults: queue.SimpleQueue[Fault]) -> None:
    known = ways_of_words(LEXICON)
    as_said = tuple(phone for word in ("krampe", "i", "leggen") for phone in known[word][0])
    ways = {"krampe i foten": (as_said,)}
    found = answered_with(Personal(ways=ways), book, faults)
    assert found.whole["krampe i foten"] == pytest.approx(found.whole["krampe i leggen"], abs=0.3)


def test_the_layer_of_one_person_reaches_it(book: PhraseBook, faults: queue.SimpleQueue[Fault]) -> None:
    """This one hears the blank wherever nothing else is sure: what is half explained, it explains better."""
    sounded = load_networks(WEIGHTS).sounded(CRY)
    change = np.zeros((sounded.beneath.shape[1] + 1, sounded.log_probs.shape[1]), np.float32)
    change[-1, 0] = 6.0
    own = OwnLayer(head_id(WEIGHTS), change)
    without = answered_with(Personal(), book, faults)
    found = answered_with(Personal(layer=own.written()), book, faults)
    assert all(found.whole[phrase] >= without.whole[phrase] - 1e-4 for phrase in without.whole)
    assert found.whole != without.whole
