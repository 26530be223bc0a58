"""Make .venv and install what the named requirements files list, unless both stand already.

Runs with the system's Python, before anything is installed: standard library only.
    python3 kmall/embedded/bootstrap.py requirements.txt
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
LEAST_FREE_BYTES = 700 * 2**20


def main(names):
    if sys.version_info < OLDEST:
        fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: make run PYTHON=python3.11")
    wanted = fingerprint(names)
    stamp = VENV / ".installed"
    if stamp.exists() and wanted in stamp.read_text().split() and works():
        return
    require_room()
    if not works():
        make_venv()
    install(names)
    stamp.write_text("\n".join(sorted({*fingerprints_of_smaller_sets(names), wanted})))


def fingerprint(names):
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for name in names:
        digest.update((BASE / name).read_bytes())
    return digest.hexdigest()


def fingerprints_of_smaller_sets(names):
    """`make test` installs more than `make run` needs, so afterwards that need not install again."""
    return [fingerprint(names[:count]) for count in range(1, len(names))]


def works():
    """Whether the environment has a Python that runs, which it has not after an upgrade of the system."""
    if not PYTHON.exists():
        return False
    version = "import sys, pip; print(sys.version_info[:2])"
    answer = subprocess.run([str(PYTHON), "-c", version], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == str(tuple(sys.version_info[:2]))


def make_venv():
    try:
        # Debian keeps both in a package of its own.
        import ensurepip  # noqa: F401
        import venv  # see above
    except ImportError:
        version = ".".join(map(str, sys.version_info[:2]))
        fail(f"Python's venv module is missing: sudo apt-get install python{version}-venv")
    say("Making .venv …")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        venv.create(VENV, with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        fail(f".venv could not be made in {BASE}: {error}")


def install(names):
    total = sum(line[:1].isalnum() for name in names for line in (BASE / name).read_text().splitlines())
    say(f"Installing {total} packages …")
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar", "off"]
    for name in names:
        command += ["-r", str(BASE / name)]
    errors, seen = [], 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout:
            if line.startswith(("Collecting", "Requirement already")):
                seen += 1
                show_progress(seen, total, line.split()[1] if line[0] == "C" else "")
            elif "ERROR" in line or "No space left" in line:
                errors.append(line.strip())
            elif line.startswith("Installing collected"):
                show_progress(total, total, "unpacking")
    if sys.stdout.isatty():
        say("")
    if pip.returncode:
        fail(reason(errors))


def show_progress(seen, total, name):
    if sys.stdout.isatty():
        say(f"\r  {min(seen, total)}/{total} {name[:40]:<40}", end="")


def reason(errors):
    text = " ".join(errors)
    if "No space left" in text:
        return f"The disk is full: free 1 GB where {BASE} is."
    return f"pip could not install the packages: {errors[-1] if errors else 'it gave no reason'}"


def require_room():
    free = shutil.disk_usage(BASE).free
    if free < LEAST_FREE_BYTES:
        fail(f"The disk is full: {free // 2**20} MB are left where {BASE} is, 700 MB are needed.")


def say(text, end="\n"):
    print(text, end=end, flush=True)  # noqa: T201


def fail(text):
    sys.exit(f"Kmall24 cannot start: {text}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        fail(f"{error.strerror}: {error.filename}")
