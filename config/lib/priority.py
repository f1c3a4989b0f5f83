"""Long work gives way to people at their desks, who wait in milliseconds for the same machine."""

import os
from typing import Any

NICE = 10  # of 19: a tenth of what a desk gets where both want one processor; all of it where idle


def give_way(cursor: Any, *, own_server: bool) -> None:
    """Lower the priority of this process, and of its database backend where the server is ours.

    It stays so: only processes that do long work and nothing else may ask for it. A server from
    outside has its own priorities, and its process numbers are not ours. Its queries keep to one
    processor: helpers of a backend would come at the server's own priority.
    """
    cursor.execute("set max_parallel_workers_per_gather = 0")
    os.setpriority(os.PRIO_PROCESS, 0, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
    if own_server:
        cursor.execute("select pg_backend_pid()")
        os.setpriority(os.PRIO_PROCESS, cursor.fetchone()[0], NICE)
