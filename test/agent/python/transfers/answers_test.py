import unittest

from trainctl_agent.transfers.answers import raise_for
from trainctl_agent.transfers.errors import Refused, Transient

URL = "http://127.0.0.1/x"
BODY = "<Error><Code>%s</Code><Message>%s</Message></Error>"


class RaiseFor(unittest.TestCase):
    def test_what_is_worth_a_repeat(self):
        for status, text in (
            (500, ""),
            (503, "no xml"),
            (429, ""),
            (400, BODY % ("RequestTimeout", "")),
            (403, BODY % ("SlowDown", "")),
        ):
            with self.assertRaises(Transient):
                raise_for(status, text, URL)

    def test_what_is_not(self):
        with self.assertRaises(Refused) as caught:
            raise_for(403, BODY % ("AccessDenied", "Policy expired."), URL)
        error = caught.exception
        self.assertEqual((error.status, error.code, error.expired), (403, "AccessDenied", True))
        self.assertEqual(str(error), "403 AccessDenied: Policy expired.")
        with self.assertRaises(Refused) as caught:
            raise_for(404, "", URL)
        self.assertEqual((str(caught.exception), caught.exception.expired), ("404 refused", False))
