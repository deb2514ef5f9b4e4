import errno
import os

from support import BareImageTest

from trainctl_agent.errors import AgentError
from trainctl_agent.training.program import as_started, check_program, start_error


class Program(BareImageTest):
    def message(self, *command):
        with self.assertRaises(AgentError) as caught:
            check_program({"command": list(command)}, self.folder)
        self.assertEqual(caught.exception.code, "command-not-found")
        return caught.exception.message

    def test_found_on_path_or_in_the_code(self):
        self.write("code/run.sh", "#!/bin/sh\n", 0o755)
        check_program({"command": ["sh", "-c", "true"]}, self.folder)
        check_program({"command": ["./run.sh"]}, self.folder)

    def test_told_in_plain_words(self):
        self.write("code/run.sh", "#!/bin/sh\n", 0o644)
        self.assertIn("no-such-program is neither on PATH nor a file of the code", self.message("no-such-program"))
        self.assertIn("'./no such' is neither on PATH", self.message("./no such"))
        self.assertIn("./run.sh cannot be executed (Permission denied): make it executable", self.message("./run.sh"))

    def test_folders_and_files_that_are_not_on_path(self):
        self.write("code/train.sh", "#!/bin/sh\n", 0o755)
        self.write("code/folder/x")
        self.assertIn("the file of the code is ./train.sh", self.message("train.sh"))
        self.assertIn("./folder cannot be executed: it is a folder", self.message("./folder"))

    def test_the_first_line_of_a_script_is_read(self):
        self.write("code/a folder/x")
        for content, words in (
            (b"#!/bin/bash\r\necho hi\r\n", (r'"#!/bin/bash\r"', r'"/bin/bash\r"', "Windows", "Unix line ends")),
            (b"#!/usr/bin/env bash\r\n", (r'"#!/usr/bin/env bash\r"', r'"bash\r"')),
            (b"#!/bin/bash -e\r\n", (r'"#!/bin/bash -e\r"',)),
            (b"#!/bin/sh -e\r\n", (r'"#!/bin/sh -e\r"',)),
            (b"#!/usr/bin/env ./no/python\n", ("asks env for ./no/python",)),
            (b"#!\r\n", ("names no program",)),
            (b"#!\n", ("names no program",)),
            (b"\xef\xbb\xbf#!/bin/bash\n", ("byte order mark",)),
            (b"#!/usr/bin/pyhton3\n", ("/usr/bin/pyhton3, which is not on this host",)),
            (b"#!/tmp\n", ("/tmp, which is a folder",)),
            (b"#!/etc/passwd\n", ("/etc/passwd, which cannot be executed",)),
            (b"#!/usr/bin/env no-such-python -u\n", ("asks env for no-such-python, which is not on PATH",)),
            (b"#!/usr/bin/env -S A=1 no-such-python -u\n", ("asks env for no-such-python",)),
            (b"", ("has no #! line",)),
        ):
            self.write("code/go.sh", content, 0o755)
            message = self.message("./go.sh")
            self.assertIn("./go.sh cannot be executed: ", message)
            for word in words:
                self.assertIn(word, message)

    def test_a_script_without_a_first_line_is_a_shells_as_at_a_prompt(self):
        bare = self.write("code/go", b"echo hi\n", 0o755)
        check_program({"command": ["./go", "a b"]}, self.folder)
        code = os.path.dirname(bare)
        self.assertEqual(as_started(["./go", "a b"], code, "/bin"), ["bash", "./go", "a b"])
        self.assertEqual(as_started(["go"], "/", code + ":/bin"), ["bash", bare])
        self.write("code/run.sh", "#!/bin/sh\n", 0o755)
        for argv in (["./run.sh"], ["sh", "-c", "true"], ["./no-such"]):
            self.assertEqual(as_started(argv, code, "/usr/bin:/bin"), argv)
        self.write("code/train.py", b"import os\n", 0o755)
        self.assertIn("./train.py cannot be executed: it has no #! line", self.message("./train.py"))

    def test_scripts_and_programs_that_run_are_let_run(self):
        self.write("code/bin/interpreter", "#!/bin/sh\n", 0o755)
        self.link("code/linked", "bin/interpreter")
        self.write("bin/a program", "#!/bin/sh\n", 0o755)
        path = self.path("bin") + ":/usr/bin:/bin"
        for content in (
            b"#!/bin/sh\n",
            b"#! /bin/sh -e\n",
            b"#!/usr/bin/env sh\n",
            b"#!/usr/bin/env -S sh -e\n",
            b"#!bin/interpreter\n",
            b"#!/bin/sh",
            b"#!\t/bin/sh\t-e\t\n",
            b"#!linked\n",
            b"#!./bin/interpreter -e\n",
            b"#!/bin/sh " + b"x" * 300 + b"\n",
            b"#!/" + b"x" * 300 + b"\n",
            b"#!/usr/bin/env -S " + b"A=1 " * 40 + b"sh\n",
            b"#!/bin/sh\0 -e\n",
            b"#!/usr/bin/perl -w\r\n" if os.path.exists("/usr/bin/perl") else b"#!/bin/sh\n",
            b"#!/usr/bin/env ./bin/interpreter\n",
            b"#!/usr/bin/env bin/interpreter\n",
            b"#!/usr/bin/env -S ./bin/interpreter -e\n",
            b"#!/usr/bin/env -S -u FOO sh\n",
            b"#!/usr/bin/env -S -C bin ./interpreter\n",
            b"#!/usr/bin/env -S --unset=FOO sh\n",
            b"#!/usr/bin/env -S -v sh\n",
            b"#!/usr/bin/env -vS A=1 sh -e\n",
            b"#!/usr/bin/env -Ssh -e\n",
            b"#!/usr/bin/env -S sh -e\r\n",
            b"#!/usr/bin/env -S 'sh' -e\n",
            b"#!/usr/bin/env -S ${SHELL_OF_MINE} -e\n",
            b"#!/usr/bin/env -S PATH=bin interpreter\n",
            b"#!/usr/bin/env -S -i PATH=bin interpreter\n",
            b"#!/usr/bin/env a program\n",
            b"\x7fELF\0",
        ):
            self.write("code/go.sh", content, 0o755)
            for command in (["./go.sh"], "./go.sh"):
                with self.subTest(content=content, command=command):
                    check_program({"command": command, "env": {"PATH": path}}, self.folder)

    def test_a_name_is_looked_for_where_the_process_will_look(self):
        self.write("code/bin/train", "#!/usr/bin/env helper\n", 0o755)
        self.write("code/bin/helper", "#!/bin/sh\n", 0o755)
        check_program({"command": ["train"], "env": {"PATH": "bin:/usr/bin"}}, self.folder)
        self.write("first/train", "#!/no/such\n", 0o755)
        check_program({"command": ["train"], "env": {"PATH": self.path("first") + ":bin"}}, self.folder)
        with self.assertRaises(AgentError) as caught:
            check_program({"command": ["train"], "env": {"PATH": self.path("first")}}, self.folder)
        self.assertIn("train cannot be executed: its first line names /no/such", caught.exception.message)

    def test_bash_judges_texts_but_for_scripts_that_it_cannot_start(self):
        self.write("code/crlf.sh", "#!/bin/bash\r\n", 0o755)
        self.write("code/plain.sh", "echo hi\n", 0o755)
        for command in ("./crlf.sh", " ./crlf.sh --epochs 5"):
            with self.assertRaises(AgentError) as caught:
                check_program({"command": command}, self.folder)
            self.assertIn(r'"#!/bin/bash\r"', caught.exception.message)
        self.write("code/bom.sh", b"\xef\xbb\xbf#!/bin/bash\necho hi\n", 0o755)
        self.write("code/empty.sh", "#!\necho hi\n", 0o755)
        for command in (
            "./bom.sh",
            "./empty.sh",
            "./crlf.sh || true",
            "bash crlf.sh",
            "./plain.sh",
            "no-such-program",
            "./none.sh",
        ):
            check_program({"command": command}, self.folder)

    def test_why_it_could_not_be_started(self):
        self.assertEqual(start_error(OSError(errno.ENOEXEC, "Exec format error"), ["./x"])["code"], "command-not-found")
        self.assertIn("bash is neither", start_error(FileNotFoundError(), "echo hi")["message"])
        self.assertEqual(
            start_error(OSError(errno.ENOMEM, "Cannot allocate memory"), ["./x"]),
            {"code": "internal", "message": "the command could not be started: [Errno 12] Cannot allocate memory"},
        )
