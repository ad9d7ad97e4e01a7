"""Is this folder a Vosk model? Asked before libvosk, which some faults make end the process."""

from __future__ import annotations

import struct
from pathlib import Path

from skill.errors import ModelError

_FST_MAGIC = 2125659606
_NEEDED = (
    "am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/HCLr.fst", "graph/Gr.fst", "graph/words.txt",
)  # fmt: skip
_WHAT_TO_DO = "Apparatet kan ikke høre uten. Hent modellen på nytt, eller rett model_path i innstillingene."


def check_model_folder(folder: Path) -> None:
    """Raises ModelError with one sentence when something that libvosk needs is missing or damaged."""
    if not folder.is_dir():
        raise ModelError(f"Finner ikke talemodellen {folder}. {_WHAT_TO_DO}")
    if (folder / "graph/HCLG.fst").is_file() and not (folder / "graph/HCLr.fst").is_file():
        raise ModelError(
            f"Talemodellen {folder} har en fast graf (HCLG.fst) og kan ikke lytte etter bestemte fraser. "
            "Velg en modell med HCLr.fst og Gr.fst (de «små» Vosk-modellene har det)."
        )
    for name in _NEEDED:
        file = folder / name
        if not file.is_file():
            raise ModelError(f"Talemodellen {folder} mangler {name}. {_WHAT_TO_DO}")
        if file.stat().st_size == 0:
            raise ModelError(f"Fila {name} i talemodellen {folder} er tom. {_WHAT_TO_DO}")
    for name in ("graph/HCLr.fst", "graph/Gr.fst"):
        start = _first_bytes(folder / name, 4)
        if len(start) < 4 or struct.unpack("<i", start)[0] != _FST_MAGIC:
            raise ModelError(f"Fila {name} i talemodellen {folder} er ødelagt. {_WHAT_TO_DO}")
    if _first_bytes(folder / "am/final.mdl", 2) != b"\0B":
        raise ModelError(f"Fila am/final.mdl i talemodellen {folder} er ødelagt. {_WHAT_TO_DO}")
    if "silence-phones" not in (folder / "conf/model.conf").read_text("utf-8", errors="replace"):
        raise ModelError(f"conf/model.conf i talemodellen {folder} sier ikke hva stillhet er. {_WHAT_TO_DO}")


def _first_bytes(file: Path, count: int) -> bytes:
    with file.open("rb") as opened:
        return opened.read(count)
