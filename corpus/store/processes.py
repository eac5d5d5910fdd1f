"""Which process reads an upload, and whether it still runs: what a dead one left half read is dropped."""

import ctypes
import os
import socket


def this_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def is_running(process: str | None) -> bool:
    """Whether the process that started an import still runs. Unknown counts as running on another host only."""
    host, _, pid = (process or "").rpartition(":")
    if host != socket.gethostname():
        return bool(host)
    if os.name == "nt":  # there os.kill would end the process
        return _is_running_on_windows(int(pid))
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_running_on_windows(pid: int) -> bool:
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return False
    kernel.CloseHandle(handle)
    return True
