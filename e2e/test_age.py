"""`pale age` is a drop-in for the age command: files go both ways, options and statuses are the same, nothing half is left."""

import os
import re
import shutil
import stat
import subprocess
import tempfile
import termios
from pathlib import Path

from harness import PALE, Test, eventually, need

NPM = "age-encryption@0.3.1"
WORDS = "correct horse battery"

ENCRYPT_JS = """
import * as age from 'age-encryption';
import { readFileSync, writeFileSync } from 'fs';
const [,, deed, key, input, output] = process.argv;
const e = new age.Encrypter(), d = new age.Decrypter();
if (deed === 'encrypt') e.addRecipient(key);
if (deed === 'encrypt-passphrase') { e.setPassphrase(key); e.setScryptWorkFactor(10); }
if (deed === 'decrypt') d.addIdentity(key);
if (deed === 'decrypt-passphrase') d.addPassphrase(key);
const data = readFileSync(input);
writeFileSync(output, deed.startsWith('encrypt') ? await e.encrypt(data) : await d.decrypt(data, 'uint8array'));
"""


class AgeTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.must("age", "keygen", "-o", "one.txt")
        home.must("age", "keygen", "-o", "two.txt")
        home.write("plain", os.urandom(200_000))

    def file(self, name):
        return (self.home.project / name).read_bytes()

    def recipient(self, name):
        return self.must("age", "keygen", "-y", name).text.strip()


@need("age")
class BothWaysTest(AgeTest):
    """Debian's age and ours, each with the other's files."""

    def goes_both_ways(self, encrypt, decrypt):
        for first, second in ((self.ours, self.age), (self.age, self.ours), (self.ours, self.ours)):
            for more in ((), ("-a",)):
                (self.home.project / "sealed").unlink(missing_ok=True)
                self.assertStatus(0, first(*encrypt, *more, "-o", "sealed", "plain"))
                result = second("-d", *decrypt, "sealed")
                self.assertStatus(0, result)
                self.assertEqual(self.file("plain"), result.out)

    def ours(self, *args, **more):
        return self.home.pale("age", *args, **more)

    def age(self, *args, **more):
        return self.home.call("age", *args, **more)

    def test_native_recipients(self):
        self.goes_both_ways(("-r", self.home.must("age", "keygen", "-y", "one.txt").text.strip()), ("-i", "one.txt"))

    def test_several_recipients_and_a_file_of_them(self):
        lines = "# friends\n\n" + self.home.must("age", "keygen", "-y", "two.txt").text
        self.home.write("friends.txt", lines)
        one = self.home.must("age", "keygen", "-y", "one.txt").text.strip()
        self.goes_both_ways(("-r", one, "-R", "friends.txt"), ("-i", "two.txt"))

    def test_encrypting_to_an_identity_file(self):
        self.goes_both_ways(("-e", "-i", "one.txt"), ("-i", "two.txt", "-i", "one.txt"))

    def test_ssh_keys(self):
        for kind in (("ed25519",), ("rsa", "-b", "2048")):
            name = f"id_{kind[0]}"
            self.assertStatus(0, self.home.call("ssh-keygen", "-q", "-N", "", "-f", name, "-t", *kind))
            self.goes_both_ways(("-R", f"{name}.pub"), ("-i", name))
            self.goes_both_ways(("-r", self.file(f"{name}.pub").decode().strip()), ("-i", name))

    def test_passphrases_are_typed_at_the_terminal_while_data_flows_through_pipes(self):
        for first, second in (((PALE, "age"), ("age",)), (("age",), (PALE, "age"))):
            with self.subTest(first=first):
                terminal = self.home.terminal(
                    "sh", "-c", '"$@" -p <plain >sealed', "sh", *first)
                for _ in range(2):
                    terminal.expect(re.compile(b"passphrase|again", re.I).pattern)
                    terminal.expect(": ")
                    # The age command shows its question before it hides what is typed.
                    eventually(lambda: not terminal.settings()[3] & termios.ECHO, "typing is hidden", 10)
                    terminal.send(WORDS + "\r")
                self.assertEqual(0, terminal.wait(), terminal.output)
                self.assertNotIn(WORDS.encode(), terminal.output)
                terminal = self.home.terminal("sh", "-c", '"$@" -d <sealed >opened', "sh", *second)
                terminal.expect(re.compile(b"passphrase.*: ", re.I).pattern)
                terminal.send(WORDS + "\r")
                self.assertEqual(0, terminal.wait(), terminal.output)
                self.assertEqual(self.file("plain"), self.file("opened"))

    def test_an_identity_file_with_a_passphrase_is_asked_for(self):
        terminal = self.home.pale_tty("age", "-p", "-o", "one.age", "one.txt")
        for _ in range(2):
            terminal.expect(": ")
            terminal.send(WORDS + "\r")
        self.assertEqual(0, terminal.wait(), terminal.output)
        self.assertStatus(0, self.age("-e", "-i", "one.txt", "-o", "sealed.one", "plain"))
        terminal = self.home.pale_tty("age", "-d", "-i", "one.age", "-o", "opened.one", "sealed.one")
        terminal.expect("one.age")
        terminal.expect(": ")
        terminal.send(WORDS + "\r")
        self.assertEqual(0, terminal.wait(), terminal.output)
        self.assertEqual(self.file("plain"), self.file("opened.one"))

    def test_a_made_up_passphrase_is_shown_once_and_works(self):
        terminal = self.home.pale_tty("age", "-p", "-o", "made", "one.txt")
        terminal.expect(": ")
        terminal.send("\r")
        shown = terminal.expect(re.compile(rb"is: ([a-z0-9]{5}(-[a-z0-9]{5}){5})").pattern)
        words = re.search(rb"is: (\S+)", shown).group(1)
        self.assertEqual(0, terminal.wait(), terminal.output)
        terminal = self.home.pale_tty("age", "-d", "-o", "made.back", "made")
        terminal.expect(": ")
        terminal.send(words + b"\r")
        self.assertEqual(0, terminal.wait(), terminal.output)
        self.assertEqual(self.file("one.txt"), self.file("made.back"))


class DropInTest(AgeTest):
    """Statuses, files and refusals."""

    def sealed(self):
        self.must("age", "-r", self.recipient("one.txt"), "-o", "sealed", "plain")
        return self.file("sealed")

    def test_wrong_calls_fail_with_1_and_name_the_option(self):
        for args, says in (
            (("plain",), "-r"),
            (("-p", "-r", "age1x", "plain"), "-p"),
            (("-d", "-a", "plain"), "-a"),
            (("-d", "-r", "age1x", "plain"), "-r"),
            (("-i", "one.txt", "plain"), "-e"),
            (("-r", "age1nonsense", "plain"), "-r"),
            (("-r", "github:someone", "plain"), "GitHub"),
            (("-R", "absent", "plain"), "absent"),
            (("-d", "-i", "absent", "plain"), "absent"),
            (("-d", "-i", "one.txt", "absent"), "absent"),
            (("-d", "-i", "plain", "plain"), "plain"),
            (("-d", "-i", "one.txt", "plain"), "age file"),
            (("-d", "-i", "-", "-"), "standard input"),
        ):
            with self.subTest(args=args):
                result = self.pale("age", *args)
                self.assertFails(result, 1, says=[says])
                self.assertEqual(b"", result.out)

    def test_an_identity_given_as_recipient_is_not_repeated(self):
        secret = self.file("one.txt").decode().split("\n")[2]
        result = self.pale("age", "-r", secret, "plain")
        self.assertFails(result, 1, says=["secret"])
        self.assertNotIn(secret[20:40], result.errors)

    def test_a_failed_decryption_leaves_what_was_there_and_nothing_beside(self):
        sealed = self.sealed()
        self.home.write("out", "before")
        names = sorted(os.listdir(self.home.project))
        for bad in (sealed[:-1], sealed[:70_000], sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed + b"x", sealed[:50]):
            self.home.write("sealed", bad)
            self.assertFails(self.pale("age", "-d", "-i", "one.txt", "-o", "out", "sealed"), 1)
            self.assertEqual(b"before", self.file("out"))
            self.assertEqual(names, sorted(os.listdir(self.home.project)))
        self.assertFails(self.pale("age", "-d", "-i", "two.txt", "-o", "new", "sealed"), 1)
        self.assertFalse((self.home.project / "new").exists())

    def test_to_standard_output_comes_only_what_was_authenticated(self):
        sealed = bytearray(self.sealed())
        sealed[-70_000] ^= 1
        self.home.write("damaged", bytes(sealed))
        result = self.pale("age", "-d", "-i", "one.txt", "damaged")
        self.assertFails(result, 1, says=["authenticated"])
        self.assertTrue(self.file("plain").startswith(result.out))
        self.assertEqual(0, len(result.out) % 65536)

    def test_the_output_has_the_mode_that_age_gives_and_replaces_whole(self):
        self.sealed()
        for mask, mode in ((0o022, 0o644), (0o077, 0o600)):
            (self.home.project / "opened").unlink(missing_ok=True)
            self.must("age", "-d", "-i", "one.txt", "-o", "opened", "sealed", preexec_fn=lambda: os.umask(mask))
            self.assertEqual(mode, stat.S_IMODE((self.home.project / "opened").stat().st_mode))
        (self.home.project / "opened").chmod(0o640)
        self.must("age", "-d", "-i", "one.txt", "-o", "opened", "sealed")
        self.assertEqual(0o640, stat.S_IMODE((self.home.project / "opened").stat().st_mode))

    def test_input_and_output_must_differ(self):
        self.home.write("same", "content")
        os.link(self.home.project / "same", self.home.project / "other-name")
        for name in ("same", "./same", "other-name"):
            self.assertFails(self.pale("age", "-r", self.recipient("one.txt"), "-o", name, "same"), 1, says=["same file"])
        self.assertEqual(b"content", self.file("same"))

    def test_a_link_as_output_is_followed_and_a_device_is_written(self):
        self.home.write("target", "old")
        (self.home.project / "link").symlink_to("target")
        self.must("age", "-r", self.recipient("one.txt"), "-o", "link", "plain")
        self.assertTrue((self.home.project / "link").is_symlink())
        self.assertTrue(self.file("target").startswith(b"age-encryption.org/v1"))
        self.must("age", "-r", self.recipient("one.txt"), "-o", "/dev/null", "plain")

    def test_binary_goes_to_no_terminal_unless_forced(self):
        to = ("-r", self.recipient("one.txt"))
        result = self.home.pale_tty("age", *to, "plain").run()
        self.assertStatus(1, result)
        self.assertIn("-a", result.text)
        self.assertIn("-o", result.text)
        self.assertIn("BEGIN AGE", self.home.pale_tty("age", "-a", *to, "one.txt").run().text)
        self.assertIn("age-encryption.org/v1", self.home.pale_tty("age", *to, "-o", "-", "one.txt").run().text)

    def test_keys_and_data_come_through_standard_input(self):
        key, data = self.file("one.txt"), self.file("plain")
        sealed = self.must("age", "-R", "-", "-o", "-", "plain", input=self.recipient("one.txt").encode()).out
        self.assertEqual(data, self.must("age", "-d", "-i", "one.txt", input=sealed).out)
        self.home.write("sealed.stdin", sealed)
        self.assertEqual(data, self.must("age", "-d", "-i", "-", "sealed.stdin", input=key).out)
        self.assertEqual(self.recipient("one.txt"), self.must("age", "keygen", "-y", input=key).text.strip())

    def test_keygen_never_replaces_and_keeps_to_itself(self):
        mode = stat.S_IMODE((self.home.project / "one.txt").stat().st_mode)
        self.assertEqual(0o600, mode)
        self.assertFails(self.pale("age", "keygen", "-o", "one.txt"), 1, says=["already"])
        result = self.must("age", "keygen", "--pq")
        self.assertIn("AGE-SECRET-KEY-PQ-1", result.text)
        self.assertIn("Public key: age1pq1", result.errors)
        self.assertNotIn("AGE-SECRET-KEY", result.errors)

    def test_an_agent_is_not_asked_for_a_passphrase(self):
        terminal = self.home.pale_tty("age", "-p", "-o", "never", "plain", env={"CLAUDECODE": "1"})
        result = terminal.run()
        self.assertNotEqual(0, result.status)
        self.assertIn("coding agent", result.text)
        self.assertFalse((self.home.project / "never").exists())

    def test_a_killed_call_leaves_nothing(self):
        process = self.home.start(PALE, "age", "-r", self.recipient("one.txt"), "-o", "killed", stdin=subprocess.PIPE)
        process.stdin.write(bytes(1 << 20))
        process.stdin.flush()
        eventually(lambda: list(self.home.project.glob(".pale-age-*")), "the temporary file")
        process.terminate()
        process.wait(30)
        self.assertEqual([], list(self.home.project.glob(".pale-age-*")))
        self.assertFalse((self.home.project / "killed").exists())


class PluginTest(AgeTest):
    def test_a_plugin_of_the_current_folder_is_never_started(self):
        mark = self.home.project / "started"
        self.home.script("age-plugin-evil", f"#!/bin/sh\ntouch {mark}\n")
        for path in ("", ".", f".:{self.home.env['PATH']}", f"{self.home.project}:{self.home.env['PATH']}"):
            with self.subTest(path=path):
                result = self.home.call(PALE, "age", "-e", "-j", "evil", "plain", env={"PATH": f"{path}:{self.home.env['PATH']}"})
                self.assertFails(result, 1, says=["age-plugin-evil"])
                self.assertFalse(mark.exists())

    def test_what_a_plugin_says_cannot_steer_the_terminal_and_its_stderr_is_silent(self):
        folder = self.home.user / "bin"
        folder.mkdir(exist_ok=True)
        probe = Path(__file__).resolve().parent.parent / "crypto/src/test/resources/dev/pale/crypto/age/age-plugin-probe"
        shutil.copy(probe, folder / "age-plugin-probe")
        (folder / "age-plugin-probe").chmod(0o755)
        env = {"PATH": f"{folder}:{self.home.env['PATH']}"}
        self.must("age", "-e", "-j", "probe", "-o", "plugged", "plain", env=env)
        result = self.must("age", "-d", "-j", "probe", "plugged", env=env)
        self.assertEqual(self.file("plain"), result.out)
        self.assertNotIn("shown to nobody", result.errors)


@need("npm")
@need("node", "nodejs")
class NpmTest(AgeTest):
    """The JavaScript implementation, fetched into a temporary folder."""

    folder = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="pale-e2e-npm-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        (cls.folder / "package.json").write_text('{"name": "peer", "private": true, "type": "module"}')
        (cls.folder / "peer.js").write_text(ENCRYPT_JS)
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", NPM], cwd=cls.folder, stdin=subprocess.DEVNULL, capture_output=True
        )
        cls.reason = "" if done.returncode == 0 else f"npm could not fetch {NPM}"

    def setUp(self):
        super().setUp()
        if self.reason:
            self.skipTest(self.reason)

    def peer(self, deed, key, source, target):
        done = subprocess.run(
            ["node", "peer.js", deed, key, self.home.project / source, self.home.project / target], cwd=self.folder, capture_output=True
        )
        self.assertEqual(0, done.returncode, done.stderr)

    def test_files_go_both_ways(self):
        for options in ((), ("--pq",)):
            with self.subTest(options=options):
                made = self.must("age", "keygen", *options).text
                self.home.write("npm.txt", made)
                recipient, identity = made.split("\n")[1].split(": ")[1], made.split("\n")[2]
                self.peer("encrypt", recipient, "plain", "theirs")
                self.assertEqual(self.file("plain"), self.must("age", "-d", "-i", "npm.txt", "theirs").out)
                self.must("age", "-r", recipient, "-o", "ours", "plain")
                self.peer("decrypt", identity, "ours", "back")
                self.assertEqual(self.file("plain"), self.file("back"))

    def test_passphrases_go_both_ways(self):
        self.peer("encrypt-passphrase", WORDS, "plain", "theirs")
        terminal = self.home.pale_tty("age", "-d", "-o", "back", "theirs")
        terminal.expect(": ")
        terminal.send(WORDS + "\r")
        self.assertEqual(0, terminal.wait(), terminal.output)
        self.assertEqual(self.file("plain"), self.file("back"))
        terminal = self.home.pale_tty("age", "-p", "-o", "ours", "plain")
        for _ in range(2):
            terminal.expect(": ")
            terminal.send(WORDS + "\r")
        self.assertEqual(0, terminal.wait(), terminal.output)
        self.peer("decrypt-passphrase", WORDS, "ours", "back")
        self.assertEqual(self.file("plain"), self.file("back"))


del AgeTest
