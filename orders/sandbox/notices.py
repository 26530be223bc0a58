"""Asynchronous notices: signed, posted as a form, repeated on the ladder until `success` is answered."""

import json
import threading
import time
import urllib.parse
import urllib.request
import uuid

from orders.sandbox.trades import now, yuan

LADDER = [0, 4 * 60, 10 * 60, 10 * 60, 3600, 2 * 3600, 6 * 3600, 15 * 3600]
ANSWER_SECONDS = 5


class Notifier:
    """`speed_up` shortens the ladder: at 60, minutes pass as seconds."""

    def __init__(self, state, keys, *, app_id, seller_id, speed_up):
        self.state, self.keys = state, keys
        self.app_id, self.seller_id, self.speed_up = app_id, seller_id, speed_up

    def of_trade(self, trade, **extra):
        """What a notice or return of a trade says, unsigned."""
        return {
            "app_id": self.app_id,
            "seller_id": self.seller_id,
            "charset": "utf-8",
            "version": "1.0",
            "out_trade_no": trade["out_trade_no"],
            "trade_no": trade["trade_no"],
            "total_amount": yuan(trade["fen"]),
            **extra,
        }

    def queue(self, trade, **extra):
        """Queue the notice of a trade's state, as the faults that are switched on want it."""
        if not trade["notify_url"] or self.state.fault("drop_notice") is not None:
            return
        parameters = self.of_trade(
            trade,
            notify_type="trade_status_sync",
            notify_id=uuid.uuid4().hex,
            notify_time=now(),
            trade_status=trade["status"],
            subject=trade["subject"],
            buyer_id="2088102116773037",
            gmt_create=trade["created"],
            gmt_payment=trade["paid"],
            receipt_amount=yuan(trade["fen"]),
            **extra,
        )
        if self.state.fault("wrong_amount") is not None:
            parameters["total_amount"] = yuan(trade["fen"] - 1)
        forged = self.state.fault("forged_signature") is not None
        wait = self.state.fault("late_notice") or 0
        copies = 2 if self.state.fault("duplicate_notice") is not None else 1
        text = json.dumps(self.keys.signed(parameters, forged), ensure_ascii=False)
        for _ in range(copies):
            self.state.run(
                "INSERT INTO notice (url, parameters, next_at) VALUES (?, ?, ?)",
                trade["notify_url"],
                text,
                time.time() + wait,
            )

    def keep_sending(self):
        while True:
            for notice in self.state.rows("SELECT * FROM notice WHERE next_at <= ?", time.time()):
                self.state.run("UPDATE notice SET next_at = ? WHERE id = ?", time.time() + 60, notice["id"])
                threading.Thread(target=self.send, args=[notice], daemon=True).start()
            time.sleep(0.05)

    def send(self, notice):
        form = urllib.parse.urlencode(json.loads(notice["parameters"])).encode()
        answer = _post(notice["url"], form)
        tries = notice["tries"] + 1
        if answer == "success" or tries == len(LADDER):
            next_at = None
        else:
            next_at = time.time() + LADDER[tries] / self.speed_up
        self.state.run(
            "UPDATE notice SET tries = ?, answer = ?, next_at = ? WHERE id = ?",
            tries,
            answer,
            next_at,
            notice["id"],
        )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def _post(url, form):
    request = urllib.request.Request(
        url, data=form, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    try:
        with _opener.open(request, timeout=ANSWER_SECONDS) as reply:
            return reply.read(200).decode(errors="replace")
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"[:200]
