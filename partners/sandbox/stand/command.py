"""The command that starts a stand-in."""

import argparse
import pathlib
import signal
import sys

from partners.sandbox.stand.daybook import READY_HOUR
from partners.sandbox.stand.server import serve


def options(module, description, port):
    """A parser with the options of all stand-ins: port, host, state, shop-url, statements-at, distance."""
    parser = argparse.ArgumentParser(prog=f"python -m partners.sandbox.{module}", description=description)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--state", type=pathlib.Path, required=True, help="folder that keeps the mall's state"
    )
    parser.add_argument(
        "--shop-url",
        required=True,
        type=lambda text: text.rstrip("/"),
        help="the supplier's address: links and notices go there",
    )
    parser.add_argument(
        "--statements-at",
        type=int,
        default=READY_HOUR,
        help="the hour, of GMT+8, from which the statement of the day before is there",
    )
    parser.add_argument(
        "--distance",
        type=float,
        default=0,
        help="seconds that a call of the interface is on its way, there and back",
    )
    return parser


def run(handler, mall, chosen):
    """Serve until a signal comes; one line and an exit where the port is taken."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(handler, mall, chosen.host, chosen.port, chosen.distance)
    except OSError as error:
        sys.exit(f"The sandbox cannot listen on {chosen.host}:{chosen.port}: {error.strerror}.")
    except KeyboardInterrupt:
        pass
