"""What benches there are, `make bench` and docs/speed.md say alike; the rival is pinned like ourselves."""

import re
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent


def text(name):
    return (BASE / name).read_text(encoding="utf-8")


def test_every_bench_is_run_and_described():
    benches = {path.stem for path in (BASE / "bench").glob("*.py") if "= arguments(" in path.read_text()}
    assert set(re.findall(r'"(\w+)": \[', text("bench/__main__.py"))) == benches
    assert set(re.findall(r"`python -m bench\.(\w+)", text("docs/speed.md"))) == benches
    assert "-m bench $(if $(QUICK),--quick)" in text("Makefile")


def test_the_rival_runs_on_the_servers_that_we_run_on():
    ours = dict(
        re.findall(r"^([\w-]+)==(\S+)", text("requirements.txt") + text("requirements-dev.txt"), re.M)
    )
    theirs = dict(re.findall(r"^([\w-]+)==(\S+)", text("bench/oscar/requirements.txt"), re.M))
    assert "django-oscar" in theirs
    for name in ("django", "granian", "gunicorn", "psycopg2-binary", "redis"):
        assert theirs[name] == ours[name], name


def test_the_bench_changes_of_nginx_conf_what_is_in_it():
    patterns = re.findall(r"\(r\"(.+)\", ", text("bench/proxy.py"))
    assert len(patterns) == 6
    for pattern in patterns:
        assert re.search(pattern, text("docs/nginx.conf")), pattern
