"""Start a module in a process that ends when its parent does, however the parent ends.

``python -m desk.service.launch PARENT_PID MODULE [OPTION…]``. On Linux the kernel kills the child
with its parent; elsewhere ``handrail up`` finds and stops what an earlier one left behind.
"""

import ctypes
import os
import runpy
import signal
import sys

from adapters.private import UMASK

_PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>


def die_with(parent: int) -> None:
    """Ask the kernel to end this process with its parent, and end now if it is gone already.

    Args:
        parent: The parent's process id.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the process that wanted this one is gone")


if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    os.umask(UMASK)  # Prefect's own files are made by Prefect
    module = sys.argv[2]
    sys.argv = sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
