"""Which database is looked at before the service starts: any SQLite file, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.service.state_folder import check_our_database
from rules.errors import BrokenStateError


@pytest.mark.parametrize("dialect", ["sqlite", "sqlite+pysqlite"])
@pytest.mark.parametrize("query", ["", "?timeout=5"])
def test_a_file_that_is_no_database_is_refused_whatever_driver_its_url_names(
    tmp_path: Path, dialect: str, query: str
) -> None:
    file = tmp_path / "handrail.db"
    file.write_text("a letter, saved under the wrong name", encoding="utf-8")
    with pytest.raises(BrokenStateError, match=f"{file} is not a usable database"):
        check_our_database(url=f"{dialect}:///{file}{query}", documents=tmp_path)


def test_a_database_that_is_no_file_is_left_to_the_connection(tmp_path: Path) -> None:
    for url in ("sqlite://", "postgresql:///handrail", "postgresql+psycopg://user@host/name"):
        check_our_database(url=url, documents=tmp_path)
