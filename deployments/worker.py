"""A worker of Prefect's on our pool, with its signs of life in our database.

``python -P -m deployments.worker [--name NAME]`` takes the options of ``prefect worker start``.
Each run that it starts leases itself, in a process of its own.
"""

import platform
import sys
from argparse import ArgumentParser

from prefect.cli import app

from rules.errors import HandrailError
from services.cases.run_requests import POOL
from services.cases.runners import Runner
from services.ready import check_ready


def main(*options: str) -> None:
    """Run the worker until it is told to stop.

    Args:
        options: What follows ``prefect worker start``. Two workers of a machine need two names.
    """
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--name", "-n", default="worker")
    chosen, others = parser.parse_known_args(options)
    start = ("worker", "start", "--pool", POOL, "--type", "process", "--name", chosen.name)
    sys.argv = ["prefect", *start, *others]  # the command reads its options here
    try:
        check_ready()
    except HandrailError as error:
        sys.exit(error.text())
    with Runner(f"{chosen.name} on {platform.node()}", kind="worker").living():
        app()


if __name__ == "__main__":
    main(*sys.argv[1:])
