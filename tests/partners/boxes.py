"""What stands in the boxes of a page of the desk."""

from html.parser import HTMLParser


class Boxes(HTMLParser):
    """What a browser would post of a page's inputs."""

    def __init__(self, html: str):
        super().__init__()
        self.found = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        box = dict(attrs)
        is_sent = box.get("type") not in ("radio", "checkbox", "file", "submit") or "checked" in box
        if tag == "input" and "name" in box and is_sent:
            self.found[box["name"]] = box.get("value", "")


def boxes(answer) -> dict:
    return Boxes(answer.content.decode()).found
