"""A wrong setting ends the start with one line that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent.parent
SECRETS = {
    "SECRET_KEY": "k" * 50,
    "ENCRYPTION_KEYS": "a21hbGwyNC1kZXZlbG9wbWVudC1lbmNyeXB0aW9uLWs=",
    "BLIND_INDEX_KEY": "b" * 30,
}
SHOWN = ["DEBUG", "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "DEV_INBOX"]


def read(**env):
    """The settings of a process of its own."""
    script = (
        "import sys; sys.path.insert(0, '.'); import runpy; sys.argv = ['manage.py', 'diffsettings', '--all'];"
        "runpy.run_path('manage.py', run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=BASE,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("env", "line"),
    [
        ({"PORT": "abc"}, "PORT: Not a valid integer."),
        ({"DEBUG": "maybe"}, "DEBUG: Not a valid boolean."),
        ({"SITE_URL": "kmall24.example"}, "SITE_URL: must begin with http:// or https://"),
        ({"SITE_URL": "http://kmall24.example/"}, "SITE_URL: must not end with a slash"),
        ({"DATABASE_URL": "kmall"}, "DATABASE_URL: Not a valid database URL."),
        ({"REDIS_URL": "localhost"}, "REDIS_URL: must begin with redis:// or rediss:// or unix://"),
        ({"ENCRYPTION_KEYS": "short"}, "ENCRYPTION_KEYS: must be Fernet keys"),
        ({"RATE_SOURCE": "guess"}, "RATE_SOURCE: must be one of demo, koreaexim"),
        ({"RATE_SOURCE": "koreaexim"}, "KOREAEXIM_KEY: RATE_SOURCE is koreaexim, which needs its key."),
        ({"SITE_URL": "https://kmall24.example"}, "SECRET_KEY: SITE_URL is https, so set a secret"),
        (
            {"SITE_URL": "https://kmall24.example", "SECRET_KEY": "x" * 50},
            "ENCRYPTION_KEYS and BLIND_INDEX_KEY: SITE_URL is https, so set both.",
        ),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(env, line):
    ran = read(**env)
    assert ran.returncode == 1
    assert ran.stderr.strip().splitlines()[-1].startswith(f"Wrong setting: {line}")
    assert "Traceback" not in ran.stderr


def shown(ran):
    lines = dict(line.removeprefix("### ").partition(" = ")[::2] for line in ran.stdout.splitlines())
    return {name: lines[name].partition(" ")[0] for name in SHOWN}


def test_https_turns_all_of_it_on():
    ran = read(SITE_URL="https://kmall24.example", **SECRETS)
    assert shown(ran) == {
        "DEBUG": "False",
        "SESSION_COOKIE_SECURE": "True",
        "SECURE_SSL_REDIRECT": "True",
        "SECURE_HSTS_SECONDS": "2592000",
        "DEV_INBOX": "False",
    }


def test_a_laptop_needs_no_setting():
    assert shown(read()) == (
        {
            "DEBUG": "False",
            "SESSION_COOKIE_SECURE": "False",
            "SECURE_SSL_REDIRECT": "False",
            "SECURE_HSTS_SECONDS": "0",
            "DEV_INBOX": "True",
        }
    )
