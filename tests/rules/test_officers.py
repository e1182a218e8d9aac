"""Who answers on a day: somebody, whoever stands in, or nobody once they have left."""

from __future__ import annotations

from datetime import date, timedelta

from rules.officers import Absence, answering, holder_words
from rules.people import Actor, Role

ON = date(2026, 6, 1)
DAY = timedelta(days=1)
STAFF = {
    name: Actor(name, name.title(), Role.TECHNICAL_OFFICER, last_day=last)
    for name, last in (("tess", None), ("toby", None), ("gone", ON - DAY), ("last", ON))
}


def away(officer: str, covered_by: str, first: date = ON, last: date = ON) -> Absence:
    return Absence(1, officer, covered_by, first, last)


def who(identity: str, *absences: Absence) -> str:
    return answering(identity, staff=STAFF, absences=absences, on=ON)


def test_somebody_answers_for_what_is_theirs_until_their_last_day() -> None:
    assert [who(name) for name in ("tess", "last", "gone", "nobody", "")] == [
        *("tess", "last"),
        *("", "", ""),
    ]


def test_a_stand_in_answers_on_the_days_away_first_and_last_included() -> None:
    for first, last in ((ON, ON), (ON - DAY, ON), (ON, ON + DAY)):
        assert who("tess", away("tess", "toby", first, last)) == "toby"
    assert who("tess", away("tess", "toby", ON - 3 * DAY, ON - DAY)) == "tess"
    assert who("tess", away("tess", "toby", ON + DAY, ON + 3 * DAY)) == "tess"


def test_a_stand_in_who_is_away_has_one_too_and_nobody_answers_where_all_are() -> None:
    assert who("tess", away("tess", "toby"), away("toby", "last")) == "last"
    assert who("tess", away("tess", "toby"), away("toby", "tess")) == ""
    assert who("tess", away("tess", "gone")) == ""


def test_a_holder_is_named_where_the_case_is_somebodys() -> None:
    assert holder_words("technical officer", officer="Tess Tyler") == "Tess Tyler"
    assert holder_words("technical officer") == "technical officer"
    assert holder_words("assessor", officer="Tess Tyler", assessor="Otto") == "Otto"
    assert holder_words("contractor", officer="Tess Tyler") == "contractor"
