"""Test a GPU without a slot, or without one yet, is none of the others."""

import pytest

from custom_components.ethos.panel import ChangeType
from tests.farm import Json, rig
from tests.panel.looks import SECOND, Watch, problems, types


def test_gpus_without_slots_are_not_the_ones_that_are_missing() -> None:
    """Test a list that is not there yet says nothing of those that it named."""
    watch = Watch({"a": rig(3)})
    watch.rigs["a"] = rig(3, meminfo="")
    assert watch.looks(20) == []
    watch.rigs["a"] = rig(2)
    (change,) = watch.looks(2)
    assert (change.type, change.gpu) == (ChangeType.GPU_LOST, "03:00.0")
    watch.rigs["a"] = rig(3, meminfo="")
    assert watch.looks(20) == []
    watch.rigs["a"] = rig(3)
    assert types(watch.looks(2)) == [ChangeType.GPU_FOUND]


def test_a_gpu_may_be_lost_with_the_list_that_names_them() -> None:
    """Test the count tells that one is missing, until it is known which."""
    watch = Watch({"a": rig(3)})
    watch.rigs["a"] = rig(2, meminfo="", condition="mining")
    (change,) = watch.looks(20)
    assert (change.type, change.gpu) == (ChangeType.GPU_LOST, None)
    watch.rigs["a"] = rig(3)
    (change,) = watch.looks(20)
    assert (change.type, change.gpu) == (ChangeType.GPU_FOUND, None)


def test_a_gpu_that_its_driver_cannot_start_is_lost_once() -> None:
    """Test the last one, which it still counts and which mines nothing, is no other."""
    watch = Watch({"a": rig(3)})
    counted = {"gpus": "3", "miner_hashes": "30.00 30.00 00.00"}
    lines = rig(3)["meminfo"].replace("GPU2", "GPU1").split("\n")
    meminfo = f"{lines[0]}\n{lines[2]}"
    watch.rigs["a"] = {
        **rig(2, condition="stuck_miners", meminfo=meminfo),
        **counted,
    }
    (change,) = watch.looks(20)
    assert (change.type, change.gpu) == (ChangeType.GPU_LOST, SECOND)
    assert problems(watch.seen) == [("gpu_down", SECOND)]
    watch.rigs["a"] = rig(3)
    (change,) = watch.looks(20)
    assert (change.type, change.gpu) == (ChangeType.GPU_FOUND, SECOND)


def test_a_gpu_without_a_slot_is_down_whatever_else_is_missing() -> None:
    """Test what is known of it is not taken back when another one drops out."""
    lines = rig(3)["meminfo"].split("\n")
    stuck = {"miner_hashes": "30.00 30.00 00.00", "condition": "stuck_miners"}
    watch = Watch({"a": rig(3, meminfo="\n".join(lines[:2]), **stuck)})
    watch.a["meminfo"] = lines[0]
    (change,) = watch.looks(20)
    assert (change.type, change.gpu) == (ChangeType.GPU_LOST, SECOND)
    assert problems(watch.seen) == [("gpu_down", "2"), ("gpu_down", SECOND)]


@pytest.mark.parametrize(
    "fewer",
    [
        pytest.param({"gpus": "2"}, id="a card that is not counted"),
        pytest.param({"gpus": "0", "meminfo": ""}, id="a miner of the processor's"),
    ],
)
def test_what_was_never_counted_is_not_lost(fewer: Json) -> None:
    """Test a count that leaves out what the lists have is no news at any look."""
    watch = Watch({"a": {**rig(3), **fewer}})
    assert watch.looks(20) == []
    assert problems(watch.seen) == []


def test_a_gpu_that_gets_its_slot_is_not_ill_under_two_names() -> None:
    """Test its number was a makeshift, and what it had is not told to be over."""
    watch = Watch({"a": rig(meminfo="")})
    watch.a["temp"] = "64 90"
    (change,) = watch.looks(2)
    assert change.gpu == "1"
    watch.rigs["a"] = rig(temp="64 90")
    (change,) = watch.looks(5)
    assert (change.type, change.gpu) == (ChangeType.OVERHEATED, SECOND)
    assert problems(watch.seen) == [("overheating", SECOND)]
    watch.rigs["a"] = rig()
    (change,) = watch.looks(5)
    assert (change.type, change.gpu) == (ChangeType.COOLED_DOWN, SECOND)


def test_a_gpu_that_never_has_a_slot_is_known_by_its_number() -> None:
    """Test one unreadable line does not make its GPU's problems vanish."""
    odd = rig()["meminfo"].split("\n")[0]
    watch = Watch({"a": rig(meminfo=odd, temp="64 90")})
    assert watch.looks(5) == []
    assert problems(watch.seen) == [("overheating", "1")]
    watch.a["temp"] = "64 64"
    (change,) = watch.looks(5)
    assert (change.type, change.gpu) == (ChangeType.COOLED_DOWN, "1")
