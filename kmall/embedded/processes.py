"""Start, watch and stop the programs of one mall; none outlives the supervisor, however that ends."""

import contextlib
import ctypes
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
_LONGEST_PAUSE = 30.0
_STEADY_AFTER = 60.0  # seconds up, after which a death counts as the first again


class CannotStart(Exception):
    """Why the mall does not start, and what to do, in one line."""


class Process:
    """One program in its own process group, writing to its own log."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        log: Path,
        env: dict[str, str] | None = None,
        stop_with: signal.Signals = signal.SIGTERM,
        patience: float = 15.0,
    ):
        self.name, self.command, self.log, self.env = name, [str(part) for part in command], log, env
        self.stop_with, self.patience = stop_with, patience
        self.popen: subprocess.Popen | None = None
        self.started_at = 0.0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self.env,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops all in order
                preexec_fn=partial(dies_with_parent, self.stop_with),
            )
        self.started_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def ask_to_stop(self) -> None:
        if self.is_alive:
            self.popen.send_signal(self.stop_with)

    def stop(self) -> None:
        """Ask, wait, kill; then kill whatever it left in its group."""
        if self.popen is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(self.patience)
        self.kill_group(self.popen)
        self.popen.wait()

    @staticmethod
    def kill_group(leader: subprocess.Popen) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader.pid, signal.SIGKILL)

    def last_words(self, lines: int = 3) -> str:
        """The end of its log, on one line."""
        if not self.log.exists():
            return ""
        text = self.log.read_text(errors="replace").strip().splitlines()[-lines:]
        return " | ".join(line.strip() for line in text)

    def __str__(self):
        return shlex.join(self.command)


class Supervisor:
    """Keeps processes alive until told to stop. `say` prints a line for the person at the terminal."""

    def __init__(self, say: Callable[[str], None]):
        self.say = say
        self.processes: list[Process] = []
        self._deaths: dict[str, int] = {}
        self._start_again_at: dict[str, float] = {}

    def start(self, process: Process) -> Process:
        process.start()
        self.processes.append(process)
        return process

    def wait_until(self, process: Process, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Until `ready`; raises `CannotStart` if the process dies or takes longer."""
        give_up_at = time.monotonic() + seconds
        while not ready():
            if not process.is_alive:
                raise CannotStart(f"{process.name} stopped at once: {process.last_words()}")
            if time.monotonic() > give_up_at:
                raise CannotStart(f"{process.name} gave no answer in {seconds:.0f} s: see {process.log}")
            time.sleep(0.05)

    def watch(self) -> None:
        """Start again what dies, for ever; ends only by an exception, such as the one of a signal."""
        while True:
            for process in self.processes:
                if not process.is_alive:
                    self._start_again(process)
            time.sleep(0.3)

    def _start_again(self, process: Process) -> None:
        now = time.monotonic()
        due = self._start_again_at.get(process.name)
        if due is None:
            steady = now - process.started_at > _STEADY_AFTER
            deaths = self._deaths[process.name] = 1 if steady else self._deaths.get(process.name, 0) + 1
            pause = min(_LONGEST_PAUSE, 2.0 ** (deaths - 1) / 2)
            self._start_again_at[process.name] = now + pause
            how = process.popen.returncode
            self.say(f"{process.name} ended ({how}), starts again in {pause:g} s; see {process.log}")
        elif now >= due:
            del self._start_again_at[process.name]
            process.stop()  # its orphans
            process.start()

    def stop(self) -> None:
        """All of them, the last started first; those that do not depend on one another at once."""
        servers = [process for process in self.processes if process.name in ("postgres", "redis")]
        others = [process for process in self.processes if process not in servers]
        for group in (others, servers):
            for process in reversed(group):
                process.ask_to_stop()
            for process in reversed(group):
                process.stop()
        self.processes.clear()


def dies_with_parent(with_signal: signal.Signals) -> None:
    """Linux tells this process by the signal that its parent is gone, even if the parent was killed."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, int(with_signal))
