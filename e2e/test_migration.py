"""`pale init --import` takes over what other tools' files say; nothing in them is run."""

import base64
import subprocess

from harness import Test, need

class MigrationTest(Test):
    def init(self, *more, **options):
        return self.must("init", "--project", "shop", "--unlock", "keyfile", *more, **options)

    def toml(self):
        return (self.home.project / "pale.toml").read_text()

    @need("age")
    def test_fnox_values_are_decrypted_and_references_are_kept(self):
        key = self.home.project / "age.txt"
        subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
        recipient = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True).stdout.strip()
        sealed = subprocess.run(["age", "-r", recipient], input=b"canary-sealed-value", check=True, capture_output=True).stdout
        self.home.write(
            "fnox.toml",
            f"""
[providers]
age = {{ type = "age", recipients = ["{recipient}"] }}
onepass = {{ type = "1password", vault = "Dev" }}
[secrets]
SEALED = {{ provider = "age", value = "{base64.b64encode(sealed).decode()}", description = "it was sealed" }}
STRIPE = {{ provider = "onepass", value = "Stripe/key" }}
LEVEL = {{ default = "info", if_missing = "ignore" }}
""",
        )
        result = self.init("--import", "fnox.toml", "-e", "dev", env={"FNOX_AGE_KEY_FILE": str(key)})
        self.assertEqual(b"canary-sealed-value", self.must("get", "SEALED").out)
        self.assertEqual(b"info", self.must("get", "LEVEL").out)
        toml = self.toml()
        self.assertIn('from = "op://Dev/Stripe/key"', toml)
        self.assertIn('description = "it was sealed"', toml)
        self.assertIn("optional = true", toml)
        self.assertNotIn("canary", toml)
        self.assertIn("pale trust", result.errors)

    @need("age")
    def test_a_value_that_no_identity_opens_is_named_and_not_taken(self):
        self.home.write(
            "fnox.toml",
            '[providers]\nage = { type = "age" }\n[secrets]\nSEALED = { provider = "age", value = "bm90IGFnZQ==" }\nLEVEL = { default = "info" }\n',
        )
        result = self.init("--import", "fnox.toml", "-e", "dev")
        self.assertIn("no identity here opens SEALED", result.errors)
        self.assertEqual(b"info", self.must("get", "LEVEL").out)
        self.assertNotEqual(0, self.pale("get", "SEALED").status)
        self.assertEqual(125, self.pale("run", "--", "true").status, "it is declared, so nothing starts without it")

    def test_an_envrc_is_not_run(self):
        self.home.write(".envrc", "export TOKEN=$(touch pwned)\ntouch pwned\n")
        self.init("--import", ".envrc", "-e", "dev")
        self.assertFalse((self.home.project / "pwned").exists())
        self.assertIn("[secrets.TOKEN]", self.toml())

    def test_what_is_there_is_offered_and_not_taken_without_an_answer(self):
        self.home.write("secretspec.toml", '[project]\nname="shop"\n[profiles.default]\nDB = { description = "the base", required = false }\n')
        self.home.write(".env.schema", "# @sensitive\nTOKEN=\n")
        result = self.init()
        self.assertIn("pale init --import secretspec.toml .env.schema", result.errors)
        self.assertNotIn("DB", self.toml())
        self.init("--import", "secretspec.toml", ".env.schema")
        self.assertIn("[secrets.DB]", self.toml())
        self.assertIn("[secrets.TOKEN]", self.toml())

    def test_what_is_no_plaintext_is_not_called_plaintext(self):
        for name in (".env.age", ".env.tpl", ".env.keys", ".env.example"):
            self.home.write(name, "A=op://x/y/z\n")
        result = self.init()
        self.assertNotIn("plaintext here", result.errors)
        self.home.call("git", "init", "-q", ".")
        ignored = lambda name: self.home.call("git", "check-ignore", "-q", name).returncode == 0
        self.assertFalse(ignored(".env.age"), "an encrypted file is for git")
        self.assertTrue(ignored(".env.keys"))

    def test_a_second_import_keeps_the_users_own_lines(self):
        self.home.write("secretspec.toml", '[profiles.default]\nDB = { description = "theirs" }\n')
        self.init()
        mine = self.toml() + '\n# mine\n[secrets.DB]\ndescription = "mine"\noptional = true\n'
        (self.home.project / "pale.toml").write_text(mine)
        self.init("--import", "secretspec.toml")
        self.assertEqual(mine, self.toml())

    def test_a_hostile_file_gets_an_error_with_its_place(self):
        for name, text in (
            ("secrets.yml", "A: [canary-value\n"),
            ("fnox.toml", "[secrets\ncanary-value"),
            (".infisical.json", '{"workspaceId": '),
            ("doppler.yaml", "setup: &a [*a]\n"),
        ):
            with self.subTest(file=name):
                self.home.write(name, text)
                result = self.pale("init", "--project", "shop", "--unlock", "keyfile", "--import", name)
                self.assertEqual(1 if name != "doppler.yaml" else result.status, result.status, result.errors)
                self.assertNotIn("canary", result.errors)
                self.assertNotIn("Exception", result.errors)

    def test_dotenvx_files_are_opened_with_their_key_file(self):
        """The values of crypto's own test, in a file."""
        self.home.write(".env.production", OPENED[0])
        refused = self.pale("init", "--project", "shop", "--unlock", "keyfile", "--import", ".env.production", "--dialect", "dotenv")
        self.assertEqual(1, refused.status)
        self.assertIn("PALE-672", refused.errors)
        self.home.write(".env.keys", f"DOTENV_PRIVATE_KEY_PRODUCTION={OPENED[1]}\n")
        self.init("--import", ".env.production", "--dialect", "dotenv")
        self.assertEqual(b"hello", self.must("get", "A").out)
        self.assertEqual(b"open", self.must("get", "PLAIN").out)
        self.assertNotEqual(0, self.pale("get", "DOTENV_PUBLIC_KEY_PRODUCTION").status)
        self.assertTrue((self.home.project / ".env.production").exists(), "it is no plaintext")


# Made by dotenvx 2.38 for these tests; the key opens nothing else.
OPENED = (
    'DOTENV_PUBLIC_KEY_PRODUCTION="02aa"\nA=encrypted:BMq01Hea4MZo2bmuPZY6uFjE5vgENr7rgCbQrAMaCw7hoBvo1w468fzwObLuXJHPWfge3x+ynTcbGZtlPmCweMl/c9qNDeFXTrs0XrXozHpKX+EWSpBnV0MVa6cXzXKsRWfWkKr6\nPLAIN=open\n',
    "4f51b64ce61cdcec4a0d9b97a6885049070444e6b95cc1ca8ff30d42ea15a3ef",
)
