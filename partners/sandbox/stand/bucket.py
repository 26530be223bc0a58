"""A rate limit as malls have it: so many calls a second, with a burst."""

import threading
import time

from partners.sandbox.stand import faults


class Bucket:
    def __init__(self, rate, burst):
        self.rate, self.burst, self._lock = rate, burst, threading.Lock()
        self.fill()

    def fill(self):
        """As if nobody had taken any."""
        with self._lock:
            self._tokens, self._filled = float(self.burst), time.monotonic()

    def take(self):
        """Take a token: (whether there was one, whole tokens left)."""
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self.burst, self._tokens + (now - self._filled) * self.rate)
            self._filled = now
            allowed = self._tokens >= 1
            self._tokens -= allowed
            return allowed, int(self._tokens)

    def wait(self, state):
        """(seconds until a caller may try again or None, whole tokens left), with the fault "limited"."""
        allowed, left = self.take()
        limited = faults.use(state, "limited")
        return (None if allowed and limited is None else max(1, int(limited or 1))), left
