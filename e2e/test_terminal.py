"""Keys, job control, window size, colours and full screens work as without pale, masked or replaced."""

import os
import re
import signal
import subprocess
import termios
import time

from harness import PALE, SELF, Home, Test, eventually, need, sh

COUNTER = r"""
import os, signal, sys, time
name = sys.argv[1]
count = 0
def hit(number, frame):
    global count
    count += 1
signal.signal(getattr(signal, name), hit)
print("ready", flush=True)
end = time.monotonic() + 30
while not count and time.monotonic() < end:
    time.sleep(0.02)
time.sleep(0.7)  # a second one would arrive by now
print("count", count, flush=True)
sys.exit(40 + count)
"""


class KeysTest(Test):
    shared = True

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"tk_9fQz7/LmX2+vB8rJ4wK1")
        home.python("counter", COUNTER)

    def both(self):
        for options in ((), ("--mask",)):
            with self.subTest(options=options):
                yield options

    def test_ctrl_c_reaches_the_command_exactly_once(self):
        for options in self.both():
            terminal = self.tty("run", *options, "--", "./counter", "SIGINT")
            terminal.expect("ready")
            terminal.send(b"\x03")
            terminal.expect("count 1")
            self.assertEqual(41, terminal.wait())

    def test_ctrl_backslash_reaches_the_command_exactly_once_and_dumps_nothing(self):
        for options in self.both():
            terminal = self.tty("run", *options, "--", "./counter", "SIGQUIT")
            terminal.expect("ready")
            terminal.send(b"\x1c")
            terminal.expect("count 1")
            self.assertEqual(41, terminal.wait())
            self.assertHoldsNot(b"thread dump", terminal.output.lower())

    def test_ctrl_c_ends_a_command_that_does_not_catch_it_with_130(self):
        for options in self.both():
            terminal = self.tty("run", *options, "--", *sh("echo ready; exec sleep 30"))
            terminal.expect("ready")
            terminal.send(b"\x03")
            self.assertEqual(130, terminal.wait(20))

    def test_ctrl_d_ends_the_input(self):
        for options in self.both():
            terminal = self.tty("run", *options, "--", *sh('echo ready; cat; echo "over"'))
            terminal.expect("ready")
            terminal.send(b"line\n\x04")
            terminal.expect("over")
            self.assertEqual(0, terminal.wait())

    def test_the_command_sees_a_terminal_with_its_size_and_its_changes(self):
        for options in self.both():
            terminal = self.tty(
                "run", *options, "--", *sh('trap "stty size; exit 0" WINCH; test -t 0 && test -t 1 && test -t 2 && stty size; while :; do sleep 0.05; done'), rows=33, columns=101
            )
            terminal.expect("33 101")
            terminal.resize(44, 55)
            terminal.expect("44 55")
            self.assertEqual(0, terminal.wait())

    def test_the_commands_terminal_has_the_callers_settings(self):
        for options in self.both():
            terminal = self.terminal("sh", "-c", f'stty -echoctl erase ^H; "$0" run {" ".join(options)} -- stty -a', str(PALE))
            seen = terminal.run().out
            self.assertHolds(b"-echoctl", seen)
            self.assertHolds(b"erase = ^H", seen)

    def test_a_full_screen_program_draws_and_reads_keys(self):
        self.home.python(
            "screen",
            "import curses, os\ndef main(s):\n    s.addstr(2, 3, 'press a key')\n    s.refresh()\n    k = s.getch()\n"
            "    s.addstr(3, 3, 'got %d' % k)\n    s.refresh()\n    s.getch()\ncurses.wrapper(main)\nprint('left the screen')\n",
        )
        for options in self.both():
            terminal = self.tty("run", *options, "--", "./screen")
            terminal.expect("press a key")
            terminal.send(b"x")
            terminal.expect("got 120")
            terminal.send(b"q")
            terminal.expect("left the screen")
            self.assertEqual(0, terminal.wait())

    @need("less")
    def test_less_pages(self):
        self.home.write("long.txt", "".join(f"row {n}\n" for n in range(500)))
        for options in self.both():
            terminal = self.tty("run", *options, "--", "less", "long.txt")
            terminal.expect("row 20")
            terminal.send(b"G")
            terminal.expect("row 499")
            terminal.send(b"q")
            self.assertEqual(0, terminal.wait())

    def test_a_password_prompt_of_the_command_does_not_echo(self):
        for options in self.both():
            terminal = self.tty("run", *options, "--", *sh('stty -echo; printf "password: "; read -r line; stty echo; echo; echo "length ${#line}"'))
            terminal.expect("password: ")
            terminal.send("hidden-typing\n")
            terminal.expect("length 13")
            self.assertEqual(0, terminal.wait())
            self.assertHoldsNot(b"hidden-typing", terminal.output)

    def test_the_terminals_settings_are_restored_after_every_end(self):
        ends = {"normal": "true", "kill": "kill -KILL $$", "crash": "kill -SEGV $$", "raw left behind": "stty raw -echo"}
        for name, script in ends.items():
            with self.subTest(end=name):
                terminal = self.terminal("sh", "-c", '"$0" run --mask -- sh -c "$1"; echo "ended"; read -r x', str(PALE), script)
                before = terminal.settings()
                terminal.expect("ended")
                self.assertEqual(before, terminal.settings())
                terminal.send("\n")
                terminal.wait()

    def test_the_terminals_settings_are_restored_when_pale_is_told_to_end(self):
        terminal = self.terminal("sh", "-c", '"$0" run --mask -- sh -c "echo ready; exec sleep 30"; echo "ended $?"; read -r x', str(PALE))
        before = terminal.settings()
        terminal.expect("ready")
        pale = next(pid for pid, line in self.home.processes().items() if "dev.pale.cli.Main" in line)
        os.kill(pale, signal.SIGTERM)
        terminal.expect("ended 143")
        self.assertEqual(before, terminal.settings())
        terminal.send("\n")
        terminal.wait()

    def test_a_terminal_that_hangs_up_ends_the_command(self):
        for options in self.both():
            terminal = self.tty("run", *options, "--", *sh("echo ready; exec sleep 60"))
            terminal.expect("ready")
            os.close(terminal.master)
            eventually(lambda: terminal.process.poll() is not None, "pale ends when its terminal is gone", 15)
            terminal.master = os.open(os.devnull, os.O_RDONLY)
            eventually(lambda: not any("sleep 60" in c for c in self.home.processes().values()), "the command is gone", 5)


class SignalsTest(Test):
    """A signal to pale reaches the command's whole group at once, and pale waits for its end."""

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"tk_9fQz7/LmX2+vB8rJ4wK1")
        home.script(
            "family",
            "#!/bin/sh\nlog=$1\n"
            "sh -c 'trap \"echo one >>$0; exit\" TERM; echo up; while :; do sleep 0.05; done' $log &\n"
            "sh -c 'trap \"echo two >>$0; exit\" TERM; echo up; while :; do sleep 0.05; done' $log &\n"
            "trap 'echo parent >>$log; wait; sleep 0.5; echo last >>$log; exit 33' TERM\n"
            "echo up\nwhile :; do sleep 0.05; done\n",
        )

    def test_term_reaches_the_whole_group_at_once_and_pale_waits(self):
        for mode in ("pipes", "terminal"):
            with self.subTest(mode=mode):
                log = self.home.root / f"log-{mode}"
                if mode == "pipes":
                    process = self.home.start(PALE, "run", "--", "./family", log)
                    for _ in range(3):
                        self.assertEqual(b"up\n", process.stdout.readline())
                else:
                    terminal = self.tty("run", "--mask", "--", "./family", log)
                    for _ in range(3):
                        terminal.expect("up")
                    process = terminal.process
                time.sleep(0.2)
                begun = time.monotonic()
                os.kill(process.pid, signal.SIGTERM)
                eventually(lambda: log.exists() and {"one", "two", "parent"} <= set(log.read_text().split()), "all three got it", 5)
                self.assertLess(time.monotonic() - begun, 1.5, "at once")
                self.assertIsNone(process.poll(), "pale waits for the command")
                status = process.wait(20) if mode == "pipes" else terminal.wait(20)
                self.assertEqual(33, status)
                self.assertEqual("last", log.read_text().split()[-1])
                self.assertEqual(sorted(["one", "two", "parent", "last"]), sorted(log.read_text().split()), "each once")

    def test_other_signals_are_passed_on_as_they_are(self):
        self.home.python("counter", COUNTER)
        # QUIT is not among them: the JVM keeps it for itself, so a masking Pale ignores it (ARCHITECTURE, contracts).
        for name in 4 * ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGINT"):
            with self.subTest(signal=name):
                process = self.home.start(PALE, "run", "--", "./counter", name)
                self.assertEqual(b"ready\n", process.stdout.readline())
                os.kill(process.pid, getattr(signal, name))
                out, err = process.communicate(timeout=40)
                self.assertEqual(b"count 1\n", out, err)
                self.assertEqual(41, process.returncode)

    def test_a_command_that_dies_of_the_signal_gives_128_and_the_signal(self):
        process = self.home.start(PALE, "run", "--", *sh("echo ready; exec sleep 30"))
        self.assertEqual(b"ready\n", process.stdout.readline())
        os.kill(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)
        self.assertIn(process.returncode, (143, -15))

    def test_kill_9_of_pale_hangs_up_the_commands_terminal(self):
        terminal = self.tty("run", "--mask", "--", *sh("echo ready; exec sleep 60"))
        terminal.expect("ready")
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.process.wait(10)
        eventually(lambda: not any("sleep 60" in c for c in self.home.processes().values()), "no orphan with secrets stays", 5)


@need("tmux")
class ShellTest(Test):
    """Under an interactive bash, job control works as with any command."""

    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", b"tk_9fQz7/LmX2+vB8rJ4wK1")

    def setUp(self):
        super().setUp()
        self.env = {"TMUX_TMPDIR": str(self.home.tmp), "PS1": "PROMPT> ", "SHELL": "/bin/bash", "TERM": "screen"}
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "bash --norc --noprofile -i")
        self.addCleanup(self.tmux, "kill-server")
        self.type(f'PS1="PROMPT> "; pale() {{ "{PALE}" "$@"; }}; clear')
        eventually(lambda: self.screen().strip() == "PROMPT>", "the shell is up", 20)

    def tmux(self, *words):
        return self.home.call("tmux", "-L", "e2e", *words, env=self.env).text

    def type(self, line):
        self.tmux("send-keys", line, "Enter")

    def key(self, name):
        self.tmux("send-keys", name)

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def see(self, text, seconds=30):
        try:
            eventually(lambda: re.search(text, self.screen(), re.M), text, seconds)
        except AssertionError:
            self.fail(f"{text!r} is not on the screen:\n{self.screen()}")

    def test_ctrl_z_stops_and_fg_continues(self):
        for options in ("", "--mask "):
            with self.subTest(options=options):
                self.type("clear")
                self.type(f"pale run {options}-- sh -c 'echo begun; i=0; while [ $i -lt 600 ]; do i=$((i+1)); test -e go && exit 5; sleep 0.05; done'")
                self.see("^begun")
                self.key("C-z")
                self.see(r"^\[1\]\+? +Stopped")
                self.type("jobs; echo still-$((40+2))")
                self.see("^still-42")
                (self.home.project / "go").write_text("")
                time.sleep(0.5)
                self.assertNotIn("status=", self.screen(), "it is stopped: it does not notice the file")
                self.type("fg; echo status=$?")
                self.see(r"^(\^Z)?status=5")
                (self.home.project / "go").unlink()

    def test_a_stopped_command_keeps_its_keys_after_fg(self):
        for options in ("", "--mask "):
            with self.subTest(options=options):
                self.type("clear")
                self.type(f"pale run {options}-- sh -c 'echo begun; exec cat'")
                self.see("^begun")
                self.type("first-line")
                self.see(r"^first-line\nfirst-line")
                self.key("C-z")
                self.see("Stopped")
                self.type("fg")
                time.sleep(0.5)
                self.type("second-line")
                self.see(r"^second-line\nsecond-line")
                self.key("C-c")
                self.see(r"PROMPT>\s*\Z")
                self.type("echo status=$?")
                self.see("^status=130")

    def test_bg_lets_it_go_on_and_the_shell_stays_usable(self):
        for options in ("", "--mask "):
            with self.subTest(options=options):
                self.type("clear")
                self.type(f"pale run {options}-- sh -c 'echo begun; sleep 2; echo finished >done.txt'")
                self.see("^begun")
                self.key("C-z")
                self.see("Stopped")
                self.type("bg; echo now-$((1+1))")
                self.see("^now-2")
                eventually((self.home.project / "done.txt").exists, "it finished in the background", 20)
                (self.home.project / "done.txt").unlink()
                self.type("wait; echo all-$((2+2))")
                self.see("^all-4")

    def test_ctrl_c_gives_the_shell_back(self):
        for options in ("", "--mask "):
            with self.subTest(options=options):
                self.type("clear")
                self.type(f"pale run {options}-- sh -c 'echo begun; exec sleep 60'")
                self.see("^begun")
                self.key("C-c")
                self.see(r"PROMPT>\s*\Z")
                self.type("echo status=$?")
                self.see("^status=130", 15)

    def test_it_works_in_a_pipeline(self):
        self.type("clear; pale run -- sh -c 'echo $TOKEN' | tr a-z A-Z")
        self.see(r"^\[PALE:TOKEN\]")

    @need("vim")
    def test_vim_edits_and_leaves(self):
        for options in ("", "--mask "):
            with self.subTest(options=options):
                self.type("clear")
                self.type(f"pale run {options}-- vim -u NONE -n note.txt; echo status=$?")
                self.see(r'^"note.txt" \[New')
                self.tmux("send-keys", "-l", "ihello from vim")
                self.key("Escape")
                time.sleep(0.3)
                self.tmux("send-keys", "-l", ":wq")
                self.key("Enter")
                self.see("^status=0")
                self.assertEqual("hello from vim\n", (self.home.project / "note.txt").read_text())
                (self.home.project / "note.txt").unlink()

    def test_a_changed_window_reaches_the_command(self):
        for options in ("", "--mask "):
            with self.subTest(options=options):
                self.type("clear")
                self.type(f"pale run {options}-- sh -c 'trap \"stty size\" WINCH; stty size; i=0; while [ $i -lt 100 ]; do i=$((i+1)); sleep 0.05; done'")
                self.see("^30 100")
                self.tmux("resize-window", "-x", "90", "-y", "25")
                self.see("^25 90")
                self.key("C-c")
                self.tmux("resize-window", "-x", "100", "-y", "30")
                time.sleep(0.3)
