"""The page of figures, made of `figures.toml`: `python -m tests.bench.figures` writes FIGURES.md beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
DATA, PAGE = HERE / "figures.toml", HERE / "FIGURES.md"
HEAD = """\
# What was measured

Each row names the command that prints it; most need sounds, which the command's own help lists. This page is made:
change `figures.toml`, then `python -m tests.bench.figures`.
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure beside its goal."""

    what: str
    n: str
    measured: str
    goal: str
    date: str  # ISO, of the measurement
    command: str  # that prints it
    before: str = ""  # the same, by what came before

    @property
    def cells(self) -> tuple[str, ...]:
        return self.what, self.n or "–", self.measured, self.goal, self.date, f"`{self.command}`"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Figures that were measured in one way; `before` heads the column of what came before, if there is one."""

    title: str
    text: str
    after: str
    figures: tuple[Figure, ...]
    before: str = ""


def read_figures(data: Path = DATA) -> tuple[Chapter, ...]:
    """Raises TypeError for a figure that lacks something, or has a field of another name."""
    found = []
    for table in tomllib.loads(data.read_text(encoding="utf-8"))["chapter"]:
        figures = tuple(Figure(**figure) for figure in table.pop("figure"))
        found.append(Chapter(figures=figures, **table))
    return tuple(found)


def page(chapters: tuple[Chapter, ...]) -> str:
    """FIGURES.md."""
    return "\n".join([HEAD, *(line for chapter in chapters for line in _lines(chapter))])


def _lines(chapter: Chapter) -> Iterator[str]:
    yield f"## {chapter.title}\n"
    if chapter.text:
        yield chapter.text.strip() + "\n"
    names = ["what", "n", "measured", "goal", "date", "printed by"]
    if chapter.before:
        names.insert(2, chapter.before)
    yield _row(names)
    yield "|" + "---|" * len(names)
    for figure in chapter.figures:
        cells = list(figure.cells)
        if chapter.before:
            cells.insert(2, figure.before)
        yield _row(cells)
    yield ""
    if chapter.after:
        yield chapter.after.strip() + "\n"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(read_figures()), encoding="utf-8")
