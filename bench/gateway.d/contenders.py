"""The contenders of bench/gateway: each starts a proxy that ends TLS and swaps the bench's placeholder for the real value."""
import base64
import json
import os
import platform
import re
import select
import shutil
import socket
import subprocess
import time

import common
import processes
import upstream

PACKAGES = {"http-mitm-proxy": "1.1.0", "@anthropic-ai/sandbox-runtime": "0.0.78"}
HERE = os.path.dirname(os.path.abspath(__file__))
SEARCH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/lib/squid:/usr/libexec/squid"


def program(name):
    return shutil.which(name, path=SEARCH)


def npm():
    """Installs the npm peers and a node that suits them; returns (node, folder of modules)."""
    folder = os.path.join(common.cache_folder(), "gateway-npm")
    machine = "arm64" if platform.machine() in ("aarch64", "arm64") else "x64"
    modules = os.path.join(folder, "node_modules")
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()] + [f"node-linux-{machine}@24"]
    done = os.path.join(folder, "done")
    if not os.path.exists(done) or open(done).read() != " ".join(wanted):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "package.json"), "w") as out:
            json.dump({"name": "bench", "private": True}, out)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--force", *wanted], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(done, "w") as out:
            out.write(" ".join(wanted))
    return os.path.join(modules, f"node-linux-{machine}", "bin", "node"), modules


class Contender:
    """One proxy. After start(): proxy, basic, ca, authority_port, bearer for the client; ready_ms; pids() for the clocks."""

    needs = {}  # program: Debian package

    def __init__(self, folder, up, names):
        self.folder, self.up, self.names = folder, up, names
        self.process, self.ready_ms = None, 0.0
        self.proxy, self.basic, self.ca, self.authority_port = "-", "-", up.ca, up.port
        self.bearer = "sk-bench-placeholder-" + "0" * 36
        os.makedirs(folder, exist_ok=True)

    def prepare(self):
        """Once, before the first start: what a user has done before too."""

    def version(self):
        return ""

    def start(self):
        raise NotImplementedError

    def pids(self):
        return processes.tree(self.process.pid)

    def stop(self):
        processes.stop(self.process)
        self.process = None

    def spawn(self, command, env=None, cwd=None, stdin=subprocess.DEVNULL):
        self.log = open(os.path.join(self.folder, "log"), "ab")
        begin = time.monotonic()
        self.process = subprocess.Popen(command, cwd=cwd or self.folder, env=env or self.environment(), stdin=stdin, stdout=self.log,
                                        stderr=self.log, start_new_session=True)
        return begin

    def environment(self, **more):
        return common.clean_environment({
            "BENCH_REAL": self.up.real, "BENCH_PLACEHOLDER": self.bearer, "BENCH_UPSTREAM": str(self.up.port), "BENCH_CA": self.up.ca,
            "BENCH_FOLDER": self.folder, **more})

    def wait_ready(self, begin, port, seconds=20):
        """Until the first CONNECT is answered with 200."""
        authority = f"api.lab.test:{self.authority_port}"
        end = begin + seconds
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", port), 2) as s:
                    s.settimeout(5)
                    s.sendall((f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n" + (
                        f"Proxy-Authorization: Basic {self.basic}\r\n" if self.basic != "-" else "") + "\r\n").encode())
                    if b" 200" in s.recv(4096):
                        self.ready_ms = (time.monotonic() - begin) * 1000
                        return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.002)
        with open(os.path.join(self.folder, "log"), errors="replace") as log:
            raise SystemExit(f"{type(self).name} did not become ready:\n{log.read()[-2000:]}")


class Direct(Contender):
    name = "direct"
    title = "nginx, no proxy"
    needs = {"nginx": "nginx-light", "openssl": "openssl"}

    def start(self):
        self.bearer = self.up.real

    def pids(self):
        return []

    def version(self):
        out = subprocess.run([program("nginx"), "-v"], capture_output=True, text=True).stderr
        return "nginx " + out.strip().split("/")[-1]


class Squid(Contender):
    name = "squid"
    title = "squid, ssl-bump"
    needs = {"squid": "squid-openssl", "security_file_certgen": "squid-openssl"}

    def prepare(self):
        self.ca = self.up.proxy_ca
        self.port = upstream.free_port()
        self.proxy = f"127.0.0.1:{self.port}"
        with open(os.path.join(self.folder, "hosts"), "w") as out:
            out.writelines(f"127.0.0.1 {name}\n" for name in self.names)
        shutil.copy(os.path.join(self.up.folder, "squid.pem"), os.path.join(self.folder, "squid.pem"))
        certgen = program("security_file_certgen")
        # A P-256 authority: squid gives each leaf the authority's own key, so this is its quickest form.
        with open(os.path.join(self.folder, "squid.conf"), "w") as out:
            out.write(f"""http_port 127.0.0.1:{self.port} ssl-bump tls-cert={self.folder}/squid.pem generate-host-certificates=on dynamic_cert_mem_cache_size=8MB
sslcrtd_program {certgen} -s {self.folder}/certs -M 8MB
sslcrtd_children 2 startup=1 idle=1
ssl_bump bump all
tls_outgoing_options cafile={self.up.ca}
hosts_file {self.folder}/hosts
http_access allow all
request_header_access Authorization deny all
request_header_replace Authorization Bearer {self.up.real}
cache deny all
access_log none
cache_log {self.folder}/cache.log
cache_store_log none
pid_filename none
coredump_dir {self.folder}
netdb_filename none
pinger_enable off
shutdown_lifetime 0 seconds
max_filedescriptors 4096
via off
forwarded_for delete
visible_hostname bench
""" + ("cache_effective_user proxy\n" if os.geteuid() == 0 else ""))
        subprocess.run([certgen, "-c", "-s", f"{self.folder}/certs", "-M", "8MB"], check=True, stdout=subprocess.DEVNULL)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "proxy:proxy", self.folder], check=True)

    def start(self):
        self.wait_ready(self.spawn([program("squid"), "-N", "-n", "bench", "-f", os.path.join(self.folder, "squid.conf")]), self.port)

    def version(self):
        out = subprocess.run([program("squid"), "-v"], capture_output=True, text=True).stdout
        return "squid-openssl " + re.search(r"Version (\S+)", out).group(1)


class Mitmproxy(Contender):
    name = "mitmproxy"
    title = "mitmproxy, addon"
    needs = {"mitmdump": "mitmproxy"}

    def prepare(self):
        self.port = upstream.free_port()
        self.proxy = f"127.0.0.1:{self.port}"
        self.start()  # Makes its authority, once.
        self.stop()
        self.ca = os.path.join(self.folder, "mitmproxy-ca-cert.pem")

    def start(self):
        self.wait_ready(self.spawn([program("mitmdump"), "-q", "--listen-host", "127.0.0.1", "-p", str(self.port), "--set",
                                    f"confdir={self.folder}", "--set", f"ssl_verify_upstream_trusted_ca={self.up.ca}", "-s",
                                    os.path.join(HERE, "swap.py")], self.environment(PYTHONDONTWRITEBYTECODE="1")), self.port)

    def version(self):
        out = subprocess.run([program("mitmdump"), "--version"], capture_output=True, text=True).stdout
        return "mitmproxy " + re.search(r"Mitmproxy: (\S+)", out).group(1)


class HttpMitm(Contender):
    name = "http-mitm"
    title = "http-mitm-proxy"
    needs = {"npm": "npm"}

    def prepare(self):
        self.node, self.modules = npm()
        self.port = upstream.free_port()
        self.proxy = f"127.0.0.1:{self.port}"
        self.start()  # Makes its authority, once.
        self.stop()
        self.ca = os.path.join(self.folder, "certs", "ca.pem")

    def start(self):
        begin = self.spawn([self.node, os.path.join(HERE, "http-mitm.cjs")],
                           self.environment(BENCH_PORT=str(self.port), BENCH_MODULES=self.modules))
        self.wait_ready(begin, self.port)

    def version(self):
        return f"http-mitm-proxy {PACKAGES['http-mitm-proxy']}, node " + subprocess.check_output([self.node, "-v"], text=True).strip()


class SandboxRuntime(Contender):
    name = "srt"
    title = "sandbox-runtime"
    needs = {"npm": "npm"}

    def prepare(self):
        self.node, self.modules = npm()
        self.port = upstream.free_port()
        self.proxy = f"127.0.0.1:{self.port}"
        self.basic = base64.b64encode(b"srt:bench").decode()

    def start(self):
        begin = self.spawn([self.node, os.path.join(HERE, "srt.mjs")],
                           self.environment(BENCH_PORT=str(self.port), BENCH_MODULES=self.modules))
        self.wait_ready(begin, self.port)
        with open(os.path.join(self.folder, "session.json")) as file:
            session = json.load(file)
        self.bearer = session["placeholder"]
        self.ca = os.path.join(self.folder, "ca.pem")
        with open(self.ca, "w") as out:
            out.write(session["ca"])

    def version(self):
        return f"sandbox-runtime {PACKAGES['@anthropic-ai/sandbox-runtime']}"


class Pale(Contender):
    """`pale gateway run` around a command that says what it was given and waits; the client runs beside it with that."""

    name = "pale"
    title = "pale gateway"
    launcher = common.PALE

    def prepare(self):
        self.authority_port = 443
        self.project = os.path.join(self.folder, "project")
        home = os.path.join(self.folder, "home")
        os.makedirs(self.project)
        self.env = common.clean_environment({"PALE_HOME": home})
        self.pale("init", "--project", "bench", "--unlock", "keyfile")
        self.pale("set", "BENCH_KEY", value=self.up.real)
        with open(os.path.join(home, "config", "config.toml"), "a") as out:
            out.write(f'\n[gateway]\nupstream_ca = ["{self.up.ca}"]\n\n[gateway.connect]\n')
            out.writelines(f'"{name}:443" = "127.0.0.1:{self.up.port}"\n' for name in self.names)
        with open(os.path.join(self.project, "pale.toml"), "a") as out:
            out.write('\n[secrets.BENCH_KEY]\ndeliver = "gateway"\nhosts = ["api.lab.test", "*.many.lab.test"]\n'
                      'slots = ["scheme:Bearer"]\nshared_hosts = true\n')
        self.pale("trust", "--yes")
        self.start()  # Makes the start-up cache, once.
        self.stop()

    def pale(self, *arguments, value=""):
        done = subprocess.run([self.launcher, *arguments], cwd=self.project, env=self.env, input=value, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"pale {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-1500:]}")

    def start(self):
        """Ready is the first instruction of the command: its first act is to open the pipe that is read here."""
        pipe = os.path.join(self.folder, "report")
        if not os.path.exists(pipe):
            os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        hold, self.release = os.pipe()
        begin = self.spawn([self.launcher, "gateway", "run", "--", "/bin/sh", "-c",
                            'exec 3>"$0"; echo $$ >&3; env >&3; exec 3>&-; read -r _', pipe], self.env, self.project, hold)
        os.close(hold)
        text = self._report(reader, begin)
        os.close(reader)
        first, _, rest = text.partition("\n")
        self.command = int(first)
        given = dict(line.split("=", 1) for line in rest.splitlines() if "=" in line)
        where = re.fullmatch(r"http://([^@]+)@([^/]+)/?", given["HTTPS_PROXY"])
        self.proxy, self.basic = where.group(2), base64.b64encode(where.group(1).encode()).decode()
        self.ca, self.bearer = given["SSL_CERT_FILE"], given["BENCH_KEY"]

    def _report(self, reader, begin):
        text = b""
        while time.monotonic() < begin + 60:
            ready, _, _ = select.select([reader], [], [], 0.5 if text else 0.0005)
            chunk = os.read(reader, 65536) if ready else None
            if chunk:
                if not text:
                    self.ready_ms = (time.monotonic() - begin) * 1000
                text += chunk
            elif text and chunk == b"":
                return text.decode(errors="replace")
            elif self.process.poll() is not None:
                break
            else:
                time.sleep(0.0005)
        with open(os.path.join(self.folder, "log"), errors="replace") as log:
            raise SystemExit(f"pale gateway run did not start its command:\n{log.read()[-2000:]}")

    def served_ms(self):
        """`pale gateway serve`, from its start to the first CONNECT that it takes; ended again."""
        serving = Served(os.path.join(self.folder, "serve"), self.up, self.names)
        try:
            serving.start_in(self)
            return serving.ready_ms
        finally:
            serving.stop()

    def pids(self):
        return processes.tree(self.process.pid, without=(self.command,))

    def stop(self):
        if self.process is not None:
            os.close(self.release)  # The command's input ends, so the command ends, so the gateway ends.
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                pass
        super().stop()

    def version(self):
        return "pale " + subprocess.run(["git", "-C", os.path.dirname(self.launcher), "rev-parse", "--short", "HEAD"],
                                        capture_output=True, text=True).stdout.strip()


class Served(Contender):
    """A short-lived `pale gateway serve` in another one's project."""

    name = "pale gateway serve"

    def start_in(self, pale):
        self.authority_port = 443
        port, out = upstream.free_port(), os.path.join(self.folder, "clients")
        file = os.path.join(out, "bench", "pale.env")
        begin = self.spawn([pale.launcher, "gateway", "serve", "--listen", f"127.0.0.1:{port}", "--client", "bench", "--out", out],
                           pale.env, pale.project)
        login = None
        while not login and self.process.poll() is None and time.monotonic() < begin + 30:
            time.sleep(0.002)
            if os.path.exists(file):
                with open(file) as lines:
                    login = re.search(r"HTTPS_PROXY='?http://([^@\s]+)@", lines.read())
        self.basic = base64.b64encode(login.group(1).encode()).decode() if login else "-"
        self.wait_ready(begin, port)


ALL = [Direct, Pale, Squid, Mitmproxy, HttpMitm, SandboxRuntime]


def missing(classes):
    packages = {package for c in classes for name, package in c.needs.items() if not program(name)}
    return sorted(packages)
