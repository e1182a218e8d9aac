"""`handrail case package`: a case's works lines made from a package."""

from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.output import Json, print_json, say, sentences
from rules.pricing.package_works import Alterations
from rules.sentences import several
from services.imports.entering import enter_package
from services.session import acting, case_row, writing

app = typer.Typer()

_SHOWN: Final = ("line", "code", "quantity", "location")


def _MANY(metavar: str, words: str) -> Any:  # noqa: N802 - reads as the kind of option it makes
    return typer.Option(metavar=metavar, help=words)


@app.command("package")
def package(
    reference: Annotated[str, typer.Argument(metavar="REF", help="The case reference.")],
    package: Annotated[str, typer.Argument(metavar="PACKAGE", help="The package's code.")],
    by: Annotated[str, typer.Option(help="Your e-mail address.")],
    quantity: Annotated[
        list[str] | None, _MANY("CODE=QUANTITY", "Another quantity of an item of the package.")
    ] = None,
    add: Annotated[
        list[str] | None, _MANY("CODE=QUANTITY", "A schedule item the package does not have.")
    ] = None,
    omit: Annotated[
        list[str] | None, _MANY("CODE", "An item of the package that is left out.")
    ] = None,
    location: Annotated[str, typer.Option(help="Where in the home.")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Let go of lines that the package does not make.")
    ] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Make a case's works lines from a package, until the works are specified."""
    altered = Alterations(tuple(quantity or ()), tuple(add or ()), tuple(omit or ()))
    with sentences(as_json=as_json), writing() as conn:
        case = case_row(conn, reference=reference)
        records, changed = enter_package(
            conn,
            case=case,
            package=package,
            altered=altered,
            location=location,
            replace=replace,
            actor=acting(conn, identity=by, on=clock.today()),
            now=clock.now(),
        )
    if as_json:
        lines = [{name: record[name] for name in _SHOWN} for record in records]
        print_json({"reference": reference, "package": package, "changed": changed, "lines": lines})
        return
    if not changed:
        say(f"The works of {reference} are those of package {package} already.")
        return
    count = several(len(records), "line")
    say(f"The works of {reference} are made from package {package}: {count}.")
