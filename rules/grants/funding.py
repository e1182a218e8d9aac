"""What a line of a case's funding is."""

from enum import StrEnum


class FundingKind(StrEnum):
    """What a line of a case's funding is."""

    FEE = "fee"  # preliminary or professional: survey, design, agency (s.2(3))
    ANCILLARY = "ancillary"  # other charges that count as expense: building control, warranty
    PROVIDER = "provider"  # what the registered provider puts in
    OTHER_FUNDER = "other_funder"  # a charity, the NHS, a partner
    TOP_UP = "top_up"  # discretionary help with what is above the maximum
    CONTRIBUTION_TOP_UP = "contribution_top_up"  # discretionary help with the contribution
