"""The block that `make run` ends with: where everything is, and whom one can sign in as."""

from urllib.parse import urlsplit

PASSWORD = "kmall24-demo"  # of every login that the demo mall makes
LOGINS = (
    ("KITA's staff", "kita@kmall24.test"),
    ("Seller", "seller@kmall24.test"),
    ("Partner mall", "igetmall@kmall24.test"),
    ("Shopper", "shopper@kmall24.test"),
)


def welcome(env: dict[str, str]) -> str:
    site, payments = env["SITE_URL"], urlsplit(env["ALIPAY_GATEWAY"])
    addresses = (
        ("Shop, Chinese", f"{site}/zh-hans/"),
        ("Shop, Korean", f"{site}/ko/"),
        ("Desk (admin)", f"{site}/admin/"),
        ("I Get Mall, played", f"{env['PARTNER_SANDBOX_URL']}/"),
        ("Yonggou, played", f"{env['NINGBO_SANDBOX_URL']}/"),
        ("Shanghai, played", f"{env['SHANGHAI_SANDBOX_URL']}/"),
        ("Payments, played", f"{payments.scheme}://{payments.netloc}/"),
        ("Mails and codes", f"{site}/inbox/"),
    )
    lines = [f"  {name:<20}{address}" for name, address in addresses]
    lines += ["", *(f"  {who:<20}{login:<26}{PASSWORD}" for who, login in LOGINS)]
    return "\n".join(["", *lines, "", "Kmall24 is ready"])
