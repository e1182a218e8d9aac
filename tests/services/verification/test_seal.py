"""A seal: what a forger who works every hash out again cannot hide, and what came after apart."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters import signing
from adapters.settings import settings
from models.audit import broken_links, hash_of
from models.database import engine_for, reading
from models.tables.cases import Case
from models.tables.record import Audit
from rules.errors import StorageError
from rules.pathway import StepName
from services.verification.against_seal import against_seal
from services.verification.ledger import out_of_step
from services.verification.seal import Sealed, read_seal, seal, seal_daily
from services.verification.verify import findings
from tests.factories import case_at, later, new_case, pass_step


def held_against(url: str, sealed: Sealed) -> tuple[list[str], list[str]]:
    """Return the sentences of what does not hold, and those of what came after."""
    with reading(url) as conn:
        found, after = against_seal(conn, sealed, known_key=signing.known_key())
    return [one.sentence for one in found], after


@pytest.fixture(autouse=True)
def _key(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", url)
    monkeypatch.setenv("HANDRAIL_SEAL_KEY", str(tmp_path / "kept" / "seal.key"))
    settings.cache_clear()


def test_a_forger_who_works_the_ledger_out_again_is_told_by_the_seal(
    url: str, tmp_path: Path
) -> None:
    case = case_at(url, StepName.WORKS)
    seal(tmp_path / "a.seal")
    sealed = read_seal(tmp_path / "a.seal")
    assert held_against(url, sealed) == ([], [])
    later(days=1)
    pass_step(url, case, StepName.WORKS)
    new_case(url, reference="DFG-NEW")
    broken, after = held_against(url, sealed)
    assert broken == []
    assert any(words.startswith(f"{case}: audit rows ") for words in after)
    assert "DFG-NEW: the case came after the seal." in after
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql("UPDATE approval SET reason = 'another'")
        conn.exec_driver_sql("DELETE FROM covered")
    broken, _ = held_against(url, sealed)
    assert broken == ["1 rows of approval were changed since they were sealed."]


def test_a_chain_written_again_is_not_the_one_sealed(url: str, tmp_path: Path) -> None:
    case = case_at(url, StepName.CERTIFICATES)
    sealed = seal(tmp_path / "a.seal")
    chain_written_again(url, case)
    with reading(url) as conn:
        assert list(broken_links(conn)) == []  # the chain agrees with itself
        words = [one.sentence for one in out_of_step(conn)]
    assert words == ["The last row of the audit chain is not the one that was written."]
    broken, _ = held_against(url, sealed)
    count = sealed.body["chains"][case][0]
    assert broken == [f"The audit chain is not the one of {count} rows that was sealed."]


def chain_written_again(url: str, case: str) -> None:
    """Change a reason and work every hash after it out again, as who knows Handrail can."""
    sqlite = url.startswith("sqlite")
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql(
            "DROP TRIGGER audit_refuses_update"
            if sqlite
            else "ALTER TABLE audit DISABLE TRIGGER USER"
        )
        previous = ""
        query = sa.select(*Audit.__table__.c).where(Audit.chain == case).order_by(Audit.sequence)
        for row in conn.execute(query).mappings().all():
            changed = {"previous_hash": previous}
            if row["sequence"] == 2:
                changed["reason"] = "another"
            previous = hash_of({**row, **changed})
            this = sa.update(Audit).where(Audit.id == row["id"])
            conn.execute(this.values(**changed, hash=previous))
        conn.execute(sa.update(Case).where(Case.reference == case).values(audit_hash=previous))


def test_a_seal_that_was_edited_or_signed_by_another_is_refused(url: str, tmp_path: Path) -> None:
    sealed = seal(tmp_path / "a.seal")
    edited = Sealed({**sealed.body, "ledger": 9_999}, sealed.key, sealed.signature)
    assert held_against(url, edited)[0] == [
        "The seal is not as it was signed; use another copy of it."
    ]
    with reading(url) as conn:
        found, _ = against_seal(conn, sealed, known_key="00" * 32)
    assert found[0].sentence.startswith(f"The seal was signed with the key {sealed.key}, and ")
    (tmp_path / "b.seal").write_text("{}")
    with pytest.raises(StorageError):
        read_seal(tmp_path / "b.seal")


def test_a_seal_goes_where_the_settings_say_once_a_day(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seal_daily() == ""
    monkeypatch.setenv("HANDRAIL_SEAL_TO", str(tmp_path / "away"))
    settings.cache_clear()
    assert seal_daily().startswith("Sealed: handrail-")
    assert seal_daily() == ""
    later(days=1)
    assert seal_daily().startswith("Sealed: handrail-")
    assert len(list((tmp_path / "away").iterdir())) == 2
    with reading(url) as conn:
        assert list(findings(conn, lambda _path: None)) == []
