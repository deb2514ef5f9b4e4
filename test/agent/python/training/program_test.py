import errno

from folder import FolderTest

from trainctl_agent.errors import AgentError
from trainctl_agent.training.program import find_program, start_error


class Program(FolderTest):
    def message(self, *command):
        with self.assertRaises(AgentError) as caught:
            find_program({"command": list(command)}, self.folder)
        self.assertEqual(caught.exception.code, "command-not-found")
        return caught.exception.message

    def test_found_on_path_or_in_the_code(self):
        self.write("code/run.sh", "#!/bin/sh\n", 0o755)
        find_program({"command": ["sh", "-c", "true"]}, self.folder)
        find_program({"command": ["./run.sh"]}, self.folder)

    def test_told_in_plain_words(self):
        self.write("code/run.sh", "#!/bin/sh\n", 0o644)
        self.assertIn("no-such-program is neither on PATH nor a file of the code", self.message("no-such-program"))
        self.assertIn("'./no such' is neither on PATH", self.message("./no such"))
        self.assertIn("./run.sh cannot be executed (Permission denied): make it executable", self.message("./run.sh"))

    def test_why_it_could_not_be_started(self):
        self.assertEqual(start_error(OSError(errno.ENOEXEC, "Exec format error"), ["./x"])["code"], "command-not-found")
        self.assertIn("bash is neither", start_error(FileNotFoundError(), "echo hi")["message"])
        self.assertEqual(
            start_error(OSError(errno.ENOMEM, "Cannot allocate memory"), ["./x"]),
            {"code": "internal", "message": "the command could not be started: [Errno 12] Cannot allocate memory"},
        )
