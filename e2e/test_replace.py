"""On a terminal the command finds everything as if its caller had started it without pale."""

import json
import os
import resource
import signal

from harness import SELF, Test, eventually

PROBE = r"""
import json, os, sys
me = "/proc/self/"
def raw(name):
    with open(me + name, "rb") as f:
        return f.read().decode("latin-1")
status = dict(line.split(":\t", 1) for line in raw("status").splitlines() if ":\t" in line)
answer = {
    "pid": os.getpid(), "ppid": os.getppid(), "pgid": os.getpgid(0), "sid": os.getsid(0),
    "foreground": os.tcgetpgrp(0), "tty": [os.ttyname(n) for n in (0, 1, 2)],
    "blocked": status["SigBlk"], "ignored": status["SigIgn"], "caught": status["SigCgt"], "pending": status["ShdPnd"],
    "no_new_privileges": status.get("NoNewPrivs"), "seccomp": status.get("Seccomp"), "umask": status["Umask"],
    "core_pattern_dumpable": os.stat("/proc/self/environ").st_uid,
    "limits": raw("limits"), "environ": raw("environ"), "cmdline": raw("cmdline"), "cwd": os.getcwd(),
    "descriptors": sorted(int(n) for n in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + n)),
    "children": raw("task/%d/children" % os.getpid()),
    "oom": raw("oom_score_adj"), "nice": os.nice(0), "comm": raw("comm"),
    "keyring": raw("attr/current") if False else "",
}
answer["targets"] = {str(n): os.readlink("/proc/self/fd/%d" % n).split(":")[0] for n in answer["descriptors"] if n > 2}
with open(os.environb[b"PROBE_ANSWER"], "w") as out:
    json.dump(answer, out)
"""


class ReplaceFidelityTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()
        home.python("probe", PROBE)

    def compare(self, *arguments, env=None, prepare=None, **more):
        """The probe's answers when started directly and through pale, and the two process ids."""
        answers = []
        for words in (("./probe",), (str(__import__("harness").PALE), "run", "--", "./probe")):
            file = self.home.root / "answer.json"
            file.unlink(missing_ok=True)
            terminal = self.terminal(*words, *arguments, env={"PROBE_ANSWER": str(file), **(env or {})}, prepare=prepare, **more)
            result = terminal.run()
            self.assertStatus(0, result)
            answer = json.loads(file.read_text())
            answer["launched"] = terminal.pid
            answers.append(answer)
            terminal.close()
        return answers

    def assertSame(self, direct, paled, *fields):
        for field in fields:
            with self.subTest(field=field):
                self.assertEqual(direct[field], paled[field])

    def test_process_group_session_terminal_signals_limits_and_folder_are_the_callers(self):
        direct, paled = self.compare()
        self.assertEqual(paled["launched"], paled["pid"], "the command has the process id that the caller launched")
        self.assertEqual([os.getpid()] * 2, [direct["ppid"], paled["ppid"]])
        for field in ("pgid", "sid", "foreground"):
            self.assertEqual(paled["launched"], paled[field], field)
        self.assertEqual(1, len(set(paled["tty"])))
        self.assertSame(direct, paled, "blocked", "ignored", "caught", "pending", "no_new_privileges", "seccomp", "umask", "limits", "cwd", "descriptors", "targets", "oom", "nice", "comm", "cmdline", "core_pattern_dumpable")

    def test_no_child_of_pale_is_left_behind_and_no_java(self):
        _, paled = self.compare()
        self.assertEqual("", paled["children"])
        terminal = self.tty("run", "--", "sleep", "30")
        eventually(lambda: any(c.startswith("sleep") for c in self.home.processes().values()), "sleep runs")
        self.assertEqual(["sleep 30 "], list(self.home.processes().values()))
        terminal.close()

    def test_ignored_and_blocked_signals_stay_ignored_and_blocked(self):
        def prepare():
            for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGHUP, signal.SIGUSR1):
                signal.signal(number, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2, signal.SIGTERM, signal.SIGQUIT, signal.SIGRTMIN + 3])

        direct, paled = self.compare(prepare=prepare)
        self.assertSame(direct, paled, "blocked", "ignored")
        self.assertTrue(int(paled["ignored"], 16) & 1 << (signal.SIGHUP - 1), paled["ignored"])
        self.assertTrue(int(paled["blocked"], 16) & 1 << (signal.SIGUSR2 - 1), paled["blocked"])

    def test_each_single_ignored_signal_arrives_as_it_was(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGTTOU, signal.SIGSEGV):
            with self.subTest(signal=number.name):
                direct, paled = self.compare(prepare=lambda n=number: signal.signal(n, signal.SIG_IGN))
                self.assertEqual(direct["ignored"], paled["ignored"])

    def test_limits_of_the_caller_stay_as_they_were(self):
        def prepare():
            resource.setrlimit(resource.RLIMIT_NOFILE, (123, 456))
            resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.getrlimit(resource.RLIMIT_CORE)[1]))
            os.umask(0o137)
            os.nice(3)

        direct, paled = self.compare(prepare=prepare)
        self.assertSame(direct, paled, "limits", "umask", "nice")
        self.assertRegex(paled["limits"], r"Max open files +123 +456")
        self.assertRegex(paled["limits"], r"Max core file size +4096")

    def test_descriptors_that_the_caller_passes_on_arrive_and_no_others(self):
        read, write = os.pipe()
        os.write(write, b"through")
        other = os.open(self.home.write("data.txt", "hello"), os.O_RDONLY)
        try:
            direct, paled = self.compare(pass_fds=(read, write, other))
        finally:
            for each in (read, write, other):
                os.close(each)
        self.assertSame(direct, paled, "descriptors", "targets")
        self.assertLessEqual({read, write, other}, set(paled["descriptors"]))

    def test_the_environment_is_the_callers_byte_for_byte(self):
        odd = {
            "BASH_FUNC_greet%%": "() { echo hi; }",
            "with.dot": "1",
            "with space": "2",
            "LATIN": b"caf\xe9 \xff\xfe",
            "EMPTY": "",
            "LINES_OF": "a\nb\n",
            "EQUALS": "a=b=c",
            b"n\xe4me": b"\x80",
            "JAVA_TOOL_OPTIONS": "-Dharmless=1",
            "JDK_JAVA_OPTIONS": "-Dharmless=2",
            "_JAVA_OPTIONS": "-Dharmless=3",
            "CLASSPATH": "/nowhere",
            "LD_LIBRARY_PATH": "/nowhere/lib",
            "QUOTE": "it's \"$HOME\" `x` \\ $(y)",
        }
        direct, paled = self.compare(env=odd)
        # A shell starts Pale, and shells set these four; the next test has them as every caller in a shell has.
        own = ("PALE_", "PWD=", "SHLVL=", "OLDPWD=", "_=")
        self.assertEqual(*(sorted(e for e in each["environ"].split("\0") if not e.startswith(own)) for each in (direct, paled)))
        self.assertHolds("LATIN=caf\xe9 \xff\xfe\0", paled["environ"])

    def test_what_every_shell_sets_arrives_as_the_callers_shell_set_it(self):
        direct, paled = self.compare(env={"PWD": str(self.home.project), "OLDPWD": "/usr", "SHLVL": "7"})
        self.assertEqual(*(sorted(e for e in each["environ"].split("\0") if not e.startswith(("PALE_", "_="))) for each in (direct, paled)))

    def test_arguments_arrive_byte_for_byte_in_every_locale(self):
        words = ["", " ", "a\nb", "--", "-x", "*", "$HOME", "\\", "é €", b"\xff\xfe\x80", b"caf\xe9", "@file", "x" * 5000]
        for locale in ({"LANG": "C.UTF-8"}, {"LANG": "C", "LC_ALL": "C"}, {"LANG": None, "LC_ALL": "POSIX"}):
            with self.subTest(locale=locale):
                direct, paled = self.compare(*words, env=locale)
                self.assertEqual(direct["cmdline"], paled["cmdline"])

    def test_arguments_of_the_command_are_never_taken_for_options_of_pale(self):
        direct, paled = self.compare("--help", "--only", "X", "-e", "prod", "--version", "--mask", "--json")
        self.assertEqual(direct["cmdline"], paled["cmdline"])

    def test_a_library_that_the_caller_preloads_is_preloaded_in_the_command_and_not_in_pale(self):
        log = self.home.root / "preloaded"
        source = self.home.write("spy.c", '#include <stdio.h>\n#include <stdlib.h>\n__attribute__((constructor)) static void in(void) { FILE *f = fopen(getenv("SPY_LOG"), "a"); char c[256] = {0}; FILE *p = fopen("/proc/self/comm", "r"); fgets(c, 255, p); fputs(c, f); fclose(f); fclose(p); }\n')
        built = self.home.call("gcc", "-shared", "-fPIC", "-o", "spy.so", str(source), env={"PATH": os.environ.get("PATH", "")})
        if built.returncode != 0:
            self.skipTest("there is no C compiler (package gcc)")
        spy = {"LD_PRELOAD": str(self.home.project / "spy.so"), "SPY_LOG": str(log)}
        self.assertStatus(0, self.tty("run", "--", "/bin/true", env=spy).run())
        comms = log.read_text().split()
        self.assertIn("true", comms)
        self.assertNotIn("java", comms)
