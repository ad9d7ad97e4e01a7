"""A person at the pages of a running service: reads, and sends forms, with the cookies of one browser."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar

from tests.service.bedside_process import RunningService

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
    )


@dataclass
class Reader:
    """Sits at the machine itself, so no PIN is asked for."""

    service: RunningService
    opener: urllib.request.OpenerDirector = field(default_factory=_opener)

    def read(self, path: str) -> str:
        with self.opener.open(self._address(path), timeout=30) as answer:
            return str(answer.read().decode())

    def send(self, path: str, **form: str) -> str:
        """The page that the form leads to. `path` takes the form; its token is that of any page."""
        found = _TOKEN.search(self.read("/status"))
        assert found
        data = urllib.parse.urlencode({"csrf_token": found[1], **form}).encode()
        with self.opener.open(self._address(path), data, timeout=60) as answer:
            return str(answer.read().decode())

    def _address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.service.port}{path}"
