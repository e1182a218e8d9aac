"""`handrail reprice`: previewed, asked for, carried out, shown; and what is refused is said."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.factories import case_at, go
from tests.journeys.commands import asked, handrail, refused, refused_as_json
from tests.looking import contents, step_of
from tests.repricing import carried_out, new_version
from tests.small_service import ADA, TESS, WENDY

OF_TESS = ("--by", TESS, "--reason", "the index of June")


def previewed() -> None:
    """Look at what the preview says, in full, in words and as CSV."""
    told = asked("reprice", "preview")
    dearest, other, *rest = told["cases"]
    assert (dearest["case"], dearest["difference_pence"], dearest["difference_percent"]) == (
        "DFG-2",
        168_40,
        "10.0",
    )
    assert dearest["before"] == {"contractor": None, "net_pence": 1_684_00, "total_pence": 1_684_00}
    assert (other["case"], other["difference_pence"]) == ("DFG-1", 41_76)
    assert other["after"]["contractor"] == "AVON"
    assert {(case["case"], case["outcome"]) for case in rest} == {
        ("DFG-3", "left"),
        ("DFG-4", "unchanged"),
    }
    assert told["totals"]["counts"] == {"repriced": 2, "unchanged": 1, "left": 1, "trouble": 0}
    shown = handrail("reprice", "preview")
    assert "2 cases would be priced again" in shown
    assert "1 case left: its works are offered or ordered, and what was agreed stands." in shown
    assert "Nothing was changed." in shown
    rows = list(csv.DictReader(io.StringIO(handrail("reprice", "preview", "--csv"))))
    assert [(row["case"], row["difference_pence"]) for row in rows][:2] == [
        ("DFG-2", "16840"),
        ("DFG-1", "4176"),
    ]


def test_open_cases_take_up_a_new_index_after_a_preview(
    sqlite_service: str, tmp_path: Path
) -> None:
    case_at(sqlite_service, "approve", reference="DFG-1", route="call_off")
    case_at(sqlite_service, "price", reference="DFG-2")
    case_at(sqlite_service, "works", reference="DFG-3", route="call_off")
    case_at(sqlite_service, "tender", reference="DFG-4")
    new_version(sqlite_service, index="10")
    ordered = asked("case", "show", "DFG-3")
    before = contents(sqlite_service)

    previewed()
    assert contents(sqlite_service) == before, "a preview changes nothing"

    said = handrail("reprice", "apply", *OF_TESS)
    assert "Repricing 1 is asked for: 3 cases to be priced again, 1 left as they are." in said
    shown = handrail("reprice", "show", "1")
    assert "Repricing 1 is asked for, and not done yet. tess@rbc.example asked on 2 June" in shown
    carried_out(1)
    (listed,) = asked("reprice", "list")
    assert (listed["status"], listed["counts"]["repriced"]) == ("done", 2)
    assert "2 repriced, 1 unchanged, 1 left" in handrail("reprice", "list")
    repriced = {case["case"]: case for case in asked("reprice", "show", "1")["cases"]}
    assert (repriced["DFG-1"]["before_pence"], repriced["DFG-1"]["after_pence"]) == (417_60, 459_36)
    assert repriced["DFG-1"]["particulars"] == "it needs its s.2(2)(b) direction again"
    assert step_of(sqlite_service, "DFG-1", "tender").revision == 2
    assert asked("case", "show", "DFG-3")["lines"] == ordered["lines"]
    noted = [row for row in asked("case", "history", "DFG-1") if row["action"] == "price: repriced"]
    assert [(row["actor"], row["reason"]) for row in noted] == [(TESS, "the index of June")]
    go("DFG-1")
    assert asked("verify") == {"sound": True, "findings": []}


def test_a_code_is_put_right_where_it_can_be(sqlite_service: str) -> None:
    case_at(sqlite_service, "tender", route="call_off")
    said = handrail("reprice", "preview", "--replace", "RAIL=TILE")
    assert "DFG-1 cannot be priced again: The codes of DFG-1 cannot be replaced" in said
    assert "line 1 is RAIL per each, and TILE is per m2" in said
    assert "DFG-1 cannot be priced again: No schedule in force" in handrail(
        "reprice", "preview", "--replace", "RAIL=NONE"
    )
    given = asked("reprice", "apply", "--replace", "RAIL=TRAY", *OF_TESS)
    carried_out(given["repricing"])
    assert "Code RAIL is put right to TRAY." in handrail("reprice", "show", "1")
    assert [line["code"] for line in asked("case", "show", "DFG-1")["lines"]] == ["TRAY", "LIGHT"]


def test_what_may_not_be_repriced_is_said_and_changes_nothing(sqlite_service: str) -> None:
    case_at(sqlite_service, "price", route="call_off")
    before = contents(sqlite_service)
    for words, expected in (
        (("preview", "--case", "NOPE"), "There is no case NOPE."),
        (("preview", "--authority", "XYZ"), "There is no authority XYZ."),
        (("preview", "--replace", "RAIL"), "“RAIL” cannot be replaced."),
        (("preview", "--replace", "A=B", "--replace", "A=C"), "Give each wrong code once"),
        (("preview", "--replace", "A=A"), "A would be replaced by itself."),
        (("apply", "--by", ADA, "--reason", "as agreed"), "may not record a repricing."),
        (("apply", "--by", WENDY, "--reason", "as agreed"), "No open case would be priced again."),
        (("apply", "--by", TESS, "--reason", " "), "A repricing needs its reason."),
        (("apply", "--by", TESS, "--reason", "as \x07 agreed"), "hold control characters (U+0007)"),
        (("preview", "--replace", "RAIL=\udcff"), "holds characters that no code has."),
        (("show", "9"), "There is no repricing 9."),
    ):
        assert expected in refused("reprice", *words)
        assert expected in " ".join(
            str(part) for part in refused_as_json("reprice", *words).values()
        )
    assert contents(sqlite_service) == before
