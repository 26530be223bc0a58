"""A partner mall's set-up, a page for each step. The same pages change what is set up when the mall runs."""
