"""Which documents an authority asks of its contractors, by trade, and with which cover.

The six of ``rules.contractors.REQUIRED`` are asked until a row says otherwise. A row stands for its
document and trade: one of the authority's own goes before one for every authority.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.contractors import DOCUMENTS, REQUIRED


@dataclass(frozen=True, slots=True)
class Required:
    """A document that every contractor, or each of one trade, must hold.

    Args:
        trade: The trade whose lines need it; empty for any works.
        minimum_cover_pence: The least cover, or None where any will do.
    """

    document: str
    trade: str = ""
    minimum_cover_pence: int | None = None


DEFAULTS = tuple(Required(kind) for kind in REQUIRED)
"""What is asked where nobody has said otherwise; not verified with any authority."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one row of the list says.

    Args:
        authority: Its code, or empty for every authority.
        asked: False takes the document off the list, such as one of the six.
    """

    authority: str
    document: str
    trade: str
    minimum_cover_pence: int | None
    asked: bool


@dataclass(frozen=True, slots=True)
class Asks:
    """The whole list, of every authority."""

    rows: tuple[Asked, ...] = ()

    def of(self, authority: str) -> tuple[Required, ...]:
        """Return what an authority asks, in the order of ``rules.contractors.DOCUMENTS``."""
        found = {(one.document, one.trade): one for one in DEFAULTS}
        for row in sorted(self.rows, key=lambda row: row.authority != ""):
            if row.authority in ("", authority):
                key = (row.document, row.trade)
                found.pop(key, None)
                if row.asked:
                    found[key] = Required(*key, row.minimum_cover_pence)
        return tuple(sorted(found.values(), key=_in_order))

    def of_contractor(
        self, *, authorities: Iterable[str], trades: Iterable[str]
    ) -> Mapping[str, tuple[str, int | None]]:
        """Return each document asked of a contractor somewhere: by whom in words, and its cover.

        Args:
            authorities: Those that it works for.
            trades: Those that it covers.
        """
        codes = sorted(authorities)
        asking: dict[tuple[str, str], list[tuple[str, int | None]]] = {}
        for code in codes:
            for one in self.of(code):
                if one.trade in ("", *trades):
                    key = (one.document, one.trade)
                    asking.setdefault(key, []).append((code, one.minimum_cover_pence))
        found: dict[str, tuple[str, int | None]] = {}
        for (document, trade), by in asking.items():
            whose = "every contractor" if len(by) == len(codes) else _of([code for code, _ in by])
            words = f"{whose} for {trade.replace('_', ' ')}" if trade else whose
            before, least = found.get(document, ("", None))
            covers = [one for _, one in by if one is not None] + [least or 0]
            found[document] = (f"{before}; {words}" if before else words, max(covers) or None)
        return found


def _of(codes: list[str]) -> str:
    return f"contractors of {', '.join(codes)}"


def _in_order(one: Required) -> tuple[int, str]:
    known = DOCUMENTS.index(one.document) if one.document in DOCUMENTS else len(DOCUMENTS)
    return known, one.trade
