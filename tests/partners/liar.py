"""Between the kit and a server that keeps its contract: a server that lies, and what the kit says of it.

A lie is `lie(call, ask)`: it gives a `Reply`, its own or what `ask(call)` gives, before or after it changed
something. Whatever it does not care about it passes on.
"""

import http.server
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from tests.partners.mall import ROOT

OVER_THE_RATE = "3: 超出上限时返回 RATE_LIMITED 与 Retry-After"


@dataclass
class Call:
    method: str
    path: str
    raw: bytes = b""
    headers: dict = field(default_factory=dict)


@dataclass
class Reply:
    status: int
    body: bytes
    headers: dict = field(default_factory=dict)


@contextmanager
def between(url, lies=()):
    """The address of a server that passes everything on to `url`, but tells these lies."""
    if not lies:
        yield url
        return
    ask = partial(_pass_on, url)
    for lie in lies:
        ask = partial(lie, ask=ask)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = ask(
                Call(
                    self.command, self.path, raw, {name.title(): text for name, text in self.headers.items()}
                )
            )
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_POST = do_GET

        def log_message(self, *_):
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def kit(contract, url, *options, key="kmall24", secret=""):
    """Exit code, and each line by what it says: the sign in front."""
    command = [sys.executable, "-m", "partners.conformance", contract, "--base-url", url, "--key", key]
    command += ["--secret", secret, *map(str, options)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    *lines, _sum = done.stdout.strip().splitlines() or [""]
    assert lines, done.stderr
    told = [line[2:].partition(" · ") for line in lines]
    foreign = {what: why for what, _, why in told if re.match(r"\d+: ", what) and why and not is_chinese(why)}
    assert not foreign, "reasons are for engineers in China"
    return done.returncode, {line[2:].partition(" · ")[0]: line[0] for line in lines}


def is_chinese(reason):
    """Whether a reason of the kit is in Chinese, what it speaks of as well, unless that is a name of the contract."""
    of_what, is_compared, _ = reason.partition("：应为")
    is_name = bool(is_compared) and " " not in of_what
    return is_name or bool(re.search("[\u4e00-\u9fff]", of_what))


def require_only_the_key_is_told(answer, page):
    """Of what `kit` gave and of the page it wrote: a wrong key is no fault of the mall's."""
    assert answer == (1, {"密钥不对，请核对 --key 与 --secret": "✗"})
    text = page.read_text()
    assert "<h1>密钥不对" in text
    assert "不符合接口约定" not in text
    return text


def told_in(lies, turn):
    """Those of the lies that are told in a turn (none without one): each has a number, and is told in the turns that are its bits.

    So a handful of turns shows for each of many lies that its own check is red in just the turns in which it
    was told, and so by it and by no other.
    """
    if turn is None:
        return {}
    return {says: lie for number, (says, lie) in enumerate(lies.items(), start=1) if number >> turn & 1}


def turns(lies):
    return range(len(lies).bit_length())


def in_all_turns(lies, ask):
    """{turn: what `ask(turn)` gives}, all at once: a run of the kit waits most of the time. None: without lies.

    What goes over a mall's rate is no use here, where so many runs slow each other down: it is asked by itself.
    """
    of_turns = [None, *turns(lies)]
    with ThreadPoolExecutor(len(of_turns)) as pool:
        return dict(zip(of_turns, pool.map(ask, of_turns), strict=True))


def unlike(found, told):
    """Checks that are red and should not be by what was told, or the other way round."""
    return {says for says, sign in found.items() if sign == "✗"} ^ set(told)


def without_retry_after(call, ask):
    """A lie about the rate alone."""
    reply = ask(call)
    return Reply(
        reply.status,
        reply.body,
        {name: reply.headers[name] for name in reply.headers if name != "Retry-After"},
    )


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def _pass_on(url, call):
    skipped = ("Host", "Connection", "Content-Length")
    headers = {name: value for name, value in call.headers.items() if name not in skipped}
    request = urllib.request.Request(
        url + call.path, data=call.raw or None, headers=headers, method=call.method
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Reply(answer.status, answer.read(), _kept(answer.headers))
    except urllib.error.HTTPError as error:
        return Reply(error.code, error.read(), _kept(error.headers))


def _kept(headers):
    skipped = ("Connection", "Content-Length", "Date", "Server", "Transfer-Encoding")
    return {name: value for name, value in headers.items() if name not in skipped}
