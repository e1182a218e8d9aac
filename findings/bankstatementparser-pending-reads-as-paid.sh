#!/usr/bin/env bash
# One would guess: a reader of bank statements (camt.053) gives each entry its status, booked (BOOK)
#   or pending (PDNG), and marks a reversal; or leaves out what the bank has not booked.
# What is so: all entries come out alike. There is no field for `Sts` or `RvslInd`: a pending payment
#   reads as a paid one, a reversal as an ordinary receipt, and the amounts no longer add up to the
#   closing balance of the same statement.
# Seen: bankstatementparser 0.0.29.
# What we do: no payment counts as made on its word. Status, reversal and return reason have to be
#   read from the XML beside it.
#
# usage: bash findings/bankstatementparser-pending-reads-as-paid.sh [BANKSTATEMENTPARSER-VERSION]
set -euo pipefail
version=${1:-0.0.29}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "bankstatementparser==$version"

# 100.00 at the start; 10.00 paid out and 10.00 reversed; 7.00 pending; so 100.00 at the end.
cat >"$work/statement.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-03T06:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2026-11-03T06:00:00</CreDtTm>
<Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">100.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-02</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">100.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-02</Dt></Dt></Bal>
<Ntry><NtryRef>paid</NtryRef><Amt Ccy="GBP">10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>
<Sts>BOOK</Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt><ValDt><Dt>2026-11-02</Dt></ValDt>
<BkTxCd><Prtry><Cd>FPS</Cd></Prtry></BkTxCd></Ntry>
<Ntry><NtryRef>reversed</NtryRef><Amt Ccy="GBP">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<RvslInd>true</RvslInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt>
<ValDt><Dt>2026-11-02</Dt></ValDt><BkTxCd><Prtry><Cd>FPS</Cd></Prtry></BkTxCd></Ntry>
<Ntry><NtryRef>pending</NtryRef><Amt Ccy="GBP">7.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>
<Sts>PDNG</Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt><ValDt><Dt>2026-11-02</Dt></ValDt>
<BkTxCd><Prtry><Cd>FPS</Cd></Prtry></BkTxCd></Ntry>
</Stmt></BkToCstmrStmt></Document>
XML

"$work/venv/bin/python" - "$work/statement.xml" <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

from bankstatementparser import CamtParser

entries = CamtParser(sys.argv[1]).parse().to_dict("records")
amounts = [Decimal(str(entry["Amount"])) for entry in entries]
print(f"bankstatementparser {version('bankstatementparser')}")
print(f"  fields: {', '.join(entries[0])}")
for entry, amount in zip(entries, amounts, strict=True):
    print(f"  {amount:>7} {entry['DrCr']} booked {entry['BookgDt']}")
print(f"  100.00 and these make {100 + sum(amounts)}; the statement closes with 100.00")

marks = {"PDNG", "Reversal", "reversal", "Pending", "pending", "True", "true"}
told = [entry for entry in entries if marks & {str(value) for value in entry.values()}]
if told or len(entries) == 2:
    sys.exit("Changed: a pending or reversed entry can be told apart now. Look again.")
if amounts != [Decimal("-10.00"), Decimal("10.00"), Decimal("-7.00")]:
    sys.exit("Changed: the entries are read in another way than was seen. Look again.")
print("Still so: a payment that is only pending reads like one that was made.")
PY
