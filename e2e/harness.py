"""What every end-to-end test stands on: a home of its own, pale in pipes, pale on a terminal.

Only the built program is driven: $PALE_BIN, or bin/pale beside this folder. A test gets a temporary PALE_HOME and a
project folder; nothing of the user's is read or written. The environment is built from nothing, so that no mark of a
coding agent reaches pale; e2e/run starts the tests outside of every ancestor but init.
"""

import errno
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PALE = Path(os.environ.get("PALE_BIN") or HERE.parent / "bin" / "pale").resolve()
LONG = os.environ.get("PALE_LONG", "") not in ("", "0")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SELF = sys.executable

# A machine under load may be slow without anything being wrong.
PATIENCE = 60.0


def sh(script, *names):
    """A command line that runs a shell script; names become $1, $2, …"""
    return ("sh", "-c", script, "sh", *names)


def status_of(returncode):
    """The exit status that a shell would tell."""
    return 128 - returncode if returncode < 0 else returncode


class Result:
    """How a call of pale ended."""

    def __init__(self, args, returncode, out, err, seconds):
        self.args = args
        self.returncode = returncode
        self.out = out
        self.err = err
        self.seconds = seconds

    @property
    def status(self):
        return status_of(self.returncode)

    @property
    def text(self):
        return self.out.decode("utf-8", "backslashreplace")

    @property
    def errors(self):
        return self.err.decode("utf-8", "backslashreplace")

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return (
            f"\n  call   {self.args}\n  status {self.returncode}   ({self.seconds:.2f} s)\n"
            f"  stdout {self.out[:2000]!r}\n  stderr {self.err[:2000]!r}"
        )


class Home:
    """A temporary place to live: PALE_HOME, a project folder, a HOME and a TMPDIR."""

    def __init__(self, **more):
        self.root = Path(tempfile.mkdtemp(prefix="pale-e2e-")).resolve()
        self.pale_home = self.root / "pale-home"
        self.project = self.root / "project"
        self.tmp = self.root / "tmp"
        self.user = self.root / "user"
        for folder in (self.pale_home, self.project, self.tmp, self.user):
            folder.mkdir(mode=0o700)
        self.env = {
            "PATH": PATH,
            "HOME": str(self.user),
            "USER": "tester",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TMPDIR": str(self.tmp),
            "PALE_HOME": str(self.pale_home),
        }
        self.env.update(more)
        self.started = []

    # Starting things -------------------------------------------------------------------------------------------

    def environment(self, env=None):
        """The environment of a call: a value of None takes a variable away."""
        full = {os.fsencode(k): os.fsencode(v) for k, v in self.env.items()}
        for name, value in (env or {}).items():
            if value is None:
                full.pop(os.fsencode(name), None)
            else:
                full[os.fsencode(name)] = os.fsencode(value)
        return full

    def start(self, *command, env=None, cwd=None, **popen):
        """Starts any command in this home, in a session of its own, without a terminal."""
        popen.setdefault("stdin", subprocess.DEVNULL)
        popen.setdefault("stdout", subprocess.PIPE)
        popen.setdefault("stderr", subprocess.PIPE)
        popen.setdefault("start_new_session", True)
        process = subprocess.Popen(
            [os.fsencode(str(c)) if not isinstance(c, bytes) else c for c in command],
            env=self.environment(env),
            cwd=cwd or self.project,
            **popen,
        )
        self.started.append(process)
        return process

    def call(self, *command, input=None, timeout=PATIENCE, closed=False, **more):
        """Runs any command to its end, with pipes."""
        begun = time.monotonic()
        if closed:
            more["stdin"] = None
            more["preexec_fn"] = lambda: os.close(0)
        elif input is not None:
            more["stdin"] = subprocess.PIPE
        process = self.start(*command, **more)
        try:
            out, err = process.communicate(input, timeout=timeout)
        except subprocess.TimeoutExpired:
            kill_session(process)
            out, err = process.communicate()
            raise AssertionError(
                f"did not end within {timeout} s: {command}\n  stdout {out[-2000:]!r}\n  stderr {err[-2000:]!r}"
            ) from None
        return Result(command, process.returncode, out or b"", err or b"", time.monotonic() - begun)

    def pale(self, *args, **more):
        """Calls pale in pipes."""
        return self.call(PALE, *args, **more)

    def must(self, *args, **more):
        """Calls pale, which has to succeed."""
        result = self.pale(*args, **more)
        if result.returncode != 0:
            raise AssertionError(f"expected success:{result!r}")
        return result

    def terminal(self, *command, **more):
        """Starts any command on a terminal of its own."""
        terminal = Terminal(self, command, **more)
        self.started.append(terminal.process)
        return terminal

    def pale_tty(self, *args, **more):
        """Starts pale on a terminal of its own."""
        return self.terminal(PALE, *args, **more)

    # The usual beginnings --------------------------------------------------------------------------------------

    def init(self, project="shop", *more, **options):
        """A vault with a key file and a project."""
        self.must("init", "--project", project, "--unlock", "keyfile", *more, **options)
        return self

    def set(self, name, value, *more):
        """Keeps a value, every byte of it."""
        return self.must("set", name, "--raw", *more, input=value)

    def set_all(self, values, *more):
        """Keeps many text values in one call."""
        file = self.tmp / "values.json"
        file.write_text(json.dumps(values), encoding="utf-8")
        try:
            return self.must("import", str(file), "--overwrite", *more)
        finally:
            file.unlink()

    def toml(self, more, project="shop", environment="dev"):
        """Writes pale.toml."""
        file = self.project / "pale.toml"
        file.write_text(f'project = "{project}"\nenvironment = "{environment}"\n{more}', encoding="utf-8")
        file.chmod(0o644)
        return file

    def write(self, name, content, mode=0o644):
        """Writes a file of the project."""
        file = self.project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        file.chmod(mode)
        return file

    def script(self, name, content):
        """Writes a program of the project."""
        return self.write(name, content, 0o755)

    def python(self, name, content):
        """Writes a Python program of the project."""
        return self.script(name, f"#!{SELF} -IS\n{content}")

    # Ending ----------------------------------------------------------------------------------------------------

    def processes(self):
        """Every living process that was started from this home: its path is in their environment."""
        mark = os.fsencode(str(self.root))
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                if mark in (entry / "environ").read_bytes() or mark in (entry / "cmdline").read_bytes():
                    if (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                        found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
        return found

    def close(self):
        for process in self.started:
            if process.poll() is None:
                kill_session(process)
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for process in self.started:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                pass
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    try:
                        stream.close()
                    except OSError:
                        pass
        shutil.rmtree(self.root, ignore_errors=True)


def kill_session(process):
    """Ends a process that we started, with its group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()


def eventually(condition, what, seconds=PATIENCE):
    """Waits until something is so."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


class Terminal:
    """A command on a pseudo-terminal: its own session, controlling terminal, 80 columns by 24 rows."""

    def __init__(self, home, command, env=None, cwd=None, rows=24, columns=80, prepare=None, **popen):
        self.command = command
        self.output = b""
        self.seen = 0
        self.master, slave = pty.openpty()
        self.resize(rows, columns)

        def in_child():
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if prepare:
                prepare()

        try:
            self.process = subprocess.Popen(
                [os.fsencode(str(c)) if not isinstance(c, bytes) else c for c in command],
                stdin=slave,
                stdout=popen.pop("stdout", slave),
                stderr=popen.pop("stderr", slave),
                env=home.environment(env),
                cwd=cwd or home.project,
                start_new_session=True,
                preexec_fn=in_child,
                **popen,
            )
        finally:
            os.close(slave)

    @property
    def pid(self):
        return self.process.pid

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def settings(self):
        """The terminal's settings."""
        return termios.tcgetattr(self.master)

    def foreground(self):
        """The process group that the terminal's keys go to."""
        return os.tcgetpgrp(self.master)

    def send(self, data):
        os.write(self.master, data if isinstance(data, bytes) else data.encode())

    def pump(self, seconds):
        """Reads what arrives within a time; whether the other side is still there."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError as e:
            if e.errno != errno.EIO:
                raise
            return False
        self.output += data
        return bool(data)

    def expect(self, wanted, seconds=PATIENCE):
        """Waits for text after what was already expected; gives what came before it, and it."""
        pattern = re.compile(re.escape(wanted.encode()) if isinstance(wanted, str) else wanted, re.S)
        end = time.monotonic() + seconds
        while True:
            match = pattern.search(self.output, self.seen)
            if match:
                before = self.output[self.seen : match.end()]
                self.seen = match.end()
                return before
            left = end - time.monotonic()
            if left <= 0 or not self.pump(min(left, 0.5)):
                match = pattern.search(self.output, self.seen)
                if match:
                    continue
                raise AssertionError(f"{wanted!r} did not appear on the terminal of {self.command}: {self.output!r}")

    def drain(self, seconds=0.3):
        """Reads until nothing has come for a time."""
        before = -1
        while before != len(self.output):
            before = len(self.output)
            self.pump(seconds)
        return self.output

    def wait(self, seconds=PATIENCE):
        """Waits for the end of the command; its status as a shell tells it."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"did not end within {seconds} s: {self.command}: {self.output!r}")
            if not self.pump(0.02):
                time.sleep(0.02)
        while select.select([self.master], [], [], 0)[0] and self.pump(0):
            pass
        return status_of(self.process.returncode)

    def run(self, seconds=PATIENCE):
        """Waits for the end; a Result with everything the terminal showed."""
        begun = time.monotonic()
        self.wait(seconds)
        return Result(self.command, self.process.returncode, self.output.replace(b"\r\n", b"\n"), b"", time.monotonic() - begun)

    def close(self):
        if self.process.poll() is None:
            kill_session(self.process)
            self.process.wait()
        try:
            os.close(self.master)
        except OSError:
            pass


class Test(unittest.TestCase):
    """A test with a home. `shared = True` gives all tests of a class one home, for those that only read."""

    shared = False
    maxDiff = 4000
    longMessage = True

    @classmethod
    def setUpClass(cls):
        if cls.shared:
            cls.common = Home()
            try:
                cls.prepare(cls.common)
            except BaseException:
                cls.common.close()
                raise

    @classmethod
    def tearDownClass(cls):
        if cls.shared:
            cls.common.close()

    def setUp(self):
        if self.shared:
            self.home = self.common
        else:
            self.home = Home()
            self.addCleanup(self.home.close)
            self.prepare(self.home)
        self.pale = self.home.pale
        self.must = self.home.must

    @classmethod
    def prepare(cls, home):
        """What is there before each test; default: an empty home."""

    def tty(self, *args, **more):
        """pale on a terminal that is closed after the test."""
        terminal = self.home.pale_tty(*args, **more)
        self.addCleanup(terminal.close)
        return terminal

    def terminal(self, *command, **more):
        terminal = self.home.terminal(*command, **more)
        self.addCleanup(terminal.close)
        return terminal

    # Claims ----------------------------------------------------------------------------------------------------

    def assertStatus(self, wanted, result):
        self.assertEqual(wanted, result.status, repr(result))
        return result

    def assertFails(self, result, status, code=None, says=()):
        """The call failed as documented: status, code, all of these words, no stack trace."""
        self.assertStatus(status, result)
        told = result.errors + ("" if result.err else result.text)
        if code is not None:
            self.assertIn(f"[PALE-{code}]", told, repr(result))
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, told, repr(result))
        self.assertTidy(result)
        return result

    def assertTidy(self, result):
        """No stack trace, no fault of Pale's own, no chatter of the virtual machine."""
        for stream in (result.err, result.out):
            self.assertNotRegex(stream, rb"(?m)^\s+at [\w.$/@]+\([\w.]+:?\d*\)|Exception in thread|PALE-900|OpenJDK .*warning|\[warning\]", repr(result))

    def assertHolds(self, part, whole, message=""):
        if part not in whole:
            self.fail(f"{part[:200]!r} is not in {whole[:3000]!r} {message}")

    def assertHoldsNot(self, part, whole, message=""):
        if part in whole:
            at = whole.index(part)
            self.fail(f"{part[:200]!r} is at {at}: …{whole[max(0, at - 60):at + 200]!r} {message}")

    def assertNothingLeft(self, seconds=5.0):
        """No process of this home is alive."""
        end = time.monotonic() + seconds
        while self.home.processes() and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual({}, self.home.processes())


def need(program, package=None):
    """Skips a test where a program is missing."""
    return unittest.skipUnless(shutil.which(program, path=PATH + ":" + os.environ.get("PATH", "")), f"{program} is not installed (package {package or program})")


def as_root(test):
    """Skips a test that needs root."""
    return unittest.skipUnless(os.geteuid() == 0, "only root can make files of another owner")(test)


def at_least(prefix, length, text):
    """The longest beginning of a secret that a text shows."""
    for n in range(len(prefix), length - 1, -1):
        if prefix[:n] in text:
            return n
    return 0


if __name__ == "__main__":
    print("run e2e/run", file=sys.stderr)
