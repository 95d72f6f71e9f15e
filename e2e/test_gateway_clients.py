"""Real programs through the gateway, as an agent starts them: they hold placeholders, the servers get the real values."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

from gateway_lab import SECRETS, SELF, GatewayTest, Lab, secret
from harness import need

JDK = Path(os.environ.get("JAVA_HOME") or "/usr/lib/jvm/temurin-25-jdk-amd64")

POLICY = (
    secret("LAB_KEY", ["api.lab.test"], ["scheme:Bearer"])
    + secret("LAB_GIT", ["git.lab.test", "push.lab.test"], ["basic:password"], "when_absent = true")
    + secret("LAB_NPM", ["npm.lab.test"], ["scheme:Bearer"])
    + secret("LAB_MAVEN", ["maven.lab.test"], ["basic:password"])
    + secret("LAB_PYPI", ["pypi.lab.test"], ["basic:password"])
    + """
[[gateway.rules]]
name = "read-only: look"
hosts = ["git.lab.test"]
methods = ["GET", "HEAD"]
action = "allow"

[[gateway.rules]]
name = "read-only: clone"
hosts = ["git.lab.test"]
methods = ["POST"]
paths = ["/git/*/git-upload-pack"]
action = "allow"
"""
)

PYTHON_CLIENT = """
import os, sys, urllib.request
request = urllib.request.Request("https://api.lab.test/whoami", headers={"Authorization": "Bearer " + os.environ["LAB_KEY"], "User-Agent": "urllib"})
print(urllib.request.urlopen(request, timeout=20).read().decode())
"""

REQUESTS_CLIENT = """
import os, requests
session = requests.Session()
for n in range(3):
    answer = session.get("https://api.lab.test/whoami", headers={"Authorization": "Bearer " + os.environ["LAB_KEY"], "User-Agent": "requests"}, timeout=20)
    answer.raise_for_status()
print(answer.text)
"""

NODE_FETCH = """
fetch("https://api.lab.test/whoami", {headers: {authorization: "Bearer " + process.env.LAB_KEY, "user-agent": "node-fetch"}})
  .then(async r => { console.log(await r.text()); process.exit(r.status == 200 ? 0 : 1); }, e => { console.error(e, e.cause); process.exit(2); });
"""

NODE_HTTPS = """
const https = require("https");
https.get("https://api.lab.test/whoami", {headers: {authorization: "Bearer " + process.env.LAB_KEY, "user-agent": "node-https"}}, r => {
  let text = ""; r.on("data", d => text += d); r.on("end", () => { console.log(text); process.exit(r.statusCode == 200 ? 0 : 1); });
}).on("error", e => { console.error(e); process.exit(2); });
"""

NODE_POST = """
fetch("https://api.lab.test/sink", {method: "POST", body: "x".repeat(300000), headers: {authorization: "Bearer " + process.env.LAB_KEY}})
  .then(async r => { console.log(await r.text()); process.exit(r.status == 200 ? 0 : 1); }, e => { console.error(e, e.cause); process.exit(2); });
"""

JAVA_CLIENT = """
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

class Client {
  public static void main(String[] words) throws Exception {
    String bearer = "Bearer " + System.getenv("LAB_KEY");
    URI uri = URI.create("https://api.lab.test/whoami");
    var old = uri.toURL().openConnection();
    old.setRequestProperty("Authorization", bearer);
    old.setRequestProperty("User-Agent", "URLConnection");
    System.out.println(new String(old.getInputStream().readAllBytes()));
    for (var version : HttpClient.Version.values()) {
      var client = HttpClient.newBuilder().version(version).build();
      var request = HttpRequest.newBuilder(uri).header("Authorization", bearer).header("User-Agent", "HttpClient").build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      System.out.println(answer.version() + " " + answer.statusCode() + " " + answer.body());
    }
  }
}
"""

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<parent><groupId>test.lab</groupId><artifactId>parent</artifactId><version>1.0</version><relativePath/></parent>
<artifactId>child</artifactId><packaging>pom</packaging>
<repositories><repository><id>lab</id><url>https://maven.lab.test/maven</url></repository></repositories></project>
"""

PARENT = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test.lab</groupId><artifactId>parent</artifactId><version>1.0</version><packaging>pom</packaging></project>
"""

MAVEN_SETTINGS = """<settings>
<mirrors><mirror><id>lab</id><mirrorOf>*</mirrorOf><url>https://maven.lab.test/maven</url></mirror></mirrors>
<servers><server><id>lab</id><username>builder</username><password>${env.LAB_MAVEN}</password></server></servers>
</settings>
"""


def make_services(folder):
    """What the laboratory's registries hold: a git repository, an npm package, a Maven parent, a Python wheel."""
    quiet = {"check": True, "capture_output": True}
    git = ("git", "-c", "user.name=lab", "-c", "user.email=lab@lab.test", "-c", "init.defaultBranch=main")
    work = folder / "work"
    subprocess.run([*git, "init", work], **quiet)
    (work / "README").write_text("the laboratory's repository\n" * 2000)
    subprocess.run([*git, "-C", work, "add", "README"], **quiet)
    subprocess.run([*git, "-C", work, "commit", "-m", "one"], **quiet)
    (folder / "git").mkdir()
    subprocess.run([*git, "clone", "--bare", work, folder / "git" / "shop.git"], **quiet)

    npm = folder / "npm"
    npm.mkdir()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in (("package/package.json", json.dumps({"name": "lab-thing", "version": "1.0.0", "main": "index.js"})), ("package/index.js", "module.exports = 42;\n")):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    (npm / "lab-thing-1.0.0.tgz").write_bytes(packed.getvalue())
    version = {"name": "lab-thing", "version": "1.0.0", "dist": {"tarball": "https://npm.lab.test/npm/lab-thing-1.0.0.tgz", "shasum": hashlib.sha1(packed.getvalue()).hexdigest()}}
    (npm / "lab-thing.json").write_text(json.dumps({"name": "lab-thing", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}))

    parent = folder / "maven" / "test" / "lab" / "parent" / "1.0"
    parent.mkdir(parents=True)
    (parent / "parent-1.0.pom").write_text(PARENT)
    (parent / "parent-1.0.pom.sha1").write_text(hashlib.sha1(PARENT.encode()).hexdigest())

    files = folder / "pypi" / "files"
    files.mkdir(parents=True)
    with zipfile.ZipFile(files / "labthing-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("labthing.py", "answer = 42\n")
        wheel.writestr("labthing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: labthing\nVersion: 1.0\n")
        wheel.writestr("labthing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: lab\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("labthing-1.0.dist-info/RECORD", "")


class ClientsTest(GatewayTest):
    @classmethod
    def make_lab(cls, home):
        folder = home.root / "services"
        folder.mkdir()
        make_services(folder)
        return Lab(home, policy=POLICY, folder=folder)

    def authenticated(self, ran, client, times=1, secret="LAB_KEY"):
        """The program ended well, the server knew it, and the client's bytes hold no value."""
        self.assertEqual(0, ran.status, ran)
        self.assertIn(b'"authenticated": true', ran.out, ran)
        taken = self.lab.taken()
        self.assertEqual(times, taken.count(b"Bearer " + SECRETS[secret]), taken)
        self.assertIn(client.encode(), taken)
        self.wanted[secret] += times

    def test_curl(self):
        bearer = "Authorization: Bearer " + self.session.environment["LAB_KEY"]
        self.authenticated(self.session.run("curl", "-sS", "--max-time", "20", "-H", bearer, "https://api.lab.test/whoami"), "curl")
        self.authenticated(self.session.run("curl", "-sS", "--max-time", "20", "--compressed", "--http2", "-H", bearer, "https://api.lab.test/whoami", "https://api.lab.test/whoami"), "curl", 2)
        upload = self.session.run("curl", "-sS", "--max-time", "20", "-H", bearer, "-T", "-", "https://api.lab.test/sink", input=b"u" * 2_000_000)
        self.assertEqual(2_000_000, json.loads(upload.out)["bytes"], upload)
        refused = self.session.run("curl", "-sS", "--max-time", "20", "-H", bearer, "https://other.lab.test/whoami")
        self.assertNotEqual(0, refused.status, refused)

    @need("wget")
    def test_wget(self):
        self.authenticated(self.session.run("wget", "-q", "-T", "20", "-t", "1", "-O", "-", "--header", "Authorization: Bearer " + self.session.environment["LAB_KEY"], "https://api.lab.test/whoami"), "Wget")

    def test_python_urllib(self):
        self.authenticated(self.session.run(SELF, "-I", "-c", PYTHON_CLIENT), "urllib")

    def test_python_requests(self):
        if subprocess.run([SELF, "-c", "import requests"], capture_output=True).returncode:
            self.skipTest("requests is not installed")
        self.authenticated(self.session.run(SELF, "-c", REQUESTS_CLIENT), "requests", 3)

    @need("node", "nodejs")
    def test_node(self):
        for script, client in ((NODE_FETCH, "node-fetch"), (NODE_HTTPS, "node-https")):
            with self.subTest(client=client):
                self.authenticated(self.session.run("node", "-e", script), client)
        ran = self.session.run("node", "-e", NODE_POST)
        self.assertEqual(0, ran.status, ran)
        self.assertIn(b'"bytes": 300000', ran.out)

    def test_java(self):
        if not (JDK / "bin" / "java").exists():
            self.skipTest("no JDK 25")
        self.home.write("Client.java", JAVA_CLIENT)
        ran = self.session.run(JDK / "bin" / "java", "Client.java", cwd=self.home.project, timeout=60)
        self.assertEqual(3, ran.out.count(b'"authenticated": true'), ran)
        self.assertNotIn(b"HTTP_2 200", ran.out)
        self.authenticated(ran, "HttpClient", 3)

    @need("git")
    def test_git_clones_and_cannot_push_where_it_may_only_read(self):
        clone = self.home.root / "clone"
        ran = self.session.run("git", "clone", "https://git.lab.test/git/shop.git", clone)
        self.assertEqual(0, ran.status, ran)
        self.assertIn("laboratory", (clone / "README").read_text())
        taken = self.lab.taken()
        self.assertIn(b"POST /git/shop.git/git-upload-pack HTTP/1.1", taken)
        # git sent no authorisation at all: it was put in.
        self.assertGreaterEqual(taken.lower().count(b"\r\nauthorization: basic "), 2)
        git = ("git", "-C", clone, "-c", "user.name=lab", "-c", "user.email=lab@lab.test")
        (clone / "README").write_text("changed\n")
        self.assertEqual(0, self.session.run(*git, "commit", "-am", "two").status)
        pushed = self.session.run(*git, "push", "origin", "HEAD")
        self.assertNotEqual(0, pushed.status, pushed)
        self.assertIn(b"403", pushed.err)
        self.assertNotIn(b"POST /git/shop.git/git-receive-pack", self.lab.taken())
        self.wanted[(403, "request-not-allowed")] += 1

    @need("git")
    def test_git_pushes_where_it_may(self):
        clone = self.home.root / "pushing"
        ran = self.session.run("git", "clone", "https://push.lab.test/git/shop.git", clone)
        self.assertEqual(0, ran.status, ran)
        git = ("git", "-C", clone, "-c", "user.name=lab", "-c", "user.email=lab@lab.test")
        # More than a small body, so that it is streamed.
        (clone / "blob").write_bytes(os.urandom(3_000_000))
        self.assertEqual(0, self.session.run(*git, "add", "blob").status)
        self.assertEqual(0, self.session.run(*git, "commit", "-m", "large").status)
        pushed = self.session.run(*git, "push", "origin", "HEAD:refs/heads/large")
        self.assertEqual(0, pushed.status, pushed)
        mine = subprocess.run(["git", "-C", clone, "rev-parse", "HEAD"], capture_output=True, text=True).stdout
        there = subprocess.run(["git", "-C", self.home.root / "services" / "git" / "shop.git", "rev-parse", "large"], capture_output=True, text=True).stdout
        self.assertEqual(mine, there)

    @need("git")
    def test_git_with_the_placeholder_as_its_password(self):
        address = f"https://user:{self.session.environment['LAB_GIT']}@git.lab.test/git/shop.git"
        ran = self.session.run("git", "ls-remote", address)
        self.assertEqual(0, ran.status, ran)
        self.assertIn(b"refs/heads/main", ran.out)
        self.wanted["LAB_GIT"] += 1

    @need("npm")
    def test_npm_installs(self):
        folder = self.home.root / "npm-project"
        folder.mkdir()
        (folder / "package.json").write_text('{"name":"x","version":"1.0.0"}')
        (folder / ".npmrc").write_text("registry=https://npm.lab.test/npm/\n//npm.lab.test/npm/:_authToken=${LAB_NPM}\naudit=false\nfund=false\nupdate-notifier=false\n")
        ran = self.session.run("npm", "install", "lab-thing", cwd=folder, env={"npm_config_cache": str(self.home.root / "npm-cache")}, timeout=90)
        self.assertEqual(0, ran.status, ran)
        self.assertEqual("module.exports = 42;\n", (folder / "node_modules" / "lab-thing" / "index.js").read_text())
        self.assertGreaterEqual(self.lab.taken().count(b"Bearer " + SECRETS["LAB_NPM"]), 2)
        self.wanted["LAB_NPM"] += 2

    @need("mvn", "maven")
    def test_maven_resolves(self):
        folder = self.home.root / "maven-project"
        folder.mkdir()
        (folder / "pom.xml").write_text(POM)
        (folder / "settings.xml").write_text(MAVEN_SETTINGS)
        local = self.home.root / "m2"
        ran = self.session.run("mvn", "-B", "-s", "settings.xml", f"-Dmaven.repo.local={local}", "validate", cwd=folder, env={"JAVA_HOME": str(JDK)} if JDK.exists() else {}, timeout=120)
        self.assertEqual(0, ran.status, ran)
        self.assertTrue((local / "test" / "lab" / "parent" / "1.0" / "parent-1.0.pom").exists())
        self.wanted["LAB_MAVEN"] += 1

    def test_pip_downloads(self):
        if subprocess.run([SELF, "-m", "pip", "--version"], capture_output=True).returncode:
            self.skipTest("pip is not installed")
        target = self.home.root / "wheels"
        index = f"https://builder:{self.session.environment['LAB_PYPI'].replace('/', '%2F').replace('+', '%2B')}@pypi.lab.test/pypi/simple/"
        ran = self.session.run(SELF, "-m", "pip", "--isolated", "--disable-pip-version-check", "download", "--no-deps", "--no-cache-dir", "--retries", "0", "-d", target, "--index-url", index, "labthing", timeout=90)
        if ran.status:
            # --isolated ignores variables: those of the gateway as well, in some versions.
            ran = self.session.run(SELF, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps", "--no-cache-dir", "--retries", "0", "-d", target, "--index-url", index, "labthing", timeout=90)
        self.assertEqual(0, ran.status, ran)
        self.assertTrue((target / "labthing-1.0-py3-none-any.whl").exists())
        self.wanted["LAB_PYPI"] += 2

    @need("openssl")
    def test_the_authority_passes_strict_verification(self):
        bundle = self.session.environment["SSL_CERT_FILE"]
        ran = self.session.run("openssl", "s_client", "-proxy", f"127.0.0.1:{self.session.port}", "-proxy_user", "pale", "-proxy_pass", "env:LAB_TOKEN", "-connect", "api.lab.test:443", "-servername", "api.lab.test", "-CAfile", bundle, "-x509_strict", "-verify_return_error", "-verify_hostname", "api.lab.test", env={"LAB_TOKEN": self.session.token}, input=b"\n")
        self.assertIn(b"Verify return code: 0 (ok)", ran.out, ran)

    def test_servers_that_nobody_vouches_for_are_refused(self):
        """The gateway is the only one who looks at the server's certificate: it has to look."""
        from gateway_lab import Upstream

        pki = self.lab.pki
        for name, (_, cert, key) in (("stranger", pki.stranger), ("wrong name", pki.wrong_name), ("expired", pki.expired)):
            with self.subTest(certificate=name):
                other = Upstream(name, (cert, key), port=0)
                self.addCleanup(other.close)
                lab_port, self.lab.api.port = self.lab.api.port, other.port
                # A session of its own: where names lead is read at its start.
                self.lab.write_config()
                self.lab.api.port = lab_port
                session = self.lab.session()
                try:
                    from gateway_lab import request

                    outcome = session.talk(request(fields=[b"Authorization: Bearer " + session.fake()]))
                    self.assertEqual(502, outcome.status, outcome)
                    self.assertNotEqual("", outcome.refusal)
                    self.assertEqual(b"", other.taken())
                finally:
                    session.stop()
                    self.lab.write_config()

    def test_zz_the_values_are_nowhere(self):
        # Every child ran in this home: their caches and settings are in it.
        shutil.rmtree(self.home.root / "services", ignore_errors=True)
        self.nowhere(self.session, self.home, self.lab)
