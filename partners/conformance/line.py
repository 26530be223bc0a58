"""One request over HTTP, kept as it went over the line."""

import copy
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from partners.conformance.checks import Differs

MOST_SHOWN = 2000  # characters of a body on the page
LONGEST_WAIT = 30  # seconds for an answer


class Line:
    """The line to a server: `status` and `headers` are of the last answer, `calls` what went over it."""

    pace = 0.0  # seconds between two requests

    def __init__(self):
        self.calls: list[str] = []
        self.status, self.headers = 0, {}

    def send(self, method: str, url: str, shown: str, raw: bytes = b"", **headers: str) -> bytes:
        """The body of the answer, of whatever status. Raises `Differs` where there is none.

        `shown`: the request's address as it may stand on the page, without a signature. `headers`: with an
        underscore for each hyphen.
        """
        time.sleep(self.pace)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(url, data=raw or None, headers=named, method=method)
        try:
            with urllib.request.urlopen(request, timeout=LONGEST_WAIT) as answer:
                self.status, self.headers, said = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            self.status, self.headers, said = error.code, error.headers, error.read()
        except OSError as error:
            self._keep(method, shown, raw, f"no answer: {error}")
            raise Differs(f"no answer: {error}") from error
        packed = self.headers.get("Content-Encoding")
        self._keep(method, shown, raw, f"{self.status} {packed or _text(said)}")
        return said

    def at_once(self, ask, times: int) -> list[tuple]:
        """(what `ask(line)` gave, line) of so many requests that do not wait for each other.

        Each has a line of its own, with the status and the headers of its answer.
        """
        lines = [copy.copy(self) for _ in range(times)]
        for line in lines:
            line.pace = 0.0
        with ThreadPoolExecutor(times) as pool:
            return list(zip(pool.map(ask, lines), lines, strict=True))

    def _keep(self, method: str, shown: str, raw: bytes, answer: str) -> None:
        self.calls.append(f"→ {method} {shown}\n{_text(raw)}\n← {answer}")


def _text(raw: bytes) -> str:
    return raw[:MOST_SHOWN].decode("utf-8", "replace")
