"""docs/partners/shanghai.md: `mall` asks the mall's export and folders, `supplier` the feed that it reads."""
