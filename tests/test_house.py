"""The house as a stranger finds it: one name for one thing, small folders and files, no circle of imports."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_MODULES = 12  # in a folder
MOST_LINES = 300  # in a file of skill/
WITHOUT_OWN_SIZE = ("__init__.py", "__main__.py", "conftest.py")
STARTED_BY_PATH = {"main"}  # the entry of a program, called by no other module
MIGRATIONS = "skill/journal/storage/migrations/"  # each has alembic's own names
TOO_LONG_YET: set[str] = set()
IN_TWO_PLACES_YET: set[str] = set()


def files(tree: str) -> list[Path]:
    return sorted(path for path in (ROOT / tree).rglob("*.py") if "node_modules" not in path.parts)


def modules() -> dict[str, Path]:
    found = {}
    for path in files("skill"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def public_names(tree: ast.Module) -> Iterator[str]:
    """Classes and functions of a module; a command or view isn't counted, its decorator registers it elsewhere."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) or (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list
        ):
            yield node.name


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that reach each other (Tarjan's strongly connected components of more than one)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for after in sorted(edges.get(node, ())):
            if after not in index:
                visit(after)
                low[node] = min(low[node], low[after])
            elif after in stack:
                low[node] = min(low[node], index[after])
        if low[node] == index[node]:
            at = stack.index(node)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


def test_a_public_name_is_defined_once() -> None:
    where: dict[str, set[str]] = defaultdict(set)
    for path in files("skill"):
        name_in_tree = path.relative_to(ROOT).as_posix()
        if not name_in_tree.startswith(MIGRATIONS):
            for name in public_names(ast.parse(path.read_text(encoding="utf-8"))):
                where[name].add(name_in_tree)
    twice = {name: places for name, places in where.items() if len(places) > 1 and not name.startswith("_")}
    assert {k: v for k, v in twice.items() if k not in STARTED_BY_PATH | IN_TWO_PLACES_YET} == {}


def test_a_name_defined_again_would_be_found() -> None:
    tree = ast.parse("class Night: ...\n@command()\ndef run(): ...\ndef told(): ...\nTOLD = 1\n")
    assert list(public_names(tree)) == ["Night", "told"]


@pytest.mark.parametrize("tree", ["skill", "models", "tests"])
def test_no_folder_holds_more_modules_than_one_can_look_over(tree: str) -> None:
    folders = Counter(
        path.parent.relative_to(ROOT).as_posix() for path in files(tree) if path.name not in WITHOUT_OWN_SIZE
    )
    assert {folder: count for folder, count in folders.items() if count > MOST_MODULES} == {}


def test_no_file_is_longer_than_one_can_read_at_once() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in files("skill")
    }
    long = {name: count for name, count in lengths.items() if count > MOST_LINES}
    assert {name: count for name, count in long.items() if name not in TOO_LONG_YET} == {}


def test_no_two_modules_need_each_other() -> None:
    """Nor three in a circle: none can be imported only together with one that needs it. Types count too."""
    known = modules()
    edges = {name: {each for each in imported(path, known) if each != name} for name, path in known.items()}
    assert circles({name: {e for e in after if e in known} for name, after in edges.items()}) == []


def test_a_circle_would_be_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
