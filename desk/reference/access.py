"""The page of who may go where, made of the desk's own table of pages."""

from desk.reference.markdown import code, page, table
from desk.web.access import BY_SIGNATURE, OWN_ALONE, PAGES, WITHOUT_SIGN_IN, Access
from rules.people import STAFF, Role


def access_page() -> str:
    """Return ``access.md``."""
    return page(
        "Who may go where",
        "Every page of the desk, the roles it is for, and what it asks of the authorities that "
        "somebody serves. Without a sign-in every one of them leads to it. A role that is not "
        "named is told so. What a page lets somebody do is asked again when its form is sent.",
        table(
            ("Page", "What it is", "Roles", "Of the authority"),
            (
                (code(address), one.what, _roles(one), one.asks.value)
                for address, one in PAGES.items()
            ),
        ),
        "Without a sign-in: " + ", ".join(map(code, sorted(WITHOUT_SIGN_IN))) + ". Of one's own "
        "browser alone: " + ", ".join(map(code, sorted(OWN_ALONE))) + ". Of programs, by a "
        "signature alone: " + ", ".join(map(code, sorted(BY_SIGNATURE))) + ".",
    )


def _roles(one: Access) -> str:
    if one.roles is None:
        return one.more
    left = [role for role in Role if role in STAFF - one.roles]
    named = "every officer" if not left else ", ".join(_words(r) for r in Role if r in one.roles)
    if len(left) == 1:
        named = f"every officer but the {_words(left[0])}"
    return f"{named}. {one.more}".strip() if one.more else named


def _words(role: Role) -> str:
    return role.replace("_", " ")
