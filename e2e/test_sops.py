"""pale sops: other people's files, sops' flags and exit statuses, hostile files, agents, plaintext on the disk."""

import http.server
import json
import os
import re
import shutil
import stat
import subprocess
import threading
import unittest
from pathlib import Path

from harness import PALE, HERE, LONG, PATH, Test, as_root, need

CANARY = "cn_Xq7vB2mZ9tLk4RwP"
AGENT = {"CLAUDECODE": "1"}


def fixtures():
    """Files that sops itself made; they are not part of the repository."""
    for folder in (HERE, *HERE.parents):
        found = folder / "shared" / "fixtures" / "sops"
        if found.is_dir():
            return found
    return None


FIXTURES = fixtures()
given = unittest.skipUnless(FIXTURES, "skipped: conformance data not present")


def manifest():
    rows = (FIXTURES / "MANIFEST.tsv").read_text().splitlines()[1:]
    return [row.split("\t")[:4] for row in rows]


class SopsTest(Test):
    """Two age identities, and a file for the first."""

    @classmethod
    def prepare(cls, home):
        home.keys = []
        for name in ("first", "second", "third"):
            file = home.root / f"{name}.txt"
            if shutil.which("age-keygen", path=PATH):
                subprocess.run(["age-keygen", "-o", str(file)], check=True, capture_output=True, env={"PATH": PATH})
                home.keys.append(re.search(r"age1[0-9a-z]+", file.read_text()).group())
        home.env["SOPS_AGE_KEY_FILE"] = str(home.root / "first.txt")

    def setUp(self):
        super().setUp()
        if not self.home.keys:
            self.skipTest("age-keygen is not installed (package age)")
        self.age = self.home.keys

    def sops(self, *args, **more):
        return self.pale("sops", *args, **more)

    def done(self, *args, **more):
        return self.assertStatus(0, self.sops(*args, **more))

    def encrypted(self, name, plain, *options, mode=0o644):
        """An encrypted file of the project."""
        file = self.home.write(name, plain, mode)
        self.done("encrypt", "-i", "--age", self.age[0], *options, name)
        return file

    def plain(self, name, **more):
        return self.done("-d", name, **more).text

    def editor(self, script):
        """An editor that is a script; $1 is the file."""
        return {"SOPS_EDITOR": str(self.home.script("editor.sh", "#!/bin/sh\n" + script))}

    def left_behind(self):
        """Files below the home, and in memory, that hold the canary."""
        found = []
        for top in (self.home.root, Path("/dev/shm")):
            for folder, _, files in os.walk(top):
                for name in files:
                    try:
                        if CANARY.encode() in (Path(folder) / name).read_bytes():
                            found.append(str(Path(folder) / name))
                    except OSError:
                        pass
        return found


YAML = f"""# who pays
db:
    password: {CANARY}
    port: 5432
    hosts:
        - one
        - two
other: text
flag: true
"""


class CommandTest(SopsTest):
    def test_what_was_encrypted_comes_back_byte_for_byte(self):
        for name, plain in {
            "a.yaml": YAML,
            "a.json": '{\n\t"a": "x",\n\t"b": [\n\t\t1,\n\t\ttrue\n\t]\n}',
            "a.env": "# c\nA=x y\nB=\n",
            "a.ini": "[one]\na = b\n",
            "a.bin": b"\x00\xff\xfe bytes\n",
        }.items():
            with self.subTest(name=name):
                file = self.home.write(name, plain)
                before = file.read_bytes()
                sealed = self.done("encrypt", "--age", self.age[0], name).out
                self.assertEqual(before, file.read_bytes(), "without -i the file stays")
                self.assertHolds(b"ENC[AES256_GCM", sealed)
                file.write_bytes(sealed)
                result = self.done("decrypt", name)
                if name == "a.ini":
                    self.assertIn("a = b", result.text)
                elif name == "a.json":
                    self.assertEqual(before.strip(), result.out.strip())
                else:
                    self.assertEqual(before, result.out)

    def test_the_older_flags_work_as_with_sops(self):
        self.home.write("a.yaml", YAML)
        self.done("-e", "-i", "-a", self.age[0], "a.yaml")
        self.assertEqual(YAML, self.done("--decrypt", "a.yaml").text)
        self.assertEqual(CANARY, self.done("-d", "--extract", '["db"]["password"]', "a.yaml").text)
        self.assertEqual("two", self.done("-d", "-extract", "['db']['hosts'][1]", "a.yaml").text)
        self.assertEqual({"password": CANARY, "port": 5432, "hosts": ["one", "two"]}, json.loads(self.done("-d", "--output-type", "json", "--extract", '["db"]', "a.yaml").text))
        self.done("--set", '["db"]["port"] 1', "a.yaml")
        self.assertEqual("1", self.done("-d", "--extract", '["db"]["port"]', "a.yaml").text.strip())
        before = (self.home.project / "a.yaml").read_text()
        self.done("-r", "-i", "a.yaml")
        self.assertNotEqual(before, (self.home.project / "a.yaml").read_text())
        self.assertEqual({"encrypted": True}, self.done("filestatus", "a.yaml").json)
        self.assertEqual({"encrypted": False}, self.done("filestatus", "--input-type", "yaml", "/dev/stdin", input=b"a: b\n").json)

    def test_standard_input_is_a_file_too(self):
        sealed = self.done("encrypt", "--age", self.age[0], "--filename-override", "x.yaml", "/dev/stdin", input=YAML.encode()).out
        self.assertEqual(YAML, self.done("decrypt", "--input-type", "yaml", "--output-type", "yaml", "/dev/stdin", input=sealed).text)
        self.assertEqual(YAML, self.done("decrypt", "--filename-override", "x.yaml", input=sealed).text)

    def test_setting_one_value_changes_one_value_the_sum_and_the_time(self):
        file = self.encrypted("a.yaml", YAML)
        before = file.read_text().splitlines()
        self.done("set", "--value-stdin", "a.yaml", '["db"]["password"]', input=b'"another"')
        after = file.read_text().splitlines()
        self.assertEqual(len(before), len(after))
        changed = [line.strip().split(":")[0] for line, other in zip(before, after) if line != other]
        self.assertIn(changed, (["password", "lastmodified", "mac"], ["password", "mac"]))
        self.assertEqual(YAML.replace(CANARY, "another"), self.plain("a.yaml"))

    def test_editing_one_value_changes_one_value_the_sum_and_the_time(self):
        file = self.encrypted("a.yaml", YAML, mode=0o640)
        before = file.read_text().splitlines()
        self.done("edit", "a.yaml", env=self.editor('stat -c "%a %n" "$1" > seen; sed -i s/5432/5433/ "$1"'))
        after = file.read_text().splitlines()
        self.assertEqual(len(before), len(after))
        changed = [line.strip().split(":")[0] for line, other in zip(before, after) if line != other]
        self.assertIn(changed, (["port", "lastmodified", "mac"], ["port", "mac"]))
        self.assertEqual(YAML.replace("5432", "5433"), self.plain("a.yaml"))
        self.assertEqual(0o640, stat.S_IMODE(file.stat().st_mode))
        mode, path = (self.home.project / "seen").read_text().split()
        self.assertEqual("600", mode)
        self.assertEqual("a.yaml", os.path.basename(path))
        self.assertFalse(os.path.exists(path))

    def test_edit_ends_with_200_when_nothing_was_changed_and_201_without_an_editor(self):
        file = self.encrypted("a.yaml", YAML)
        before = file.read_bytes()
        self.assertFails(self.sops("a.yaml", env=self.editor("exit 0")), 200, 485)
        self.assertFails(self.sops("edit", "a.yaml", env=self.editor("exit 3")), 201, 144)
        self.assertFails(self.sops("edit", "a.yaml"), 201, 144, says=["no terminal"])
        self.assertEqual(before, file.read_bytes())

    def test_what_the_editor_leaves_malformed_is_not_written(self):
        file = self.encrypted("a.yaml", YAML)
        before = file.read_bytes()
        result = self.assertFails(self.sops("edit", "a.yaml", env=self.editor('echo "x: : ]" >> "$1"')), 2, 451)
        self.assertHoldsNot(CANARY.encode(), result.err)
        self.assertEqual(before, file.read_bytes())

    def test_on_a_terminal_the_editor_comes_again_until_the_file_can_be_read(self):
        self.encrypted("a.yaml", YAML)
        script = 'if test -e second; then sed -i "s/: : .*/fine: true/" "$1"; else touch second; echo "x: : ]" >> "$1"; fi'
        terminal = self.tty("sops", "edit", "a.yaml", env=self.editor(script))
        terminal.expect("[e]dit again")
        terminal.send("e\n")
        self.assertEqual(0, terminal.wait())
        self.assertIn("fine: true", self.plain("a.yaml").replace("xfine", "fine"))

    def test_a_new_file_is_made_by_edit(self):
        self.done("edit", "--age", self.age[0], "new.env", env=self.editor(f'echo "A={CANARY}" > "$1"'))
        self.assertEqual(f"A={CANARY}\n", self.plain("new.env"))
        self.assertEqual([], [p for p in self.left_behind() if not p.endswith("editor.sh")])
        self.assertFails(self.sops("edit", "--age", self.age[0], "same.env", env=self.editor("exit 0")), 200)
        self.assertFalse((self.home.project / "same.env").exists())

    def test_unset_takes_a_branch_away(self):
        self.encrypted("a.yaml", YAML)
        self.done("unset", "a.yaml", '["db"]')
        self.assertNotIn("db", self.plain("a.yaml"))
        self.assertFails(self.sops("unset", "a.yaml", '["db"]'), 1, 467)
        before = (self.home.project / "a.yaml").read_bytes()
        self.done("unset", "--idempotent", "a.yaml", '["db"]')
        self.done("set", "--idempotent", "a.yaml", '["other"]', '"text"')
        self.assertEqual(before, (self.home.project / "a.yaml").read_bytes())

    def test_set_takes_values_of_all_kinds_from_all_places(self):
        self.encrypted("a.json", '{"a": 1}')
        self.done("set", "a.json", '["list"]', '[1, {"x": null}]')
        self.done("set", "a.json", '["n"]', "-5")
        self.home.write("value.json", '"from a file"')
        self.done("set", "--value-file", "a.json", '["f"]', "value.json")
        self.assertEqual({"a": 1, "list": [1, {"x": None}], "n": -5, "f": "from a file"}, json.loads(self.plain("a.json")))
        self.assertFails(self.sops("set", "a.json", '["a"]', "not json"), 7, 484)
        self.assertFails(self.sops("set", "a.json", '["a"', "1"), 7, 484)

    def test_of_several_changes_at_once_none_undoes_another(self):
        self.encrypted("a.json", '{"a": 1}')
        running = [self.home.start(PALE, "sops", "set", "a.json", f'["n{i}"]', str(i)) for i in range(5)]
        for process in running:
            process.communicate(timeout=120)
            self.assertEqual(0, process.returncode)
        self.assertEqual({"a": 1, **{f"n{i}": i for i in range(5)}}, json.loads(self.plain("a.json")))

    def test_rotate_changes_every_ciphertext_and_the_keys_that_are_named(self):
        file = self.encrypted("a.yaml", YAML)
        values = set(re.findall(r"data:[^,]+", file.read_text()))
        self.done("rotate", "-i", "--add-age", self.age[1], "--rm-age", self.age[0], "a.yaml")
        self.assertFalse(values & set(re.findall(r"data:[^,]+", file.read_text())))
        self.assertFails(self.sops("-d", "a.yaml"), 128, 475, ("SOPS_AGE_KEY_FILE", self.age[1]))
        self.assertEqual(YAML, self.plain("a.yaml", env={"SOPS_AGE_KEY_FILE": str(self.home.root / "second.txt")}))
        self.assertFails(self.sops("rotate", "-i", "--add-age", self.age[0], "none.yaml"), 49, 492)

    def test_updatekeys_makes_the_keys_those_of_the_config_and_nothing_else(self):
        file = self.encrypted("a.yaml", YAML)
        mac = re.search(r"mac: .*", file.read_text()).group()
        self.home.write(".sops.yaml", f"creation_rules:\n  - age: {self.age[0]},{self.age[1]}\n")
        self.assertFails(self.sops("updatekeys", "a.yaml"), 1, 133)
        result = self.done("updatekeys", "-y", "a.yaml")
        self.assertIn(f"+ age {self.age[1]}", result.errors)
        self.assertIn(mac, file.read_text())
        self.assertEqual(YAML, self.plain("a.yaml", env={"SOPS_AGE_KEY_FILE": str(self.home.root / "second.txt")}))
        before = file.read_bytes()
        self.assertIn("up to date", self.done("updatekeys", "-y", "a.yaml").errors)
        self.assertEqual(before, file.read_bytes())
        terminal = self.tty("sops", "updatekeys", "a.yaml", env={"SOPS_CONFIG": str(self.home.write("other.yaml", f"creation_rules:\n  - age: {self.age[1]}\n"))})
        terminal.expect("change the keys?")
        terminal.send("n\n")
        self.assertEqual(1, terminal.wait())
        self.assertEqual(before, file.read_bytes())

    def test_key_groups_need_their_threshold(self):
        self.home.write(".sops.yaml", f"creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - age: [{self.age[0]}]\n      - age: [{self.age[1]}]\n      - age: [{self.age[2]}]\n")
        self.home.write("a.yaml", YAML)
        self.done("encrypt", "-i", "a.yaml")
        self.assertFails(self.sops("-d", "a.yaml"), 128, 475, "1 of 3 groups opened, 2 must")
        both = (self.home.root / "first.txt").read_text() + (self.home.root / "third.txt").read_text()
        env = {"SOPS_AGE_KEY": both}
        self.assertEqual(YAML, self.plain("a.yaml", env=env))
        self.done("groups", "delete", "-f", "a.yaml", "-i", "1", env=env)
        self.assertEqual(YAML, self.plain("a.yaml", env=env))
        self.done("groups", "add", "-f", "a.yaml", "--age", self.age[1], "-i", env=env)
        self.assertEqual(YAML, self.plain("a.yaml", env=env))
        self.assertFails(self.sops("groups", "delete", "-f", "a.yaml", "9", env=env), 1, 497)

    def test_in_place_writes_keep_the_mode_and_follow_links(self):
        file = self.encrypted("deep/a.yaml", YAML, mode=0o664)
        (self.home.project / "link.yaml").symlink_to("deep/a.yaml")
        self.done("set", "link.yaml", '["other"]', '"x"')
        self.assertTrue((self.home.project / "link.yaml").is_symlink())
        self.assertEqual(0o664, stat.S_IMODE(file.stat().st_mode))
        self.assertIn("other: x", self.plain("deep/a.yaml"))
        self.assertEqual(["a.yaml"], os.listdir(file.parent))

    def test_plaintext_in_a_file_is_for_the_owner_alone(self):
        file = self.encrypted("a.yaml", YAML)
        self.done("decrypt", "--output", "out.yaml", "a.yaml")
        self.assertEqual(0o600, stat.S_IMODE((self.home.project / "out.yaml").stat().st_mode))
        self.done("decrypt", "-i", "a.yaml")
        self.assertEqual(YAML, file.read_text())
        self.assertEqual(0o600, stat.S_IMODE(file.stat().st_mode))


class ExitStatusTest(SopsTest):
    def test_statuses_are_those_of_sops(self):
        self.encrypted("a.yaml", YAML)
        for status, words in (
            (100, ("decrypt",)),
            (100, ("-d", "none.yaml")),
            (100, ("encrypt",)),
            (91, ("-d", "--extract", '["a"', "a.yaml")),
            (1, ("-d", "--extract", '["none"]', "a.yaml")),
            (203, ("encrypt", "--age", self.age[0], "a.yaml")),
            (8, ("-d", "-i", "--output", "x", "a.yaml")),
            (8, ("-e", "-d", "a.yaml")),
            (112, ("-d", "--decryption-order", "age,age", "a.yaml")),
            (1, ("-d", "--no-such-option", "a.yaml")),
            (1, ("publish", "a.yaml")),
            (3, ("-d", "--output", "no/such/folder/x", "a.yaml")),
            (6, ("encrypt", "--kms", "arn:aws:kms:a:b:c", "--encryption-context", "x", "p.yaml")),
        ):
            with self.subTest(words=words):
                self.home.write("p.yaml", "a: b\n")
                self.assertFails(self.sops(*words), status)

    def test_no_config_no_rule_no_key_no_identity(self):
        self.home.write("p.yaml", "a: b\n")
        self.assertFails(self.sops("-e", "p.yaml"), 61, 499)
        self.home.write(".sops.yaml", "creation_rules:\n  - path_regex: other\n    age: " + self.age[0])
        self.assertFails(self.sops("-e", "p.yaml"), 1, 479)
        self.home.write(".sops.yaml", "creation_rules:\n  - encrypted_regex: x\n")
        self.assertFails(self.sops("-e", "p.yaml"), 111, 480)
        (self.home.project / ".sops.yaml").unlink()
        self.encrypted("a.yaml", YAML)
        self.assertFails(self.sops("-d", "a.yaml", env={"SOPS_AGE_KEY_FILE": None}), 128, 475)

    def test_json_errors_hold_the_same_status(self):
        result = self.sops("--json", "-d", "none.yaml")
        self.assertStatus(100, result)
        self.assertEqual(100, json.loads(result.err)["error"]["exit"])


class ExecTest(SopsTest):
    def setUp(self):
        super().setUp()
        self.encrypted("a.env", f"TOKEN={CANARY}\nNAME=ada\n# note\nFLAG_unencrypted=public-value\n")

    def test_the_command_gets_the_values_and_its_status_is_given_on(self):
        result = self.sops("exec-env", "a.env", 'printf %s "$TOKEN" | md5sum; printf %s "$NAME"; exit 7')
        self.assertStatus(7, result)
        digest = subprocess.run(["md5sum"], input=CANARY.encode(), capture_output=True).stdout.split()[0]
        self.assertHolds(digest, result.out)
        self.assertIn("ada", result.text)

    def test_output_is_masked_and_plain_values_are_not(self):
        result = self.sops("exec-env", "a.env", 'echo "$TOKEN"; echo "$FLAG_unencrypted"; echo "$TOKEN" | base64 >&2')
        self.assertStatus(0, result)
        self.assertHoldsNot(CANARY.encode(), result.out)
        self.assertIn("[pale:TOKEN]", result.text)
        self.assertIn("[pale:TOKEN]", result.errors)
        self.assertIn("public-value", result.text)
        self.assertIn("not masked: NAME", result.errors)

    def test_pristine_gives_these_variables_alone(self):
        result = self.sops("exec-env", "--pristine", "a.env", "/usr/bin/env", env={"OUTER": "x"})
        self.assertNotIn("OUTER", result.text)
        self.assertIn("NAME=ada", result.text)

    def test_what_steers_a_loader_is_refused(self):
        for name in ("LD_PRELOAD", "BASH_ENV", "PATH", "PALE_HOME"):
            with self.subTest(name=name):
                self.encrypted("bad.env", f"{name}=/tmp/x\n")
                result = self.assertFails(self.sops("exec-env", "bad.env", "touch ran"), 1, 493)
                self.assertIn(name, result.errors)
        self.encrypted("bad.json", '{"BASH_FUNC_id%%": "() { touch ran; }"}')
        self.assertFails(self.sops("exec-env", "bad.json", "bash -c id"), 1, 493)
        self.assertFalse((self.home.project / "ran").exists())
        self.encrypted("ok.env", "GIT_PAGER=cat\n")
        self.done("exec-env", "--allow-dangerous-name", "ok.env", "test $GIT_PAGER = cat")

    def test_a_value_that_holds_others_is_an_error(self):
        self.encrypted("a.yaml", YAML)
        self.assertFails(self.sops("exec-env", "a.yaml", "touch ran"), 1, 493, "db")
        self.assertFalse((self.home.project / "ran").exists())

    def test_exec_file_gives_the_plain_file_once(self):
        self.encrypted("a.yaml", YAML)
        result = self.sops("exec-file", "a.yaml", "echo {}; test -p {} && cat {} | md5sum; exit 3")
        self.assertStatus(3, result)
        path, digest = result.text.split()[:2]
        self.assertEqual(subprocess.run(["md5sum"], input=YAML.encode(), capture_output=True).stdout.split()[0].decode(), digest)
        self.assertEqual("tmp-file", os.path.basename(path))
        self.assertFalse(os.path.exists(path))
        self.assertFalse(os.path.exists(os.path.dirname(path)))

    def test_exec_file_as_a_file_with_a_name(self):
        self.encrypted("a.yaml", YAML)
        result = self.done("exec-file", "--no-fifo", "--filename", "x.yaml", "--output-type", "json", "a.yaml", 'stat -c "%a %F" {}; stat -c %a "$(dirname {})"; cat {} {} | wc -l; cat {}')
        self.assertTrue(result.text.startswith("600 regular file\n700\n"), result.text)
        self.assertHoldsNot(CANARY.encode(), result.out)
        self.assertIn("[pale:password]", result.text)
        self.assertFails(self.sops("exec-file", "--filename", "../x", "a.yaml", "true"), 8, 488)
        self.assertEqual([], self.left_behind())

    def test_a_command_that_never_reads_does_not_hold_up_the_end(self):
        self.assertStatus(0, self.sops("exec-file", "a.env", "true", timeout=20))
        self.assertNothingLeft()


class AgentTest(SopsTest):
    def setUp(self):
        super().setUp()
        self.file = self.encrypted("a.yaml", YAML)
        self.before = self.file.read_bytes()

    def test_an_agent_gets_no_plaintext(self):
        for words in (
            ("decrypt", "a.yaml"),
            ("-d", "a.yaml"),
            ("-d", "--extract", '["db"]["password"]', "a.yaml"),
            ("-d", "-i", "a.yaml"),
            ("-d", "--output", "out", "a.yaml"),
            ("edit", "a.yaml"),
            ("a.yaml",),
        ):
            with self.subTest(words=words):
                result = self.sops(*words, env={**AGENT, **self.editor('cat "$1"; cp "$1" stolen')})
                self.assertFails(result, 1, 520, "exec-env")
                self.assertHoldsNot(CANARY.encode(), result.out + result.err)
        self.assertEqual(self.before, self.file.read_bytes())
        self.assertFalse((self.home.project / "out").exists() or (self.home.project / "stolen").exists())

    def test_an_agent_does_not_make_itself_a_reader(self):
        self.home.write(".sops.yaml", f"creation_rules:\n  - age: {self.age[1]}\n")
        for words in (
            ("rotate", "-i", "--add-age", self.age[1], "a.yaml"),
            ("rotate", "-i", "a.yaml"),
            ("updatekeys", "-y", "a.yaml"),
            ("groups", "add", "-f", "a.yaml", "--age", self.age[1], "-i"),
            ("groups", "delete", "-f", "a.yaml", "-i", "0"),
        ):
            with self.subTest(words=words):
                self.assertFails(self.sops(*words, env=AGENT), 1, 523)
        self.assertEqual(self.before, self.file.read_bytes())

    def test_a_rotation_names_a_key_that_was_slipped_into_the_file(self):
        own, other = self.age[:2]
        text = self.before.decode()
        entry = re.search(r"( +- (?:enc|recipient):(?:.*\n)+?)(?= {0,7}\w)", text).group(1)
        self.file.write_text(text.replace(entry, entry + entry.replace(own, other), 1))
        planted = self.file.read_bytes()
        self.assertFails(self.sops("rotate", "-i", "a.yaml", env=AGENT), 1, 523)
        self.assertEqual(planted, self.file.read_bytes())
        self.assertIn(other, self.done("rotate", "-i", "a.yaml").err.decode())

    def test_a_rule_that_matches_decrypted_comments_alone_makes_no_value_readable(self):
        file = self.encrypted("c.yaml", f"# a note\ntoken: {CANARY}\nlist:\n    # another\n    - {CANARY}\n")
        for rule in ("unencrypted_comment_regex: ^[^E]", "unencrypted_comment_regex: note", "encrypted_comment_regex: ^ENC"):
            text = file.read_text().replace("unencrypted_suffix: _unencrypted", rule)
            forged = self.home.write("forged.yaml", text).read_bytes()
            for words in (
                ("set", "forged.yaml", '["new"]', '"x"'),
                ("set", "--ignore-mac", "forged.yaml", '["new"]', '"x"'),
                ("unset", "forged.yaml", '["list"]'),
                ("rotate", "-i", "forged.yaml"),
            ):
                with self.subTest(rule=rule, words=words):
                    result = self.sops(*words)
                    after = self.home.project.joinpath("forged.yaml").read_bytes()
                    self.assertHoldsNot(CANARY.encode(), after + result.out + result.err)
                    if rule.startswith("un"):
                        self.assertNotEqual(0, result.status)
                        self.assertEqual(forged, after)

    def test_what_an_agent_runs_is_masked(self):
        self.encrypted("a.env", f"TOKEN={CANARY}\n")
        for words in (("exec-env", "a.env", "echo $TOKEN"), ("exec-env", "--same-process", "a.env", "echo $TOKEN"), ("exec-file", "a.env", "cat {}")):
            with self.subTest(words=words):
                result = self.done(*words, env=AGENT)
                self.assertHoldsNot(CANARY.encode(), result.out)
                self.assertIn("[pale:TOKEN]", result.text)
        self.assertFails(self.sops("exec-env", "--no-mask", "a.env", "echo $TOKEN", env=AGENT), 125, 310)

    def test_refusals_and_deeds_are_in_the_audit_log_where_there_is_a_vault(self):
        self.home.init()
        self.sops("-d", "a.yaml", env=AGENT)
        self.done("-d", "--extract", '["db"]["password"]', "a.yaml")
        log = self.must("audit", "--json").text
        self.assertIn("sops decrypt", log)
        self.assertIn("a.yaml", log)
        self.assertNotIn(CANARY, log)


class HostileTest(SopsTest):
    def test_a_pattern_that_runs_for_ever_elsewhere_is_harmless(self):
        name = "a" * 60 + "!"
        self.home.write(".sops.yaml", f"creation_rules:\n  - path_regex: ^(a+)+$\n    age: {self.age[1]}\n  - age: {self.age[0]}\n    encrypted_regex: ^(b+)+$\n")
        self.home.write(name, "x")
        self.done("encrypt", "--input-type", "binary", "-i", name, timeout=20)
        self.home.write("b.json", json.dumps({"b" * 60 + "!": "x"}))
        self.done("encrypt", "-i", "b.json", timeout=20)

    def test_nothing_in_a_repository_can_run_anything(self):
        evil = self.home.script("evil.sh", "#!/bin/sh\ntouch " + str(self.home.project / "ran") + "\n")
        for name in ("gpg", "age", "age-plugin-evil", "vi"):
            shutil.copy(evil, self.home.project / name)
        self.home.write(".sops.yaml", f"creation_rules:\n  - age: {self.age[0]}\n    plugins:\n      - binary_name: {evil}\nSOPS_AGE_KEY_CMD: {evil}\nSOPS_GPG_EXEC: {evil}\n")
        self.home.write("p.yaml", "a: b\n")
        self.assertFails(self.sops("-e", "p.yaml"), 1, 478)
        self.home.write(".sops.yaml", f"creation_rules:\n  - pgp: {'A' * 40}\nexec: {evil}\n")
        self.assertIn("not known: exec", self.sops("-e", "p.yaml", env={"PATH": ":.:" + PATH}).errors)
        self.home.write(".sops.yaml", "creation_rules:\n  - pgp: --options=./evil\n")
        self.assertFails(self.sops("-e", "p.yaml"), 1, 481)
        (self.home.project / ".sops.yaml").unlink()
        file = self.encrypted("a.yaml", YAML)
        text = file.read_text()
        file.write_text(text.replace("    age:\n", f"    pgp:\n        - created_at: \"2026-01-01T00:00:00Z\"\n          enc: x\n          fp: --output={evil}\n    age:\n", 1))
        self.sops("-d", "a.yaml", env={"PATH": ":.:" + PATH})
        file.write_text(text.replace(self.age[0], "age1evil1qqqq"))
        self.sops("-d", "a.yaml", env={"PATH": ":.:" + PATH})
        self.assertFalse((self.home.project / "ran").exists())

    @as_root
    def test_a_config_that_another_user_put_above_is_not_followed(self):
        config = self.home.write(".sops.yaml", f"creation_rules:\n  - age: {self.age[1]}\n")
        os.chown(config, 12345, 12345)
        self.home.write("deep/p.yaml", "a: b\n")
        self.assertFails(self.sops("-e", "p.yaml", cwd=self.home.project / "deep"), 1, 478, "another user")
        self.done("-e", "--config", str(config), "p.yaml", cwd=self.home.project / "deep")

    def test_an_output_that_is_a_link_is_refused(self):
        self.encrypted("a.yaml", YAML)
        target = self.home.write("precious", "kept")
        (self.home.project / "out").symlink_to("precious")
        self.assertFails(self.sops("-d", "--output", "out", "a.yaml"), 3, 490)
        self.assertEqual("kept", target.read_text())
        self.assertEqual(YAML, self.done("-d", "--output", "/dev/stdout", "a.yaml").text)

    def test_a_failure_leaves_the_file_as_it_was(self):
        file = self.home.write("p.yaml", YAML)
        self.assertFails(self.sops("encrypt", "-i", "--age", self.age[0], "--pgp", "0" * 40, "p.yaml"), 1, 477)
        self.assertEqual(YAML, file.read_text())
        file = self.encrypted("a.yaml", YAML)
        before = file.read_bytes()
        self.assertFails(self.sops("rotate", "-i", "--add-pgp", "0" * 40, "a.yaml"), 1, 477)
        self.assertFails(self.sops("rotate", "-i", "--rm-age", self.age[0], "a.yaml"), 111, 480)
        self.assertFails(self.sops("set", "a.yaml", '["db"][0]', "1"), 1)
        self.assertEqual(before, file.read_bytes())
        self.assertEqual({"a.yaml", "p.yaml"}, set(os.listdir(self.home.project)))

    def test_a_fifo_or_an_endless_file_does_not_hang(self):
        os.mkfifo(self.home.project / "fifo.yaml")
        self.assertFails(self.sops("-d", "fifo.yaml", timeout=20), 1, 138)
        os.mkfifo(self.home.project / ".sops.yaml")
        self.home.write("p.yaml", "a: b\n")
        self.assertFails(self.sops("-e", "--age", self.age[0], "p.yaml", timeout=20), 1, 478)

    def test_errors_and_debug_hold_no_value(self):
        file = self.encrypted("a.yaml", YAML)
        sealed = file.read_text()
        for damage in (sealed.replace("password: ENC[AES256_GCM,data:", "password: ENC[AES256_GCM,data:AAAA", 1), sealed[: len(sealed) // 2], sealed.replace("mac:", "nomac:"), f"{CANARY}: : [\n" + sealed, sealed.replace("type:str", "type:int", 1)):
            file.write_text(damage)
            for words in (("-d",), ("rotate",), ("exec-env",)):
                result = self.sops("--debug", *words, "a.yaml", *(["true"] if words[0] == "exec-env" else []))
                self.assertNotEqual(0, result.status)
                self.assertHoldsNot(CANARY.encode(), result.err + result.out)

    def test_no_plaintext_is_left_on_the_disk(self):
        file = self.home.write("a.yaml", YAML)
        self.done("encrypt", "-i", "--age", self.age[0], "a.yaml")
        self.done("edit", "a.yaml", env=self.editor('sed -i s/5432/1/ "$1"'))
        self.done("set", "a.yaml", '["other"]', '"x"')
        self.done("rotate", "-i", "a.yaml")
        self.plain("a.yaml")
        self.done("exec-file", "a.yaml", "cat {} > /dev/null")
        self.sops("exec-file", "--no-fifo", "a.yaml", "cat {} > /dev/null; exit 1")
        self.assertIn(CANARY, self.plain("a.yaml"))
        self.assertTrue(file.exists())
        self.assertEqual([], self.left_behind())


# The unit tests read every fixture; through the command line one of each kind goes, and with --long all.
SAMPLE = {
    "real/kustomize-controller__env.enc.env",
    "real/sops-nix__secrets.enc.yaml",
    "real/sops__example.enc.json",
    "real/sops__format.enc.ini",
    "real/kustomize-controller__file.enc.bin",
    "generated/ssh.enc.yaml",
    "generated/shamir-2of2.enc.json",
    "tampered/swap-values-of-two-keys.enc.yaml",
    "tampered/reorder-keys.enc.yaml",
    "tampered/add-comment.enc.yaml",
    "tampered/no-mac.enc.yaml",
    "tampered/lastmodified.enc.yaml",
}


@given
class FixtureTest(SopsTest):
    shared = True

    @classmethod
    def prepare(cls, home):
        super().prepare(home)
        home.gnupg = home.root / "g"
        home.gnupg.mkdir(mode=0o700)
        if shutil.which("gpg", path=PATH) and FIXTURES:
            for key in sorted((FIXTURES / "keys").glob("pgp-*.asc")):
                subprocess.run(["gpg", "--homedir", str(home.gnupg), "--batch", "--quiet", "--import", str(key)], capture_output=True, env={"PATH": PATH})

    @classmethod
    def tearDownClass(cls):
        subprocess.run(["gpgconf", "--homedir", str(cls.common.gnupg), "--kill", "all"], capture_output=True, env={"PATH": PATH})
        super().tearDownClass()

    def opened(self, file, kind, key):
        env = {"SOPS_AGE_KEY_FILE": None}
        if key.startswith("pgp-"):
            env["GNUPGHOME"] = str(self.home.gnupg)
        elif key.startswith("ssh"):
            env["SOPS_AGE_SSH_PRIVATE_KEY_FILE"] = str(FIXTURES / "keys" / key)
        else:
            env["SOPS_AGE_KEY_FILE"] = str(FIXTURES / "keys" / key)
        kind = {"env": "dotenv", "bin": "binary"}.get(kind, kind)
        return self.sops("-d", "--input-type", kind, "--output-type", kind, str(FIXTURES / file), env=env)

    @need("gpg")
    def test_what_sops_made_is_printed_as_sops_prints_it(self):
        for file, kind, key, expected in manifest():
            if expected == "ok" and not file.startswith("tampered") and (LONG or file in SAMPLE):
                with self.subTest(file=file):
                    result = self.opened(file, kind, key)
                    self.assertStatus(0, result)
                    self.assertEqual((FIXTURES / file.replace(".enc.", ".dec.")).read_bytes(), result.out)

    def test_what_was_tampered_with_gets_the_verdict_of_sops(self):
        statuses = {"ok": (0,), "mac-mismatch": (51,), "auth-failure": (25, 51)}
        for file, kind, key, expected in manifest():
            if file.startswith("tampered") and (LONG or file in SAMPLE):
                with self.subTest(file=file):
                    result = self.opened(file, kind, key)
                    self.assertIn(result.status, statuses.get(expected, (25,)), repr(result))
                    if result.status == 0:
                        self.assertIn("pale: warning:", result.errors)
                    else:
                        self.assertEqual(b"", result.out)


class FakeTransit(http.server.BaseHTTPRequestHandler):
    """As much of Vault's transit engine as wraps a data key; it knows one token."""

    def do_POST(self):
        self.server.asked.append(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        good = self.headers.get("X-Vault-Token") == "vt-4711"
        if good and self.path == "/v1/transit/encrypt/dev":
            answer = {"data": {"ciphertext": "vault:v1:" + body["plaintext"]}}
        elif good and self.path == "/v1/transit/decrypt/dev":
            answer = {"data": {"plaintext": body["ciphertext"].removeprefix("vault:v1:")}}
        else:
            answer = {"errors": ["permission denied"]}
        text = json.dumps(answer).encode()
        self.send_response(200 if "data" in answer else 403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class ServiceTest(SopsTest):
    def server(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeTransit)
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server, f"http://127.0.0.1:{server.server_port}"

    def test_a_key_of_vault_wraps_and_opens_and_a_file_sends_the_token_nowhere_else(self):
        server, address = self.server()
        other, elsewhere = self.server()
        env = {"VAULT_ADDR": address, "VAULT_TOKEN": "vt-4711", "SOPS_AGE_KEY_FILE": None}
        self.home.write("a.yaml", YAML)
        self.done("encrypt", "-i", "--hc-vault-transit", f"{address}/v1/transit/keys/dev", "a.yaml", env=env)
        self.assertEqual(YAML, self.plain("a.yaml", env=env))
        self.assertFails(self.sops("-d", "a.yaml", env={**env, "VAULT_TOKEN": "wrong"}), 128, 475)
        file = self.home.project / "a.yaml"
        file.write_text(file.read_text().replace(address, elsewhere))
        result = self.assertFails(self.sops("-d", "a.yaml", env=env), 128, 475, "did not")
        self.assertHoldsNot(b"vt-4711", result.err)
        self.assertEqual([], other.asked)
        self.assertIn("/v1/transit/decrypt/dev", server.asked)


class ToolTest(SopsTest):
    @need("gpg")
    def test_a_pgp_key_wraps_and_opens(self):
        home = self.home.root / "g"
        home.mkdir(mode=0o700)
        self.addCleanup(lambda: subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], capture_output=True, env={"PATH": PATH}))
        gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
        subprocess.run([*gpg, "--quick-gen-key", "x <x@example.invalid>", "ed25519", "cert,sign", "0"], check=True, capture_output=True)
        colons = subprocess.run([*gpg, "--with-colons", "--list-keys"], check=True, capture_output=True, text=True).stdout
        fingerprint = next(line.split(":")[9] for line in colons.splitlines() if line.startswith("fpr:"))
        subprocess.run([*gpg, "--quick-add-key", fingerprint, "cv25519", "encr", "0"], check=True, capture_output=True)
        self.home.write("a.yaml", YAML)
        env = {"GNUPGHOME": str(home), "SOPS_AGE_KEY_FILE": None}
        self.done("encrypt", "-i", "--pgp", fingerprint, "a.yaml", env=env)
        self.assertEqual(YAML, self.plain("a.yaml", env=env))
        self.assertFails(self.sops("-d", "a.yaml", env={"GNUPGHOME": str(self.home.tmp)}), 128, 475, "not in your keyring")

    @need("ssh-keygen", "openssh-client")
    def test_an_ssh_key_wraps_and_opens(self):
        key = self.home.root / "id"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        self.home.write("a.yaml", YAML)
        public = " ".join((self.home.root / "id.pub").read_text().split()[:2])
        self.done("encrypt", "-i", "--age", public, "a.yaml")
        env = {"SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(key), "SOPS_AGE_KEY_FILE": None}
        self.assertEqual(YAML, self.plain("a.yaml", env=env))

    def test_it_works_without_a_vault_and_makes_none(self):
        self.encrypted("a.yaml", YAML)
        self.plain("a.yaml")
        self.done("exec-env", "--input-type", "yaml", "/dev/stdin", "true", input=self.done("encrypt", "--age", self.age[0], "--filename-override", "x.yaml", "/dev/stdin", input=b"A: b\n").out)
        self.assertFalse((self.home.pale_home / "data").exists())
