"""Templates of pages: each finds the macros it uses, alone or in whatever draws it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from jinja2 import meta

from desk.web.page import TEMPLATES, environment

MACROS: Final = "layout/pages/macros.html"
INCLUDED: Final = re.compile(r"""{%-? *include *["']([^"']+)["']""")


def test_a_macro_is_imported_by_whatever_uses_it_or_by_all_that_include_that() -> None:
    drawn = environment()
    macros = set(vars(drawn.get_template(MACROS).module))
    pages = sorted(Path(TEMPLATES).glob("*/pages/**/*.html"))
    sources = {str(one.relative_to(TEMPLATES)): one.read_text(encoding="utf-8") for one in pages}
    lacks = {
        name: meta.find_undeclared_variables(drawn.parse(source)) & macros
        for name, source in sources.items()
    }
    by = {
        name: [n for n, text in sources.items() if name in INCLUDED.findall(text)]
        for name in sources
    }

    def lacking(name: str, macro: str) -> bool:
        if re.search(rf"import [^%]*\b{macro}\b", sources[name]):
            return False
        return not by[name] or any(lacking(one, macro) for one in by[name])

    wrong = {(name, one) for name, used in lacks.items() for one in used if lacking(name, one)}
    assert len(sources) > 100
    assert wrong == set()
