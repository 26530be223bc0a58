from partners.sandbox.ningbo.server import Handler, Mall
from partners.sandbox.stand import command


def main():
    parser = command.options("ningbo", "A stand-in for Yonggou of Ningbo.", port=8005)
    parser.add_argument("--supplier", default="kmall24")
    parser.add_argument("--secret", action="append", help="may be given twice while it is changed")
    parser.add_argument("--work-delay", type=float, default=1.0, help="seconds from taken in to the receipt")
    parser.add_argument("--index-delay", type=float, default=0.3, help="seconds from applied to shown")
    chosen = parser.parse_args()
    mall = Mall(
        state=chosen.state,
        shop_url=chosen.shop_url,
        supplier=chosen.supplier,
        secrets=chosen.secret or ["ningbo-sandbox-secret"],
        work_delay=chosen.work_delay,
        index_delay=chosen.index_delay,
        statements_at=chosen.statements_at,
    )
    command.run(Handler, mall, chosen)


main()
