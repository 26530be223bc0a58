"""Who is not a shopper: programs that follow links, and browsers that fetch ahead of one."""

import re

# What crawlers, previews of messengers and programs call themselves. A check of links by WeChat itself says
# that it is WeChat, and so cannot be told from a shopper. Cubot makes phones.
PROGRAMS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|facebookexternalhit|curl/|wget|python|httpx|go-http-client|java/",
    re.IGNORECASE,
)
AHEAD = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


def is_robot(request) -> bool:
    """Whether it can be told that nobody looks at the answer."""
    if request.method == "HEAD" or PROGRAMS.search(request.META.get("HTTP_USER_AGENT", "")):
        return True
    return any(
        "fetch" in request.META.get(name, "") or "preview" in request.META.get(name, "") for name in AHEAD
    )
