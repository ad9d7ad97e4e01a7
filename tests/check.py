"""Every check in one command: `python -m tests.check`. Stops at the first that fails; extra words go to pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREES = ["skill", "tests", "models"]


def commands(pytest_words: list[str]) -> list[tuple[str, list[str]]]:
    """What is run, in order: name and command line."""
    here = str(Path(sys.executable).parent)
    return [
        ("style", [f"{here}/ruff", "check", *TREES]),
        ("format", [f"{here}/ruff", "format", "--check", *TREES]),
        ("types", [f"{here}/mypy"]),
        ("imports go one way", [f"{here}/lint-imports"]),
        ("prompts", [f"{here}/krampevakt", "check-prompts"]),
        (
            "tests",
            [
                sys.executable,
                "-m",
                "pytest",
                "-n",
                str(os.cpu_count() or 1),
                "--dist",
                "loadfile",
                *pytest_words,
            ],
        ),
    ]


def main(pytest_words: list[str]) -> int:
    """Runs them all; the exit code of the first that fails, else 0."""
    for name, command in commands(pytest_words):
        print(
            f"\n== {name}: {' '.join(Path(word).name if word == command[0] else word for word in command)}",
            flush=True,
        )
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            print(f"== {name}: failed", flush=True)
            return done.returncode
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
