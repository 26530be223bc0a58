"""Whether `manage.py prepare` would find anything to do: it costs seconds of each start otherwise."""

import hashlib
import os
import re
from pathlib import Path

_FOLDERS = ("kmall", "catalog", "orders", "partners", "locale", "static", "templates")


def fingerprint(base: Path) -> str:
    """Changes with any file that prepare looks at, and with any setting, which prepare checks."""
    names = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (base / "kmall/settings.py").read_text(encoding="utf-8"))
    # Addresses of servers that are ours alone change with a free port.
    asked = {name: os.environ.get(name) for name in names if name not in ("DATABASE_URL", "REDIS_URL")}
    digest = hashlib.sha256(repr(sorted(asked.items())).encode())
    for path in sorted(path for folder in _FOLDERS for path in (base / folder).rglob("*.*")):
        if "__pycache__" not in path.parts and path.suffix != ".mo":
            found = path.stat()
            digest.update(f"{path.relative_to(base)} {found.st_mtime_ns} {found.st_size}\n".encode())
    return digest.hexdigest()


def is_prepared(base: Path, data: Path) -> bool:
    """`data`: the folder of our own PostgreSQL, whose loss takes the note with it."""
    note, manifest = data / "prepared", base / "var/static/staticfiles.json"
    return note.exists() and manifest.exists() and note.read_text() == fingerprint(base)


def note(base: Path, data: Path) -> None:
    (data / "prepared").write_text(fingerprint(base))
