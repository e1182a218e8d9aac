"""Documents that words point at: ``doc:3`` is the third document received on the case."""

import re
from typing import Final

_POINTED: Final = re.compile(r"\bdoc:(\d{1,9})\b", re.IGNORECASE)


def pointed_at(words: str) -> tuple[int, ...]:
    """Return the numbers of the documents that words point at, each once, as they come."""
    return tuple(dict.fromkeys(int(number) for number in _POINTED.findall(words)))
