"""Style sheet, script and typefaces: kept by the browser, so that a page of the night is one request."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask

KEPT_FOR = timedelta(days=30)
FONTS = "fonts/"
"""Named by the style sheet, without a fingerprint; a changed typeface gets a new file name."""


def install_assets(app: Flask) -> None:
    """Let static files be kept, and give each an address that changes with what is in it."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = KEPT_FOR
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def _add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        name = values.get("filename", "")
        if endpoint == "static" and name and not name.startswith(FONTS):
            values["v"] = fingerprint(folder / name)


@cache
def fingerprint(file: Path) -> str:
    """A few letters of the hash of a file; "" where there is none."""
    return sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else ""
