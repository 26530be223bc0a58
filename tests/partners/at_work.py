"""A worker in the middle of a mall's orders."""

from partners import turns


def be_at_work(partner_id, lease, line):
    """Says "at work" where there is room for it, and is at work until it is told anything. `lease`: seconds."""
    turns.LEASE = lease

    @turns.few_at_once("orders", most="orders_at_once")
    def work(_partner_id):
        line.send("at work")
        line.recv()

    work(partner_id)
    line.send("at rest")
