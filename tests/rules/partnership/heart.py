"""HEART's year as its business case of 2016 prints it, section 8, in whole pounds."""

from __future__ import annotations

from decimal import Decimal

from rules.partnership.agreed import Agreed, BudgetLine, FeeTerm, Fixed, LineKind, Partner, Stream

CAPITAL = {
    "NBBC": ("Nuneaton and Bedworth", 608_192, 191_808, 260_012),
    "NWBC": ("North Warwickshire", 296_156, 3_844, 123_766),
    "RBC": ("Rugby", 274_508, 75_492, 109_205),
    "SDC": ("Stratford", 373_165, None, 144_567),
    "WDC": ("Warwick", 373_058, 179_000, 155_487),
}
EIGHTH = FeeTerm(Decimal("12.5"))
HALF = FeeTerm(Decimal("6.25"), because="half of the fee")
LESS = FeeTerm(Decimal("12.5"), 10_000_00, "less £10,000")


def partner(code: str, *pounds: int | None, name: str = "") -> Partner:
    held = (None if one is None else one * 100 for one in pounds)
    return Partner(code, name or code, dict(zip(Stream, held, strict=False)))


def agreed(**other: object) -> Agreed:
    given = {
        "partnership": "HEART",
        "year": 2016,
        "lines": (
            BudgetLine("Staffing", LineKind.STAFFING, 1_024_310_00),
            BudgetLine("Running costs", LineKind.RUNNING_COSTS, 33_860_00),
            BudgetLine("Support costs", LineKind.SUPPORT_COSTS, 30_000_00),
            BudgetLine("Additional revenue costs", LineKind.ADDITIONAL, 97_073_00),
        ),
        "partners": tuple(
            partner(code, *pounds, name=name) for code, (name, *pounds) in CAPITAL.items()
        ),
        "fee": EIGHTH,
        "exceptions": {"SDC": HALF, "RBC": LESS},
        "fixed": (
            Fixed("Warwickshire CC - OT", 460_455_00),
            Fixed("Warwickshire CC - Strat Comm", 187_092_00),
            Fixed("Warwickshire CC - Public Health", 35_850_00),
        ),
    }
    return Agreed(**{**given, **other})  # type: ignore[arg-type]  # as it is given by name
