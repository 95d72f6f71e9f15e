"""The laboratory itself, without the gateway between: its servers do show what the tests look for.

A server that no longer showed the credential would let every test of the catalogue pass.
"""

import socket
import ssl
import unittest

from gateway_answers import CODINGS, RENDERINGS
from gateway_lab import SECRETS, Pki, Upstream, find_values, request
from gateway_puppet import replies
from test_gateway_attacks import unpacked

BEARER = b"Authorization: Bearer " + SECRETS["LAB_KEY"]


class LaboratoryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pki = Pki.get()
        cls.upstream = Upstream("api", (cls.pki.cert, cls.pki.key))

    @classmethod
    def tearDownClass(cls):
        cls.upstream.close()

    def ask(self, path, method="GET", fields=(), body=b""):
        context = ssl.create_default_context(cafile=self.pki.ca)
        data = b""
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.upstream.port), 10), server_hostname="api.lab.test") as connection:
            connection.settimeout(2)
            connection.sendall(request(method, path, fields=[BEARER, "Connection: close", *fields], body=body))
            while more := self.some(connection):
                data += more
        return data

    @staticmethod
    def some(connection):
        try:
            return connection.recv(65536)
        except OSError:
            return b""

    def shown(self, data):
        return find_values(data + b"".join(unpacked(r) for r in replies(data)))

    def test_every_reflection_shows_the_credential(self):
        for form in RENDERINGS:
            if form not in ("reversed", "upper", "sha256", "spaced", "base32", "json-unicode"):
                with self.subTest(form=form):
                    self.assertTrue(self.shown(self.ask(f"/show/{form}")))
        for path in ("/echo", "/fields", "/field-name", "/reason", "/redirect/302", "/trailers", "/early-hints", "/range", "/half?page=1", "/unasked/multipart", "/bad/fold", "/bad/no-colon", "/bad/garbage", "/bad/101", "/bad/cut-chunk"):
            with self.subTest(path=path):
                self.assertTrue(self.shown(self.ask(path)))

    def test_every_delivery_and_coding_shows_the_credential(self):
        for how in ("length", "chunk", "bytes", "drip", "close", "long", "longchunks"):
            with self.subTest(how=how):
                self.assertTrue(self.shown(self.ask(f"/show/plain?how={how}")))
        for coding in CODINGS:
            if coding not in ("gzip-cut", "gzip-br", "in-te"):
                with self.subTest(coding=coding):
                    data = self.ask(f"/packed/{coding}")
                    self.assertTrue(self.shown(data), data)

    def test_every_byte_is_written_down_and_smuggled_requests_are_answered(self):
        self.upstream.taken()
        self.ask("/sink", "POST", ["Content-Length: 3"], b"")
        self.upstream.taken()
        data = request("POST", "/json", fields=[BEARER, "Content-Length: 4", "Transfer-Encoding: chunked"]) + b"0\r\n\r\n" + request(path="/v1/smuggled", fields=["Connection: close"])
        context = ssl.create_default_context(cafile=self.pki.ca)
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.upstream.port), 10), server_hostname="api.lab.test") as connection:
            connection.sendall(data)
            answer = b""
            while more := self.some(connection):
                answer += more
        self.assertEqual(data, self.upstream.taken())
        self.assertEqual([200, 200], [r.status for r in replies(answer)])

    def test_a_value_is_found_in_every_rendering(self):
        value = SECRETS["LAB_KEY"]
        for form in ("plain", "base64", "base64url", "basic", "hex", "HEX", "percent", "percent-lower", "json-slash"):
            with self.subTest(form=form):
                self.assertTrue(find_values(b"x" + RENDERINGS[form](value) + b"y"))
        self.assertEqual([], find_values(b"nothing of it"))
        self.assertEqual(["LAB_KEY in part"], find_values(value[3:20]))

    def test_certificates_are_good_and_bad_as_said(self):
        for pair, good in (((self.pki.cert, self.pki.key), True), (self.pki.stranger[1:], False), (self.pki.wrong_name[1:], False), (self.pki.expired[1:], False)):
            server = Upstream("x", pair)
            try:
                context = ssl.create_default_context(cafile=self.pki.ca)
                with socket.create_connection(("127.0.0.1", server.port), 5) as plain:
                    if good:
                        context.wrap_socket(plain, server_hostname="api.lab.test").close()
                    else:
                        with self.assertRaises(ssl.SSLCertVerificationError):
                            context.wrap_socket(plain, server_hostname="api.lab.test")
            finally:
                server.close()
