"""kill -9 at any instant, full disks, read-only folders, damaged files: the old or the new value, and a clear sentence."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
import unittest

from harness import LONG, PALE, Home, Test, as_root, sh


class CrashTest(Test):
    """The vault opens after every crash and holds the old or the new value."""

    rounds = 66 if LONG else 13

    @classmethod
    def prepare(cls, home):
        home.init()

    def duration(self, *words, input=None):
        """How long an undisturbed call takes."""
        return self.must(*words, input=input).seconds

    def crash(self, after, *words, input=None):
        process = self.home.start(PALE, *words, stdin=subprocess.PIPE)
        try:
            if input:
                process.stdin.write(input)
            process.stdin.close()
        except BrokenPipeError:
            pass
        process.stdin = None
        time.sleep(after)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.communicate(timeout=30)
        return process.returncode

    def moments(self, longest):
        """Moments spread over the second half of a call, where it writes."""
        dice = random.Random(longest)
        for n in range(self.rounds):
            yield longest * (0.35 + 0.75 * (n + dice.random()) / self.rounds)

    def test_set(self):
        value = b"value-0"
        self.home.set("TOKEN", value)
        whole = self.duration("set", "TOKEN", input=value)
        killed = 0
        for n, after in enumerate(self.moments(whole), 1):
            new = b"value-%d" % n
            killed += self.crash(after, "set", "TOKEN", input=new) != 0
            seen = self.must("get", "TOKEN").out
            self.assertIn(seen, (value, new))
            value = seen
        self.assertGreater(killed, self.rounds // 4, "the calls were really killed")
        self.must("vault", "verify")

    def test_import(self):
        names = [f"S_{n}" for n in range(60)]
        generation = {name: "generation-0" for name in names}
        self.home.set_all(generation)
        file = self.home.write("values.json", json.dumps(generation))
        whole = self.duration("import", str(file), "--overwrite")
        old = "generation-0"
        for n, after in enumerate(self.moments(whole), 1):
            new = f"generation-{n}"
            file.write_text(json.dumps({name: new for name in names}))
            self.crash(after, "import", str(file), "--overwrite")
            seen = set(json.loads(self.must("export", "--format", "json").out).values())
            self.assertEqual(1, len(seen), f"all or nothing, not {seen}")
            self.assertIn(next(iter(seen)), (old, new))
            old = next(iter(seen))
        self.must("vault", "verify")

    def test_rekey(self):
        self.home.set("TOKEN", b"value-behind-every-key")
        whole = self.duration("vault", "rekey")
        for after in self.moments(whole):
            self.crash(after, "vault", "rekey")
            self.assertEqual(b"value-behind-every-key", self.must("get", "TOKEN").out)
        self.must("vault", "rekey")
        self.must("vault", "verify")
        self.must("audit", "verify")

    def test_init(self):
        home = Home()
        self.addCleanup(home.close)
        begun = time.monotonic()
        home.must("init", "--project", "shop", "--unlock", "keyfile")
        whole = time.monotonic() - begun
        for n in range(6 if not LONG else 30):
            home = Home()
            try:
                process = home.start(PALE, "init", "--project", "shop", "--unlock", "keyfile")
                time.sleep(whole * (0.3 + 0.12 * (n % 6)))
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                again = home.pale("init", "--project", "shop", "--unlock", "keyfile")
                self.assertStatus(0, again)
                home.set("TOKEN", b"value-after-the-crash")
                self.assertEqual(b"value-after-the-crash", home.must("get", "TOKEN").out)
            finally:
                home.close()


class DamageTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()
        home.set_all({"ALPHA": "alpha-intact-value", "BETA": "beta-intact-value", "GAMMA": "gamma-intact-value"})

    @property
    def database(self):
        return max((p for p in (self.home.pale_home / "data").iterdir() if not p.name.endswith(("-wal", "-shm"))), key=lambda p: p.stat().st_size)

    def settle(self):
        """Folds the write-ahead log into the file."""
        with sqlite3.connect(self.database) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()

    def assertClear(self, result):
        self.assertNotEqual(0, result.status, repr(result))
        self.assertRegex(result.errors, r"\[PALE-\d{3}\]")
        self.assertTidy(result)

    def test_no_value_and_no_key_is_readable_in_the_database(self):
        self.settle()
        content = self.database.read_bytes()
        for value in (b"alpha-intact", b"beta-intact"):
            self.assertHoldsNot(value, content)

    def test_a_truncated_database(self):
        self.settle()
        whole = self.database.read_bytes()
        for size in (0, 1, 100, 4096, len(whole) // 2, len(whole) - 4096):
            with self.subTest(size=size):
                self.database.write_bytes(whole[:size])
                for words in (("get", "ALPHA"), ("list",), ("vault", "verify"), ("set", "ALPHA")):
                    result = self.pale(*words, input=b"new")
                    if result.status == 0:
                        self.assertIn(words[0], ("list", "get"), f"a cut vault is noticed{result!r}")
                    else:
                        self.assertClear(result)
                self.assertStatus(125, self.pale("run", "--", "true")) if size < 5000 else None
        self.database.write_bytes(whole)
        self.must("vault", "verify")

    def test_a_file_that_is_something_else(self):
        self.settle()
        for content in (b"hello, I am not a database\n" * 300, os.urandom(8192), b"SQLite format 3\0" + os.urandom(8000)):
            self.database.write_bytes(content)
            for words in (("get", "ALPHA"), ("list",), ("vault", "verify")):
                self.assertClear(self.pale(*words))

    def damaged_columns(self):
        with sqlite3.connect(self.database) as db:
            tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")]
            for table in tables:
                for column in db.execute(f"PRAGMA table_info({table})"):
                    yield table, column[1]
        db.close()

    def test_a_flipped_byte_in_any_column_is_noticed_and_names_its_row(self):
        self.settle()
        whole = self.database.read_bytes()
        tried = noticed = 0
        unnoticed = []
        for table, column in list(self.damaged_columns()):
            self.database.write_bytes(whole)
            with sqlite3.connect(self.database) as db:
                key = next(c[1] for c in db.execute(f"PRAGMA table_info({table})") if c[5])
                rows = db.execute(f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY {key} DESC LIMIT 1").fetchall()
                if not rows:
                    continue
                rowid, value = rows[0]
                if isinstance(value, bytes):
                    if not value:
                        continue
                    changed = value[:-1] + bytes([value[-1] ^ 1])
                elif isinstance(value, int):
                    changed = value + 1
                elif isinstance(value, str):
                    changed = (value[:-1] + chr(ord(value[-1]) ^ 1)) if value else "x"
                else:
                    continue
                try:
                    db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (changed, rowid))
                except sqlite3.Error:
                    continue
                db.commit()
            db.close()
            tried += 1
            result = self.pale("vault", "verify", timeout=30)
            self.assertTidy(result)
            if result.status != 0:
                noticed += 1
                self.assertRegex(result.errors + result.text, r"PALE-\d{3}")
            else:
                unnoticed.append(f"{table}.{column}")
        self.assertGreater(tried, 15)
        self.assertEqual([], unnoticed, f"{noticed} of {tried} noticed")

    def test_one_damaged_value_leaves_the_others_readable(self):
        self.settle()
        with sqlite3.connect(self.database) as db:
            table = "version"
            column = "sealed"
            rowid, value = db.execute(f"SELECT rowid, {column} FROM {table} ORDER BY rowid LIMIT 1").fetchone()
            db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value[:-3] + bytes([value[-3] ^ 4]) + value[-2:], rowid))
            db.commit()
        db.close()
        results = {name: self.pale("get", name) for name in ("ALPHA", "BETA", "GAMMA")}
        bad = [name for name, r in results.items() if r.status != 0]
        self.assertEqual(1, len(bad), results)
        self.assertClear(results[bad[0]])
        self.assertIn(bad[0], results[bad[0]].errors)
        verify = self.pale("vault", "verify")
        self.assertClear(verify)
        self.assertIn(bad[0], verify.errors + verify.text)
        self.assertStatus(125, self.pale("run", "--", "true"))
        others = ",".join(n for n in results if n not in bad)
        self.assertStatus(0, self.pale("run", "--only", others, "--", "true"))

    def test_an_old_file_put_back_is_noticed(self):
        self.settle()
        old = self.database.read_bytes()
        self.home.set("ALPHA", b"alpha-replaced-value")
        self.settle()
        for extra in ("-wal", "-shm"):
            (self.database.parent / (self.database.name + extra)).unlink(missing_ok=True)
        self.database.write_bytes(old)
        result = self.pale("get", "ALPHA")
        self.assertNotEqual(0, result.status, f"a replayed vault gives the old value without a word{result!r}")
        self.assertHoldsNot(b"alpha-intact-value", result.out)
        self.assertTidy(result)
        self.must("vault", "accept", "--yes")
        self.assertEqual(b"alpha-intact-value", self.must("get", "ALPHA").out)

    def test_an_audit_row_that_was_changed_or_removed_is_named(self):
        self.settle()
        whole = self.database.read_bytes()
        with sqlite3.connect(self.database) as db:
            table = next(t for (t,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'") if "audit" in t)
            rowids = [r for (r,) in db.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]
        db.close()
        for name, statement, bad in (
            ("removed in the middle", f"DELETE FROM {table} WHERE rowid = {rowids[1]}", None),
            ("removed at the end", f"DELETE FROM {table} WHERE rowid = {rowids[-1]}", None),
            ("changed", f"UPDATE {table} SET record = substr(record, 1, 20) || x'01' || substr(record, 22) WHERE rowid = {rowids[2]}", rowids[2]),
        ):
            with self.subTest(way=name):
                self.database.write_bytes(whole)
                with sqlite3.connect(self.database) as db:
                    db.execute(statement)
                    db.commit()
                db.close()
                result = self.pale("audit", "verify")
                self.assertClear(result)
                if bad:
                    self.assertIn(f"row {bad}", result.errors)


class DiskTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"value-before-the-trouble")

    @as_root
    def test_a_full_disk_changes_nothing_gives_nothing_out_and_says_so(self):
        small = self.home.root / "small"
        small.mkdir()
        mounted = self.home.call("mount", "-t", "tmpfs", "-o", "size=6m,mode=700", "none", str(small))
        if mounted.status != 0:
            self.skipTest("no file system can be mounted here: " + mounted.errors.strip())
        self.addCleanup(lambda: subprocess.run(["umount", "-l", str(small)]))
        env = {"PALE_HOME": str(small)}
        work = self.home.root / "work"
        work.mkdir()
        self.must("init", "--project", "small", "--unlock", "keyfile", env=env, cwd=work)
        self.must("set", "TOKEN", input=b"value-before-the-trouble", env=env, cwd=work)
        filler = os.open(small / "filler", os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                os.write(filler, b"\0" * 4096)
        except OSError:
            os.close(filler)
        big = os.urandom(60_000).replace(b"\0", b"\1")
        marker = work / "started"
        for words, given in ((("set", "TOKEN", "--raw"), big), (("set", "OTHER", "--raw"), big)):
            result = self.pale(*words, input=given, env=env, cwd=work)
            self.assertFails(result, 1, says="space")
        failures = 0
        for _ in range(30):
            result = self.pale("run", "--", "touch", str(marker), env=env, cwd=work)
            self.assertTidy(result)
            if result.status != 0:
                failures += 1
                self.assertStatus(125, result)
                self.assertFalse(marker.exists(), "no audit row, no secret")
                self.assertNotEqual(0, self.pale("get", "TOKEN", env=env, cwd=work).status)
                break
            marker.unlink()
        os.truncate(small / "filler", 0)
        os.unlink(small / "filler")
        self.assertEqual(b"value-before-the-trouble", self.must("get", "TOKEN", env=env, cwd=work).out)
        self.must("vault", "verify", env=env, cwd=work)

    @as_root
    def test_a_read_only_folder_gives_nothing_out_and_says_so(self):
        data = self.home.pale_home / "data"
        mounted = self.home.call("mount", "--bind", "-o", "ro", str(data), str(data))
        if mounted.status != 0:
            self.skipTest("nothing can be mounted here: " + mounted.errors.strip())
        self.addCleanup(lambda: subprocess.run(["umount", "-l", str(data)], capture_output=True))
        marker = self.home.project / "started"
        for words, status in ((("get", "TOKEN"), 1), (("set", "TOKEN"), 1), (("list",), 1), (("run", "--", "touch", str(marker)), 125)):
            result = self.assertFails(self.pale(*words, input=b"new"), status, says=str(data))
            self.assertRegex(result.errors, "read-only|cannot be read or written")
            self.assertHoldsNot(b"value-before", result.out)
        self.assertFalse(marker.exists())
        subprocess.run(["umount", "-l", str(data)])
        self.assertEqual(b"value-before-the-trouble", self.must("get", "TOKEN").out)

    def test_a_vault_that_others_may_write_is_refused(self):
        vault = self.home.pale_home / "data" / "vault.db"
        vault.chmod(0o666)
        result = self.pale("get", "TOKEN")
        self.assertFails(result, 1, says="vault.db")
        self.assertHoldsNot(b"value-before", result.out)

    def test_a_vault_that_somebody_else_holds_is_waited_for_and_then_told(self):
        db = sqlite3.connect(self.home.pale_home / "data" / "vault.db", isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        try:
            process = self.home.start(PALE, "set", "TOKEN", stdin=subprocess.PIPE)
            process.stdin.write(b"value-that-waited")
            process.stdin.close()
            process.stdin = None
            time.sleep(1.5)
            self.assertIsNone(process.poll(), "it waits")
            db.execute("ROLLBACK")
            out, err = process.communicate(timeout=20)
            self.assertEqual(0, process.returncode, err)
        finally:
            db.close()
        self.assertEqual(b"value-that-waited", self.must("get", "TOKEN").out)

    def test_a_small_memory_is_an_error_and_not_a_dump(self):
        result = self.home.call("sh", "-c", 'ulimit -v 400000; "$0" get TOKEN', str(PALE))
        self.assertNotIn(b"hs_err", result.out + result.err)
        self.assertEqual([], list(self.home.project.glob("hs_err*")) + list(self.home.project.glob("core*")))
