"""docs/deploy.md, Dockerfile, compose.yaml and nginx.conf say what the settings say."""

import re
from pathlib import Path

import pytest

from kmall.celery import app
from kmall.embedded import programs

BASE = Path(__file__).resolve().parent.parent.parent
OF_OTHERS = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS", "CERTIFICATES"}
OF_OTHERS |= {"ALIPAY_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY"}  # files that become the secrets
OF_PYTHON = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def text(name: str) -> str:
    return (BASE / name).read_text(encoding="utf-8")


def settings_read() -> set[str]:
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text("kmall/settings.py")))


def settings_told() -> dict[str, str]:
    return dict(re.findall(r"^\| `([A-Z_]+)` \|[^|]*\| (.*) \|$", text("docs/deploy.md"), re.M))


def test_the_table_lists_every_setting_and_no_other():
    assert set(settings_told()) == settings_read()


def test_compose_sets_what_exists():
    names = set(re.findall(r"^ +([A-Z_]+):", text("compose.yaml"), re.M))
    names |= set(re.findall(r"\$\{([A-Z_]+)", text("compose.yaml")))
    assert names - OF_OTHERS - settings_read() == set()


def test_compose_asks_for_all_that_a_public_mall_needs():
    needed = {name for name, meaning in settings_told().items() if meaning.startswith("Public.")}
    assert needed == {"SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "ENCRYPTION_KEYS", "BLIND_INDEX_KEY"}
    assert needed <= set(re.findall(r"\$\{([A-Z_]+):\?", text("compose.yaml")))


def test_the_image_sets_what_exists():
    lines = re.findall(r"^ENV (.*)$", text("Dockerfile"), re.M)
    names = set(re.findall(r"([A-Z_]+)=", " ".join(lines)))
    assert names - OF_PYTHON - settings_read() == set()


def test_image_compose_and_page_start_the_web_server_alike():
    flags = [part for part in programs.web("HOST", 8000) if part.startswith("--") and part != "--log-level"]
    image = re.findall(r"--[a-z-]+", text("Dockerfile").partition("\nCMD")[2])
    assert image == flags
    for command in re.findall(r"granian --interface .*?kmall\.wsgi", text("docs/deploy.md"), re.S):
        assert re.findall(r"--[a-z-]+", command) == flags


def test_every_queue_has_a_worker_everywhere():
    queues = {"celery", *(route["queue"] for route in app.conf.task_routes.values())}
    run = {part.command[part.command.index("-Q") + 1] for part in all_programs() if "-Q" in part.command}
    assert run == queues
    assert set(re.findall(r"-Q (\w+)", text("compose.yaml"))) == queues
    assert set(re.findall(r"-Q (\w+)", text("docs/deploy.md"))) == queues


def all_programs():
    env = {setting: "https://elsewhere" for _name, setting, _module in programs.SANDBOXES}
    env["SITE_URL"] = "http://c"
    return programs.programs("127.0.0.1", 8000, env, Path("/nowhere"))


@pytest.fixture(autouse=True)
def _no_folders(monkeypatch):
    monkeypatch.setattr(Path, "mkdir", lambda *args, **kwargs: None)


def test_nginx_is_the_one_proxy_that_is_believed():
    assert text("docs/nginx.conf").count("X-Forwarded-Proto $scheme") == 1
    assert 'PROXIES: "1"' in text("compose.yaml")


def test_every_beat_task_exists():
    app.loader.import_default_modules()
    told = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert told - set(app.tasks) == set()
