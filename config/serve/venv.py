"""Make ``.venv`` and keep it as the requirements say. Runs before anything is installed.

``python3 config/serve/venv.py runtime|dev``. Needs nothing but Python itself. A folder that was
left half-made is recognised by its marker and made again; two makers at once wait for each other.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = BASE / ".venv.lock"
UNFINISHED = VENV / "unfinished"
FILES = {"runtime": ("requirements.txt",), "dev": ("requirements.txt", "requirements-dev.txt")}
NO_VENV = (
    "This Python cannot make a virtual environment. On Debian and Ubuntu:"
    " apt-get install python3-venv"
)


def fingerprint(kind: str) -> str:
    """What ``.venv`` must have been made from to be left alone."""
    told = hashlib.sha256(f"{sys.version_info[:2]} {sys.platform}".encode())
    for name in FILES[kind]:
        told.update((BASE / name).read_bytes())
    return told.hexdigest()


def stamp(kind: str) -> Path:
    return VENV / f"made-for-{kind}"


def is_current(kind: str) -> bool:
    """Whether everything that ``kind`` needs is installed already."""
    try:
        whole = PYTHON.exists() and not UNFINISHED.exists()  # the Python it leads to may be gone
        return whole and stamp(kind).read_text() == fingerprint(kind)
    except OSError:
        return False


def works() -> bool:
    """Whether there is a ``.venv`` whose Python and pip run."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    command = [str(PYTHON), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def make(kind: str) -> None:
    """Make or mend ``.venv`` and install what ``kind`` needs.

    Raises:
        SystemExit: with one line that says what failed.
    """
    fresh = not works()
    if fresh:
        shutil.rmtree(VENV, ignore_errors=True)
        VENV.mkdir()
        UNFINISHED.touch()
        print("· making .venv", flush=True)
        if subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False).returncode:
            raise SystemExit(NO_VENV)
    UNFINISHED.touch()
    print(f"· installing {FILES[kind][-1]}: about a minute the first time", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    quiet = [] if sys.stdout.isatty() else ["--quiet", "--progress-bar=off"]
    command = [*pip, *quiet, "-r", str(BASE / FILES[kind][-1])]
    if subprocess.run(command, check=False).returncode:
        if not fresh:  # what was there still stands; only this step is missing
            UNFINISHED.unlink()
        raise SystemExit(f"pip could not install {FILES[kind][-1]}; its reason is above.")
    for covered in FILES if kind == "dev" else (kind,):
        stamp(covered).write_text(fingerprint(covered))
    UNFINISHED.unlink()


def main(kind: str) -> None:
    """Make ``.venv`` current, one maker at a time."""
    if is_current(kind):
        return
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("· waiting for another start that is making .venv", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current(kind):
            make(kind)


if __name__ == "__main__":
    os.umask(0o022)  # the servers' account must be able to reach the programs
    try:
        main(sys.argv[1])
    except OSError as error:
        raise SystemExit(f"{error.filename}: {error.strerror}") from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None
