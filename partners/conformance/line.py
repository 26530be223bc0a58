"""One request over HTTP, kept as it went over the line."""

import copy
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from partners.conformance.checks import Differs, NoAnswer, Stopped

MOST_SHOWN = 2000  # characters of a body on the page
LONGEST_WAIT = 30  # seconds for an answer
WRONG_KEY = ("密钥不对，请核对 --key 与 --secret", "키가 맞지 않습니다. --key와 --secret을 확인하십시오")
SUSPENDED = ("这个 --key 已停用", "이 --key는 정지되어 있습니다")
WRONG_CLOCK = ("本机与服务器的时钟相差太多", "이 컴퓨터와 서버의 시계가 너무 다릅니다")


class Line:
    """The line to a server: `status` and `headers` are of the last answer, `calls` what went over it.

    A child has `first_code()`, the code of the answer to a request that changes nothing.
    """

    pace = 0.0  # seconds between two requests
    refusals: dict[str, tuple[str, str]] = {}  # code of who asks, not of what: that, in Chinese and Korean

    def __init__(self):
        self.calls: list[str] = []
        self.status, self.headers = 0, {}

    def send(self, method: str, url: str, shown: str, raw: bytes = b"", **headers: str) -> bytes:
        """The body of the answer, of whatever status. Raises `NoAnswer` where there is none.

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
            said = f"没有应答：{getattr(error, 'reason', error)}"
            self._keep(method, shown, raw, said)
            raise NoAnswer(said) from error
        packed = self.headers.get("Content-Encoding")
        self._keep(method, shown, raw, f"{self.status} {packed or _text(said)}")
        return said

    def reach(self) -> None:
        """Raise `Stopped` where nothing can be asked: no answer, none of the contract, or a refusal of us."""
        try:
            code = self.first_code()
        except NoAnswer as error:
            why, said = ("无法连接服务器", "서버에 연결할 수 없습니다"), str(error)
        except Differs as error:
            why = (
                "服务器的应答不是约定的格式，请核对 --base-url",
                "응답이 연동 규격의 형식이 아닙니다. --base-url을 확인하십시오",
            )
            said = str(error)
        else:
            why, said = self.refusals.get(code), code
        if why:
            raise Stopped(*why, said, tuple(self.calls))

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
