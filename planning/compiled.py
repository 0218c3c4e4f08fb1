"""One way to compile a kernel: cached on disk, without the interpreter's lock.

numba keeps a compiled function while its *own* file is unchanged, though it may call functions
from others. Here the stamp is the content of every kernel file instead: a change anywhere compiles
all anew, and copying files about (new mtimes, same content) compiles nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


@cache
def _stamp() -> str:
    """Digest of all source files of this package."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text = path.read_bytes()
        if b"@compiled" in text:
            digest.update(text)
    return digest.hexdigest()


def compiled(function: Kernel) -> Kernel:
    """Compile at the first call, or load what an earlier process compiled."""
    try:
        kernel: Any = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # nowhere to write: compile in memory
        return cast("Kernel", numba.njit(nogil=True)(function))
    kernel._cache._cache_file._source_stamp = _stamp()  # noqa: SLF001 - no public way
    return cast("Kernel", kernel)
