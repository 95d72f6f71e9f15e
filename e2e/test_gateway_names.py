"""The bypass catalogue, rows 11 to 14: names and addresses that lead elsewhere than they look."""

import subprocess

from gateway_lab import HERE, SELF, GatewayTest, Lab, Pki, request, secret
from harness import Test, as_root, need


def connected(authority):
    return f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n".encode("latin-1") + b"@CREDENTIALS@\r\n"


class NamesTest(GatewayTest):
    """Row 13: one name in many spellings, and names that only look like it."""

    def test_row_13_spellings_of_the_same_name_are_the_same(self):
        for authority in ("API.LAB.TEST:443", "api.lab.test.:443", "Api.Lab.Test.:443"):
            with self.subTest(authority=authority):
                outcome = self.session.talk(request(fields=[self.bearer()]), connect_raw=connected(authority), sni="api.lab.test")
                self.assertAnswered(outcome, 200, "LAB_KEY")
                self.assertHolds(b"\r\nHost: api.lab.test\r\n", outcome.taken)
        outcome = self.ask(host="xn--bcher-kva.lab.test", key=None)
        self.assertAnswered(outcome)

    def test_row_13_names_that_are_none_are_refused(self):
        names = [
            "api.lab.test..:443", ".api.lab.test:443", "api..lab.test:443", "api_.lab.test:443", "api.lab.test%00.evil.test:443", "api.lab.test%2eevil.test:443", "api%2elab.test:443",
            "api.lab.test@evil.test:443", "evil.test@api.lab.test:443", "api.lab.test:443@evil.test:443", "b\xc3\xbccher.lab.test:443", "api\xe3\x80\x82lab\xe3\x80\x82test:443", "\xd0\xb0pi.lab.test:443",
            "api.lab.test/:443", "api.lab.test\\.evil.test:443", "api.lab.test#.evil.test:443", "api.lab.test?.evil.test:443", "*.lab.test:443", "[api.lab.test]:443", "-api.lab.test:443", "api-.lab.test:443",
            "a" * 64 + ".test:443", ".".join(["a" * 60] * 5) + ":443", "api.lab.test,other.lab.test:443", "http://api.lab.test:443", "api.lab.test:443/", "api.lab.test\t:443", ":443", "api.lab.test.1:443",
        ]  # fmt: skip
        for authority in names:
            with self.subTest(authority=authority):
                outcome = self.session.talk(connect_raw=connected(authority), sni="api.lab.test", send=request(fields=[self.bearer()]))
                self.assertIn(outcome.connect, (400, 403), outcome)
                self.assertNotEqual("", outcome.refusal)
                self.assertIn(outcome.ended, ("eof", "reset"), outcome)
                self.assertNothingUpstream(outcome)

    def test_row_13_ports_are_exact(self):
        for port in ("", ":", ":0", ":00443", ":0443", ":+443", ":-443", ":4 43", ":0x1bb", ":443:443", ":65979", ":99999999999", ":443a", ":%34%34%33", ":\xb2"):
            with self.subTest(port=port):
                outcome = self.session.talk(connect_raw=connected("api.lab.test" + port), sni="api.lab.test", send=request(fields=[self.bearer()]))
                self.assertEqual(400, outcome.connect, outcome)
                self.assertNothingUpstream(outcome)
        for port in ("80", "8443", "1", "65535"):
            with self.subTest(port=port):
                outcome = self.session.talk(connect_raw=connected(f"api.lab.test:{port}"), sni="api.lab.test", send=request(fields=[self.bearer()]))
                self.assertRefused(outcome, 403, "host-not-allowed")

    def test_row_13_names_that_look_alike_are_other_names(self):
        # xn--pi-7kc is "аpi" with a Cyrillic a.
        for name in ("xn--pi-7kc.lab.test", "api.lab.test.evil.test", "evil-api.lab.test", "xapi.lab.test", "lab.test", "api.lab.tes", "api.lab.test.lab.test"):
            with self.subTest(name=name):
                self.assertRefused(self.ask(host=name), 403, "host-not-allowed")

    def test_row_13_user_names_in_targets_are_refused(self):
        for target in ("http://api.lab.test@plain.lab.test/json", "http://plain.lab.test@evil.test/json", "http://plain.lab.test:80@evil.test/", "http://a:b@plain.lab.test/json", "http://plain.lab.test\\@evil.test/"):
            with self.subTest(target=target):
                data = f"GET {target} HTTP/1.1\r\nHost: plain.lab.test\r\n@CREDENTIALS@\r\n".encode()
                outcome = self.session.talk(connect=None, tls=False, steps=[("tokens", data), ("replies", ["GET"])])
                self.assertRefused(outcome, (400, 403))


class AddressTest(GatewayTest):
    """Row 12: addresses of this machine and its networks, written in every way, where every host may be reached."""

    @classmethod
    def make_session(cls):
        return cls.lab.session(options=("--observe",))

    def attempts(self, host, port):
        """The same target as a tunnel and as a plain request."""
        yield self.session.talk(request(host=f"{host}:{port}"), connect_raw=connected(f"{host}:{port}"), sni=None)
        data = f"GET http://{host}:{port}/json HTTP/1.1\r\nHost: {host}:{port}\r\n@CREDENTIALS@\r\n".encode("latin-1")
        yield self.session.talk(connect=None, tls=False, steps=[("tokens", data), ("replies", ["GET"])])

    def unreachable(self, hosts, port, statuses=(400, 403)):
        before = [each.accepted for each in self.lab.upstreams]
        for host in hosts:
            for outcome in self.attempts(host, port):
                with self.subTest(host=host):
                    self.assertIn(outcome.status, statuses, outcome)
                    self.assertNotEqual("", outcome.refusal, outcome)
        self.assertEqual(before, [each.accepted for each in self.lab.upstreams])

    def test_row_12_loopback_in_every_spelling(self):
        hosts = [
            "127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.1", "0x7f.0.0.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.1", "0177.0.0.01", "127.0.0.1.", "127.0.0.01",
            "0", "0.0.0.0", "0.0.0.1", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]",
            "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[::1%lo]", "[::1%25lo]", "[fe80::1]", "[::ffff:0:127.0.0.1]", "localhost", "localhost.", "LOCALHOST",
        ]  # fmt: skip
        self.unreachable(hosts, self.lab.closed.port, (400, 403, 502))

    def test_row_12_networks_that_are_not_the_internet(self):
        hosts = [
            "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.255", "169.254.1.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
            "240.0.0.1", "255.255.255.255", "[fc00::1]", "[fd12:3456::1]", "[fe80::2]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[::ffff:10.0.0.1]", "[64:ff9b::10.0.0.1]", "[2002:a00:1::]", "[100::1]",
        ]  # fmt: skip
        self.unreachable(hosts, 80)

    def test_row_12_metadata_services(self):
        self.unreachable(["169.254.169.254", "[fd00:ec2::254]", "168.63.129.16", "100.100.100.200", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376"], 80)

    def test_row_12_addresses_of_this_machine(self):
        own = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()
        self.unreachable([f"[{a}]" if ":" in a else a for a in own], self.lab.closed.port)

    def test_row_12_observing_gives_no_secret_to_an_unknown_host(self):
        outcome = self.ask(host="closed.lab.test")
        self.assertEqual(403, outcome.status, outcome)
        self.expect(outcome, 403, outcome.refusal, alarm=True)
        plain = self.ask(host="closed.lab.test", key=None)
        self.assertAnswered(plain)


NAMESERVER = r"""
import socket, struct, sys, threading, time
# A name server for one zone: answers in turn what the zone says for a name; writes down what was asked.
zone = {
    "rebind.attack.test": [["198.41.0.4"], ["127.0.0.1"]],
    "inside.attack.test": [["127.0.0.1"]],
    "mixed.attack.test": [["198.41.0.4", "127.0.0.1"]],
    "alias.attack.test": ["inside.attack.test"],
    "six.attack.test": [["::1"]],
    "mapped.attack.test": [["::ffff:127.0.0.1"]],
    "meta.attack.test": [["169.254.169.254"]],
    "good.attack.test": [["198.41.0.4"]],
}
turns = {}
log = open(sys.argv[1], "a", buffering=1)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.53", 53))
def name(text):
    return b"".join(bytes([len(p)]) + p.encode() for p in text.split(".")) + b"\0"
while True:
    query, peer = server.recvfrom(2048)
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode()); at += 1 + query[at]
    asked, kind = ".".join(labels).lower(), struct.unpack(">H", query[at + 1 : at + 3])[0]
    question = query[12 : at + 5]
    answers, records = zone.get(asked), b""
    count = 0
    def add(owner, addresses):
        global records, count
        for a in addresses:
            six = ":" in a
            if (kind == 28) == six and kind in (1, 28):
                data = socket.inet_pton(socket.AF_INET6 if six else socket.AF_INET, a)
                records += owner + struct.pack(">HHIH", kind, 1, 0, len(data)) + data
                count += 1
    if answers and isinstance(answers[0], str):
        target = answers[0]
        data = name(target)
        records += b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 0, len(data)) + data
        count += 1
        add(name(target), zone[target][0])
    elif answers:
        if kind == 1:
            turn = turns.get(asked, 0)
            turns[asked] = turn + 1
            log.write(asked + "\n")
        else:
            turn = max(turns.get(asked, 1) - 1, 0)
        add(b"\xc0\x0c", answers[min(turn, len(answers) - 1)])
    flags = 0x8580 if answers else 0x8583
    server.sendto(query[:2] + struct.pack(">HHHHH", flags, 1, count, 0, 0) + question + records, peer)
"""


@as_root
@need("unshare", "util-linux")
@need("ip", "iproute2")
class ResolvingTest(GatewayTest):
    """Row 11: a name server that is the attacker's, in a network of its own.

    198.41.0.4 stands for an address of the internet: a second network namespace has it, and a server listens there.
    """

    @classmethod
    def make_lab(cls, home):
        cls.names = [f"{n}.attack.test" for n in ("rebind", "inside", "mixed", "alias", "six", "mapped", "meta", "good")]
        pki = Pki.get()
        ca, cert, key = pki.authority("attack", cls.names, ca=("ca.pem", "ca.key"))
        cls.pair = (cert, key)
        hosts = ", ".join(f'"{n}"' for n in cls.names)
        return Lab(home, policy=secret("LAB_KEY", cls.names, ["scheme:Bearer"]) + f"[fence]\nhosts = [{hosts}]\n")

    @classmethod
    def make_session(cls):
        home = cls.lab.home
        (home.tmp / "ns.py").write_text(NAMESERVER)
        (home.tmp / "resolv.conf").write_text("nameserver 127.0.0.53\noptions timeout:2 attempts:1\n")
        (home.tmp / "hosts").write_text("127.0.0.1 localhost\n")
        (home.tmp / "nsswitch.conf").write_text("hosts: files dns\n")
        # What listens on 443 of loopback in the gateway's network, and of the "internet" in the other one.
        (home.tmp / "server.py").write_text(
            f"import sys, time; sys.path.insert(0, {str(HERE)!r}); sys.argv = sys.argv[:1] + sys.argv[1:]\n"
            "import gateway_lab\n"
            f"s = gateway_lab.Upstream('x', ({str(cls.pair[0])!r}, {str(cls.pair[1])!r}), address=sys.argv[1], port=443)\n"
            "open(sys.argv[2] + '.ready', 'w').close()\n"
            "while True:\n"
            "    time.sleep(0.02)\n"
            "    data = s.taken()\n"
            "    if data or s.accepted:\n"
            "        open(sys.argv[2], 'ab').write(b'accepted %d\\n' % s.accepted + data); s.accepted = 0\n"
        )
        (home.tmp / "enter.sh").write_text(
            f"""set -e
cd {home.tmp}
mount --bind resolv.conf /etc/resolv.conf
mount --bind hosts /etc/hosts
[ -e /etc/nsswitch.conf ] && mount --bind nsswitch.conf /etc/nsswitch.conf
ip link set lo up
# The far side: a network of its own, held open by the server that runs in it.
unshare -n sh -c 'echo $$ >far.pid; while [ ! -e far.go ]; do sleep 0.05; done; ip link set lo up; ip addr add 198.41.0.4/24 dev far; ip link set far up; exec {SELF} -B server.py 198.41.0.4 {home.tmp}/far.log' </dev/null >far.out 2>&1 &
while [ ! -s far.pid ]; do sleep 0.05; done
ip link add near type veth peer name far netns $(cat far.pid)
touch far.go
ip addr add 198.41.0.9/24 dev near
ip link set near up
{SELF} -B server.py 127.0.0.1 {home.tmp}/near.log </dev/null >near.out 2>&1 &
{SELF} ns.py {home.tmp}/asked.log </dev/null >ns.out 2>&1 &
while [ ! -e far.log.ready ] || [ ! -e near.log.ready ]; do sleep 0.05; done
cd {home.project}
exec "$@"
"""
        )
        return cls.lab.session(before=("unshare", "-mn", "--propagation", "private", "sh", home.tmp / "enter.sh"))

    def listened(self, where):
        file = self.home.tmp / f"{where}.log"
        return file.read_bytes() if file.exists() else b""

    def setUp(self):
        super().setUp()
        for where in ("near", "far", "asked"):
            file = self.home.tmp / f"{where}.log"
            if file.exists():
                file.write_bytes(b"")

    def test_row_11_a_name_of_the_internet_is_dialled(self):
        outcome = self.ask(host="good.attack.test")
        self.assertEqual(200, outcome.status, outcome)
        self.expect(outcome, 200, secret="LAB_KEY")

    def test_row_11_names_that_lead_inside_are_refused(self):
        for name in ("inside", "alias", "six", "mapped", "meta"):
            with self.subTest(name=name):
                outcome = self.ask(host=f"{name}.attack.test")
                self.assertEqual(403, outcome.status, outcome)
                self.assertEqual("private-address", outcome.refusal)
                self.expect(outcome, 403, "private-address")
        self.assertEqual(b"", self.listened("near"))

    def test_row_11_one_bad_answer_among_good_ones_is_enough(self):
        outcome = self.ask(host="mixed.attack.test")
        self.assertEqual(403, outcome.status, outcome)
        self.assertEqual(b"", self.listened("near") + self.listened("far"))

    def test_row_11_what_was_checked_is_what_is_dialled(self):
        # The first answer is good, every later one leads inside: a second look would be the hole.
        outcome = self.ask(host="rebind.attack.test")
        self.assertEqual(200, outcome.status, outcome)
        self.assertEqual(b"", self.listened("near"))
        again = self.ask(host="rebind.attack.test")
        self.assertIn(again.status, (200, 403), again)
        self.assertEqual(b"", self.listened("near"))


class WildcardTest(Test):
    """Row 14: patterns that are wider than they look."""

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("LAB_KEY", b"lab_9fQz7/LmX2+vB8rJ4wK1sPq5Tn0Yc6")

    shared = True

    def start(self, hosts, more="", fence="", config=""):
        self.home.toml(secret("LAB_KEY", hosts, ["scheme:Bearer"], more) + fence)
        trusted = self.home.pale("trust", "--yes")
        if trusted.status:
            return trusted
        return self.home.pale("gateway", "run", "--", "true", closed=True)

    def test_row_14_hosts_that_anybody_can_rent_need_a_word(self):
        for host in ("*.github.io", "**.amazonaws.com", "bucket.s3.amazonaws.com", "*.com", "*.co.uk"):
            with self.subTest(host=host):
                result = self.start([host])
                self.assertNotEqual(0, result.status)
                self.assertRegex(result.errors, r"\[PALE-\d+\]")
                self.assertIn("shared_hosts", result.errors)
                self.assertStatus(0, self.start([host], "shared_hosts = true\n"))

    def test_row_14_any_wildcard_needs_the_word(self):
        result = self.start(["*.example.com"])
        self.assertNotEqual(0, result.status)
        self.assertIn("shared_hosts", result.errors)
        self.assertStatus(0, self.start(["*.example.com"], "shared_hosts = true\n"))

    def test_row_14_patterns_that_are_none_are_refused(self):
        for host in ("*", "**", "*.*.example.com", "api.*.com", "*example.com", "https://api.example.com/x", "user@example.com", "api.example.com:99999", "exa_mple.com", "*.1.2.3.4", "0x7f.1", "b\u00fccher.example"):
            with self.subTest(host=host):
                result = self.start([host], "shared_hosts = true\n")
                self.assertNotEqual(0, result.status, repr(result))
                self.assertRegex(result.errors, r"\[PALE-\d+\]")
                self.assertTidy(result)

    def test_row_14_no_host_is_no_wildcard(self):
        result = self.start([])
        self.assertNotEqual(0, result.status, repr(result))


class WildcardMatchTest(GatewayTest):
    """Row 14: what a wildcard matches."""

    policy = secret("LAB_KEY", ["*.wild.lab.test"], ["scheme:Bearer"], "shared_hosts = true\n")

    def test_row_14_one_label_and_never_the_apex(self):
        self.assertAnswered(self.ask(host="a.wild.lab.test"), 200, "LAB_KEY")
        for host in ("wild.lab.test", "b.a.wild.lab.test", "xwild.lab.test", "a.wild.lab.test.evil.test", "api.lab.test"):
            with self.subTest(host=host):
                self.assertRefused(self.ask(host=host), 403, "host-not-allowed")
