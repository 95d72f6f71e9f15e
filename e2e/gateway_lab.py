"""The laboratory of the gateway: TLS servers that write down every byte, a home with a policy, a child to drive.

    lab = Lab(home)                     # servers, certificates, config.toml, pale.toml, the vault
    session = lab.session()             # pale gateway run -- gateway_puppet.py
    session.talk(connect="api.lab.test:443", send=b"GET / …")
    lab.taken()                         # what all servers got since the last call

The real values are in `SECRETS`; whoever finds one of them where the child can look has found a hole.
"""

import atexit
import base64
import json
import os
import re
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import traceback
import urllib.parse
from collections import Counter
from datetime import datetime
from pathlib import Path

import gateway_answers
from gateway_puppet import Reply, b64, replies, unb64
from harness import HERE, PALE, SELF, Test, eventually, kill_session, status_of

DOCS = HERE.parent / "docs" / "gateway.md"

# Random, of the alphabet of a Bearer token (RFC 6750): the slash and the plus look different in every rendering.
SECRETS = {
    "LAB_KEY": b"lab_9fQz7/LmX2+vB8rJ4wK1sPq5Tn0Yc6",
    "LAB_HEADER": b"hdr_Zt4mQ8/cW1+xN7bR3kV9yLd2Hs5Jp0",
    "LAB_BASIC": b"bas_3kR8v/WzM1+qT6nX0cB5jHs9Fd2Lg7",
    "LAB_QUERY": b"qry_7Jn2xBv9Wq4Lt6Zc1Ms8Rk3Pd5Hf0G",
    "LAB_PATH": b"1234567890:pth_6Vx3nQw8Rt5Yb2Mk9Lc4Zs7Hj1",
    "LAB_JSON": b"jsn_2Hb7/Kd4W+9sVq1Xm6Rt8Zc3Nf5Lp0",
    "LAB_FORM": b"frm_5Xc9/Nm3Q+8wLz2Vr6Tb1Hk7Jd4Sp0",
    "LAB_RULED": b"rul_8Wd1/Bz6T+4mKq9Xs3Vn7Rc2Lh5Jf0",
    "LAB_GIT": b"git_4Ls8Qv2Zm7Xk1Rn9Tc5Wb3Hd6Jp0Fy",
    "LAB_NPM": b"npmreal_6Tz1Xw9Bk4Vq7Mn2Rs5Lc8Hd3Jf0P",
    "LAB_MAVEN": b"mvn_1Qx5Zc8Vn3Wk7Lt2Rb6Ms9Hd4Jp0Fy",
    "LAB_PYPI": b"ppi_9Kv4Wm2Zx7Qn5Tc1Ls8Rb3Hd6Jf0Py",
}

HOSTS = ("api", "other", "closed", "header", "basic", "query", "path", "json", "form", "ruled", "git", "push", "npm", "maven", "pypi", "xn--bcher-kva", "a.wild", "b.a.wild", "wild")
NAMES = [f"{each}.lab.test" for each in HOSTS]


# Renderings --------------------------------------------------------------------------------------------------------


def cores(value, encode):
    """The part of a value's base64 that does not depend on what stands around it, for each of three places."""
    for offset in range(3):
        encoded = encode(b"\0" * offset + value)
        yield encoded[-(-offset * 8 // 6) : (offset + len(value)) * 8 // 6]


def renderings(value):
    """Every form of a value that the gateway promises to find."""
    yield "raw", value
    for core in cores(value, base64.b64encode):
        yield "base64", core
    for core in cores(value, base64.urlsafe_b64encode):
        yield "base64url", core
    yield "hex", value.hex().encode()
    yield "hex", value.hex().upper().encode()
    for safe in ("", "/"):
        quoted = urllib.parse.quote(value, safe=safe).encode()
        yield "percent", quoted
        yield "percent", re.sub(rb"%[0-9A-F]{2}", lambda m: m.group().lower(), quoted)
    yield "json", value.replace(b"/", b"\\/")


def find_values(data, strict=True, secrets=SECRETS):
    """Names and forms of real values in bytes; strict: a run of 14 bytes is enough."""
    found = []
    for name, value in secrets.items():
        for form, text in renderings(value):
            if text in data:
                found.append(f"{name} as {form}")
        if strict and any(value[at : at + 14] in data for at in range(len(value) - 13)):
            found.append(f"{name} in part")
    return sorted(set(found))


# Certificates ------------------------------------------------------------------------------------------------------


class Pki:
    """An authority made with openssl, a certificate of all lab names, and one of a stranger whom nobody trusts."""

    made = None

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pale-e2e-lab-"))
        # Some sessions are another user's.
        self.folder.chmod(0o755)
        atexit.register(shutil.rmtree, self.folder, True)
        self.ca, self.cert, self.key = self.authority("ca", NAMES + ["localhost", "*.wild.lab.test"], "IP:127.0.0.1")
        self.stranger = self.authority("stranger", NAMES)
        self.wrong_name = self.authority("wrong", ["somebody-else.example"], ca=("ca.pem", "ca.key"))
        self.expired = self.authority("expired", NAMES, ca=("ca.pem", "ca.key"), days=-1)

    @classmethod
    def get(cls):
        if cls.made is None:
            cls.made = cls()
        return cls.made

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def authority(self, name, names, more="", ca=None, days=2):
        """(certificate of the authority, certificate, key) as paths."""
        if ca is None:
            ca = (f"{name}.pem", f"{name}.key")
            self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", ca[1], "-out", ca[0], "-days", "2", "-subj", f"/CN=Lab {name}", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        alternatives = ",".join([f"DNS:{n}" for n in names] + ([more] if more else []))
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}-leaf.key", "-out", f"{name}.csr", "-subj", f"/CN={names[0]}")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", ca[0], "-CAkey", ca[1], "-CAcreateserial", "-days", str(days), "-extfile", f"{name}.ext", "-out", f"{name}-leaf.pem")
        return self.folder / ca[0], self.folder / f"{name}-leaf.pem", self.folder / f"{name}-leaf.key"


# Servers -----------------------------------------------------------------------------------------------------------


class Wire:
    """One connection of a server: bytes in, bytes out, all of it written down."""

    KEPT = 1 << 20

    def __init__(self, upstream, connection, number):
        self.upstream, self.connection, self.number = upstream, connection, number
        self.buffer = bytearray()
        self.kept = 0
        self.closed = False

    def fill(self, size=1 << 18):
        if self.closed:
            return False
        try:
            data = self.connection.recv(size)
        except OSError:
            return False
        if not data:
            return False
        self.upstream.note(self, data)
        self.buffer += data
        return True

    def head(self):
        """Up to an empty line, with line ends of any kind: a server that reads leniently."""
        while True:
            ends = [(at + len(mark)) for mark in (b"\r\n\r\n", b"\n\n", b"\n\r\n") if (at := self.buffer.find(mark)) >= 0]
            if ends:
                return self.cut(min(ends))
            if not self.fill():
                return b""

    def cut(self, size):
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def line(self):
        while b"\n" not in self.buffer:
            if not self.fill():
                raise ConnectionError("cut")
        return self.cut(self.buffer.index(b"\n") + 1)

    def take(self, size):
        while len(self.buffer) < size:
            if not self.fill():
                break
        return self.cut(size)

    def some(self, size):
        if not self.buffer:
            self.fill(size)
        return self.cut(min(size, len(self.buffer)))

    def send(self, data):
        self.connection.sendall(data)

    def wait(self, seconds):
        """Sleeps, and stops early when the server ends or the other side goes."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.upstream.ending.is_set():
            poll = select.poll()
            poll.register(self.connection, select.POLLIN | select.POLLHUP)
            if poll.poll(min(left, 0.2) * 1000) and not self.fill():
                raise ConnectionError("the other side has gone")

    def close(self):
        self.closed = True
        for step in (lambda: self.connection.shutdown(socket.SHUT_RDWR), self.connection.close):
            try:
                step()
            except OSError:
                pass


class Upstream:
    """A server on loopback for some of the names. With certificates it speaks TLS."""

    def __init__(self, name, pair=None, folder=None, address="127.0.0.1", port=0, backlog=512):
        self.name, self.folder = name, folder
        self.secrets = {"key": SECRETS["LAB_KEY"], "git": SECRETS["LAB_GIT"], "npm": SECRETS["LAB_NPM"], "maven": SECRETS["LAB_MAVEN"], "pypi": SECRETS["LAB_PYPI"]}
        self.chunks, self.handshakes, self.frames, self.errors = [], [], [], []
        # What came on a connection after a handshake that the server itself had spoiled.
        self.smuggled = b""
        self.counter = self.accepted = 0
        self.bytes = 0
        self.lock = threading.Lock()
        self.ending = threading.Event()
        self.wires = set()
        self.context = None
        if pair:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*pair)
            self.context.set_alpn_protocols(["http/1.1"])
            self.context.sni_callback = self.named
        self.listener = socket.create_server((address, port), backlog=backlog)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def named(self, connection, name, context):
        self.handshakes.append(name)

    def note(self, wire, data):
        with self.lock:
            self.bytes += len(data)
            if wire.kept < Wire.KEPT:
                self.chunks.append((wire.number, data[: Wire.KEPT - wire.kept]))
            wire.kept += len(data)

    def taken(self):
        """What came since the last call, connection after connection."""
        with self.lock:
            chunks, self.chunks = self.chunks, []
        found = {}
        for number, data in chunks:
            found[number] = found.get(number, b"") + data
        return b"".join(found[n] for n in sorted(found))

    def listen(self):
        while not self.ending.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self.serve, args=(connection, self.accepted), daemon=True).start()

    def serve(self, connection, number):
        wire = Wire(self, connection, number)
        self.wires.add(wire)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.context:
                connection.settimeout(30)
                wire.connection = self.context.wrap_socket(connection, server_side=True)
                wire.connection.settimeout(None)
            while not wire.closed:
                head = wire.head()
                if not head:
                    break
                asked = gateway_answers.Asked(wire, head)
                gateway_answers.find(asked.path)(asked)
                if asked.field("connection").lower() == "close":
                    break
        except (OSError, ValueError, struct.error):
            pass
        except Exception:
            self.errors.append(traceback.format_exc())
        finally:
            self.wires.discard(wire)
            wire.close()

    def close(self):
        self.ending.set()
        self.listener.close()
        for wire in list(self.wires):
            wire.close()


# The child ---------------------------------------------------------------------------------------------------------


def request(method="GET", path="/json", host="api.lab.test", fields=(), body=b"", version="1.1", length=True):
    """Bytes of a request as an honest client writes it."""
    lines = [f"{method} {path} HTTP/{version}"] + ([f"Host: {host}"] if host is not None else [])
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n"
    for field in fields:
        head += (field if isinstance(field, bytes) else field.encode("latin-1")) + b"\r\n"
    if body and length:
        head += b"Content-Length: %d\r\n" % len(body)
    return head + b"\r\n" + body


class Outcome:
    """What came of one connection: for the client, for the servers, in the log."""

    def __init__(self, session, result, methods, at):
        self.session, self.at = session, at
        self.raw = unb64(result["received"])
        self.connect = result["connect"]["status"] if result["connect"] else 0
        self.connect_raw = unb64(result["connect"]["raw"]) if result["connect"] else b""
        self.tls = result["tls"] or {}
        self.ended, self.error, self.arrivals = result["ended"], result["error"], result["arrivals"]
        self.replies = replies(self.raw, methods, eof=self.ended == "eof")
        self.final = [r for r in self.replies if r.status >= 200 or r.status == 101]
        self.reply = self.final[0] if self.final else Reply(b"")
        # The answer to the request, or to a CONNECT that was refused.
        self.status = self.reply.status
        self._taken = None

    @property
    def body(self):
        return self.reply.body

    @property
    def refusal(self):
        """The code of a refusal, which has to be the same in the field and in the body."""
        code = self.reply.field("pale-refusal")
        if code is None:
            return ""
        error = json.loads(self.reply.body)["error"]
        assert error["code"] == code and error["reason"], self
        return code

    @property
    def taken(self):
        """What all servers got meanwhile."""
        return self.settle()

    def settle(self):
        if self._taken is None:
            self._taken = self.session.lab.taken()
        return self._taken

    def __repr__(self):
        return f"\n  connect {self.connect_raw!r}\n  tls {self.tls}\n  received {self.raw[:3000]!r}\n  ended {self.ended} {self.error}\n  upstream {self.taken[:3000]!r}\n  gateway says {self.session.errors()[-1500:]}"


class Session:
    """`pale gateway run` with the puppet as its command."""

    def __init__(self, lab, options=(), before=(), env=None, python=SELF, script=None, pale=PALE, **popen):
        self.lab, self.home = lab, lab.home
        lab.sessions += 1
        base = Path(popen.pop("base", self.home.tmp))
        path = base / f"puppet-{lab.sessions}.sock"
        self.received = bytearray()
        self.last = None
        self.orders, self.answers, self.condition = 0, {}, threading.Condition()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            path.chmod(0o777)
            listener.listen(1)
            self.out, self.err = self.home.root / f"session-{lab.sessions}.out", self.home.root / f"session-{lab.sessions}.err"
            with open(self.out, "wb") as out, open(self.err, "wb") as err:
                self.process = self.home.start(*before, pale, "gateway", "run", *options, "--", python, "-IS", script or HERE / "gateway_puppet.py", path, env=env, stdout=out, stderr=err, **popen)
            self.socket = self.accept(listener)
        threading.Thread(target=self.listen, daemon=True).start()
        self.hello = self.order("hello")
        self.environment = self.hello["environment"]
        proxy = urllib.parse.urlsplit(self.environment.get("HTTPS_PROXY", ""))
        self.port, self.token = proxy.port, proxy.password or ""

    def accept(self, listener):
        end = time.monotonic() + 60
        listener.settimeout(0.2)
        while True:
            try:
                return listener.accept()[0]
            except TimeoutError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise AssertionError(f"the child did not start: {status_of(self.process.returncode or 0)} {self.errors()}") from None

    def listen(self):
        for line in self.socket.makefile("rb"):
            answer = json.loads(line)
            with self.condition:
                self.answers[answer["id"]] = answer
                self.condition.notify_all()
        with self.condition:
            self.answers["gone"] = True
            self.condition.notify_all()

    def send(self, do, **what):
        """Gives an order without waiting."""
        with self.condition:
            self.orders += 1
            number = self.orders
            self.socket.sendall(json.dumps({"id": number, "do": do, "with": what}).encode() + b"\n")
        return number

    def result(self, number, seconds=120):
        with self.condition:
            if not self.condition.wait_for(lambda: number in self.answers or "gone" in self.answers, seconds):
                raise AssertionError(f"the child did not answer within {seconds} s; gateway says {self.errors()}")
            if number not in self.answers:
                raise AssertionError(f"the child is gone; gateway says {self.errors()}")
            answer = self.answers.pop(number)
        if "error" in answer:
            raise AssertionError(f"in the child: {answer['error']}; gateway says {self.errors()}")
        return answer["result"]

    def order(self, do, seconds=120, **what):
        return self.result(self.send(do, **what), seconds)

    def errors(self):
        """What the gateway has said."""
        return self.err.read_text(errors="replace")

    @property
    def name(self):
        """How the gateway calls this session."""
        match = re.search(r"gateway (\d{8}-\d{6}-\d+)", self.errors())
        return match.group(1) if match else ""

    # What the child does -------------------------------------------------------------------------------------------

    def fake(self, name="LAB_KEY"):
        """The placeholder that the child has for a secret."""
        return self.environment[name].encode("latin-1")

    def talk(self, send=None, methods=("GET",), connect="api.lab.test:443", steps=None, **spec):
        """One connection. By default: sends the bytes, waits for as many answers as there are methods."""
        if self.last is not None:
            # What the servers got by now is the outcome before.
            self.last.settle()
        at = time.time()
        if steps is None:
            steps = [("send", send)] if send else []
            steps.append(("replies", list(methods)))
        ready = [[s[0], *(b64(p) if isinstance(p, (bytes, bytearray)) else p for p in s[1:])] for s in steps]
        if spec.get("connect_raw"):
            spec["connect_raw"] = b64(spec["connect_raw"])
        result = self.order("talk", connect=None if spec.get("connect_raw") else connect, steps=ready, **spec)
        outcome = self.last = Outcome(self, result, methods, at)
        self.received += outcome.raw + outcome.connect_raw
        return outcome

    def run(self, *command, env=None, input=None, timeout=60, cwd=None):
        """A real client in the child; gives (status, out, err)."""
        result = self.order("run", timeout + 30, command=[str(c) for c in command], env=env, input=b64(input) if input else None, timeout=timeout, cwd=str(cwd) if cwd else None)
        out, err = unb64(result["out"]), unb64(result["err"])
        self.received += out + err
        return Ran(command, result["status"], out, err, self)

    def gateway_pid(self):
        """The process that listens at the proxy's port."""
        return listener_pid(self.port)

    def stop(self):
        """Ends the child and with it the gateway; what it said at the end."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            kill_session(self.process)
            raise AssertionError(f"the gateway did not end with its child: {self.errors()}") from None
        self.socket.close()
        return self.errors()


class Ran:
    """A real client that ended."""

    def __init__(self, command, status, out, err, session):
        self.command, self.status, self.out, self.err, self.session = command, status, out, err, session

    def __repr__(self):
        return f"\n  call   {[str(c) for c in self.command]}\n  status {self.status}\n  stdout {self.out[-3000:]!r}\n  stderr {self.err[-3000:]!r}\n  gateway says {self.session.errors()[-1500:]}"


def listener_pid(port):
    """Which process listens at a TCP port of loopback."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and int(words[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{words[9]}]")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if any(os.readlink(fd) in inodes for fd in (entry / "fd").iterdir()):
                    return int(entry.name)
            except OSError:
                continue
    return 0


def memory(pid):
    """(resident now, most ever) in MiB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return tuple(int(re.search(rf"{key}:\s+(\d+)", text).group(1)) / 1024 for key in ("VmRSS", "VmHWM"))


# The whole ---------------------------------------------------------------------------------------------------------


def secret(name, hosts, slots, more=""):
    words = ", ".join(f'"{h}"' for h in hosts)
    slot = ", ".join(f'"{s}"' for s in slots)
    return f'[secrets.{name}]\ndeliver = "gateway"\nhosts = [{words}]\nslots = [{slot}]\n{more}\n'


STANDARD = "".join(
    (
        secret("LAB_KEY", ["api.lab.test"], ["scheme:Bearer"]),
        secret("LAB_HEADER", ["header.lab.test"], ["header:x-api-key"]),
        secret("LAB_BASIC", ["basic.lab.test"], ["basic:password"]),
        secret("LAB_QUERY", ["query.lab.test"], ["query:key"]),
        secret("LAB_PATH", ["path.lab.test"], ["path:1:bot"]),
        secret("LAB_JSON", ["json.lab.test"], ["json:/auth/token"]),
        secret("LAB_FORM", ["form.lab.test"], ["form:token"]),
        secret("LAB_RULED", ["ruled.lab.test"], ["scheme:Bearer"]),
        '[fence]\nhosts = ["other.lab.test", "xn--bcher-kva.lab.test", "http://plain.lab.test"]\n',
        """
[[gateway.rules]]
name = "read"
hosts = ["ruled.lab.test"]
methods = ["GET", "HEAD"]
paths = ["/v1/mine/**", "/v1/shared/*"]
action = "allow"

[[gateway.rules]]
name = "never"
hosts = ["ruled.lab.test"]
paths = ["/v1/mine/admin/**"]
action = "deny"

[[gateway.rules]]
name = "small writes"
hosts = ["ruled.lab.test"]
methods = ["PUT"]
paths = ["/v1/mine/**"]
max_body_bytes = 100
action = "allow"

[[gateway.rules]]
name = "often"
hosts = ["ruled.lab.test"]
methods = ["PATCH"]
paths = ["/v1/mine/**"]
requests_per_minute = 3
action = "allow"

[[gateway.rules]]
name = "ask"
hosts = ["ruled.lab.test"]
methods = ["POST"]
paths = ["/v1/mine/**"]
action = "approve"
""",
    )
)


class Lab:
    """Servers `api` (most names), `other` (other.lab.test), `closed` (closed.lab.test, which no policy names) and `plain`."""

    def __init__(self, home, policy=STANDARD, config="", secrets=SECRETS, folder=None, pair=None, connect=None, ca=True):
        self.home, self.sessions, self.read = home, 0, {}
        self.pki = Pki.get()
        pair = pair or (self.pki.cert, self.pki.key)
        self.api = Upstream("api", pair, folder)
        self.other = Upstream("other", pair)
        self.closed = Upstream("closed", pair)
        self.plain = Upstream("plain")
        self.upstreams = [self.api, self.other, self.closed, self.plain]
        home.init()
        home.set_all({n: v.decode() for n, v in secrets.items()})
        self.write_config(config, connect, ca)
        home.toml(policy)
        home.must("trust", "--yes")

    def write_config(self, more="", connect=None, ca=True):
        where = {f"{n}:443": self.api.port for n in NAMES}
        where["other.lab.test:443"] = self.other.port
        where["closed.lab.test:443"] = self.closed.port
        where["plain.lab.test:80"] = self.plain.port
        where.update(connect or {})
        lines = "".join(f'"{name}" = "127.0.0.1:{port}"\n' if isinstance(port, int) else f'"{name}" = "{port}"\n' for name, port in where.items())
        folder = self.home.pale_home / "config"
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / "config.toml"
        roots = f'upstream_ca = ["{self.pki.ca}"]\n' if ca else ""
        file.write_text(f"[gateway]\n{roots}approve_seconds = 2\n{more}\n[gateway.connect]\n{lines}")
        file.chmod(0o600)

    def session(self, **more):
        return Session(self, **more)

    def taken(self):
        return b"".join(each.taken() for each in self.upstreams)

    # The records ---------------------------------------------------------------------------------------------------

    def rows(self, session, since=0.0):
        """Rows of a session's request log that begin at or after a time, oldest first."""
        words = [session.name] if session.name else []
        return [row for row in rows_of(self.home.must("gateway", "log", *words, "--json").out) if seconds_of(row) >= since - 0.002]

    def alarms(self, since):
        """Alarms of the audit log since a time."""
        rows = rows_of(self.home.must("audit", "--json", "--last=0").out)
        return [row for row in rows if row["event"] == "gateway" and not row["allowed"] and row["detail"].startswith("alarm ") and seconds_of(row) >= since - 1.0]

    def close(self):
        for each in self.upstreams:
            each.close()


def rows_of(out):
    """Rows of a document with `rows`, of a list, or one a line."""
    text = out.decode()
    try:
        whole = json.loads(text)
        return whole["rows"] if isinstance(whole, dict) and "rows" in whole else whole if isinstance(whole, list) else [whole]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def seconds_of(row):
    """When a row of either log was written, since 1970."""
    return datetime.fromisoformat((row.get("time") or row["at"]).replace("Z", "+00:00")).timestamp()


# Tests -------------------------------------------------------------------------------------------------------------


class GatewayTest(Test):
    """Tests that share a laboratory and a session. What the client received is searched after every one."""

    shared = True
    policy = STANDARD
    config = ""

    @classmethod
    def prepare(cls, home):
        cls.lab = cls.make_lab(home)
        try:
            cls.session = cls.make_session()
        except BaseException:
            cls.lab.close()
            raise

    @classmethod
    def make_lab(cls, home):
        return Lab(home, policy=cls.policy, config=cls.config)

    @classmethod
    def make_session(cls):
        return cls.lab.session()

    @classmethod
    def tearDownClass(cls):
        try:
            if cls.shared and "session" in cls.__dict__:
                cls.session.stop()
        finally:
            if cls.shared and "lab" in cls.__dict__:
                cls.lab.close()
            super().tearDownClass()

    def setUp(self):
        super().setUp()
        # The test before may have left connections that are just being closed.
        end = time.monotonic() + 1
        while time.monotonic() < end and any(upstream.wires for upstream in self.lab.upstreams):
            time.sleep(0.01)
        self.lab.taken()
        self.seen = len(self.session.received)
        # Values whose return this very test shows to be open, as "LAB_KEY" or "in part".
        self.open = set()
        time.sleep(0.01)  # Rows tell milliseconds: those of the test before are older than that.
        self.begun = time.time()
        self.wanted, self.alarms = Counter(), 0
        if not self.shared:
            self.addCleanup(self.lab.close)
            self.addCleanup(lambda session: session.process.poll() is None and session.stop(), self.session)
        self.addCleanup(self.nothing_came_back)
        self.addCleanup(self.records_agree)

    # The three things that are looked at ---------------------------------------------------------------------------

    def nothing_came_back(self):
        """The byte search in everything that the client received."""
        found = find_values(bytes(self.session.received[self.seen :]), strict="in part" not in self.open)
        self.assertEqual([], [each for each in found if each.split(" ")[0] not in self.open], "a real value came back to the client")
        for upstream in self.lab.upstreams:
            self.assertEqual([], upstream.errors)

    def records_agree(self):
        """The request log has a row of each request, and the audit log has the alarms."""
        if not self.wanted:
            return
        rows = eventually(self.finished_rows, "every row is finished", 15)
        told = Counter()
        for row in rows:
            told[(row["status"], row["code"])] += 1
            if row["left"]:
                told.update(row["secrets"])
        self.assertEqual(Counter(), self.wanted - told, f"missing in the request log: {rows}")
        alarming = [row["code"] for row in rows if row["alarm"]]
        self.assertEqual(self.alarms, len(alarming), rows)
        # Alarms of one code are told two hundred times, and counted afterwards.
        audit = self.lab.alarms(self.begun) if alarming else []
        for code in set(alarming):
            told = [a for a in audit if f": {code}: " in a["detail"]]
            self.assertTrue(told, f"{code} is not in the audit log")

    def finished_rows(self):
        rows = self.lab.rows(self.session, self.begun)
        return rows and not any(row["state"] in ("open", "sent") for row in rows) and rows

    def expect(self, outcome, status, code="", secret=None, alarm=False):
        """What the records have to say of this at the end of the test."""
        self.wanted[(status, code)] += 1
        if secret:
            self.wanted[secret] += 1
        self.alarms += alarm
        return outcome

    def bearer(self, name="LAB_KEY"):
        return b"Authorization: Bearer " + self.session.fake(name)

    def ask(self, path="/json", method="GET", fields=None, body=b"", host="api.lab.test", key="LAB_KEY", **more):
        """An honest request with the placeholder in its slot."""
        fields = list(fields or ())
        if key:
            fields.append(self.bearer(key))
        more.setdefault("connect", f"{host}:443")
        return self.session.talk(request(method, path, host, fields, body), (method,), **more)

    def assertRefused(self, outcome, status, codes=None, alarm=False, logged=True):
        """The client got the status and the code, no server got anything, the records tell the same."""
        wanted = (status,) if isinstance(status, int) else status
        self.assertIn(outcome.status, wanted, outcome)
        self.assertNotEqual("", outcome.refusal, outcome)
        if codes:
            self.assertIn(outcome.refusal, (codes,) if isinstance(codes, str) else codes, outcome)
        self.assertEqual(b"", outcome.taken, outcome)
        self.assertEqual(1, len(outcome.final), outcome)
        if logged:
            self.expect(outcome, outcome.status, outcome.refusal, alarm=alarm)
        return outcome

    def assertMalformed(self, outcome, status=(400, 431, 501, 505)):
        """Refused, and the connection is closed: what follows on it cannot be understood."""
        self.assertRefused(outcome, status)
        self.assertIn(outcome.ended, ("eof", "reset"), outcome)

    def assertNothingUpstream(self, outcome):
        """No server got anything."""
        self.assertEqual(b"", outcome.taken, outcome)

    def assertAnswered(self, outcome, status=200, secret=None):
        """The server's own answer came; what the servers got is kept with it."""
        self.assertNotEqual(b"", outcome.taken, outcome)
        self.assertEqual(status, outcome.status, outcome)
        self.assertEqual("", outcome.refusal, outcome)
        return self.expect(outcome, status, secret=secret)

    def assertDocumented(self, *phrases):
        """docs/gateway.md names what stays open."""
        text = re.sub(r"\s+", " ", DOCS.read_text(encoding="utf-8")).lower() if DOCS.exists() else ""
        for phrase in phrases:
            self.assertTrue(phrase.lower() in text, f"docs/gateway.md does not tell that this is open: {phrase}")

    def nowhere(self, session, home, lab, of_gateway=("cmdline", "environ")):
        """The byte search where the child, or its owner's other tools, could look."""
        places = {
            "the child's environment": json.dumps(session.environment).encode(),
            "the gateway's messages": session.err.read_bytes() + session.out.read_bytes(),
            "the request log": home.must("gateway", "log").out + home.must("gateway", "log", "--json").out,
            "the audit log": home.must("audit").out + home.must("audit", "--json").out,
        }
        for folder in (home.root, Path("/dev/shm"), Path("/tmp/pale-%d" % os.getuid()), Path("/run/user/%d" % os.getuid())):
            if folder.is_dir():
                for path in folder.rglob("*"):
                    try:
                        if path.is_file() and not path.is_symlink() and path.stat().st_size < 64 << 20:
                            places[str(path)] = path.read_bytes()
                    except OSError:
                        continue
        pid = session.gateway_pid()
        if pid:
            for name in of_gateway:
                places[f"{name} of the gateway"] = Path(f"/proc/{pid}/{name}").read_bytes()
        for place, data in places.items():
            self.assertEqual([], find_values(data), place)

