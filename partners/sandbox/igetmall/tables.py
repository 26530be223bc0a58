"""What the mall keeps beside what every stand-in keeps: items, keys, notices."""

from partners.sandbox.stand import orderbook

SCHEMA = f"""
{orderbook.SCHEMA}
create table if not exists items (
    out_id text primary key, number integer not null, state text not null,
    content_version integer not null default 0, offer_version integer not null default 0,
    content text, offer text, due real not null default 0, key text not null default '',
    shown_content text, shown_offer text,
    shown_content_version integer not null default 0, shown_offer_version integer not null default 0,
    shown_at real);
create index if not exists items_state on items (state, shown_at desc);
create table if not exists refused (
    out_id text not null, parts text not null, at text not null, errors text not null,
    primary key (out_id, parts));
create table if not exists keys (key text primary key);
create table if not exists notices (
    id integer primary key, order_id text not null, body text not null, tries integer not null default 0,
    due real not null, answer text not null default '');
"""
