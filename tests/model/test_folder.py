from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from skill.errors import ModelError
from skill.messages.message import in_language
from skill.model.folder import Folder, model_faults, require, write_checksums
from skill.model.graph import grammar_fst
from skill.model.openfst.fst import vector_bytes
from tests.messages.in_english import raises_in_english


@pytest.fixture
def model(whistled_model: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(whistled_model, tmp_path / "model"))


def cut(name: str, share: float) -> Callable[[Path], None]:
    def damage(model: Path) -> None:
        data = (model / name).read_bytes()
        (model / name).write_bytes(data[: int(len(data) * share)])

    return damage


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(model: Path) -> None:
        text = (model / name).read_text(encoding="utf-8")
        assert old in text
        (model / name).write_text(text.replace(old, new), encoding="utf-8")

    return damage


def overwrite(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda model: (model / name).write_bytes(data) and None


def remove(name: str) -> Callable[[Path], None]:
    return lambda model: (model / name).unlink()


def word_list(text: str | None) -> Callable[[Path], None]:
    """A grammar without symbols, so that words.txt (or the lack of it) counts."""

    def damage(model: Path) -> None:
        (model / "graph/Gr.fst").write_bytes(vector_bytes(grammar_fst({"kam": 1})))
        (model / "graph/words.txt").unlink()
        if text is not None:
            (model / "graph/words.txt").write_text(text, encoding="utf-8")

    return damage


def static_graph(model: Path) -> None:
    (model / "graph/HCLr.fst").rename(model / "graph/HCLG.fst")


def swapped_transducers(model: Path) -> None:
    shutil.copy(model / "graph/Gr.fst", model / "graph/HCLr.fst")


def test_a_whole_folder_has_no_fault(model: Path) -> None:
    assert model_faults(model) == []
    assert require(model).words["kam_is"] > 0


def test_words_that_it_can_not_hear_are_named(model: Path) -> None:
    assert Folder(model).missing(["kam", "krampe", "krampe", "[unk]"]) == ["krampe"]


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (cut("am/final.mdl", 0.5), "cut short|damaged"),
        (cut("am/final.mdl", 0.02), "damaged|cut short"),
        (cut("am/final.mdl", 0.0), "not a Kaldi acoustic model"),
        (cut("graph/HCLr.fst", 0.7), "HCLr.fst is damaged"),
        (cut("graph/HCLr.fst", 0.0), "HCLr.fst is damaged"),
        (cut("graph/Gr.fst", 0.7), "Gr.fst is damaged"),
        (overwrite("am/final.mdl", b"PK\x03\x04 a zip file"), "not a Kaldi acoustic model"),
        (overwrite("graph/words.txt", b"\xff\xfe"), "words.txt"),
        (overwrite("graph/words.txt", b"hello\n"), "no list of words"),
        (remove("graph/HCLr.fst"), "graph/HCLr.fst missing"),
        (remove("conf/mfcc.conf"), "conf/mfcc.conf missing"),
        (replace("graph/words.txt", "kam ", "hav "), "different words"),
        (word_list(None), "no list of words"),
        (word_list("<eps> 0\nkam 1\nis 2\n"), r"lacks \[unk\]"),
        (word_list("<eps> 0\n[unk] 1\n"), "knows no words"),
        (word_list("<eps> 0\n[unk] 1\na\u030aks 2\n"), "not NFC"),
        (remove("graph/phones/word_boundary.int"), "without times"),
        (static_graph, "fixed graph"),
        (swapped_transducers, "is of type vector"),
        (replace("conf/model.conf", "--endpoint.silence-phones=1\n", ""), "silence-phones"),
        (replace("conf/model.conf", "silence-phones=1", "silence-phones=4711"), "final.mdl lacks"),
        (replace("conf/mfcc.conf", "16000", "8000"), "8000 Hz"),
    ],
)
def test_each_fault_gets_one_sentence(damage: Callable[[Path], None], sentence: str, model: Path) -> None:
    damage(model)
    with raises_in_english(ModelError, match=sentence) as caught:
        require(model)
    assert str(model) in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_graph_of_another_acoustic_model_is_refused(model: Path, tmp_path: Path) -> None:
    from skill.model.build import build
    from tests.model.whistles import write_base

    build(["me"], [], write_base(tmp_path / "base", states=3), tmp_path / "other")
    shutil.copy(tmp_path / "other/graph/HCLr.fst", model / "graph/HCLr.fst")
    assert any("different models" in in_language(fault, "en") for fault in model_faults(model))


@pytest.mark.parametrize("name", ["missing", "file.zip"])
def test_what_is_no_folder_is_said_to_be_none(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.zip").write_bytes(b"PK")
    with raises_in_english(ModelError, match="not a folder"):
        require(tmp_path / name)


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    with raises_in_english(ModelError, match="no whole Vosk model"):
        require(tmp_path)


def test_pinned_files_are_held_to_their_sums(model: Path) -> None:
    write_checksums(model)
    assert model_faults(model) == []
    (model / "conf/model.conf").write_text((model / "conf/model.conf").read_text() + "\n")
    assert any("model.conf has changed" in in_language(f, "en") for f in model_faults(model))
    (model / "lexicon.tsv").unlink()
    assert any("lexicon.tsv is missing" in in_language(f, "en") for f in model_faults(model))
