"""Rules of the house that no linter knows. Each failure names the place and the right form."""

import ast
import functools
import re
import subprocess
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent.parent
APPS = ("kmall", "catalog", "orders", "partners")
EDGES = ("views", "admin", "tasks", "management", "demo")  # of an app: nothing inside it imports them
OUTER = (*EDGES, "apps", "sandbox", "templatetags", "migrations")
OUR_HOSTS = r"(schema\.org|www\.w3\.org|www\.sitemaps\.org|127\.0\.0\.1|localhost|\w+\.(example|test))\b"
MOST_LINES, MOST_FUNCTION_LINES, MOST_VIEW_LINES, MOST_TEMPLATE_LINES = 400, 50, 30, 150


@functools.cache
def modules() -> dict[str, ast.Module]:
    """Every module of the apps with its tree, by its path in the project."""
    paths = [path for app in APPS for path in sorted((BASE / app).rglob("*.py"))]
    return {str(path.relative_to(BASE)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@functools.cache
def texts(folder: str, *endings: str) -> dict[str, str]:
    found = [path for path in sorted((BASE / folder).rglob("*")) if path.suffix in endings]
    return {str(path.relative_to(BASE)): path.read_text(encoding="utf-8") for path in found}


def nodes(*kinds, without=()):
    for path, tree in modules().items():
        if not any(part in path for part in without):
            for node in ast.walk(tree):
                if isinstance(node, kinds):
                    yield path, node


def lines(node) -> int:
    return node.end_lineno - node.lineno + 1


def imported(node) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]
    return [name.name for name in node.names]


def none_of(found, right_form):
    """Fail with every place, and with what to write instead."""
    found = sorted({f"{path}:{line}" if line else path for path, line in found})
    assert not found, f"{right_form}\n  " + "\n  ".join(found)


def test_rows_are_locked_in_locks_alone():
    found = [
        (path, node.lineno)
        for path, node in nodes(ast.Attribute)
        if node.attr == "select_for_update" and not path.endswith("locks.py")
    ]
    none_of(found, "Lock rows through a function of <app>/locks.py, which fixes the order of locks:")


def test_requests_leave_through_one_client():
    allowed = ("sandbox/", "conformance/", "kmall/http.py", "kmall/embedded/")
    clients = {"requests", "urllib.request", "http.client", "aiohttp", "urllib3"}
    found = [
        (path, node.lineno)
        for path, node in nodes(ast.Import, ast.ImportFrom, without=allowed)
        if clients & set(imported(node))
    ]
    found += [
        (path, node.lineno)
        for path, node in nodes(ast.Attribute, without=allowed)
        if isinstance(node.value, ast.Name)
        and node.value.id == "httpx"
        and node.attr in {"Client", "get", "post", "put", "request", "AsyncClient"}
    ]
    none_of(found, "Call out through kmall.http.client(base_url), which has time limits and named failures:")


def test_hmacs_are_made_in_one_place():
    allowed = ("sandbox/", "conformance/", "kmall/signing.py", "kmall/encryption.py")
    found = [
        (path, node.lineno)
        for path, node in nodes(ast.Import, ast.ImportFrom, without=allowed)
        if "hmac" in imported(node)
    ]
    none_of(found, "Sign with kmall.signing, compare with kmall.signing.same:")


def test_money_is_never_a_float():
    def is_money(name):
        return name.endswith(("_fen", "_krw")) or name in {"fen", "won", "krw"}

    found = []
    for path, node in nodes(ast.arg, ast.AnnAssign, ast.Call, ast.Assign):
        match node:
            case ast.arg(arg=name, annotation=ast.Name(id="float")) if is_money(name):
                found.append((path, node.lineno))
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="float")) if is_money(name):
                found.append((path, node.lineno))
            case ast.Call(func=ast.Name(id="float"), args=[ast.Name(id=name) | ast.Attribute(attr=name)]) if (
                is_money(name)
            ):
                found.append((path, node.lineno))
            case ast.Call(func=ast.Attribute(attr="FloatField")) if "/models/" in path:
                found.append((path, node.lineno))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=float())) if is_money(name):
                found.append((path, node.lineno))
    none_of(
        found, "Money is an int in minor units, named *_fen or *_krw; exact maths is Decimal or Fraction:"
    )


def test_modules_stay_short():
    found = [
        (f"{path}: {count} lines", None)
        for path in modules()
        if "migrations" not in path
        and (count := len((BASE / path).read_text(encoding="utf-8").splitlines())) > MOST_LINES
    ]
    none_of(found, f"A module has at most {MOST_LINES} lines, 250 by intent: split it by subject:")


def test_functions_stay_short():
    found = [
        (f"{path}:{node.lineno} {node.name}: {lines(node)} lines", None)
        for path, node in nodes(ast.FunctionDef, without=("migrations/",))
        if lines(node) > MOST_FUNCTION_LINES
    ]
    none_of(
        found, f"A function has under 40 lines, {MOST_FUNCTION_LINES} at the very most: give its parts names:"
    )


def test_views_only_gather_call_and_render():
    found = [
        (f"{path}:{node.lineno} {node.name}: {lines(node)} lines", None)
        for path, node in nodes(ast.FunctionDef)
        if "/views/" in path and node.args.args and node.args.args[0].arg == "request"
        and lines(node) > MOST_VIEW_LINES
    ]  # fmt: skip
    none_of(found, "A view has about 25 lines: forms clean, work modules write, the view renders:")


def test_modules_are_named_for_their_subject():
    vague = {"utils", "helpers", "services", "common", "misc", "util", "helper", "base"}
    none_of(
        [(path, None) for path in modules() if vague & {Path(path).stem, *Path(path).parts[:-1]}],
        "Name a module for its subject (stock.py, place.py):",
    )


def test_saving_does_nothing_but_save():
    found = [
        (path, node.lineno)
        for path, node in nodes(ast.FunctionDef)
        if node.name == "save" and "/models/" in path
    ]
    none_of(found, "Do not override save(): bulk writes skip it. Write a function of the work module:")


def test_no_business_hangs_on_post_save():
    found = [
        (path, node.lineno)
        for path, node in nodes(ast.Import, ast.ImportFrom)
        if {name.rpartition(".")[2] for name in imported(node)} & {"post_save", "pre_save", "post_delete"}
    ]
    none_of(
        found, "Send a past-tense signal of your own from the writing function; bulk writes skip post_save:"
    )


def test_a_deferred_import_gives_its_reason():
    found = []
    for path, function in nodes(ast.FunctionDef, without=("migrations/",)):
        source = (BASE / path).read_text(encoding="utf-8").splitlines()
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                around = source[node.lineno - 2], source[node.end_lineno - 1]
                if not any("#" in line.replace("# noqa", "") for line in around):
                    is_registration = function.name == "ready"  # what AppConfig.ready is for
                    found += [] if is_registration else [(path, node.lineno)]
    none_of(
        found, "Import at the top, or say in a comment on the line why not here (`# circular: …`, `# slow`):"
    )


def test_work_modules_do_not_know_who_calls_them():
    found = []
    for path, node in nodes(ast.Import, ast.ImportFrom):
        app, *rest = Path(path).with_suffix("").parts
        if app == "kmall" or not rest or rest[0] in OUTER or rest[0].endswith("urls"):
            continue
        called_from = {f"{app}.{edge}" for edge in EDGES} - {f"{app}.tasks"}
        if any(
            name.startswith(f"{edge}.") or name == edge for name in imported(node) for edge in called_from
        ):
            found.append((path, node.lineno))
    none_of(found, "Views, admin, management and demo call work modules, never the other way:")


def test_sandboxes_know_nothing_of_the_project():
    found = [
        (path, node.lineno)
        for path, node in nodes(ast.Import, ast.ImportFrom)
        if "/sandbox/" in path or "/conformance/" in path
        for name in imported(node)
        if name.split(".")[0] in {*APPS, "django"}
        and not name.startswith(("orders.sandbox", "partners.sandbox", "partners.conformance"))
    ]
    none_of(found, "A sandbox is written from its page in docs/ alone and imports nothing of ours:")


def test_templates_hold_no_script_and_no_style():
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*(\ssrc=|ld\+json|application/json))", re.I
    )
    found = [
        (path, text[: match.start()].count("\n") + 1)
        for path, text in texts("templates", ".html").items()
        if "/email/" not in path and "mail/" not in path
        for match in inline.finditer(text)
    ]
    none_of(found, "The content policy refuses inline script and style: use a class and a file of static/:")


def test_nothing_is_fetched_from_another_host():
    elsewhere = re.compile(
        rf"""(?:src|href|action|srcset|url\(|@import)\s*=?\s*["'(]*\s*(?:https?:)?//(?!{OUR_HOSTS})"""
    )
    files = texts("templates", ".html") | texts("static", ".css", ".js", ".svg")
    found = [
        (path, text[: match.start()].count("\n") + 1)
        for path, text in files.items()
        for match in elsewhere.finditer(text)
    ]
    none_of(found, "Shoppers sit behind a firewall: serve it from static/:")


def test_shared_templates_state_their_inputs():
    found = [
        (path, None)
        for path, text in texts("templates/parts", ".html").items()
        if not text.lstrip().startswith(("{#", "{% comment"))
    ]
    none_of(found, "Begin a shared part with a comment that lists each variable it takes:")


def test_a_part_that_is_told_only_its_inputs_is_told_the_token_of_its_forms():
    """Django hands none to it, and each of its forms would be refused; a test's client asks for none."""
    templates = texts("templates", ".html")
    include = re.compile(r'{% include "([^"]+)"([^%]*) only %}')
    found = [
        (path, number)
        for path, text in templates.items()
        for number, line in enumerate(text.splitlines(), start=1)
        for part, told in include.findall(line)
        if "{% csrf_token %}" in templates[f"templates/{part}"] and "csrf_token=csrf_token" not in told
    ]
    none_of(found, "Hand the token on (`with csrf_token=csrf_token only`):")


def test_templates_stay_short():
    found = [
        (f"{path}: {count} lines", None)
        for path, text in texts("templates", ".html").items()
        if (count := text.count("\n")) > MOST_TEMPLATE_LINES
    ]
    none_of(found, f"A template has at most {MOST_TEMPLATE_LINES} lines: cut parts out of it:")


def test_translated_texts_are_whole():
    found = [
        (path, node.lineno)
        for path, node in nodes(ast.Call)
        if isinstance(node.func, ast.Name)
        and node.func.id in {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
        and any(isinstance(argument, ast.JoinedStr) for argument in node.args)
    ]
    none_of(found, "Translate a whole text with named places: _('%(count)s left') % {'count': left}:")


def test_nothing_names_this_machine_or_a_registry():
    private = "|".join(
        ["/work" + "/", "pypi" + r"\.org", "files\\.python" + "hosted", "registry\\.npm" + "js"]
    )
    listed = subprocess.run(
        ["git", "grep", "-nIE", private, "--", ":!tests/kmall/test_house_rules.py"],
        cwd=BASE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 128:
        pytest.skip("not a git checkout")
    none_of([(line, None) for line in listed.stdout.splitlines()], "Paths are relative, hosts are settings:")
