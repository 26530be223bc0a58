"""Where this clone's own servers are while they run, for every other command started beside `make run`."""

import json
import os
from pathlib import Path


def _note(var: Path) -> Path:
    return var / "run" / "addresses.json"


def write(var: Path, addresses: dict[str, str]) -> None:
    """Settings by name, DATABASE_URL and REDIS_URL among them; readable by nobody else."""
    draft = _note(var).with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(addresses, indent=1))
    draft.replace(_note(var))


def read(var: Path) -> dict[str, str]:
    try:
        return json.loads(_note(var).read_text())
    except (OSError, ValueError):
        return {}


def forget(var: Path) -> None:
    _note(var).unlink(missing_ok=True)


def adopt(var: Path) -> None:
    """Let what the environment leaves unset be what the running mall of this clone uses.

    Servers named by the environment are another mall's: then nothing is taken over.
    """
    if "DATABASE_URL" in os.environ or "REDIS_URL" in os.environ:
        return
    for name, value in read(var).items():
        os.environ.setdefault(name, value)
