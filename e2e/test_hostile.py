"""A cloned repository is data: nothing in it runs, hangs pale, or widens what the user allowed."""

import os
import stat
import time
import unittest
from pathlib import Path

from harness import PALE, Test, as_root, eventually, need, sh

EVIL = (
    "COMMAND=$(touch pwned)\n"
    'QUOTED="$(touch pwned)"\n'
    "BACKTICK=`touch pwned`\n"
    'BACKTICK_QUOTED="`touch pwned`"\n'
    "NESTED=${X:-$(touch pwned)}\n"
    "touch pwned\n"
    "; touch pwned\n"
    "PLAIN=ok-plain-value\n"
)


class DotenvTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()

    def assertNothingRan(self):
        for folder in (self.home.project, self.home.root, Path("/")):
            self.assertFalse((folder / "pwned").exists(), "something in the file was executed")

    def test_import_executes_nothing_in_any_dialect(self):
        file = self.home.write(".env", EVIL)
        for dialect in ((), ("--dialect", "pale"), ("--dialect", "shell"), ("--dialect", "dotenv"), ("--dialect", "docker")):
            with self.subTest(dialect=dialect):
                self.assertTidy(self.pale("import", str(file), *dialect, "--overwrite"))
                self.assertNothingRan()

    def test_init_import_executes_nothing(self):
        self.home.write(".env", EVIL)
        self.assertTidy(self.pale("init", "--import", ".env"))
        self.assertNothingRan()

    def test_an_env_file_of_run_executes_nothing(self):
        file = self.home.write("x.env", "A=$(touch pwned)\nB=`touch pwned`\nC=\"$(touch pwned)\"\nPLAIN=ok\n")
        result = self.pale("run", "--env-file", str(file), "--", *sh('printf "%s\\n" "$A" "$PLAIN"'))
        self.assertTidy(result)
        self.assertNothingRan()

    def test_what_dialects_read_differently_is_not_chosen_silently(self):
        file = self.home.write(".env", "HASH=value#tail\nDOLLAR=p@$$w0rd\nGOOD=undisputed\n")
        result = self.pale("import", str(file))
        self.assertFails(result, 1, 140, ["--dialect", "HASH"])
        self.assertHoldsNot(b"w0rd", result.out + result.err)
        self.assertNotIn("GOOD", self.must("list").text, "nothing was imported")
        self.must("import", str(file), "--dialect", "dotenv", "--overwrite")

    def test_a_person_is_shown_the_readings_and_chooses(self):
        file = self.home.write(".env", "HASH=value#tail\n")
        terminal = self.tty("import", str(file))
        terminal.expect("HASH")
        terminal.expect("which one?")
        self.assertHolds(b"value#tail", terminal.output)
        shown = terminal.output.decode()
        number = next(line.strip()[0] for line in shown.splitlines() if "[value]" in line.replace("\r", ""))
        terminal.send(f"{number}\n")
        self.assertEqual(0, terminal.wait(), terminal.output)
        self.assertEqual(b"value", self.must("get", "HASH").out)

    def test_duplicate_names_are_reported(self):
        file = self.home.write("x.env", "A=first-value\nB=other-value\nA=second-value\n")
        result = self.must("import", str(file))
        self.assertRegex(result.errors, r"A .*lines 1 and 3")
        self.assertEqual(b"second-value", self.must("get", "A").out)

    def test_the_usual_forms_are_read(self):
        file = self.home.write(
            "x.env",
            b"\xef\xbb\xbfexport WITH_MARK=one\r\n"
            b"SINGLE='two words'\r\n"
            b'DOUBLE="three words"\r\n'
            b'KEY="-----BEGIN X-----\r\nMIIE\r\n-----END X-----\r\n"\r\n'
            b"\r\n# a comment\r\nEMPTY=\r\n",
        )
        self.must("import", str(file), "--dialect", "pale")
        self.assertEqual(b"one", self.must("get", "WITH_MARK").out)
        self.assertEqual(b"two words", self.must("get", "SINGLE").out)
        self.assertEqual(b"three words", self.must("get", "DOUBLE").out)
        self.assertHolds(b"BEGIN X-----", self.must("get", "KEY").out)
        self.assertEqual(b"", self.must("get", "EMPTY").out)

    def test_five_megabytes_are_read_in_linear_time(self):
        def seconds(size):
            file = self.home.write("big.env", "".join(f"NAME_{n}=value-{n}-{'x' * 60}\n" for n in range(size // 85)))
            result = self.pale("import", "--dry-run", str(file), "--dialect", "pale", timeout=60)
            self.assertStatus(0, result)
            return result.seconds

        small, large = seconds(500_000), seconds(5_000_000)
        self.assertLess(large, 20)
        self.assertLess(large, small * 10 + 5)
        hard = self.home.write("hard.env", 'A="' + "\\" * 2_500_000 + "'" * 2_500_000)
        self.assertTidy(self.pale("import", str(hard), timeout=30))
        many = self.home.write("quotes.env", "A='\n" * 1_000_000)
        self.assertTidy(self.pale("import", str(many), timeout=40))

    def test_a_fifo_or_a_device_as_env_file_does_not_hang(self):
        fifo = self.home.project / "pipe.env"
        os.mkfifo(fifo)
        for path in (str(fifo), "/dev/zero"):
            for words in (("import", path), ("run", "--env-file", path, "--", "true"), ("set", "A", "--file", path)):
                with self.subTest(call=words):
                    result = self.pale(*words, timeout=15, closed=True)
                    self.assertNotEqual(0, result.status, repr(result))
                    self.assertTidy(result)

    def test_terminal_escapes_in_names_and_comments_are_not_obeyed(self):
        file = self.home.write("x.env", b"# \x1b[2J\x1b]0;title\x07 comment\nA\x1b[31m=1\nGOOD=good-value\n\x1b[8mHIDDEN=1\n")
        for words in (("import", str(file)), ("import", "--dry-run", str(file), "--dialect", "pale"), ("list", "-e", "\x1b[2Jx"), ("get", "\x1b[2JX"), ("\x1b]0;x\x07",), ("import", "\x1b[2J.env"), ("run", "--", "\x1b[2Jno-such")):
            with self.subTest(call=words):
                shown = self.tty(*words).run().out
                for bad in (b"\x1b[2J", b"\x1b]0;", b"\x1b[8m", b"\x1b[31m", b"\x07"):
                    self.assertHoldsNot(bad, shown)


class ProjectFileTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"tk_9fQz7/LmX2+vB8rJ4wK1")
        home.call("git", "init", "-q", str(home.project))

    def assertRefused(self, says=(), words=("run", "--", "touch", "started"), **more):
        more.setdefault("timeout", 20)
        result = self.pale(*words, closed=True, **more)
        self.assertFails(result, 125 if words[0] == "run" else 1, says=["pale.toml", *([says] if isinstance(says, str) else says)])
        self.assertFalse((self.home.project / "started").exists())
        listed = self.pale("list", closed=True, timeout=20)
        self.assertNotEqual(0, listed.status, repr(listed))
        self.assertTidy(listed)
        return result

    @property
    def file(self):
        return self.home.project / "pale.toml"

    def test_the_untouched_file_is_accepted(self):
        self.assertStatus(0, self.pale("run", "--", "true"))

    def test_a_link_out_of_the_repository(self):
        other = self.home.tmp / "pale.toml"
        other.write_text(self.file.read_text())
        self.file.unlink()
        self.file.symlink_to(other)
        self.assertRefused()

    def test_a_link_to_a_device_or_a_missing_file(self):
        for target in ("/dev/zero", "/etc/shadow", str(self.home.root / "no-such")):
            with self.subTest(target=target):
                self.file.unlink()
                self.file.symlink_to(target)
                result = self.assertRefused()
                self.assertNotIn("root:", result.errors)

    def test_a_fifo_does_not_hang(self):
        self.file.unlink()
        os.mkfifo(self.file)
        self.assertRefused()

    @as_root
    def test_another_owner(self):
        os.chown(self.file, 65534, 65534)
        self.assertRefused(["owner"] if False else [])

    @as_root
    def test_root_as_owner_is_accepted_for_everybody(self):
        home = self.home
        os.chown(home.root, 65534, 65534)
        for folder, folders, files in os.walk(home.root):
            for name in folders + files:
                os.chown(os.path.join(folder, name), 65534, 65534, follow_symlinks=False)
        os.chown(self.file, 0, 0)
        result = home.call("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(PALE), "list")
        if b"Permission denied" in result.err:
            self.skipTest("the built program cannot be read by another user: " + result.errors.strip())
        self.assertStatus(0, result)

    @as_root
    def test_another_user_cannot_use_a_home_that_is_not_theirs(self):
        self.home.root.chmod(0o755)
        self.home.pale_home.chmod(0o755)
        self.home.project.chmod(0o755)
        result = self.home.call("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(PALE), "get", "TOKEN")
        self.assertNotEqual(0, result.status)
        self.assertTidy(result) if b"Permission denied" not in result.err else None
        self.assertHoldsNot(b"tk_9fQz", result.out + result.err)

    def test_a_file_that_others_may_write(self):
        for mode in (0o664, 0o646, 0o666):
            with self.subTest(mode=oct(mode)):
                self.file.chmod(mode)
                self.assertRefused()

    def test_a_file_in_a_folder_that_everybody_may_write(self):
        self.home.project.chmod(0o777)
        result = self.pale("run", "--", "touch", "started", closed=True)
        self.assertFails(result, 125, says=str(self.home.project))
        self.assertFalse((self.home.project / "started").exists())

    def test_a_file_of_ten_megabytes(self):
        self.file.write_text("# " + "x" * (10 << 20) + "\n" + 'project = "shop"\n')
        result = self.assertRefused()
        self.assertLess(result.seconds, 5)

    def test_what_is_not_toml_names_the_line_and_shows_none_of_it(self):
        for text, line in (("a = \n", 3), ("[secrets\n", 3), ('x = "unclosed hidden-text\n', 3), ("\n\nunknown_key = 1\n", 5), ("[secrets.A]\ndeliver = \"mail\"\n", 4), ("[secrets.A]\ncolour = 1\n", 4), ('environment = "prod"\n', 3), ("[secrets.1BAD]\n", 3), ("x = \x00\n", 3)):
            with self.subTest(text=text):
                self.home.toml(text)
                result = self.assertRefused()
                self.assertRegex(result.errors, rf"line {line}\b|:{line}\b")
                self.assertNotIn("hidden-text", result.errors)

    def test_bytes_that_are_not_utf_8(self):
        self.file.write_bytes(b'project = "shop"\nenvironment = "\xff\xfe"\n')
        self.assertRefused()

    def test_names_that_climb_out(self):
        for project, environment in (("../other", "dev"), ("shop", "../prod"), ("/etc", "dev"), ("", "dev"), ("SHOP", "dev"), ("a/b", "dev")):
            with self.subTest(project=project, environment=environment):
                self.home.toml("", project, environment)
                result = self.pale("run", "--", "touch", "started", closed=True)
                self.assertIn(result.status, (2, 125), repr(result))
                self.assertTidy(result)
                self.assertFalse((self.home.project / "started").exists())

    def test_terminal_escapes_in_the_file_are_not_obeyed(self):
        self.home.toml('[secrets.TOKEN]\ndescription = "\\u001b[2Jx"\nfrom = "op://\\u001b[2J/x"\n')
        for words in (("list",), ("status",), ("run", "--", "true"), ("trust",)):
            with self.subTest(call=words):
                terminal = self.tty(*words)
                time.sleep(0.1)
                shown = terminal.drain(1.2)
                self.assertHoldsNot(b"\x1b[2J", shown)
                terminal.close()


class TrustTest(Test):
    """What could run code or widen the user's own config works only after `pale trust`."""

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"tk_9fQz7/LmX2+vB8rJ4wK1")
        home.toml('[secrets.TOKEN]\nfrom = "cmd://touch pwned"\n')

    def test_a_reference_does_nothing_before_trust(self):
        result = self.pale("run", "--", "touch", "started", closed=True)
        self.assertFails(result, 125, says="pale trust")
        self.assertFalse((self.home.project / "started").exists())
        self.assertFalse((self.home.project / "pwned").exists())

    def test_trust_is_asked_for_again_after_every_change(self):
        self.must("trust", "--yes")
        self.assertIn("trusted", self.must("trust", "list").text)
        trusted = self.pale("run", "--", "true", closed=True)
        self.assertNotIn("pale trust", trusted.errors)
        file = self.home.project / "pale.toml"
        file.write_text(file.read_text() + "# one more line\n")
        self.assertFails(self.pale("run", "--", "touch", "started", closed=True), 125, says="pale trust")
        self.assertIn("changed", self.must("trust", "list").text)

    def test_without_a_terminal_nobody_is_asked_and_nothing_is_trusted(self):
        self.assertFails(self.pale("trust", closed=True), 2, 133, "--yes")

    def test_on_a_terminal_the_reasons_are_shown_first(self):
        terminal = self.tty("trust")
        terminal.expect("secrets.TOKEN.from")
        terminal.expect("[y/N]")
        terminal.send("y\n")
        self.assertEqual(0, terminal.wait())
        self.assertIn("trusted", self.must("trust", "list").text)

    def test_anything_but_yes_is_no(self):
        for answer in ("\n", "n\n", "maybe\n", "\x04"):
            with self.subTest(answer=answer):
                terminal = self.tty("trust")
                terminal.expect("[y/N]")
                terminal.send(answer)
                self.assertNotEqual(0, terminal.wait())
                self.assertNotIn("trusted", self.must("trust", "list").text)

    def test_a_copy_of_a_trusted_file_elsewhere_is_not_trusted(self):
        self.must("trust", "--yes")
        other = self.home.root / "clone"
        other.mkdir()
        (other / "pale.toml").write_bytes((self.home.project / "pale.toml").read_bytes())
        self.assertFails(self.pale("run", "--", "true", cwd=other, closed=True), 125, says="pale trust")

    def test_a_cloned_repository_cannot_name_one_of_the_users_projects(self):
        clone = self.home.root / "clone"
        clone.mkdir()
        (clone / "pale.toml").write_text('project = "shop"\nenvironment = "dev"\n')
        result = self.pale("run", "--", *sh("echo $TOKEN; touch started"), cwd=clone, closed=True)
        self.assertFails(result, 125, 512, "pale trust")
        self.assertFalse((clone / "started").exists())
        for words in (("get", "TOKEN"), ("export",)):
            refused = self.pale(*words, cwd=clone, closed=True)
            self.assertNotEqual(0, refused.status, repr(refused))
            self.assertHoldsNot(b"tk_9fQz7", refused.out)
        self.must("trust", "--yes", cwd=clone)
        self.assertStatus(0, self.pale("run", "--", "true", cwd=clone, closed=True))

    def test_an_agent_cannot_trust(self):
        result = self.pale("trust", "--yes", env={"CLAUDECODE": "1"})
        self.assertNotEqual(0, result.status, repr(result))
        self.assertNotIn("trusted", self.must("trust", "list").text)

    def test_the_project_file_cannot_weaken_the_users_mask_or_reason(self):
        config = self.home.pale_home / "config" / "config.toml"
        config.write_text('require_reason = "all"\nmask = "always"\n')
        config.chmod(0o600)
        self.home.toml("")
        file = self.home.project / "pale.toml"
        file.write_text('require_reason = "never"\nmask = "auto"\n' + file.read_text())
        result = self.pale("run", "--", "true", closed=True)
        self.assertNotEqual(0, result.status, repr(result))
