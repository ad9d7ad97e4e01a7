"""Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from flask import Response

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Family:
    """One metric. `samples`: what stands behind the name (suffix and labels) → value; None where it isn't known."""

    name: str
    kind: Literal["gauge", "counter", "histogram"]
    text: str
    samples: Mapping[str, float | None]

    def lines(self) -> Iterator[str]:
        known = [(rest, value) for rest, value in self.samples.items() if value is not None]
        if known:
            yield f"# HELP {self.name} {self.text}"
            yield f"# TYPE {self.name} {self.kind}"
        for rest, value in known:
            yield f"{self.name}{rest} {float(value):.10g}"


def exposition(families: Iterable[Family]) -> Response:
    """The answer to Prometheus."""
    return Response(
        "".join(f"{line}\n" for each in families for line in each.lines()), content_type=CONTENT_TYPE
    )
