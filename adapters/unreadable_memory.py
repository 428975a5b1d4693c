"""Shuts this process's memory off from others of the same user, such as one that a file took over.

Not from root, nor from a process that may trace all: those the system lets read everything.
"""

import ctypes
import os

PR_SET_DUMPABLE, NO = 4, 0


def make_memory_unreadable() -> None:
    """Neither traced nor dumped from here on, see prctl(2). Programs that it starts are not."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_DUMPABLE, NO, 0, 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
