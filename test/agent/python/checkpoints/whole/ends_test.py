import copy
import unittest

from trainctl_agent.checkpoints.whole.ends import LEFT, Look, Story, doubt, saved_since
from trainctl_agent.checkpoints.whole.marks import Mark

KEY = (1, 7)


class File:
    def __init__(self, mtime=90.0, key=KEY, renamed=False, size=8, moved_on_at=0.0, cut=False, short=False):
        self.mtime, self.key, self.renamed, self.size, self.moved_on_at = mtime, key, renamed, size, moved_on_at
        self.cut, self.short = cut, short

    def went_on(self, when):
        return self.moved_on_at > max(self.mtime, when)


def mark(writing=(), later=(), over=False):
    found = Mark(writing, (), (), over)
    found.since.update(later)
    return found


def look(signal="TERM", at=99.9, written=(), mark=None):
    return Look(signal, at, dict.fromkeys(written, 12), mark)


def story(looks=(), code=None, signal=None, asked=True, opened=None, closed=None, **more):
    told = Story(opened or {}, closed or {})
    told.looks, told.code, told.signal, told.asked = list(looks), code, signal, asked
    told.ended_at = 100.0
    for name, value in more.items():
        setattr(told, name, value)
    return told


SAVED = {"careful": True, "saved": True}


class OwnChoice(unittest.TestCase):
    def test_leaves_whole_files(self):
        for told in (
            story(code=0, asked=False),
            story(code=0, looks=[look()], **SAVED),
            story(code=143, looks=[look()], **SAVED),
            story(signal="SIGTERM", looks=[look()], **SAVED),
            # By somebody who ignores TERM and reads the stop file, as it is told of.
            story(code=0, looks=[look(mark=mark())], saved=True),
            story(code=143, asked="notice", looks=[look(LEFT, 100.0)]),
        ):
            self.assertIsNone(doubt({"a": File(99.99), "b": File(99.99, (1, 8))}, told))

    def test_is_none_of_a_handler_that_saves_nothing_or_of_a_shell_whose_child_was_ended(self):
        for told in (
            story(code=0, looks=[look()], careful=True),
            story(signal="SIGTERM", looks=[look()], careful=True),
            story(code=0, looks=[look()], saved=True),
            story(code=2, looks=[look(mark=mark())]),
            # A shell's word for a KILL, such as that of a host without memory.
            story(code=137, looks=[look(mark=mark(later=["a"]))], **SAVED),
        ):
            said = doubt({"a": File(99.5), "b": File(20.0, (1, 8))}, told) or ""
            self.assertRegex(said, "^a was written 0.5 s before the process (was ended by TERM|ended by .+)$")

    def test_what_was_saved_since_it_was_told(self):
        self.assertFalse(saved_since(look(), {"a": 99.8}))
        self.assertTrue(saved_since(look(), {"a": 99.8, "b": 99.95}))
        told = look(mark=mark(later=["b"]))
        self.assertFalse(saved_since(told, {"a": 99.95}))
        self.assertTrue(saved_since(told, {"a": 99.8, "b": 99.8}))


class InTheMiddle(unittest.TestCase):
    def test_what_was_open_when_it_was_told_to_end(self):
        for told in (
            story(signal="SIGTERM", looks=[look(written=[KEY])]),
            story(code=0, looks=[look(written=[KEY])], **SAVED),
        ):
            self.assertEqual(
                doubt({"a": File(50.0)}, told),
                "a was open for writing when the process was told to end (TERM)",
            )

    def test_what_a_rank_was_saving_when_its_launcher_ended_it(self):
        told = story(code=1, looks=[look(mark=mark(later=["a", "b"]))], ranks=True, **SAVED)
        self.assertIsNone(doubt({"a": File(99.99)}, told))
        self.assertIn("a was open for writing when its process ended", doubt({"a": File(99.99, cut=True)}, told))
        for name, value in (("ranks", False), ("code", 0)):
            other = copy.copy(told)
            setattr(other, name, value)
            self.assertIsNone(doubt({"a": File(99.99, cut=True)}, other))

    def test_what_a_process_was_writing_when_it_ended_by_its_own_choice(self):
        for told in (story(code=0, asked=False), story(code=143, looks=[look()], **SAVED)):
            self.assertEqual(
                doubt({"a": File(99.99, cut=True, short=True)}, told),
                "a was open for writing when its process ended, and is smaller than it was before",
            )

    def test_unless_it_was_written_again_by_who_knew_of_the_end(self):
        before = mark(writing=["a"], later=["a"])
        before.again.add("a")
        told = story(code=143, looks=[look(written=[KEY], mark=before)], **SAVED)
        self.assertIsNone(doubt({"a": File(99.99)}, told))
        for name, value in (("careful", False), ("signal", "SIGKILL")):
            other = copy.copy(told)
            setattr(other, name, value)
            self.assertIn("a was open for writing", doubt({"a": File(99.99)}, other))

    def test_what_was_opened_between_the_look_and_the_signal(self):
        told = story(code=0, looks=[look(mark=mark(writing=["a"], later=["a"]))], **SAVED)
        self.assertIn("a was open for writing", doubt({"a": File(99.99)}, told))
        self.assertIsNone(doubt({"b": File(99.99)}, told))

    def test_unless_it_went_on_after_that_file(self):
        early = look(at=60.0, written=[KEY])
        told = story(code=0, looks=[early], **SAVED)
        self.assertIsNone(doubt({"a": File(61.0, moved_on_at=62.0)}, told))
        self.assertIsNotNone(doubt({"a": File(61.0, moved_on_at=60.5)}, told))
        self.assertIsNone(doubt({"a": File(61.0, renamed=True)}, told))
        lived_on = story(code=0, looks=[early], closed={KEY: 61.0}, **SAVED)
        self.assertIsNone(doubt({"a": File(61.0)}, lived_on))
        killed = story(signal="SIGKILL", looks=[early, look("KILL")], closed={KEY: 61.0})
        self.assertIsNotNone(doubt({"a": File(61.0)}, killed))

    def test_what_was_open_at_the_last_look_before_it_died(self):
        opened = {KEY: (12, 95.0)}
        self.assertEqual(
            doubt({"a": File(20.0)}, story(signal="SIGKILL", asked=False, opened=opened)),
            "a was open for writing when the process ended by SIGKILL",
        )
        closed = story(signal="SIGKILL", asked=False, opened=opened, closed={KEY: 97.0})
        self.assertIsNone(doubt({"a": File(20.0)}, closed))
        self.assertIsNone(doubt({"a": File(20.0)}, story(code=0, asked=False, opened=opened)))

    def test_what_was_left_running_with_a_file_open_or_wrote_until_it_was_ended(self):
        told = story(code=0, asked=False, looks=[look(LEFT, 100.0, [KEY])])
        self.assertIn("a was open for writing", doubt({"a": File(20.0)}, told))
        told = story(code=0, asked=False, looks=[look(LEFT, 100.0, mark=mark(later=["a"]))])
        self.assertEqual(
            doubt({"a": File(100.5)}, told), "a was written by what was left running, until that was ended"
        )
        self.assertIsNone(doubt({"a": File(100.5, renamed=True), "b": File(20.0)}, told))
        told.left_careful = True
        self.assertIsNone(doubt({"a": File(100.5)}, told))


class ShortlyBefore(unittest.TestCase):
    def test_what_was_written_right_before_a_violent_end(self):
        for told, words in (
            (story(signal="SIGTERM", looks=[look()]), "the process ended by SIGTERM"),
            (story(signal="SIGKILL", looks=[look("KILL", 100.0)], **SAVED), "the process was killed"),
            (story(signal="SIGSEGV", asked=False), "the process ended by SIGSEGV"),
            (story(code=143, looks=[look()]), "the process ended by a signal (exit code 143)"),
            (story(code=143, asked="lease"), "the process ended by a signal (exit code 143)"),
            (story(code=137, asked=False), "the process ended by a signal (exit code 137)"),
            (story(code=1, asked=False), "the process failed (exit code 1)"),
        ):
            older = File(20.0, (1, 8))
            self.assertEqual(doubt({"a": File(98.5), "b": older}, told), "a was written 1.5 s before " + words)
            self.assertIsNone(doubt({"a": File(97.0), "b": older}, told), words)
            self.assertIsNone(doubt({"a": File(98.5, moved_on_at=99.0), "b": older}, told), words)
            self.assertIsNone(doubt({"a": File(98.5, renamed=True), "b": older}, told), words)

    def test_a_training_that_went_on_says_nothing_of_files_that_are_missing(self):
        file = File(98.5, moved_on_at=99.0)
        self.assertIsNone(doubt({"a": file}, story(signal="SIGKILL", asked=False)))
        self.assertIsNotNone(doubt({"a": file}, story(signal="SIGKILL", asked=False, lacking=True)))

    def test_the_only_file_that_was_seen_closed_is_whole(self):
        told = story(signal="SIGTERM", looks=[look()])
        self.assertIsNone(doubt({"a": File(99.8)}, told))
        # One that is empty may have been about to be opened.
        self.assertIsNotNone(doubt({"a": File(99.8, size=0)}, told))
        # Written after the look, as far as the clock of files can tell.
        self.assertIsNotNone(doubt({"a": File(99.88)}, told))
        self.assertIsNotNone(doubt({"a": File(99.95)}, told))
        self.assertIsNotNone(doubt({"a": File(99.8)}, story(signal="SIGKILL", asked=False)))

    def test_and_so_it_is_when_the_kernel_tells_that_nobody_wrote_it_then(self):
        closed = story(signal="SIGTERM", looks=[look(mark=mark())])
        self.assertIsNone(doubt({"a": File(99.89)}, closed))
        later = story(signal="SIGTERM", looks=[look(mark=mark(later=["a"]))])
        self.assertIsNotNone(doubt({"a": File(99.8)}, later))

    def test_all_files_that_are_saved_together_are_whole(self):
        both = {"a": File(99.8), "b": File(99.7, (1, 8))}
        for name in ("TERM", "KILL"):
            told = story(signal="SIG" + name, looks=[look(name, mark=mark(over=True))])
            self.assertIsNone(doubt(both, told))
            begun = story(signal="SIG" + name, looks=[look(name, mark=mark(over=True, later=["b"]))])
            self.assertIsNotNone(doubt(both, begun))
            self.assertIsNotNone(doubt(both, story(signal="SIG" + name, looks=[look(name, mark=mark())])))
        # Of somebody else's KILL nobody knows when it came.
        self.assertIsNotNone(doubt(both, story(signal="SIGKILL", asked=False)))
