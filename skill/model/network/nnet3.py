"""The network of a final.mdl: its components with their numbers, read from Kaldi's own binary file.

Source of the format: Kaldi's nnet3 and compressed-matrix.cc.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Component = dict[str, Any]

_VECTORS: Final = {
    "<BiasParams>", "<StatsMean>", "<StatsVar>", "<ValueAvg>", "<DerivAvg>", "<OderivRms>", "<Bias>", "<Scales>",
}  # fmt: skip


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at

    def token(self) -> str:
        end = self.data.index(b" ", self.at)
        out = self.data[self.at : end].decode("latin1")
        self.at = end + 1
        return out

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def scalar(self) -> tuple[float, int]:
        """A number of 4 or 8 bytes, read both as a float and as an integer."""
        size = self.data[self.at]
        raw = self.data[self.at + 1 : self.at + 1 + size]
        self.at += 1 + size
        as_float = struct.unpack("<f" if size == 4 else "<d", raw)[0]
        return as_float, struct.unpack("<i", raw[:4])[0]

    def vector(self) -> Array:
        kind = self.token()
        (_, n) = self.scalar()
        dtype: Any = {"FV": np.float32, "DV": np.float64}[kind]
        out = np.frombuffer(self.data, dtype, n, self.at)
        self.at += out.nbytes
        return out.astype(np.float32)

    def integers(self) -> NDArray[np.int32]:
        _, n = self.unpack("Bi")
        out = np.frombuffer(self.data, np.int32, n, self.at).copy()
        self.at += out.nbytes
        return out

    def matrix(self) -> Array:
        kind = self.token()
        if kind in ("FM", "DM"):
            (_, rows), (_, cols) = self.scalar(), self.scalar()
            dtype: Any = np.float32 if kind == "FM" else np.float64
            full = np.frombuffer(self.data, dtype, rows * cols, self.at)
            self.at += full.nbytes
            return np.asarray(full.reshape(rows, cols), np.float32)
        low, span, rows, cols = self.unpack("ffii")
        if kind == "CM":
            heads = np.frombuffer(self.data, np.uint16, cols * 4, self.at).reshape(cols, 4)
            self.at += heads.nbytes
            bytes_ = np.frombuffer(self.data, np.uint8, rows * cols, self.at).reshape(cols, rows)
            self.at += bytes_.nbytes
            p0, p25, p75, p100 = np.split(low + span * heads.astype(np.float32) / 65535.0, 4, axis=1)
            d = bytes_.astype(np.float32)
            upper = np.where(
                d <= 192, p25 + (p75 - p25) * (d - 64) / 128, p75 + (p100 - p75) * (d - 192) / 63
            )
            return np.ascontiguousarray(
                np.where(d <= 64, p0 + (p25 - p0) * d / 64, upper).T.astype(np.float32)
            )
        if kind not in ("CM2", "CM3"):
            raise ValueError(f"matrix kind {kind!r} is not known")
        wide: Any = np.uint16 if kind == "CM2" else np.uint8
        packed = np.frombuffer(self.data, wide, rows * cols, self.at).reshape(rows, cols)
        self.at += packed.nbytes
        return np.asarray(low + span * packed / float(np.iinfo(wide).max), np.float32)


def read_components(path: Path) -> dict[str, Component]:
    """Components of a final.mdl by name; matrices [out, in] and vectors as float32 arrays.

    Raises ValueError where the file holds something that this reader does not know.
    """
    data = path.read_bytes()
    r = _Reader(data, data.find(b"<NumComponents>"))
    r.token()
    count = r.scalar()[1]
    out: dict[str, Component] = {}
    for _ in range(count):
        r.token()
        name, kind = r.token(), r.token()
        component: Component = {"type": kind}
        end = "</" + kind[1:]
        while (field := r.token()) != end:
            if field in ("<LinearParams>", "<Params>"):
                component[field] = r.matrix()
            elif field in _VECTORS:
                component[field] = r.vector()
            elif field == "<TimeOffsets>":
                component[field] = r.integers()
            elif field in ("<AlphaInOut>", "<RankInOut>"):
                component[field] = (r.scalar(), r.scalar())
            elif kind == "<GeneralDropoutComponent>" and field in ("<TestMode>", "<Continuous>"):
                component[field] = True
            elif data[r.at] in (4, 8):
                component[field] = r.scalar()
            elif data[r.at] in b"TF":
                component[field] = data[r.at : r.at + 1] == b"T"
                r.at += 1
            else:
                raise ValueError(f"{path.name}: component {name} has a field {field} that is not known")
        out[name] = component
    return out
