"""The operating system's keychain, a real gnome-keyring on a session bus of its own, opens the vault."""

import os
import re
import time

from harness import PALE, Test, need
from test_vault_life import keyring_works

# A session with an unlocked keychain, which runs $@ and ends with it.
SESSION = """
printf 'test-login\\n' | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1 || exit 97
exec "$@"
"""
VALUE = b"value-behind-a-keychain"
LOCK = """
dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \\
  org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null || exit 98
"""
FREEZE = """
pid=$(dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \\
  org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | tr -dc ' 0-9' | awk '{print $NF}')
kill -STOP "$pid" || exit 98
trap 'kill -KILL "$pid"' EXIT
"""


@need("dbus-run-session", "dbus-daemon")
@need("gnome-keyring-daemon", "gnome-keyring")
@need("secret-tool", "libsecret-tools")
class KeychainTest(Test):
    def setUp(self):
        super().setUp()
        runtime = self.home.root / "runtime"
        runtime.mkdir(mode=0o700)
        self.home.env.update(XDG_RUNTIME_DIR=str(runtime), XDG_DATA_HOME=str(self.home.user / "data"))
        # The kernel's keyring outlives a home.
        self.addCleanup(lambda: self.home.pale("lock"))

    def session(self, script, *more):
        """Runs a script in a session with an unlocked keychain; $0 is pale."""
        return self.home.call("dbus-run-session", "--", "sh", "-c", SESSION, "sh", "sh", "-c", script, str(PALE), *more, timeout=90)

    def must_in_session(self, script):
        return self.assertStatus(0, self.session("set -e\n" + script))

    def kinds(self, result):
        return sorted(re.findall(r'"kind": ?"(\w+)"', result.text))

    def init(self):
        return self.must_in_session(f'"$0" init --project shop --unlock keychain; printf {VALUE.decode()} | "$0" set TOKEN; "$0" lock')

    def no_key_file(self):
        self.assertEqual([], list((self.home.pale_home / "config").glob("key*")), "no key file beside the keychain")

    def test_init_takes_the_keychain_that_answers(self):
        made = self.must_in_session('"$0" init --project shop; "$0" vault slots --json; "$0" lock')
        self.assertEqual(["keychain", "recovery"], self.kinds(made))
        self.no_key_file()
        self.must_in_session(f'printf {VALUE.decode()} | "$0" set TOKEN')

    def test_init_outside_of_a_session_takes_a_key_file_and_says_so(self):
        made = self.must("init", "--project", "shop")
        self.assertIn("key file", made.errors)
        self.assertIn('"keyfile"', self.must("vault", "slots", "--json").text)

    def test_it_opens_what_it_closed_and_a_program_gets_the_value(self):
        self.init()
        self.no_key_file()
        self.assertEqual(VALUE, self.must_in_session('"$0" get TOKEN; "$0" lock >&2').out)
        self.assertEqual(b"[pale:TOKEN]\n", self.must_in_session("\"$0\" run -- sh -c 'echo $TOKEN'; \"$0\" lock >&2").out)

    def test_the_item_is_on_the_disk_only_encrypted(self):
        self.init()
        for folder, _, files in os.walk(self.home.root):
            for name in files:
                self.assertHoldsNot(VALUE, open(os.path.join(folder, name), "rb").read(), name)

    def test_outside_of_the_session_it_says_what_to_do(self):
        self.init()
        result = self.assertFails(self.pale("get", "TOKEN", closed=True), 1, 234, ["desktop session", "pale vault recover"])
        self.assertLess(result.seconds, 10)
        run = self.pale("run", "--", "true", closed=True)
        self.assertFails(run, 125, 234, "desktop session")

    def test_init_with_the_keychain_outside_of_a_session_leaves_nothing(self):
        self.assertFails(self.pale("init", "--project", "shop", "--unlock", "keychain"), 1, 234, "--unlock")
        self.assertFails(self.pale("list"), 1, 200)

    def test_the_kernel_holds_the_key_until_lock(self):
        if not keyring_works():
            self.skipTest("no kernel keyring here")
        self.init()
        self.assertIn("locked", self.must("status").text)
        self.must_in_session('"$0" unlock --for 10m')
        self.assertEqual(VALUE, self.must("get", "TOKEN").out, "outside of the session, by the kernel's keyring")
        self.must("lock")
        self.assertFails(self.pale("get", "TOKEN", closed=True), 1, 234)

    def test_rekey_keeps_the_keychain_and_changes_its_item(self):
        self.init()
        result = self.must_in_session(
            '"$0" vault rekey; "$0" lock >&2; "$0" get TOKEN; echo; "$0" vault slots --json; "$0" lock >&2\n'
            "secret-tool search --all application pale 2>/dev/null | grep -c '^label'"
        )
        self.assertTrue(result.out.startswith(VALUE), repr(result))
        self.assertEqual(["keychain", "recovery"], self.kinds(result))
        self.assertTrue(result.out.rstrip().endswith(b"1"), "the old item is gone")

    def test_slots_come_and_go(self):
        self.home.init()
        self.must("set", "TOKEN", "--raw", input=VALUE)
        added = self.must_in_session('"$0" vault slots add --unlock keychain --json')
        self.assertEqual(["keychain"], self.kinds(added))
        number = next(s["id"] for s in self.must("vault", "slots", "--json").json["slots"] if s["kind"] == "keyfile")
        self.must_in_session(f'"$0" vault slots remove {number}; "$0" lock')
        self.no_key_file()
        self.assertFails(self.pale("get", "TOKEN", closed=True), 1, 234)
        self.assertEqual(VALUE, self.must_in_session('"$0" get TOKEN; "$0" lock >&2').out)
        # And back to a key file, by rekey.
        self.must_in_session('"$0" vault rekey --unlock keyfile')
        self.pale("lock")
        self.assertEqual(VALUE, self.must("get", "TOKEN").out)

    def test_a_locked_keychain_without_a_desktop_fails_soon(self):
        self.init()
        result = self.session(LOCK + '"$0" get TOKEN')
        self.assertFails(result, 1, 234, ["locked", "unlock the keychain"])
        self.assertLess(result.seconds, 20)

    def test_a_keychain_that_hangs_fails_soon(self):
        self.init()
        begun = time.monotonic()
        result = self.session(FREEZE + '"$0" get TOKEN')
        self.assertFails(result, 1, 234, "did not answer")
        self.assertLess(time.monotonic() - begun, 30)

    def test_init_does_not_wait_for_a_keychain_that_hangs(self):
        begun = time.monotonic()
        result = self.session(FREEZE + '"$0" init --project shop && "$0" vault slots --json')
        self.assertStatus(0, result)
        self.assertEqual(["keyfile", "recovery"], self.kinds(result))
        self.assertLess(time.monotonic() - begun, 30)

    def test_the_key_is_on_no_command_line(self):
        if not os.path.exists("/usr/bin/strace"):
            self.skipTest("strace is not installed (package strace)")
        trace = self.home.tmp / "trace"
        self.init()
        result = self.session(f'strace -f -qq -s 4096 -e trace=execve -o {trace} "$0" get TOKEN; secret-tool search --all application pale 2>/dev/null | sed -n "s/^secret = //p"; "$0" lock >&2')
        self.assertStatus(0, result)
        key = result.out[len(VALUE):].strip()
        self.assertRegex(key, rb"^[0-9a-f]{64}$")
        calls = trace.read_bytes()
        self.assertHolds(b"secret-tool", calls)
        self.assertHoldsNot(key, calls)


class EncryptedIdentityTest(Test):
    @need("ssh-keygen", "openssh-client")
    def test_an_ssh_key_with_a_passphrase_is_asked_for(self):
        for kind in (("ed25519",), ("rsa", "-b", "2048")):
            with self.subTest(kind=kind[0]):
                key = self.home.user / f"id_{kind[0]}"
                self.home.call("ssh-keygen", "-q", "-t", *kind, "-N", "open sesame", "-f", str(key))
                env = {"PALE_HOME": str(self.home.root / kind[0])}
                self.must("init", "--project", "shop", "--unlock", "ssh", "--identity", str(key), env=env)
                self.addCleanup(lambda env=env: self.home.pale("lock", env=env))
                self.must("lock", env=env)
                self.assertFails(self.pale("list", env=env, closed=True), 1, 235, "pale unlock")
                terminal = self.tty("unlock", env=env)
                for word in ("open barley\n", "open sesame\n"):
                    terminal.expect("passphrase of")
                    terminal.expect(":")
                    terminal.send(word)
                self.assertEqual(0, terminal.wait(), terminal.output)
                self.assertHoldsNot(b"open", terminal.output.replace(b"opens", b""))
                if keyring_works():
                    self.must("list", env=env)
                    self.must("lock", env=env)
                    self.assertFails(self.pale("list", env=env, closed=True), 1, 235)
