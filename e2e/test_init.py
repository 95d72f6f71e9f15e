"""`pale init`: plaintext goes in, is read back and compared, and only then goes away, and only when told."""

import json
import os
import re

from harness import Test, need, sh

DOTENV = (
    "# Card payments, ask Ann\n"
    "STRIPE_SECRET_KEY=sk_live_51HqCanaryCanaryCanary00\n"
    "# old password: hunter2-canary-comment\n"
    'DATABASE_URL="postgres://shop:canary-password@localhost:5432/shop"\n'
    "PLAIN=plain-canary-value\n"
)
VALUES = {
    "STRIPE_SECRET_KEY": b"sk_live_51HqCanaryCanaryCanary00",
    "DATABASE_URL": b"postgres://shop:canary-password@localhost:5432/shop",
    "PLAIN": b"plain-canary-value",
}


class InitTest(Test):
    def init(self, *more, **options):
        return self.must("init", "--project", "shop", "--unlock", "keyfile", *more, **options)

    def snapshot(self):
        return {p.relative_to(self.home.project): (p.read_bytes(), p.stat().st_mode) for p in self.home.project.rglob("*") if p.is_file() and ".git/" not in str(p)}

    def values(self):
        return {name: self.must("get", name).out for name in VALUES}

    def test_the_values_are_in_the_vault_and_the_file_stays_unless_told(self):
        for options in ((), ("--keep-plaintext",)):
            with self.subTest(options=options):
                file = self.home.write(".env", DOTENV)
                self.init("--import", ".env", *options)
                self.assertEqual(VALUES, self.values())
                self.assertEqual(DOTENV.encode(), file.read_bytes())

    def test_the_plaintext_is_removed_when_told(self):
        file = self.home.write(".env", DOTENV)
        result = self.init("--import", ".env", "--remove-plaintext")
        self.assertFalse(file.exists())
        self.assertEqual(VALUES, self.values())
        self.assertIn("compared", result.errors)
        for path, (content, _) in self.snapshot().items():
            for value in (*VALUES.values(), b"hunter2"):
                self.assertHoldsNot(value, content, str(path))

    def test_a_person_is_asked_before_the_plaintext_goes(self):
        for answer, stays in (("n", True), ("y", False)):
            with self.subTest(answer=answer):
                file = self.home.write(".env", DOTENV)
                terminal = self.tty("init", "--project", "shop", "--unlock", "keyfile", "--import", ".env")
                terminal.expect("remove the plaintext file .env? [y/N]")
                terminal.send(answer + "\n")
                self.assertEqual(0, terminal.wait(), terminal.output)
                self.assertEqual(stays, file.exists())

    def test_the_example_has_names_and_harmless_comments_and_no_value(self):
        self.home.write(".env", DOTENV)
        self.init("--import", ".env", "--remove-plaintext")
        example = (self.home.project / ".env.example").read_text()
        for name in VALUES:
            self.assertRegex(example, rf"(?m)^{name}=$")
        self.assertIn("# Card payments, ask Ann", example)
        self.assertNotIn("hunter2", example)
        self.assertNotIn("canary", example.lower())

    def test_gitignore_names_the_plaintext_and_not_the_example(self):
        self.home.write(".gitignore", "node_modules\n.env.local")
        self.init()
        text = (self.home.project / ".gitignore").read_text()
        self.assertTrue(text.startswith("node_modules\n.env.local\n"), text)
        self.home.call("git", "init", "-q", ".")
        ignored = lambda name: self.home.call("git", "check-ignore", "-q", name).returncode == 0
        self.assertTrue(ignored(".env"))
        self.assertTrue(ignored(".env.production"))
        self.assertFalse(ignored(".env.example"))
        self.assertFalse(ignored("pale.toml"))

    def test_pale_toml_names_project_and_environment_and_works(self):
        self.init("-e", "staging")
        text = (self.home.project / "pale.toml").read_text()
        self.assertRegex(text, r'(?m)^project = "shop"$')
        self.assertRegex(text, r'(?m)^environment = "staging"$')
        self.home.set("TOKEN", b"token-of-staging")
        self.assertIn("shop/staging", self.must("set", "OTHER", input=b"other-value").errors)

    def test_a_second_init_changes_nothing(self):
        self.home.write(".env", DOTENV)
        self.init("--import", ".env", "--remove-plaintext")
        files = self.snapshot()
        versions = self.must("list", "--json").json
        again = self.must("init")
        self.assertEqual(files, self.snapshot())
        self.assertEqual(versions, self.must("list", "--json").json)
        self.assertNotIn("recovery code", again.errors)
        self.assertIn("nothing was changed", again.errors)

    def test_a_second_import_of_the_same_file_makes_no_new_versions(self):
        self.home.write(".env", DOTENV)
        self.init("--import", ".env", "--keep-plaintext")
        before = self.must("list", "--json").json["secrets"]
        self.must("init", "--import", ".env", "--keep-plaintext")
        self.assertEqual(before, self.must("list", "--json").json["secrets"])

    def test_a_value_that_differs_in_the_vault_is_not_overwritten_silently(self):
        self.home.write(".env", DOTENV)
        self.init("--import", ".env", "--keep-plaintext")
        file = self.home.write(".env", DOTENV.replace("plain-canary", "other-canary"))
        result = self.pale("init", "--import", ".env", "--remove-plaintext")
        self.assertFails(result, 1, 141, ["PLAIN", "--overwrite"])
        self.assertTrue(file.exists())
        self.assertEqual(b"plain-canary-value", self.must("get", "PLAIN").out)

    def test_the_recovery_code_is_shown_once_and_kept_nowhere(self):
        terminal = self.tty("init", "--project", "shop", "--unlock", "keyfile")
        self.assertEqual(0, terminal.wait(), terminal.output)
        shown = terminal.output.decode() if isinstance(terminal.output, bytes) else terminal.output
        match = re.search(r"recovery code[^\r\n]*:\s+([^\r\n]+)\r?\n", shown)
        self.assertTrue(match, shown)
        code = match.group(1).encode()
        self.assertGreaterEqual(len(code), 25)
        for folder, _, files in os.walk(self.home.root):
            for name in files:
                content = open(os.path.join(folder, name), "rb").read()
                self.assertHoldsNot(code, content, name)
                self.assertHoldsNot(code.replace(b" ", b""), content, name)
        for words in (("audit", "--json"), ("status",), ("init",)):
            self.assertHoldsNot(code, self.must(*words).out + self.must(*words).err)

    def test_a_key_file_comes_with_one_sentence_about_what_it_means(self):
        result = self.must("init", "--project", "shop")
        self.assertIn("whoever can read that file and the vault can read the secrets", result.errors)
        key = next((self.home.pale_home / "config").glob("key*"))
        self.assertEqual(0o600, key.stat().st_mode & 0o777)
        self.assertFalse(str(key).startswith(str(self.home.project)))

    def test_a_key_file_inside_a_git_work_tree_is_refused(self):
        self.home.call("git", "init", "-q", ".")
        result = self.pale("init", "--project", "shop", "--unlock", "keyfile", "--key-file", "key")
        self.assertFails(result, 1, 207, "git")
        self.assertFalse((self.home.project / "key").exists())
        self.assertFalse((self.home.project / "pale.toml").exists(), "a refused init leaves nothing")

    def test_a_refused_import_makes_nothing(self):
        self.home.write(".env", "GOOD=good-value\nthis line is not one\n")
        result = self.pale("init", "--project", "shop", "--unlock", "keyfile", "--import", ".env", "--remove-plaintext")
        self.assertNotEqual(0, result.status)
        self.assertTrue((self.home.project / ".env").exists())
        self.assertFalse((self.home.project / "pale.toml").exists())
        self.assertEqual([], [p for p in self.home.pale_home.rglob("*vault*") if p.is_file()])

    @need("git")
    def test_a_file_that_git_tracks_is_warned_about(self):
        self.home.write(".env", DOTENV)
        for words in (("init", "-q"), ("add", "-f", ".env"), ("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x")):
            self.home.call("git", *words)
        result = self.init("--import", ".env", "--remove-plaintext")
        self.assertRegex(result.errors, r"git tracks .env.*history")

    def test_the_project_takes_the_folders_name(self):
        folder = self.home.root / "my-shop"
        folder.mkdir()
        result = self.must("init", "--unlock", "keyfile", "--json", cwd=folder)
        self.assertEqual("my-shop/dev", json.loads(result.out)["place"])

    def test_an_agent_may_not_make_the_vault(self):
        result = self.pale("init", "--project", "shop", "--unlock", "keyfile", env={"CLAUDECODE": "1"})
        self.assertNotEqual(0, result.status)
        self.assertNotIn("recovery code is in", result.errors)
        self.assertEqual([], list(self.home.pale_home.rglob("recovery-code*")))

    def test_what_edit_changes_arrives_and_nothing_touches_the_disk(self):
        self.init()
        self.home.set_all({"ONE": "first-canary-value", "TWO": "second-canary-value", "GONE": "third-canary-value"})
        self.home.script("editor", '#!/bin/sh\nstat -f -c %T "$1" >fs.txt\nstat -c %a "$1" "$(dirname "$1")" >mode.txt\necho "$1" >path.txt\nsed -i -e "s/first-canary-value/changed canary/" -e /GONE/d "$1"\n')
        terminal = self.tty("edit", env={"EDITOR": str(self.home.project / "editor")})
        terminal.expect("delete GONE? [y/N]")
        terminal.send("y\n")
        self.assertEqual(0, terminal.wait(), terminal.output)
        self.assertEqual(b"changed canary", self.must("get", "ONE").out)
        self.assertEqual(b"second-canary-value", self.must("get", "TWO").out)
        self.assertFails(self.pale("get", "GONE"), 1, 104)
        self.assertEqual("tmpfs\n", (self.home.project / "fs.txt").read_text())
        self.assertEqual(["600", "700"], (self.home.project / "mode.txt").read_text().split())
        self.assertFalse(os.path.exists((self.home.project / "path.txt").read_text().strip()))

    def test_an_editor_that_fails_changes_nothing(self):
        self.init()
        self.home.set("ONE", b"first-canary-value")
        terminal = self.tty("edit", "ONE", env={"EDITOR": 'sh -c \'echo spoiled >"$1"; exit 3\' sh'})
        self.assertNotEqual(0, terminal.wait())
        self.assertEqual(b"first-canary-value", self.must("get", "ONE").out)
