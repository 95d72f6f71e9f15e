"""Every command ends at once when nobody can be asked; JSON, help, completion and man pages hold what they promise."""

import json
import os
import re
import unittest

from harness import PALE, Test, eventually, need, sh

# Odd and ordinary ways to call every command, and what each may end with when there is no terminal and no input.
CALLS = [
    ((), {0, 2}),
    (("--help",), {0}),
    (("version",), {0}),
    (("--no-such-option",), {2}),
    (("no-such-command",), {2}),
    (("status",), {0}),
    (("list",), {0}),
    (("list", "--json"), {0}),
    (("list", "-e", "nowhere"), {1}),
    (("list", "-e", "../../etc"), {2}),
    (("get",), {2}),
    (("get", "TOKEN"), {0}),
    (("get", "TOKEM"), {1}),
    (("get", "not a name"), {2}),
    (("get", "TOKEN", "EXTRA"), {2}),
    (("set", "FROM_NOTHING"), {1, 2}),
    (("set",), {2}),
    (("set", "A", "--file", "no-such-file"), {1}),
    (("set", "A", "--file", "."), {1}),
    (("unset", "TOKEN"), {2}),
    (("unset", "TOKEM", "--yes"), {1}),
    (("restore", "TOKEM"), {1}),
    (("history", "TOKEN"), {0}),
    (("history", "TOKEM"), {1}),
    (("rollback", "TOKEN", "99"), {1}),
    (("rollback", "TOKEN", "minus"), {2}),
    (("edit",), {2}),
    (("edit", "TOKEN"), {2}),
    (("import",), {2}),
    (("import", "no-such.env"), {1}),
    (("import", "."), {1}),
    (("import", "-"), {0, 1, 2}),
    (("export",), {0}),
    (("export", "--format", "xml"), {2}),
    (("export", "-o", "/no/such/folder/x"), {1, 2}),
    (("env",), {0, 2}),
    (("env", "list"), {0}),
    (("env", "create"), {2}),
    (("env", "create", "dev"), {1}),
    (("env", "copy", "nowhere", "there"), {1}),
    (("env", "delete", "dev"), {2}),
    (("env", "diff", "dev", "nowhere"), {1}),
    (("run",), {2}),
    (("run", "--"), {2}),
    (("run", "--", "true"), {0}),
    (("run", "-e", "nowhere", "--", "true"), {125}),
    (("audit",), {0}),
    (("audit", "--since", "whenever"), {2}),
    (("audit", "--last", "-5"), {0, 2}),
    (("audit", "verify"), {0}),
    (("vault",), {0, 2}),
    (("vault", "verify"), {0}),
    (("vault", "backup"), {2}),
    (("vault", "restore", "no-such-file"), {1, 2}),
    (("vault", "recover"), {1, 2}),
    (("vault", "rekey"), {0, 1, 2}),
    (("lock",), {0}),
    (("unlock",), {0, 1, 2}),
    (("trust",), {0}),
    (("trust", "list"), {0}),
    (("completion", "bash"), {0}),
    (("completion", "tcsh"), {2}),
    (("completion",), {2}),
    (("help",), {0}),
    (("help", "run"), {0}),
    (("help", "no-such"), {2}),
    (("init",), {0}),
    (("init", "--project", "Not A Name"), {2}),
    (("init", "--import", "no-such.env"), {1}),
    (("init", "--unlock", "wishful"), {0, 2}),
]


class NobodyThereTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"tk_9fQz7/LmX2+vB8rJ4wK1")

    def test_every_command_ends_in_two_seconds_with_no_terminal_and_closed_input(self):
        for words, wanted in CALLS:
            with self.subTest(call=" ".join(words)):
                # A loaded machine may be slow once; a command that waits for somebody is slow each time.
                for attempt in range(3):
                    result = self.pale(*words, closed=True, timeout=30)
                    if result.seconds < 2:
                        break
                self.assertLess(result.seconds, 2, repr(result))
                self.assertIn(result.status, wanted, repr(result))
                self.assertTidy(result)
                if result.status != 0:
                    self.assertTrue(result.err.strip(), f"a failure says why{result!r}")

    def test_an_uninitialised_home_gives_a_sentence_and_not_a_trace(self):
        env = {"PALE_HOME": str(self.home.root / "empty")}
        for words in (("list",), ("get", "TOKEN"), ("run", "--", "true"), ("vault", "verify"), ("audit",), ("unlock",), ("lock",), ("status",), ("export",), ("env", "list"), ("vault", "rekey"), ("vault", "recover"), ("vault", "backup", "x.backup")):
            with self.subTest(call=words):
                result = self.pale(*words, env=env, closed=True, timeout=30)
                self.assertTidy(result)
                if words[0] not in ("status", "lock"):
                    self.assertNotEqual(0, result.status, repr(result))
                    self.assertRegex(result.errors, r"\[PALE-\d{3}\]")
                    # The code is read before the vault is looked for.
                    if words != ("vault", "recover"):
                        self.assertIn("pale init", result.errors)

    def test_closed_standard_output_and_error_are_no_reason_for_a_trace_or_a_hang(self):
        for which in (1, 2):
            with self.subTest(closed=which):
                process = self.home.start(PALE, "list", preexec_fn=lambda: os.close(which))
                out, err = process.communicate(timeout=20)
                self.assertNotIn(b"Exception", out + err)

    def test_a_full_disk_behind_standard_output_is_an_error(self):
        with open("/dev/full", "wb") as full:
            process = self.home.start(PALE, "get", "TOKEN", stdout=full)
            _, err = process.communicate(timeout=20)
            self.assertNotEqual(0, process.returncode, err)
            self.assertNotIn(b"Exception", err)


FIELDS = {
    ("list",): {"place": str, "secrets": list, "missing": list},
    ("env", "list"): {"environments": list},
    ("env", "diff", "dev", "dev"): {"left": str, "right": str, "differences": list},
    ("history", "TOKEN"): {"place": str, "name": str, "versions": list},
    ("get", "TOKEN"): {"name": str, "place": str, "value": str},
    ("audit",): {"rows": list},
    ("audit", "verify"): {"intact": bool, "rows": int},
    ("status",): {"version": str, "vault": str, "agent": str},
    ("trust", "list"): {"trusted": list},
    ("vault", "verify"): {},
    ("version",): {},
    ("rollback", "TOKEN", "1"): {"place": str, "name": str, "version": int},
    ("lock",): None,
    ("trust",): {"path": str, "trusted": bool},
    ("init",): {"place": str, "vaultCreated": bool},
}


class JsonTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"tk_9fQz7/LmX2+vB8rJ4wK1")

    def test_every_report_is_one_json_document_with_its_fields(self):
        for words, fields in FIELDS.items():
            with self.subTest(call=words):
                result = self.pale(*words, "--json", closed=True)
                self.assertStatus(0, result)
                if fields is None and not result.out:
                    continue
                document = json.loads(result.out)
                self.assertIsInstance(document, dict)
                for name, kind in (fields or {}).items():
                    self.assertIsInstance(document.get(name), kind, f"{name} in {document}")

    def test_every_error_is_one_json_document_on_standard_error(self):
        for words in (("get", "TOKEM"), ("get", "bad name"), ("list", "-e", "nowhere"), ("nonsense",), ("get",), ("set", "A=b"), ("env", "delete", "dev"), ("rollback", "TOKEN", "99"), ("run", "--only", "NO_SUCH", "--", "true")):
            with self.subTest(call=words):
                result = self.pale(words[0], "--json", *words[1:], closed=True)
                self.assertNotEqual(0, result.status)
                self.assertEqual(b"", result.out)
                error = json.loads(result.err)["error"]
                self.assertRegex(error["code"], r"^PALE-\d{3}$")
                self.assertTrue(error["message"])
                self.assertIsInstance(error["why"], str)
                self.assertIsInstance(error["mend"], str)
                self.assertEqual(result.status, error["exit"])

    def test_every_field_that_json_gives_is_written_down(self):
        page = PALE.parent.parent / "docs" / "json.md"
        self.assertTrue(page.exists(), "docs/json.md has the fields, says --help")
        text = page.read_text()

        def names(value):
            if isinstance(value, dict):
                for name, inner in value.items():
                    yield name
                    yield from names(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from names(inner)

        for words in FIELDS:
            result = self.pale(*words, "--json", closed=True)
            if result.out:
                for name in set(names(json.loads(result.out))):
                    self.assertRegex(text, r"[`\"]" + re.escape(name) + r"[`\"]", f"field {name} of {words}")


class HelpTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        home.must("env", "create", "production")
        home.set("DATABASE_URL", b"postgres://somewhere")

    def commands(self):
        """All commands, from --help itself, with their sub-commands, and what their --help says."""
        found = {}

        def of(words):
            text = self.must(*words, "--help").text
            found[words] = text
            part = text.split("\nCommands:\n")[1] if "\nCommands:\n" in text else ""
            for line in part.split("\n\n")[0].splitlines():
                match = re.match(r"  ([a-z][a-z-]*)", line)
                if match and not line.startswith("   "):
                    of((*words, match.group(1)))

        of(())
        del found[()]
        return found

    def test_every_command_has_help_with_two_examples(self):
        commands = self.commands()
        names = {c[0] for c in commands}
        documented = {"init", "set", "get", "list", "unset", "edit", "import", "export", "env", "history", "rollback", "run", "audit", "vault", "lock", "unlock", "status", "trust", "completion", "version"}
        self.assertEqual(set(), documented - names)
        self.assertLessEqual({("env", "list"), ("env", "create"), ("env", "copy"), ("env", "delete"), ("env", "diff"), ("vault", "backup"), ("vault", "restore"), ("vault", "verify"), ("vault", "rekey"), ("vault", "recover"), ("audit", "verify")}, set(commands))
        for command, text in commands.items():
            with self.subTest(command=" ".join(command)):
                self.assertIn("Examples:", text)
                examples = [line for line in text.split("Examples:")[1].splitlines() if re.match(r"  \S", line)]
                self.assertGreaterEqual(len(examples), 2, text)
                own = [line for line in examples if "pale " + " ".join(command) in line]
                self.assertGreaterEqual(len(own), 2, f"two examples of the command itself: {examples}")
                self.assertNotIn("Look after the vault as a whole", text if command[0] in ("lock", "unlock") else "")

    def test_help_goes_to_standard_output_and_wrong_usage_to_standard_error(self):
        self.assertEqual(b"", self.must("--help").err)
        self.assertEqual(b"", self.pale("nonsense").out)

    def test_help_of_run_is_pales_but_behind_the_command_it_is_the_commands(self):
        self.assertIn("pale run", self.must("run", "--help").text)
        self.assertEqual("--help -e\n", self.must("run", "--", *sh('echo "$1 $2"', "--help", "-e")).text)

    def test_a_near_miss_is_answered_with_what_was_meant(self):
        for words, meant in ((("lst",), "list"), (("get", "DATABSE_URL"), "DATABASE_URL"), (("list", "-e", "prodction"), "production"), (("env", "lsit"), "list"), (("list", "--jsn"), "--json"), (("run", "--ony", "A", "--", "true"), "--only"), (("run", "--only", "DATABASE_URI", "--", "true"), "DATABASE_URL"), (("run", "-e", "prodution", "--", "true"), "production"), (("vault", "verfy"), "verify")):
            with self.subTest(call=words):
                result = self.pale(*words)
                self.assertNotEqual(0, result.status)
                self.assertRegex(result.errors, rf"did you mean [a-z ]*{re.escape(meant)}\?")

    def test_colour_is_for_terminals_only_and_no_color_is_respected(self):
        plain = self.pale("list")
        self.assertNotIn(b"\x1b", plain.out + plain.err)
        self.assertIn(b"\x1b[", self.tty("list").run().out)
        for env, words in (({"NO_COLOR": "1"}, ()), ({"TERM": "dumb"}, ()), ({}, ("--no-color",))):
            with self.subTest(env=env, words=words):
                self.assertNotIn(b"\x1b", self.tty("list", *words, env=env).run().out)

    def test_tables_are_aligned(self):
        self.home.set_all({"A": "first-value", "A_MUCH_LONGER_NAME_THAN_THE_OTHERS": "second-value"})
        lines = self.must("list").text.splitlines()
        column = lines[0].index("VERSION")
        for line in lines[1:]:
            self.assertEqual(" ", line[column - 1], line)
            self.assertNotEqual(" ", line[column], line)


@need("bash")
class CompletionTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        home.must("env", "create", "production")
        (home.user / "bin").mkdir()
        (home.user / "bin" / "pale").symlink_to(PALE)
        home.env["PATH"] = f"{home.user}/bin:{home.env['PATH']}"

    def test_bash_completes_commands_options_and_environments(self):
        script = """
            source <(pale completion bash)
            ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
              $(complete -p pale | sed 's/.*-F \\([^ ]*\\).*/\\1/') pale "${@: -1}" "${@: -2:1}"; echo "${COMPREPLY[*]}"; }
            ask pale hist; ask pale env di; ask pale run --no-m; ask pale list -e prod
        """
        result = self.home.call("bash", "--norc", "-c", script)
        self.assertEqual(["history", "diff", "--no-mask", "production"], result.text.split(), repr(result))
        self.assertEqual("", result.errors)

    @need("zsh")
    def test_zsh_loads_the_script_and_completes(self):
        (self.home.user / "zfunc").mkdir(exist_ok=True)
        (self.home.user / "zfunc" / "_pale").write_bytes(self.must("completion", "zsh").out)
        (self.home.user / ".zshrc").write_text(f'fpath=({self.home.user}/zfunc $fpath)\nautoload -Uz compinit\ncompinit -u -D\nPS1="PROMPT> "\nzstyle ":completion:*" menu no\nunsetopt beep\n')
        terminal = self.terminal("zsh", "-i", env={"ZDOTDIR": str(self.home.user), "TERM": "dumb"})
        terminal.expect("PROMPT> ")
        for typed, completed in (("pale hist", "history "), ("pale env di", "diff "), ("pale run --no-m", "--no-mask")):
            terminal.send(typed + "\t")
            terminal.expect(completed, 20)
            terminal.send(b"\x15")
            terminal.drain(0.2)
        terminal.send("exit\n")
        self.assertNotRegex(terminal.drain(), rb"(?i)command not found|parse error|_pale:\d+")

    @need("fish")
    def test_fish_loads_the_script_and_completes(self):
        (self.home.tmp / "pale.fish").write_bytes(self.must("completion", "fish").out)
        result = self.home.call("fish", "--no-config", "-c", f'source {self.home.tmp}/pale.fish; complete -C "pale hist"; complete -C "pale env di"; complete -C "pale run --no-m"; complete -C "pale list -e prod"')
        self.assertEqual(["history", "diff", "--no-mask", "production"], [line.split("\t")[0] for line in result.text.splitlines()], repr(result))
        self.assertEqual("", result.errors)

    @need("man", "man-db")
    def test_man_pages_render_without_a_warning(self):
        self.must("help", "--man", str(self.home.tmp / "man1"))
        pages = sorted((self.home.tmp / "man1").iterdir())
        self.assertGreater(len(pages), 25)
        for page in pages:
            with self.subTest(page=page.name):
                result = self.home.call("man", "--warnings=w", "-l", str(page), env={"MANPAGER": "cat", "MANWIDTH": "80"})
                self.assertStatus(0, result)
                self.assertEqual("", result.errors)
                for head in ("NAME", "SYNOPSIS") if page.name == "pale.1" else ("NAME", "SYNOPSIS", "EXAMPLES"):
                    self.assertRegex(re.sub(".\b", "", result.text), rf"(?m)^{head}")
