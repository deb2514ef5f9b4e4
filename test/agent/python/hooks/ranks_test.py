import os
import sys
import types
from unittest import mock

from .helper import HooksTest, fresh


class Tensor(list):
    def tolist(self):
        return list(self)


class Distributed(HooksTest):
    """Two ranks of which each sees what it sees; the other's word comes by all_reduce."""

    def setUp(self):
        super().setUp()
        self.others, self.asked, self.backend, self.rank = [], [], "cpu:gloo,cuda:gloo", 0
        self.groups, self.without_gloo = [], False

        def all_reduce(tensor, op, group):
            self.assertEqual(op, "max")
            self.asked[-1] += (group,)
            tensor[:] = map(max, zip(tensor, self.others))

        def new_group(backend):
            if self.without_gloo:
                raise RuntimeError("no gloo")
            self.groups.append(backend)
            return "group %d" % len(self.groups)

        distributed = types.SimpleNamespace(
            is_available=lambda: True,
            is_initialized=lambda: True,
            get_world_size=lambda: 2,
            get_rank=lambda: self.rank,
            get_backend=lambda: self.fail("the backend alone does not say for which devices it is"),
            get_backend_config=lambda: self.backend,
            group=types.SimpleNamespace(WORLD="world"),
            new_group=new_group,
            all_reduce=all_reduce,
            ReduceOp=types.SimpleNamespace(MAX="max"),
        )
        torch = types.SimpleNamespace(
            int64="int64",
            device=lambda *device: device,
            cuda=types.SimpleNamespace(current_device=lambda: 1),
            tensor=lambda numbers, dtype, device: self.asked.append((device,)) or Tensor(numbers),
        )
        self.distributed = distributed
        patch = mock.patch.dict(sys.modules, {"torch": torch, "torch.distributed": distributed})
        patch.start()
        self.addCleanup(patch.stop)

    def test_what_one_sees_all_decide(self):
        self.others = [1]
        self.assertTrue(self.hooks.should_stop())
        # Decided for good: nobody waits for an answer to a question that the others no longer ask.
        self.others = None
        self.assertTrue(self.hooks.should_stop())

    def test_nobody_sees_anything(self):
        self.others = [0]
        self.assertEqual((self.hooks.should_stop(), self.hooks.wants_checkpoint()), (False, False))

    def test_an_ask_that_one_rank_sees_a_step_later_is_one_ask(self):
        self.others = [1]
        self.assertTrue(self.hooks.wants_checkpoint())
        self.ask(1)
        self.assertFalse(self.hooks.wants_checkpoint())

    def question(self, backend):
        """(the device of the number, the group that is asked)."""
        self.hooks, self.backend, self.others = fresh(), backend, [0]
        self.hooks.should_stop()
        return self.asked[-1]

    def test_in_the_group_of_all_where_it_passes_numbers_in_memory(self):
        for backend in ("cpu:gloo,cuda:gloo", "cpu:gloo,cuda:nccl", "cuda:nccl,cpu:gloo", "gloo", "mpi"):
            self.assertEqual(self.question(backend), ("cpu", None))
        self.assertEqual(self.groups, [])

    def test_else_in_one_of_gloo_that_is_made_once(self):
        self.assertEqual(self.question("cuda:nccl"), ("cpu", "group 1"))
        self.hooks.wants_checkpoint()
        self.assertEqual((self.asked[-1], self.groups), (("cpu", "group 1"), ["gloo"]))
        # Groups end, and are made anew.
        self.distributed.group.WORLD = "another world"
        self.hooks.wants_checkpoint()
        self.assertEqual(self.asked[-1], ("cpu", "group 2"))

    def test_else_on_the_device_that_is_used(self):
        self.without_gloo = True
        for backend in ("cuda:nccl", "nccl"):
            self.assertEqual(self.question(backend), (("cuda", 1), None))

    def test_by_the_name_of_the_backend_where_torch_says_no_more(self):
        del self.distributed.get_backend_config
        self.distributed.get_backend = lambda: self.backend
        self.assertEqual(self.question("gloo"), ("cpu", None))
        self.assertEqual(self.question("nccl"), ("cpu", "group 1"))

    def test_the_rank_that_writes_says_that_it_is_saved(self):
        self.ask(1)
        self.others = [1]
        self.hooks.wants_checkpoint()
        self.rank = 1
        self.hooks.checkpoint_saved()
        self.assertTrue(os.path.exists(self.path("checkpoint.json")))
        self.rank = 0
        self.hooks.checkpoint_saved()
        self.assertFalse(os.path.exists(self.path("checkpoint.json")))
