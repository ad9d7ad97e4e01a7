"""What was measured, as tables for people and as JSON for programs."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from models.measuring.evaluate import FINAL_WITHIN_S
from models.measuring.figures import Share, events_per_hour
from models.measuring.results import ClosedSet, GrammarClass, Report, Threshold

_MISTAKES_SHOWN = 25


def to_json(report: Report) -> str:
    """The report with every mistake; shares carry their interval."""
    return json.dumps(_plain(report), ensure_ascii=False, indent=1)


def _plain(value: Any) -> Any:
    if isinstance(value, Share):
        low, high = value.interval
        share = None if math.isnan(value.value) else round(value.value, 4)
        return {
            "count": value.count,
            "of": value.total,
            "share": share,
            "interval": [round(low, 4), round(high, 4)],
        }
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


def show(report: Report, console: Console) -> None:
    """Print the report."""
    console.print(f"[bold]{report.model}[/bold]  {report.clips} clips, {report.disturbance}", highlight=False)
    if report.outside:
        names = ", ".join(report.outside[:12]) + (" …" if len(report.outside) > 12 else "")
        console.print(f"Not in the vocabulary, so not counted: {len(report.outside)} transcripts ({names})")
    for fault in report.faults:
        console.print(f"[red]{fault.file}: {fault.fault}[/red]")
    if report.closed_sets:
        console.print(_closed_table(report.closed_sets))
        for closed in report.closed_sets:
            shown = ", ".join(f"{m.said} → {m.heard}" for m in closed.mistakes[:_MISTAKES_SHOWN])
            more = len(closed.mistakes) - _MISTAKES_SHOWN
            if shown:
                tail = f" … and {more} more" if more > 0 else ""
                console.print(f"[bold]{closed.group}, {closed.n}:[/bold] {shown}{tail}", highlight=False)
    if report.grammars:
        console.print(_grammar_table(report.grammars))
        for grammar in report.grammars:
            _show_grammar(grammar, console)
    for name, points in report.curves.items():
        console.print(_threshold_table(f"{name}: miss against false accept by the cost of [unk]", points))


def _closed_table(closed_sets: tuple[ClosedSet, ...]) -> Table:
    with_whisper = any(c.whisper_right is not None for c in closed_sets)
    table = Table(title="The right one among n (95 % Wilson)")
    for name in ("recordings", "n", "right", "whole utterance", "CPU / sound"):
        table.add_column(name)
    if with_whisper:
        table.add_column("Whisper base")
        table.add_column("its CPU / sound")
    for c in closed_sets:
        row = [c.group, str(c.n), str(c.right), str(c.whole), f"{c.cost.ratio:.3f}"]
        if with_whisper:
            row.append(str(c.whisper_right) if c.whisper_right is not None else "")
            row.append(f"{c.whisper_cost.ratio:.2f}" if c.whisper_cost is not None else "")
        table.add_row(*row)
    return table


def _grammar_table(grammars: tuple[GrammarClass, ...]) -> Table:
    with_whisper = any(g.whisper_right is not None for g in grammars)
    table = Table(title="Phrases of each grammar, accepted whole (95 % Wilson)")
    for name in (
        "grammar", "phrases", "right", "taken for another", f"final ≤ {FINAL_WITHIN_S:g} s",
        "final p50 / p95 s", "never final", "false accepts in talk", "CPU / sound",
    ):  # fmt: skip
        table.add_column(name)
    if with_whisper:
        table.add_column("Whisper base")
    for g in grammars:
        row = [
            g.name, str(g.phrases), str(g.right), str(g.wrong), str(g.final_within),
            f"{g.final_after_p50_s:.2f} / {g.final_after_p95_s:.2f}", str(g.never_final),
            _false_accepts(len(g.false_accepts), g.talk_hours), f"{g.cost.ratio:.3f}",
        ]  # fmt: skip
        if with_whisper:
            row.append(str(g.whisper_right) if g.whisper_right is not None else "")
        table.add_row(*row)
    return table


def _false_accepts(count: int, hours: float) -> str:
    if not hours:
        return "–"
    rate, upper = events_per_hour(count, hours)
    return f"{count} in {60 * hours:.0f} min ({rate:.1f}/h, ≤ {upper:.0f}/h)"


def _show_grammar(grammar: GrammarClass, console: Console) -> None:
    if grammar.confused:
        pairs = ", ".join(f"{said} → {heard} ({n})" for said, heard, n in grammar.confused[:_MISTAKES_SHOWN])
        console.print(f"[bold]{grammar.name}, not as said:[/bold] {pairs}", highlight=False)
    for accept in grammar.false_accepts[:_MISTAKES_SHOWN]:
        console.print(f"[bold]{grammar.name}, in talk:[/bold] {accept.file}: {accept.heard}", highlight=False)
    if len({(t.missed, t.wrong, t.false_accepts) for t in grammar.thresholds}) > 1:
        console.print(_threshold_table(f"{grammar.name}: miss against false accept", grammar.thresholds))


def _threshold_table(title: str, points: tuple[Threshold, ...]) -> Table:
    table = Table(title=title)
    for name in ("setting", "missed", "taken for another", "false accepts in talk"):
        table.add_column(name)
    for p in points:
        table.add_row(p.setting, str(p.missed), str(p.wrong), _false_accepts(p.false_accepts, p.talk_hours))
    return table
