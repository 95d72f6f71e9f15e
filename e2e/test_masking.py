"""Output that shows a secret shows a marker instead, in whatever shape and however it is cut."""

import base64
import json
import os
import signal
import time
import urllib.parse

from harness import LONG, SELF, Home, Test, eventually, sh

TOKEN = b"tk_9fQz7/LmX2+vB8rJ4wK1"
PEM = (
    b"-----BEGIN PRIVATE KEY-----\n"
    b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
    b"MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\n"
    b"NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ\n"
    b"-----END PRIVATE KEY-----\n"
)
QUOTED = b'pa"ss\\wo\trd/with<odd>&parts\xc3\xa9'

WRITER = r"""
import os, sys, time, json
plan = json.load(open(sys.argv[1]))
for piece, stream, pause in plan:
    os.write(stream, piece.encode("latin-1"))
    time.sleep(pause)
"""


def shapes():
    """Name of the shape, text that holds it, secret that must not be readable in it."""
    for offset in range(3):
        for alphabet, encode in (("standard", base64.b64encode), ("url-safe", base64.urlsafe_b64encode)):
            yield f"base64 at offset {offset}, {alphabet} alphabet", encode(b"ab"[:offset] + TOKEN + b"suffix"), "base64"
    yield "plain", b"before " + TOKEN + b" after", "plain"
    yield "twice", TOKEN + TOKEN, "plain"
    yield "hex, small letters", TOKEN.hex().encode(), "hex"
    yield "hex, capitals", TOKEN.hex().upper().encode(), "hex"
    yield "percent-encoded", urllib.parse.quote(TOKEN, safe="").encode(), "percent"
    yield "percent-encoded, small hex", urllib.parse.quote(TOKEN, safe="").replace("%2F", "%2f").replace("%2B", "%2b").encode(), "percent"
    yield "percent-encoded, slash kept", urllib.parse.quote(TOKEN).encode(), "percent"
    yield "in a URL", b"https://user:" + urllib.parse.quote(TOKEN, safe="").encode() + b"@host/", "percent"
    yield "in JSON", json.dumps({"key": TOKEN.decode()}).encode(), "plain"
    yield "in JSON with escaped slashes", TOKEN.replace(b"/", b"\\/"), "plain"
    yield "coloured in the middle", TOKEN[:9] + b"\x1b[31m" + TOKEN[9:] + b"\x1b[0m", "ansi"
    yield "coloured letter by letter", b"".join(b"\x1b[1;3%dm%c" % (n % 8, c) for n, c in enumerate(TOKEN)), "ansi"


class ShapesTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", TOKEN)
        home.set("PRIVATE_KEY", PEM)
        home.set("QUOTED", QUOTED)
        home.write("writer.py", WRITER)

    def write(self, *pieces, stream=1, pause=0.0, tty=False, options=()):
        """What is seen of a command that writes these pieces one by one."""
        plan = self.home.root / "plan.json"
        plan.write_text(json.dumps([[p.decode("latin-1"), stream, pause] for p in pieces]))
        words = ("run", *options, "--", SELF, "-IS", "writer.py", str(plan))
        if tty:
            result = self.tty(*words[:1], "--mask", *words[1:]).run()
            seen = result.out
        else:
            result = self.pale(*words)
            seen = result.out if stream == 1 else result.err
        self.assertStatus(0, result)
        return seen

    def test_what_is_not_masked_is_told_in_one_line_also_of_json(self):
        home = Home()
        self.addCleanup(home.close)
        home.init()
        home.set_all({"A_PIN": "42", "B_FLAG": "true", "C_TOKEN": "long-enough-for-the-mask"})
        result = home.must("run", "--", "true")
        self.assertEqual(1, len(result.errors.splitlines()), result)
        self.assertRegex(result.errors, r"^pale: not masked: A_PIN \(.+\), B_FLAG \(.+\)\n$")
        result = home.must("run", "--json", "--", "true")
        self.assertEqual(["A_PIN", "B_FLAG"], [each["name"] for each in json.loads(result.errors)["notMasked"]])
        failed = home.pale("run", "--json", "--", "./no-such-program")
        self.assertEqual([["notMasked"], ["error"]], [list(json.loads(line)) for line in failed.errors.splitlines()])

    def test_every_shape_is_masked_in_pipes(self):
        shown = list(shapes())
        seen = self.write(*[text + b"\n" for _, text, _ in shown]).split(b"\n")
        for (name, text, _), line in zip(shown, seen):
            with self.subTest(shape=name):
                self.assertHolds(b"[pale:TOKEN]", line)
                self.assertHoldsNot(TOKEN[:8], line)
                self.assertLess(len(line), len(text) + 12)
        self.assertEqual(len(shown) + 1, len(seen))
        self.assertEqual(b"before [pale:TOKEN] after", seen[[n for n, _, _ in shown].index("plain")])

    def test_every_shape_is_masked_on_a_terminal(self):
        shown = list(shapes())
        seen = self.write(*[text + b"\n" for _, text, _ in shown], tty=True).split(b"\n")
        for (name, _, _), line in zip(shown, seen):
            with self.subTest(shape=name):
                self.assertHolds(b"[pale:TOKEN]", line)

    def test_standard_error_is_masked_too(self):
        self.assertEqual(b"oops [pale:TOKEN]!\n", self.write(b"oops " + TOKEN + b"!\n", stream=2))

    def test_the_marker_tells_neither_length_nor_beginning(self):
        self.assertEqual(b"[[pale:TOKEN]] ([pale:QUOTED])\n", self.write(b"[" + TOKEN + b"] (" + QUOTED + b")\n"))

    def test_the_lines_of_a_key_are_masked_with_and_without_indentation(self):
        lines = PEM.strip().split(b"\n")[1:-1]
        for name, text in {
            "whole": PEM,
            "indented": b"".join(b"    " + line + b"\n" for line in PEM.strip().split(b"\n")),
            "tabs": b"\n".join(b"\t" + line for line in lines),
            "with carriage returns": PEM.replace(b"\n", b"\r\n"),
            "one line alone": lines[1] + b"\n",
            "in JSON": json.dumps({"key": PEM.decode()}).encode(),
            "in YAML": b"key: |\n" + b"".join(b"  " + line + b"\n" for line in PEM.strip().split(b"\n")),
            "base64 of it": base64.b64encode(PEM),
            "base64 of it, wrapped": base64.encodebytes(PEM),
        }.items():
            with self.subTest(shape=name):
                seen = self.write(text)
                self.assertHolds(b"[pale:PRIVATE_KEY]", seen)
                for line in lines:
                    self.assertHoldsNot(line[:10], seen)
                    self.assertHoldsNot(line[-10:], seen)
                self.assertHoldsNot(base64.b64encode(PEM)[40:60], seen.replace(b"\n", b""))

    def test_a_value_that_json_must_escape_is_masked_in_json(self):
        text = QUOTED.decode()
        for name, shown in {
            "plain": QUOTED,
            "ascii": json.dumps(text).encode(),
            "utf-8": json.dumps(text, ensure_ascii=False).encode(),
            "html-safe": json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode(),
            "json in json": json.dumps(json.dumps(text, ensure_ascii=False), ensure_ascii=False).encode(),
            "form": urllib.parse.quote_plus(text).encode(),
        }.items():
            with self.subTest(shape=name):
                seen = self.write(b"x " + shown + b" y")
                self.assertHolds(b"[pale:QUOTED]", seen)
                self.assertHoldsNot(b"parts", seen)

    def test_text_without_a_secret_is_not_touched(self):
        text = b"tk_9fQz7/LmX2+vB8rJ4wK2 [pale:NOTHING] \x1b[31mred\x1b[0m \xff\xfe\x00\x01\r\n" * 50
        self.assertEqual(text, self.write(text))
        self.assertEqual(TOKEN[:-1], self.write(TOKEN[:-1]), "all but the last byte is no occurrence")

    def test_wherever_the_command_pauses_inside_a_secret_at_most_7_bytes_of_it_show(self):
        plan = []
        for cut in range(1, len(TOKEN)):
            plan.append((b"%02d:" % cut + TOKEN[:cut], 0.02))
            plan.append((TOKEN[cut:] + b"\n", 0.02))
        file = self.home.root / "plan.json"
        file.write_text(json.dumps([[p.decode("latin-1"), 1, s] for p, s in plan]))
        for tty in (False, True):
            with self.subTest(tty=tty):
                words = ("run", "--mask", "--", SELF, "-IS", "writer.py", str(file))
                result = self.tty(*words).run() if tty else self.pale(*words)
                lines = result.out.strip().split(b"\n")
                self.assertEqual(len(TOKEN) - 1, len(lines), repr(result))
                for cut, line in enumerate(lines, 1):
                    early = line[3 : line.index(b"[pale:TOKEN]")]
                    self.assertTrue(line.endswith(b"[pale:TOKEN]"), line)
                    self.assertEqual(TOKEN[: len(early)], early, line)
                    self.assertLess(len(early), 8, f"{line!r} shows too much")
                    self.assertLessEqual(len(early), cut)

    def test_a_secret_that_comes_byte_by_byte_is_masked(self):
        seen = self.write(*[bytes([c]) for c in TOKEN], b"\n", pause=0.01)
        early = seen.split(b"[pale:TOKEN]")[0]
        self.assertTrue(seen.endswith(b"[pale:TOKEN]\n"), seen)
        self.assertLess(len(early), 8)

    def test_a_pause_of_seconds_releases_nothing_more(self):
        seen = self.write(b"x" + TOKEN[:14], TOKEN[14:] + b"\n", pause=2.2)
        self.assertEqual(b"x[pale:TOKEN]\n", seen)

    def test_a_part_of_a_secret_at_the_end_of_output_is_passed_on(self):
        self.assertEqual(b"end " + TOKEN[:14], self.write(b"end " + TOKEN[:14]))

    def test_a_prompt_that_ends_like_a_secret_begins_appears_at_once(self):
        self.home.python("ask", 'import sys\nprint("give me tk_", end="", flush=True)\nprint("got", sys.stdin.readline().strip())\n')
        for tty in (True, False):
            with self.subTest(tty=tty):
                if tty:
                    terminal = self.tty("run", "--mask", "--", "./ask")
                    terminal.expect("give me tk_", 20)
                    terminal.send("it\n")
                    terminal.expect("got it", 20)
                    self.assertEqual(0, terminal.wait())
                else:
                    process = self.home.start(*(str(x) for x in (__import__("harness").PALE, "run", "--", "./ask")), stdin=-1)
                    seen = b""
                    os.set_blocking(process.stdout.fileno(), False)
                    end = time.monotonic() + 20
                    while b"give me tk_" not in seen and time.monotonic() < end:
                        seen += process.stdout.read() or b""
                        time.sleep(0.02)
                    self.assertEqual(b"give me tk_", seen)
                    os.set_blocking(process.stdout.fileno(), True)
                    out, _ = process.communicate(b"it\n", timeout=20)
                    self.assertEqual(b"got it\n", out)

    def test_eight_megabytes_of_random_bytes_pass_unchanged(self):
        noise = os.urandom(8 << 20)
        file = self.home.write("noise", noise)
        for words, given in ((("cat", str(file)), None), (("cat",), noise)):
            with self.subTest(words=words):
                result = self.pale("run", "--", *words, input=given)
                self.assertStatus(0, result)
                self.assertTrue(noise == result.out, f"{len(result.out)} bytes, not the same")

    def test_all_random_pieces_of_a_long_text_with_secrets_are_masked(self):
        import random

        dice = random.Random(20261120)
        for _ in range(40 if LONG else 6):
            text, wanted = b"", b""
            for _ in range(60):
                clean = bytes(dice.choice(b"abc tk_9fQ\n") for _ in range(dice.randrange(0, 40)))
                if TOKEN in clean:
                    continue
                text += clean + b"|" + TOKEN
                wanted += clean + b"|[pale:TOKEN]"
            pieces, at = [], 0
            while at < len(text):
                size = dice.randrange(1, 50)
                pieces.append(text[at : at + size])
                at += size
            # Written without pause the pieces join; what could be told apart by a pause is another test.
            joined = self.write(text)
            self.assertEqual(wanted, joined)
            self.assertHoldsNot(TOKEN[:8], self.write(*pieces, pause=0.001))

    def test_what_the_command_writes_to_its_terminal_directly_is_masked(self):
        seen = self.tty("run", "--mask", "--", *sh('echo "$TOKEN" >/dev/tty; exec >/dev/null; echo "$QUOTED" >/dev/tty')).run()
        self.assertHolds(b"[pale:TOKEN]", seen.out)
        self.assertHolds(b"[pale:QUOTED]", seen.out)
        self.assertHoldsNot(TOKEN[:8], seen.out)

    def test_what_a_person_types_at_the_command_is_masked_in_the_echo(self):
        terminal = self.tty("run", "--mask", "--", *sh("echo ready; exec cat"))
        terminal.expect("ready")
        terminal.send(TOKEN + b"\n")
        terminal.expect("[pale:TOKEN]")
        terminal.send(b"\x04")
        self.assertEqual(0, terminal.wait())
        self.assertHoldsNot(TOKEN[:12], terminal.output)


class MaskRulesTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set_all({"TOKEN": TOKEN.decode(), "FLAG": "true", "PIN": "4711", "SHORT": "abcde", "MODE": "production"})

    def test_short_values_and_common_words_are_not_masked_and_run_says_so(self):
        result = self.pale("run", "--", *sh('echo "$FLAG $PIN $SHORT $MODE $TOKEN"'))
        self.assertEqual(b"true 4711 abcde production [pale:TOKEN]\n", result.out, repr(result))
        for name in ("FLAG", "PIN", "SHORT", "MODE"):
            self.assertIn(name, result.errors)
        for value in ("4711", "abcde"):
            self.assertNotIn(value, result.errors)

    def test_a_person_on_a_terminal_may_switch_the_mask_off(self):
        self.assertHolds(TOKEN, self.tty("run", "--no-mask", "--", *sh('echo "$TOKEN"')).run().out)

    def test_no_mask_is_refused_where_standard_output_is_no_terminal(self):
        result = self.pale("run", "--no-mask", "--", *sh('echo "$TOKEN"'))
        self.assertNotEqual(0, result.status, repr(result))
        self.assertHoldsNot(TOKEN, result.out + result.err)

    def test_no_mask_is_refused_to_an_agent_even_on_a_terminal(self):
        result = self.tty("run", "--no-mask", "--", *sh('echo "$TOKEN"'), env={"CLAUDECODE": "1"}).run()
        self.assertNotEqual(0, result.status, repr(result))
        self.assertHoldsNot(TOKEN, result.out)

    def test_pale_toml_can_make_masking_the_rule_on_a_terminal(self):
        file = self.home.project / "pale.toml"
        before = file.read_text()
        self.addCleanup(file.write_text, before)
        config = self.home.pale_home / "config" / "config.toml"
        config.write_text('mask = "always"\n')
        config.chmod(0o600)
        self.addCleanup(config.unlink)
        seen = self.tty("run", "--", *sh('echo "$TOKEN"')).run()
        self.assertTrue(seen.out.endswith(b"\n[pale:TOKEN]\n"), repr(seen))

    def test_standard_output_in_a_pipe_and_errors_on_the_terminal_are_both_masked(self):
        read, write = os.pipe()
        terminal = self.tty("run", "--", *sh('echo "out $TOKEN"; echo "err $TOKEN" >&2'), stdout=write)
        os.close(write)
        result = terminal.run()
        piped = os.read(read, 4096)
        os.close(read)
        self.assertEqual(b"out [pale:TOKEN]\n", piped)
        self.assertHolds(b"err [pale:TOKEN]", result.out)

    def test_both_streams_in_one_pipe_keep_their_order(self):
        read, write = os.pipe()
        process = self.home.start(str(__import__("harness").PALE), "run", "--", *sh("for n in 1 2 3 4 5 6 7 8; do echo out $n; echo err $n >&2; done; echo $TOKEN"), stdout=write, stderr=write)
        os.close(write)
        seen = b""
        while piece := os.read(read, 65536):
            seen += piece
        os.close(read)
        self.assertEqual(0, process.wait(30))
        lines = [line for line in seen.decode().splitlines() if line.startswith(("out", "err"))]
        self.assertEqual([f"{kind} {n}" for n in range(1, 9) for kind in ("out", "err")], lines)
        self.assertHolds(b"[pale:TOKEN]", seen)

    def test_a_reader_that_goes_away_ends_the_command(self):
        begun = time.monotonic()
        result = self.home.call("bash", "-c", f'"{__import__("harness").PALE}" run -- yes | head -n 1; echo "${{PIPESTATUS[0]}}"', timeout=30)
        first, status = result.text.split()
        self.assertEqual("y", first)
        self.assertIn(status, ("141", "1"), "the command is told by SIGPIPE or a write error")
        self.assertLess(time.monotonic() - begun, 20)
        eventually(lambda: not any(c.startswith("yes") for c in self.home.processes().values()), "the command has ended")

    def test_a_grandchild_that_keeps_the_pipe_open_does_not_hold_pale_for_ever(self):
        begun = time.monotonic()
        process = self.home.start(str(__import__("harness").PALE), "run", "--", *sh("(sleep 60; echo late) & echo early; exit 3"), stdin=-3)
        seen = process.stdout.readline()
        self.assertEqual(b"early\n", seen)
        self.assertEqual(3, process.wait(30))
        self.assertLess(time.monotonic() - begun, 25)
        for pid, line in self.home.processes().items():
            if "sleep 60" in line:
                os.kill(pid, signal.SIGKILL)

    def test_output_after_the_command_that_was_already_written_is_not_lost(self):
        for _ in range(3):
            result = self.pale("run", "--", *sh("seq 1 20000; echo $TOKEN"))
            lines = result.out.split(b"\n")
            self.assertEqual(20002, len(lines))
            self.assertEqual(b"[pale:TOKEN]", lines[-2])

    def test_the_commands_standard_input_is_the_callers(self):
        data = os.urandom(300_000)
        result = self.pale("run", "--", *sh("sha256sum"), input=data)
        import hashlib

        self.assertEqual(hashlib.sha256(data).hexdigest(), result.text.split()[0])

    def test_masked_by_one_of_a_thousand_secrets(self):
        from harness import Home

        home = Home()
        self.addCleanup(home.close)
        home.init("many")
        home.set_all({f"S_{n}": f"needle-{n * 104729:08x}-{n}" for n in range(1000)})
        result = home.pale("run", "--", *sh('env | grep "^S_[0-9]*=" | sort'))
        self.assertEqual(sorted(f"S_{n}=[pale:S_{n}]" for n in range(1000)), sorted(result.text.split()), result.errors)
