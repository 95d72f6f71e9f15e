"""Process trees: what they used and hold, read from /proc."""
import os
import signal
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()


def tree(root, without=()):
    """The process and its descendants, without those named and theirs."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                children.setdefault(int(_stat(name)[1]), []).append(int(name))
            except (OSError, IndexError):
                pass
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        if pid not in without:
            found.append(pid)
            todo += children.get(pid, [])
    return found


def cpu_seconds(pids):
    """User + system, of these and of their children that have ended; 10 ms steps."""
    ticks = 0
    for pid in pids:
        try:
            ticks += sum(int(n) for n in _stat(pid)[11:15])
        except OSError:
            pass
    return ticks / TICK


def cpu_nanos(pids):
    """The same of threads that live, in nanoseconds: for times that are short against 10 ms."""
    total = 0
    for pid in pids:
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
                    total += int(file.read().split()[0])
        except OSError:
            pass
    return total


def machine_seconds():
    """What all processors have worked since the start of the machine."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = (int(n) for n in file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICK


def memory_mb(pids):
    """(resident now, the most ever), summed."""
    now = most = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/status") as file:
                for line in file:
                    if line.startswith("VmRSS:"):
                        now += int(line.split()[1])
                    elif line.startswith("VmHWM:"):
                        most += int(line.split()[1])
        except OSError:
            pass
    return now / 1024, most / 1024


def stop(process):
    """Ends a process that was started with a session of its own, and its descendants."""
    if process is None or process.poll() is not None:
        return
    pids = tree(process.pid)
    process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        pass
    for pid in pids:
        try:
            if os.getpgid(pid) == process.pid:
                os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    process.wait()
    time.sleep(0.05)
