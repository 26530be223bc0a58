import threading

from partners.sandbox.igetmall.server import RATE, Handler, Mall
from partners.sandbox.stand import command


def main():
    parser = command.options("igetmall", "A stand-in for I Get Mall.", port=8002)
    parser.add_argument("--app-key", default="kmall24")
    parser.add_argument("--app-secret", action="append", help="may be given twice while it is changed")
    parser.add_argument("--index-delay", type=float, default=0.3, help="seconds from accepted to shown")
    parser.add_argument("--calls-a-second", type=int, default=RATE, help="twice as many in a burst")
    chosen = parser.parse_args()
    mall = Mall(
        state=chosen.state,
        shop_url=chosen.shop_url,
        app_key=chosen.app_key,
        secrets=chosen.app_secret or ["igetmall-sandbox-secret"],
        index_delay=chosen.index_delay,
        statements_at=chosen.statements_at,
        rate=chosen.calls_a_second,
    )
    threading.Thread(target=mall.keep_noticing, daemon=True).start()
    command.run(Handler, mall, chosen)


main()
