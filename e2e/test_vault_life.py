"""Every way to unlock the vault, to lose its key and get it back, to back it up, and to use it from everywhere at once."""

import concurrent.futures
import json
import os
import re
import subprocess
import time
import unittest
from pathlib import Path

from harness import PALE, Home, Test, need, sh

PASSPHRASE = "correct horse battery staple"


def recovery_code(result):
    """Without a terminal the code is in the file that is named."""
    return Path(re.search(r"recovery code is in ([^\n]+): move", result.errors).group(1)).read_text().strip()


def keyring_works():
    """Whether this kernel has keyrings for us: containers often forbid them."""
    try:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        # add_key in the thread's own keyring
        number = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
        return libc.syscall(number, b"user", b"pale-e2e-probe", b"x", 1, -1) > 0
    except (OSError, KeyError):
        return False


class PassphraseTest(Test):
    @classmethod
    def prepare(cls, home):
        file = home.tmp / "passphrase"
        file.write_text(PASSPHRASE + "\n")
        file.chmod(0o600)
        home.must("init", "--project", "shop", "--unlock", "passphrase", "--passphrase-file", str(file))
        file.unlink()

    def setUp(self):
        super().setUp()
        # What the kernel holds is found by the vault's own number, so other homes do not disturb; leave nothing behind.
        self.addCleanup(lambda: self.home.pale("lock"))
        self.pale("lock")

    def unlock(self):
        terminal = self.tty("unlock")
        terminal.expect(":")
        terminal.send(PASSPHRASE + "\n")
        self.assertEqual(0, terminal.wait(), terminal.output)

    def test_a_prompt_asks_once_and_shows_nothing(self):
        if not keyring_works():
            self.skipTest("no kernel keyring here")
        terminal = self.tty("set", "TOKEN", "--file", str(self.home.write("value", b"passphrase-kept-value")))
        terminal.expect("passphrase")
        terminal.expect(":")
        terminal.send(PASSPHRASE + "\n")
        self.assertEqual(0, terminal.wait(), terminal.output)
        self.assertEqual(1, terminal.output.count(b"passphrase of"), terminal.output)
        self.assertHoldsNot(PASSPHRASE.encode(), terminal.output)
        self.assertEqual(b"passphrase-kept-value", self.pale("get", "TOKEN").out)

    def test_what_is_typed_the_moment_the_prompt_appears_is_not_shown(self):
        for _ in range(3):
            terminal = self.tty("unlock")
            terminal.expect("passphrase")
            terminal.send(PASSPHRASE + "\n")
            self.assertEqual(0, terminal.wait(), terminal.output)
            self.assertHoldsNot(PASSPHRASE.encode(), terminal.output)
            self.pale("lock")

    def test_the_kernel_keeps_the_key_until_lock(self):
        if not keyring_works():
            self.skipTest("no kernel keyring here")
        self.unlock()
        self.must("set", "TOKEN", input=b"passphrase-kept-value")
        self.assertEqual(b"passphrase-kept-value", self.must("get", "TOKEN").out)
        self.assertIn("unlocked", self.must("status").text)
        self.must("lock")
        self.assertFails(self.pale("get", "TOKEN"), 1, says="pale unlock")
        self.assertIn("locked", self.must("status").text)
        self.assertStatus(125, self.pale("run", "--", "true"))

    def test_the_time_can_be_set(self):
        if not keyring_works():
            self.skipTest("no kernel keyring here")
        terminal = self.tty("unlock", "--for", "3s")
        terminal.expect(":")
        terminal.send(PASSPHRASE + "\n")
        self.assertEqual(0, terminal.wait(), terminal.output)
        begun = time.monotonic()
        self.assertStatus(0, self.pale("list"))
        time.sleep(max(0, 4.5 - (time.monotonic() - begun)))
        self.assertNotEqual(0, self.pale("list").status, "after the time it is locked")

    def test_a_wrong_passphrase_opens_nothing(self):
        terminal = self.tty("get", "TOKEN")
        for _ in range(5):
            try:
                terminal.expect(re.compile(rb"passphrase[^\n]*:").pattern, 8)
            except AssertionError:
                break
            terminal.send("wrong wrong wrong\n")
        self.assertEqual(1, terminal.wait(), terminal.output)
        self.assertHolds(b"PALE-", terminal.output)
        self.assertHoldsNot(b"wrong wrong", terminal.output)

    def test_without_a_terminal_the_sentence_says_how_to_unlock(self):
        result = self.pale("list", closed=True)
        self.assertFails(result, 1, says="pale unlock")
        self.assertLess(result.seconds, 10)

    def test_the_passphrase_is_nowhere_on_the_disk(self):
        for folder, _, files in os.walk(self.home.root):
            for name in files:
                self.assertHoldsNot(PASSPHRASE.encode(), open(os.path.join(folder, name), "rb").read(), name)


class KeysTest(Test):
    def age_identity(self):
        """An age identity, made by age-keygen where it is, else a fixed one for tests."""
        file = self.home.user / "age.txt"
        made = subprocess.run(["age-keygen", "-o", str(file)], capture_output=True) if os.path.exists("/usr/bin/age-keygen") else None
        if not made or made.returncode:
            file.write_text(
                "# public key: age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj\n"
                "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n"
            )
        file.chmod(0o600)
        return file

    def life(self):
        self.must("set", "TOKEN", input=b"value-behind-a-key")
        self.assertEqual(b"value-behind-a-key", self.must("get", "TOKEN").out)
        self.assertEqual(b"[pale:TOKEN]\n", self.must("run", "--", *sh("echo $TOKEN")).out)
        self.must("vault", "verify")

    def test_an_age_identity_unlocks(self):
        self.must("init", "--project", "shop", "--unlock", "age", "--identity", str(self.age_identity()))
        self.life()
        (self.home.user / "age.txt").rename(self.home.user / "away.txt")
        self.must("lock")
        self.assertFails(self.pale("get", "TOKEN", closed=True), 1)

    @need("ssh-keygen", "openssh-client")
    def test_ssh_keys_unlock(self):
        for kind in (("ed25519",), ("rsa", "-b", "2048")):
            with self.subTest(kind=kind[0]):
                home = Home()
                self.addCleanup(home.close)
                key = home.user / f"id_{kind[0]}"
                home.call("ssh-keygen", "-q", "-t", *kind, "-N", "", "-f", str(key))
                home.must("init", "--project", "shop", "--unlock", "ssh", "--identity", str(key))
                home.must("set", "TOKEN", input=b"value-behind-ssh")
                self.assertEqual(b"value-behind-ssh", home.must("get", "TOKEN").out)
                home.must("lock")

    @need("dbus-run-session", "dbus-daemon")
    @need("gnome-keyring-daemon", "gnome-keyring")
    def test_a_real_keychain_unlocks(self):
        script = (
            'printf test-login | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || exit 97\n'
            '"$0" init --project shop --unlock keychain || exit 1\n'
            'printf value-behind-a-keychain | "$0" set TOKEN || exit 2\n'
            '"$0" lock; "$0" get TOKEN || exit 3\n'
        )
        runtime = self.home.root / "runtime"
        runtime.mkdir(mode=0o700)
        result = self.home.call("dbus-run-session", "--", "sh", "-c", script, str(PALE), env={"XDG_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": str(self.home.user / "data")}, timeout=90)
        if result.status == 97:
            self.skipTest("gnome-keyring-daemon does not start here: " + result.errors.strip()[-200:])
        self.assertStatus(0, result)
        self.assertTrue(result.out.endswith(b"value-behind-a-keychain"), repr(result))
        self.pale("lock")
        outside = self.pale("get", "TOKEN", closed=True)
        self.assertNotEqual(0, outside.status, "without the session there is no key")
        self.assertTidy(outside)
        self.assertEqual([], list((self.home.pale_home / "config").glob("key*")), "no key file beside the keychain")

    def test_a_key_file_that_others_may_read_is_refused(self):
        self.home.init()
        key = next((self.home.pale_home / "config").glob("key*"))
        for mode in (0o640, 0o604, 0o660):
            with self.subTest(mode=oct(mode)):
                key.chmod(mode)
                self.assertFails(self.pale("list"), 1, 217, "chmod 600")
        key.chmod(0o600)
        self.must("list")

    def test_a_key_file_that_is_a_link_or_a_folder_or_empty_is_refused(self):
        self.home.init()
        key = next((self.home.pale_home / "config").glob("key*"))
        text = key.read_bytes()
        for spoil in (b"", b"PALE-KEY-1-zz\n", text[:-5], b"\xff" * 100, text + text):
            with self.subTest(text=spoil[:12]):
                key.write_bytes(spoil)
                result = self.pale("list")
                self.assertFails(result, 1)
                self.assertHoldsNot(text.split(b"PALE-KEY-1-")[1][:16], result.err)
        key.write_bytes(text)
        self.must("list")

    def test_folders_are_0700_and_files_0600(self):
        self.home.init()
        self.must("set", "TOKEN", input=b"value")
        for folder, _, files in os.walk(self.home.pale_home):
            if folder != str(self.home.pale_home):
                self.assertEqual(0o700, os.stat(folder).st_mode & 0o777, folder)
            for name in files:
                path = os.path.join(folder, name)
                self.assertEqual(0o600, os.stat(path).st_mode & 0o777, path)

    def test_a_second_way_can_be_added_and_the_first_removed(self):
        self.home.init()
        self.must("set", "TOKEN", input=b"value-behind-two-keys")
        identity = self.age_identity()
        self.must("vault", "slots", "add", "--unlock", "age", "--identity", str(identity))
        slots = json.loads(self.must("vault", "slots", "--json").out)
        next((self.home.pale_home / "config").glob("key*")).unlink()
        self.assertEqual(b"value-behind-two-keys", self.must("get", "TOKEN").out, slots)


class RecoveryTest(Test):
    def test_the_recovery_code_brings_back_everything_after_the_key_is_lost(self):
        made = self.must("init", "--project", "shop", "--unlock", "keyfile")
        code = recovery_code(made)
        self.home.set("TOKEN", b"value-to-be-recovered")
        for key in (self.home.pale_home / "config").glob("key*"):
            key.unlink()
        self.assertFails(self.pale("get", "TOKEN", closed=True), 1, says="pale vault recover")
        wrong = self.pale("vault", "recover", "--unlock", "keyfile", input=(code[:-1] + ("q" if code[-1] not in "qQ" else "p")).encode() + b"\n")
        self.assertFails(wrong, 1)
        self.assertNotEqual(0, self.pale("get", "TOKEN", closed=True).status)
        recovered = self.must("vault", "recover", "--unlock", "keyfile", input=code.encode() + b"\n")
        self.assertHoldsNot(code.encode(), recovered.out + recovered.err)
        self.assertEqual(b"value-to-be-recovered", self.must("get", "TOKEN").out)
        self.must("vault", "verify")

    def test_rekey_keeps_every_value_and_ends_the_old_key_and_the_old_code(self):
        made = self.must("init", "--project", "shop", "--unlock", "keyfile")
        code = recovery_code(made)
        self.home.set_all({f"S_{n}": f"value-number-{n}" for n in range(20)})
        key = next((self.home.pale_home / "config").glob("key*"))
        old = key.read_bytes()
        result = self.must("vault", "rekey", closed=True)
        new_code = recovery_code(result)
        self.assertNotEqual(code, new_code)
        self.assertEqual(b"value-number-7", self.must("get", "S_7").out)
        self.must("vault", "verify")
        new = key.read_bytes()
        self.assertNotEqual(old, new)
        key.write_bytes(old)
        self.assertFails(self.pale("get", "S_7", closed=True), 1, 201, ["was sealed with key", "you offer"])
        key.unlink()
        self.assertNotEqual(0, self.pale("vault", "recover", "--unlock", "keyfile", input=code.encode()).status, "the old code opens nothing")
        self.must("vault", "recover", "--unlock", "keyfile", input=new_code.encode())
        self.assertEqual(b"value-number-7", self.must("get", "S_7").out)

    def test_another_vaults_key_is_told_by_its_fingerprint(self):
        self.home.init()
        other = Home()
        self.addCleanup(other.close)
        other.init()
        (mine,) = (self.home.pale_home / "config").glob("key*")
        (theirs,) = (other.pale_home / "config").glob("key*")
        prints = [re.search(rb"\(([0-9a-f]{16})\)", f.read_bytes()).group(1).decode() for f in (mine, theirs)]
        mine.write_bytes(theirs.read_bytes())
        self.assertFails(self.pale("list"), 1, 201, prints)

    def test_a_backup_is_encrypted_and_comes_back_on_another_machine(self):
        made = self.must("init", "--project", "shop", "--unlock", "keyfile")
        code = recovery_code(made)
        self.home.set("TOKEN", b"value-in-the-backup")
        backup = self.home.tmp / "pale.backup"
        self.must("vault", "backup", str(backup))
        self.assertEqual(0o600, backup.stat().st_mode & 0o777)
        self.assertHoldsNot(b"value-in-the-backup", backup.read_bytes())
        self.assertNotEqual(0, self.pale("vault", "backup", str(backup)).status, "a backup is not overwritten")
        self.home.set("TOKEN", b"value-after-the-backup")
        # The same machine.
        self.must("vault", "restore", str(backup), "--replace", "--yes")
        self.assertEqual(b"value-in-the-backup", self.must("get", "TOKEN").out)
        self.must("vault", "verify")
        # Another machine, with nothing but the file and the code.
        other = Home()
        self.addCleanup(other.close)
        restored = other.pale("vault", "restore", str(backup), "--recovery-code", "--yes", input=code.encode() + b"\n")
        self.assertStatus(0, restored)
        opened = other.pale("get", "TOKEN", "-p", "shop", "-e", "dev", closed=True)
        if opened.status != 0:
            other.must("vault", "recover", "--unlock", "keyfile", input=code.encode() + b"\n")
            opened = other.must("get", "TOKEN", "-p", "shop", "-e", "dev")
        self.assertEqual(b"value-in-the-backup", opened.out)

    def test_a_damaged_backup_replaces_nothing(self):
        self.home.init()
        self.home.set("TOKEN", b"value-in-the-vault")
        backup = self.home.tmp / "pale.backup"
        self.must("vault", "backup", str(backup))
        whole = backup.read_bytes()
        for spoiled in (b"", whole[: len(whole) // 2], b"x" * 5000, whole[:200] + bytes(b ^ 1 for b in whole[200:400]) + whole[400:]):
            backup.write_bytes(spoiled)
            result = self.pale("vault", "restore", str(backup), "--replace", "--yes")
            self.assertTidy(result)
            self.assertEqual(b"value-in-the-vault", self.must("get", "TOKEN").out)

    def test_history_rollback_delete_and_restore(self):
        self.home.init()
        for value in (b"first-version", b"second-version", b"third-version"):
            self.home.set("TOKEN", value)
        self.must("rollback", "TOKEN", "1")
        self.assertEqual(b"first-version", self.must("get", "TOKEN").out)
        history = json.loads(self.must("history", "TOKEN", "--json").out)["versions"]
        self.assertEqual([4, 3, 2, 1], [v["version"] for v in history])
        self.assertEqual([True, False, False, False], [v["current"] for v in history])
        self.must("unset", "TOKEN", "--yes")
        self.assertFails(self.pale("get", "TOKEN"), 1, 104)
        self.assertNotIn("TOKEN", self.must("list").text)
        self.must("restore", "TOKEN")
        self.assertEqual(b"first-version", self.must("get", "TOKEN").out)
        self.must("unset", "TOKEN", "--yes")
        self.must("vault", "purge", "--older-than", "0s", "--yes")
        self.assertNotEqual(0, self.pale("restore", "TOKEN").status)
        self.must("vault", "verify")

    def test_environments_are_copied_compared_and_deleted(self):
        self.home.init()
        self.home.set_all({"SAME": "same-in-both", "OTHER": "one-value-here", "LEFT": "only-on-the-left"})
        self.must("env", "copy", "dev", "prod")
        self.home.set("OTHER", b"another-value-there", "-e", "prod")
        self.must("unset", "LEFT", "--yes", "-e", "prod")
        self.home.set("RIGHT", b"only-on-the-right", "-e", "prod")
        result = self.must("env", "diff", "dev", "prod", "--all", "--json")
        states = {d["name"]: d["state"] for d in json.loads(result.out)["differences"]}
        self.assertEqual({"SAME": "same", "OTHER": "different", "LEFT": "left", "RIGHT": "right"}, states)
        shown = self.must("env", "diff", "dev", "prod", "--all").out
        for value in (b"same-in-both", b"one-value", b"another-value", b"only-on-the-left"):
            self.assertHoldsNot(value, shown)
        self.must("env", "delete", "prod", "--yes")
        self.assertNotIn("prod", self.must("env", "list").text)
        self.must("vault", "verify")


class TogetherTest(Test):
    """Many at once."""

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"value-for-everybody")

    def test_fifty_runs_at_once_all_get_their_values(self):
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            results = list(pool.map(lambda n: self.home.pale("run", "--", *sh(f'test "$TOKEN" = value-for-everybody && echo {n}'), timeout=120), range(50)))
        self.assertEqual([(0, f"{n}\n") for n in range(50)], [(r.status, r.text) for r in results], [r for r in results if r.status])
        self.must("audit", "verify")
        rows = json.loads(self.must("audit", "--json", "--event", "run", "--last", "0").out)["rows"]
        self.assertEqual(50, len(rows))

    def test_twenty_sets_at_once_are_all_kept(self):
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            results = list(pool.map(lambda n: self.home.pale("set", "SHARED" if n % 2 else f"OWN_{n}", input=f"value-of-{n}".encode(), timeout=120), range(20)))
        self.assertEqual([0] * 20, [r.status for r in results], [r for r in results if r.status])
        self.assertEqual(10, len(json.loads(self.must("history", "SHARED", "--json").out)["versions"]))
        for n in range(0, 20, 2):
            self.assertEqual(f"value-of-{n}".encode(), self.must("get", f"OWN_{n}").out)
        self.must("vault", "verify")

    def test_reading_and_writing_at_once(self):
        def work(n):
            if n % 3 == 0:
                return self.home.pale("set", "TOKEN", input=b"value-for-everybody", timeout=120)
            return self.home.pale("run", "--", *sh('test "$TOKEN" = value-for-everybody'), timeout=120)

        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            results = list(pool.map(work, range(24)))
        self.assertEqual([0] * 24, [r.status for r in results], [r for r in results if r.status])
        self.must("vault", "verify")

    def test_two_inits_at_once_make_one_vault(self):
        home = Home()
        self.addCleanup(home.close)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda n: home.pale("init", "--project", "shop", "--unlock", "keyfile", timeout=120), range(4)))
        self.assertGreaterEqual(sum(r.status == 0 for r in results), 1, results)
        self.assertEqual(1, sum("recovery code is in" in r.errors for r in results), results)
        for result in results:
            self.assertTidy(result)
        home.must("set", "TOKEN", input=b"works")
        self.assertEqual(b"works", home.must("get", "TOKEN").out)
