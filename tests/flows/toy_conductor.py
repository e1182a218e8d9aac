"""The conductor as a process that may run the toys as well."""

from __future__ import annotations

import sys
from pathlib import Path

from deployments.conductor import main
from deployments.register import count_as_ours

if __name__ == "__main__":
    count_as_ours(Path(__file__).with_name("toys.yaml"))
    sys.exit(main(sys.argv[1:]))
