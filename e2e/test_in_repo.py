"""A team with git and no server: values in pale.toml, encrypted to each other; a repository cannot make use of them."""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor

from harness import Home, Test, need

VALUE = b"tk_9fQz7/LmX2+vB8rJ4wK1"


@need("git")
class TeamTest(Test):
    """Two people, two homes, one repository between them."""

    @classmethod
    def prepare(cls, home):
        home.init()

    def setUp(self):
        super().setUp()
        self.other = Home()
        self.addCleanup(self.other.close)
        self.other.must("init", "--project", "own", "--unlock", "keyfile", cwd=self.other.user)
        self.mine = self.must("recipients", "me").text.strip()
        self.theirs = self.other.must("recipients", "me").text.strip()
        self.git("init", "-q", "-b", "main")

    def git(self, *words, home=None):
        home = home or self.home
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
        result = home.call("git", *identity, *words)
        self.assertStatus(0, result)
        return result.text

    def share(self):
        """Commits here and takes it over there."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        if (self.other.project / ".git").exists():
            self.git("pull", "-q", home=self.other)
        else:
            self.git("clone", "-q", str(self.home.project), str(self.other.project), home=self.other)

    def text(self, home=None):
        return ((home or self.home).project / "pale.toml").read_text()

    def put(self, text, home=None):
        ((home or self.home).project / "pale.toml").write_text(text)

    def cipher(self, text, name):
        return re.search(rf'\[[a-z.]*secrets\.{name}\]\nage = "([^"]+)"', text).group(1)

    def started(self):
        """One value for both, as a team has it."""
        self.must("recipients", "add", self.mine)
        self.must("recipients", "add", self.theirs)
        self.must("set", "TOKEN", "--in-repo", "--all-environments", "--raw", input=VALUE)
        self.share()
        self.other.must("trust", "--yes")

    def run_prints(self, home, name, **more):
        return home.pale("run", "--", "sh", "-c", f'printf %s "${name}" | sha256sum | cut -c1-64', **more)

    def assertRuns(self, home, name, value=VALUE, **more):
        result = self.run_prints(home, name, **more)
        self.assertStatus(0, result)
        self.assertEqual(hashlib.sha256(value).hexdigest(), result.text.strip())

    def test_a_value_goes_to_a_teammate_by_git_alone(self):
        self.put("# ours\n" + self.text() + "\n[secrets.OTHER] # a comment\noptional = true\n")
        self.started()
        self.assertNotIn(VALUE.decode(), self.text())
        self.assertIn("# ours", self.text())
        self.assertIn("[secrets.OTHER] # a comment", self.text())
        for home in (self.home, self.other):
            self.assertRuns(home, "TOKEN")
            self.assertEqual(VALUE, home.must("get", "TOKEN").out)
            self.assertIn("TOKEN", home.must("list").text)
            self.assertEqual({"TOKEN": VALUE.decode()}, json.loads(home.must("export", "--format", "json").out))
            self.assertIn("1 encrypted value", home.must("status").text)
        self.assertIn("TOKEN", self.other.must("audit", "-p", "shop", "-e", "dev").text)

    def test_a_file_not_known_for_the_project_gives_nothing(self):
        self.started()
        third = Home()
        self.addCleanup(third.close)
        self.git("clone", "-q", str(self.home.project), str(third.project), home=third)
        third.must("age", "keygen", "-o", str(third.user / "key.txt"))
        env = {"PALE_AGE_KEY_FILE": str(third.user / "key.txt")}
        self.assertFails(self.run_prints(third, "TOKEN", env=env), 125, says=["512"])
        self.assertFails(third.pale("get", "TOKEN", "-p", "shop", "-e", "dev", env=env), 1, says=["512"])
        third.must("trust", "--yes")
        self.assertFails(self.run_prints(third, "TOKEN", env=env), 125, says=["530"])

    def test_a_machine_without_a_vault_reads_with_a_key_file_that_no_child_sees(self):
        third = Home()
        self.addCleanup(third.close)
        key = third.user / "key.txt"
        third.must("age", "keygen", "-o", str(key))
        self.must("recipients", "add", third.must("age", "keygen", "-y", str(key)).text.strip())
        self.started()
        self.git("clone", "-q", str(self.home.project), str(third.project), home=third)
        third.must("trust", "--yes")
        env = {"PALE_AGE_KEY_FILE": str(key)}
        self.assertRuns(third, "TOKEN", env=env)
        self.assertNotIn("AGE", third.must("run", "--", "env", env=env).text)

    def test_an_environment_has_its_own_value_and_the_vault_overrides(self):
        self.started()
        self.must("set", "TOKEN", "--in-repo", "-e", "prod", input=b"of prod")
        self.assertIn("[environments.prod.secrets.TOKEN]", self.text())
        self.assertEqual(b"of prod", self.must("get", "TOKEN", "-e", "prod").out)
        self.assertEqual(VALUE, self.must("get", "TOKEN", "-e", "dev").out)
        self.home.set("TOKEN", b"my own")
        self.assertEqual(b"my own", self.must("get", "TOKEN").out)
        self.must("unset", "TOKEN", "--yes")
        self.assertEqual(VALUE, self.must("get", "TOKEN").out)
        self.must("unset", "TOKEN", "--in-repo", "-e", "prod")
        self.assertNotIn("environments", self.text())
        self.must("unset", "TOKEN", "--in-repo", "--all-environments")
        self.assertFails(self.pale("get", "TOKEN"), 1, says=["104"])

    def test_of_two_calls_at_once_none_undoes_the_other(self):
        self.started()
        with ThreadPoolExecutor(4) as pool:
            ends = list(pool.map(lambda i: self.pale("set", f"AT_ONCE_{i}", "--in-repo", input=VALUE), range(4)))
        written = [f"AT_ONCE_{i}" for i in range(4) if f"AT_ONCE_{i}]" in self.text()]
        self.assertEqual([f"AT_ONCE_{i}" for i in range(4) if ends[i].status == 0], written)
        for end in ends:
            if end.status != 0:
                self.assertFails(end, 1, 139, "repeat")

    def test_a_link_is_not_encrypted_anew_in_place_of_its_file(self):
        self.started()
        self.must("age", "-r", self.mine, "-o", "real.age", "pale.toml")
        (self.home.project / "link.age").symlink_to("real.age")
        before = self.text()
        self.assertFails(self.pale("recipients", "remove", self.theirs, "--file", "link.age"), 1, 540, "symbolic link")
        self.assertTrue((self.home.project / "link.age").is_symlink())
        self.assertEqual(before, self.text())

    def test_who_is_removed_reads_nothing_new_and_the_message_says_rotate(self):
        self.started()
        old = self.cipher(self.text(), "TOKEN")
        result = self.must("recipients", "remove", self.theirs)
        self.assertIn("git history", result.errors)
        self.assertIn("TOKEN", result.errors)
        self.assertNotEqual(old, self.cipher(self.text(), "TOKEN"))
        self.share()
        self.assertRuns(self.home, "TOKEN")
        self.assertFails(self.run_prints(self.other, "TOKEN"), 125, says=["530"])
        self.assertFails(self.pale("recipients", "remove", self.mine), 1, says=["last"])

    def test_a_ciphertext_moved_to_another_name_environment_or_project_is_refused(self):
        self.started()
        cipher = self.cipher(self.text(), "TOKEN")
        clean = self.text()
        for place in ("[secrets.SHOWN]", "[environments.dev.secrets.TOKEN]"):
            self.put(clean + f'\n{place}\nage = "{cipher}"\n')
            self.assertFails(self.run_prints(self.home, "TOKEN"), 125, says=["531"])
        self.put(clean.replace('project = "shop"', 'project = "elsewhere"'))
        self.must("trust", "--yes")
        self.assertFails(self.run_prints(self.home, "TOKEN"), 125, says=["531"])

    def test_a_tampered_ciphertext_is_refused_and_starts_nothing(self):
        self.started()
        cipher = self.cipher(self.text(), "TOKEN")
        clean = self.text()
        for bad in (cipher[:-6] + ("A" if cipher[-6] != "A" else "B") + cipher[-5:], cipher[:40], cipher[:-8], "not base64!", ""):
            self.put(clean.replace(cipher, bad))
            marker = self.home.project / "started"
            self.assertFails(self.pale("run", "--", "touch", "started"), 125, says=["532"])
            self.assertFalse(marker.exists())

    def test_a_recipient_that_came_with_the_repository_gets_nothing(self):
        self.started()
        evil = self.pale("age", "keygen").text.split("\n")[1].split(": ")[1]
        self.put(self.text().replace(f'"{self.mine}"', f'"{self.mine}", "{evil}"'))
        before = self.text()
        for call in (
            ("set", "NEW", "--in-repo"),
            ("recipients", "remove", self.theirs),
            ("recipients", "add", "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"),
            ("unset", "TOKEN", "--in-repo", "--all-environments"),
        ):
            result = self.pale(*call, input=b"value")
            self.assertFails(result, 1, says=["534", f"+ * {evil}", "pale trust"])
            self.assertEqual(before, self.text())
        self.assertIn("not accepted", self.must("status").text)
        self.assertRuns(self.home, "TOKEN")
        self.assertIn(evil, self.must("trust", "--yes").errors)
        self.must("set", "NEW", "--in-repo", input=b"value")

    def test_a_name_that_steers_a_loader_is_never_taken_from_a_repository(self):
        self.started()
        self.assertFails(self.pale("set", "LD_PRELOAD", "--in-repo", "--allow-dangerous-name", input=b"x"), 1, says=["537"])
        text = self.text()
        self.put(text.replace("secrets.TOKEN", "secrets.NODE_OPTIONS"))
        self.assertFails(self.run_prints(self.home, "TOKEN"), 125, says=["511"])
        self.must("trust", "--yes")
        self.assertFails(self.run_prints(self.home, "TOKEN"), 125, says=["537"])
        self.put(text.replace("[secrets.TOKEN]", "[environments.dev.secrets.PATH]"))
        self.assertFails(self.run_prints(self.home, "TOKEN"), 125, says=["537"])

    def test_an_agent_decides_nothing(self):
        self.started()
        for call in (("recipients", "add", self.mine), ("recipients", "remove", self.theirs), ("trust", "--yes")):
            self.assertFails(self.pale(*call, env={"CLAUDECODE": "1"}), 1, says=["coding agent"])
        self.assertFails(self.pale("get", "TOKEN", env={"CLAUDECODE": "1"}), 1, says=["520"])

    def test_an_ssh_key_is_a_recipient_and_a_whole_file_comes_along(self):
        self.must("recipients", "add", self.mine)
        (self.other.user / ".ssh").mkdir(mode=0o700)
        key = self.other.user / ".ssh" / "id_ed25519"
        self.assertStatus(0, self.other.call("ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", str(key)))
        self.must("age", "-r", self.mine, "-a", "-o", "whole.age", "pale.toml")
        plain = self.text()
        self.must("recipients", "add", key.with_suffix(".pub").read_text().strip(), "--file", "whole.age")
        self.must("set", "TOKEN", "--in-repo", "--raw", input=VALUE)
        self.share()
        self.other.must("trust", "--yes")
        self.assertRuns(self.other, "TOKEN")
        self.assertEqual(plain, self.other.must("age", "-d", "-i", str(key), "whole.age").text)
        self.home.write("secret.yaml", "sops: {}\n")
        self.assertFails(self.pale("recipients", "add", self.theirs, "--file", "secret.yaml"), 1, says=["pale sops updatekeys"])

    def test_no_file_and_no_option_can_name_the_project_of_the_identity(self):
        self.assertFails(self.pale("get", "AGE_IDENTITY", "-p", "pale-identity", "-e", "default"), 2, says=["114"])
        self.put('project = "pale-identity"\nenvironment = "default"\n')
        result = self.run_prints(self.home, "AGE_IDENTITY")
        self.assertEqual(2 if result.status == 2 else 125, result.status)
        self.assertIn("114", result.errors)
        self.assertEqual(b"", result.out)
