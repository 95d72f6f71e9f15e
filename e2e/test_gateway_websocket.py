"""WebSocket and event streams through the gateway: handshakes, frames, and time."""

import base64
import json
import struct
import time

from gateway_lab import SECRETS, GatewayTest, request, secret

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, section 1.3

POLICY = (
    secret("LAB_KEY", ["api.lab.test"], ["scheme:Bearer"])
    + secret("LAB_HEADER", ["header.lab.test"], ["header:x-api-key", "websocket"])
    + '[fence]\nhosts = ["other.lab.test"]\n'
)


def frames(data):
    """[(first byte, payload)] of a server's frames."""
    found = []
    while len(data) >= 2:
        length, at = data[1] & 127, 2
        if length == 126:
            length, at = struct.unpack(">H", data[2:4])[0], 4
        elif length == 127:
            length, at = struct.unpack(">Q", data[2:10])[0], 10
        if data[1] & 128:
            at += 4
        if len(data) < at + length:
            break
        found.append((data[0], data[at : at + length]))
        data = data[at + length :]
    return found


def messages(found):
    """The same with the fragments of a message put together."""
    whole, opcode, parts = [], 0, b""
    for first, payload in found:
        if first & 8:
            whole.append((first, payload))
            continue
        opcode, parts = first & 15 or opcode, parts + payload
        if first & 0x80:
            whole.append((0x80 | opcode, parts))
            parts = b""
    return whole


class WebSocketTest(GatewayTest):
    policy = POLICY

    def shake(self, path="/ws/echo", host="api.lab.test", fields=(), key=KEY, steps=(), auth=None, **more):
        """A handshake, then frames; ends after a moment of silence."""
        common = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"] + ([f"Sec-WebSocket-Key: {key}"] if key is not None else [])
        auth = [self.bearer()] if auth is None else auth
        data = request(path=path, host=host, fields=[*common, *auth, *fields])
        return self.session.talk(methods=("GET",), connect=f"{host}:443", steps=[("send", data), ("replies", ["GET"]), *steps, ("linger", 0.5)], **more)

    def after(self, outcome):
        return frames(outcome.raw[len(outcome.reply.head) :])

    def test_row_10_a_good_handshake_is_filled_and_frames_pass(self):
        outcome = self.shake(steps=[("mask_frame", 1, b"hello"), ("mask_frame", 2, bytes(range(256)) * 300), ("mask_frame", 9, b"ping"), ("mask_frame", 1, b"hal", False), ("mask_frame", 0, b"ves"), ("mask_frame", 8, b"\x03\xe8")])
        self.assertEqual(101, outcome.status, outcome)
        self.assertEqual(ACCEPT, outcome.reply.field("sec-websocket-accept"))
        self.assertHolds(b"Authorization: Bearer " + SECRETS["LAB_KEY"], outcome.taken)
        got = messages(self.after(outcome))
        self.assertIn((0x81, b"hello"), got)
        self.assertTrue((0x82, bytes(range(256)) * 300) in got, [(f, len(p)) for f, p in got])
        self.assertIn((0x8A, b"ping"), got)
        self.assertIn((0x81, b"halves"), got)
        self.expect(outcome, 101, secret="LAB_KEY")

    def test_row_10_what_the_server_says_is_cleaned(self):
        for word in (b"secret", b"binary", b"ping"):
            with self.subTest(word=word):
                outcome = self.shake(steps=[("mask_frame", 1, word)])
                got = self.after(outcome)
                self.assertTrue(got, outcome)
                self.assertHolds(self.session.fake(), b"".join(p for _, p in got))

    def test_row_10_fragments_of_a_message_are_cleaned_together(self):
        outcome = self.shake(steps=[("mask_frame", 1, b"split")])
        got = self.after(outcome)
        text = b"".join(payload for first, payload in got if first & 15 in (0, 1))
        self.assertEqual(b"it is " + self.session.fake() + b".", text, got)

    def test_row_10_a_value_over_two_messages_is_open_and_the_docs_say_so(self):
        self.open = {"in part"}
        outcome = self.shake(steps=[("mask_frame", 1, b"messages")])
        parts = [payload for _, payload in self.after(outcome)]
        self.assertEqual(SECRETS["LAB_KEY"], b"".join(parts))
        self.assertDocumented("in pieces")

    def test_row_10_frames_that_no_server_may_send_end_the_connection(self):
        for word in (b"masked", b"rsv"):
            with self.subTest(word=word):
                outcome = self.shake(steps=[("mask_frame", 1, word)])
                plain = bytes(b ^ b"\x11\x22\x33\x44"[i & 3] for i, b in enumerate(b"".join(p for _, p in self.after(outcome))))
                self.assertHoldsNot(SECRETS["LAB_KEY"][:14], plain)
                self.assertIn(outcome.ended, ("eof", "reset"), outcome)

    def test_row_10_a_frame_behind_the_handshake_is_cleaned(self):
        outcome = self.shake("/ws/early-frame")
        self.assertEqual([(0x81, b"first " + self.session.fake())], self.after(outcome)[:1], outcome)

    def test_row_10_the_reason_of_a_close_is_cleaned(self):
        outcome = self.shake(steps=[("mask_frame", 8, b"\x03\xe8")])
        got = [(first, payload) for first, payload in self.after(outcome) if first == 0x88]
        self.assertTrue(got, outcome)

    def test_row_10_a_handshake_that_is_none_opens_nothing(self):
        for kind in ("wrong-accept", "no-accept", "wrong-upgrade", "extension", "protocol"):
            with self.subTest(kind=kind):
                outcome = self.shake(f"/ws/{kind}", steps=[("send", request(path="/stolen")), ("mask_frame", 1, b"hello")])
                self.assertEqual(502, outcome.status, outcome)
                self.assertEqual(b"", self.lab.api.smuggled, outcome)
                self.expect(outcome, 502, outcome.refusal)
        outcome = self.shake("/ws/status", steps=[("send", request(path="/stolen", host="evil.test"))])
        self.assertNotEqual(101, outcome.status, outcome)
        self.assertHoldsNot(b"/stolen", outcome.taken)
        self.assertEqual(b"", self.lab.api.smuggled)

    def test_row_10_extensions_are_not_negotiated(self):
        outcome = self.shake(fields=["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"], steps=[("mask_frame", 1, b"secret")])
        self.assertEqual(101, outcome.status, outcome)
        self.assertHoldsNot(b"sec-websocket-extensions", outcome.taken.lower())
        self.assertHoldsNot(b"sec-websocket-extensions", outcome.raw.lower())

    def test_row_10_handshakes_of_a_client_that_are_none_are_refused(self):
        good = ["Connection: Upgrade", "Upgrade: websocket", f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Version: 13"]
        for name, method, fields, body in (
            ("no key", "GET", good[:2] + good[3:], b""),
            ("two keys", "GET", [*good, good[2]], b""),
            ("short key", "GET", [*good[:2], "Sec-WebSocket-Key: abc", good[3]], b""),
            ("another version", "GET", [*good[:3], "Sec-WebSocket-Version: 8"], b""),
            ("POST", "POST", good, b""),
            ("with a body", "GET", good, b"hi"),
        ):
            with self.subTest(case=name):
                outcome = self.session.talk(request(method, "/ws/echo", fields=[*good[:0], *fields, self.bearer()], body=body), (method,))
                self.assertNotEqual(101, outcome.status, outcome)
                if outcome.refusal:
                    self.assertNothingUpstream(outcome)
                else:
                    self.assertHoldsNot(b"\r\nupgrade:", outcome.taken.lower())

    def test_row_05_a_placeholder_in_a_message_goes_only_where_a_service_asks(self):
        fake = self.session.fake("LAB_HEADER")
        identify = b'{"op":2,"d":{"token":"' + fake + b'"}}'
        outcome = self.shake(host="header.lab.test", auth=[], steps=[("mask_frame", 1, identify)])
        self.assertEqual(101, outcome.status, outcome)
        self.assertIn((0x81, identify.replace(fake, SECRETS["LAB_HEADER"])), self.lab.api.frames)
        self.assertEqual([(0x81, identify)], self.after(outcome), "the echo shows the placeholder")
        self.lab.api.frames.clear()
        outcome = self.shake(steps=[("mask_frame", 1, b"x " + self.session.fake() + b" y")])
        for first, payload in self.lab.api.frames:
            self.assertHoldsNot(SECRETS["LAB_KEY"], payload)
            self.assertHoldsNot(self.session.fake(), payload)

    def test_row_16_a_real_value_in_a_message_does_not_leave(self):
        value = SECRETS["LAB_HEADER"]
        for opcode, payload in ((1, b"it is " + value), (2, b"\0" + value), (1, base64.b64encode(value + b"x")), (9, value), (8, b"\x03\xe8" + value)):
            with self.subTest(opcode=opcode):
                self.lab.api.frames.clear()
                self.shake(steps=[("mask_frame", opcode, payload)])
                for _, got in self.lab.api.frames:
                    self.assertHoldsNot(value[:14], got)
                    self.assertHoldsNot(base64.b64encode(value)[:20], got)
        self.lab.api.frames.clear()
        self.shake(steps=[("mask_frame", 1, b"it is " + value[:17], False), ("mask_frame", 0, value[17:])])
        self.assertHoldsNot(value, b"".join(got for _, got in self.lab.api.frames))


class StreamTest(GatewayTest):
    policy = POLICY

    def test_events_come_as_they_are_sent(self):
        outcome = self.ask("/sse?n=6&ms=60&secret=1")
        self.assertAnswered(outcome, 200, "LAB_KEY")
        late = []
        for line in outcome.body.split(b"\n\n"):
            if line:
                _, number, sent, shown = line.split(b" ")
                self.assertEqual(self.session.fake(), shown)
                at = outcome.raw.index(b"data: " + number + b" ")
                arrived = next(t for t, offset in reversed(outcome.arrivals) if offset <= at)
                late.append(arrived - float(sent))
        self.assertEqual(6, len(late))
        # Held back for the next event would be 60 ms.
        self.assertLess(sorted(late)[len(late) // 2], 0.03, late)

    def test_a_value_at_the_end_of_an_event_waits_for_nothing(self):
        """What could be the beginning of a value is held back; an end of an event is none."""
        began = time.monotonic()
        outcome = self.ask("/sse?n=2&ms=1500", steps=None)
        first = [t for t, _ in outcome.arrivals]
        self.assertGreater(first[-1] - first[0], 1.0, "the first event came with the last")
        self.assertGreater(time.monotonic() - began, 1.0)

    def test_a_slow_answer_is_waited_for(self):
        for part in ("", "head", "body"):
            with self.subTest(part=part):
                outcome = self.ask(f"/slow?s=1.2&part={part}")
                self.assertAnswered(outcome, 200, "LAB_KEY")
                self.assertEqual(b"0123456789" * 2, outcome.body)

    def test_a_small_body_keeps_its_length_and_the_connection(self):
        data = request(path="/json", fields=[self.bearer()])
        outcome = self.session.talk(data + data + data, ("GET",) * 3)
        self.assertEqual([200] * 3, [r.status for r in outcome.final])
        self.assertEqual([240] * 3, [len(r.body) for r in outcome.final])
        json.dumps(outcome.final[0].fields)
