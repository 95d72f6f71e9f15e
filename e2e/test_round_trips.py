"""What goes in comes out, byte for byte: through set and get, through every export format and back, through run."""

import json


from harness import PALE, Test, need, sh

ALL_BYTES = bytes(range(1, 256))

NASTY = {
    "ALL_BYTES": ALL_BYTES,
    "QUOTES": b"it's \"quoted\" `so` 'much'''\"\"\"",
    "DOLLARS": b"p@$$w0rd $HOME ${HOME} $(id) $1 $$ \\$x $",
    "BCRYPT": b"$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    "NEWLINES": b"\nfirst\n\nsecond\n",
    "ONE_LINE_END": b"text\n",
    "CRLF": b"one\r\ntwo\r\n",
    "LONE_CR": b"a\rb\r",
    "BLANKS": b"  leading and trailing \t ",
    "TAB": b"\t",
    "ONE_BLANK": b" ",
    "HASH": b"hash#tag # not a comment",
    "HASH_FIRST": b"#starts with it",
    "BACKSLASHES": b"\\ \\n \\\\ \\t \\u0041 \\x41 end\\",
    "EQUALS": b"=a=b==",
    "BOM": b"\xef\xbb\xbfwith a mark",
    "UNICODE": "é € 漢字 🔑 \u202e ".encode(),
    "DASH_N": b"-n",
    "DASHES": b"---",
    "DASH_E": b"-e \\c",
    "BANG": b"!history !! !$",
    "PERCENT": b"%s %d %n %%",
    "GLOB": b"* ? [a-z] {a,b} ~",
    "YAML_TRUE": b"yes",
    "YAML_NULL": b"null",
    "NUMBER": b"007",
    "OCTAL": b"0o14",
    "COLON": b"key: value",
    "YAML_BLOCK": b"| \n  x",
    "AMPERSAND": b"&anchor *alias !tag",
    "HEREDOC": b"EOF\nPALE_EOF\nghadelimiter\nDELIMITER<<EOF",
    "EXPORT": b"export X=1",
    "SEMICOLON": b"; rm -rf / ; #",
    "CONTROL": b"\x01\x07\x08\x1b[31m\x7f",
    "INVALID_UTF8": b"\xff\xfe\xc3\x28",
    "LATIN1": b"caf\xe9",
    "JSON": b'{"a": "b\\n"}',
    "PEM": b"-----BEGIN X-----\nMIIE\n-----END X-----\n",
    "LONG": (b"0123456789abcdef" * 6400)[: 100 * 1024],
    "EMPTY": b"",
}




def text(values):
    """Those that are UTF-8."""
    out = {}
    for name, value in values.items():
        try:
            value.decode("utf-8")
            out[name] = value
        except UnicodeDecodeError:
            pass
    return out


class RoundTripTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        for name, value in NASTY.items():
            home.must("set", name, "--raw", "--allow-empty", input=value)
        home.must("env", "create", "utf8")
        home.must("env", "create", "lines")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        home = cls.common
        cls.utf8 = text(NASTY)
        cls.lines = {n: v for n, v in cls.utf8.items() if b"\n" not in v and b"\r" not in v}

    def import_into(self, environment, file, *more):
        """Imports into a fresh environment and gives what it then holds."""
        self.must("env", "create", environment)
        self.must("import", str(file), "-e", environment, *more)
        return self.holds(environment)

    def holds(self, environment):
        answer = self.home.root / "environment"
        # --clean-env, so that nothing but the secrets could be confused with them.
        result = self.pale("run", "-e", environment, "--clean-env", "--", *sh('env -0 >"$1"', str(answer)))
        self.assertStatus(0, result)
        return {e.split(b"=", 1)[0].decode(): e.split(b"=", 1)[1] for e in answer.read_bytes().split(b"\0") if e}

    def assertSameValues(self, wanted, seen):
        for name, value in wanted.items():
            with self.subTest(name=name):
                self.assertEqual(value, seen.get(name), name)

    def export(self, form, names, *more):
        file = self.home.tmp / f"export.{form}"
        self.must("export", "--format", form, "-o", str(file), "--force", *more, *names)
        self.assertEqual(0o600, file.stat().st_mode & 0o777)
        return file

    def test_get_gives_what_set_took(self):
        for name, value in NASTY.items():
            with self.subTest(name=name):
                self.assertEqual(value, self.must("get", name).out)

    def test_set_from_a_file_keeps_every_byte(self):
        file = self.home.tmp / "value"
        for value in (b"text\n", b"\r\n", ALL_BYTES, b" "):
            file.write_bytes(value)
            self.must("set", "FROM_FILE", "--file", str(file))
            self.assertEqual(value, self.must("get", "FROM_FILE").out)
        self.must("unset", "FROM_FILE", "--yes")

    def test_set_from_a_pipe_takes_one_line_end_off_and_no_more(self):
        for given, kept in ((b"a\n", b"a"), (b"a\r\n", b"a"), (b"a\n\n", b"a\n"), (b"a", b"a"), (b" a \n", b" a "), (b"a\r", b"a\r")):
            with self.subTest(given=given):
                self.must("set", "PIPED", input=given)
                self.assertEqual(kept, self.must("get", "PIPED").out)
        self.must("unset", "PIPED", "--yes")

    def test_run_delivers_every_byte(self):
        self.assertSameValues(NASTY, self.holds("dev"))

    def test_get_on_a_terminal_ends_the_line(self):
        self.assertEqual(b"hash#tag # not a comment\n", self.tty("get", "HASH").run().out)

    def test_shell_export_is_read_by_bash_and_dash(self):
        file = self.export("shell", [])
        for shell in ("bash", "dash"):
            for locale in ("C.UTF-8", "C"):
                with self.subTest(shell=shell, locale=locale):
                    result = self.home.call(shell, "-c", f'. "{file}"; env -0', env={"LC_ALL": locale})
                    self.assertEqual("", result.errors)
                    seen = {e.split(b"=", 1)[0].decode(): e.split(b"=", 1)[1] for e in result.out.split(b"\0") if e}
                    self.assertSameValues(NASTY, seen)

    def test_shell_export_is_evaluated_by_bash_too(self):
        result = self.home.call("bash", "-c", f'eval "$("{PALE}" export --format shell QUOTES DOLLARS NEWLINES)"; printf "%s|" "$QUOTES" "$DOLLARS" "$NEWLINES"')
        self.assertEqual(NASTY["QUOTES"] + b"|" + NASTY["DOLLARS"] + b"|" + NASTY["NEWLINES"] + b"|", result.out)

    def test_shell_export_comes_back(self):
        self.assertSameValues(NASTY, self.import_into("from-shell", self.export("shell", []), "--dialect", "shell"))

    def test_dotenv_export_comes_back(self):
        self.assertSameValues(NASTY, self.import_into("from-dotenv", self.export("dotenv", []), "--dialect", "pale"))

    def test_json_export_comes_back_and_is_json(self):
        file = self.export("json", self.utf8)
        document = json.loads(file.read_bytes())
        self.assertEqual({n: v.decode() for n, v in self.utf8.items()}, document)
        self.assertSameValues(self.utf8, self.import_into("from-json", file))

    def test_docker_export_comes_back(self):
        names = [n for n in self.lines if n not in ("EMPTY", "LONG")]
        file = self.export("docker", names)
        self.assertSameValues({n: self.lines[n] for n in names}, self.import_into("from-docker", file, "--dialect", "docker"))
        # Docker's own rule: the name ends at the first =, the rest of the line is the value.
        seen = dict(line.split(b"=", 1) for line in file.read_bytes().split(b"\n") if line and not line.startswith(b"#"))
        self.assertSameValues({n: self.lines[n] for n in names}, {k.decode(): v for k, v in seen.items()})

    def test_a_format_that_cannot_hold_a_value_says_so_and_writes_nothing(self):
        for form, name in (("json", "LATIN1"), ("github", "INVALID_UTF8"), ("docker", "NEWLINES"), ("docker", "LATIN1"), ("docker", "LONG"), ("github", "LONE_CR")):
            with self.subTest(form=form, name=name):
                file = self.home.tmp / "refused"
                result = self.pale("export", "--format", form, "-o", str(file), name)
                self.assertFails(result, 1, says=name)
                self.assertFalse(file.exists())

    def test_github_export_is_read_as_the_runner_reads_it(self):
        file = self.export("github", [n for n, v in self.utf8.items() if b"\r" not in v])
        lines, seen, at = file.read_bytes().split(b"\n"), {}, 0
        while at < len(lines):
            line = lines[at]
            at += 1
            if not line:
                continue
            name, delimiter = line.split(b"<<", 1)
            value = []
            while lines[at] != delimiter:
                value.append(lines[at])
                at += 1
            at += 1
            seen[name.decode()] = b"\n".join(value)
        self.assertSameValues({n: v for n, v in self.utf8.items() if b"\r" not in v}, seen)

    def test_yaml_export_is_read_by_a_yaml_reader(self):
        file = self.export("yaml", [])
        try:
            import yaml
        except ImportError:
            # Without a reader: each name begins exactly one line, and no value begins a line of its own.
            names = [line.split(b":", 1)[0].decode() for line in file.read_bytes().split(b"\n") if line and not line.startswith((b" ", b"#", b"-"))]
            self.assertEqual(sorted(NASTY), sorted(names))
            return
        seen = yaml.safe_load(file.read_bytes())
        self.assertSameValues(NASTY, {n: v.encode() if isinstance(v, str) else v for n, v in seen.items()})

    @need("node", "nodejs")
    def test_dotenv_export_is_read_by_node_where_its_reader_can(self):
        # docs/dotenv.md: no quoting exists that node and a shell would read the same for what holds ' or ends with \\
        # and one of " \\ $ ` beside it; and node drops carriage returns.
        single = lambda v: b"'" not in v and not v.endswith(b"\\")
        double = lambda v: not any(c in v for c in b'"\\$`')
        names = [n for n, v in self.utf8.items() if b"\r" not in v and (single(v) or double(v))]
        self.assertGreater(len(names), 25)
        file = self.export("dotenv", names)
        script = self.home.write("show.js", "process.stdout.write(JSON.stringify(process.env))")
        result = self.home.call("node", f"--env-file={file}", str(script), env={"PATH": "/usr/local/bin:/usr/bin:/bin"})
        self.assertStatus(0, result)
        seen = {n: v.encode() for n, v in json.loads(result.out).items()}
        self.assertSameValues({n: self.utf8[n] for n in names}, seen)

    def test_dotenv_export_is_read_by_bash_and_dash(self):
        file = self.export("dotenv", [])
        for shell in ("bash", "dash"):
            with self.subTest(shell=shell):
                result = self.home.call(shell, "-c", f'set -a; . "{file}"; env -0')
                seen = {e.split(b"=", 1)[0].decode(): e.split(b"=", 1)[1] for e in result.out.split(b"\0") if e}
                self.assertEqual("", result.errors)
                self.assertSameValues(NASTY, seen)

    def test_an_export_into_a_git_work_tree_is_refused_unless_told(self):
        work = self.home.root / "work"
        (work / "deep").mkdir(parents=True)
        self.home.call("git", "init", "-q", str(work))
        file = work / "deep" / "secrets.env"
        result = self.pale("export", "-p", "shop", "-e", "dev", "-o", str(file), cwd=work)
        self.assertFails(result, 1, 143, "--into-git")
        self.assertFalse(file.exists())
        self.must("export", "-p", "shop", "-e", "dev", "-o", str(file), "--into-git", cwd=work)
        self.assertEqual(0o600, file.stat().st_mode & 0o777)
        result = self.pale("export", "-p", "shop", "-e", "dev", "-o", str(file), "--into-git", cwd=work)
        self.assertFails(result, 1, 139, "--force")

    def test_an_export_through_a_link_is_refused(self):
        target = self.home.tmp / "target"
        target.write_text("untouched")
        link = self.home.tmp / "link"
        link.symlink_to(target)
        self.assertFails(self.pale("export", "-o", str(link), "--force"), 1, 139)
        self.assertEqual("untouched", target.read_text())
