"""Long work gives way to people at their desks, who wait in milliseconds for the same machine."""

import os
from typing import Any

NICE = 10  # of 19: a tenth of what a desk gets where both want one processor; all of it where idle


def only_when_idle() -> None:
    """Let this process run on what nobody else wants: a reader that nobody waits for."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def give_way(cursor: Any, *, own_server: bool) -> None:
    """Lower the priority of this process, and of its database backend where the server is ours.

    It stays so: only processes that do long work and nothing else may ask for it. A server from
    outside has its own priorities, and its process numbers are not ours.
    """
    os.setpriority(os.PRIO_PROCESS, 0, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
    if own_server:
        cursor.execute("select pg_backend_pid()")
        os.setpriority(os.PRIO_PROCESS, cursor.fetchone()[0], NICE)
