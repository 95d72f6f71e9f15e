"""The bypass catalogue, rows 19 to 23, 26 and 27: who else is on the machine, and what the agent itself may try.

Neighbours are other users, pages in a browser, and the child, which runs as the user who owns the gateway.
"""

import base64
import json
import os
import re
import socket
import stat
import time
from pathlib import Path

from gateway_lab import SECRETS, GatewayTest, find_values, listener_pid, request
from harness import LONG, PALE, as_root, eventually, need

NOBODY = 65534
PYTHON = "/usr/bin/python3"


def plain_port(session):
    """The port of the listener that asks for no token: for Java."""
    found = re.search(r"-Dhttps\.proxyPort=(\d+)", " ".join(session.environment.get(n, "") for n in ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")))
    return int(found.group(1)) if found else 0


class StrangerTest(GatewayTest):
    """Row 19: callers that do not belong to the session."""

    def test_row_19_without_the_token_nothing_is_answered(self):
        cases = ["none", "wrong", "empty", "Basic", "Basic !!!", "Bearer x", "Digest username=pale", "Basic " + base64.b64encode(b"pale").decode(), "Basic " + base64.b64encode(b"root:" + self.session.token.encode()).decode()]
        for auth in cases:
            with self.subTest(auth=auth):
                outcome = self.session.talk(request(fields=[self.bearer()]), auth=auth)
                self.assertEqual(407, outcome.connect, outcome)
                self.assertNotEqual("", outcome.refusal)
                self.assertIn("Basic", outcome.reply.field("proxy-authenticate"))
                self.assertNothingUpstream(outcome)

    def test_row_19_the_answer_is_the_same_for_every_guess(self):
        bodies = {self.session.talk(auth=auth).raw for auth in ("none", "wrong", "empty", "Basic " + base64.b64encode(b"pale:" + self.session.token[:-1].encode()).decode())}
        self.assertEqual(1, len(bodies), bodies)

    def test_row_19_two_credentials_are_none(self):
        raw = b"CONNECT api.lab.test:443 HTTP/1.1\r\nHost: api.lab.test:443\r\nProxy-Authorization: Basic eDp5\r\n@CREDENTIALS@\r\n"
        outcome = self.session.talk(connect_raw=raw)
        self.assertIn(outcome.connect, (400, 407), outcome)

    def test_row_19_the_token_counts_in_its_own_field_alone(self):
        token = b"Basic " + base64.b64encode(b"pale:" + self.session.token.encode())
        for field in (b"Authorization: ", b"Cookie: ", b"X-Proxy-Authorization: "):
            raw = b"CONNECT api.lab.test:443 HTTP/1.1\r\nHost: api.lab.test:443\r\n" + field + token + b"\r\n\r\n"
            self.assertEqual(407, self.session.talk(connect_raw=raw).connect)

    def test_row_19_a_page_in_a_browser_is_refused(self):
        own = f"127.0.0.1:{self.session.port}"
        cases = {
            "a fetch": f"GET / HTTP/1.1\r\nHost: {own}\r\nOrigin: https://evil.example\r\n\r\n",
            "a form": f"POST /answer HTTP/1.1\r\nHost: {own}\r\nOrigin: null\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi",
            "a rebound name": f"GET /explain?url=x HTTP/1.1\r\nHost: evil.example:{self.session.port}\r\n\r\n",
            "the own name": "GET /explain?url=x HTTP/1.1\r\nHost: gateway.pale.invalid\r\n\r\n",
            "the own name in full": "GET http://gateway.pale.invalid/explain?url=x HTTP/1.1\r\nHost: gateway.pale.invalid\r\n\r\n",
            "a web socket": f"GET / HTTP/1.1\r\nHost: {own}\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
            "TLS": None,
        }
        for name, head in cases.items():
            with self.subTest(case=name):
                data = head.encode() if head else b"\x16\x03\x01\x00\x05hello\r\n\r\n"
                outcome = self.session.talk(connect=None, tls=False, steps=[("send", data), ("linger", 0.3)])
                self.assertIn(outcome.status, (400, 403, 407), outcome)
                self.assertNotIn(b"access-control-allow-origin", outcome.raw.lower())
                self.assertNotIn(b"LAB_KEY", outcome.raw)

    def test_row_19_a_page_with_the_token_is_refused_too(self):
        for head in ("GET http://plain.lab.test/json HTTP/1.1\r\nHost: plain.lab.test\r\n", "CONNECT api.lab.test:443 HTTP/1.1\r\nHost: api.lab.test:443\r\n"):
            data = head.encode() + b"Origin: https://evil.example\r\n@CREDENTIALS@\r\n"
            outcome = self.session.talk(connect=None, tls=False, steps=[("tokens", data), ("linger", 0.3)])
            self.assertRefused(outcome, 403, "browser-request")

    def test_row_19_an_origin_inside_of_a_tunnel_is_the_servers_business(self):
        self.assertAnswered(self.ask(fields=["Origin: https://app.example"]), 200, "LAB_KEY")

    def test_row_19_the_listeners_are_on_loopback_alone(self):
        for port in (self.session.port, plain_port(self.session)):
            if port:
                for table in ("/proc/net/tcp", "/proc/net/tcp6"):
                    for line in Path(table).read_text().splitlines()[1:]:
                        address, _, number = line.split()[1].rpartition(":")
                        if int(number, 16) == port and line.split()[3] == "0A":
                            self.assertIn(address, ("0100007F", "0000000000000000FFFF00000100007F"))

    def test_row_19_a_process_outside_of_the_session_is_hung_up_on(self):
        """The test itself: the same user, but not below the gateway."""
        port = plain_port(self.session)
        self.assertNotEqual(0, port, self.session.environment)
        for data in (b"CONNECT api.lab.test:443 HTTP/1.1\r\nHost: api.lab.test:443\r\n\r\n", b"GET http://gateway.pale.invalid/explain?url=x HTTP/1.1\r\nHost: gateway.pale.invalid\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", port), 5) as stranger:
                try:
                    stranger.sendall(data)
                    answer = stranger.recv(100)
                except ConnectionError:
                    answer = b""
                self.assertNotIn(b" 200", answer)
                self.assertNotIn(b"{", answer)
        # The child is below it, and needs no token.
        outcome = self.session.talk(request(fields=[self.bearer()]), auth="none", address=["127.0.0.1", port])
        self.assertAnswered(outcome, 200, "LAB_KEY")

    @as_root
    @need("setpriv", "util-linux")
    def test_row_19_another_user_is_hung_up_on(self):
        script = self.home.tmp / "stranger.py"
        script.write_text(
            "import socket, sys\n"
            "for port in map(int, sys.argv[1:]):\n"
            "    s = socket.create_connection(('127.0.0.1', port), 5)\n"
            "    try:\n"
            "        s.sendall(b'CONNECT api.lab.test:443 HTTP/1.1\\r\\nHost: api.lab.test:443\\r\\n\\r\\n')\n"
            "        print(s.recv(100))\n"
            "    except ConnectionError: print(b'')\n"
        )
        other = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", PYTHON, "-IS")
        ports = [str(self.session.port), str(plain_port(self.session))]
        # Below the gateway, and with another user than its own.
        ran = self.session.run(*other, "-c", script.read_text(), *ports)
        self.assertEqual(0, ran.status, ran)
        self.assertNotIn(b" 200", ran.out)
        self.assertIn(b" 407", ran.out)
        beside = self.home.call(*other, "-c", script.read_text(), *ports, cwd="/")
        self.assertStatus(0, beside)
        self.assertNotIn(b" 200", beside.out)

    def test_row_19_folders_and_sockets_are_the_users_alone(self):
        folder = Path(self.session.environment["SSL_CERT_FILE"]).parent
        self.assertEqual(0o700, stat.S_IMODE(folder.stat().st_mode))
        for path in folder.rglob("*"):
            mode = stat.S_IMODE(path.stat().st_mode)
            self.assertEqual(0, mode & 0o077, f"{path} {mode:o}")
        logs = self.home.pale_home / "state" / "gateway"
        self.assertEqual(0o700, stat.S_IMODE(logs.stat().st_mode))
        for path in logs.iterdir():
            self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode), path)

    def test_row_19_the_private_key_of_the_authority_is_in_no_file(self):
        for path in self.home.root.rglob("*"):
            if path.is_file() and not path.is_symlink() and "session-" not in path.name:
                data = path.read_bytes()
                self.assertNotRegex(data, rb"BEGIN [A-Z ]*PRIVATE KEY", path)


class AgentTest(GatewayTest):
    """Rows 20, 21, 23, 26 and 27: what the child tries from where it is."""

    def test_row_21_the_policy_of_a_running_session_does_not_change(self):
        file = self.home.project / "pale.toml"
        config = self.home.pale_home / "config" / "config.toml"
        before, before_config = file.read_text(), config.read_text()
        try:
            file.write_text(before.replace('hosts = ["api.lab.test"]', 'hosts = ["api.lab.test", "closed.lab.test"]').replace('"other.lab.test"', '"other.lab.test", "closed.lab.test"'))
            self.assertRefused(self.ask(host="closed.lab.test"), 403, "host-not-allowed")
            self.assertAnswered(self.ask(), 200, "LAB_KEY")
            # A new session asks for trust again, and an agent cannot give it.
            result = self.home.pale("gateway", "run", "--", "touch", "started", closed=True)
            self.assertFails(result, 125, says="pale trust")
            self.assertFalse((self.home.project / "started").exists())
            told = self.session.run(PALE, "trust", "--yes", env={"CLAUDECODE": "1"}, cwd=self.home.project)
            self.assertNotEqual(0, told.status, told)
        finally:
            file.write_text(before)
            config.write_text(before_config)

    def test_row_21_the_files_of_the_authority_are_not_what_is_believed(self):
        """The child can write what it trusts itself; what the gateway sends upstream does not follow."""
        bundle = Path(self.session.environment["SSL_CERT_FILE"])
        before = bundle.read_bytes()
        bundle.chmod(0o600)
        try:
            bundle.write_bytes(self.lab.pki.stranger[0].read_bytes() + before)
            self.assertAnswered(self.ask(), 200, "LAB_KEY")
        finally:
            bundle.write_bytes(before)

    def test_row_21_a_request_that_a_person_has_to_allow_does_not_hang(self):
        begun = time.monotonic()
        outcome = self.ask("/v1/mine/x", "POST", ["Content-Type: text/plain"], b"pay 100", host="ruled.lab.test", key="LAB_RULED")
        self.assertLess(time.monotonic() - begun, 8)
        self.assertRefused(outcome, 503, "approval-pending")
        self.assertIsNotNone(outcome.reply.field("retry-after"))

    def test_row_21_the_agent_cannot_answer_for_the_person(self):
        order = self.session.send("talk", connect="ruled.lab.test:443", steps=[["send", base64.b64encode(request("POST", "/v1/mine/y", "ruled.lab.test", [self.bearer("LAB_RULED")], b"pay 100")).decode()], ["replies", ["POST"]]])
        time.sleep(0.5)
        said = b""
        for path in Path(self.session.environment["SSL_CERT_FILE"]).parent.rglob("*"):
            if stat.S_ISSOCK(path.stat().st_mode):
                script = (
                    "import json, socket, sys\ns = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); f = s.makefile('rwb')\n"
                    "def ask(**m):\n    f.write(json.dumps(m).encode() + b'\\n'); f.flush(); return json.loads(f.readline() or b'{}')\n"
                    "p = ask(op='pending', seen=-1, waitMillis=0); print(p)\n"
                    "for each in p.get('pending', []):\n    print(ask(op='answer', id=each['id'], allow=True, who='owner'))\n"
                )
                ran = self.session.run(PYTHON, "-IS", "-c", script, path)
                said += ran.out + ran.err
        self.assertNotIn(b"'answered': True", said)
        for words in (("gateway", "approve", "--yes"), ("gateway", "approve")):
            ran = self.session.run(PALE, *words, cwd=self.home.project, env={"PALE_HOME": str(self.home.pale_home)}, timeout=20)
            said += ran.out + ran.err
        result = self.session.result(order)
        self.assertNotIn(b"HTTP/1.1 200", base64.b64decode(result["received"]), said)
        self.assertEqual(b"", self.lab.taken())

    def test_row_23_credentials_in_answers_are_the_servers_own_and_the_docs_say_so(self):
        """What a server mints reaches the client: only the values that Pale put in are kept back."""
        outcome = self.ask("/fields")
        self.assertAnswered(outcome, 200, "LAB_KEY")
        self.assertEqual([], find_values(outcome.raw))
        self.assertDocumented("mint")

    def test_row_26_a_near_guess_is_answered_like_any_other(self):
        """Whoever guesses a value bit by bit learns nothing from the answers."""
        value = SECRETS["LAB_KEY"]
        answers = set()
        for guess in (value[:-1] + b"X", value[:20] + b"A" * 14, b"A" * 34, value[1:] + b"A"):
            outcome = self.ask(key=None, fields=[b"X-Guess: " + guess])
            answers.add((outcome.status, outcome.refusal, re.sub(rb"(?i)date:[^\r]*", b"", outcome.raw)))
        self.assertEqual(1, len(answers), answers)
        fake = self.session.fake()
        near = {(o.status, o.refusal) for o in (self.ask(key=None, fields=[b"X-Guess: " + g]) for g in (fake[:-1], fake[:-8] + b"AAAAAAAA"))}
        self.assertTrue(all(code in ("", "placeholder-unknown", "placeholder-wrong-slot") for _, code in near), near)

    def test_row_26_refusals_hold_nothing_of_the_request(self):
        marker = "MARKER-7c1f"
        for data in (
            request(fields=[f"X-Note: {marker}", b"X-Forward-Me: " + self.session.fake()]),
            request(path=f"/v1/../{marker}"),
            request(host=f"{marker.lower()}.example"),
            request("POST", fields=[f"Content-Length: +{marker}"]),
        ):
            outcome = self.session.talk(data)
            self.assertGreaterEqual(outcome.status, 400)
            self.assertHoldsNot(marker.lower().encode(), outcome.raw.lower())

    def test_row_22_an_error_page_shows_nothing_of_the_request(self):
        for path in ("/bad/garbage", "/bad/empty", "/bad/cut-head"):
            outcome = self.ask(path)
            self.assertEqual(502, outcome.status, outcome)
            self.assertHoldsNot(self.session.fake(), outcome.raw)

    def test_row_27_the_advisory_form_says_that_it_is_one(self):
        self.assertIn("advisory", self.session.errors())
        self.assertDocumented("advisory", "no_proxy")
        # Past the gateway there is a way, and all that can be taken along is the placeholder.
        ran = self.session.run("curl", "-s", "--noproxy", "*", "--cacert", self.lab.pki.ca, "--resolve", f"api.lab.test:{self.lab.api.port}:127.0.0.1", "-H", b"Authorization: Bearer ".decode() + self.session.fake().decode(), f"https://api.lab.test:{self.lab.api.port}/whoami")
        self.assertIn(b'"authenticated": false', ran.out, ran)
        self.assertNotIn(SECRETS["LAB_KEY"], self.lab.taken())

    def test_row_27_switches_that_lead_past_it_are_taken_away(self):
        for name in ("NO_PROXY", "no_proxy"):
            # The gateway itself needs no gateway.
            self.assertEqual(f"127.0.0.1:{self.session.port}", self.session.environment[name])
        for name in ("NODE_TLS_REJECT_UNAUTHORIZED", "GIT_SSL_NO_VERIFY", "PYTHONHTTPSVERIFY"):
            self.assertNotIn(name, self.session.environment)

    @classmethod
    def make_session(cls):
        switches = {"NO_PROXY": "*", "no_proxy": "api.lab.test", "NODE_TLS_REJECT_UNAUTHORIZED": "0", "GIT_SSL_NO_VERIFY": "1", "PYTHONHTTPSVERIFY": "0", "OLD_COPY": SECRETS["LAB_KEY"].decode()}
        return cls.lab.session(env=switches)

    def test_row_16_a_copy_in_another_variable_is_taken_away(self):
        self.assertNotIn("OLD_COPY", self.session.environment)
        self.assertIn("OLD_COPY", self.session.errors())

    def test_the_agent_may_ask_why(self):
        def explain(url, method="GET"):
            data = f"GET http://gateway.pale.invalid/explain?url={url}&method={method} HTTP/1.1\r\nHost: gateway.pale.invalid\r\n@CREDENTIALS@\r\n".encode()
            outcome = self.session.talk(connect=None, tls=False, steps=[("tokens", data), ("replies", ["GET"])])
            self.assertEqual(200, outcome.status, outcome)
            return outcome.body.decode()

        self.assertIn("LAB_KEY", explain("https://api.lab.test/json"))
        self.assertIn("scheme:Bearer", explain("https://api.lab.test/json"))
        self.assertIn("host-not-allowed", explain("https://closed.lab.test/"))
        self.assertIn("request-not-allowed", explain("https://ruled.lab.test/v1/theirs/x"))
        for url in ("nonsense", "https://api.lab.test@evil/", "ftp://x/", "https://api.lab.test/v1/../x"):
            explain(url)

    def test_zz_the_values_are_nowhere(self):
        # The caller's own copy is in what the gateway was started with, which only root reads (MemoryTest).
        self.nowhere(self.session, self.home, self.lab, of_gateway=("cmdline",))


class EndTest(GatewayTest):
    """Row 20: the end of a session, from whatever side."""

    shared = False

    def test_row_20_after_the_end_there_is_no_way_in(self):
        port = self.session.port
        self.assertAnswered(self.ask(), 200, "LAB_KEY")
        self.session.order("hold", name="x", count=3, kind="tunnel", authority="api.lab.test:443")
        said = self.session.stop()
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 2)
        self.assertFalse(Path(self.session.environment["SSL_CERT_FILE"]).exists())
        self.assertRegex(said, r"LAB_KEY left once, to api\.lab\.test, in scheme:Bearer; it appeared 0 times in the 240 bytes")
        self.assertEqual([], find_values(said.encode()))
        self.nowhere(self.session, self.home, self.lab)
        self.assertStatus(0, self.home.must("gateway", "log", "verify"))

    def test_row_20_the_proof_counts_what_was_kept_back(self):
        self.assertAnswered(self.ask("/echo"), 200, "LAB_KEY")
        said = self.session.stop()
        self.assertRegex(said, r"LAB_KEY left once, .*; servers sent it back once, each time replaced")
        self.assertEqual([], find_values(said.encode()))

    def test_row_20_a_log_that_was_changed_is_noticed(self):
        for _ in range(3):
            self.assertAnswered(self.ask(), 200, "LAB_KEY")
        name = self.session.name
        self.session.stop()
        file = next((self.home.pale_home / "state" / "gateway").glob("*.jsonl"))
        whole = file.read_bytes()
        lines = whole.splitlines(keepends=True)
        changes = {
            "a host": whole.replace(b"api.lab.test", b"xpi.lab.test", 1),
            "a status": whole.replace(b'"status":200', b'"status":404', 1),
            "a row gone": b"".join(lines[:1] + lines[2:]),
            "the last row gone": b"".join(lines[:-1]),
            "rows in another order": b"".join([lines[1], lines[0], *lines[2:]]),
            "nothing": b"",
        }
        for what, data in changes.items():
            with self.subTest(change=what):
                file.write_bytes(data)
                result = self.home.pale("gateway", "log", "verify", name)
                self.assertNotEqual(0, result.status, repr(result))
        file.write_bytes(whole)
        self.assertStatus(0, self.home.pale("gateway", "log", "verify", name))


@as_root
@need("setpriv", "util-linux")
class MemoryTest(GatewayTest):
    """Row 22: the gateway runs as an ordinary user, and the child as the same one."""

    user = 64321

    @classmethod
    def make_session(cls):
        home = cls.lab.home
        for path in [home.root, *home.root.rglob("*")]:
            os.chown(path, cls.user, cls.user, follow_symlinks=False)
        cls.before = ("setpriv", f"--reuid={cls.user}", f"--regid={cls.user}", "--clear-groups", "--no-new-privs")
        return cls.lab.session(before=cls.before, python=PYTHON)

    def setUp(self):
        super().setUp()
        self.must = lambda *words, **more: self.home.call(*self.before, PALE, *words, **more)
        self.pid = self.gateway()

    def gateway(self):
        return listener_pid(self.session.port)

    def records_agree(self):
        """The logs are this user's: read as this user."""

    def child(self, script, *words):
        ran = self.session.run(PYTHON, "-IS", "-c", script, *words)
        self.assertEqual([], find_values(ran.out + ran.err))
        return ran

    def test_row_22_the_child_cannot_look_into_the_gateway(self):
        self.assertEqual(self.user, os.stat(f"/proc/{self.session.hello['pid']}").st_uid)
        self.assertEqual(200, self.ask().status)
        for name in ("environ", "mem", "maps", "smaps", "auxv", "stack", "syscall", "fd/1", "map_files", "fdinfo/1", "io", "pagemap", "root/etc", "cwd/."):
            ran = self.child("import sys; p = f'/proc/{sys.argv[1]}/{sys.argv[2]}'\ntry:\n    f = open(p, 'rb'); print(f.read(10))\nexcept IsADirectoryError: import os; print(os.listdir(p))\n", str(self.pid), name)
            self.assertNotEqual(0, ran.status, f"{name}: {ran}")
            self.assertRegex(ran.err, rb"PermissionError|OSError", name)

    def test_row_22_the_child_cannot_attach_to_the_gateway(self):
        script = r"""
import ctypes, os, sys
pid = int(sys.argv[1]); libc = ctypes.CDLL(None, use_errno=True)
def told(what, result):
    print(what, result, os.strerror(ctypes.get_errno()) if result == -1 else "WORKED")
told("ptrace", libc.ptrace(16, pid, 0, 0))
told("seize", libc.ptrace(0x4206, pid, 0, 0))
buffer = ctypes.create_string_buffer(64)
class iov(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
told("process_vm_readv", libc.process_vm_readv(pid, ctypes.byref(iov(ctypes.addressof(buffer), 64)), 1, ctypes.byref(iov(0x400000, 64)), 1, 0))
fd = libc.syscall(434, pid, 0)
told("pidfd_getfd", libc.syscall(438, fd, 1, 0))
"""
        ran = self.child(script, str(self.pid))
        self.assertEqual(0, ran.status, ran)
        self.assertNotIn(b"WORKED", ran.out)

    def test_row_22_javas_own_tools_do_not_attach(self):
        tools = Path("/usr/lib/jvm/temurin-25-jdk-amd64/bin")
        if not (tools / "jcmd").exists():
            self.skipTest("no jcmd of a JDK 25")
        for words in (("jcmd", str(self.pid), "GC.heap_dump", f"{self.home.tmp}/heap.hprof"), ("jmap", f"-dump:file={self.home.tmp}/heap2.hprof", str(self.pid)), ("jstack", str(self.pid)))[: 3 if LONG else 1]:
            with self.subTest(tool=words[0]):
                ran = self.session.run(tools / words[0], *words[1:], timeout=30, env={"JAVA_TOOL_OPTIONS": None})
                self.assertNotEqual(0, ran.status, ran)
        self.assertEqual([], list(self.home.tmp.glob("*.hprof")))
        self.assertFalse(list(Path("/tmp").glob(f"hsperfdata_*/{self.pid}")), "the virtual machine shows itself to jps")
        self.assertEqual(200, self.ask().status)

    def test_row_22_its_command_line_holds_nothing(self):
        line = Path(f"/proc/{self.pid}/cmdline").read_bytes()
        self.assertEqual([], find_values(line))
        self.assertNotIn(self.session.token.encode(), line)

    def test_row_22_other_users_see_nothing_either(self):
        other = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
        for path in (f"/proc/{self.pid}/environ", f"/proc/{self.session.hello['pid']}/environ", self.session.environment["SSL_CERT_FILE"], self.home.pale_home / "state" / "gateway"):
            self.assertNotEqual(0, self.home.call(*other, "ls" if Path(path).is_dir() else "cat", path, cwd="/").status, path)

    def test_row_22_a_thread_dump_shows_no_value(self):
        self.assertEqual(200, self.ask().status)
        ran = self.session.run("/bin/kill", "-QUIT", str(self.pid))
        time.sleep(0.5)
        self.assertEqual(200, self.ask().status, ran)
        self.assertEqual([], find_values(self.session.err.read_bytes() + self.session.out.read_bytes()))

    def test_zz_row_22_a_crash_leaves_no_value_behind(self):
        """Last: it ends the gateway."""
        self.assertEqual(200, self.ask().status)
        with open(f"/proc/{self.pid}/limits") as limits:
            self.assertRegex(limits.read(), r"Max core file size\s+0\s")
        # A process of the same user may raise that again; what holds is that the gateway is not dumpable.
        self.session.run("prlimit", f"--pid={self.pid}", "--core=unlimited")
        before = set(Path("/tmp").iterdir()) | set(self.home.project.iterdir()) | set(Path("/var/crash").iterdir() if Path("/var/crash").is_dir() else ())
        # The child may send this signal: it is a process of the same user.
        self.session.send("run", command=["/bin/kill", "-SEGV", str(self.pid)])
        eventually(lambda: not Path(f"/proc/{self.pid}").exists() or "\nState:\tZ" in Path(f"/proc/{self.pid}/status").read_text(), "the gateway is gone", 20)
        time.sleep(0.3)
        after = set(Path("/tmp").iterdir()) | set(self.home.project.iterdir()) | set(Path("/var/crash").iterdir() if Path("/var/crash").is_dir() else ())
        places = [*self.home.root.rglob("*"), *(after - before)]
        for path in places:
            try:
                if path.is_file() and not path.is_symlink():
                    self.assertEqual([], find_values(path.read_bytes()), path)
                    self.assertNotRegex(path.name, r"^core|hs_err", path)
            except FileNotFoundError:
                continue

    @classmethod
    def tearDownClass(cls):
        try:
            cls.session.process.kill()
        finally:
            try:
                super().tearDownClass()
            except AssertionError:
                pass
