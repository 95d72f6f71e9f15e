"""The bypass catalogue, row by row: what a hostile child tries through the gateway, and what has to come of it.

Each case looks at three things: what the server got, what the client got, what the records say; and everything that the
client received is searched for the real values in every rendering. Rows that no gateway closes are here as well: they
show that the way is open, and that docs/gateway.md says so.
"""

import base64
import gzip
import json
import re
import urllib.parse
import zlib

from gateway_answers import brotli
from gateway_lab import SECRETS, GatewayTest, cores, find_values, request

REAL = SECRETS["LAB_KEY"]


class ReflectionTest(GatewayTest):
    """Rows 1 to 4: a server shows the credential."""

    def show(self, path, method="GET", fields=(), status=200, **more):
        """Asks for a reflection; the server has to have got the real value, once."""
        outcome = self.ask(path, method, fields, **more)
        self.assertAnswered(outcome, status, "LAB_KEY")
        self.assertEqual(1, outcome.taken.count(b"Authorization: Bearer " + REAL + b"\r\n"), outcome)
        self.assertHoldsNot(self.session.fake(), outcome.taken)
        return outcome

    def test_row_01_an_echo_shows_the_placeholder(self):
        outcome = self.show("/echo")
        self.assertHolds(b"Authorization: Bearer " + self.session.fake() + b"\r\n", outcome.body)

    def test_row_01_an_echo_in_every_rendering(self):
        for form in ("plain", "twice", "json", "json-slash", "base64", "base64url", "basic", "hex", "HEX", "percent", "percent-lower", "html"):
            with self.subTest(form=form):
                outcome = self.show(f"/show/{form}")
                self.assertHolds(b"before ", outcome.body)
                self.assertHolds(b" after\n", outcome.body)

    def test_row_01_header_fields_are_cleaned(self):
        outcome = self.show("/fields")
        for name in ("set-cookie", "x-debug-authorization", "link", "www-authenticate"):
            self.assertNotEqual([], outcome.reply.all(name), outcome)
        self.assertEqual("Bearer " + self.session.fake().decode(), outcome.reply.field("x-debug-authorization"))

    def test_row_01_the_name_of_a_field_and_the_reason_phrase_are_cleaned(self):
        self.show("/field-name")
        self.show("/reason", status=403)

    def test_row_01_a_debug_page_with_an_error_status_is_cleaned(self):
        outcome = self.ask("/json/../nothing?x=1")
        self.assertEqual(400, outcome.status)
        outcome = self.ask("/absent")
        self.assertAnswered(outcome, 404)

    def test_row_01_interim_answers_are_cleaned(self):
        outcome = self.show("/early-hints")
        self.assertEqual(b'{"final":true}', outcome.body)

    def test_row_01_every_slot_is_filled_and_its_echo_cleaned(self):
        fake = {name: self.session.fake(name) for name in SECRETS if name.startswith("LAB_") and name in self.session.environment}
        form = b"a=1&token=" + urllib.parse.quote(fake["LAB_FORM"], safe="").encode() + b"&b=2"
        document = b'{"auth":{"token":"' + fake["LAB_JSON"] + b'","other":1},"x":[1,2]}'
        kind = "Content-Type: application/json"
        cases = {
            "LAB_HEADER": request(path="/echo", host="header.lab.test", fields=[b"X-Api-Key: " + fake["LAB_HEADER"]]),
            "LAB_BASIC": request(path="/echo", host="basic.lab.test", fields=[b"Authorization: Basic " + base64.b64encode(b"user:" + fake["LAB_BASIC"])]),
            "LAB_QUERY": request(path="/echo?a=1&key=" + fake["LAB_QUERY"].decode() + "&b=2", host="query.lab.test"),
            "LAB_PATH": request(path="/echo/bot" + fake["LAB_PATH"].decode() + "/getMe", host="path.lab.test"),
            "LAB_JSON": request("POST", "/echo", "json.lab.test", [kind], document),
            "LAB_FORM": request("POST", "/echo", "form.lab.test", ["Content-Type: application/x-www-form-urlencoded"], form),
        }
        for name, data in cases.items():
            with self.subTest(slot=name):
                host = name[4:].lower() + ".lab.test:443"
                outcome = self.session.talk(data, connect=host)
                self.assertAnswered(outcome, 200, name)
                sent = outcome.taken
                blobs = [base64.b64decode(b) for b in re.findall(rb"Basic ([A-Za-z0-9+/=]+)", sent)]
                decoded = urllib.parse.unquote_to_bytes(sent) + sent.replace(b"\\/", b"/") + b"".join(blobs)
                self.assertHolds(SECRETS[name], decoded)
                self.assertHoldsNot(fake[name], sent)
                if name in ("LAB_JSON", "LAB_FORM"):
                    # The length was written anew, and nothing else of the body changed.
                    head, _, body = sent.partition(b"\r\n\r\n")
                    self.assertRegex(head.lower(), rb"content-length: %d\b" % len(body))

    def test_row_02_no_boundary_hides_the_value(self):
        for how in ("length", "chunk", "bytes", "drip", "close", "long", "longchunks"):
            for form in ("plain", "base64", "percent"):
                with self.subTest(how=how, form=form):
                    outcome = self.show(f"/show/{form}?how={how}")
                    self.assertTrue(outcome.reply.complete, outcome)
                    self.assertHolds(b" after\n", outcome.body)
                    if how == "long":
                        self.assertEqual(int(outcome.reply.field("content-length")), len(outcome.body))
                    if form == "plain" and "long" not in how:
                        self.assertHolds(b"before " + self.session.fake() + b" after", outcome.body)

    def test_row_02_ranges_are_not_asked_for(self):
        for field in ("Range: bytes=10-20", "Range: bytes=0-15,16-60", "range: bytes=-20"):
            with self.subTest(field=field):
                outcome = self.show("/range", fields=[field, 'If-Range: "x"'])
                self.assertHoldsNot(b"range", outcome.taken.lower().partition(b"\r\n")[2])
                self.assertHolds(self.session.fake(), outcome.body)

    def test_row_02_pieces_that_nobody_asked_for_are_refused(self):
        for kind in ("206", "multipart", "200-multipart", "content-range"):
            with self.subTest(kind=kind):
                outcome = self.ask(f"/unasked/{kind}")
                self.assertEqual(502, outcome.status, outcome)
                self.assertNotEqual("", outcome.refusal)
                self.assertHoldsNot(REAL[:10], outcome.raw)
                self.expect(outcome, 502, outcome.refusal)

    def test_row_02_without_a_secret_ranges_work(self):
        outcome = self.ask("/range", fields=["Range: bytes=2-5"], key=None, host="other.lab.test")
        self.assertAnswered(outcome, 206)
        self.assertEqual(b"2345", outcome.body)

    def test_row_02_the_length_of_a_head_answer_tells_nothing(self):
        # The placeholder has the value's length; an echo of either is as long.
        real, other = self.show("/echo", "HEAD"), self.ask("/echo", "HEAD", [b"Authorization: Bearer " + b"x" * len(REAL)], key=None)
        self.assertEqual(len(REAL), len(self.session.fake()))
        self.assertEqual(b"", real.body)
        self.assertEqual(200, other.status)
        self.assertEqual(other.reply.field("content-length"), real.reply.field("content-length"))

    def test_row_02_pages_of_halves_are_open_and_the_docs_say_so(self):
        self.open = {"in part"}
        first, second = self.ask("/half?page=1"), self.ask("/half?page=2")
        self.assertEqual(REAL, first.body + second.body)
        self.assertDocumented("in pieces")

    def test_row_03_codings_that_can_be_read_are_read(self):
        for coding in ("gzip", "GZIP", "x-gzip", "gzip-members", "deflate", "deflate-raw", "identity", "empty"):
            for how in ("length", "bytes", "close"):
                with self.subTest(coding=coding, how=how):
                    outcome = self.ask(f"/packed/{coding}?how={how}", fields=["Accept-Encoding: gzip, deflate, br, zstd"])
                    if coding == "empty" and outcome.refusal:
                        self.assertEqual(502, outcome.status)
                        continue
                    self.assertAnswered(outcome, 200, "LAB_KEY")
                    body = unpacked(outcome.reply)
                    self.assertHoldsNot(REAL[:14], body)
                    self.assertHolds(b"before " + self.session.fake() + b" after", body)

    def test_row_03_codings_that_cannot_be_read_are_refused(self):
        for coding in ("br", "zstd", "compress", "gzip-gzip", "gzip-br", "unknown", "in-te"):
            with self.subTest(coding=coding):
                outcome = self.ask(f"/packed/{coding}", fields=["Accept-Encoding: gzip, deflate, br, zstd"])
                if coding == "gzip-gzip" and outcome.status == 200:
                    self.assertHoldsNot(REAL[:14], unpacked(outcome.reply))
                    continue
                self.assertEqual(502, outcome.status, outcome)
                self.assertNotEqual("", outcome.refusal, outcome)
                self.expect(outcome, 502, outcome.refusal)

    def test_row_03_broken_gzip_gives_nothing_away(self):
        for coding in ("gzip-tail", "gzip-cut", "gzip-lie"):
            for how in ("length", "chunk"):
                with self.subTest(coding=coding, how=how):
                    outcome = self.ask(f"/packed/{coding}?how={how}")
                    everything = outcome.raw + b"".join(unpacked(r) for r in outcome.replies)
                    self.assertHoldsNot(REAL[:14], everything)
                    # An answer that was cut must not look whole.
                    self.assertTrue(outcome.status == 502 or not outcome.reply.complete or coding == "gzip-tail", outcome)

    def test_row_03_what_cannot_be_read_is_not_negotiated(self):
        for wanted in ("br", "zstd, br;q=0.9", "gzip, deflate, br, zstd", "*", "identity;q=0, br", "", None):
            with self.subTest(wanted=wanted):
                outcome = self.ask("/negotiated", fields=[f"Accept-Encoding: {wanted}"] if wanted is not None else [])
                self.assertAnswered(outcome, 200, "LAB_KEY")
                for line in outcome.taken.lower().split(b"\r\n"):
                    if line.startswith(b"accept-encoding:"):
                        self.assertNotRegex(line, rb"br|zstd|\*|compress")
                self.assertHolds(self.session.fake(), unpacked(outcome.reply))

    def test_row_03_a_bomb_does_not_fill_the_memory(self):
        result = self.session.order("download", authority="api.lab.test:443", head=base64.b64encode(request(path="/bomb", fields=[self.bearer(), "Connection: close"])).decode())
        self.session.received += base64.b64decode(result["received"]) + base64.b64decode(result["tail"])
        self.assertHolds(b"HTTP/1.1 200", base64.b64decode(result["received"]))
        self.assertGreater(result["bytes"], 100 << 20)
        self.assertHolds(self.session.fake(), base64.b64decode(result["tail"]))
        self.assertAnswered(self.ask("/json"), 200, "LAB_KEY")

    def test_row_04_transformations_are_open_and_the_docs_say_so(self):
        self.open = {"in part"}
        undo = {
            "reversed": lambda b: b[::-1],
            "upper": lambda b: b,
            "spaced": lambda b: b.replace(b" ", b""),
            "base32": base64.b32decode,
        }
        for form, back in undo.items():
            with self.subTest(form=form):
                outcome = self.ask(f"/show/{form}")
                shown = outcome.body.removeprefix(b"before ").removesuffix(b" after\n")
                self.assertEqual(REAL.upper() if form == "upper" else REAL, back(shown))
        self.assertDocumented("transform", "reversed", "upper case", "hash")


def unpacked(reply):
    """A body as a client would read it, as far as it can be read."""
    coding = (reply.field("content-encoding") or "").lower()
    data = reply.body
    for each in reversed([c.strip() for c in coding.split(",") if c.strip()]):
        bits = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}.get(each)
        if bits is None:
            continue
        for window in bits:
            out, rest = b"", data
            try:
                while rest:
                    reader = zlib.decompressobj(window)
                    out += reader.decompress(rest)
                    rest = reader.unused_data
            except zlib.error:
                pass
            if out:
                break
        data = out + rest
    return data


class PlacementTest(GatewayTest):
    """Rows 5, 15, 16 and 28: where a placeholder may stand, and where a real value must not."""

    def slip(self, data, codes=None, host="api.lab.test", methods=("POST",)):
        """A request that has to be refused as an alarm, before any server saw it."""
        return self.assertRefused(self.session.talk(data, methods, connect=f"{host}:443"), 403, codes, alarm=True)

    def test_row_05_a_placeholder_outside_of_its_slot_is_refused(self):
        fake = self.session.fake()
        text = fake.decode()
        quoted = "".join(f"%{c:02x}" for c in fake)
        good = self.bearer()
        cases = {
            "another field": request(fields=[b"X-Forward-Me: " + fake]),
            "a cookie": request(fields=[b"Cookie: a=b; k=" + fake]),
            "the user agent": request(fields=[b"User-Agent: tool/" + fake]),
            "beside its slot": request(fields=[good, b"X-Forward-Me: " + fake]),
            "with another scheme": request(fields=[b"Authorization: Token " + fake]),
            "without scheme": request(fields=[b"Authorization: " + fake]),
            "with a tail": request(fields=[good + b".x"]),
            "with a beginning": request(fields=[b"Authorization: Bearer x" + fake]),
            "twice in its slot": request(fields=[good + b" " + fake]),
            "two authorisations": request(fields=[good, good]),
            "in the query": request(path=f"/json?key={text}"),
            "in the query, percent-encoded": request(path=f"/json?key={quoted}"),
            "in the path": request(path=f"/v1/{text}"),
            "in the name of a field": request(fields=[b"X-" + re.sub(rb"[^A-Za-z0-9_-]", b"", fake) + b": 1"]) if re.fullmatch(rb"[A-Za-z0-9_.-]+", fake) else None,
            "in Basic": request(fields=[b"Authorization: Basic " + base64.b64encode(b"user:" + fake)]),
            "in base64": request(fields=[b"X-Blob: " + base64.b64encode(b"k=" + fake)]),
            "in a JSON body": request("POST", fields=[good, "Content-Type: application/json"], body=json.dumps({"title": "a", "body": text}).encode()),
            "in a form": request("POST", fields=["Content-Type: application/x-www-form-urlencoded"], body=b"note=" + fake),
            "in plain text": request("POST", fields=["Content-Type: text/plain"], body=b"x" * 5000 + fake + b"y" * 5000),
            "in hex": request("POST", fields=["Content-Type: text/plain"], body=fake.hex().encode()),
        }
        for name, data in cases.items():
            if data is not None:
                with self.subTest(where=name):
                    self.slip(data)

    def test_row_05_the_reason_names_secret_and_slot_and_no_value(self):
        outcome = self.slip(request(fields=[b"X-Forward-Me: " + self.session.fake()]), "placeholder-wrong-slot")
        error = json.loads(outcome.body)["error"]
        self.assertIn("LAB_KEY", error["reason"])
        self.assertIn("scheme:Bearer", error["reason"] + error.get("mend", ""))
        self.assertNotIn(self.session.fake().decode(), json.dumps(error))

    def test_row_05_a_split_placeholder_in_a_body_is_found(self):
        fake = self.session.fake()
        chunks = b"".join(b"1\r\n%c\r\n" % c for c in b"note: " + fake + b".") + b"0\r\n\r\n"
        data = request("POST", fields=[self.bearer(), "Transfer-Encoding: chunked", "Content-Type: text/plain"]) + chunks
        outcome = self.session.talk(data, ("POST",))
        self.assertEqual(403, outcome.status, outcome)
        self.expect(outcome, 403, outcome.refusal, alarm=True)
        self.assertHoldsNot(fake[-12:], outcome.taken)
        self.assertHoldsNot(b"0\r\n\r\n", outcome.taken, "the request was ended for the server")

    def test_row_05_late_in_a_long_body_the_request_is_never_completed(self):
        fake = self.session.fake()
        body = b"z" * 400_000 + fake + b"z" * 1000
        outcome = self.session.talk(request("POST", "/sink", fields=[self.bearer(), "Content-Type: text/plain"], body=body), ("POST",))
        self.assertEqual(403, outcome.status, outcome)
        self.expect(outcome, 403, outcome.refusal, alarm=True)
        self.assertHoldsNot(fake, outcome.taken)
        self.assertLess(len(outcome.taken), len(body))

    def test_row_05_the_reason_reaches_a_client_that_still_sends(self):
        file = self.home.tmp / "upload"
        file.write_bytes(b"z" * 100_000 + self.session.fake() + b"z" * 8_000_000)
        for _ in range(3):
            ran = self.session.run("curl", "-sS", "--data-binary", f"@{file}", "-H", "Content-Type: text/plain", "https://api.lab.test/sink")
            self.assertEqual("placeholder-wrong-slot", json.loads(ran.out)["error"]["code"], ran)
            self.wanted[(403, "placeholder-wrong-slot")] += 1
            self.alarms += 1

    def test_row_05_a_placeholder_in_a_trailer_is_refused(self):
        data = request("POST", fields=["Transfer-Encoding: chunked", "Trailer: Authorization"]) + b"2\r\nhi\r\n0\r\n" + self.bearer() + b"\r\n\r\n"
        outcome = self.session.talk(data, ("POST",))
        self.assertHoldsNot(REAL, outcome.taken)
        self.assertHoldsNot(self.session.fake(), outcome.taken)

    def test_row_05_one_secrets_placeholder_in_anothers_place_is_refused(self):
        self.slip(request(host="header.lab.test", fields=[b"X-Api-Key: " + self.session.fake("LAB_KEY")]), "placeholder-wrong-host", "header.lab.test")
        self.slip(request(host="api.lab.test", fields=[b"Authorization: Bearer " + self.session.fake("LAB_HEADER")]), "placeholder-wrong-host")
        self.slip(request(host="other.lab.test", fields=[self.bearer()]), "placeholder-wrong-host", "other.lab.test")

    def test_row_05_a_placeholder_that_nobody_knows_is_refused(self):
        # Well formed, but of another session: a stale environment, or a guess.
        other = self.lab.session()
        self.addCleanup(other.stop)
        stale = other.fake("LAB_KEY")
        self.assertNotEqual(stale, self.session.fake("LAB_KEY"))
        self.slip(request(fields=[b"Authorization: Bearer " + stale]), "placeholder-unknown")

    def test_row_15_another_tenant_of_an_allowed_host_is_refused(self):
        for method, path in (("GET", "/v1/theirs/x"), ("GET", "/v1/min"), ("GET", "/v1"), ("GET", "/v1/shared/a/b"), ("DELETE", "/v1/mine/x"), ("GET", "/v1/mine/admin/x"), ("GET", "/v1/minex/y"), ("GET", "/V1/mine/x")):
            with self.subTest(method=method, path=path):
                self.assertRefused(self.ask(path, method, host="ruled.lab.test", key="LAB_RULED"), 403, "request-not-allowed")
        # A method is a word in capitals: nothing else can hide in one, nor be read as another.
        for method in ("get", "Get", "G_T", "GETGETGETGETGETGETGET"):
            with self.subTest(method=method):
                self.assertRefused(self.ask("/v1/mine/x", method, host="ruled.lab.test", key="LAB_RULED"), 400, "bad-method")
        for method, path in (("GET", "/v1/mine/x"), ("GET", "/v1/mine"), ("GET", "/v1/mine/a/b?c=/v1/theirs"), ("HEAD", "/v1/shared/a")):
            with self.subTest(method=method, path=path):
                outcome = self.ask(path, method, host="ruled.lab.test", key="LAB_RULED")
                self.assertAnswered(outcome, 200, "LAB_RULED")
                self.assertHolds(f"{method} {path} HTTP/1.1\r\n".encode(), outcome.taken)

    def test_row_15_no_spelling_of_a_path_gets_around_the_rules(self):
        refused = [
            "/v1/mine/../theirs/x", "/v1/mine/%2e%2e/theirs/x", "/v1/mine/%2E./theirs/x", "/v1/mine/..%2ftheirs/x", "/v1/mine/%2e%2e%2ftheirs",
            "/v1/mine/..%5ctheirs", "/v1/mine/..\\theirs", "/v1/mine\\..\\theirs", "/v1/mine/%252e%252e/theirs", "/v1/mine/%25252e%25252e/theirs",
            "/v1/mine/./x", "/v1/mine/x/..", "/v1/mine/..;/theirs", "/v1/mine/..;a=b/theirs", "/v1/mine/x%00/y", "/v1/mine/%2e", "/../v1/mine/x",
            "/v1/mine/%c0%ae%c0%ae/theirs", "/v1/mine/admin/x", "/v1/mine//admin/x", "//v1/theirs", "/v1/mine%2fadmin%2fx", "/v1/mine/admin%2fx", "/v1/mine/admin;x=y/z",
            "/v1/mine/%61dmin/x", "/v1/mine/%2561dmin/x", "/v1%2ftheirs%2fx", "/v1/mine/..%00/theirs", "/v1/mine/x?a#b", "/v1/mine/%", "/v1/mine/%zz", "/v1/mine/\xe4",
        ]  # fmt: skip
        for path in refused:
            with self.subTest(path=path):
                self.assertRefused(self.ask(path, host="ruled.lab.test", key="LAB_RULED"), (400, 403))

    def test_row_15_dots_are_refused_where_no_rule_is(self):
        for path in ("/v1/../admin/%2e%2e/", "/v1/..", "/%2e%2e/x", "/a/..%2fb", "/a%5c..%5cb"):
            with self.subTest(path=path):
                self.assertRefused(self.ask(path), 400, "ambiguous-path")

    def test_row_15_slashes_in_a_segment_are_sent_as_they_came(self):
        for path in ("/v1/@scope%2fname", "/v1/group%2Fproject/x?y=%2f%2e%2e", "/v1/a%20b;c=d", "/v1//x"):
            with self.subTest(path=path):
                outcome = self.ask(path)
                self.assertAnswered(outcome, 200, "LAB_KEY")
                self.assertHolds(f"GET {path} HTTP/1.1\r\n".encode(), outcome.taken)

    def test_row_15_the_size_of_a_body_and_the_rate_are_bounded(self):
        small = self.ask("/v1/mine/x", "PUT", ["Content-Type: text/plain"], b"s" * 100, host="ruled.lab.test", key="LAB_RULED")
        self.assertAnswered(small, 200, "LAB_RULED")
        self.assertRefused(self.ask("/v1/mine/x", "PUT", ["Content-Type: text/plain"], b"s" * 101, host="ruled.lab.test", key="LAB_RULED"), 413)
        chunked = request("PUT", "/v1/mine/x", "ruled.lab.test", [self.bearer("LAB_RULED"), "Transfer-Encoding: chunked"]) + b"40\r\n" + b"s" * 64 + b"\r\n40\r\n" + b"s" * 64 + b"\r\n0\r\n\r\n"
        outcome = self.session.talk(chunked, ("PUT",), connect="ruled.lab.test:443")
        self.assertEqual(413, outcome.status, outcome)
        self.assertHoldsNot(b"0\r\n\r\n", outcome.taken)
        answers = [self.ask("/v1/mine/x", "PATCH", host="ruled.lab.test", key="LAB_RULED").status for _ in range(5)]
        self.assertEqual([200, 200, 200, 429, 429], answers)

    def test_row_16_a_real_value_does_not_leave(self):
        """The child has got hold of it elsewhere and sends it out, to an allowed host."""
        value = SECRETS["LAB_HEADER"]
        text = value.decode()
        quoted = urllib.parse.quote(value, safe="")
        for host in ("other.lab.test", "api.lab.test"):
            cases = {
                "a field": request(host=host, fields=[b"X-Note: " + value]),
                "the slot of another": request(host=host, fields=[b"Authorization: Bearer " + value]),
                "a query": request(path=f"/json?q={quoted}", host=host),
                "a query, small hex": request(path="/json?q=" + quoted.replace("%2F", "%2f").replace("%2B", "%2b"), host=host),
                "a path": request(path=f"/v1/{quoted}/x", host=host),
                "a plain path": request(path=f"/v1/{text}", host=host),
                "Basic": request(host=host, fields=[b"Authorization: Basic " + base64.b64encode(b"u:" + value)]),
                "base64": request("POST", host=host, fields=["Content-Type: text/plain"], body=base64.b64encode(b"ab" + value + b"cd")),
                "url-safe base64": request("POST", host=host, fields=["Content-Type: text/plain"], body=base64.urlsafe_b64encode(b"a" + value + b"cd")),
                "hex": request("POST", host=host, fields=["Content-Type: text/plain"], body=value.hex().encode()),
                "JSON": request("POST", host=host, fields=["Content-Type: application/json"], body=json.dumps({"a": text}).replace("/", "\\/").encode()),
                "a name": request(host=host, fields=[b"X-" + value.hex().encode() + b": 1"]),
                "gzip": request("POST", host=host, fields=["Content-Type: text/plain", "Content-Encoding: gzip"], body=gzip.compress(b"it is " + value)),
            }
            for name, data in cases.items():
                with self.subTest(host=host, where=name):
                    outcome = self.session.talk(data, ("POST",), connect=f"{host}:443")
                    self.assertEqual(403, outcome.status, outcome)
                    self.expect(outcome, 403, outcome.refusal, alarm=True)
                    for core in (value[:20], *(c[:20] for c in cores(value, base64.b64encode))):
                        self.assertHoldsNot(core, outcome.taken)
        self.assertEqual([], find_values(json.dumps(self.lab.rows(self.session, self.begun)).encode()))

    def test_row_16_a_real_value_in_small_pieces_of_a_body_does_not_leave(self):
        value = SECRETS["LAB_HEADER"]
        data = request("POST", host="other.lab.test", fields=["Transfer-Encoding: chunked"]) + b"".join(b"1\r\n%c\r\n" % c for c in b"it is " + value + b".") + b"0\r\n\r\n"
        outcome = self.session.talk(data, ("POST",), connect="other.lab.test:443")
        self.assertEqual(403, outcome.status, outcome)
        self.expect(outcome, 403, outcome.refusal, alarm=True)
        unchunked = re.sub(rb"\r\n1\r\n", b"", outcome.taken)
        self.assertHoldsNot(value[-14:], unchunked)

    def test_row_16_a_real_value_over_plain_http_does_not_leave(self):
        data = b"GET http://plain.lab.test/json HTTP/1.1\r\nHost: plain.lab.test\r\n@CREDENTIALS@X-Note: " + SECRETS["LAB_HEADER"] + b"\r\n\r\n"
        outcome = self.session.talk(connect=None, tls=False, steps=[("tokens", data), ("replies", ["GET"])])
        self.assertRefused(outcome, 403, alarm=True)

    def test_row_28_compressed_and_multipart_requests_hide_nothing(self):
        fake = self.session.fake()
        part = b"--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n" + fake + b"\r\n--b--\r\n"
        cases = {
            "gzip": (["Content-Encoding: gzip", "Content-Type: application/json"], gzip.compress(b'{"a":"' + fake + b'"}')),
            "deflate": (["Content-Encoding: deflate"], zlib.compress(b"a=" + fake)),
            "multipart": (["Content-Type: multipart/form-data; boundary=b"], part),
            "multipart in base64": (["Content-Type: multipart/form-data; boundary=b"], part.replace(fake, base64.b64encode(fake))),
        }
        for name, (fields, body) in cases.items():
            with self.subTest(how=name):
                outcome = self.session.talk(request("POST", "/sink", fields=[self.bearer(), *fields], body=body), ("POST",))
                self.assertEqual(403, outcome.status, outcome)
                self.expect(outcome, 403, outcome.refusal, alarm=True)

    def test_row_28_what_cannot_be_looked_into_takes_only_the_fake_along(self):
        fake = self.session.fake()
        for name, coding, body in (("br", "br", brotli(fake)), ("twice", "gzip, gzip", gzip.compress(gzip.compress(fake)))):
            with self.subTest(how=name):
                outcome = self.session.talk(request("POST", "/echo", fields=[self.bearer(), f"Content-Encoding: {coding}"], body=body), ("POST",))
                self.assertIn(outcome.status, (200, 403, 415), outcome)
                # The slot is filled, the body is what the client sent.
                self.assertLessEqual(outcome.taken.count(REAL), 1)
                self.assertHoldsNot(REAL, outcome.taken.partition(b"\r\n\r\n")[2])
        self.assertDocumented("content-encoding")

    def test_row_28_a_bomb_in_a_request_is_bounded(self):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        body = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
        outcome = self.session.talk(request("POST", "/sink", fields=[self.bearer(), "Content-Encoding: gzip"], body=body), ("POST",), timeout=30)
        self.assertIn(outcome.status, (200, 400, 403, 413), outcome)
        self.assertAnswered(self.ask("/json"), 200, "LAB_KEY")

    def test_row_28_a_json_slot_is_filled_in_plain_json_alone(self):
        fake = self.session.fake("LAB_JSON")
        document = b'{"auth":{"token":"' + fake + b'"}}'
        for name, fields, body in (
            ("gzip", ["Content-Type: application/json", "Content-Encoding: gzip"], gzip.compress(document)),
            ("two values", ["Content-Type: application/json"], b'{"auth":{"token":"' + fake + b'","token":"x"}}'),
            ("elsewhere", ["Content-Type: application/json"], b'{"auth":{"other":"' + fake + b'"}}'),
            ("both", ["Content-Type: application/json"], b'{"auth":{"token":"' + fake + b'"},"copy":"' + fake + b'"}'),
            ("another kind", ["Content-Type: text/plain"], document),
            ("no JSON", ["Content-Type: application/json"], b'{"auth":{"token":"' + fake + b'"}'),
            ("as a name", ["Content-Type: application/json"], b'{"' + fake + b'":1,"auth":{"token":"x"}}'),
            ("with escapes", ["Content-Type: application/json"], b'{"auth":{"other":"' + b"".join(b"\\u%04x" % c for c in fake) + b'"}}'),
        ):
            with self.subTest(how=name):
                outcome = self.session.talk(request("POST", "/sink", "json.lab.test", fields, body), ("POST",), connect="json.lab.test:443")
                if name in ("with escapes", "another kind") and outcome.status == 200:
                    self.assertHoldsNot(SECRETS["LAB_JSON"], outcome.taken)
                    continue
                self.assertIn(outcome.status, (400, 403), outcome)
                self.assertNothingUpstream(outcome)


class AuthorityTest(GatewayTest):
    """Rows 6, 7, 17, 18, 24 and 25: one connection, one authority."""

    def test_row_06_redirects_are_returned_and_cleaned(self):
        for status in ("301", "302", "303", "307", "308"):
            for method in ("GET", "POST"):
                with self.subTest(status=status, method=method):
                    outcome = self.ask(f"/redirect/{status}", method, body=b"payload" if method == "POST" else b"")
                    self.assertAnswered(outcome, int(status), "LAB_KEY")
                    self.assertEqual("https://other.lab.test/stolen?token=" + self.session.fake().decode(), outcome.reply.field("location"))
                    self.assertHoldsNot(b"/stolen?token=", outcome.taken)
        self.assertEqual(0, self.lab.other.accepted)

    def test_row_06_a_client_that_follows_is_refused_there(self):
        location = self.ask("/redirect/307", "POST", body=b"x").reply.field("location")
        path = location.removeprefix("https://other.lab.test")
        self.assertRefused(self.ask(path, "POST", body=b"x", host="other.lab.test"), 403, alarm=True)
        self.assertRefused(self.ask(path, key=None, host="other.lab.test"), 403, "placeholder-wrong-host", alarm=True)

    def test_row_06_a_downgrade_to_http_gets_nothing(self):
        for host, codes in (("api.lab.test", None), ("plain.lab.test", "placeholder-wrong-host")):
            with self.subTest(host=host):
                data = f"GET http://{host}/stolen HTTP/1.1\r\nHost: {host}\r\n@CREDENTIALS@".encode() + self.bearer() + b"\r\n\r\n"
                outcome = self.session.talk(connect=None, tls=False, steps=[("tokens", data), ("replies", ["GET"])])
                self.assertRefused(outcome, 403, codes, alarm=host == "plain.lab.test")

    def test_row_07_host_is_the_tunnels(self):
        for host in ("other.lab.test", "closed.lab.test", "api.lab.test:8443", "api.lab.test:80", "api.lab.test.evil.test", "127.0.0.1", "other.lab.test:443", "xn--bcher-kva.lab.test"):
            with self.subTest(host=host):
                self.assertRefused(self.session.talk(request(host=host, fields=[self.bearer()])), 421, "authority-mismatch", alarm=True)

    def test_row_07_host_that_is_no_host_is_refused(self):
        for host in ("", "api.lab.test@evil", "api.lab.test, other.lab.test", "api.lab.test/x", "api.lab.test:443:443", "[api.lab.test]", "api.lab.test\t", "api lab.test", "api.lab.test:", "api.lab.test:0443", "api.lab.test:+443"):
            with self.subTest(host=host):
                outcome = self.session.talk(request(host=host, fields=[self.bearer()]))
                if host in ("api.lab.test\t", "api.lab.test:") and outcome.status == 200:
                    # White space around a value is no part of it (RFC 9112), and an empty port is the default (RFC 3986).
                    self.assertHolds(b"Host: api.lab.test\r\n", outcome.taken)
                    continue
                self.assertIn(outcome.status, (400, 421), outcome)
                self.assertNothingUpstream(outcome)

    def test_row_07_spellings_of_the_same_authority_are_the_same(self):
        for host in ("API.lab.test", "api.lab.test.", "api.lab.test:443"):
            with self.subTest(host=host):
                outcome = self.session.talk(request(host=host, fields=[self.bearer()]))
                self.assertAnswered(outcome, 200, "LAB_KEY")
                self.assertRegex(outcome.taken, rb"(?i)\r\nhost: api\.lab\.test\r\n")

    def test_row_07_absolute_form_is_the_tunnels(self):
        for target in ("https://other.lab.test/json", "http://api.lab.test/json", "https://api.lab.test:8443/json", "https://api.lab.test@other.lab.test/json", "https://other.lab.test@api.lab.test/json", "ftp://api.lab.test/", "https:///json", "https://", "//other.lab.test/json", "other.lab.test:443", "*", "json", ""):
            with self.subTest(target=target):
                outcome = self.session.talk(request(path=target, fields=[self.bearer()]))
                if target == "//other.lab.test/json":
                    # In origin form this is a path; it has to be sent as one.
                    if outcome.status != 400:
                        self.assertHolds(b"GET //other.lab.test/json HTTP/1.1\r\nHost: api.lab.test\r\n", outcome.taken)
                    continue
                self.assertIn(outcome.status, (400, 421), outcome)
                self.assertNothingUpstream(outcome)
        self.assertEqual(0, self.lab.other.accepted)

    def test_row_07_absolute_form_of_the_same_authority_goes_as_a_path(self):
        outcome = self.session.talk(request(path="https://api.lab.test/json?a=b", fields=[self.bearer()]))
        if outcome.status == 200:
            self.assertHolds(b"GET /json?a=b HTTP/1.1\r\n", outcome.taken)
        else:
            self.assertRefused(outcome, (400, 421))

    def test_row_07_absolute_form_and_host_disagree(self):
        self.assertRefused(self.session.talk(request(path="https://api.lab.test/json", host="other.lab.test", fields=[self.bearer()])), 421, "authority-mismatch", alarm=True)

    def test_row_07_the_server_name_of_tls_is_the_tunnels(self):
        for sni in ("other.lab.test", "closed.lab.test", "evil.example"):
            with self.subTest(sni=sni):
                outcome = self.session.talk(request(fields=[self.bearer()]), sni=sni)
                if outcome.tls:
                    self.assertRefused(outcome, 421, "authority-mismatch", alarm=True)
                    self.assertNotIn(sni, outcome.tls["names"])
                self.assertNothingUpstream(outcome)
        self.assertNotIn("other.lab.test", self.lab.api.handshakes)

    def test_row_07_without_a_server_name_the_tunnel_decides(self):
        outcome = self.session.talk(request(fields=[self.bearer()]), sni=None)
        if outcome.status == 200:
            self.assertEqual(["api.lab.test"], outcome.tls["names"])
            self.assertEqual("api.lab.test", self.lab.api.handshakes[-1])
        else:
            self.assertRefused(outcome, 421)

    def test_row_07_a_tunnel_whose_host_field_disagrees_is_refused(self):
        raw = b"CONNECT api.lab.test:443 HTTP/1.1\r\nHost: other.lab.test:443\r\n@CREDENTIALS@\r\n"
        outcome = self.session.talk(request(fields=[self.bearer()]), connect_raw=raw)
        self.assertRefused(outcome, 421, "authority-mismatch", alarm=True)

    def test_row_07_the_second_request_of_a_connection_is_judged_as_the_first(self):
        data = request(fields=[self.bearer()]) + request(host="other.lab.test", fields=[self.bearer()])
        outcome = self.session.talk(data, ("GET", "GET"))
        self.assertEqual([200, 421], [r.status for r in outcome.final], outcome)
        self.assertEqual(1, outcome.taken.count(b"HTTP/1.1\r\n"))
        self.assertHoldsNot(b"other.lab.test", outcome.taken)

    def test_row_07_a_tunnel_in_a_tunnel_is_refused(self):
        outcome = self.session.talk(b"CONNECT other.lab.test:443 HTTP/1.1\r\nHost: other.lab.test:443\r\n\r\n", ("CONNECT",))
        self.assertRefused(outcome, (400, 405, 421))

    def test_row_07_hosts_are_denied_unless_the_policy_names_them(self):
        outcome = self.assertRefused(self.ask(host="closed.lab.test"), 403, "host-not-allowed")
        self.assertEqual(403, outcome.connect)
        self.assertIn("mend", json.loads(outcome.body)["error"])
        self.assertEqual(0, self.lab.closed.accepted)

    def test_row_07_the_gateways_certificate_is_for_the_tunnels_host_alone(self):
        for host in ("api.lab.test", "other.lab.test"):
            outcome = self.ask(host=host, key=None)
            self.assertEqual([host], outcome.tls["names"])

    def test_row_17_a_session_ticket_is_not_good_for_another_host(self):
        result = self.session.order("resume", first="api.lab.test:443", second="other.lab.test:443", request=base64.b64encode(request(fields=[self.bearer()])).decode())
        self.session.received += base64.b64decode(result["received"])
        self.assertFalse(result["other"]["resumed"], result)
        self.assertEqual(["other.lab.test"], result["other"]["names"])

    def test_row_17_no_early_data(self):
        file = self.home.tmp / "tls-session"
        command = ["openssl", "s_client", "-proxy", f"127.0.0.1:{self.session.port}", "-proxy_user", "pale", "-proxy_pass", "env:LAB_TOKEN", "-connect", "api.lab.test:443", "-servername", "api.lab.test", "-tls1_3", "-sess_out", str(file)]
        ran = self.session.run(*command, env={"LAB_TOKEN": self.session.token}, input=b"GET /json HTTP/1.1\r\nHost: api.lab.test\r\nConnection: close\r\n\r\n")
        self.assertIn(b"TLSv1.3", ran.out, ran)
        for size in re.findall(rb"Max Early Data: (\d+)", ran.out):
            self.assertEqual(b"0", size)
        if file.exists():
            early = self.home.tmp / "early"
            early.write_bytes(request(fields=[self.bearer()]))
            ran = self.session.run(*command[:-2], "-sess_in", str(file), "-early_data", str(early), env={"LAB_TOKEN": self.session.token}, input=b"\n")
            self.assertNotIn(b"Early data was accepted", ran.out, ran)

    def test_row_17_old_tls_is_refused(self):
        for version in ("-tls1", "-tls1_1"):
            ran = self.session.run("openssl", "s_client", "-proxy", f"127.0.0.1:{self.session.port}", "-proxy_user", "pale", "-proxy_pass", "env:LAB_TOKEN", "-connect", "api.lab.test:443", version, "-cipher", "ALL:@SECLEVEL=0", env={"LAB_TOKEN": self.session.token}, input=b"\n")
            self.assertNotIn(b"BEGIN CERTIFICATE", ran.out, ran)

    def test_row_18_http2_is_told_that_it_is_not_spoken(self):
        both = self.session.talk(request(fields=[self.bearer()]), alpn=["h2", "http/1.1"])
        self.assertEqual("http/1.1", both.tls["alpn"])
        self.assertAnswered(both, 200, "LAB_KEY")
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
        for alpn in ([], ["http/1.1"]):
            outcome = self.session.talk(steps=[("send", preface), ("replies", ["GET"]), ("linger", 0.5)], alpn=alpn)
            self.assertMalformed(outcome, (400, 505))
            self.assertIn("HTTP/2", json.loads(outcome.body)["error"]["reason"] + json.loads(outcome.body)["error"].get("mend", ""))
        only = self.session.talk(preface, alpn=["h2"])
        self.assertNothingUpstream(only)
        self.assertNotEqual(200, only.status)
        if not only.tls:
            self.assertRegex(only.error.lower(), "protocol|alert|eof|reset|closed")

    def test_row_24_ways_out_of_the_path_are_stripped(self):
        outcome = self.ask("/alt-svc")
        self.assertAnswered(outcome, 200, "LAB_KEY")
        self.assertHoldsNot(b"alt-svc", outcome.raw.lower())
        self.assertHoldsNot(b"alternate-protocol", outcome.raw.lower())
        self.assertEqual("yes", outcome.reply.field("x-kept"))
        without = self.ask("/alt-svc", key=None, host="other.lab.test")
        self.assertHoldsNot(b"alt-svc", without.raw.lower())

    def test_row_25_nothing_is_cached(self):
        counts = [json.loads(self.ask("/cached").body)["count"] for _ in range(3)]
        self.assertEqual([counts[0], counts[0] + 1, counts[0] + 2], counts)


class FramingTest(GatewayTest):
    """Rows 8, 9 and 10: bytes that two readers read in two ways."""

    def bad(self, data, status=(400, 431, 501, 505), methods=("POST",), **more):
        outcome = self.session.talk(steps=[("send", data), ("replies", list(methods)), ("linger", 0.05)], methods=methods, **more)
        self.assertMalformed(outcome, status)
        return outcome

    def test_row_08_ambiguous_lengths_are_refused(self):
        smuggled = request(path="/stolen", fields=[self.bearer()])
        cases = {
            "CL and TE": ["Content-Length: 4", "Transfer-Encoding: chunked"],
            "TE and CL": ["Transfer-Encoding: chunked", "Content-Length: 4"],
            "two lengths": ["Content-Length: 4", "Content-Length: 5"],
            "the same length twice": ["Content-Length: 4", "Content-Length: 4"],
            "a list": ["Content-Length: 4, 4"],
            "a plus": ["Content-Length: +4"],
            "a minus": ["Content-Length: -1"],
            "hex": ["Content-Length: 0x4"],
            "a blank inside": ["Content-Length: 1 0"],
            "nothing": ["Content-Length: "],
            "underscore": ["Content-Length: 1_0"],
            "a fraction": ["Content-Length: 4.0"],
            "too large": ["Content-Length: 99999999999999999999"],
            "other digits": ["Content-Length: \xb24"],
            "in capitals": ["Transfer-Encoding: CHUNKED"],
            "xchunked": ["Transfer-Encoding: xchunked"],
            "xchunked and length": ["Transfer-Encoding: xchunked", "Content-Length: 4"],
            "chunked, identity": ["Transfer-Encoding: chunked, identity"],
            "identity": ["Transfer-Encoding: identity"],
            "gzip, chunked": ["Transfer-Encoding: gzip, chunked"],
            "chunked twice": ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
            "chunked, chunked": ["Transfer-Encoding: chunked, chunked"],
            "chunked in quotes": ['Transfer-Encoding: "chunked"'],
            "vertical tab": ["Transfer-Encoding: \x0bchunked"],
            "empty TE": ["Transfer-Encoding: "],
            "TE with parameter": ["Transfer-Encoding: chunked;q=1"],
            "TE with control": ["Transfer-Encoding: chunked\x01"],
            "space before colon": ["Transfer-Encoding : chunked"],
            "tab before colon": ["Transfer-Encoding\t: chunked"],
            "line end before": ["X: y\rTransfer-Encoding: chunked"],
        }
        for name, fields in cases.items():
            with self.subTest(case=name):
                self.bad(request("POST", "/sink", fields=[self.bearer(), *fields]) + b"0\r\n\r\n" + smuggled)
        self.bad(request("POST", "/sink", fields=[self.bearer(), "Transfer-Encoding: chunked"], version="1.0") + b"0\r\n\r\n")

    def test_row_08_malformed_heads_are_refused(self):
        auth = self.bearer()
        host = b"Host: api.lab.test\r\n"
        cases = {
            "bare LF everywhere": b"GET /json HTTP/1.1\n" + host.replace(b"\r", b"") + auth + b"\n\n",
            "bare LF in a line": b"GET /json HTTP/1.1\r\n" + host + b"X: a\nY: b\r\n" + auth + b"\r\n\r\n",
            "bare CR in a value": b"GET /json HTTP/1.1\r\n" + host + b"X: a\rY: b\r\n" + auth + b"\r\n\r\n",
            "bare CR as line end": b"GET /json HTTP/1.1\r" + host + auth + b"\r\n\r\n",
            "NUL in a value": b"GET /json HTTP/1.1\r\n" + host + b"X: a\0b\r\n" + auth + b"\r\n\r\n",
            "control in a value": b"GET /json HTTP/1.1\r\n" + host + b"X: a\x08b\r\n" + auth + b"\r\n\r\n",
            "DEL in a value": b"GET /json HTTP/1.1\r\n" + host + b"X: a\x7fb\r\n" + auth + b"\r\n\r\n",
            "NUL in the target": b"GET /js\0on HTTP/1.1\r\n" + host + auth + b"\r\n\r\n",
            "folded line": b"GET /json HTTP/1.1\r\n" + host + b"X: a\r\n b\r\n" + auth + b"\r\n\r\n",
            "folded authorisation": b"GET /json HTTP/1.1\r\n" + host + b"Authorization: Bearer\r\n\t" + self.session.fake() + b"\r\n\r\n",
            "space before the first field": b"GET /json HTTP/1.1\r\n " + host + auth + b"\r\n\r\n",
            "space before a colon": b"GET /json HTTP/1.1\r\n" + host + b"X : a\r\n" + auth + b"\r\n\r\n",
            "space before Host's colon": b"GET /json HTTP/1.1\r\nHost : api.lab.test\r\n" + auth + b"\r\n\r\n",
            "no colon": b"GET /json HTTP/1.1\r\n" + host + b"nonsense\r\n" + auth + b"\r\n\r\n",
            "empty name": b"GET /json HTTP/1.1\r\n" + host + b": a\r\n" + auth + b"\r\n\r\n",
            "name with a blank": b"GET /json HTTP/1.1\r\n" + host + b"X Y: a\r\n" + auth + b"\r\n\r\n",
            "name with 8 bits": b"GET /json HTTP/1.1\r\n" + host + b"X\xe4: a\r\n" + auth + b"\r\n\r\n",
            "two hosts": b"GET /json HTTP/1.1\r\n" + host + host + auth + b"\r\n\r\n",
            "two different hosts": b"GET /json HTTP/1.1\r\n" + host + b"hOsT: other.lab.test\r\n" + auth + b"\r\n\r\n",
            "no host": b"GET /json HTTP/1.1\r\n" + auth + b"\r\n\r\n",
            "two blanks": b"GET  /json HTTP/1.1\r\n" + host + auth + b"\r\n\r\n",
            "tab in the request line": b"GET\t/json\tHTTP/1.1\r\n" + host + auth + b"\r\n\r\n",
            "blank in the target": b"GET /json x HTTP/1.1\r\n" + host + auth + b"\r\n\r\n",
            "fragment": b"GET /json#x HTTP/1.1\r\n" + host + auth + b"\r\n\r\n",
            "8 bits in the target": b"GET /js\xc3\xb6n HTTP/1.1\r\n" + host + auth + b"\r\n\r\n",
            "no version": b"GET /json\r\n" + host + auth + b"\r\n\r\n",
            "version 0.9": b"GET /json HTTP/0.9\r\n" + host + auth + b"\r\n\r\n",
            "version 1.2": b"GET /json HTTP/1.2\r\n" + host + auth + b"\r\n\r\n",
            "version 2.0": b"GET /json HTTP/2.0\r\n" + host + auth + b"\r\n\r\n",
            "version 1.10": b"GET /json HTTP/1.10\r\n" + host + auth + b"\r\n\r\n",
            "version in small letters": b"GET /json http/1.1\r\n" + host + auth + b"\r\n\r\n",
            "blank after the version": b"GET /json HTTP/1.1 \r\n" + host + auth + b"\r\n\r\n",
            "method with a sign": b"GE(T /json HTTP/1.1\r\n" + host + auth + b"\r\n\r\n",
            "leading blank": b" GET /json HTTP/1.1\r\n" + host + auth + b"\r\n\r\n",
            "two empty lines first": b"\r\n\r\nGET /json HTTP/1.1\r\n" + host + auth + b"\r\n\r\n",
            "TLS in TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 32 + b"\r\n\r\n",
        }
        for name, data in cases.items():
            with self.subTest(case=name):
                self.bad(data, methods=("GET",))

    def test_row_08_large_heads_are_refused(self):
        for name, fields in (
            ("one long line", ["X: " + "a" * 70_000]),
            ("many fields", [f"X-{n}: 1" for n in range(1000)]),
            ("many long fields", ["X: " + "a" * 8000] * 20),
        ):
            with self.subTest(case=name):
                self.bad(request(fields=[self.bearer(), *fields]), (400, 431), ("GET",))
        self.bad(request(path="/json?" + "a" * 70_000, fields=[self.bearer()]), (400, 414, 431), ("GET",))

    def test_row_08_malformed_chunks_are_refused_and_never_completed(self):
        head = request("POST", "/sink", fields=[self.bearer(), "Transfer-Encoding: chunked"])
        cases = {
            "minus": b"-4\r\nabcd\r\n0\r\n\r\n",
            "plus": b"+4\r\nabcd\r\n0\r\n\r\n",
            "0x": b"0x4\r\nabcd\r\n0\r\n\r\n",
            "blank first": b" 4\r\nabcd\r\n0\r\n\r\n",
            "blank after": b"4 \r\nabcd\r\n0\r\n\r\n",
            "no size": b"\r\nabcd\r\n0\r\n\r\n",
            "letters": b"4g\r\nabcd\r\n0\r\n\r\n",
            "overflow": b"10000000000000004\r\nabcd\r\n0\r\n\r\n",
            "bare LF": b"4\nabcd\n0\n\n",
            "LF in an extension": b"4;a\nb\r\nabcd\r\n0\r\n\r\n",
            "CR in an extension": b"4;a\rb\r\nabcd\r\n0\r\n\r\n",
            "long extension": b"4;" + b"a" * 20_000 + b"\r\nabcd\r\n0\r\n\r\n",
            "data too long": b"4\r\nabcdef\r\n0\r\n\r\n",
            "bare LF after data": b"4\r\nabcd\n0\r\n\r\n",
            "malformed trailer": b"4\r\nabcd\r\n0\r\nX : y\r\n\r\n",
            "endless trailers": b"4\r\nabcd\r\n0\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        }
        for name, body in cases.items():
            with self.subTest(case=name):
                outcome = self.session.talk(head + body + request(path="/stolen"), ("POST",))
                self.assertIn(outcome.status, (400, 431), outcome)
                self.assertHoldsNot(b"\r\n0\r\n", outcome.taken)
                self.assertHoldsNot(b"/stolen", outcome.taken)
                self.assertEqual(1, len(outcome.final))

    def test_row_08_a_body_that_is_cut_is_never_completed(self):
        whole = request("POST", "/sink", fields=[self.bearer()], body=b"x" * 1000)
        for name, data in (("length", whole[:-1]), ("chunks", request("POST", "/sink", fields=[self.bearer(), "Transfer-Encoding: chunked"]) + b"400\r\nabc")):
            with self.subTest(case=name):
                outcome = self.session.talk(steps=[("send", data), ("sleep", 0.1)])
                self.assertEqual(b"", outcome.raw)
                self.assertHoldsNot(b"\r\n0\r\n\r\n", outcome.taken)

    def test_row_08_what_is_sent_is_written_anew(self):
        data = b"\r\nPOST /sink HTTP/1.1\r\nhOsT:api.lab.test\r\nX-a:   1  \r\n" + self.bearer() + b"\r\nTRANSFER-encoding:  chunked \r\n\r\n4;ext=1\r\nabcd\r\n0\r\n\r\n"
        outcome = self.assertAnswered(self.session.talk(data, ("POST",)), 200, "LAB_KEY")
        self.assertEqual(4, json.loads(outcome.body)["bytes"])
        self.assertHoldsNot(b"ext=1", outcome.taken)
        self.assertHolds(b"POST /sink HTTP/1.1\r\n", outcome.taken)
        self.assertRegex(outcome.taken, rb"(?i)\r\nx-a: 1\r\n")
        self.assertTrue(outcome.taken.startswith(b"POST "), outcome)

    def test_row_08_pipelined_requests_are_answered_in_order(self):
        data = b"".join(request(path=f"/v1/{n}", fields=[self.bearer()]) for n in range(5))
        outcome = self.session.talk(data, ("GET",) * 5)
        self.assertEqual([f"/v1/{n}" for n in range(5)], [json.loads(r.body)["path"] for r in outcome.final])
        self.assertEqual(5, outcome.taken.count(REAL))

    def test_row_08_answers_that_two_read_in_two_ways_are_refused(self):
        kinds = ("cl-te", "two-cl", "cl-list", "cl-plus", "cl-hex", "cl-huge", "xchunked", "te-10", "split", "bare-lf", "fold", "nul", "space-colon", "no-colon", "status", "version", "garbage", "http09", "cut-head", "empty", "101")
        for kind in kinds:
            with self.subTest(kind=kind):
                outcome = self.ask(f"/bad/{kind}")
                self.assertEqual(502, outcome.status, outcome)
                self.assertNotEqual("", outcome.refusal)
                self.expect(outcome, 502, outcome.refusal)
                self.assertHoldsNot(b"smuggled", outcome.raw.lower().replace(outcome.refusal.encode(), b""))
                self.assertHoldsNot(b"x-evil", outcome.raw.lower())

    def test_row_08_an_answer_that_breaks_off_does_not_look_whole(self):
        for kind in ("chunk-size", "chunk-0x", "chunk-over", "chunk-end", "chunk-ext", "cut", "cut-chunk"):
            with self.subTest(kind=kind):
                outcome = self.ask(f"/bad/{kind}")
                self.assertTrue(outcome.status == 502 or (outcome.ended in ("eof", "reset") and not outcome.reply.complete), outcome)

    def test_row_08_what_a_server_sends_too_much_reaches_nobody(self):
        for path, status, method in (("/bad/extra", 200, "GET"), ("/head-body", 200, "HEAD"), ("/no-body/204", 204, "GET"), ("/no-body/304", 304, "GET")):
            with self.subTest(path=path):
                data = request(method, path, fields=[self.bearer()])
                second = request(path="/v1/second", fields=[self.bearer()])
                outcome = self.session.talk(methods=(method, "GET"), steps=[("send", data), ("replies", [method]), ("linger", 0.2), ("send", second), ("replies", [method, "GET"])])
                self.assertEqual(status, outcome.status, outcome)
                self.assertHoldsNot(b"smuggled", outcome.raw.lower())
                if len(outcome.final) > 1:
                    self.assertEqual("/v1/second", json.loads(outcome.final[1].body)["path"], outcome)

    def test_row_08_a_huge_head_of_a_server_is_refused(self):
        outcome = self.ask("/huge-head")
        self.assertEqual(502, outcome.status, outcome)

    def test_row_09_trailers_are_dropped(self):
        data = request("POST", "/echo", fields=[self.bearer(), "Transfer-Encoding: chunked", "Trailer: X-Late"]) + b"2\r\nhi\r\n0\r\nX-Late: 1\r\nHost: other.lab.test\r\nContent-Length: 5\r\n\r\n"
        outcome = self.session.talk(data, ("POST",))
        self.assertIn(outcome.status, (200, 400), outcome)
        for word in (b"x-late:", b"other.lab.test", b"trailer:"):
            self.assertHoldsNot(word, outcome.taken.lower())

    def test_row_09_trailers_of_an_answer_are_dropped_or_cleaned(self):
        for fields in ([], ["TE: trailers"]):
            with self.subTest(fields=fields):
                outcome = self.ask("/trailers", fields=fields)
                self.assertAnswered(outcome, 200, "LAB_KEY")
                self.assertEqual(b"ok", outcome.body)
                self.assertHoldsNot(b"set-cookie", outcome.raw.lower())
                self.assertHoldsNot(b"te: trailers", outcome.taken.lower())

    def test_row_09_connection_cannot_take_a_field_away(self):
        for token in ("authorization", "close, Authorization", "x-api-key", "host", "content-length"):
            with self.subTest(token=token):
                outcome = self.ask(fields=[f"Connection: {token}"])
                if outcome.status == 200:
                    self.assertHolds(b"Authorization: Bearer " + REAL, outcome.taken)
                    self.assertNotRegex(outcome.taken.lower(), rb"connection:[^\r]*authorization")
                else:
                    self.assertRefused(outcome, 400)

    def test_row_09_fields_of_one_hop_are_not_passed_on(self):
        outcome = self.ask(fields=["Connection: keep-alive", "Keep-Alive: 300", "Proxy-Connection: keep-alive", "TE: trailers, gzip", "Proxy-Authorization: Basic cGFsZTp4"])
        self.assertAnswered(outcome, 200, "LAB_KEY")
        for word in (b"keep-alive:", b"proxy-", b"\r\nte:"):
            self.assertHoldsNot(word, outcome.taken.lower())

    def test_row_09_the_token_of_the_proxy_never_leaves(self):
        data = b"GET http://plain.lab.test/echo HTTP/1.1\r\nHost: plain.lab.test\r\n@CREDENTIALS@\r\n"
        outcome = self.session.talk(connect=None, tls=False, steps=[("tokens", data), ("replies", ["GET"])])
        self.assertAnswered(outcome)
        token = self.session.token.encode()
        for place in (outcome.taken, outcome.raw):
            self.assertHoldsNot(token, place)
            self.assertHoldsNot(base64.b64encode(b"pale:" + token), place)

    def test_row_09_fields_of_one_hop_of_a_server_are_not_passed_on(self):
        outcome = self.ask("/hop")
        self.assertAnswered(outcome, 200, "LAB_KEY")
        for name in ("x-private", "keep-alive", "proxy-authenticate", "proxy-authentication-info", "upgrade"):
            self.assertIsNone(outcome.reply.field(name), outcome)
        self.assertEqual("yes", outcome.reply.field("x-kept"))

    def test_row_09_expect_is_answered_and_the_body_counts(self):
        head, body = request("POST", "/continue", fields=[self.bearer(), "Expect: 100-continue", "Content-Length: 6"]), b"abcdef"
        outcome = self.session.talk(methods=("POST",), steps=[("send", head), ("interim",), ("send", body), ("replies", ["POST"])])
        self.assertAnswered(outcome, 200, "LAB_KEY")
        self.assertEqual(100, outcome.replies[0].status, outcome)
        self.assertEqual(6, json.loads(outcome.body)["got"])
        outcome = self.session.talk(request("POST", "/continue", fields=[self.bearer(), "Expect: 200-maybe"], body=body), ("POST",))
        self.assertIn(outcome.status, (400, 417), outcome)
        self.assertNothingUpstream(outcome)

    def test_row_09_a_refused_expectation_does_not_turn_the_body_into_a_request(self):
        smuggled = request(path="/stolen")
        data = request("POST", "/refuse-expect", fields=[self.bearer(), "Expect: 100-continue", f"Content-Length: {len(smuggled)}"])
        outcome = self.session.talk(methods=("POST",), steps=[("send", data), ("interim",), ("send", smuggled), ("linger", 0.3)])
        self.assertHoldsNot(b"GET /stolen HTTP/1.1\r\nHost: api.lab.test\r\n\r\nX", outcome.taken)
        self.assertLessEqual(len(outcome.final), 1, outcome)

    def test_row_09_an_early_answer_reaches_a_client_that_still_sends(self):
        head = request("POST", "/early", fields=[self.bearer(), "Content-Length: 50000000"])
        outcome = self.session.talk(methods=("POST",), steps=[("send", head + b"x" * 100_000), ("replies", ["POST"]), ("linger", 0.5)], timeout=20)
        self.assertEqual(413, outcome.status, outcome)
        self.assertEqual(b"too large", outcome.body)
        self.assertIn(outcome.ended, ("eof", "reset"), outcome)

    def test_row_09_interim_answers_without_end_are_refused(self):
        outcome = self.ask("/many-100")
        self.assertIn(outcome.status, (200, 502), outcome)
        self.assertLess(len(outcome.raw), 100_000)

    def test_row_10_upgrades_to_anything_but_websocket_are_not_passed_on(self):
        for upgrade, more in (("h2c", ["HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"]), ("TLS/1.0", []), ("raw", []), ("websocket, h2c", []), ("h2c, websocket", [])):
            with self.subTest(upgrade=upgrade):
                data = request(path="/v1/x", fields=[self.bearer(), "Connection: Upgrade, HTTP2-Settings", f"Upgrade: {upgrade}", *more]) + request(path="/v1/second")
                outcome = self.session.talk(data, ("GET", "GET"))
                self.assertNotEqual(101, outcome.status, outcome)
                for word in (b"\r\nupgrade:", b"http2-settings", b"connection: upgrade"):
                    self.assertHoldsNot(word, outcome.taken.lower())

    def test_row_10_a_switch_that_nobody_asked_for_is_refused(self):
        accepted = self.lab.api.accepted
        outcome = self.session.talk(methods=("GET",), steps=[("send", request(path="/bad/101", fields=[self.bearer()])), ("replies", ["GET"]), ("send", request(path="/absent")), ("replies", ["GET", "GET"])])
        self.assertEqual(502, outcome.status, outcome)
        # What the client sends next is a request like any other, and goes over another connection.
        self.assertEqual(accepted + 2, self.lab.api.accepted, outcome)
        self.assertEqual(404, outcome.final[1].status, outcome)
