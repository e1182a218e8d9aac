"""What is held on somebody, as one file: a page to read, the same for machines, the documents."""

import json
import zipfile
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from desk.web.page import environment
from services.personal.access import GivenOut

_INDEX: Final = "personal/pages/given_out.html"


def bundle(given: GivenOut) -> bytes:
    """Return a zip with ``index.html``, ``data.json`` and a folder of documents for each case."""
    shown = environment().get_template(_INDEX).render({"given": given, "as_words": as_words})
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("index.html", shown)
        made.writestr("data.json", as_json(given.held))
        for name, data in sorted(given.files.items()):
            made.writestr(name, data)
    return out.getvalue()


def as_json(held: Any) -> str:
    """Return plain values as JSON: dates ISO, exact numbers as text."""
    return json.dumps(held, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def as_words(value: object) -> str:
    """Return one value as it is read: a day, yes or no, several with commas between."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%-d %B %Y, %H:%M} UTC"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    if isinstance(value, list):
        return ", ".join(map(as_words, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {as_words(one)}" for name, one in value.items())
    return "" if value is None else str(value)
