"""docs/partners/igetmall.md: `mall` asks the mall's server, `supplier` the address that takes its notices."""
