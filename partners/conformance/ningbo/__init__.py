"""docs/partners/ningbo.md: `mall` asks the mall's server, which calls nobody itself."""
