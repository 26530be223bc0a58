import threading

from partners.sandbox.shanghai.server import RATE, Handler, Mall
from partners.sandbox.stand import command


def main():
    parser = command.options("shanghai", "A stand-in for Pujiang Select.", port=8006)
    parser.add_argument("--key", default="kmall24")
    parser.add_argument("--secret", action="append", help="may be given twice while it is changed")
    parser.add_argument(
        "--interval", type=float, default=2, help="seconds between two pulls; 0: only when told"
    )
    parser.add_argument("--index-delay", type=float, default=0.3, help="seconds from kept to shown")
    parser.add_argument("--calls-a-second", type=int, default=RATE, help="twice as many in a burst")
    chosen = parser.parse_args()
    mall = Mall(
        state=chosen.state,
        shop_url=chosen.shop_url,
        key=chosen.key,
        secrets=chosen.secret or ["shanghai-sandbox-secret"],
        index_delay=chosen.index_delay,
        statements_at=chosen.statements_at,
        rate=chosen.calls_a_second,
    )
    if chosen.interval:
        threading.Thread(target=mall.keep_pulling, args=(chosen.interval,), daemon=True).start()
    command.run(Handler, mall, chosen)


main()
