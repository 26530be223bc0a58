"""What the mall keeps beside what every stand-in keeps: items, parts of the full feed, files."""

from partners.sandbox.stand import orderbook

SCHEMA = f"""
{orderbook.SCHEMA}
create table if not exists items (
    out_id text primary key, number integer not null, state text not null,
    version integer not null default 0, sequence integer not null default 0, page text not null default '',
    next_content text, next_offer text, refusals text not null default '[]', due real not null default 0,
    shown_content text, shown_offer text, shown_at real);
create index if not exists items_state on items (state, shown_at desc);
create table if not exists parts (digest text primary key, body blob not null);
create table if not exists memory (name text primary key, value text not null);
create table if not exists dropped (
    name text primary key, kind text not null, at real not null, body blob not null, digest text not null);
create table if not exists held (kind text not null, at real not null, body blob not null);
create table if not exists results (name text primary key, digest text not null, rows integer not null);
create table if not exists faulty_rows (
    file text not null, line integer not null, column_ text not null, code text not null,
    text_ text not null);
"""
