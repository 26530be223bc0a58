"""Log records as one JSON object a line (plain lines for a terminal), with the request's id, without persons.

Code logs through `logging.getLogger(__name__)` with ids in its arguments. What slips through all the same,
such as an address in the text of somebody else's exception, or in a request that Django hands over, is masked
here.
"""

import re

import structlog

# Keys whose values are never written, whatever they hold.
PERSONAL = frozenset(
    {
        "name", "real_name", "recipient", "phone", "mobile", "email", "address", "street", "id_number",
        "password", "code", "token", "cookie",
    }
)  # fmt: skip
STATUSES = range(100, 600)
_PATTERNS = (
    # what stands in a query was typed by somebody, or signs a call; a page's number may be read
    (re.compile(r"(?<=[?&])([^=&?#\s'\"<>]+)=(?!\d{1,4}(?:[&#\s'\"<>]|$))[^&#\s'\"<>]+"), r"\1=***"),
    (re.compile(r"(?<![\w.+-])[\w.+-]+(?:@|%40)[\w-]+(\.[\w-]+)+"), "***@***"),
    (re.compile(r"(?<!\d)[1-9]\d{5}(19|20)\d{9}[\dXx](?!\d)"), "***id***"),
    (re.compile(r"(?<![\d.])(\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"), "***phone***"),
    (re.compile(r"(?<![\d.])(\+?82[ -]?|0)10(?:[ -]?\d{4}){2}(?!\d)"), "***phone***"),
    # addresses that are keys, or carry a visit
    (
        re.compile(
            r"(/(?:go|tablet|partners/feed|partners/standing|confirm-email|password/reset/key)/)[\w.:%~-]+"
        ),
        r"\1***",
    ),
)


def without_persons(logger, method, event: dict) -> dict:
    """A processor: masks values by key, and e-mail addresses, phone and ID numbers in any text.

    Anything that is not of JSON, such as a request, becomes the text that it would be written as.
    """
    return _masked(event)


def _masked(value):
    if isinstance(value, dict):
        return {key: "***" if _is_personal(key, inner) else _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else repr(value)
    for pattern, mask in _PATTERNS:
        text = pattern.sub(mask, text)
    return text


def _is_personal(key, value) -> bool:
    """A `code` lets somebody in, but for the HTTP status that ends a request's line."""
    return key in PERSONAL and not (key == "code" and type(value) is int and value in STATUSES)


_SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]
_LEVELS = {
    "django.server": "WARNING",
    "httpx": "WARNING",  # would write whole addresses, signatures included
    "httpcore": "WARNING",
    "celery.app.trace": "WARNING",  # django-structlog writes the same with the request's id
    "celery.worker.strategy": "WARNING",
    "celery.beat": "WARNING",
}


def config(*, as_json: bool, level: str) -> dict:
    """Django's LOGGING. Records of `logging` and of structlog take the same way out."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    render = structlog.processors.JSONRenderer(ensure_ascii=False)
    if not as_json:
        render = structlog.dev.ConsoleRenderer(colors=False)
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *_SHARED],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_persons,
            render,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": least} for name, least in _LEVELS.items()},
    }
