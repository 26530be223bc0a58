"""What the mall keeps beside what every stand-in keeps: goods and the messages that brought them."""

from partners.sandbox.stand import orderbook

SCHEMA = f"""
{orderbook.SCHEMA}
create table if not exists goods (
    goods_no text primary key, number integer not null, state text not null,
    content_version integer not null default 0, offer_version integer not null default 0,
    content text, offer text, due real not null default 0,
    shown_content text, shown_offer text, shown_category text, shown_at real);
create index if not exists goods_state on goods (state, shown_at desc);
create table if not exists messages (
    number integer primary key, message_id text not null unique, kind text not null, body text not null,
    state text not null, fault text not null default '', taken_at real not null, due real not null,
    items text not null default '[]');
create index if not exists messages_due on messages (state, due);
"""
