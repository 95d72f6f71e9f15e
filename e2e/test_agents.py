"""A coding agent above the call: no values, a mask, a row in the audit log."""

import json
import os
import shutil

from harness import PALE, SELF, Test, sh

TOKEN = b"tk_9fQz7/LmX2+vB8rJ4wK1"

MARKS = {"CLAUDECODE": "1", "CURSOR_AGENT": "1", "CODEX_SANDBOX": "seatbelt", "GEMINI_CLI": "1", "OPENCODE": "1", "AI_AGENT": "robot-9"}


class AgentTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", TOKEN)
        # A program whose name is an agent's: it starts what it is told to, as a child.
        (home.root / "bin").mkdir()
        shutil.copy(os.path.realpath("/bin/bash"), home.root / "bin" / "claude")
        home.write("child.sh", '"$@"\nexit $?\n')

    def assertNoValue(self, result, command):
        self.assertFails(result, 1, 520, "pale run")
        self.assertHoldsNot(TOKEN, result.out + result.err)
        self.assertEqual(b"", result.out)
        self.assertIn(command, result.errors)

    def test_a_human_gets_the_value(self):
        self.assertEqual(TOKEN, self.must("get", "TOKEN").out)
        self.assertIn("none recognised", self.must("status").text)

    def test_a_mark_in_the_environment_is_enough(self):
        for name, value in MARKS.items():
            with self.subTest(mark=name):
                self.assertNoValue(self.pale("get", "TOKEN", env={name: value}), "get")

    def test_no_command_gives_an_agent_a_value(self):
        agent = {"CLAUDECODE": "1"}
        for words in (("get", "TOKEN"), ("get", "TOKEN", "--json"), ("export",), ("export", "--format", "json"), ("export", "-o", str(self.home.tmp / "x")), ("edit",), ("edit", "TOKEN")):
            with self.subTest(call=words):
                result = self.pale(*words, env=agent)
                self.assertStatus(1, result)
                self.assertHoldsNot(TOKEN, result.out + result.err)
                self.assertIn("pale run", result.errors)
                on_terminal = self.tty(*words, env={**agent, "EDITOR": "cat"}).run()
                self.assertStatus(1, on_terminal)
                self.assertHoldsNot(TOKEN, on_terminal.out)
        self.assertFalse((self.home.tmp / "x").exists())

    def test_an_ancestor_that_is_an_agent_is_enough(self):
        ways = {
            "by name": ["bash", "-c", 'exec -a claude bash child.sh "$@"', "x"],
            "by program": [str(self.home.root / "bin" / "claude"), "child.sh"],
            "far above": [str(self.home.root / "bin" / "claude"), "child.sh", "bash", "child.sh", "sh", "child.sh", "env", "-i", f"PALE_HOME={self.home.pale_home}", f"HOME={self.home.user}", "PATH=/usr/bin:/bin"],
            "as a script of node": None,
        }
        for name, words in ways.items():
            with self.subTest(way=name):
                if words is None:
                    script = self.home.write("lib/node_modules/@anthropic-ai/claude-code/cli.py", "import subprocess, sys\nsys.exit(subprocess.call(sys.argv[1:]))\n")
                    words = [SELF, "-IS", str(script)]
                result = self.home.call(*words, str(PALE), "get", "TOKEN")
                self.assertNoValue(result, "get")
                masked = self.home.call(*words, str(PALE), "run", "--", *sh("echo $TOKEN"))
                self.assertEqual(b"[pale:TOKEN]\n", masked.out, repr(masked))

    def test_a_command_that_only_mentions_an_agent_is_a_human(self):
        result = self.home.call("bash", "-c", '"$0" get TOKEN; true', str(PALE), "claude", "/x/@anthropic-ai/claude-code/cli.js")
        self.assertEqual(TOKEN, result.out, repr(result))

    def test_run_masks_for_an_agent_even_on_a_terminal(self):
        result = self.tty("run", "--", *sh("echo $TOKEN"), env={"CLAUDECODE": "1"}).run()
        self.assertEqual(b"[pale:TOKEN]\n", result.out, repr(result))

    def test_the_audit_row_says_which_agent_and_what_was_refused(self):
        self.pale("get", "TOKEN", env={"CODEX_SANDBOX": "seatbelt"})
        self.pale("run", "--", "true", env={"AI_AGENT": "robot-9"})
        rows = json.loads(self.must("audit", "--json", "--last", "2").out)["rows"]
        self.assertEqual(["codex", "robot-9"], [r["agent"] for r in rows])
        self.assertEqual([False, True], [r["allowed"] for r in rows])
        self.assertEqual(["get", "run"], [r["event"] for r in rows])
        self.assertEqual(["TOKEN"], rows[1]["names"])
        denied = json.loads(self.must("audit", "--json", "--denied", "--agent", "codex").out)["rows"]
        self.assertTrue(denied)
        self.assertTrue(all(not r["allowed"] and r["agent"] == "codex" for r in denied))

    def test_an_agents_mark_cannot_smuggle_escapes_into_the_log(self):
        self.pale("run", "--", "true", env={"AI_AGENT": "\x1b[2Jevil\nname"})
        row = json.loads(self.must("audit", "--json", "--last", "1").out)["rows"][0]
        self.assertNotRegex(row["agent"], r"[\x00-\x1f]")

    def test_names_are_for_agents_too(self):
        self.assertIn("TOKEN", self.must("list", env={"CLAUDECODE": "1"}).text)

    def test_the_command_still_gets_its_values(self):
        result = self.pale("run", "--", *sh('printf %s "$TOKEN" | wc -c'), env={"CLAUDECODE": "1"})
        self.assertEqual(str(len(TOKEN)), result.text.strip())

    def test_a_stated_reason_is_mandatory_where_the_user_says_so(self):
        config = self.home.pale_home / "config" / "config.toml"
        config.write_text('require_reason = "agents"\n')
        config.chmod(0o600)
        self.addCleanup(config.unlink)
        agent = {"CLAUDECODE": "1"}
        marker = self.home.project / "started"
        result = self.pale("run", "--", "touch", str(marker), env=agent)
        self.assertFalse(marker.exists())
        self.assertIn("--reason", result.errors)
        self.assertIn(result.status, (2, 125))
        self.assertStatus(0, self.pale("run", "--reason", "to try the migration", "--", "touch", str(marker), env=agent))
        self.assertTrue(marker.exists())
        row = json.loads(self.must("audit", "--json", "--last", "1").out)["rows"][0]
        self.assertEqual("to try the migration", row["reason"])
        self.assertStatus(0, self.pale("run", "--", "true"))
        blank = self.pale("run", "--reason", "  ", "--", "true", env=agent)
        self.assertNotEqual(0, blank.status)

    def test_the_project_file_can_ask_for_reasons_too(self):
        file = self.home.project / "pale.toml"
        before = file.read_text()
        self.addCleanup(file.write_text, before)
        file.write_text('require_reason = "agents"\n' + before)
        result = self.pale("run", "--", "true", env={"CLAUDECODE": "1"})
        self.assertNotEqual(0, result.status)
        self.assertIn("--reason", result.errors)

    def test_no_variable_and_no_option_says_i_am_a_human(self):
        for env in ({"CLAUDECODE": "1", "PALE_AGENT": "0"}, {"CLAUDECODE": "1", "CI": "false", "AI_AGENT": "0", "AGENT": ""}):
            with self.subTest(env=env):
                self.assertNoValue(self.pale("get", "TOKEN", env=env), "get")
