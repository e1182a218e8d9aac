"""What the bench uses of Handrail, by the name it has or by the one it had in version 0.3.0.

``--beside`` puts this folder into an older tree, so that both are measured by the same code. A name
that has moved since is named here with both its places; everything else is imported where it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from adapters.settings import settings
from tests.small_service import NOW

ROOT = Path(__file__).parents[2]
ROOMS = ("services", "tasks", "flows")


def found(name: str, *modules: str) -> Any:
    """Return what one of some modules holds by a name, the first that this tree has.

    Raises:
        ImportError: None of them is there and has it.
    """
    for module in modules:
        place = ROOT / module.replace(".", "/")
        if place.is_dir() or place.with_suffix(".py").exists():  # not an installed version's
            held = vars(import_module(module))
            if name in held:
                return held[name]
    raise ImportError(f"None of {', '.join(modules)} has {name}; name its new place beside them.")


prepare = found("prepare", "services.ready", "desk.service")
case_row = found("case_row", "models.case_queries", "models.paper_queries")
record_decision = found("record_decision", "services.decisions.record", "models.decisions")
Specify = found("Specify", "services.decisions.specification", "rules.decisions")
_REPRICE = ("services.pricing.reprice", "tasks.reprice")
cases_to_reprice = found("cases_to_reprice", *_REPRICE)
reprice_batch = found("reprice_batch", *_REPRICE)
finish_repricing = found("finish_repricing", *_REPRICE)
Written = found("Written", "services.documents.keep", "tasks.documents")


@contextmanager
def without_documents() -> Iterator[None]:
    """Leave out rendering, storing and sending, and stop the clock, which tests keep in a file.

    Raises:
        AssertionError: A document was written after all: its function has another name now.
    """
    import_module("flows.advance_case")  # with everything that a run uses
    written = Written("work_order", 1, "aa/bb/order.html", "0" * 64, "aa/bb/order.html", "0" * 64)
    with ExitStack() as stack:
        for module in _product():
            for name, answer in (("write_document", written), ("deliver_for_case", None)):
                if hasattr(module, name):
                    stand_in = _answering(answer)
                    stack.enter_context(patch.object(module, name, stand_in))
        stack.enter_context(patch("adapters.clock.now", lambda: NOW))
        yield
        left = (settings().documents_folder, settings().maildir)
        if any(file.is_file() for folder in left for file in folder.rglob("*")):
            raise AssertionError("Documents were written or sent, which is not to be timed.")


def _answering(answer: object) -> Any:
    return lambda *_one, **_given: answer


def _product() -> list[Any]:
    return [module for name, module in sys.modules.items() if name.partition(".")[0] in ROOMS]
