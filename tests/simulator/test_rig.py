"""Test what can be done to a rig, and what the panel then shows."""

from collections.abc import Callable

import pytest

from simulator import Farm, Loss, Phase, Rig, SimulatorError
from simulator.state import problems

from .conftest import numbers, shown

type Deed = Callable[[Rig], None]


def test_a_stuck_gpu_is_listed_and_hashes_nothing(farm: Farm, rig: Rig) -> None:
    """Test a GPU that the miner has given up: its clocks are idle and it cools."""
    before = shown(farm, rig)
    rig.lose_gpu(gpu=2)
    farm.advance(seconds=900)
    after = shown(farm, rig)
    assert after["condition"] == "stuck_miners"
    assert (after["gpus"], after["miner_instance"]) == ("6", "5")
    assert after["miner_hashes"].split()[2] == "00.00"
    assert (after["core"].split()[2], after["mem"].split()[2]) == ("300", "300")
    assert numbers(after["temp"])[2] < 40
    assert after["meminfo"] == before["meminfo"]
    assert after["hash"] == pytest.approx(before["hash"] * 5 / 6, rel=0.05)
    assert problems(rig) == ["gpu_stuck:2"]


def test_a_vanished_gpu_is_gone_and_the_others_move_up(farm: Farm, rig: Rig) -> None:
    """Test a GPU that fell off the bus: only its address tells which it was."""
    before = shown(farm, rig)
    rig.lose_gpu(gpu=2, kind=Loss.VANISHED)
    farm.advance(seconds=180)
    after = shown(farm, rig)
    assert after["condition"] == "mining"
    assert (after["gpus"], after["miner_instance"]) == ("5", "5")
    for key in ("miner_hashes", "temp", "fanrpm", "bioses", "core", "vramsize"):
        assert len(after[key].split()) == 5
    addresses = [line.partition(":")[2] for line in before["meminfo"].split("\n")]
    del addresses[2]
    assert after["meminfo"].split("\n") == [
        f"GPU{index}:{address}" for index, address in enumerate(addresses)
    ]
    assert rig.gpus[2] not in rig.present


@pytest.mark.parametrize("kind", Loss)
def test_a_boot_brings_a_lost_gpu_back(farm: Farm, rig: Rig, kind: Loss) -> None:
    """Test what is usual."""
    rig.lose_gpu(gpu=0, kind=kind)
    rig.reboot()
    farm.advance(seconds=1200)
    assert shown(farm, rig)["miner_instance"] == "6"


@pytest.mark.parametrize("kind", Loss)
def test_a_gpu_can_be_lost_beyond_a_boot(farm: Farm, rig: Rig, kind: Loss) -> None:
    """Test a GPU that is broken needs to be restored."""
    rig.lose_gpu(gpu=0, kind=kind, lasting=True)
    rig.reboot()
    farm.advance(seconds=1200)
    assert shown(farm, rig)["miner_instance"] == "5"
    rig.restore_gpu(gpu=0)
    farm.advance(seconds=180)
    assert shown(farm, rig)["miner_instance"] == "6"


def test_a_hash_rate_drops(farm: Farm, rig: Rig) -> None:
    """Test the rate of one GPU, then of all."""
    usual = rig.hash_rates
    rig.drop_hash_rate(factor=0.5, gpu=1)
    farm.advance(seconds=180)
    rates = numbers(shown(farm, rig)["miner_hashes"])
    assert rates[0] == pytest.approx(usual[0], rel=0.01)
    assert rates[1] == pytest.approx(usual[1] * 0.5, rel=0.01)
    rig.drop_hash_rate(factor=0.8)
    farm.advance(seconds=180)
    assert shown(farm, rig)["hash"] == pytest.approx(sum(usual) * 0.8, rel=0.01)
    rig.drop_hash_rate(factor=1)
    farm.advance(seconds=180)
    assert shown(farm, rig)["hash"] == pytest.approx(sum(usual), rel=0.01)


def test_a_hash_rate_declines(farm: Farm, rig: Rig) -> None:
    """Test a tenth is lost each hour, of what is left."""
    usual = rig.hash_rates
    rig.decline_hash_rate(per_hour=0.1, gpu=0)
    farm.advance(seconds=2 * 3600)
    assert rig.hash_rates == pytest.approx([usual[0] * 0.81, *usual[1:]])
    assert problems(rig) == ["hash_rate_declines:0"]


def test_an_overheated_rig_stops_mining(farm: Farm, rig: Rig) -> None:
    """Test the miner is ended, the GPU cools, and heats again after a boot."""
    rig.overheat(gpu=3)
    rig.push()
    after = shown(farm, rig)
    assert after["condition"] == "overheat"
    assert numbers(after["temp"])[3] > 85
    assert after["hash"] == 0
    assert after["miner_secs"] == 0
    assert after["miner_hashes"] == "00.00 00.00 00.00 00.00 00.00 00.00"
    farm.advance(seconds=900)
    assert shown(farm, rig)["condition"] == "overheat"
    assert max(numbers(shown(farm, rig)["temp"])) < 45
    assert shown(farm, rig)["miner_hashes"] == "0 0 0 0 0 0"
    rig.reboot()
    farm.advance(seconds=200)
    assert shown(farm, rig)["condition"] == "just_booted"
    farm.advance(seconds=900)
    assert shown(farm, rig)["condition"] == "overheat"


@pytest.mark.parametrize("deed", [Rig.cool_down, Rig.mend], ids=["cooled", "mended"])
def test_an_overheated_rig_mines_when_it_is_cool(
    farm: Farm, rig: Rig, deed: Deed
) -> None:
    """Test it stays cool, however soon it is looked at."""
    rig.overheat(gpu=3)
    deed(rig)
    rig.push()
    farm.advance(seconds=180)
    assert shown(farm, rig)["condition"] == "mining"
    assert problems(rig) == []


def test_a_hot_gpu_is_throttled(farm: Farm, rig: Rig) -> None:
    """Test it does less, and stays throttled until somebody clears it."""
    usual, power = rig.hash_rates, rig.power
    rig.throttle(gpu=3)
    farm.advance(seconds=3600)
    after = shown(farm, rig)
    assert after["condition"] == "throttle"
    assert numbers(after["miner_hashes"])[3] == pytest.approx(0.65 * usual[3], rel=0.01)
    assert 77 <= numbers(after["temp"])[3] <= 80
    assert numbers(after["fanrpm"])[3] == max(numbers(after["fanrpm"]))
    assert rig.power < power - 20
    rig.cool_down()
    farm.advance(seconds=180)
    assert shown(farm, rig)["condition"] == "mining"


def test_heat_on_a_rig_that_is_off_waits(farm: Farm, rig: Rig) -> None:
    """Test a hot GPU is hot once it mines."""
    rig.plug(on=False)
    rig.overheat(gpu=0)
    assert problems(rig) == ["heated:0"]
    rig.plug(on=True)
    farm.advance(seconds=1800)
    assert shown(farm, rig)["condition"] == "overheat"


def test_a_fan_stops(farm: Farm, rig: Rig) -> None:
    """Test the GPU gets warm, but not so warm that ethOS acts."""
    rig.stop_fan(gpu=1)
    farm.advance(seconds=3600)
    after = shown(farm, rig)
    assert numbers(after["fanrpm"])[1] == 0
    assert 76 <= numbers(after["temp"])[1] <= 80
    assert after["condition"] == "mining"


def test_a_sensor_breaks(farm: Farm, rig: Rig) -> None:
    """Test ethOS mines on and the panel's mean is poisoned, as it is."""
    rig.break_sensor(gpu=1)
    farm.advance(seconds=180)
    after = shown(farm, rig)
    assert after["temp"].split()[1] == "511.00"
    assert after["condition"] == "mining"
    assert farm.panel()["avg_temp"] > 70


def test_an_automatic_reboot_is_remembered(farm: Farm, rig: Rig) -> None:
    """Test the condition outranks that of a boot and lasts until it is cleared."""
    rig.autoreboot()
    farm.advance(seconds=200)
    assert shown(farm, rig)["condition"] == "autorebooted"
    rig.reboot()
    farm.advance(seconds=3600)
    assert shown(farm, rig)["condition"] == "autorebooted"
    rig.cool_down()
    farm.advance(seconds=180)
    assert shown(farm, rig)["condition"] == "mining"


def test_a_miner_that_stopped_starts_at_a_boot(farm: Farm, rig: Rig) -> None:
    """Test a rig without a miner idles, and says so."""
    rig.stop_miner()
    farm.advance(seconds=600)
    after = shown(farm, rig)
    assert after["condition"] == "no_hash"
    assert (after["hash"], after["miner_instance"]) == (0, "0")
    assert rig.power == 50 + 6 * 14
    assert problems(rig) == ["miner_stopped"]
    rig.reboot()
    farm.advance(seconds=900)
    assert shown(farm, rig)["condition"] == "mining"


def test_a_miner_that_is_disallowed_stays_off(farm: Farm, rig: Rig) -> None:
    """Test neither a boot nor a restart starts it."""
    rig.disallow()
    rig.reboot()
    farm.advance(seconds=900)
    rig.restart_miner()
    farm.advance(seconds=180)
    assert shown(farm, rig)["condition"] == "no_hash"
    rig.allow()
    farm.advance(seconds=180)
    assert shown(farm, rig)["condition"] == "mining"


def test_a_miner_is_restarted(farm: Farm, rig: Rig) -> None:
    """Test the rig's age goes on, the miner's begins anew."""
    rig.restart_miner()
    farm.advance(seconds=180)
    after = shown(farm, rig)
    assert after["miner_secs"] <= 180
    assert int(after["uptime"]) > 3600


def test_another_miner_has_another_unit(farm: Farm, rig: Rig) -> None:
    """Test the miner decides what a rate means, and must run on the GPUs."""
    rig.change_miner(miner="xmr-stak")
    farm.advance(seconds=300)
    after = shown(farm, rig)
    assert after["miner"] == "xmr-stak"
    assert after["miner_secs"] <= 300
    assert after["hash"] > 2000
    with pytest.raises(SimulatorError, match=r"miner must be .*xmr-stak with amdgpu"):
        rig.change_miner(miner="ewbf-zcash")


def test_a_miner_is_changed_while_the_rig_is_off(farm: Farm, rig: Rig) -> None:
    """Test the rig boots into it."""
    rig.plug(on=False)
    rig.change_miner(miner="claymore-zcash")
    assert not rig.mining
    rig.plug(on=True)
    farm.advance(seconds=900)
    assert shown(farm, rig)["miner"] == "claymore-zcash"
    assert shown(farm, rig)["hash"] > 300


def test_a_condition_can_be_made_up(farm: Farm, rig: Rig) -> None:
    """Test the panel may say what nobody has heard of."""
    rig.set_condition(condition="rofs")
    farm.advance(seconds=180)
    assert shown(farm, rig)["condition"] == "rofs"
    assert problems(rig) == ["odd_condition"]
    rig.set_condition()
    farm.advance(seconds=180)
    assert shown(farm, rig)["condition"] == "mining"


def test_a_high_load_is_a_condition(farm: Farm, rig: Rig) -> None:
    """Test the rig mines on."""
    rig.set_load(load=7.5)
    farm.advance(seconds=180)
    after = shown(farm, rig)
    assert (after["condition"], after["load"]) == ("high_load", "7.50")
    assert after["hash"] > 50
    rig.set_load()
    farm.advance(seconds=180)
    assert shown(farm, rig)["condition"] == "mining"


def test_a_rig_is_named_after_its_place(farm: Farm, rig: Rig) -> None:
    """Test any name goes, and arrives with the next report."""
    before = shown(farm, rig)["rack_loc"]
    rig.rename(rack_location="a_b*<x>&")
    assert shown(farm, rig)["rack_loc"] == before
    rig.push()
    assert shown(farm, rig)["rack_loc"] == "a_b*<x>&"


def test_a_rig_without_network_mines_and_is_not_heard(farm: Farm, rig: Rig) -> None:
    """Test its power tells what the panel cannot."""
    power = rig.power
    rig.lose_network()
    farm.advance(seconds=900)
    assert shown(farm, rig)["condition"] == "unreachable"
    assert rig.power == power
    rig.restore_network()
    farm.advance(seconds=180)
    after = shown(farm, rig)
    assert after["condition"] == "mining"
    assert int(after["uptime"]) > 3600


@pytest.mark.parametrize(
    "deed",
    [Rig.reboot, Rig.stop_miner, Rig.restart_miner, Rig.push, Rig.hang],
    ids=lambda deed: deed.__name__,
)
def test_a_rig_that_hangs_does_nothing_one_tells_it(rig: Rig, deed: Deed) -> None:
    """Test only its power can be cut."""
    rig.hang()
    with pytest.raises(SimulatorError, match=f"Rig {rig.rig_id} is hung, not running"):
        deed(rig)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (lambda rig: rig.lose_gpu(gpu=6), "gpu must be 0 to 5, not 6"),
        (lambda rig: rig.stop_fan(gpu=-1), "gpu must be 0 to 5, not -1"),
        (lambda rig: rig.drop_hash_rate(factor=-0.1), "factor must be 0 to 10"),
        (lambda rig: rig.drop_hash_rate(factor=11), "factor must be 0 to 10"),
        (lambda rig: rig.decline_hash_rate(per_hour=1), "per_hour must be 0 to below"),
    ],
    ids=["gpu 6", "gpu -1", "factor -0.1", "factor 11", "per_hour 1"],
)
def test_nonsense_is_refused(rig: Rig, wish: Deed, message: str) -> None:
    """Test the message says what is possible."""
    with pytest.raises(SimulatorError, match=message):
        wish(rig)


@pytest.mark.parametrize(
    "harm",
    [
        lambda rig: rig.kill(),
        lambda rig: rig.break_power_supply(),
        lambda rig: rig.hang(),
        lambda rig: rig.lose_network(),
        lambda rig: rig.lose_gpu(kind=Loss.VANISHED, lasting=True),
        lambda rig: rig.lose_gpu(lasting=True),
        lambda rig: rig.drop_hash_rate(factor=0.1),
        lambda rig: rig.decline_hash_rate(per_hour=0.5),
        lambda rig: rig.overheat(),
        lambda rig: rig.throttle(),
        lambda rig: rig.stop_fan(),
        lambda rig: rig.break_sensor(),
        lambda rig: rig.stop_miner(),
        lambda rig: rig.disallow(),
        lambda rig: rig.autoreboot(),
        lambda rig: rig.set_condition(condition="?"),
        lambda rig: rig.set_load(load=9.0),
    ],
    ids=range(17),
)
def test_everything_can_be_mended(farm: Farm, rig: Rig, harm: Deed) -> None:
    """Test the rig mines as it used to, whatever was wrong."""
    usual = rig.hash_rates
    harm(rig)
    farm.advance(seconds=1200)
    assert problems(rig)
    rig.mend()
    assert problems(rig) == []
    farm.advance(seconds=1200)
    assert shown(farm, rig)["condition"] == "mining"
    assert rig.phase is Phase.RUNNING
    assert rig.hash_rates == pytest.approx(usual)
    assert rig.power > 300
