"""MODEL_CARD.md: what the model is, made from what, measured how; figures come from figures.json."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.training.sources import SOURCES


def sources_table() -> str:
    """Every source with its licence and hash, as a Markdown table."""
    rows = ["| source | asked for as | licence | used for | sha256 |", "|---|---|---|---|---|"]
    for s in SOURCES:
        spec = s.spec.removeprefix("https://")
        rows.append(f"| {s.name} | {spec} | {s.licence} | {s.use} | `{s.sha256[:16]}…` |")
    rows.append(
        "| espeak-ng 1.51 | the system's package | GPL-3 program, its output is free | speech for training | – |"
    )
    rows.append(
        "| people talking, 12 min | `--people`: public speeches (nb-whisper-finetune and others), NPSC samples "
        "| Apache-2.0 repositories, CC0 | no labels: what is heard in them quiet is to be heard in noise | – |"
    )
    return "\n".join(rows)


def figures_table(figures: Mapping[str, Any]) -> str:
    """Measured figures: {name: {"value", "n", "interval", "goal", "note"}} → Markdown."""
    rows = ["| figure | measured | 95 % interval | n | goal |", "|---|---|---|---|---|"]
    for name, f in figures.items():
        rows.append(
            f"| {name} | {f['value']} | {f.get('interval', '')} | {f.get('n', '')} | {f.get('goal', '')} |"
        )
    return "\n".join(rows)


def replace_section(text: str, name: str, body: str) -> str:
    """``text`` with what stands between <!-- name --> and <!-- /name --> replaced. Raises ValueError if missing."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if begin not in text or end not in text:
        raise ValueError(f"the card lacks the section {name}")
    head, rest = text.split(begin, 1)
    return f"{head}{begin}\n{body}\n{end}{rest.split(end, 1)[1]}"


def write(card: Path, figures: Mapping[str, Any]) -> None:
    """Renew the two made sections of the card; the rest is written by hand."""
    text = replace_section(card.read_text("utf-8"), "sources", sources_table())
    if figures:
        text = replace_section(text, "figures", figures_table(figures))
    card.write_text(text, "utf-8")
