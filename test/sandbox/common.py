"""What every module of the sandbox needs: the account, the clock, lenient JSON, and the count of what is in flight."""
from __future__ import annotations

import json
import threading
from datetime import datetime, timezone

ACCOUNT = "123456789012"


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parsed(text: str | bytes | None):
    """The JSON value, or the text itself where it is none."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text if isinstance(text, str) else text.decode("utf-8", "replace")


def as_list(value) -> list:
    return value if isinstance(value, list) else [] if value is None else [value]


class Tracker:
    """Counts what is in flight, so that a test can wait until nothing is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, str] = {}
        self._last = 0

    def begin(self, what: str) -> int:
        with self._lock:
            self._last += 1
            self._running[self._last] = what
            return self._last

    def end(self, token: int) -> None:
        with self._lock:
            self._running.pop(token, None)

    def running(self) -> list[str]:
        with self._lock:
            return list(self._running.values())

    def spawn(self, what: str, work, *args) -> None:
        """Runs work in a thread of its own; it counts from now on, not from when the thread gets its turn."""
        token = self.begin(what)

        def run() -> None:
            try:
                work(*args)
            finally:
                self.end(token)

        threading.Thread(target=run, name=what, daemon=True).start()
