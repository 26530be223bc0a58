"""How dates and times read on the desk, by language. The shop names its own formats."""
