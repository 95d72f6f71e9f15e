"""Attacks on stores: settings and programs of somebody else, trust that is stretched, kept values of another store."""

import shutil

from test_references import AGENT, DEV, PROD, REMOTE, TOKEN, Base, FakeVault

EVIL = "evil-Canary-7hG3"
PASSPHRASE = "hunter2-Canary-passphrase"


class StoreAttackTest(Base):
    def setUp(self):
        super().setUp()
        self.own, self.evil = FakeVault(), FakeVault()
        self.addCleanup(self.own.stop)
        self.addCleanup(self.evil.stop)
        self.own.kv["app"] = (1, {"password": REMOTE})
        self.evil.kv["app"] = (1, {"password": EVIL})
        self.config = self.home.pale_home / "config" / "config.toml"

    def add(self, *more):
        return self.must("provider", "add", "team", "--kind", "vault", "--set", f"address={self.own.address}", "--stdin", "token", *more, input=TOKEN.encode())

    def script(self, name, text):
        """A program in a folder of the attacker; gives the folder."""
        folder = self.home.root / "evil-bin"
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / name).write_text("#!/bin/sh\n" + text)
        (folder / name).chmod(0o755)
        return folder

    def assertNowhere(self, result):
        self.assertQuiet(result)
        self.assertEqual((0, []), (self.evil.refused, self.evil.reads))

    def test_a_credential_is_not_sent_where_other_settings_say(self):
        self.add()
        self.assertEqual(REMOTE, self.must("read", "team://secret/app#password").text)
        own = self.config.read_text()
        for text in (own.replace(self.own.address, self.evil.address), own + 'namespace = "x"\n', own.replace('"vault"', '"doppler"').replace("address", "host")):
            self.assertNotEqual(own, text)
            self.config.write_text(text)
            for call in (("read", "team://secret/app#password"), ("provider", "test", "team"), ("push", "--to", "team:secret/x", "--yes")):
                with self.subTest(text=text, call=call):
                    result = self.pale(*call)
                    self.assertStatus(1, result)
                    self.assertIn("PALE-619", result.errors + result.text)
                    self.assertNowhere(result)
        # How long values are kept is not for the credential to mind.
        self.config.write_text(own + 'cache = "1h"\n')
        self.assertEqual(REMOTE, self.must("read", "team://secret/app#password").text)
        self.assertHoldsNot(b"SETUP", self.must("provider", "show", "team").out.upper())

    def test_a_variable_that_moves_the_settings_does_not_move_the_credential(self):
        self.add()
        moved = {"PALE_HOME": None}
        for name in ("data", "state"):
            home = self.home.root / f"xdg-{name}"
            home.mkdir(mode=0o700)
            (self.home.pale_home / name).rename(home / "pale")
            moved[f"XDG_{name.upper()}_HOME"] = str(home)
        mine = self.home.root / "xdg-config" / "pale"
        mine.parent.mkdir(mode=0o700)
        mine.mkdir(mode=0o700)
        shutil.copy2(self.config, mine)
        moved["XDG_CONFIG_HOME"] = str(mine.parent)
        self.assertEqual(REMOTE, self.must("read", "team://secret/app#password", env=moved).text)
        clone = self.home.project / ".config" / "pale"
        clone.mkdir(parents=True, mode=0o700)
        (clone / "config.toml").write_text(f'[providers.team]\nkind = "vault"\naddress = "{self.evil.address}"\n')
        (clone / "config.toml").chmod(0o600)
        moved["XDG_CONFIG_HOME"] = str(clone.parent)
        self.assertNowhere(self.assertFails(self.pale("read", "team://secret/app#password", env=moved), 1, 619))

    def test_a_program_on_somebodys_path_gets_no_credential(self):
        stolen = self.home.root / "stolen"
        folder = self.script("op", f'env > {stolen}; exit 1\n')
        self.must("provider", "add", "one", "--kind", "op", "--stdin", "service_account_token", input=TOKEN.encode())
        path = {"PATH": f"{folder}:/usr/bin:/bin"}
        self.assertFails(self.pale("read", "one://a/b/c", env=path), 1, 610)
        self.assertFails(self.pale("provider", "test", "one", env={**path, **AGENT}), 1, 648)
        self.assertFalse(stolen.exists())
        # The one that a person named is started.
        self.must("provider", "add", "one", "--replace", "--kind", "op", "--set", f"program={folder / 'op'}", "--stdin", "service_account_token", input=TOKEN.encode())
        self.assertFails(self.pale("read", "one://a/b/c"), 1, 610)
        self.assertIn(TOKEN, stolen.read_text())

    def test_what_unlocks_pale_reaches_no_store(self):
        seen = self.home.root / "seen"
        folder = self.script("op", f'env > {seen}; exit 1\n')
        env = {"PATH": f"{folder}:/usr/bin:/bin", "PALE_PASSPHRASE": PASSPHRASE, "MINE": "mine-Canary"}
        self.assertFails(self.pale("read", "op://a/b/c", env=env), 1, 610)
        self.assertIn("MINE=", seen.read_text())
        self.assertNotIn("PALE_", seen.read_text())
        self.home.write("p.env", "A=env://PALE_PASSPHRASE\n")
        self.assertFails(self.pale("run", "--env-file", "p.env", "--", "true", env=env), 125, 104)

    def test_an_agent_does_not_steer_a_trusted_file_with_variables(self):
        self.home.write("app.env", "A=pale://shop/$APP_ENV/KEY\n")
        self.must("trust", "app.env", "--yes")
        back = ("run", "--env-file", "app.env", "--", "sh", "-c", 'printf %s "$A" | rev')
        result = self.pale(*back, env={**AGENT, "APP_ENV": "prod"})
        self.assertFails(result, 125, 659, "variable")
        self.assertHoldsNot(PROD[::-1].encode(), result.out)
        # Its own environment it has anyway, and a person says what a person wants.
        self.assertEqual(DEV[::-1], self.must(*back, env={**AGENT, "APP_ENV": "dev"}).text)
        self.assertEqual(PROD[::-1], self.must(*back, env={"APP_ENV": "prod"}).text)

    def test_a_kept_value_of_the_store_that_a_variable_named_is_not_anothers(self):
        evil = {"VAULT_ADDR": self.evil.address, "VAULT_TOKEN": TOKEN}
        own = {"VAULT_ADDR": self.own.address, "VAULT_TOKEN": TOKEN}
        self.must("provider", "add", "free", "--kind", "vault", "--cache", "8h", env=own)
        self.assertEqual(EVIL, self.must("read", "free://secret/app#password", env=evil).text)
        self.assertFails(self.pale("read", "--offline", "free://secret/app#password", env=own), 1, 610, "PALE-660")
        self.must("read", "free://secret/app#password", env=own)
        fresh = {**own, "VAULT_TOKEN": "another"}
        self.assertEqual(REMOTE, self.must("read", "--offline", "free://secret/app#password", env=fresh).text)

    def test_what_the_store_said_is_gone_does_not_come_back_offline(self):
        self.add("--cache", "8h", "--offline-fallback")
        self.must("read", "team://secret/app#password")
        self.own.kv.clear()
        self.assertFails(self.pale("read", "team://secret/app#password"), 1, 104)
        self.assertQuiet(self.assertFails(self.pale("read", "--offline", "team://secret/app#password"), 1, 610, "PALE-660"))

    def test_a_file_of_references_without_end_is_refused(self):
        self.home.write("many.env", "".join(f"A{i}=pale://shop/dev/KEY\n" for i in range(10001)))
        self.assertFails(self.pale("run", "--env-file", "many.env", "--", "true"), 125, 655)


if __name__ == "__main__":
    import unittest

    unittest.main()
