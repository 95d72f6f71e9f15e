"""What is in the command's environment, and what never is."""

import json
import os

from harness import Test, sh


def variables(block):
    """Name to value of the NUL-separated lines of `env -0`."""
    return dict(entry.split(b"=", 1) for entry in block.split(b"\0") if entry)


class EnvironmentTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set_all({"ALPHA": "alpha-of-the-vault", "BETA": "beta-of-the-vault", "GAMMA": "gamma-of-the-vault"})
        home.must("env", "create", "prod")
        home.set("ALPHA", b"alpha-of-production", "-e", "prod")

    def seen(self, *options, env=None, status=0):
        """The environment that a command gets, past the mask: hex is masked as well, so a file takes it."""
        answer = self.home.root / "environment"
        answer.unlink(missing_ok=True)
        result = self.pale("run", *options, "--", *sh('cat /proc/$$/environ >"$1"', str(answer)), env=env)
        self.assertStatus(status, result)
        return variables(answer.read_bytes())

    def test_every_secret_of_the_environment_arrives(self):
        seen = self.seen()
        self.assertEqual(
            [b"alpha-of-the-vault", b"beta-of-the-vault", b"gamma-of-the-vault"], [seen[n] for n in (b"ALPHA", b"BETA", b"GAMMA")]
        )

    def test_no_variable_of_pale_and_no_key_reaches_the_command(self):
        keys = [f.read_bytes() for f in (self.home.pale_home / "config").glob("key*")]
        self.assertTrue(keys)
        seen = self.seen(env={"PALE_ENV": "dev", "PALE_TOKEN": "x", "PALE_KEEP_SOMETHING": "kept", "PALE_": "y"})
        self.assertEqual([], [n for n in seen if n.startswith(b"PALE_")])
        block = b"\0".join(seen.values())
        for text in keys:
            key = text.split(b"PALE-KEY-1-", 1)[1].strip()
            self.assertHoldsNot(key, block)
            self.assertHoldsNot(bytes.fromhex(key.decode()), block)

    def test_a_variable_that_only_looks_like_one_that_the_launcher_sets_aside_is_not_planted(self):
        seen = self.seen(env={"PALE_KEEP_ALPHA": "planted", "PALE_KEEP_HARMLESS": "planted"})
        self.assertEqual(b"alpha-of-the-vault", seen[b"ALPHA"])
        self.assertNotIn(b"HARMLESS", seen)

    def test_only_gives_these_and_no_others(self):
        seen = self.seen("--only", "ALPHA,GAMMA")
        self.assertEqual({b"ALPHA", b"GAMMA"}, {b"ALPHA", b"BETA", b"GAMMA"} & set(seen))
        seen = self.seen("--only", "ALPHA", "--only", "BETA")
        self.assertEqual({b"ALPHA", b"BETA"}, {b"ALPHA", b"BETA", b"GAMMA"} & set(seen))

    def test_except_gives_all_others(self):
        seen = self.seen("--except", "ALPHA")
        self.assertEqual({b"BETA", b"GAMMA"}, {b"ALPHA", b"BETA", b"GAMMA"} & set(seen))

    def test_clean_env_keeps_what_a_program_needs_and_drops_the_rest(self):
        seen = self.seen("--clean-env", env={"STRAY": "1", "AWS_SECRET_ACCESS_KEY": "of-the-caller", "LC_TIME": "C", "TZ": "UTC"})
        self.assertEqual(set(), {b"STRAY", b"AWS_SECRET_ACCESS_KEY"} & set(seen))
        self.assertLessEqual({b"PATH", b"HOME", b"TERM", b"LANG", b"LC_TIME", b"TZ", b"ALPHA"}, set(seen))

    def test_a_secret_wins_over_the_callers_variable(self):
        self.assertEqual(b"alpha-of-the-vault", self.seen(env={"ALPHA": "of-the-caller"})[b"ALPHA"])

    def test_a_variable_of_the_caller_that_only_left_out_stays_the_callers(self):
        self.assertEqual(b"of-the-caller", self.seen("--only", "BETA", env={"ALPHA": "of-the-caller"})[b"ALPHA"])

    def test_an_env_file_wins_over_the_caller_and_a_secret_wins_over_the_env_file(self):
        file = self.home.write("plain.env", "PLAIN=of-the-file\nALPHA=of-the-file\nBOTH=of-the-file\n")
        seen = self.seen("--env-file", str(file), env={"BOTH": "of-the-caller"})
        self.assertEqual([b"of-the-file", b"alpha-of-the-vault", b"of-the-file"], [seen[n] for n in (b"PLAIN", b"ALPHA", b"BOTH")])

    def test_of_two_env_files_the_last_wins(self):
        one = self.home.write("one.env", "PLAIN=one\nFIRST=1\n")
        two = self.home.write("two.env", "PLAIN=two\n")
        seen = self.seen("--env-file", str(one), "--env-file", str(two))
        self.assertEqual([b"two", b"1"], [seen[b"PLAIN"], seen[b"FIRST"]])

    def test_an_env_file_is_added_to_a_clean_environment_too(self):
        file = self.home.write("plain.env", "PLAIN=of-the-file\n")
        self.assertEqual(b"of-the-file", self.seen("--clean-env", "--env-file", str(file))[b"PLAIN"])

    def test_the_flag_wins_over_the_variable_and_the_variable_over_pale_toml(self):
        self.assertEqual(b"alpha-of-the-vault", self.seen()[b"ALPHA"])
        self.assertEqual(b"alpha-of-production", self.seen(env={"PALE_ENV": "prod"})[b"ALPHA"])
        self.assertEqual(b"alpha-of-production", self.seen("-e", "prod")[b"ALPHA"])
        self.assertEqual(b"alpha-of-the-vault", self.seen("-e", "dev", env={"PALE_ENV": "prod"})[b"ALPHA"])

    def test_options_may_be_written_with_an_equals_sign(self):
        self.assertEqual(b"alpha-of-production", self.seen("--env=prod")[b"ALPHA"])
        self.assertNotIn(b"BETA", self.seen("--only=ALPHA"))

    def test_the_project_is_found_from_a_folder_below(self):
        below = self.home.project / "a" / "b"
        below.mkdir(parents=True, exist_ok=True)
        result = self.pale("run", "--", *sh("pwd; test -n \"$ALPHA\""), cwd=below)
        self.assertStatus(0, result)
        self.assertEqual(f"{below}\n".encode(), result.out)


class ValuesTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()

    def test_a_name_that_steers_a_loader_is_refused_unless_it_is_allowed(self):
        for name in ("PATH", "LD_PRELOAD", "NODE_OPTIONS", "BASH_ENV", "JAVA_TOOL_OPTIONS", "PYTHONPATH", "GIT_SSH_COMMAND", "path", "PALE_TOKEN"):
            with self.subTest(name=name):
                self.assertFails(self.pale("set", name, input=b"/evil/bin"), 2, 137, "--allow-dangerous-name")
        self.must("set", "PATH", "--allow-dangerous-name", input=b"/evil/bin")

    def test_a_value_over_the_kernels_limit_names_the_secret_and_the_way_out(self):
        self.home.set("HUGE", b"h" * (130 * 1024))
        marker = self.home.project / "started"
        result = self.pale("run", "--", "touch", str(marker))
        self.assertFails(result, 125, says=["HUGE", 'deliver = "file"'])
        self.assertFalse(marker.exists())
        self.home.toml('[secrets.HUGE]\ndeliver = "file"\n')
        result = self.pale("run", "--", *sh('wc -c <"$HUGE"'))
        self.assertEqual(str(130 * 1024), result.text.strip(), repr(result))

    def test_the_longest_value_that_the_kernel_takes_arrives(self):
        longest = 131072 - len("EDGE=") - 1
        self.home.set("EDGE", b"0123456789abcdef" * (longest // 16) + b"z" * (longest % 16))
        result = self.pale("run", "--", *sh('printf %s "${#EDGE}"'))
        self.assertEqual(str(longest).encode(), result.out, repr(result))
        self.home.set("EDGE", b"y" + b"0123456789abcdef" * (longest // 16) + b"z" * (longest % 16))
        self.assertFails(self.pale("run", "--", "true"), 125, says="EDGE")

    def test_a_thousand_secrets_arrive(self):
        wanted = {f"SECRET_{n:04d}": f"value-number-{n}-{n * 7919:x}" for n in range(1000)}
        self.home.set_all(wanted)
        answer = self.home.root / "environment"
        result = self.pale("run", "--", *sh('cat /proc/$$/environ >"$1"', str(answer)))
        self.assertStatus(0, result)
        seen = variables(answer.read_bytes())
        self.assertEqual(wanted, {n: seen.get(n.encode(), b"").decode() for n in wanted})
        self.assertEqual(1000, len(json.loads(self.must("list", "--json").out)["secrets"]))

    def test_an_empty_value_is_delivered_as_an_empty_variable(self):
        self.assertFails(self.pale("set", "BLANK", input=b""), 2, 135)
        self.must("set", "BLANK", "--allow-empty", input=b"")
        result = self.pale("run", "--", *sh('echo "${BLANK-unset}|"'))
        self.assertEqual(b"|\n", result.out, repr(result))

    def test_a_value_with_a_zero_byte_is_refused(self):
        self.assertFails(self.pale("set", "ZERO", input=b"a\0b"), 1, 136, "base64")

    def test_a_value_on_the_command_line_is_refused_with_the_reason(self):
        for words in (("TOKEN", "hunter2-hunter2"), ("TOKEN=hunter2-hunter2",)):
            with self.subTest(words=words):
                result = self.pale("set", *words)
                self.assertFails(result, 2, 131, ["history", "ps"])
                self.assertHoldsNot(b"hunter2", result.out + result.err)
        self.assertNotIn("TOKEN", self.must("list").text)

    def test_a_value_that_is_delivered_never_is_not_there(self):
        self.home.set_all({"HIDDEN": "hidden-from-the-command", "SHOWN": "shown-to-the-command"})
        self.home.toml('[secrets.HIDDEN]\ndeliver = "never"\n')
        result = self.pale("run", "--", *sh('echo "${HIDDEN-unset} ${SHOWN-unset}"'))
        self.assertEqual(b"unset [pale:SHOWN]\n", result.out, repr(result))

    def test_a_delivery_that_pale_cannot_give_yet_starts_nothing(self):
        self.home.set("TOKEN", b"for-the-gateway-only")
        self.home.toml('[secrets.TOKEN]\ndeliver = "gateway"\nhosts = ["api.example.com"]\n')
        marker = self.home.project / "started"
        result = self.pale("run", "--", "touch", str(marker))
        self.assertFails(result, 125, says="TOKEN")
        self.assertFalse(marker.exists())

    def test_the_folders_of_the_xdg_specification_are_used_without_pale_home(self):
        base = self.home.root / "xdg"
        env = {"PALE_HOME": None, "HOME": str(base / "home")}
        for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR"):
            (base / name).mkdir(parents=True, mode=0o700)
            env[f"XDG_{name}"] = str(base / name)
        (base / "home").mkdir(mode=0o700)
        work = self.home.root / "other-project"
        work.mkdir()
        self.must("init", "--project", "xdg", "--unlock", "keyfile", env=env, cwd=work)
        self.must("set", "TOKEN", input=b"xdg-value-of-token", env=env, cwd=work)
        self.assertEqual(b"xdg-value-of-token", self.must("get", "TOKEN", env=env, cwd=work).out)
        self.assertEqual([], list((base / "home").iterdir()), "nothing beside the folders that were named")
        self.assertTrue(list((base / "DATA_HOME" / "pale").iterdir()))
        for folder, _, files in os.walk(base):
            if "/pale" in folder[len(str(base)) :]:
                self.assertEqual(0o700, os.stat(folder).st_mode & 0o777, folder)
            for file in files:
                self.assertEqual(0o600, os.stat(os.path.join(folder, file)).st_mode & 0o777, os.path.join(folder, file))

    def test_a_home_without_xdg_variables_gets_the_usual_folders(self):
        env = {"PALE_HOME": None}
        work = self.home.root / "other-project"
        work.mkdir()
        self.must("init", "--project", "plain", "--unlock", "keyfile", env=env, cwd=work)
        self.assertTrue((self.home.user / ".local/share/pale").is_dir())
        self.assertTrue((self.home.user / ".config/pale").is_dir())
