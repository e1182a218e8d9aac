"""Files for and from the bank, as ISO 20022.

pain.001 asks for transfers, pain.002 says what became of them. The messages' classes are
pyiso20022's, their XML xsdata's. Accounts are named by sort code and number: ``GBDSC`` is the
United Kingdom's clearing system, and the number is an identification of its own, no IBAN.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from pyiso20022.pain import pain_001_001_09 as ask
from pyiso20022.pain import pain_002_001_10 as answer
from xsdata.exceptions import ConverterError, ParserError
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDate, XmlDateTime

from rules.errors import InvalidDocumentError
from rules.payment_runs import Account

_NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_CLEARING: Final = "GBDSC"
_SERVICE: Final = "NURG"  # not urgent: Bacs or Faster Payments, as the bank's own agreement says
_LARGEST: Final = 5_000_000


class Transfer(NamedTuple):
    """One sum to be sent.

    Args:
        end_to_end: What it is called from end to end: what the bank's answer names.
        says: What the payee reads beside it, such as the invoice's number.
    """

    end_to_end: str
    pence: int
    to: Account
    says: str


class Said(NamedTuple):
    """What the bank says of one transfer.

    Args:
        status: Its code, such as ``RJCT``.
        why: The bank's own reason, or an empty string.
    """

    end_to_end: str
    status: str
    why: str


def transfers_file(
    transfers: Iterable[Transfer], *, run: str, made_at: datetime, on: date, by: str, own: Account
) -> str:
    """Return the file that asks the bank for transfers, the same for the same values.

    Args:
        run: What the run is called: at most 35 letters and digits.
        on: The day on which the money is to leave.
        by: Who asks: the authority's name.
        own: The account that the money leaves.
    """
    found = list(transfers)
    total, count = _sum(sum(one.pence for one in found)), str(len(found))
    asks = ask.Document(
        cstmr_cdt_trf_initn=ask.CustomerCreditTransferInitiationV09(
            grp_hdr=ask.GroupHeader85(
                msg_id=run,
                cre_dt_tm=XmlDateTime.from_datetime(made_at.astimezone(UTC).replace(microsecond=0)),
                nb_of_txs=count,
                ctrl_sum=total,
                initg_pty=ask.PartyIdentification135(nm=by[:70]),
            ),
            pmt_inf=[
                ask.PaymentInstruction30(
                    pmt_inf_id=run,
                    pmt_mtd=ask.PaymentMethod3Code.TRF,
                    nb_of_txs=count,
                    ctrl_sum=total,
                    pmt_tp_inf=ask.PaymentTypeInformation26(
                        svc_lvl=[ask.ServiceLevel8Choice(cd=_SERVICE)]
                    ),
                    reqd_exctn_dt=ask.DateAndDateTime2Choice(dt=XmlDate.from_date(on)),
                    dbtr=ask.PartyIdentification135(nm=own.name),
                    dbtr_acct=_account(own),
                    dbtr_agt=_bank(own),
                    cdt_trf_tx_inf=[_transfer(one) for one in found],
                )
            ],
        )
    )
    writer = XmlSerializer(config=SerializerConfig(indent="  "))
    return writer.render(asks, ns_map={None: _NAMESPACE})


def _transfer(one: Transfer) -> Any:
    return ask.CreditTransferTransaction34(
        pmt_id=ask.PaymentIdentification6(instr_id=one.end_to_end, end_to_end_id=one.end_to_end),
        amt=ask.AmountType4Choice(
            instd_amt=ask.ActiveOrHistoricCurrencyAndAmount(value=_sum(one.pence), ccy="GBP")
        ),
        cdtr_agt=_bank(one.to),
        cdtr=ask.PartyIdentification135(nm=one.to.name),
        cdtr_acct=_account(one.to),
        rmt_inf=ask.RemittanceInformation16(ustrd=[one.says[:140]]),
    )


def _sum(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)


def _bank(account: Account) -> Any:
    return ask.BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=ask.FinancialInstitutionIdentification18(
            clr_sys_mmb_id=ask.ClearingSystemMemberIdentification2(
                clr_sys_id=ask.ClearingSystemIdentification2Choice(cd=_CLEARING),
                mmb_id=account.sort_code,
            )
        )
    )


def _account(account: Account) -> Any:
    return ask.CashAccount38(
        id=ask.AccountIdentification4Choice(
            othr=ask.GenericAccountIdentification1(id=account.number)
        ),
        ccy="GBP",
    )


def bank_said(data: bytes) -> Iterator[Said]:
    """Yield what a pain.002.001.10 says of each transfer that it names.

    Raises:
        InvalidDocumentError: It is none.
    """
    if len(data) > _LARGEST or b"<!DOCTYPE" in data[:4096].upper():
        raise _none("it is too large, or declares a document type")
    try:
        said = XmlParser().from_bytes(data, answer.Document)
    except (ParserError, ConverterError, ValueError, TypeError, SyntaxError) as error:
        raise _none(str(error).splitlines()[0][:200] if str(error) else "it is no XML") from error
    report = said.cstmr_pmt_sts_rpt
    for part in report.orgnl_pmt_inf_and_sts if report else ():
        for one in part.tx_inf_and_sts:
            yield Said(one.orgnl_end_to_end_id or "", one.tx_sts or "", _why(one))


def _why(one: Any) -> str:
    words = []
    for found in one.sts_rsn_inf:
        code = found.rsn.cd or found.rsn.prtry if found.rsn else ""
        words.append(" ".join(filter(None, (code, *found.addtl_inf))))
    return "; ".join(filter(None, words))


def _none(why: str) -> InvalidDocumentError:
    return InvalidDocumentError(
        "This is no answer of the bank’s that can be read.",
        why=f"A status report pain.002.001.10 is read, or CSV: {why}.",
        next_step="Save it anew as the bank gives it out; nothing was changed.",
    )
