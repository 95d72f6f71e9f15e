"""The gateway in trouble: killed, without disk, with too many and too slow clients. It fails closed and recovers."""

import base64
import json
import os
import signal
import socket
import struct
import threading
import time
from pathlib import Path

from gateway_answers import source_digest
from gateway_lab import SECRETS, GatewayTest, Lab, find_values, memory, request
from harness import LONG, as_root, eventually, need

MIB = 1 << 20
# The whole gateway, its virtual machine included.
MOST_MIB = 260


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class CrowdTest(GatewayTest):
    """One gateway under everything at once, and after each thing as good as before."""

    @classmethod
    def make_session(cls):
        session = cls.lab.session()
        cls.pid = session.gateway_pid()
        # Runs beside the other tests, because it takes as long as the gateway's patience.
        cls.slow = []
        head = b"CONNECT api.lab.test:443 HTTP/1.1\r\nX-Slow: " + b"a" * 600
        for delay in (0.1, 0.4):
            cls.slow.append(session.send("talk", connect=None, tls=False, timeout=120, steps=[["drip", base64.b64encode(head).decode(), delay], ["eof"]]))
        inside = base64.b64encode(b"GET /json HTTP/1.1\r\nHost: api.lab.test\r\nX-Slow: " + b"a" * 600).decode()
        cls.slow.append(session.send("talk", connect="api.lab.test:443", timeout=120, steps=[["drip", inside, 0.2], ["eof"]]))
        return session

    def served(self, most=5.0):
        begun = time.monotonic()
        outcome = self.ask()
        self.assertAnswered(outcome, 200, "LAB_KEY")
        self.assertLess(time.monotonic() - begun, most)

    def bounded(self):
        now, ever = memory(self.pid)
        self.assertLess(ever, MOST_MIB, f"resident {now:.0f} MiB, at most {ever:.0f} MiB")

    def settles(self, what, value, limit, seconds=20):
        eventually(lambda: value() <= limit, f"{what} at most {limit}, was {value()}", seconds)

    def test_many_half_open_tunnels(self):
        before = descriptors(self.pid)
        count = 10_000 if LONG else 4_000
        held = self.session.order("hold", seconds=180, name="tunnels", count=count, kind="tunnel", authority="api.lab.test:443")
        self.assertLess(descriptors(self.pid), 4_000, held)
        self.served()
        self.bounded()
        self.session.order("drop", name="tunnels")
        self.settles("descriptors", lambda: descriptors(self.pid), before + 50)
        self.served()

    def test_many_connections_that_say_nothing_or_half_of_it(self):
        before = descriptors(self.pid)
        for kind in ("tcp", "head", "hello"):
            self.session.order("hold", seconds=120, name=kind, count=1_500, kind=kind, authority="api.lab.test:443")
            self.served()
        self.bounded()
        for kind in ("tcp", "head", "hello"):
            self.session.order("drop", name=kind)
        self.settles("descriptors", lambda: descriptors(self.pid), before + 50)

    def test_clients_that_never_read(self):
        before = descriptors(self.pid)
        head = base64.b64encode(request(path="/source?bytes=1073741824", fields=[self.bearer()])).decode()
        for _ in range(40):
            self.session.order("stuck", name="stuck", authority="api.lab.test:443", head=head)
        time.sleep(1)
        self.served()
        self.bounded()
        self.session.order("drop", name="stuck")
        self.settles("descriptors", lambda: descriptors(self.pid), before + 10)

    def test_servers_that_stall(self):
        before = descriptors(self.pid)
        for part in ("head", "body", ""):
            head = base64.b64encode(request(path=f"/slow?s=300&part={part}", fields=[self.bearer()])).decode()
            for _ in range(15):
                self.session.order("stuck", name="stall", authority="api.lab.test:443", head=head)
        self.served()
        held = len(self.lab.api.wires)
        # The clients go: what was open upstream for them goes as well.
        self.session.order("drop", name="stall")
        self.settles("descriptors", lambda: descriptors(self.pid), before + 20)
        eventually(lambda: len(self.lab.api.wires) <= held - 40, "the server's connections are closed", 20)

    def test_large_bodies_in_constant_memory(self):
        size = (1024 if LONG else 192) * MIB
        self.served()
        head = request("POST", "/sink", fields=[self.bearer(), f"Content-Length: {size}"])
        up = self.session.order("upload", seconds=300, authority="api.lab.test:443", head=base64.b64encode(head).decode(), size=size, timeout=200)
        answer = base64.b64decode(up["received"])
        self.assertIn(b'"bytes": %d' % size, answer)
        down = self.session.order("download", seconds=300, authority="api.lab.test:443", head=base64.b64encode(request(path=f"/source?bytes={size}", fields=[self.bearer()])).decode(), timeout=200)
        self.assertEqual(size, down["bytes"])
        self.assertEqual(source_digest(size), down["sha256"])
        self.bounded()

    def test_a_slow_reader_does_not_fill_the_memory(self):
        size = 24 * MIB
        down = self.session.order("download", seconds=120, authority="api.lab.test:443", head=base64.b64encode(request(path=f"/source?bytes={size}", fields=[self.bearer()])).decode(), pause=0.002)
        self.assertEqual(size, down["bytes"])
        self.bounded()

    def test_many_alarms_do_not_fill_the_audit_log(self):
        data = request(fields=[b"X-Forward-Me: " + self.session.fake()])
        for _ in range(230):
            outcome = self.session.talk(data)
            self.assertEqual(403, outcome.status, outcome)
        told = [a for a in self.lab.alarms(self.begun) if "placeholder-wrong-slot" in a["detail"]]
        # Two hundred of a code are told one by one; the rest is counted when the gateway ends.
        self.assertLessEqual(len(told), 200)
        self.assertGreaterEqual(len(told), 150)

    def test_many_clients_at_once_get_their_own_answers(self):
        wrong = []

        def one(number):
            for n in range(15):
                path = f"/v1/{number}-{n}"
                outcome = self.ask(path)
                if outcome.status != 200 or json.loads(outcome.body)["path"] != path:
                    wrong.append(outcome)

        threads = [threading.Thread(target=one, args=(n,)) for n in range(16)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual([], wrong[:1])

    def test_zz_slow_heads_are_cut_off(self):
        for order in self.slow:
            result = self.session.result(order, 60)
            self.assertIn(result["ended"], ("eof", "reset"), result)
            # The patience is 20 seconds, and a drip does not prolong it.
            self.assertLess(result["seconds"], 26, result)
        self.served()


class KilledTest(GatewayTest):
    shared = False

    def test_a_killed_gateway_leaves_no_network_and_no_value(self):
        pid = self.session.gateway_pid()
        self.assertAnswered(self.ask("/echo"), 200, "LAB_KEY")
        head = base64.b64encode(request(path="/slow?s=60", fields=[self.bearer()])).decode()
        self.session.order("stuck", name="open", authority="api.lab.test:443", head=head)
        time.sleep(0.3)
        os.kill(pid, signal.SIGKILL)
        self.session.process.wait(20)
        # The records are looked at here: the row of what was under way is never finished.
        self.wanted.clear()
        eventually(lambda: not self.listens(), "nobody listens any more", 10)
        try:
            outcome = self.session.talk(request(fields=[self.bearer()]))
            self.assertEqual(0, outcome.connect)
            self.assertEqual("reset", outcome.ended, outcome)
        except AssertionError as gone:
            # The child has ended with it: that is no network either.
            self.assertIn("the child is gone", str(gone))
        except OSError:
            pass
        eventually(lambda: not self.lab.api.wires, "the server's connections are closed", 10)
        for path in self.home.root.rglob("*"):
            if path.is_file() and not path.is_symlink():
                self.assertEqual([], find_values(path.read_bytes()), path)
        rows = self.lab.rows(self.session)
        self.assertTrue([r for r in rows if r["path"].startswith("/echo") and r["status"] == 200], rows)
        # What was on its way is told as that.
        under_way = [r for r in rows if r["path"].startswith("/slow")]
        self.assertEqual(1, len(under_way), rows)
        self.assertIn(under_way[0]["state"], ("sent", "open"))
        self.assertTrue(under_way[0]["left"])
        # The next session starts, and removes what the killed one left.
        old = Path(self.session.environment["SSL_CERT_FILE"])
        next_one = self.lab.session()
        try:
            self.assertFalse(old.exists())
            outcome = next_one.talk(request(fields=[b"Authorization: Bearer " + next_one.fake()]))
            self.assertEqual(200, outcome.status, outcome)
            stale = next_one.talk(request(fields=[b"Authorization: Bearer " + self.session.environment["LAB_KEY"].encode()]))
            self.assertEqual(403, stale.status, stale)
        finally:
            next_one.stop()

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.session.port), 1).close()
            return True
        except OSError:
            return False

    def test_ends_by_signals_like_its_command(self):
        self.assertAnswered(self.ask(), 200, "LAB_KEY")
        os.kill(self.session.process.pid, signal.SIGTERM)
        self.session.process.wait(20)
        self.assertFalse(self.listens())
        self.assertNothingLeft()
        self.wanted.clear()


@as_root
@need("unshare", "util-linux")
class FullDiskTest(GatewayTest):
    """The folder of the logs is a file system of its own, and full."""

    shared = True

    @classmethod
    def make_session(cls):
        logs = cls.lab.home.pale_home / "state" / "gateway"
        logs.mkdir(mode=0o700, exist_ok=True)
        script = 'mount -t tmpfs -o size=3m,mode=700 tmpfs "$0" && exec "$@"'
        return cls.lab.session(before=("unshare", "-m", "--propagation", "private", "sh", "-c", script, logs))

    def records_agree(self):
        """The log is in another mount namespace: read there."""

    def inside(self):
        """The folder of the logs as the gateway sees it."""
        return Path(f"/proc/{self.session.hello['pid']}/root{self.home.pale_home}/state/gateway")

    def test_without_room_for_its_row_no_request_leaves(self):
        self.assertEqual(200, self.ask().status)
        filler = self.inside() / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while file.write(b"f" * 65536):
                    pass
            except OSError:
                pass
            try:
                while file.write(b"f"):
                    pass
            except OSError:
                pass
        # What was reserved before is used up first.
        refused = None
        for _ in range(4_000):
            outcome = self.ask("/json", fields=["X-Pad: " + "p" * 100])
            if outcome.status != 200:
                refused = outcome
                break
            self.assertHolds(b"GET /json", outcome.taken)
        self.assertIsNotNone(refused, "the log never was full")
        self.assertEqual(503, refused.status, refused)
        self.assertEqual("log-full", refused.refusal)
        self.assertIsNotNone(refused.reply.field("retry-after"))
        self.assertEqual(b"", refused.taken)
        for _ in range(5):
            again = self.ask()
            self.assertEqual((503, b""), (again.status, again.taken))
        # What is refused anyway may be refused without a row.
        self.assertEqual(403, self.ask(host="closed.lab.test").status)
        filler.unlink()
        outcome = eventually(lambda: (o := self.ask()) and o.status == 200 and o, "requests leave again", 15)
        self.assertHolds(SECRETS["LAB_KEY"], outcome.taken)
        rows = [json.loads(line) for log in self.inside().glob("*.jsonl") for line in log.read_bytes().splitlines() if line.strip()]
        self.assertGreater(len([r for r in rows if r.get("status") == 200]), 1)


class AbsentServerTest(GatewayTest):
    """Servers that are not there, or are none."""

    @classmethod
    def make_lab(cls, home):
        lab = Lab(home)
        cls.doors = [cls.door(b"HTTP/1.1 400 Bad Request\r\n\r\n"), cls.door(b"")]
        ports = [door.getsockname()[1] for door in cls.doors]
        lab.write_config(connect={"header.lab.test:443": 1, "query.lab.test:443": ports[0], "form.lab.test:443": ports[1]})
        return lab

    @staticmethod
    def door(answer):
        """A listener that answers the first bytes with this, or breaks the connection off."""
        listener = socket.create_server(("127.0.0.1", 0))

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    if answer:
                        connection.sendall(answer)
                    else:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        threading.Thread(target=serve, daemon=True).start()
        return listener

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        for door in cls.doors:
            door.close()

    def test_a_server_that_breaks_off_the_handshake_is_told(self):
        outcome = self.session.talk(request(host="form.lab.test"), connect="form.lab.test:443")
        self.assertEqual((502, "upstream-unreachable"), (outcome.status, outcome.refusal), outcome)
        self.expect(outcome, 502, outcome.refusal)

    def test_a_server_that_is_not_there_is_told(self):
        outcome = self.session.talk(request(host="header.lab.test", fields=[b"X-Api-Key: " + self.session.fake("LAB_HEADER")]), connect="header.lab.test:443")
        self.assertEqual(502, outcome.status, outcome)
        self.assertNotEqual("", outcome.refusal)
        self.expect(outcome, 502, outcome.refusal)

    def test_a_server_without_tls_gets_nothing(self):
        key = self.session.fake("LAB_QUERY").decode()
        outcome = self.session.talk(request(path=f"/json?key={key}", host="query.lab.test"), connect="query.lab.test:443")
        self.assertEqual(502, outcome.status, outcome)
        self.assertHoldsNot(SECRETS["LAB_QUERY"], outcome.taken)
