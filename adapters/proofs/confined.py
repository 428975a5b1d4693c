"""Looks into a file in a process of its own, with little memory and little time.

A file of a few kilobytes can unfold to gigabytes; whatever it does, only that process suffers.
"""

import asyncio
import resource
import sys

CHECKED_BY = "content-check-2"
SECONDS = 10
MEMORY = 1024 * 1024 * 1024
TOO_COMPLEX = "too-complex"


async def confined_fault(body: bytes, media_type: str) -> str:
    """Return why the file is refused, or nothing."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "adapters.proofs.confined",
        media_type,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(body), SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return TOO_COMPLEX
    return said.decode() if process.returncode == 0 else TOO_COMPLEX


def main() -> None:
    # Only here: the libraries that take files apart stay out of every other process.
    from adapters.proofs.inspection import fault

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.write(fault(sys.stdin.buffer.read(), sys.argv[1]))


if __name__ == "__main__":
    main()
