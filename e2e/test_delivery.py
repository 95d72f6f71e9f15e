"""Values in files and fifos: private, in memory, exact, and gone when the command has ended."""

import os
import signal
import stat
import subprocess
import time

from harness import PALE, Home, Test, eventually, sh

VALUE = bytes(range(1, 256)) + b"\n\ncertificate-of-the-canary\r\n"

LOOK = 'echo "$CERT"; stat -c "%a %U %F" "$CERT" "$(dirname "$CERT")"; stat -f -c %T "$CERT" "$(dirname "$CERT")"; cp "$CERT" "$1"'


class DeliveryTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()
        file = home.tmp / "value"
        file.write_bytes(VALUE)
        home.must("set", "CERT", "--file", str(file))
        file.unlink()
        home.set("TOKEN", b"tk_9fQz7/LmX2+vB8rJ4wK1")

    def deliver(self, how):
        self.home.toml(f'[secrets.CERT]\ndeliver = "{how}"\n')

    def left(self):
        """Every file in memory or on disk, outside of this test's own copies, that holds the value."""
        found = []
        for base in (self.home.pale_home, self.home.project, self.home.tmp, self.home.user, "/dev/shm", "/run/user", "/tmp"):
            for folder, folders, files in os.walk(base):
                if str(base) == "/tmp":
                    folders[:] = [f for f in folders if f.startswith("pale-") and not f.startswith("pale-e2e-")]
                for name in files:
                    path = os.path.join(folder, name)
                    try:
                        if stat.S_ISREG(os.lstat(path).st_mode) and b"certificate-of-the-canary" in open(path, "rb").read():
                            found.append(path)
                    except OSError:
                        pass
        return found

    def look(self, **more):
        copy = self.home.root / "copy"
        result = self.pale("run", "--", *sh(LOOK, str(copy)), **more)
        self.assertStatus(0, result)
        path, file, folder, file_system, folder_system = result.text.splitlines()[:5]
        content = copy.read_bytes()
        copy.unlink()
        return path, file, folder, (file_system, folder_system), content

    def test_a_file_is_private_in_memory_exact_and_gone_afterwards(self):
        self.deliver("file")
        path, file, folder, systems, content = self.look()
        self.assertRegex(file, r"^[46]00 \w+ regular file$")
        self.assertRegex(folder, r"^700 \w+ directory$")
        self.assertEqual(("tmpfs", "tmpfs"), systems)
        self.assertEqual(VALUE, content)
        self.assertFalse(os.path.exists(path))
        self.assertFalse(os.path.exists(os.path.dirname(path)) and "/pale-" in os.path.dirname(path) and os.listdir(os.path.dirname(path)))
        self.assertEqual([], self.left())

    def test_a_file_is_gone_after_the_command_on_a_terminal_too(self):
        self.deliver("file")
        for options in ((), ("--mask",)):
            with self.subTest(options=options):
                copy = self.home.root / "copy"
                result = self.tty("run", *options, "--", *sh(LOOK, str(copy))).run()
                self.assertStatus(0, result)
                self.assertEqual(VALUE, copy.read_bytes())
                copy.unlink()
                path = result.text.splitlines()[0].strip()
                self.assertTrue(path.startswith("/"), path)
                eventually(lambda: not os.path.exists(path), f"{path} is removed", 2)
                self.assertEqual([], self.left())

    def test_the_value_itself_is_not_in_the_environment(self):
        self.deliver("file")
        answer = self.home.root / "environment"
        self.assertStatus(0, self.pale("run", "--", *sh('cat /proc/$$/environ >"$1"', str(answer))))
        self.assertHoldsNot(b"certificate-of-the-canary", answer.read_bytes())
        self.assertHolds(b"TOKEN=tk_9fQz7", answer.read_bytes())

    def test_a_fifo_can_be_read_once(self):
        self.deliver("fifo")
        script = 'stat -c "%a %F" "$CERT"; cat "$CERT" >"$1"; timeout 1 cat "$CERT" >"$2"; echo "second $?"'
        one, two = self.home.root / "one", self.home.root / "two"
        result = self.pale("run", "--", *sh(script, str(one), str(two)))
        self.assertStatus(0, result)
        self.assertRegex(result.text.splitlines()[0], r"^[46]00 fifo$")
        self.assertEqual(VALUE, one.read_bytes())
        self.assertEqual(b"", two.read_bytes() if two.exists() else b"")
        self.assertNotIn("second 0", result.text) if two.exists() and two.stat().st_size else None
        one.unlink()

    def test_a_fifo_that_nobody_reads_does_not_keep_pale(self):
        self.deliver("fifo")
        begun = time.monotonic()
        result = self.pale("run", "--", *sh('echo "$CERT"; exit 4'))
        self.assertStatus(4, result)
        self.assertLess(time.monotonic() - begun, 20)
        self.assertFalse(os.path.exists(result.text.strip()))
        self.assertNothingLeft()

    def test_a_large_value_goes_through_a_fifo(self):
        big = os.urandom(300_000).replace(b"\0", b"\1")
        file = self.home.tmp / "big"
        file.write_bytes(big)
        self.must("set", "CERT", "--file", str(file))
        self.deliver("fifo")
        copy = self.home.root / "copy"
        self.assertStatus(0, self.pale("run", "--", *sh('cat "$CERT" >"$1"', str(copy))))
        self.assertEqual(big, copy.read_bytes())

    def test_nothing_is_left_after_kill_9_of_the_command(self):
        for how in ("file", "fifo"):
            for options in ((), ("--mask",)):
                with self.subTest(how=how, options=options):
                    self.deliver(how)
                    result = self.tty("run", *options, "--", *sh('echo "$CERT"; kill -KILL $$')).run()
                    self.assertStatus(137, result)
                    path = result.text.splitlines()[0].strip()
                    self.assertTrue(path.startswith("/"), repr(result))
                    eventually(lambda: not os.path.lexists(path), f"{path} is removed", 2)
        self.assertEqual([], self.left())

    def test_nothing_is_left_after_kill_9_of_pale_once_the_command_has_ended(self):
        for how in ("file", "fifo"):
            with self.subTest(how=how):
                self.deliver(how)
                process = self.home.start(PALE, "run", "--", *sh('echo "$CERT"; while ! test -e stop; do sleep 0.05; done'))
                path = process.stdout.readline().decode().strip()
                self.assertTrue(os.path.lexists(path), path)
                os.kill(process.pid, signal.SIGKILL)
                process.wait(10)
                self.home.write("stop", "")
                eventually(lambda: not os.path.lexists(path), f"{path} is removed within 2 s", 2)
                (self.home.project / "stop").unlink()
        self.assertEqual([], self.left())

    def test_a_file_stays_while_the_command_of_a_killed_pale_lives(self):
        self.deliver("file")
        process = self.home.start(PALE, "run", "--", *sh('echo "$CERT"; while ! test -e stop; do sleep 0.05; done; cp "$CERT" copy'))
        path = process.stdout.readline().decode().strip()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        time.sleep(0.5)
        self.home.write("stop", "")
        # It either ended with Pale or still finds its file; in both cases nothing is left.
        eventually(lambda: not os.path.lexists(path), f"{path} is removed", 3)
        copy = self.home.project / "copy"
        if copy.exists():
            self.assertEqual(VALUE, copy.read_bytes())

    def test_nothing_is_left_after_kill_9_of_pale_and_the_command_together(self):
        self.deliver("file")
        process = self.home.start(PALE, "run", "--", *sh('echo "$CERT"; exec sleep 60'))
        path = process.stdout.readline().decode().strip()
        os.killpg(process.pid, signal.SIGKILL)
        for pid, line in self.home.processes().items():
            if "sleep 60" in line:
                os.kill(pid, signal.SIGKILL)
        process.wait(10)
        eventually(lambda: not os.path.lexists(path), f"{path} is removed within 2 s", 2)

    def test_two_runs_at_once_have_files_of_their_own(self):
        self.deliver("file")
        slow = self.home.start(PALE, "run", "--", *sh('echo "$CERT"; read -r x; cat "$CERT" | wc -c'), stdin=subprocess.PIPE)
        path = slow.stdout.readline().decode().strip()
        quick = self.pale("run", "--", *sh('echo "$CERT"'))
        self.assertNotEqual(path, quick.text.strip())
        self.assertTrue(os.path.exists(path), "the end of one run does not take the other's file")
        out, _ = slow.communicate(b"\n", timeout=20)
        self.assertEqual(str(len(VALUE)).encode(), out.strip())

    def test_the_content_of_a_file_is_masked_when_the_command_prints_it(self):
        self.deliver("file")
        self.home.set("CERT", b"-----BEGIN X-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END X-----\n")
        result = self.pale("run", "--", *sh('cat "$CERT"; grep ANB "$CERT"'))
        self.assertHolds(b"[pale:CERT]", result.out)
        self.assertHoldsNot(b"MIIEvQIBAD", result.out)

    def test_without_memory_backed_storage_nothing_is_written_and_nothing_starts(self):
        self.deliver("file")
        if os.geteuid() != 0:
            self.skipTest("only root can hide /dev/shm in a mount namespace")
        marker = self.home.project / "started"
        hidden = self.home.root / "disk"
        hidden.mkdir(mode=0o1777)
        result = self.home.call(
            "unshare", "-m", "sh", "-c", 'mount --bind "$1" /dev/shm && exec "$2" run -- touch "$3"', "sh", str(hidden), str(PALE), str(marker)
        )
        if b"unshare" in result.err or b"mount:" in result.err:
            self.skipTest("no mount namespaces here: " + result.errors.strip())
        self.assertStatus(125, result)
        self.assertFalse(marker.exists())
        self.assertEqual([], list(hidden.iterdir()))
