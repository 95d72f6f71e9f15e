"""`pale run --watch` starts the command again when a value changes."""

import contextlib
import os
import signal
import sqlite3

from harness import PALE, Test, eventually, sh


class WatchTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("COLOUR", b"first-colour-value")
        home.script("server", '#!/bin/sh\nprintf "%s %s\\n" "$$" "$COLOUR" >>log.txt\necho up\ntrap "echo stopped >>log.txt; exit 0" TERM\nwhile :; do sleep 0.05; done\n')

    def log(self):
        file = self.home.project / "log.txt"
        return file.read_text().splitlines() if file.exists() else []

    def test_a_changed_value_restarts_the_command_with_the_new_value(self):
        for mode in ("pipes", "terminal"):
            with self.subTest(mode=mode):
                (self.home.project / "log.txt").unlink(missing_ok=True)
                self.home.set("COLOUR", b"first-colour-value")
                if mode == "pipes":
                    process = self.home.start(PALE, "run", "--watch", "--", "./server")
                else:
                    process = self.tty("run", "--watch", "--", "./server").process
                eventually(lambda: any("first-colour-value" in line for line in self.log()), "it runs", 20)
                self.home.set("COLOUR", b"second-colour-value")
                eventually(lambda: any("second-colour-value" in line for line in self.log()), "it runs again with the new value", 15)
                lines = self.log()
                self.assertEqual("stopped", lines[1], "the first one was ended before the second began")
                self.assertNotEqual(lines[0].split()[0], lines[2].split()[0])
                os.kill(process.pid, signal.SIGTERM)
                process.wait(20)
                eventually(lambda: self.log()[-1] == "stopped", "the last one is ended with pale", 5)
                self.assertNothingLeft()

    def test_an_unchanged_value_restarts_nothing(self):
        process = self.home.start(PALE, "run", "--watch", "--", "./server")
        eventually(lambda: self.log(), "it runs", 20)
        self.must("get", "COLOUR")
        self.must("list")
        import time

        time.sleep(2.5)
        self.assertEqual(1, len(self.log()))
        os.kill(process.pid, signal.SIGTERM)
        process.wait(20)

    def test_a_change_that_cannot_be_read_at_once_is_read_later(self):
        process = self.home.start(PALE, "run", "--watch", "--", "./server")
        eventually(lambda: self.log(), "it runs", 20)
        os.kill(process.pid, signal.SIGSTOP)
        self.home.set("COLOUR", b"colour-behind-a-lock")
        (file,) = self.home.pale_home.rglob("vault.db")
        # Readers go on, but nothing can be written, so nothing is given out.
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            os.kill(process.pid, signal.SIGCONT)
            told = b""
            while b"goes on with the values" not in told:
                told += os.read(process.stderr.fileno(), 4096)
            self.assertFalse(any("behind-a-lock" in line for line in self.log()))
            other.execute("ROLLBACK")
        eventually(lambda: any("behind-a-lock" in line for line in self.log()), "it runs again with the new value", 20)
        os.kill(process.pid, signal.SIGTERM)
        process.wait(20)

    def test_the_end_of_the_command_is_the_end_of_watch(self):
        result = self.pale("run", "--watch", "--", *sh("exit 9"), timeout=20)
        self.assertStatus(9, result)
