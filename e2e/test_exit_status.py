"""The exit status of `pale run` is the command's own; 125, 126, 127 and 2 say whose fault it was otherwise."""

import os
import signal
import unittest

from harness import Home, Test, sh


class Modes:
    """The same sentences for each way in which pale can stand around a command."""

    def run_in_mode(self, *command, options=(), **more):
        raise NotImplementedError

    def test_a_command_that_ends_by_itself_gives_its_status(self):
        for status in (0, 1, 2, 42, 125, 255):
            with self.subTest(status=status):
                self.assertStatus(status, self.run_in_mode(*sh(f"exit {status}")))

    def test_a_command_that_a_signal_ends_gives_128_and_the_signal(self):
        for name in ("TERM", "KILL", "INT", "SEGV", "HUP", "PIPE"):
            with self.subTest(signal=name):
                result = self.run_in_mode(*sh(f"kill -{name} $$; sleep 5"))
                self.assertStatus(128 + getattr(signal, f"SIG{name}"), result)

    def test_a_command_that_is_not_there_gives_127(self):
        for name in ("no-such-command-anywhere", "./no-such-file", "/no/such/file"):
            with self.subTest(name=name):
                result = self.run_in_mode(name)
                self.assertFails(result, 127, says=[name])

    def test_a_file_that_is_not_executable_gives_126(self):
        self.home.write("plain.txt", "hello\n", 0o644)
        self.assertFails(self.run_in_mode("./plain.txt"), 126, says=["plain.txt"])

    def test_a_folder_gives_126(self):
        (self.home.project / "folder").mkdir(exist_ok=True)
        self.assertFails(self.run_in_mode("./folder"), 126, says=["folder"])

    def test_a_script_whose_interpreter_is_missing_is_not_reported_as_a_success(self):
        self.home.script("odd", "#!/no/such/interpreter\n")
        self.assertIn(self.run_in_mode("./odd").status, (126, 127))

    def test_a_script_without_an_interpreter_line_runs_as_in_every_shell(self):
        self.home.script("bare", "exit 7\n")
        self.assertStatus(7, self.run_in_mode("./bare"))

    def test_wrong_usage_gives_2_and_starts_nothing(self):
        marker = self.home.project / "started"
        for options in (("--no-such-option",), ("--only",), ("--mask", "--no-mask")):
            with self.subTest(options=options):
                result = self.run_in_mode("touch", str(marker), options=options)
                self.assertStatus(2, result)
                self.assertTidy(result)
                self.assertFalse(marker.exists(), f"the command ran{result!r}")

    def test_no_command_gives_2(self):
        self.assertStatus(2, self.run_in_mode())


class PipesTest(Modes, Test):
    """Standard output is a pipe: pale stays as the parent and masks."""

    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"kept-inside-the-vault-1")

    def run_in_mode(self, *command, options=(), **more):
        return self.home.pale("run", *options, "--", *command, **more)

    def test_the_command_is_behind_pipes_here(self):
        result = self.run_in_mode(*sh("test -t 1 || echo pipe; echo $TOKEN"))
        self.assertEqual(b"pipe\n[pale:TOKEN]\n", result.out, repr(result))


class ReplaceTest(Modes, Test):
    """On a terminal: pale is replaced by the command."""

    shared = True
    prepare = PipesTest.prepare

    def run_in_mode(self, *command, options=(), **more):
        return self.tty("run", *options, "--", *command, **more).run()

    def test_pale_is_replaced_here(self):
        terminal = self.tty("run", "--", "sh", "-c", "echo pid=$$ $TOKEN")
        result = terminal.run()
        self.assertEqual(f"pid={terminal.pid} kept-inside-the-vault-1\n".encode(), result.out)

    def test_the_parent_sees_the_real_signal_not_a_status(self):
        for name in ("TERM", "KILL", "SEGV", "INT"):
            with self.subTest(signal=name):
                result = self.run_in_mode(*sh(f"kill -{name} $$; sleep 5"))
                self.assertEqual(-getattr(signal, f"SIG{name}"), result.returncode, repr(result))


class MaskedTerminalTest(Modes, Test):
    """On a terminal with --mask: pale stays as the parent with a terminal of its own."""

    shared = True
    prepare = PipesTest.prepare

    def run_in_mode(self, *command, options=(), **more):
        return self.tty("run", "--mask", *options, "--", *command, **more).run()

    def test_the_command_has_a_masked_terminal_here(self):
        result = self.run_in_mode(*sh("test -t 1 && test -t 0 && test -t 2 && echo $TOKEN"))
        self.assertEqual(b"[pale:TOKEN]\n", result.out, repr(result))


class NotStartedTest(Test):
    """125: the failure is Pale's own, and the command was not started."""

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"kept-inside-the-vault-1")

    def assertNotStarted(self, *options, code=None, says=(), status=125, **more):
        marker = self.home.project / "started"
        piped = self.pale("run", *options, "--", "touch", str(marker), **more)
        self.assertFails(piped, status, code, says)
        self.assertEqual(b"", piped.out)
        self.assertFalse(marker.exists(), f"the command ran{piped!r}")
        shown = self.tty("run", *options, "--", "touch", str(marker), **more).run()
        self.assertStatus(status, shown)
        self.assertFalse(marker.exists(), f"the command ran on a terminal{shown!r}")
        return piped

    def test_a_secret_that_pale_toml_requires_and_the_vault_has_not(self):
        self.home.toml("[secrets.STRIPE_KEY]\n")
        self.assertNotStarted(code=104, says=["STRIPE_KEY", "pale set STRIPE_KEY"])

    def test_an_optional_secret_may_be_missing(self):
        self.home.toml("[secrets.STRIPE_KEY]\noptional = true\n")
        self.assertStatus(0, self.pale("run", "--", "true"))

    def test_a_secret_that_only_names_and_the_vault_has_not(self):
        self.assertNotStarted("--only", "TOKEM", code=104, says=["TOKEM", "did you mean TOKEN?"])

    def test_the_key_of_another_vault(self):
        other = Home()
        self.addCleanup(other.close)
        other.init()
        keys = [next((h.pale_home / "config").glob("key*")) for h in (self.home, other)]
        keys[0].write_bytes(keys[1].read_bytes())
        self.assertNotStarted(code=201, says=["was sealed with key", "you offer"])

    def test_no_key_at_all(self):
        next((self.home.pale_home / "config").glob("key*")).unlink()
        self.assertNotStarted(says=["key file"])

    def test_no_vault_at_all(self):
        self.assertNotStarted(env={"PALE_HOME": str(self.home.root / "nowhere")}, says=["pale init"])

    def test_a_pale_toml_that_is_not_toml_names_its_line(self):
        file = self.home.project / "pale.toml"
        file.write_text(file.read_text() + "this is = = not toml\n")
        line = len(file.read_text().splitlines())
        self.assertNotStarted(says=["pale.toml", f"line {line}"])

    def test_an_unknown_environment(self):
        self.assertNotStarted("-e", "develop", says=["develop"])

    def test_an_env_file_that_is_not_there(self):
        self.assertNotStarted("--env-file", "no-such.env", says=["no-such.env"])

    @unittest.skipIf(os.geteuid() == 0 and not os.path.exists("/usr/bin/setpriv"), "root reads everything, and setpriv is missing")
    def test_a_pale_toml_that_cannot_be_read(self):
        file = self.home.project / "pale.toml"
        if os.geteuid() != 0:
            file.chmod(0)
            self.assertNotStarted(says=["pale.toml"])
            return
        # Root is stopped by nothing but a folder in the file's place.
        file.unlink()
        file.mkdir()
        self.assertNotStarted(says=["pale.toml"])

    def test_an_audit_row_that_cannot_be_written(self):
        if os.geteuid() == 0:
            self.skipTest("root writes into read-only folders; test_vault_trouble has a full disk")
        data = self.home.pale_home / "data"
        data.chmod(0o500)
        for file in data.iterdir():
            file.chmod(0o400)
        self.addCleanup(data.chmod, 0o700)
        self.assertNotStarted()
