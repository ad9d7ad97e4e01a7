"""No module of skill/ can be imported only together with one that needs it; imports for types count too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIBLINGS = 12  # modules that a folder may hold
WITHOUT_OWN_SIZE = ("__init__.py", "__main__.py")
KNOWN = [["skill.content.script", "skill.content.script_checks"]]  # by a type only
NOT_YET = {"skill/content", "skill/model"}  # folders that are still too large


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted((ROOT / "skill").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


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


def test_no_two_modules_need_each_other() -> None:
    known = modules()
    edges = {name: {each for each in imported(path, known) if each != name} for name, path in known.items()}
    assert circles({name: {e for e in after if e in known} for name, after in edges.items()}) == KNOWN


def test_a_circle_would_be_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_no_folder_holds_more_modules_than_one_can_look_over() -> None:
    folders: dict[str, int] = {}
    for path in modules().values():
        if path.name not in WITHOUT_OWN_SIZE:
            folder = str(path.parent.relative_to(ROOT))
            folders[folder] = folders.get(folder, 0) + 1
    assert {folder for folder, count in folders.items() if count > SIBLINGS} <= NOT_YET
