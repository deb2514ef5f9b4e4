import threading
import time
import unittest

from trainctl_agent.threads import every, parallel


class Parallel(unittest.TestCase):
    def test_in_order(self):
        self.assertEqual(parallel(lambda n: n * n, range(20)), [n * n for n in range(20)])
        self.assertEqual(parallel(lambda n: n, []), [])

    def test_the_first_error_stops_what_has_not_begun(self):
        begun = []

        def work(number):
            begun.append(number)
            if number == 0:
                raise ValueError("no")
            time.sleep(0.01)

        with self.assertRaises(ValueError):
            parallel(work, range(1000))
        self.assertLess(len(begun), 1000)


class Every(unittest.TestCase):
    def test_until_the_event_is_set(self):
        calls, over = [], threading.Event()

        def work():
            calls.append(1)
            if len(calls) == 3:
                over.set()

        every(0.01, work, over)
        self.assertEqual(len(calls), 3)
