"""Numbers in an address: no more than a column holds; with any other it is no address of ours."""

from typing import Annotated, Final

from fastapi import Path, Query

MOST: Final = 2_147_483_647
"""PostgreSQL's integer; SQLite's driver refuses what is far beyond it."""

Number = Annotated[int, Path(ge=0, le=MOST)]

Counted = Annotated[int, Query(ge=0, le=1_000_000)]
"""Which page of a list, or how many of something, after the question mark."""
