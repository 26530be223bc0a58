import argparse
import pathlib
import signal
import sys

from orders.sandbox.server import Provider, serve


def main():
    parser = argparse.ArgumentParser(prog="python -m orders.sandbox", description="A stand-in for Alipay.")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=pathlib.Path, required=True, help="folder of keys and state")
    parser.add_argument("--app-id", default="2021000100000024")
    parser.add_argument("--seller-id", default="2088000000000024")
    parser.add_argument("--speed-up", type=float, default=60, help="60: minutes of the ladder as seconds")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        provider = Provider(
            state=options.state,
            app_id=options.app_id,
            seller_id=options.seller_id,
            speed_up=options.speed_up,
        )
        serve(provider, options.host, options.port)
    except OSError as error:
        sys.exit(f"The payment sandbox cannot listen on {options.host}:{options.port}: {error.strerror}.")
    except KeyboardInterrupt:
        pass


main()
