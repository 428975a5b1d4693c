"""What a process that looks into a file may use, and all that it may use."""

import resource

SECONDS = 15
READY = b"!"  # what a process says before it is given its file
MEMORY = 1024 * 1024 * 1024


def confine() -> None:
    """From here on: no new file, connection or program, no core dump, little memory and time."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (value, value))
