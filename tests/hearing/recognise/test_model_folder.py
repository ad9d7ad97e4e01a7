"""A wrong model folder is named in a sentence, before libvosk could end the process over it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.errors import ModelError
from skill.hearing.recognise.model_folder import check_model_folder
from skill.hearing.recognise.recogniser import VoskModel


@pytest.fixture
def copy(model_folder: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "model"
    shutil.copytree(model_folder, copied)
    for file in [copied, *copied.rglob("*")]:
        file.chmod(0o755)
    return copied


def test_a_whole_folder_is_fine(copy: Path) -> None:
    check_model_folder(copy)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Finner ikke"):
        VoskModel(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["am/final.mdl", "conf/model.conf", "graph/HCLr.fst", "graph/Gr.fst"])
@pytest.mark.parametrize("fault", ["missing", "empty"])
def test_each_needed_file(copy: Path, name: str, fault: str) -> None:
    (copy / name).unlink() if fault == "missing" else (copy / name).write_bytes(b"")
    with pytest.raises(ModelError, match=name):
        check_model_folder(copy)


@pytest.mark.parametrize("name", ["am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst"])
def test_a_file_of_the_wrong_kind(copy: Path, name: str) -> None:
    (copy / name).write_text("<html>404 Not Found</html>")
    with pytest.raises(ModelError, match="ødelagt"):
        check_model_folder(copy)


def test_a_configuration_that_would_abort_libvosk(copy: Path) -> None:
    (copy / "conf/model.conf").write_text("--beam=12.0\n")
    with pytest.raises(ModelError, match="stillhet"):
        check_model_folder(copy)


def test_a_half_copied_network_is_refused_by_loading(copy: Path) -> None:
    network = copy / "am/final.mdl"
    network.write_bytes(network.read_bytes()[: network.stat().st_size // 2])
    with pytest.raises(ModelError, match="ødelagt"):
        VoskModel(copy)


def test_a_model_without_unk_is_refused_unless_asked_for(copy: Path) -> None:
    # libvosk takes the words from inside Gr.fst where they are, else from words.txt
    for name in ("graph/words.txt", "graph/Gr.fst"):
        (copy / name).write_bytes((copy / name).read_bytes().replace(b"[unk]", b"[xxx]"))
    with pytest.raises(ModelError, match="unk"):
        VoskModel(copy)
    assert not VoskModel(copy, allow_without_unknown=True).has_unknown


def test_libvosk_is_never_given_what_would_crash_it(model_folder: Path) -> None:
    model = VoskModel(model_folder)
    with pytest.raises(ValueError, match="empty"):
        model.recogniser([])
    with pytest.raises(ValueError, match="xyzzy"):
        model.recogniser(["xyzzy"])
