from support import FolderTest

from trainctl_agent.streams.metrics import Metrics


class Follow(FolderTest):
    def setUp(self):
        super().setUp()
        self.source = self.write("metrics")
        self.metrics = Metrics(self.source, self.path("copy"))

    def append(self, text):
        with open(self.source, "a", encoding="utf-8") as file:
            file.write(text)

    def test_numbers_by_name_and_the_step(self):
        self.append(
            '{"step": 3, "loss": 0.5, "name": "x", "ok": true}\n[1]\nno json\n{"loss": 1e999, "step": -1}\n{"st'
        )
        self.metrics.pump()
        self.assertEqual((self.metrics.step, self.metrics.values), (3, {"loss": 0.5}))
        self.append('ep": 4, "acc": 1}')
        self.metrics.pump()
        self.assertEqual(self.metrics.step, 3)
        self.metrics.finish()
        self.assertEqual((self.metrics.step, self.metrics.values), (4, {"loss": 0.5, "acc": 1}))
        self.assertEqual(self.metrics.first, 3)

    def test_the_copy_keeps_what_a_process_truncates(self):
        self.append('{"step": 1}\n{"step": 2}\n')
        self.metrics.pump()
        self.write("metrics", '{"step": 9}\n')
        self.metrics.pump()
        self.assertEqual(self.metrics.step, 9)
        self.assertEqual(self.read("copy"), '{"step": 1}\n{"step": 2}\n{"step": 9}\n')
        self.assertEqual(self.metrics.size, 36)

    def test_at_most_64_names_and_none_too_long(self):
        self.append("".join('{"n%d": 1}\n' % n for n in range(100)) + '{"%s": 1, "n0": 2}\n' % ("x" * 65))
        self.metrics.pump()
        self.assertEqual(len(self.metrics.values), 64)
        self.assertEqual(self.metrics.values["n0"], 2)
