"""Making the PDF in a process of its own: what goes wrong there can't touch the night."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict

from skill.errors import KrampevaktError
from skill.machine import own_program
from skill.messages.message import Message
from skill.web.paper.sheet import Sheet

TIMEOUT_S = 30.0


class PdfError(KrampevaktError):
    """The PDF could not be made."""


def make_pdf(sheet: Sheet, lines: tuple[str, ...] = (), cut: str = "") -> bytes:
    """The sheet as a PDF file of one page. Raises PdfError.

    `lines` are labels with a line to write on by hand; `cut` stands where not everything had room.
    """
    try:
        done = subprocess.run(
            own_program("skill.web.paper.pdf"),
            input=json.dumps(asdict(sheet) | {"lines": lines, "cut": cut}).encode(),
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PdfError(Message("web.pdf_not_made", error=error)) from error
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["?"]
        raise PdfError(Message("web.pdf_not_made", error=last[0]))
    return done.stdout
