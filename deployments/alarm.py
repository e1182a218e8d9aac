"""Tell Prefect of the machine's live alerts, in a process of its own.

``handrail up`` starts ``python -m deployments.alarm`` when it has raised one itself, because the
conductor could not.
"""

import sys

from deployments.logs import log
from rules.errors import HandrailError
from tasks.alerts import tell_prefect_of_machine


def main() -> int:
    """Tell Prefect once.

    Returns:
        The exit status: 0, or 1 where Prefect or the database could not be used.
    """
    try:
        log.info("told Prefect", alerts=tell_prefect_of_machine())
    except HandrailError as error:
        log.warning("not told", reason=error.text())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
