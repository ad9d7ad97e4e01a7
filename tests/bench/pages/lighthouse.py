"""Lighthouse's marks for every page: `python -m tests.bench.pages.lighthouse LIGHTHOUSE [page ...]`.

LIGHTHOUSE is the program's path, e.g. after `npm install --prefix FOLDER lighthouse@12`:
FOLDER/node_modules/.bin/lighthouse. Needs Chromium. It looks at a phone's view of a served example; marks are of 100.
Search engines are not asked about: nobody may find these pages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.web.browser import CHROMIUM, FLAGS, serve_example

KINDS = ("performance", "accessibility", "best-practices")


def main(words: list[str]) -> int:
    if not words or not CHROMIUM:
        print(__doc__ if CHROMIUM else "Chromium is not installed")
        return 2
    program, wanted = words[0], set(words[1:])
    worst = dict.fromkeys(KINDS, 100)
    with tempfile.TemporaryDirectory(prefix="krampevakt-lighthouse-") as name:
        home = Path(name)
        with serve_example(home / "example") as example:
            for page, address in example.addresses().items():
                if page == "missing" or (wanted and page not in wanted):
                    continue  # Lighthouse gives no marks to a page that says it isn't there
                example.prepare(page)
                report = _report(program, example.base + address.lstrip("/"), home)
                marks = {kind: round(100 * report["categories"][kind]["score"]) for kind in KINDS}
                worst = {kind: min(worst[kind], marks[kind]) for kind in KINDS}
                print(f"{page:24} " + "  ".join(f"{kind} {mark:3}" for kind, mark in marks.items()))
                for line in _failed(report):
                    print(f"    {line}")
    print(f"{'worst':24} " + "  ".join(f"{kind} {mark:3}" for kind, mark in worst.items()))
    return 0


def _report(program: str, address: str, home: Path) -> dict[str, Any]:
    out = home / "report.json"
    command = [
        program, address, "--quiet", "--output=json", f"--output-path={out}",
        f"--only-categories={','.join(KINDS)}", f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}",
    ]  # fmt: skip
    subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": CHROMIUM or "", "HOME": str(home)})
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return report


def _failed(report: dict[str, Any]) -> list[str]:
    """Every check that counts and was not passed, with its reason."""
    refs = [ref for kind in KINDS for ref in report["categories"][kind]["auditRefs"] if ref["weight"] > 0]
    checks = {ref["id"]: report["audits"][ref["id"]] for ref in refs}
    return [
        f"{name}: {check['title']} {check.get('displayValue', '')}".rstrip()
        for name, check in checks.items()
        if check["score"] is not None and check["score"] < 0.9
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
