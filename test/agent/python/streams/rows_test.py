import json
import os
import unittest

from trainctl_agent.streams.rows import LEAVES, LONGEST, Unreadable, flat, number, row_of, step_of

LINES = os.path.join(os.path.dirname(__file__), "../../../support/metrics-lines.json")


def read(line):
    """As the shared table has it."""
    try:
        row = row_of(line)
    except Unreadable as error:
        return {"fault": str(error).split(":")[0]}
    shown = {name: number(value) for name, value in flat(row) if name != "step"}
    found = {"numbers": {name: value for name, value in shown.items() if value is not None}, "step": None}
    try:
        found["step"] = step_of(row)
    except Unreadable as error:
        found["fault"] = str(error)
    return found


class Rows(unittest.TestCase):
    def test_the_table_that_the_client_is_held_to_as_well(self):
        with open(LINES, encoding="utf-8") as file:
            table = json.load(file)
        for wanted in table:
            line = wanted.pop("line")
            with self.subTest(line):
                self.assertEqual(read(line.encode()), wanted)

    def test_why_it_cannot_be_read(self):
        for line, why in [
            (b'{"loss": }', "it is not JSON: Expecting value at column 10"),
            (b"\xff\xfe{\x00}\x00", "it is not UTF-8 text"),
            (b'{"a":' * 100000, "it is nested too deep"),
        ]:
            with self.assertRaisesRegex(Unreadable, why):
                row_of(line)

    def test_numbers_that_no_json_can_have(self):
        self.assertEqual([number(10**400), number(-(10**400)), number(2**53 + 1)], ["Infinity", "-Infinity", 2.0**53])
        self.assertEqual([number("1" * 33), number("1e9999"), number("١٢")], [None, None, None])

    def test_a_huge_line_costs_little(self):
        row = {"n%d" % n: {"x": n} for n in range(LEAVES * 2)}
        self.assertEqual(len(list(flat(row))), LEAVES)
        # Quotes that are never closed, which the look for NaN has to pass over.
        with self.assertRaises(Unreadable):
            row_of(b'{"a": nan, ' + b'"x\\" ' * (LONGEST // 5))
