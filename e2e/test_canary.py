"""A value that is looked for byte by byte after a whole life: on no disk, in no command line, in no message."""

import base64
import json
import os
import signal
import stat
import subprocess
import time

from harness import PALE, Test, eventually, sh

CANARY = b"canary-7Hq2Vx9LmZ0pR4tW8sKd"


def shapes(value):
    """The value, and the ways in which a log or a dump would spell it."""
    yield "plain", value
    yield "UTF-16", value.decode().encode("utf-16-le")
    yield "hex", value.hex().encode()
    yield "HEX", value.hex().upper().encode()
    for offset in range(3):
        text = base64.b64encode(b"ab"[:offset] + value)
        yield f"base64 at offset {offset}", text[4 if offset else 0 : len(text) - 4]
    yield "as a list of numbers", ", ".join(str(b) for b in value[:6]).encode()


class CanaryTest(Test):
    def search(self, content, where):
        for name, needle in shapes(CANARY):
            self.assertHoldsNot(needle, content, f"the canary is {where} ({name})")

    def search_folders(self, moment):
        for base in (self.home.pale_home, self.home.tmp, self.home.project, self.home.user):
            for folder, _, files in os.walk(base):
                for name in files:
                    path = os.path.join(folder, name)
                    if stat.S_ISREG(os.lstat(path).st_mode):
                        self.search(open(path, "rb").read(), f"in {path} {moment}")
        for name in os.listdir("/dev/shm"):
            path = os.path.join("/dev/shm", name)
            if "pale" in name:
                for folder, _, files in os.walk(path):
                    for file in files:
                        self.search(open(os.path.join(folder, file), "rb").read(), f"in {folder}/{file} {moment}")

    def checked(self, *words, **more):
        """A call whose output must not hold the canary, whatever it ends with."""
        result = self.pale(*words, **more)
        self.search(result.out + result.err, f"in the output of {words}")
        self.assertTidy(result) if "--debug" not in words else None
        return result

    def test_a_whole_life(self):
        dotenv = self.home.write(".env", b"CANARY=" + CANARY + b"\nOTHER=nothing-of-interest\n")
        self.assertStatus(0, self.checked("init", "--project", "shop", "--unlock", "keyfile", "--import", ".env", "--remove-plaintext"))
        self.assertFalse(dotenv.exists())
        self.search_folders("after init")
        self.checked("set", "SECOND", input=CANARY + b"-second")
        self.checked("set", "SECOND", "--debug", input=b"x" + CANARY)
        self.checked("rollback", "SECOND", "1")
        self.checked("run", "--", *sh("env; echo $CANARY | base64; echo $CANARY >&2"))
        self.checked("list", "--json")
        self.checked("history", "SECOND")
        self.checked("env", "copy", "dev", "prod")
        self.checked("env", "diff", "dev", "prod", "--all")
        file = self.home.tmp / "export.env"
        self.checked("export", "-o", str(file))
        self.assertHolds(CANARY, file.read_bytes())
        file.unlink()
        editor = self.home.script("editor", '#!/bin/sh\nsed -i "s/nothing-of-interest/edited/" "$1"\n')
        terminal = self.tty("edit", env={"EDITOR": str(editor)})
        self.assertEqual(0, terminal.wait(), terminal.output)
        self.search(terminal.output, "on the terminal of edit")
        self.checked("vault", "backup", str(self.home.tmp / "pale.backup"))
        self.checked("vault", "rekey")
        self.checked("unset", "SECOND", "--yes")
        self.checked("restore", "SECOND")
        self.checked("vault", "verify")
        self.checked("audit", "--last", "0", "--json")
        self.checked("audit", "verify")
        self.checked("status")
        # Errors, as talkative as they get.
        for words in (
            ("get", CANARY.decode()),
            ("get", "--debug", CANARY.decode()),
            ("set", "CANARY", CANARY.decode()),
            ("set", "CANARY=" + CANARY.decode(), "--debug"),
            (CANARY.decode(),),
            ("list", CANARY.decode()),
            ("list", "--debug", "--nonsense=" + CANARY.decode()),
            ("rollback", "CANARY", CANARY.decode()),
            ("export", "--format", CANARY.decode()),
            ("audit", "--since", CANARY.decode()),
            ("help", CANARY.decode()),
            ("run", "--debug", "--only", CANARY.decode(), "--", "true"),
            ("unset", CANARY.decode(), "--yes"),
        ):
            with self.subTest(words=words):
                self.assertNotEqual(0, self.checked(*words).status)
        bad = self.home.write("bad.env", b"GOOD=" + CANARY + b"\nBAD LINE " + CANARY + b"\n='" + CANARY + b"\nDIFFERS=" + CANARY + b"#tail\n")
        self.checked("import", str(bad))
        self.checked("import", "--debug", str(bad), "--dialect", "pale")
        bad.unlink()
        bad = self.home.write("bad.json", b'{"A": "' + CANARY + b'", "A": ["' + CANARY + b'"], ')
        self.checked("import", "--debug", str(bad))
        bad.unlink()
        self.home.toml(f'[secrets.CANARY]\ndeliver = "{CANARY.decode()}"\n')
        shown = self.checked("run", "--debug", "--", "true")
        self.assertStatus(125, shown)
        self.home.toml("")
        self.search_folders("at the end")

    def test_errors_of_a_damaged_vault_show_nothing(self):
        self.home.init()
        self.home.set("CANARY", CANARY)
        database = max((p for p in (self.home.pale_home / "data").iterdir() if "-" not in p.name), key=lambda p: p.stat().st_size)
        content = bytearray(database.read_bytes())
        for at in range(4096 * 2, len(content), 997):
            content[at] ^= 0x55
        database.write_bytes(bytes(content))
        for words in (("get", "CANARY"), ("vault", "verify"), ("run", "--", "true"), ("list",)):
            result = self.checked(*words, "--debug") if words[0] != "run" else self.checked("run", "--debug", "--", "true")

    def start_masked(self):
        process = self.home.start(PALE, "run", "--", *sh('trap "" QUIT USR1 USR2; echo ready; while ! test -e stop; do sleep 0.05; done; echo $CANARY'))
        self.assertEqual(b"ready\n", process.stdout.readline())
        return process

    def test_signals_that_make_a_virtual_machine_talk_make_pale_silent(self):
        self.home.init()
        self.home.set("CANARY", CANARY)
        process = self.start_masked()
        for number in (signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGQUIT):
            os.kill(process.pid, number)
            time.sleep(0.2)
        self.home.write("stop", "")
        out, err = process.communicate(timeout=30)
        self.assertEqual(0, process.returncode, (out, err))
        self.assertEqual(b"[pale:CANARY]\n", out)
        self.assertHoldsNot(b"Full thread dump", err)
        self.search(err, "in what pale said at a signal")
        self.search_folders("after the signals")

    def test_a_debugger_of_the_virtual_machine_cannot_attach(self):
        self.home.init()
        self.home.set("CANARY", CANARY)
        process = self.start_masked()
        try:
            (self.home.project / f".attach_pid{process.pid}").write_text("")
            os.kill(process.pid, signal.SIGQUIT)
            time.sleep(0.7)
            self.assertFalse(os.path.exists(f"/tmp/.java_pid{process.pid}"), "an attach socket was opened")
            self.assertFalse(os.path.exists(f"/tmp/hsperfdata_root/{process.pid}"))
            maps = f"/proc/{process.pid}/status"
            self.assertTrue(os.path.exists(maps))
        finally:
            (self.home.project / f".attach_pid{process.pid}").unlink()
            self.home.write("stop", "")
            process.communicate(timeout=30)

    def test_no_core_is_dumped_of_a_process_that_holds_secrets(self):
        self.home.init()
        self.home.set("CANARY", CANARY)
        process = self.start_masked()
        limits = open(f"/proc/{process.pid}/limits").read()
        self.assertRegex(limits, r"Max core file size +0 ")
        owner = os.stat(f"/proc/{process.pid}/mem")
        os.kill(process.pid, signal.SIGSEGV)
        process.communicate(timeout=30)
        cores = [p for p in self.home.root.rglob("*") if p.name.startswith(("core", "hs_err", "replay"))]
        self.assertEqual([], cores)
        self.assertEqual(0, owner.st_uid)

    def test_no_command_line_of_any_process_holds_it_while_pale_runs(self):
        self.home.init()
        seen = set()

        def watch(process):
            while process.poll() is None:
                for entry in os.listdir("/proc"):
                    if entry.isdigit():
                        try:
                            seen.add(open(f"/proc/{entry}/cmdline", "rb").read())
                        except OSError:
                            pass

        for words, given in ((("set", "CANARY"), CANARY), (("get", "CANARY"), None), (("run", "--", "sleep", "0.3"), None), (("export", "--format", "json"), None)):
            process = self.home.start(PALE, *words, stdin=subprocess.PIPE)
            if given:
                process.stdin.write(given)
            process.stdin.close()
            process.stdin = None
            watch(process)
            process.communicate()
            self.assertEqual(0, process.returncode, words)
        self.assertTrue(any(b"dev.pale.cli.Main" in line for line in seen), "the watch saw pale")
        for line in seen:
            self.search(line, "in a command line")

    def test_out_of_memory_tells_nothing_and_dumps_nothing(self):
        self.home.init()
        self.home.set("CANARY", CANARY)
        self.home.set_all({f"BIG_{n}": CANARY.decode() + "x" * 1_000_000 for n in range(6)})
        for limit in (500_000, 900_000, 1_300_000, 1_700_000):
            result = self.home.call("sh", "-c", 'ulimit -v "$1"; exec "$0" run --only CANARY -- sh -c "echo alive"', str(PALE), str(limit))
            self.search(result.out + result.err, f"in the output with {limit} KiB")
        big = self.home.tmp / "big.env"
        big.write_bytes(b"".join(b"CANARY_%d=" % n + CANARY + b"y" * 4000 + b"\n" for n in range(14000)))
        result = self.pale("import", "--debug", str(big), "--dialect", "pale", timeout=90)
        self.search(result.out + result.err, "in the output of a huge import")
        big.unlink()
        dumps = [p for base in (self.home.root,) for p in base.rglob("*") if p.name.startswith(("core", "hs_err", "replay", "java_pid")) or p.suffix == ".hprof"]
        self.assertEqual([], dumps)
        self.search_folders("after running out of memory")
