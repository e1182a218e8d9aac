"""What happened on a case without a decision, in words: what was imported, offered, ordered."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from rules.decisions.facts import Facts, from_to, known, lines_words, sums_words
from rules.money import pounds
from rules.sentences import spoken

_MONEY: Final = {"net_pence": "net", "total_pence": "with VAT", "vat_pence": "VAT"}


def note_words(action: str, detail: Mapping[str, Any]) -> str:
    """Return what a row of the record tells: its action with the facts that matter.

    Args:
        action: As it is written, such as ``tender: quotes opened``.
        detail: Its particulars.
    """
    facts = Facts(detail)
    if action in _OWN_WORDS:
        return _OWN_WORDS[action](facts)
    found = known("; {}", spoken(list(_details(facts))))
    return f"{action[:1].upper()}{action[1:]}{found}."


def _details(facts: Facts) -> Iterator[str]:
    if isinstance(facts["contractor"], str):
        yield facts["contractor"]
    for name, words in _MONEY.items():
        held = facts[name]
        if isinstance(held, Mapping):
            yield f"{sums_words(held)} {words}"
        elif held is not None:
            yield f"{pounds(held)} {words}"
    for ended in ("started_on", "ended_on"):
        if facts[ended]:
            yield f"{ended.replace('_', ' ')} {facts.day(ended)}"
    before, after = facts["before"], facts["after"]
    if isinstance(before, Mapping) and isinstance(after, Mapping) and "total_pence" in before:
        yield f"{from_to(pounds(before['total_pence']), pounds(after['total_pence']))} with VAT"


def _particulars(facts: Facts) -> str:
    """Say which particulars changed; personal values are not repeated on the record."""
    after = facts["after"] or {}
    columns = facts["columns"] or ()
    told = [
        f"{name.removesuffix('_pence').replace('_', ' ')} "
        f"{from_to(_value(name, facts.before(name)), _value(name, after.get(name)))}"
        for name in columns
        if name in after
    ]
    personal = [name.replace("_", " ") for name in columns if name not in after]
    if personal:
        told.append(f"{spoken(personal)} (personal, so neither value is kept here)")
    return f"Particulars changed: {'; '.join(told)}."


def _value(name: str, held: str | None) -> str:
    return pounds(int(held)) if held and name.endswith("_pence") else (held or "").replace("_", " ")


def _works_imported(facts: Facts) -> str:
    lines = facts["lines"] or {}
    told = [
        f"{lines_words(facts[verb])} {verb}"
        for verb in ("added", "changed", "removed")
        if facts[verb]
    ]
    told += [
        f"line {line}: {name} {from_to(one['before'], one['after'])}"
        for line, changed in lines.items()
        for name, one in changed.items()
    ]
    return f"Works lines recorded: {'; '.join(told)}."


def _erased(facts: Facts) -> str:
    counts = facts["erased"] or {}
    told = [f"{kind} ({count})" for kind, count in counts.items()]
    return f"Personal data erased under the retention decision: {spoken(told)}."


def _moved(facts: Facts) -> str:
    """Say from which authority a case went to which, by which instrument, and with what money."""
    after = (facts["after"] or {}).get("authority")
    by = known(", by {}", facts["instrument"])
    money = facts["committed_pence"]
    said = known(" {} committed to its grant went with it.", pounds(money) if money else None)
    return f"The case went {from_to(facts.before('authority'), after)}{by}.{said}"


def _arranged(facts: Facts) -> str:
    """Say which team worked a case, which works it from then on, and whose it is."""
    before, after = facts["before"] or {}, facts["after"] or {}
    by = known(", by {}", facts["instrument"])
    officer = known(" Its officer is {}", after.get("officer")) + known(
        ", before {}", before.get("officer")
    )
    said = f"The case is worked by {after.get('team')} instead of {before.get('team')}{by}."
    return f"{said}{officer}." if after.get("officer") else said


_OWN_WORDS: Final[Mapping[str, Callable[[Facts], str]]] = {
    "case: moved to another authority": _moved,
    "case: particulars changed": _particulars,
    "case: worked by another team": _arranged,
    "retention: erased": _erased,
    "works: lines imported": _works_imported,
}
