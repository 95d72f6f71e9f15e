"""What a hostile command, repository or neighbour tried, and what must come of it."""

import os
import signal
import sqlite3
import time

from harness import PALE, Test, eventually, sh

VALUE = b"canary-S3cr3tValue-77"


class AttackTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", VALUE)

    def deliver_as_file(self):
        self.home.toml('[secrets.TOKEN]\ndeliver = "file"\n')

    def test_a_relative_path_to_pale_works_from_everywhere(self):
        self.home.toml("")
        relative = os.path.relpath(PALE, self.home.project)
        result = self.home.call(relative, "run", "--", *sh("echo ${#TOKEN}"))
        self.assertStatus(0, result)
        self.assertEqual(f"{len(VALUE)}\n", result.text)

    def test_a_planted_sed_neither_runs_nor_steers_the_virtual_machine(self):
        self.home.toml("")
        planted = self.home.script("planted/sed", f"#!/bin/sh\ntouch {self.home.tmp}/ran\necho -XshowSettings:all\n")
        result = self.pale("run", "--", "/bin/echo", "hi", env={"PATH": f"{planted.parent}:{os.environ['PATH']}"})
        self.assertEqual((0, "hi\n", ""), (result.status, result.text, result.errors))
        self.assertFalse((self.home.tmp / "ran").exists())

    def test_a_link_in_the_place_of_the_run_folder_is_removed_and_not_followed(self):
        self.deliver_as_file()
        precious = self.home.tmp / "precious"
        (precious / "run-deep").mkdir(parents=True, exist_ok=True)
        for file in (precious / "a", precious / "run-deep" / "b"):
            file.write_text("keep")
        for mask in ((), ("--mask",)):
            with self.subTest(mask=mask):
                result = self.pale("run", *mask, "--", *sh('d=$(dirname "$TOKEN"); rm -r "$d"; ln -s "$1" "$d"; echo "$d"', str(precious)))
                self.assertStatus(0, result)
                time.sleep(2)
                self.assertTrue((precious / "a").exists())
                self.assertTrue((precious / "run-deep" / "b").exists())
                if os.path.islink(result.text.strip()):
                    os.unlink(result.text.strip())

    def test_a_command_with_a_line_end_in_its_name_keeps_its_files(self):
        self.deliver_as_file()
        program = self.home.python(
            "named",
            "import ctypes, os, time\nctypes.CDLL(None).prctl(15, b'x\\ny) S 1', 0, 0, 0)\ntime.sleep(2.5)\n"
            "print(os.path.exists(os.environ['TOKEN']))\n",
        )
        self.assertEqual("True\n", self.pale("run", "--", str(program)).text)

    def test_what_a_killed_edit_left_is_removed_without_another_one(self):
        self.home.toml("")
        editor = self.home.script("slow-editor", f'#!/bin/sh\necho "$1" >{self.home.tmp}/edited\nexec sleep 30\n')
        terminal = self.tty("edit", env={"EDITOR": str(editor)})
        edited = self.home.tmp / "edited"
        eventually(lambda: edited.exists() and edited.read_text().endswith("\n"), "the editor started")
        file = edited.read_text().strip()
        os.kill(terminal.pid, 9)
        eventually(lambda: not os.path.exists(os.path.dirname(file)), "the folder is gone", 20)

    def test_a_terminated_edit_ends_the_editor_before_it_wipes(self):
        self.home.toml("")
        editor = self.home.script(
            "stubborn-editor",
            f'#!/bin/sh\ntrap "" TERM HUP\necho "$$ $1" >{self.home.tmp}/stubborn\nwhile :; do mkdir -p "$(dirname "$1")"; echo again >"$1"; sleep 0.05; done\n',
        )
        terminal = self.tty("edit", env={"EDITOR": str(editor)})
        edited = self.home.tmp / "stubborn"
        eventually(lambda: edited.exists() and edited.read_text().endswith("\n"), "the editor started")
        pid, file = edited.read_text().split()
        os.kill(terminal.pid, 15)
        terminal.wait()
        eventually(lambda: not os.path.exists(f"/proc/{pid}") or "\nState:\tZ" in open(f"/proc/{pid}/status").read(), "the editor is gone", 20)
        time.sleep(0.3)
        self.assertFalse(os.path.exists(os.path.dirname(file)))

    def test_a_running_edit_is_left_alone_by_another(self):
        self.home.toml("")
        editor = self.home.script("long-editor", f'#!/bin/sh\necho "$1" >{self.home.tmp}/long\nsleep 30\n')
        self.tty("edit", env={"EDITOR": str(editor)})
        edited = self.home.tmp / "long"
        eventually(lambda: edited.exists() and edited.read_text().endswith("\n"), "the editor started")
        file = edited.read_text().strip()
        os.utime(os.path.dirname(file), (time.time() - 60, time.time() - 60))
        self.assertStatus(0, self.tty("edit", env={"EDITOR": "true"}).run())
        self.assertTrue(os.path.exists(file))

    def test_a_plaintext_file_with_another_name_is_not_overwritten(self):
        other = self.home.tmp / "other.env"
        other.write_text("A=plain-value-1\n")
        folder = self.home.root / "linked"
        folder.mkdir()
        os.link(other, folder / ".env")
        result = self.pale("init", "--project", "linked", "--import", ".env", "--remove-plaintext", cwd=folder)
        self.assertIn("hard link", result.errors)
        self.assertEqual("A=plain-value-1\n", other.read_text())

    def test_a_thread_dump_goes_to_standard_error(self):
        self.home.toml("")
        for wait in (0.05, 0.1, 0.15):
            process = self.home.start(PALE, "run", "--", "/bin/echo", "hi")
            time.sleep(wait)
            process.send_signal(signal.SIGQUIT)
            out, _ = process.communicate(timeout=60)
            self.assertIn(out, (b"hi\n", b""))

    def test_a_restore_from_a_fifo_is_refused_at_once(self):
        fifo = self.home.tmp / "fifo"
        os.mkfifo(fifo)
        result = self.pale("vault", "restore", str(fifo), "--replace", "--yes", timeout=20)
        self.assertStatus(1, result)
        self.assertIn("PALE-262", result.errors)

    def test_an_agent_cannot_keep_the_vault_unlocked(self):
        result = self.pale("unlock", "--for", "7d", env={"CLAUDECODE": "1"})
        self.assertStatus(1, result)
        self.assertIn("PALE-523", result.errors)

    def test_a_data_folder_that_others_can_enter_is_refused(self):
        self.home.toml("")
        folder = self.home.pale_home / "data"
        os.chmod(folder, 0o777)
        try:
            result = self.pale("run", "--", "echo", "STARTED")
        finally:
            os.chmod(folder, 0o700)
        self.assertEqual((125, ""), (result.status, result.text))
        self.assertIn("PALE-217", result.errors)


class PlantedRowsTest(Test):
    @classmethod
    def prepare(cls, home):
        home.init()
        home.set("TOKEN", VALUE)
        home.set("HUGE", b"another-value")

    def test_a_row_that_does_not_fit_into_memory_is_damage_and_no_stack_trace(self):
        database = sqlite3.connect(self.home.pale_home / "data" / "vault.db")
        database.execute("UPDATE version SET sealed = zeroblob(600000000) WHERE name = 'HUGE'")
        database.commit()
        database.close()
        result = self.pale("run", "--", "echo", "STARTED")
        self.assertEqual((125, ""), (result.status, result.text))
        self.assertIn("HUGE", result.errors)
        self.assertNotIn("\tat ", result.errors)
        self.assertEqual(VALUE, self.must("get", "TOKEN").out)
        self.assertStatus(0, self.pale("run", "--except", "HUGE", "--", "true"))
