"""Which decoder loads a model folder: Vosk, or the second one where $KRAMPEVAKT_DECODER asks for it.

An environment variable and no setting, since nobody needs the choice while Vosk can be installed; child processes
follow it. Only the chosen one is imported: both in one process may hang.
"""

from __future__ import annotations

import importlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from skill.errors import ModelError
from skill.messages.message import Message

if TYPE_CHECKING:
    from skill.hearing.recognise.onnx.model import OnnxModel
    from skill.hearing.recognise.recogniser import VoskModel

LoadedModel: TypeAlias = "VoskModel | OnnxModel"

VARIABLE: Final = "KRAMPEVAKT_DECODER"
VOSK, ONNX = "vosk", "onnx"
DECODER_NAMES: Final = {VOSK: "Vosk", ONNX: "ONNX, kaldi-decoder"}
_PACKAGES: Final = {VOSK: ("vosk",), ONNX: ("onnx", "onnxruntime", "kaldi_native_fbank", "kaldi_decoder")}


def chosen_decoder() -> str:
    """`vosk` or `onnx`. Raises ModelError for another name."""
    name = os.environ.get(VARIABLE) or VOSK
    if name not in _PACKAGES:
        raise ModelError(Message("hearing.unknown_decoder", name=name))
    return name


def import_decoder() -> None:
    """Now, so that loading is quicker. What is missing is told of when a model is loaded."""
    for package in _PACKAGES.get(os.environ.get(VARIABLE) or VOSK, ()):
        with suppress(ImportError):
            importlib.import_module(package)


def load_speech_model(folder: Path, allow_without_unknown: bool = False) -> LoadedModel:
    """The model in `folder`, by the chosen decoder. Raises ModelError, as `VoskModel` and `OnnxModel` do."""
    if chosen_decoder() == ONNX:
        from skill.hearing.recognise.onnx.model import OnnxModel

        return OnnxModel(folder, allow_without_unknown)
    from skill.hearing.recognise.recogniser import VoskModel

    return VoskModel(folder, allow_without_unknown)
