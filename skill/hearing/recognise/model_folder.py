"""Is this folder a Vosk model? Asked before libvosk, which some faults make end the process."""

from __future__ import annotations

import struct
from pathlib import Path

from skill.errors import ModelError
from skill.messages.message import Message

_FST_MAGIC = 2125659606
_NEEDED = (
    "am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/HCLr.fst", "graph/Gr.fst", "graph/words.txt",
)  # fmt: skip


def check_model_folder(folder: Path) -> None:
    """Raises ModelError with one sentence when something that libvosk needs is missing or damaged."""
    do = Message("hearing.fetch_the_model")
    if not folder.is_dir():
        raise ModelError(Message("hearing.model_not_found", folder=folder, do=do))
    if (folder / "graph/HCLG.fst").is_file() and not (folder / "graph/HCLr.fst").is_file():
        raise ModelError(Message("hearing.model_fixed_graph", folder=folder))
    for name in _NEEDED:
        file = folder / name
        if not file.is_file():
            raise ModelError(Message("hearing.model_file_missing", folder=folder, name=name, do=do))
        if file.stat().st_size == 0:
            raise ModelError(Message("hearing.model_file_empty", folder=folder, name=name, do=do))
    for name in ("graph/HCLr.fst", "graph/Gr.fst"):
        start = _first_bytes(folder / name, 4)
        if len(start) < 4 or struct.unpack("<i", start)[0] != _FST_MAGIC:
            raise ModelError(Message("hearing.model_file_broken", folder=folder, name=name, do=do))
    if _first_bytes(folder / "am/final.mdl", 2) != b"\0B":
        raise ModelError(Message("hearing.model_file_broken", folder=folder, name="am/final.mdl", do=do))
    if "silence-phones" not in (folder / "conf/model.conf").read_text("utf-8", errors="replace"):
        raise ModelError(Message("hearing.model_knows_no_silence", folder=folder, do=do))


def _first_bytes(file: Path, count: int) -> bytes:
    with file.open("rb") as opened:
        return opened.read(count)
