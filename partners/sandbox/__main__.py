import argparse
import pathlib
import signal
import sys

from partners.sandbox.server import Mall, serve


def main():
    parser = argparse.ArgumentParser(
        prog="python -m partners.sandbox", description="A stand-in for I Get Mall."
    )
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--state", type=pathlib.Path, required=True, help="folder that keeps the mall's state"
    )
    parser.add_argument(
        "--shop-url", required=True, help="the supplier's address: links and notices go there"
    )
    parser.add_argument("--app-key", default="kmall24")
    parser.add_argument("--app-secret", action="append", help="may be given twice while it is changed")
    parser.add_argument("--index-delay", type=float, default=0.3, help="seconds from accepted to shown")
    options = parser.parse_args()
    mall = Mall(
        state=options.state,
        shop_url=options.shop_url.rstrip("/"),
        app_key=options.app_key,
        secrets=options.app_secret or ["igetmall-sandbox-secret"],
        index_delay=options.index_delay,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(mall, options.host, options.port)
    except OSError as error:
        sys.exit(f"The partner sandbox cannot listen on {options.host}:{options.port}: {error.strerror}.")
    except KeyboardInterrupt:
        pass


main()
