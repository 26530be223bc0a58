"""What a stand-in of any mall needs; it knows none of them.

A mall is a package of its own beside this one, with

- `__main__.py`: `command.options(…)` for the usual options, then `command.run(…)`;
- a `Mall` class that holds at least `state` (a `state.State` with the mall's own tables) and `shop_url`;
- a child of `server.Handler` that names the modules of its `pages` and of its operator's `desk`, and says
  what comes in by POST (`receive`);
- a dict of its faults, of which `faults.use` uses one up when its call comes.

Besides: `bucket` (a rate limit), `clock` (China's time), `money`, `orderbook` (orders, their states and
refunds), `daybook` (what each day of them comes to), `requestbook` (what shoppers ask of them), `shopper`
(the page where they ask), `shoppers` (people who buy, with addresses and ID numbers that check), `categories`
(a tree of them), `paging` (of what a shopper filters), `desk` (parts of an operator's page).
"""
