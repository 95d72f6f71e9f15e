"""What the laboratory's server answers: one function a path. Most of them do what no honest server does.

A function takes an Asked and writes the bytes of the answer. The credential that a request came with is in
`asked.secret`: the endpoints that reflect it show what a client could collect.
"""

import base64
import gzip
import hashlib
import json
import os
import struct
import subprocess
import time
import urllib.parse
import zlib

WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
ANSWERS = {}


def answers(path):
    def keep(function):
        ANSWERS[path] = function
        return function

    return keep


def find(path):
    """The function for a path: its longest registered beginning."""
    while path:
        if path in ANSWERS:
            return ANSWERS[path]
        path = path[: path.rindex("/")] if "/" in path else ""
    return unknown


class Asked:
    """One request as it came."""

    def __init__(self, wire, head):
        self.wire = wire
        self.raw = head
        lines = head.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
        words = lines[0].decode("latin-1").split(" ")
        self.method = words[0]
        self.target = words[1] if len(words) > 1 else ""
        split = urllib.parse.urlsplit(self.target)
        self.path = split.path
        self.query = dict(urllib.parse.parse_qsl(split.query, keep_blank_values=True))
        self.fields = []
        for line in lines[1:]:
            name, _, value = line.partition(b":")
            self.fields.append((name.decode("latin-1").lower().strip(), value.strip().decode("latin-1")))
        self._body = None

    def field(self, name):
        for each, value in self.fields:
            if each == name:
                return value
        return ""

    @property
    def secret(self):
        """What the client is known by: Bearer, Basic's password, x-api-key or ?key=."""
        scheme, _, rest = self.field("authorization").partition(" ")
        if scheme.lower() == "basic":
            try:
                return base64.b64decode(rest).partition(b":")[2]
            except ValueError:
                return rest.encode("latin-1")
        return (rest or self.field("x-api-key") or self.query.get("key", "") or "nothing").encode("latin-1")

    @property
    def body(self):
        if self._body is None:
            self._body = b"".join(self.pieces())
        return self._body

    def pieces(self):
        """The body as it arrives."""
        if "chunked" in self.field("transfer-encoding").lower():
            while True:
                size = int(self.wire.line().split(b";")[0], 16)
                if size == 0:
                    while self.wire.line().strip():
                        pass
                    return
                yield self.wire.take(size)
                self.wire.line()
        else:
            left = int(self.field("content-length") or 0)
            while left:
                piece = self.wire.some(min(left, 1 << 18))
                if not piece:
                    return
                left -= len(piece)
                yield piece

    # Writing -------------------------------------------------------------------------------------------------------

    def raw_answer(self, data):
        self.wire.send(data)

    def head(self, status="200 OK", *fields):
        self.wire.send(b"HTTP/1.1 " + status.encode() + b"\r\n" + b"".join(f.encode("latin-1") if isinstance(f, str) else f for f in (f"{n}: {v}\r\n" if isinstance(v, str) else n.encode() + b": " + v + b"\r\n" for n, v in fields)) + b"\r\n")

    def answer(self, body, status="200 OK", *fields, kind="application/json"):
        self.body
        self.head(status, ("Content-Type", kind), ("Content-Length", str(len(body))), *fields)
        if self.method != "HEAD":
            self.wire.send(body)

    def deliver(self, body, how, *fields, status="200 OK", kind="application/json"):
        """The same body in one of the ways in which bodies come."""
        self.body
        how = how or "length"
        common = (("Content-Type", kind), *fields)
        if how == "length":
            self.head(status, ("Content-Length", str(len(body))), *common)
            self.wire.send(body)
        elif how == "chunk":
            self.head(status, ("Transfer-Encoding", "chunked"), *common)
            self.wire.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
        elif how == "bytes":
            self.head(status, ("Transfer-Encoding", "chunked"), *common)
            for byte in body:
                self.wire.send(b"1\r\n%c\r\n" % byte)
            self.wire.send(b"0\r\n\r\n")
        elif how == "drip":
            # Each byte a record of TLS of its own, so that every read ends inside of the value.
            self.head(status, ("Content-Length", str(len(body))), *common)
            for at in range(len(body)):
                self.wire.send(body[at : at + 1])
        elif how == "close":
            self.head(status, ("Connection", "close"), *common)
            self.wire.send(body)
            self.wire.close()
        elif how == "long":
            # Above what can be kept back whole: 300 KiB before it, 300 KiB after it.
            body = b"x" * 300_000 + body + b"y" * 300_000
            self.head(status, ("Content-Length", str(len(body))), *common)
            self.wire.send(body)
        elif how == "longchunks":
            self.head(status, ("Transfer-Encoding", "chunked"), *common)
            body = b"x" * 300_000 + body + b"y" * 300_000
            for at in range(0, len(body), 8191):
                piece = body[at : at + 8191]
                self.wire.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wire.send(b"0\r\n\r\n")
        else:
            raise ValueError(how)


def unknown(asked):
    asked.answer(b'{"error":"no such thing"}', "404 Not Found")


@answers("/json")
def fixed(asked):
    asked.answer(json.dumps({"object": "list", "data": [{"id": f"model-{n}", "owned_by": "lab"} for n in range(5)]}).encode()[:240])


@answers("/v1")
def anything_of_v1(asked):
    """For rules about paths: says which path it was."""
    asked.answer(json.dumps({"path": asked.target, "method": asked.method, "body": len(asked.body)}).encode())


# Reflections -------------------------------------------------------------------------------------------------------


@answers("/echo")
def echo(asked):
    """The request as it came, head and body: a debug page."""
    asked.deliver(asked.raw + asked.body, asked.query.get("how"), kind="text/plain")


def alignments(value, encode):
    return [encode(b"ab"[:n] + value + b"tail") for n in range(3)]


RENDERINGS = {
    "plain": lambda v: v,
    "twice": lambda v: v + v,
    "json": lambda v: json.dumps({"error": "bad key " + v.decode("latin-1")}).encode(),
    "json-slash": lambda v: b'{"key":"' + v.replace(b"/", b"\\/") + b'"}',
    "json-unicode": lambda v: b'{"key":"' + b"".join(b"\\u%04x" % c if not chr(c).isalnum() else bytes([c]) for c in v) + b'"}',
    "base64": lambda v: b" ".join(alignments(v, base64.b64encode)),
    "base64url": lambda v: b" ".join(a.rstrip(b"=") for a in alignments(v, base64.urlsafe_b64encode)),
    "basic": lambda v: b"Basic " + base64.b64encode(b"user:" + v),
    "hex": lambda v: v.hex().encode(),
    "HEX": lambda v: v.hex().upper().encode(),
    "percent": lambda v: urllib.parse.quote(v, safe="").encode(),
    "percent-lower": lambda v: urllib.parse.quote(v, safe="").replace("%2F", "%2f").replace("%2B", "%2b").encode(),
    "html": lambda v: b"<pre>" + v.replace(b"&", b"&amp;").replace(b"<", b"&lt;") + b"</pre>",
    # No scanner closes these: docs/gateway.md says so.
    "reversed": lambda v: v[::-1],
    "upper": lambda v: v.upper(),
    "sha256": lambda v: hashlib.sha256(v).hexdigest().encode(),
    "spaced": lambda v: b" ".join(bytes([c]) for c in v),
    "base32": lambda v: base64.b32encode(v),
}


@answers("/show")
def show(asked):
    """/show/RENDERING?how=DELIVERY: the credential, rendered."""
    rendered = RENDERINGS[asked.path.split("/")[2]](asked.secret)
    asked.deliver(b"before " + rendered + b" after\n", asked.query.get("how"), kind="text/plain")


def brotli(data):
    """Brotli of stored blocks (RFC 7932, section 9.2): WBITS 16, one uncompressed meta-block, an empty last one."""
    assert 0 < len(data) <= 1 << 16
    # Bits, least significant first: WBITS 0; ISLAST 0; MNIBBLES 00; MLEN-1 in 16 bits; ISUNCOMPRESSED 1.
    bits = (len(data) - 1) << 4 | 1 << 20
    return struct.pack("<I", bits)[:3] + data + b"\x03"


def zstd(data):
    """A zstd frame of one raw block (RFC 8878): single segment, content size in one byte or two."""
    if len(data) < 256:
        head = b"\x28\xb5\x2f\xfd\x20" + bytes([len(data)])
    else:
        head = b"\x28\xb5\x2f\xfd\x60" + struct.pack("<H", len(data) - 256)
    return head + struct.pack("<I", 1 | len(data) << 3)[:3] + data


def deflate(data, bits):
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    return packer.compress(data) + packer.flush()


def two_members(data):
    return gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :])


CODINGS = {
    "gzip": ("gzip", gzip.compress),
    "GZIP": ("GZIP", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "gzip-members": ("gzip", two_members),
    "gzip-tail": ("gzip", lambda d: gzip.compress(b"nothing here") + d),
    "gzip-cut": ("gzip", lambda d: gzip.compress(d * 50)[:-9]),
    "gzip-lie": ("gzip", lambda d: d),
    "deflate": ("deflate", lambda d: deflate(d, 15)),
    "deflate-raw": ("deflate", lambda d: deflate(d, -15)),
    "br": ("br", brotli),
    "zstd": ("zstd", zstd),
    "compress": ("compress", lambda d: d),
    "gzip-gzip": ("gzip, gzip", lambda d: gzip.compress(gzip.compress(d))),
    "gzip-br": ("gzip, br", lambda d: brotli(gzip.compress(d))),
    "identity": ("identity", lambda d: d),
    "unknown": ("rot13", lambda d: d),
    "empty": ("", lambda d: d),
    "in-te": (None, gzip.compress),
}


@answers("/packed")
def packed(asked):
    """/packed/CODING?how=DELIVERY: the request, hidden in a content coding, asked for or not."""
    label, pack = CODINGS[asked.path.split("/")[2]]
    data = pack(b"before " + asked.secret + b" after " + asked.raw)
    if label is None:
        asked.body
        asked.head("200 OK", ("Transfer-Encoding", "gzip, chunked"), ("Content-Type", "text/plain"))
        asked.wire.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data))
    else:
        asked.deliver(data, asked.query.get("how"), ("Content-Encoding", label), kind="text/plain")


@answers("/negotiated")
def negotiated(asked):
    """Packs as the request wants it, br before gzip before deflate."""
    wanted = asked.field("accept-encoding")
    body = b"key " + asked.secret + b" accept " + wanted.encode()
    for label in ("zstd", "br", "gzip", "deflate"):
        if label in wanted:
            return asked.deliver(CODINGS[label][1](body), "length", ("Content-Encoding", label), kind="text/plain")
    return asked.deliver(body, "length", kind="text/plain")


@answers("/bomb")
def bomb(asked):
    """100 MiB of zeros in 100 KiB, and the credential at the end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(100)) + packer.compress(asked.secret) + packer.flush()
    asked.deliver(data, "length", ("Content-Encoding", "gzip"), kind="application/octet-stream")


# Pieces ------------------------------------------------------------------------------------------------------------


@answers("/range")
def ranged(asked):
    """A document with the credential, which honours Range."""
    document = b"0123456789" + asked.secret + b"9876543210"
    wanted = asked.field("range")
    if not wanted.startswith("bytes="):
        return asked.answer(document, kind="text/plain")
    spans = []
    for each in wanted[6:].split(","):
        first, _, last = each.strip().partition("-")
        spans.append((int(first), int(last) if last else len(document) - 1))
    if len(spans) == 1:
        first, last = spans[0]
        return asked.answer(document[first : last + 1], "206 Partial Content", ("Content-Range", f"bytes {first}-{last}/{len(document)}"), kind="text/plain")
    return byteranges(asked, document, spans)


def byteranges(asked, document, spans):
    body = b"".join(b"--LAB\r\nContent-Type: text/plain\r\nContent-Range: bytes %d-%d/%d\r\n\r\n%s\r\n" % (first, last, len(document), document[first : last + 1]) for first, last in spans)
    return asked.answer(body + b"--LAB--\r\n", "206 Partial Content", kind="multipart/byteranges; boundary=LAB")


@answers("/unasked")
def unasked(asked):
    """/unasked/KIND: partial content that nobody asked for."""
    document = b"0123456789" + asked.secret + b"9876543210"
    middle = len(document) // 2
    kind = asked.path.split("/")[2]
    if kind == "206":
        half = document[:middle] if asked.query.get("part") == "1" else document[middle:]
        asked.answer(half, "206 Partial Content", ("Content-Range", f"bytes 0-{middle - 1}/{len(document)}"), kind="text/plain")
    elif kind == "multipart":
        byteranges(asked, document, [(0, middle - 1), (middle, len(document) - 1)])
    elif kind == "200-multipart":
        asked.body
        body = b"--LAB\r\n\r\n" + document[:middle] + b"\r\n--LAB\r\n\r\n" + document[middle:] + b"\r\n--LAB--\r\n"
        asked.answer(body, "200 OK", kind="multipart/byteranges; boundary=LAB")
    elif kind == "content-range":
        asked.answer(document[:middle], "200 OK", ("Content-Range", f"bytes 0-{middle - 1}/{len(document)}"), kind="text/plain")
    elif kind == "416":
        asked.answer(b"", "416 Range Not Satisfiable", ("Content-Range", f"bytes */{len(document)}"))


@answers("/half")
def half(asked):
    """The first or the second half of the credential: paging. No scanner closes it."""
    middle = len(asked.secret) // 2
    asked.answer(asked.secret[:middle] if asked.query.get("page") == "1" else asked.secret[middle:], kind="text/plain")


# Heads -------------------------------------------------------------------------------------------------------------


@answers("/redirect")
def redirect(asked):
    """/redirect/STATUS?to=URL: with the credential in Location."""
    status = asked.path.split("/")[2]
    to = asked.query.get("to", "https://other.lab.test/stolen")
    where = to.encode() + b"?token=" + asked.secret
    asked.answer(b"moved to " + where, f"{status} Moved", ("Location", where), kind="text/plain")


@answers("/fields")
def fields(asked):
    """The credential in every field in which a server could send it."""
    blob = base64.b64encode(b"user:" + asked.secret)
    asked.answer(
        b"{}",
        "200 OK",
        ("Set-Cookie", b"session=" + asked.secret + b"; Path=/; HttpOnly"),
        ("Set-Cookie", b"encoded=" + urllib.parse.quote(asked.secret, safe="").encode()),
        ("X-Debug-Authorization", b"Bearer " + asked.secret),
        ("X-Debug-Basic", b"Basic " + blob),
        ("Link", b"<https://api.lab.test/next?key=" + urllib.parse.quote(asked.secret, safe="").encode() + b'>; rel="next"'),
        ("ETag", b'"' + asked.secret.hex().encode() + b'"'),
        ("WWW-Authenticate", b'Bearer error_description="bad ' + asked.secret + b'"'),
        ("Content-Disposition", b'attachment; filename="' + asked.secret + b'"'),
        ("X-" + "Name", b"ok"),
    )


@answers("/field-name")
def field_name(asked):
    """The credential as a field's name, in hex so that it is a token."""
    asked.answer(b"{}", "200 OK", ("X-" + asked.secret.hex(), "1"))


@answers("/reason")
def reason(asked):
    """The credential in the reason phrase."""
    asked.answer(b"{}", "403 bad key " + asked.secret.decode("latin-1"))


@answers("/alt-svc")
def alt_svc(asked):
    asked.answer(b"{}", "200 OK", ("Alt-Svc", 'h3=":443"; ma=86400, h2="evil.lab.test:443"'), ("Alternate-Protocol", "443:quic"), ("Clear-Site-Data", '"*"'), ("X-Kept", "yes"))


@answers("/cached")
def cached(asked):
    """Says which request of its life this is, and begs to be kept."""
    asked.wire.upstream.counter += 1
    asked.answer(f'{{"count":{asked.wire.upstream.counter}}}'.encode(), "200 OK", ("Cache-Control", "public, max-age=86400, immutable"), ("ETag", '"1"'), ("Age", "1"))


@answers("/trailers")
def trailers(asked):
    asked.body
    asked.head("200 OK", ("Transfer-Encoding", "chunked"), ("Trailer", "X-Key, Set-Cookie"), ("Content-Type", "text/plain"))
    asked.wire.send(b"2\r\nok\r\n0\r\nX-Key: " + asked.secret + b"\r\nSet-Cookie: late=" + asked.secret + b"\r\n\r\n")


@answers("/hop")
def hop(asked):
    """Hop-by-hop fields of a server."""
    asked.answer(b"{}", "200 OK", ("Connection", "x-private, keep-alive"), ("X-Private", "hop"), ("Keep-Alive", "timeout=5"), ("Proxy-Authenticate", "Basic realm=evil"), ("Proxy-Authentication-Info", "x=1"), ("Upgrade", "h2c"), ("X-Kept", "yes"))


@answers("/huge-head")
def huge_head(asked):
    asked.body
    asked.head("200 OK", *[(f"X-Filler-{n}", "f" * 1000) for n in range(200)], ("Content-Length", "2"))
    asked.wire.send(b"{}")


# Framing -----------------------------------------------------------------------------------------------------------


@answers("/early-hints")
def early_hints(asked):
    """103 with the credential before 200."""
    asked.body
    asked.raw_answer(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; x=" + asked.secret + b"\r\n\r\n")
    time.sleep(0.05)
    asked.answer(b'{"final":true}')


@answers("/continue")
def continues(asked):
    """100 before the body is read, as Expect asks."""
    if asked.field("expect"):
        asked.raw_answer(b"HTTP/1.1 100 Continue\r\n\r\n")
    asked.answer(json.dumps({"got": len(asked.body), "expect": asked.field("expect")}).encode())


@answers("/refuse-expect")
def refuse_expect(asked):
    asked.raw_answer(b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    asked.wire.close()


@answers("/many-100")
def many_100(asked):
    """A server that never comes to the point: 10,000 interim answers."""
    asked.body
    for _ in range(100):
        asked.wire.send(b"HTTP/1.1 100 Continue\r\nX-Filler: 1\r\n\r\n" * 100)
    asked.answer(b"{}")


def smuggled(asked):
    return b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\nX-Smuggled: 1\r\n\r\nsmuggled " + asked.secret[:4]


@answers("/head-body")
def head_body(asked):
    """A body behind the answer to HEAD."""
    asked.body
    asked.raw_answer(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: text/plain\r\n\r\n" % len(asked.secret) + smuggled(asked))


@answers("/no-body")
def no_body(asked):
    """/no-body/STATUS: 204 or 304 with a second answer smuggled behind it."""
    asked.body
    status = asked.path.split("/")[2]
    length = b"Content-Length: 55\r\n" if status == "304" else b""
    asked.raw_answer(b"HTTP/1.1 " + status.encode() + b" Empty\r\n" + length + b"\r\n" + smuggled(asked))


@answers("/bad")
def bad(asked):
    """/bad/KIND: answers that two readers would read in two ways, or that nobody should read."""
    asked.body
    tail = b"2\r\n{}\r\n0\r\n\r\n"
    ok = b"HTTP/1.1 200 OK\r\n"
    secret = asked.secret
    kinds = {
        "cl-te": ok + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + tail + smuggled(asked),
        "two-cl": ok + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}!",
        "cl-list": ok + b"Content-Length: 2, 2\r\n\r\n{}",
        "cl-plus": ok + b"Content-Length: +2\r\n\r\n{}",
        "cl-hex": ok + b"Content-Length: 0x2\r\n\r\n{}",
        "cl-huge": ok + b"Content-Length: 99999999999999999999\r\n\r\n{}",
        "xchunked": ok + b"Transfer-Encoding: xchunked\r\n\r\n" + tail,
        "te-10": b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + tail,
        "split": ok + b"X-A: b\rX-Evil: 1\r\nContent-Length: 2\r\n\r\n{}",
        "bare-lf": b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
        "fold": ok + b"X-Key: a\r\n " + secret + b"\r\nContent-Length: 2\r\n\r\n{}",
        "nul": ok + b"X-Key: a\0b\r\nContent-Length: 2\r\n\r\n{}",
        "space-colon": ok + b"Content-Length : 2\r\n\r\n{}",
        "no-colon": ok + b"nonsense " + secret + b"\r\nContent-Length: 2\r\n\r\n{}",
        "status": b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}",
        "version": b"HTTP/3.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "garbage": b"SSH-2.0-OpenSSH " + secret + b"\r\n\r\n",
        "http09": b"<html>" + secret + b"</html>",
        "chunk-size": ok + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        "chunk-0x": ok + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
        "chunk-over": ok + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}",
        "chunk-end": ok + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n",
        "chunk-ext": ok + b"Transfer-Encoding: chunked\r\n\r\n2;" + b"a" * 5000 + b"\r\n{}\r\n0\r\n\r\n",
        "cut": ok + b"Content-Length: 100\r\n\r\nhalf of it " + secret[: len(secret) // 2],
        "cut-chunk": ok + b"Transfer-Encoding: chunked\r\n\r\n64\r\nhalf of it " + secret,
        "cut-head": ok + b"Content-Le",
        "empty": b"",
        "101": b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: raw\r\n\r\n" + secret,
        "extra": ok + b"Content-Length: 2\r\n\r\n{}" + smuggled(asked),
    }
    kind = asked.path.split("/")[2]
    asked.raw_answer(kinds[kind])
    if kind == "extra":
        time.sleep(0.2)
    asked.wire.close()


@answers("/early")
def early(asked):
    """Answers a request before its body has come, and closes."""
    asked.raw_answer(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large")
    time.sleep(0.3)
    asked.wire.close()


@answers("/early-keep")
def early_keep(asked):
    """Answers before the body has come, then reads it all."""
    asked.raw_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly")
    for _ in asked.pieces():
        pass
    asked.wire.upstream.counter += 1


# Upgrades ----------------------------------------------------------------------------------------------------------


def accept_of(key):
    return base64.b64encode(hashlib.sha1(key.encode() + WEBSOCKET_GUID).digest())


@answers("/ws")
def websocket(asked):
    """/ws/KIND: echo, or a handshake that is wrong in one way."""
    kind = asked.path.split("/")[2]
    key = accept_of(asked.field("sec-websocket-key"))
    upgrade = b"websocket"
    status = b"101 Switching Protocols"
    if kind == "wrong-accept":
        key = accept_of("another key")
    elif kind == "no-accept":
        key = None
    elif kind == "wrong-upgrade":
        upgrade = b"h2c"
    elif kind == "status":
        status = b"200 OK"
    head = b"HTTP/1.1 " + status + b"\r\nConnection: Upgrade\r\nUpgrade: " + upgrade + b"\r\n"
    if key is not None:
        head += b"Sec-WebSocket-Accept: " + key + b"\r\n"
    if kind == "extension":
        head += b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
    if kind == "protocol":
        head += b"Sec-WebSocket-Protocol: never-asked\r\n"
    if kind == "early-frame":
        asked.raw_answer(head + b"\r\n" + server_frame(1, b"first " + asked.secret))
    else:
        asked.raw_answer(head + (b"Content-Length: 0\r\n" if kind == "status" else b"") + b"\r\n")
    if kind in ("echo", "protocol", "early-frame"):
        echo_frames(asked)
    else:
        # Whatever comes after a handshake that is none is what an attacker would have smuggled.
        while asked.wire.some(65536):
            pass


def server_frame(opcode, payload, fin=True):
    head = bytes([(0x80 if fin else 0) | opcode])
    if len(payload) < 126:
        return head + bytes([len(payload)]) + payload
    if len(payload) < 65536:
        return head + b"\x7e" + struct.pack(">H", len(payload)) + payload
    return head + b"\x7f" + struct.pack(">Q", len(payload)) + payload


def echo_frames(asked):
    """Sends each frame back; a text `secret` is answered with the credential, `split` with it in two fragments."""
    while True:
        first = asked.wire.take(2)
        if len(first) < 2:
            return
        opcode, length = first[0] & 15, first[1] & 127
        if length == 126:
            length = struct.unpack(">H", asked.wire.take(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", asked.wire.take(8))[0]
        key = asked.wire.take(4) if first[1] & 128 else b"\0\0\0\0"
        payload = bytes(b ^ key[i & 3] for i, b in enumerate(asked.wire.take(length)))
        asked.wire.upstream.frames.append((first[0], payload))
        secret, middle = asked.secret, len(asked.secret) // 2
        if opcode == 8:
            asked.wire.send(server_frame(8, payload[:2] + asked.secret))
            return
        if opcode == 9:
            asked.wire.send(server_frame(10, payload))
        elif payload == b"secret":
            asked.wire.send(server_frame(1, b"it is " + secret + b"."))
        elif payload == b"binary":
            asked.wire.send(server_frame(2, b"\0\1" + secret + b"\2"))
        elif payload == b"split":
            asked.wire.send(server_frame(1, b"it is " + secret[:middle], fin=False))
            asked.wire.send(server_frame(9, b"between"))
            asked.wire.send(server_frame(0, secret[middle:] + b"."))
        elif payload == b"messages":
            asked.wire.send(server_frame(1, secret[:middle]))
            asked.wire.send(server_frame(1, secret[middle:]))
        elif payload == b"masked":
            # A server must not mask: a reader that does not look would hand on bytes that nobody scanned.
            mask = b"\x11\x22\x33\x44"
            body = bytes(b ^ mask[i & 3] for i, b in enumerate(secret))
            asked.wire.send(bytes([0x81, 0x80 | len(body)]) + mask + body)
        elif payload == b"rsv":
            asked.wire.send(b"\xc1" + bytes([len(secret)]) + secret)
        elif payload == b"ping":
            asked.wire.send(server_frame(9, secret))
        else:
            asked.wire.send(server_frame(opcode or 1, payload))


# Time and size -----------------------------------------------------------------------------------------------------


@answers("/sse")
def events(asked):
    """?n= events, ?ms= apart, each with the server's clock; the credential in each."""
    asked.body
    asked.head("200 OK", ("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked"), ("Cache-Control", "no-cache"))
    for n in range(int(asked.query.get("n", "5"))):
        data = b"data: %d %.6f %s\n\n" % (n, time.monotonic(), asked.secret if asked.query.get("secret") else b"-")
        asked.wire.send(b"%x\r\n%s\r\n" % (len(data), data))
        time.sleep(int(asked.query.get("ms", "100")) / 1000)
    asked.wire.send(b"0\r\n\r\n")


@answers("/slow")
def slow(asked):
    """Nothing for ?s= seconds, then an answer; ?part=head stalls in the middle of the head, =body in the body."""
    asked.body
    seconds = float(asked.query.get("s", "1"))
    part = asked.query.get("part", "")
    head, body = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", b"0123456789" * 2
    if part == "head":
        asked.raw_answer(head[:20])
        asked.wire.wait(seconds)
        asked.raw_answer(head[20:] + body)
    elif part == "body":
        asked.raw_answer(head + body[:10])
        asked.wire.wait(seconds)
        asked.raw_answer(body[10:])
    else:
        asked.wire.wait(seconds)
        asked.raw_answer(head + body)


@answers("/sink")
def sink(asked):
    """Swallows a body and tells its length and digest."""
    digest, count = hashlib.sha256(), 0
    for piece in asked.pieces():
        digest.update(piece)
        count += len(piece)
    asked.answer(json.dumps({"bytes": count, "sha256": digest.hexdigest()}).encode())


BLOCK = bytes(range(256)) * 1024


@answers("/source")
def source(asked):
    """?bytes= of a known pattern."""
    asked.body
    left = int(asked.query["bytes"])
    asked.head("200 OK", ("Content-Type", "application/octet-stream"), ("Content-Length", str(left)))
    while left:
        part = BLOCK[: min(left, len(BLOCK))]
        asked.wire.send(part)
        left -= len(part)


def source_digest(size):
    digest = hashlib.sha256()
    for _ in range(size // len(BLOCK)):
        digest.update(BLOCK)
    digest.update(BLOCK[: size % len(BLOCK)])
    return digest.hexdigest()


# Services ----------------------------------------------------------------------------------------------------------


def demands(asked, scheme, wanted):
    """Turns a request down that does not carry the credential."""
    if asked.field("authorization").partition(" ")[0].lower() == scheme and asked.secret == wanted:
        return False
    asked.answer(b'{"error":"unauthorized"}', "401 Unauthorized", ("WWW-Authenticate", f'{scheme.capitalize()} realm="lab"'))
    return True


@answers("/git")
def git(asked):
    """Smart HTTP of git by its own CGI program; Basic with the token as the password."""
    upstream = asked.wire.upstream
    if demands(asked, "basic", upstream.secrets["git"]):
        return
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "GIT_PROJECT_ROOT": str(upstream.folder / "git"),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "GIT_CONFIG_KEY_1": "http.receivepack",
        "GIT_CONFIG_VALUE_1": "true",
        "REMOTE_USER": "lab",
        "REMOTE_ADDR": "127.0.0.1",
        "REQUEST_METHOD": asked.method,
        "PATH_INFO": urllib.parse.unquote(asked.path[len("/git") :]),
        "QUERY_STRING": urllib.parse.urlsplit(asked.target).query,
        "CONTENT_TYPE": asked.field("content-type"),
        "HTTP_CONTENT_ENCODING": asked.field("content-encoding"),
        "HTTP_GIT_PROTOCOL": asked.field("git-protocol"),
    }
    body = asked.body
    environment["CONTENT_LENGTH"] = str(len(body))
    done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environment, timeout=60)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    status, fields = "200 OK", []
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "status":
            status = value.strip()
        elif name:
            fields.append((name, value.strip()))
    asked.head(status, *fields, ("Content-Length", str(len(body))))
    asked.wire.send(body)


def files_under(asked, prefix, folder):
    path = (folder / urllib.parse.unquote(asked.path[len(prefix) :]).lstrip("/")).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        return unknown(asked)
    kind = {".html": "text/html", ".json": "application/json"}.get(path.suffix, "application/octet-stream")
    return asked.answer(path.read_bytes(), kind=kind)


@answers("/npm")
def npm(asked):
    if not demands(asked, "bearer", asked.wire.upstream.secrets["npm"]):
        if asked.path.endswith(".tgz"):
            return files_under(asked, "/npm", asked.wire.upstream.folder / "npm")
        name = urllib.parse.unquote(asked.path[len("/npm/") :])
        document = asked.wire.upstream.folder / "npm" / (name.replace("/", "_") + ".json")
        return asked.answer(document.read_bytes()) if document.is_file() else unknown(asked)
    return None


@answers("/maven")
def maven(asked):
    if not demands(asked, "basic", asked.wire.upstream.secrets["maven"]):
        files_under(asked, "/maven", asked.wire.upstream.folder / "maven")


@answers("/pypi")
def pypi(asked):
    if demands(asked, "basic", asked.wire.upstream.secrets["pypi"]):
        return None
    if asked.path.endswith("/"):
        name = asked.path.rstrip("/").rpartition("/")[2]
        links = [f'<a href="/pypi/files/{f.name}">{f.name}</a>' for f in sorted((asked.wire.upstream.folder / "pypi" / "files").iterdir()) if f.name.startswith(name)]
        return asked.answer(("<!DOCTYPE html><html><body>" + "".join(links) + "</body></html>").encode(), kind="text/html")
    return files_under(asked, "/pypi", asked.wire.upstream.folder / "pypi")


@answers("/whoami")
def whoami(asked):
    """Tells whether the credential was the right one, and never which it was."""
    right = asked.secret in asked.wire.upstream.secrets.values()
    asked.answer(json.dumps({"authenticated": right, "client": asked.field("user-agent")}).encode(), "200 OK" if right else "401 Unauthorized")
