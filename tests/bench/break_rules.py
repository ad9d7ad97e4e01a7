"""Break each safety rule of kinds C and S once, in a copy of the project, and see its tests fail.

    python -m tests.bench.break_rules [RULE ...]

The project itself is only read. Ends with 1 if a break goes unnoticed, or a test fails without one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.broken_rules import BREAKS, Break

ROOT = Path(__file__).parents[2]
COPIED = ("skill", "prompts", "tests", "README.md", "pyproject.toml")
NOT_COPIED = shutil.ignore_patterns("__pycache__", "node_modules", "*.pyc")


def copy_project(target: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=NOT_COPIED)
        else:
            shutil.copyfile(ROOT / name, target / name)
    (target / "models").symlink_to(ROOT / "models")


def passes(project: Path, tests: tuple[str, ...] | list[str]) -> bool:
    """Whether all of these tests pass in the copy at `project`."""
    environment = os.environ | {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests],
        cwd=project, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return done.returncode == 0


def unnoticed(project: Path, wrong: Break) -> list[str]:
    """The tests that should notice this break and don't; the copy is whole again afterwards."""
    file = project / wrong.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace(wrong.old, wrong.new, 1), encoding="utf-8")
    try:
        return [test for test in wrong.noticed_by if passes(project, [test])]
    finally:
        file.write_text(whole, encoding="utf-8")


def main(words: list[str]) -> int:
    wanted = [b for b in BREAKS if not words or str(b.rule) in words]
    with tempfile.TemporaryDirectory(prefix="krampevakt-rules-") as name:
        project = Path(name)
        copy_project(project)
        if not passes(project, sorted({test for each in wanted for test in each.noticed_by})):
            print("the tests fail before anything is broken")
            return 1
        asleep = 0
        for each in wanted:
            missed = unnoticed(project, each)
            asleep += bool(missed)
            result = (
                f"NOT NOTICED by {', '.join(missed)}" if missed else f"seen to fail: {len(each.noticed_by)}"
            )
            print(f"{each.rule:2} {each.kind}  {each.what:68} {result}", flush=True)
    rules = {each.rule for each in wanted}
    print(f"{len(wanted)} breaks of {len(rules)} rules, {asleep} unnoticed")
    return min(asleep, 1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
