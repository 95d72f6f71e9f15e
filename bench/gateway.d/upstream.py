"""nginx as the TLS 1.3 upstream: it answers only those who send the real value, so each counted answer proves the swap."""
import http.server
import json
import os
import secrets
import socket
import subprocess
import threading
import time

import processes

ECHO_BYTES = 240
BIG_BYTES = 1 << 20
EVENTS = 8
EVENT_GAP_SECONDS = 0.02
NAMES = "DNS:api.lab.test,DNS:*.many.lab.test"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Events(http.server.BaseHTTPRequestHandler):
    """An event each 20 ms that says when it was written, by CLOCK_MONOTONIC; Java's nanoTime reads the same clock."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        for _ in range(EVENTS):
            time.sleep(EVENT_GAP_SECONDS)
            self.wfile.write(b"data: %d\n\n" % time.monotonic_ns())
        self.wfile.write(b"data: end\n\n")

    def log_message(self, *_):
        pass


class Upstream:
    def __init__(self, folder, nginx):
        self.folder, self.port, self.plain_port = folder, free_port(), free_port()
        self.real = "sk-bench-" + secrets.token_hex(24)
        self.log = os.path.join(folder, "proof.log")
        self._certificates()
        self.events = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Events)
        self.events.daemon_threads = True
        threading.Thread(target=self.events.serve_forever, daemon=True).start()
        os.makedirs(os.path.join(folder, "www"))
        with open(os.path.join(folder, "www", "big"), "w") as out:
            text = "".join(json.dumps({"id": secrets.token_hex(8), "name": f"item {i}", "tags": ["a", "b"], "n": i}) + "\n"
                           for i in range(16500))
            out.write(text[:BIG_BYTES])
        body = json.dumps({"id": "resp_0123456789abcdef", "object": "response", "model": "bench-1", "usage": {"in": 12, "out": 34}, "text": ""})
        body = body[:-2] + "x" * (ECHO_BYTES - len(body)) + body[-2:]
        config = os.path.join(folder, "nginx.conf")
        with open(config, "w") as out:
            out.write(self._config(body))
        self.process = subprocess.Popen([nginx, "-e", os.path.join(folder, "error.log"), "-p", folder, "-c", config],
                                        start_new_session=True, stdin=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)

    def close(self):
        processes.stop(self.process)
        self.events.shutdown()

    def proven(self):
        """How often /v1/proof was asked for since the last call, and whether each time with the real value."""
        time.sleep(0.05)
        with open(self.log, "r+") as file:
            lines = file.read().splitlines()
            file.truncate(0)
        return len(lines), all(line.endswith(" Bearer " + self.real) for line in lines)

    def _certificates(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        for name, subject in (("ca", "/CN=bench test CA"), ("proxyca", "/CN=bench proxy CA")):
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key",
                    "-out", name + ".pem", "-days", "30", "-subj", subject, "-addext", "basicConstraints=critical,CA:TRUE",
                    "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        with open(os.path.join(self.folder, "leaf.ext"), "w") as out:
            out.write(f"subjectAltName={NAMES}\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr",
                "-subj", "/CN=api.lab.test")
        openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "leaf.pem", "-days", "20",
                "-extfile", "leaf.ext")
        with open(os.path.join(self.folder, "squid.pem"), "w") as out:
            for part in ("proxyca.pem", "proxyca.key"):
                with open(os.path.join(self.folder, part)) as file:
                    out.write(file.read())
        self.ca, self.proxy_ca = os.path.join(self.folder, "ca.pem"), os.path.join(self.folder, "proxyca.pem")

    def _config(self, body):
        assert len(body) == ECHO_BYTES
        folder = self.folder
        user = "user root;" if os.geteuid() == 0 else ""
        temp = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return f"""daemon off; worker_processes 1; pid {folder}/nginx.pid; {user}
events {{ worker_connections 4096; }}
http {{
  {temp}
  access_log off; sendfile on; tcp_nodelay on; server_tokens off;
  keepalive_timeout 300s; keepalive_requests 1000000000; client_max_body_size 0; client_body_buffer_size 2m;
  map_hash_bucket_size 256; open_file_cache max=10; default_type application/json;
  log_format proof '$host $http_authorization';
  map $http_authorization $swapped {{ default 0; "Bearer {self.real}" 1; }}
  server {{
    listen 127.0.0.1:{self.port} ssl backlog=4096; server_name _; root {folder}/www;
    ssl_protocols TLSv1.3; ssl_certificate {folder}/leaf.pem; ssl_certificate_key {folder}/leaf.key;
    location = /v1/proof {{ access_log {self.log} proof; return 200 '{{"seen":true}}'; }}
    location = /v1/echo {{ if ($swapped = 0) {{ return 401; }} return 200 '{body}'; }}
    location = /big {{ if ($swapped = 0) {{ return 401; }} }}
    location = /upload {{
      if ($swapped = 0) {{ return 401; }}
      # Takes the whole body in before it answers; the body itself goes nowhere.
      proxy_pass http://127.0.0.1:{self.plain_port}; proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_method GET;
    }}
    location = /events {{
      if ($swapped = 0) {{ return 401; }}
      proxy_pass http://127.0.0.1:{self.events.server_address[1]}; proxy_buffering off;
    }}
  }}
  server {{ listen 127.0.0.1:{self.plain_port}; location / {{ return 200 '{body}'; }} }}
}}
"""


def wait_for_port(port, process, seconds=15):
    """Until somebody accepts there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None:
                raise SystemExit(f"{process.args[0]} ended with {process.returncode}")
            time.sleep(0.002)
    raise SystemExit(f"{process.args[0]} does not listen")
