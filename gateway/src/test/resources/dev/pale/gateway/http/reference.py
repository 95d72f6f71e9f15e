"""Answers each request with how Python's http.server reads it. Word: the socket."""

import base64
import http.server
import os
import socketserver
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "client"

    def log_message(self, format, *args):
        pass

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.tell
        raise AttributeError(name)

    def tell(self):
        # It leaves bodies to its users: nothing to compare where they would have to take chunks apart.
        lengths = self.headers.get_all("content-length") or []
        if self.headers.get_all("transfer-encoding") or len(lengths) > 1:
            self.close_connection = True
            self.send_error(501)
            return
        body = self.rfile.read(int(lengths[0])) if lengths else b""
        if lengths and len(body) < int(lengths[0]):
            self.close_connection = True
            return
        lines = [self.command, self.path, body.hex()]
        lines += [name + "=" + value for name, value in self.headers.items()]
        reading = base64.b64encode("\n".join(lines).encode("latin-1", "replace")).decode()
        self.send_response(200)
        self.send_header("X-Reading", reading)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


server = Server(sys.argv[1], Handler)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
print("ready", flush=True)
server.serve_forever()
