"""Pujiang Select of Shanghai, from docs/partners/shanghai.md alone: it pulls, and drops files."""
