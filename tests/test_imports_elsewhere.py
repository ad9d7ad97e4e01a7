"""What only Unix has is imported in one place each, and `run` can be imported without it."""

from __future__ import annotations

import subprocess
import sys

WITHOUT = """
import sys
for name in ("fcntl", "grp", "termios"):
    sys.modules[name] = None
import skill.cli, skill.commands.bedside.run, skill.service.bedside, skill.commands.machine.install
import skill.commands.nights, skill.service.parts.pages, skill.hearing.process.worker
from skill.file_lock import try_lock
print("imported")
"""


def test_the_service_can_be_imported_where_fcntl_and_grp_are_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == "imported\n", done.stderr[-2000:]
