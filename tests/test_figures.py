"""The page of figures is what its command makes, and each figure can be had again."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tests.bench.figures import PAGE, Figure, page, read_figures

ROOT = Path(__file__).parent.parent
CHAPTERS = read_figures()
FIGURES = [figure for chapter in CHAPTERS for figure in chapter.figures]


def test_the_page_is_what_the_command_makes() -> None:
    """If not: `python -m tests.bench.figures`."""
    assert PAGE.read_text(encoding="utf-8") == page(CHAPTERS)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.what[:40])
def test_a_figure_has_a_goal_a_date_and_a_command_that_is_there(figure: Figure) -> None:
    assert figure.what and figure.measured and figure.goal
    assert date.fromisoformat(figure.date) <= date.today()
    assert "|" not in "".join(figure.cells)
    module = re.fullmatch(r"python -m ([a-z_.]+)( .*)?", figure.command)
    if module:
        path = ROOT / module[1].replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()
    else:
        assert (ROOT / figure.command.removeprefix("pytest ")).is_file()


def test_what_came_before_stands_only_where_there_is_a_column_for_it() -> None:
    for chapter in CHAPTERS:
        assert all(bool(figure.before) == bool(chapter.before) for figure in chapter.figures)


def test_a_figure_without_a_goal_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "figures.toml"
    data.write_text(
        '[[chapter]]\ntitle = "a"\ntext = ""\nafter = ""\n[[chapter.figure]]\nwhat = "b"\n', "utf-8"
    )
    with pytest.raises(TypeError):
        read_figures(data)
