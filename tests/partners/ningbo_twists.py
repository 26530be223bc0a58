"""What a lie about Yonggou is made of: its messages, read and said otherwise."""

import re
import urllib.parse

from tests.partners.liar import Call, Reply
from tests.partners.ningbo import signature


class Message:
    """What a call says, and the same call with something changed, signed anew."""

    def __init__(self, call):
        self.call, self.raw = call, call.raw
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(call.path).query))
        self.sign, self.supplier = query.get("sign"), query.get("supplier")
        self.text = call.raw.decode("utf-8", "replace")
        self.kind, self.id, self.at = (self.of(name) for name in ("MessageType", "MessageId", "MessageTime"))

    def of(self, name):
        found = re.search(f"<{name}>(.*?)</{name}>", self.text)
        return found[1] if found else ""

    def all_of(self, name):
        return re.findall(f"<{name}>(.*?)</{name}>", self.text)

    @property
    def is_signed(self):
        return self.sign == signature(self.raw)

    def with_text(self, text):
        raw = text.encode()
        query = urllib.parse.urlencode({"supplier": "kmall24", "sign": signature(raw)})
        return Call("POST", f"/kj/service?{query}", raw, self.call.headers)

    def with_(self, **changed):
        text = self.text
        for name, value in changed.items():
            text = re.sub(f"<{name}>.*?</{name}>", f"<{name}>{value}</{name}>", text)
        return self.with_text(text)


def with_(reply, name, value, of=r".*?"):
    """The reply with another text in its elements of a name; `of`: pattern of the texts that are changed."""
    body = re.sub(f"<{name}>{of}</{name}>", f"<{name}>{value}</{name}>", reply.body.decode())
    return Reply(reply.status, body.encode(), reply.headers)


def without(reply, pattern):
    return Reply(reply.status, re.sub(pattern, "", reply.body.decode()).encode(), reply.headers)


def changing(when, change):
    """A lie that asks otherwise: `change` makes another call of a message that is `when`."""

    def lie(call, ask):
        said = Message(call)
        return ask(change(said) if when(said) else call)

    return lie


def answering(when, change):
    """A lie that changes the reply to a message that is `when`."""

    def lie(call, ask):
        reply = ask(call)
        return change(reply) if when(Message(call)) else reply

    return lie


def coded(when, code):
    return answering(when, lambda reply: with_(reply, "Code", code))


def is_(kind, text=""):
    return lambda said: said.kind == kind and text in said.text
