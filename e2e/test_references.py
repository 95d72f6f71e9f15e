"""References, templates, providers, the offline cache and push, with a HashiCorp Vault that checks its token."""

import hashlib
import http.server
import json
import os
import socketserver
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from harness import Test

TOKEN = "hvs.CanaryToken-5Zq81Lw0"
DEV = "dev-Canary-9xK2vQ77mR"
PROD = "prod-Canary-3bN8wT65yU"
REMOTE = "remote-Canary-4cV7zP19aE"
CANARIES = (TOKEN, DEV, PROD, REMOTE)
AGENT = {"CLAUDECODE": "1"}


class FakeVault(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """KV 2 at secret/, one token; counts what it was asked and by whom."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.kv = {}
        self.refused = 0
        self.reads = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def allowed(self):
        if self.headers.get("X-Vault-Token") == TOKEN:
            return True
        self.server.refused += 1
        # A service that quotes what it was given.
        self.answer(403, {"errors": [f"permission denied for {self.headers.get('X-Vault-Token')} {REMOTE}"]})
        return False

    def do_GET(self):
        if not self.allowed():
            return
        path = self.path.split("?")[0].removeprefix("/v1/")
        if path == "auth/token/lookup-self":
            self.answer(200, {"data": {"display_name": "token-robot", "policies": ["default"]}})
        elif path.startswith("sys/internal/ui/mounts/"):
            self.answer(200, {"data": {"path": "secret/", "type": "kv", "options": {"version": "2"}}})
        elif path.startswith("secret/data/"):
            name = path.removeprefix("secret/data/")
            self.server.reads.append(name)
            if name in self.server.kv:
                version, fields = self.server.kv[name]
                self.answer(200, {"data": {"data": fields, "metadata": {"version": version, "destroyed": False, "deletion_time": ""}}})
            else:
                self.answer(404, {"errors": []})
        else:
            self.answer(404, {"errors": []})

    def do_POST(self):
        if not self.allowed():
            return
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or b"{}")
        name = self.path.removeprefix("/v1/secret/data/")
        version = self.server.kv.get(name, (0, {}))[0]
        if body.get("options", {}).get("cas") not in (None, version):
            self.answer(400, {"errors": ["check-and-set parameter did not match the current version"]})
            return
        self.server.kv[name] = (version + 1, body["data"])
        self.answer(200, {"data": {"version": version + 1}})


class Base(Test):
    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("KEY", DEV.encode())
        home.must("env", "create", "prod")
        home.set("KEY", PROD.encode(), "-e", "prod")

    def assertNoPlaintext(self, *but):
        """No canary is in any file below the home, but in these."""
        for folder, _, files in os.walk(self.home.root):
            for name in files:
                path = os.path.join(folder, name)
                if path in {str(b) for b in but}:
                    continue
                with open(path, "rb") as file:
                    data = file.read()
                for canary in CANARIES:
                    self.assertHoldsNot(canary.encode(), data, path)

    def rows(self):
        return self.must("audit", "--json").json["rows"]

    def assertQuiet(self, result):
        for canary in CANARIES:
            self.assertHoldsNot(canary.encode(), result.out + result.err, repr(result))


class TemplateTest(Base):
    shared = True

    def test_read_writes_the_bytes_and_a_line_end_only_on_a_terminal(self):
        self.assertEqual(DEV.encode(), self.must("read", "pale://shop/dev/KEY").out)
        self.assertEqual((DEV + "\n" + PROD + "\n").encode(), self.must("read", "pale://shop/dev/KEY", "pale://shop/prod/KEY").out)
        terminal = self.tty("read", "pale://shop/dev/KEY").run()
        self.assertEqual((DEV + "\n").encode(), terminal.out)
        self.assertEqual(DEV.encode(), self.tty("read", "-n", "pale://shop/dev/KEY").run().out)
        self.assertEqual([{"reference": "pale://shop/dev/KEY", "value": DEV}], self.must("read", "--json", "pale://shop/dev/KEY").json["values"])

    def test_read_into_a_file_that_only_the_owner_reads(self):
        out = self.home.root / "key.pem"
        self.must("read", "--out-file", str(out), "pale://shop/dev/KEY")
        self.assertEqual(0o600, out.stat().st_mode & 0o777)
        self.assertEqual(DEV, out.read_text())
        self.assertFails(self.pale("read", "--out-file", str(out), "pale://shop/dev/KEY"), 1, 139)
        self.assertFails(self.pale("read", "--out-file", str(out), "--force", "--file-mode", "0666", "pale://shop/dev/KEY"), 2, 657)
        out.unlink()

    def test_read_says_what_is_wrong(self):
        self.assertFails(self.pale("read", "pale://shop/dev/NOPE"), 1, 104, "NOPE")
        self.assertFails(self.pale("read", "pale://shop/KEY"), 1, 610, "PALE-662")
        self.assertFails(self.pale("read", "vualt://secret/x#y"), 1, 652, "did you mean vault")
        self.assertFails(self.pale("read", "not-a-reference"), 2, 650)
        both = self.assertFails(self.pale("read", "pale://shop/dev/KEY", "pale://shop/dev/NOPE"), 1, 104)
        self.assertEqual(b"", both.out)

    def test_pales_own_projects_cannot_be_read(self):
        for project in ("pale-providers", "pale-cache", "pale-identity"):
            self.assertFails(self.pale("read", f"pale://{project}/x/TOKEN"), 1, None, "PALE-114")

    def test_inject_fills_both_forms_and_nothing_else(self):
        text = "a={{ pale://shop/$APP/KEY }}\nb: pale://shop/dev/KEY;\nurl https://x.example/?q={{ .Values.y }} ${HOME} $(id) {{ \"{{\" }}\\pale://shop/dev/KEY\n"
        wanted = f"a={PROD}\nb: {DEV};\nurl https://x.example/?q={{{{ .Values.y }}}} ${{HOME}} $(id) {{{{\\pale://shop/dev/KEY\n"
        self.assertEqual(wanted, self.must("inject", input=text.encode(), env={"APP": "prod"}).text)
        binary = bytes(range(256)) + b"pale://shop/dev/KEY"
        self.assertEqual(bytes(range(256)) + DEV.encode(), self.must("inject", input=binary).out)

    def test_inserted_values_are_not_read_again(self):
        self.home.set("EVIL", b"{{ pale://shop/prod/KEY }} pale://shop/prod/KEY $(touch x)")
        out = self.must("inject", input=b"<{{ pale://shop/dev/EVIL }}>").text
        self.assertEqual("<{{ pale://shop/prod/KEY }} pale://shop/prod/KEY $(touch x)>", out)

    def test_inject_names_line_and_column(self):
        self.assertFails(self.pale("inject", input=b"x\n  {{ pale://shop/dev/KEY\n"), 1, 651, "standard input:2:3")
        self.assertFails(self.pale("inject", input=b"x\ny {{ pale://shop/dev/NOPE }}"), 1, 104, "standard input:2:3")
        self.assertFails(self.pale("inject", input=b"op: {{ nope://a/b }}"), 1, 652, "standard input:1:5")
        self.assertFails(self.pale("inject", input=b"{{ pale://shop/$UNSET/KEY }}"), 1, 653, "UNSET")
        self.assertFails(self.pale("inject", input=b"pale://shop/$MY_TOKEN/KEY", env={"MY_TOKEN": DEV}), 1, 654, "MY_TOKEN")
        self.assertFails(self.pale("inject", input=b"pale://shop/$APP/KEY", env={"APP": "../x"}), 1, 654)

    def test_a_template_that_is_too_large_is_refused(self):
        self.assertFails(self.pale("inject", input=b"x" * ((16 << 20) + 1)), 1, 655)
        self.assertFails(self.pale("inject", input=b"pale://shop/dev/KEY " * 10001), 1, 655)

    def test_a_failed_inject_leaves_the_old_file(self):
        template = self.home.write("a.tpl", "{{ pale://shop/dev/KEY }} {{ pale://shop/dev/NOPE }}")
        out = self.home.write("a.out", "old")
        self.assertFails(self.pale("inject", "-i", str(template), "-o", str(out)), 1, 104)
        self.assertEqual("old", out.read_text())
        self.assertFails(self.pale("inject", "-i", str(out), "-o", str(out)), 2, 657)
        self.assertEqual("old", out.read_text())
        link = self.home.project / "link.out"
        link.symlink_to(out)
        template.write_text("{{ pale://shop/dev/KEY }}")
        self.assertFails(self.pale("inject", "-i", str(template), "-o", str(link)), 1, 139)
        self.assertEqual("old", out.read_text())
        self.must("inject", "-i", str(template), "-o", str(out))
        self.assertEqual(DEV, out.read_text())
        self.assertEqual(0o600, out.stat().st_mode & 0o777)
        self.must("inject", "-i", str(template), "-o", str(out), "--file-mode", "0640")
        self.assertEqual(0o640, out.stat().st_mode & 0o777)
        self.assertEqual([], [p.name for p in self.home.project.iterdir() if p.name.startswith(".pale-")])
        for path in (out, link):
            path.unlink()

    def test_concurrent_injects_leave_a_whole_file(self):
        out = self.home.root / "many.out"
        templates = []
        for i in range(4):
            templates.append(self.home.write(f"many{i}.tpl", f"{i} {{{{ pale://shop/dev/KEY }}}}\n" * 2000))
        with ThreadPoolExecutor(4) as pool:
            for result in pool.map(lambda t: self.pale("inject", "-i", str(t), "-o", str(out)), templates):
                self.assertStatus(0, result)
        lines = set(out.read_text().splitlines())
        self.assertEqual(1, len(lines), lines)
        self.assertIn(DEV, lines.pop())
        out.unlink()

    def test_check_asks_nobody_and_is_for_agents_too(self):
        self.home.write("c.tpl", "pale://shop/$APP/KEY {{ vault://secret/x#y }} {{ nope://x/y }} {{ pale://bad }}\nopp:/ vualt://x/y\n")
        result = self.assertFails(self.pale("inject", "-i", "c.tpl", "--check", env={"APP": "dev", **AGENT}), 1, 658, "2 references cannot work")
        self.assertQuiet(result)
        self.assertIn("did you mean vault://", result.errors)
        found = self.pale("inject", "-i", "c.tpl", "--check", "--json", env={"APP": "dev", **AGENT})
        rows = {row["reference"]: row["usable"] for row in json.loads(found.out.splitlines()[0])["references"]}
        self.assertEqual({"pale://shop/$APP/KEY": True, "vault://secret/x#y": True, "nope://x/y": False, "pale://bad": False}, rows)
        self.home.write("ok.tpl", "pale://shop/dev/KEY")
        self.must("inject", "-i", "ok.tpl", "--check", env=AGENT)

    def test_an_agent_gets_nothing(self):
        self.home.write("a.tpl", "{{ pale://shop/dev/KEY }}")
        for call in (("read", "pale://shop/dev/KEY"), ("read", "-o", "x", "pale://shop/dev/KEY"), ("inject", "-i", "a.tpl"), ("inject", "-i", "a.tpl", "-o", "x"), ("push", "--to", "vault:secret/x"), ("push", "--to", "vault:secret/x", "--dry-run")):
            with self.subTest(call=call):
                result = self.assertFails(self.pale(*call, env=AGENT), 1, 520, "pale run")
                self.assertQuiet(result)
        self.assertFalse((self.home.project / "x").exists())
        for call in (("provider", "add", "v", "--kind", "vault"), ("provider", "remove", "v"), ("trust", "a.tpl")):
            with self.subTest(call=call):
                self.assertFails(self.pale(*call, env=AGENT), 1, 523)
        self.assertIn("inject", [row["event"] for row in self.rows() if not row["allowed"]])


class RunTest(Base):
    def test_from_takes_the_value_of_another_place_after_trust(self):
        self.home.toml('[secrets.OTHER]\nfrom = "pale://shop/prod/KEY"\n')
        self.assertFails(self.pale("run", "--", "touch", "started"), 125, 511, "secrets.OTHER.from")
        self.assertFalse((self.home.project / "started").exists())
        self.must("trust", "--yes")
        result = self.must("run", "--", "sh", "-c", 'echo $OTHER; printf %s "$OTHER" | rev; echo; echo $KEY')
        self.assertEqual(f"[pale:OTHER]\n{PROD[::-1]}\n[pale:KEY]\n", result.text)
        rows = self.rows()
        row = [r for r in rows if "OTHER from pale://shop/prod/KEY" in r["detail"]]
        self.assertEqual([True], [r["allowed"] for r in row])
        self.assertQuiet(self.must("audit", "--json"))
        only = self.must("run", "--only", "OTHER", "--", "sh", "-c", 'echo "${KEY-none} ${OTHER+set}"')
        self.assertEqual("none set\n", only.text)
        self.assertEqual("none\n", self.must("run", "--except", "OTHER", "--", "sh", "-c", 'echo "${OTHER-none}"').text)

    def test_a_missing_required_one_starts_nothing_an_optional_one_goes_on(self):
        self.home.toml('[secrets.A]\nfrom = "pale://shop/dev/NOPE"\n')
        self.assertFails(self.pale("run", "--", "touch", "started"), 125, 104, "pale.toml line 3")
        self.assertFalse((self.home.project / "started").exists())
        rows = [r for r in self.rows() if not r["allowed"] and "A from pale://shop/dev/NOPE" in r["detail"]]
        self.assertEqual(1, len(rows))
        self.home.toml('[secrets.A]\nfrom = "pale://shop/dev/NOPE"\noptional = true\n')
        self.assertEqual("none\n", self.must("run", "--", "sh", "-c", 'echo "${A-none}"').text)
        self.home.toml('[secrets.A]\nfrom = "nope://x/y"\n')
        self.must("trust", "--yes")
        self.assertFails(self.pale("run", "--", "true"), 125, 652, "pale.toml line 3")

    def test_a_cloned_file_gets_nothing_of_other_projects(self):
        clone = self.home.root / "clone"
        clone.mkdir(mode=0o700)
        for text in (
            'project = "shop"\nenvironment = "dev"\n[secrets.X]\nfrom = "pale://shop/dev/KEY"\n',
            'project = "mine"\nenvironment = "dev"\n[secrets.X]\nfrom = "pale://shop/dev/KEY"\n',
            'project = "mine"\nenvironment = "dev"\n[secrets.X]\nfrom = "pale://pale-providers/team/TOKEN"\n',
            'project = "mine"\nenvironment = "dev"\n[secrets.X]\nfrom = "vault://secret/a#b"\n',
        ):
            (clone / "pale.toml").write_text(text)
            (clone / "pale.toml").chmod(0o644)
            for more in ((), ("-p", "shop", "-e", "prod"), ("-e", "dev")):
                with self.subTest(text=text, more=more):
                    result = self.pale("run", *more, "--", "sh", "-c", "touch started; env", cwd=clone)
                    self.assertStatus(125, result)
                    self.assertQuiet(result)
        self.assertFalse((clone / "started").exists())

    def test_env_file_resolves_as_users_of_op_run_expect(self):
        self.home.write("app.env", 'PLAIN=https://example.com/?a=b\nDB=postgres://u:p@h/db\nWHOLE=pale://shop/$APP_ENV/KEY\nBRACED="pale://shop/${APP_ENV}/KEY"\nURL=redis://:{{ pale://shop/dev/KEY }}@h:1/0\nKEY=file-loses\n')
        shown = 'printf "%s\\n" "$PLAIN" "$DB"; printf "%s\\n" "$WHOLE" "$BRACED" "$URL" "$KEY" | rev; echo "$URL $WHOLE $KEY"'
        result = self.must("run", "--env-file", "app.env", "--", "sh", "-c", shown, env={"APP_ENV": "prod"})
        back = [PROD[::-1], PROD[::-1], f"redis://:{DEV}@h:1/0"[::-1], DEV[::-1]]
        lines = result.text.splitlines()
        self.assertEqual(["https://example.com/?a=b", "postgres://u:p@h/db"], lines[:2])
        self.assertEqual(back, lines[2:6])
        self.assertQuiet(result)
        self.home.write("late.env", "WHOLE=plain\n")
        later = self.must("run", "--env-file", "app.env", "--env-file", "late.env", "--", "sh", "-c", "echo $WHOLE", env={"APP_ENV": "prod"})
        self.assertEqual("plain\n", later.text)
        # The part of a value is masked by itself too.
        self.home.write("part.env", "URL=redis://:{{ pale://shop/prod/KEY }}@h:1/0\n")
        part = self.must("run", "--env-file", "part.env", "--", "sh", "-c", 'x=${URL#redis://:}; echo "${x%%@*}"')
        self.assertQuiet(part)
        self.assertEqual("[pale:URL]\n", part.text)

    def test_env_file_with_what_cannot_be_read_starts_nothing(self):
        for text, code in (("A=pale://shop/dev/NOPE\n", 104), ("A={{ nope://a/b }}\n", 652), ("A=pale://shop/$UNSET/KEY\n", 653), ("A={{ pale://shop/dev/KEY\n", 651), ("A=pale://shop\n", 610), ("A={{ pale://pale-providers/a/B }}\n", 610), ("PATH=pale://shop/dev/KEY\n", 314)):
            with self.subTest(text=text):
                self.home.write("bad.env", text)
                result = self.pale("run", "--env-file", "bad.env", "--", "touch", "started")
                self.assertFails(result, 125, code)
        self.assertFalse((self.home.project / "started").exists())
        self.home.write("near.env", "A=vualt://secret/x\n")
        near = self.must("run", "--env-file", "near.env", "--", "sh", "-c", "echo $A")
        self.assertEqual("vualt://secret/x\n", near.text)
        self.assertIn("did you mean vault://", near.errors)

    def test_an_agent_uses_a_file_only_as_far_as_a_person_looked_at_it(self):
        self.home.write("own.env", "A=pale://shop/dev/KEY\n")
        self.assertEqual("[pale:A]\n", self.must("run", "--env-file", "own.env", "--", "sh", "-c", "echo $A", env=AGENT).text)
        file = self.home.write("more.env", "A=pale://shop/prod/KEY\n")
        refused = self.pale("run", "--env-file", "more.env", "--", "sh", "-c", "touch started; echo $A", env=AGENT)
        self.assertFails(refused, 125, 659, "pale trust more.env")
        self.assertFalse((self.home.project / "started").exists())
        self.must("trust", "more.env", "--yes")
        self.assertEqual("[pale:A]\n", self.must("run", "--env-file", "more.env", "--", "sh", "-c", "echo $A", env=AGENT).text)
        file.write_text("A=pale://shop/prod/KEY\nB=pale://shop/prod/KEY\n")
        self.assertFails(self.pale("run", "--env-file", "more.env", "--", "true", env=AGENT), 125, 659)


class ProviderTest(Base):
    def setUp(self):
        super().setUp()
        self.vault = FakeVault()
        self.addCleanup(self.stop)
        self.vault.kv["app"] = (1, {"password": REMOTE, "user": "robot"})
        self.config = self.home.pale_home / "config" / "config.toml"

    def stop(self):
        vault, self.vault = self.vault, None
        if vault:
            vault.stop()

    def add(self, name="team", *more, token=TOKEN):
        return self.must("provider", "add", name, "--kind", "vault", "--set", f"address={self.vault.address}", "--stdin", "token", *more, input=token.encode() + b"\n")

    def test_a_provider_is_added_tested_listed_and_removed(self):
        self.config.write_text("# mine\nmask = \"auto\" # keep\n")
        self.config.chmod(0o600)
        added = self.add()
        self.assertQuiet(added)
        text = self.config.read_text()
        self.assertIn("# mine\nmask = \"auto\" # keep\n", text)
        self.assertIn("[providers.team]\nkind = \"vault\"\n", text)
        self.assertNoPlaintext()
        self.assertIn("ok", self.must("provider", "test").text)
        listed = self.must("provider", "list", "--json").json["providers"]
        self.assertEqual([("team", "vault")], [(p["name"], p["kind"]) for p in listed])
        self.assertIn("(in the vault)", self.must("provider", "show", "team").text)
        self.assertEqual(REMOTE, self.must("read", "team://secret/app#password").text)
        self.assertFails(self.pale("provider", "add", "team", "--kind", "vault"), 1, 642)
        self.assertFails(self.pale("provider", "remove", "tema", "--yes"), 1, 641, "did you mean team")
        self.must("provider", "remove", "team", "--yes")
        self.assertEqual("# mine\nmask = \"auto\" # keep\n", self.config.read_text())
        self.assertFails(self.pale("read", "team://secret/app#password"), 1, 652)
        events = [r["event"] for r in self.rows()]
        self.assertIn("provider-add", events)
        self.assertIn("provider-remove", events)

    def test_a_provider_is_checked_before_anything_is_kept(self):
        for words, code, status in (
            (("Team", "--kind", "vault"), 640, 2),
            (("https", "--kind", "vault"), 640, 2),
            (("pale", "--kind", "vault"), 640, 2),
            (("team", "--kind", "vualt"), 643, 1),
            (("team", "--kind", "vault", "--set", "adress=x"), 644, 1),
            (("team", "--kind", "vault", "--set", f"token={TOKEN}"), 131, 2),
            (("team", "--kind", "vault", "--set", "address=http://example.com"), 601, 1),
            (("team", "--kind", "vault", "--set", "address=https://h", "--cache", "soon"), 148, 2),
            (("team", "--kind", "vault", "--set", "address=https://h", "--stdin", "token"), 135, 2),
        ):
            with self.subTest(words=words):
                result = self.assertFails(self.pale("provider", "add", *words, input=b""), status, code)
                self.assertQuiet(result)
        self.assertFalse(self.config.exists())
        self.assertEqual([], self.must("provider", "list", "--json").json["providers"])

    def test_credentials_are_asked_for_without_being_shown(self):
        terminal = self.tty("provider", "add", "team", "--kind", "vault", "--set", f"address={self.vault.address}")
        terminal.expect("token (")
        terminal.send(TOKEN + "\r")
        terminal.expect("secret_id (")
        terminal.send("\r")
        terminal.expect("wrapped_secret_id (")
        terminal.send("\r")
        self.assertEqual(0, terminal.wait(), terminal.output)
        self.assertHoldsNot(TOKEN.encode(), terminal.output)
        self.assertEqual(REMOTE, self.must("read", "team://secret/app#password").text)

    def test_a_credential_in_the_file_is_refused(self):
        self.config.write_text(f'[providers.team]\nkind = "vault"\naddress = "{self.vault.address}"\ntoken = "{TOKEN}"\n')
        self.config.chmod(0o600)
        result = self.assertFails(self.pale("read", "team://secret/app#password"), 1, 649, "line 4")
        self.assertQuiet(result)
        self.assertEqual([], self.vault.reads)

    def test_run_takes_from_a_store_and_masks_it(self):
        self.add()
        self.home.toml('[secrets.DB]\nfrom = "team://secret/app#password"\n[secrets.USER_NAME]\nfrom = "team://secret/app#user"\n')
        self.assertFails(self.pale("run", "--", "true"), 125, 511, "secrets.DB.from")
        self.assertEqual([], self.vault.reads)
        self.must("trust", "--yes")
        result = self.must("run", "--", "sh", "-c", 'echo $DB; printf %s "$DB" | rev')
        self.assertEqual(f"[pale:DB]\n{REMOTE[::-1]}", result.text)
        self.assertEqual(["app"], self.vault.reads, "one question for both")
        rows = [r for r in self.rows() if "DB from team://secret/app#password" in r["detail"]]
        self.assertEqual(1, len(rows))
        self.assertNoPlaintext()

    def test_a_refusing_store_starts_nothing_and_its_words_are_not_shown(self):
        self.add(token="hvs.Canary-wrong")
        self.home.write("a.env", "A=team://secret/app#password\n")
        result = self.assertFails(self.pale("run", "--env-file", "a.env", "--", "touch", "started"), 125, 610)
        self.assertQuiet(result)
        self.assertHoldsNot("hvs.Canary-wrong", result.errors)
        self.assertHoldsNot("permission denied for", result.errors)
        self.assertFalse((self.home.project / "started").exists())
        self.assertGreater(self.vault.refused, 0)
        self.assertFails(self.pale("provider", "test", "team"), 1, 648)

    def test_offline_uses_what_was_kept_and_says_how_old_it_is(self):
        self.add("team", "--cache", "8h")
        self.assertFails(self.pale("read", "--offline", "team://secret/app#password"), 1, 610, "PALE-660")
        self.assertEqual(REMOTE, self.must("read", "team://secret/app#password").text)
        self.assertNoPlaintext()
        asked = len(self.vault.reads)
        offline = self.must("read", "--offline", "team://secret/app#password")
        self.assertEqual(REMOTE, offline.text)
        self.assertRegex(offline.errors, r"offline: team://secret/app#password is as it was \d+ s ago")
        self.assertEqual(asked, len(self.vault.reads))
        self.stop()
        # A store that is down is not replaced silently.
        self.assertQuiet(self.assertFails(self.pale("read", "team://secret/app#password", timeout=90), 1, 610, "PALE-602"))
        self.home.write("a.env", "A=team://secret/app#password\n")
        run = self.must("run", "--offline", "--env-file", "a.env", "--", "sh", "-c", 'printf %s "$A" | rev')
        self.assertEqual(REMOTE[::-1], run.text)
        self.assertEqual(REMOTE, self.must("inject", "--offline", input=b"team://secret/app#password").text)
        self.must("provider", "cache", "clear")
        self.assertFails(self.pale("read", "--offline", "team://secret/app#password"), 1, 610, "PALE-660")
        self.assertNoPlaintext()

    def test_a_fallback_is_said_and_ends_with_its_time(self):
        self.add("team", "--cache", "2s", "--offline-fallback")
        self.must("read", "team://secret/app#password")
        kept = time.monotonic()
        self.stop()
        told = self.pale("read", "team://secret/app#password", timeout=90)
        if time.monotonic() - kept < 2:
            self.assertStatus(0, told)
            self.assertIn("the store cannot be reached [PALE-602]", told.errors)
        time.sleep(max(0, 2.5 - (time.monotonic() - kept)))
        self.assertFails(self.pale("read", "team://secret/app#password", timeout=90), 1, 610, "too old")
        late = self.must("read", "--offline", "team://secret/app#password")
        self.assertEqual(REMOTE, late.text)
        self.assertIn("longer than cache = allows", late.errors)

    def test_a_kept_value_that_was_changed_or_moved_is_refused(self):
        self.add("team", "--cache", "8h")
        self.must("read", "team://secret/app#password", "team://secret/app#user")
        kept = sorted((self.home.pale_home / "state" / "cache" / "team").iterdir())
        self.assertEqual(2, len(kept))
        first, second = (f.read_bytes() for f in kept)
        kept[0].write_bytes(second)
        kept[1].write_bytes(first)
        for field in ("password", "user"):
            result = self.assertFails(self.pale("read", "--offline", f"team://secret/app#{field}"), 1, 610, "PALE-661")
            self.assertQuiet(result)
        kept[1].write_bytes(second)
        kept[0].write_bytes(bytes(8) + first[8:])
        told = self.assertFails(self.pale("read", "--offline", "team://secret/app#password", "team://secret/app#user"), 1, 610, "PALE-661")
        self.assertEqual(1, told.errors.count("PALE-661"), "the other one is as it was")

    def test_a_moved_provider_does_not_get_values_of_the_old_one(self):
        self.add("team", "--cache", "8h")
        self.must("read", "team://secret/app#password")
        self.config.write_text(self.config.read_text().replace("127.0.0.1", "localhost"))
        self.assertFails(self.pale("read", "--offline", "team://secret/app#password"), 1, 610, "PALE-660")

    def test_a_cached_store_that_says_gone_is_believed(self):
        self.add("team", "--cache", "8h", "--offline-fallback")
        self.must("read", "team://secret/app#password")
        self.vault.kv.clear()
        self.assertQuiet(self.assertFails(self.pale("read", "team://secret/app#password"), 1, 104))

    def test_push_compares_asks_and_writes(self):
        self.add()
        self.home.set("SAME", b"robot")
        self.vault.kv["shop"] = (3, {"SAME": "robot", "KEY": "other", "KEEP": "mine"})
        dry = self.must("push", "--to", "team:secret/shop", "--dry-run")
        self.assertQuiet(dry)
        self.assertRegex(dry.text, r"KEY +different\n(.*\n)*SAME +same")
        self.assertEqual(3, self.vault.kv["shop"][0])
        self.assertFails(self.pale("push", "--to", "team:secret/shop"), 2, 133)
        self.assertEqual(3, self.vault.kv["shop"][0])
        terminal = self.tty("push", "--to", "team:secret/shop")
        terminal.expect("write over 1 value in team:secret/shop?")
        terminal.send("n\n")
        self.assertEqual(1, terminal.wait())
        self.assertEqual(3, self.vault.kv["shop"][0])
        done = self.must("push", "--to", "team:secret/shop", "--yes", "--json")
        self.assertQuiet(done)
        self.assertEqual({"SAME": "robot", "KEY": DEV, "KEEP": "mine"}, self.vault.kv["shop"][1])
        self.assertEqual({"KEY": "different", "SAME": "same"}, {s["name"]: s["before"] for s in done.json["secrets"]})
        again = self.must("push", "--to", "team:secret/shop")
        self.assertIn("everything is the same", again.errors)
        self.must("push", "--to", "team:secret/new", "--names", "KEY")
        self.assertEqual({"KEY": DEV}, self.vault.kv["new"][1])
        for nothing in ("", ",", " "):
            self.assertFails(self.pale("push", "--to", "team:secret/all", "--names", nothing, "--yes"), 2, 130)
        self.assertNotIn("all", self.vault.kv)
        self.assertFails(self.pale("push", "--to", "team"), 2, 647)
        self.assertFails(self.pale("push", "--to", "nope:x"), 1, 652)
        self.assertFails(self.pale("push", "--to", "team:secret/x", "--names", "NOPE", "--yes"), 1, 104)
        self.assertIn("push", [r["event"] for r in self.rows()])

    def test_a_pushing_pale_toml_of_a_clone_is_not_obeyed(self):
        self.add()
        clone = self.home.root / "clone"
        clone.mkdir(mode=0o700)
        (clone / "pale.toml").write_text('project = "shop"\nenvironment = "dev"\n')
        self.assertFails(self.pale("push", "--to", "team:secret/x", "--yes", cwd=clone), 1, 512)
        self.assertNotIn("x", self.vault.kv)


class LocalTest(Base):
    """Stores on this machine, and what the caller's environment may steer."""

    def test_env_and_age_work_without_being_set_up(self):
        key = self.must("age", "keygen").out
        recipient = next(line.split(b": ")[1] for line in key.splitlines() if b"public key" in line)
        identity = self.home.user / "key.txt"
        identity.write_bytes(key)
        identity.chmod(0o600)
        sealed = self.must("age", "-r", recipient.decode(), input=REMOTE.encode()).out
        self.home.write("secrets/db.age", sealed)
        self.home.write("a.env", "A=env://MINE\nB=age://secrets/db.age\nC=x{{ env://MINE }}y\n")
        env = {"MINE": PROD, "SOPS_AGE_KEY_FILE": str(identity)}
        result = self.must("run", "--env-file", "a.env", "--", "sh", "-c", 'printf "%s\\n" "$A" "$B" "$C" | rev; echo $A $B $C', env=env)
        self.assertEqual([PROD[::-1], REMOTE[::-1], f"x{PROD}y"[::-1], "[pale:A] [pale:B] [pale:C]"], result.text.splitlines())
        self.assertFails(self.pale("run", "--env-file", "a.env", "--", "true", env={"SOPS_AGE_KEY_FILE": str(identity)}), 125, 610, "a.env:1")
        self.assertEqual(REMOTE, self.must("read", "age://secrets/db.age", "--offline", env=env).text)

    def test_a_program_is_pinned_and_set_up_by_a_person_only(self):
        program = self.home.python("store", f"""import json, sys
ask = json.load(sys.stdin)
print(json.dumps({{"pale": 1, "results": [{{"reference": r, "value": "{REMOTE}"}} for r in ask["references"]]}}))
""")
        pinned = hashlib.sha256(program.read_bytes()).hexdigest()
        words = ("provider", "add", "mine", "--kind", "exec", "--set", f"program={program}", "--set", f"sha256={pinned}")
        self.assertFails(self.pale(*words, env=AGENT), 1, 523)
        added = self.must(*words)
        self.assertIn(f"it runs {program} as you", added.errors)
        self.assertEqual(REMOTE, self.must("read", "mine://x/y").text)
        # A repository's pale.toml reaches it only after trust.
        self.home.toml('[secrets.X]\nfrom = "mine://x/y"\n')
        self.assertFails(self.pale("run", "--", "true"), 125, 511)
        program.write_text(program.read_text().replace("import json", "import os; os.mkdir('pwned'); import json"))
        self.assertFails(self.pale("read", "mine://x/y"), 1, 610, "PALE-636")
        self.assertFalse((self.home.project / "pwned").exists())

    def test_the_environment_does_not_send_a_kept_credential_elsewhere(self):
        own, evil = FakeVault(), FakeVault()
        self.addCleanup(own.stop)
        self.addCleanup(evil.stop)
        own.kv["app"] = (1, {"password": REMOTE})
        evil.kv["app"] = (1, {"password": "evil"})
        self.must("provider", "add", "team", "--kind", "vault", "--set", f"address={own.address}", "--stdin", "token", input=TOKEN.encode())
        redirected = {"VAULT_ADDR": evil.address, "BAO_ADDR": evil.address, "VAULT_CACERT": "/nowhere.pem", "HTTP_PROXY": evil.address, "http_proxy": evil.address, "HTTPS_PROXY": evil.address}
        self.assertEqual(REMOTE, self.must("read", "team://secret/app#password", env=redirected).text)
        # Without an address in config.toml a credential of the vault has nowhere to go.
        nowhere = self.pale("provider", "add", "bare", "--kind", "vault", "--stdin", "token", input=TOKEN.encode(), env=redirected)
        self.assertFails(nowhere, 1, 601)
        self.assertEqual((0, []), (evil.refused, evil.reads))
        # What is not set up is the caller's own: address and token of the environment.
        ambient = self.must("read", "vault://secret/app#password", env={"VAULT_ADDR": own.address, "VAULT_TOKEN": TOKEN})
        self.assertEqual(REMOTE, ambient.text)

    def test_many_references_are_one_question_each_store(self):
        own = FakeVault()
        self.addCleanup(own.stop)
        own.kv["app"] = (1, {f"f{i}": f"value-{i}-Canary" for i in range(300)})
        text = "".join(f"vault://secret/app#f{i}\n" for i in range(300))
        result = self.must("inject", input=text.encode(), env={"VAULT_ADDR": own.address, "VAULT_TOKEN": TOKEN})
        self.assertEqual([f"value-{i}-Canary" for i in range(300)], result.text.splitlines())
        self.assertEqual(["app"], own.reads)


if __name__ == "__main__":
    import unittest

    unittest.main()
