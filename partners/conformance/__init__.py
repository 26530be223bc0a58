"""Whether a server keeps a contract of docs/partners: for a mall's engineers, against their server or ours.

    python -m partners.conformance igetmall --base-url https://… --key … --secret … --page report.html
    python -m partners.conformance shanghai-feed --base-url https://kmall24… --key … --secret …

It stands outside the project, as the stand-ins do: standard library only, written from the contracts alone,
so that the folder can be given away. It asks over HTTP as the other side would, prints a line for each check,
writes a red and green page, and exits 0 only if nothing differs. What it puts up it takes off again.
"""
