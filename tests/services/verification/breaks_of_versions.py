"""Versions of an order, and the variation that made the second, broken on purpose.

Ten rails instead of four: 450.00 net with 22.50 VAT, beside lamps at 190.50 and 38.10: £701.10, of
which £417.60 was approved before.
"""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import VARIED, Break
from tests.small_service import ADA, TESS

VERSIONS: Final = (
    Break(
        VARIED,
        "$number is in version 3, and 2 versions of it are kept.",
        "UPDATE work_order SET version = 3 WHERE $case",
    ),
    Break(
        VARIED,
        "$number is in version 2, and 1 versions of it are kept.",
        "DELETE FROM order_version WHERE $order AND version = 1",
    ),
    Break(
        VARIED,
        "$number is not at the price, or the approval, of its newest version, 2.",
        "UPDATE work_order SET price_id = "
        "(SELECT price_id FROM order_version WHERE $order AND version = 1) WHERE $case",
    ),
    Break(
        VARIED,
        "Version 2 of $number orders works for £701.10; £701.09 were approved (s.34(5)).",
        "UPDATE approval SET works_pence = 70109 WHERE $case AND limb IS NOT NULL",
    ),
    Break(
        VARIED,
        "Version 2 of $number comes of no approved variation.",
        "UPDATE order_version SET variation_id = NULL WHERE $order AND version = 2",
    ),
    Break(
        VARIED,
        "Variation 1 of $number is approved, and no version of the order comes of it.",
        "UPDATE order_version SET variation_id = NULL WHERE $order AND version = 2",
    ),
    Break(
        VARIED,
        "Version 2 of $number does not differ from the one before by the £270.01 net, and its "
        "VAT, of variation 1.",
        "UPDATE variation SET agreed_net_pence = agreed_net_pence + 1 WHERE $order",
    ),
    Break(
        VARIED,
        "The sum agreed for variation 1 of $number, £270.00 net, is not that of its lines.",
        "UPDATE variation_line SET agreed_vat_pence = 0",
    ),
    Break(
        VARIED,
        f"{TESS} approved variation 1 of $number after “assess-variation” on the same case; two "
        "people are needed.",
        "UPDATE variation SET ended_by = 'tess@rbc.example' WHERE $order",
    ),
    Break(
        VARIED,
        f"{ADA} approved variation 1 of $number; the grant of £30,000.01 is above their delegated "
        "limit.",
        "UPDATE approval SET grant_pence = 3000001 WHERE $case AND limb IS NOT NULL",
    ),
    Break(
        VARIED,
        "The grant was redetermined (s.34(5), unforeseeable_works), and no version of an order "
        "rests on it.",
        "DELETE FROM order_version WHERE $order AND version = 2",
    ),
    Break(
        VARIED,
        "$number to AVON differs from the offer that was accepted.",
        "UPDATE order_version SET price_id = (SELECT price_id FROM work_order WHERE $case) "
        "WHERE $order AND version = 1",
    ),
)
