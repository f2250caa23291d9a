"""Test promises that hold for every panel, however odd."""

import copy
from dataclasses import fields
from datetime import UTC, datetime, timedelta
import json
import math
from typing import Any, Final

from hypothesis import given, settings, strategies as st

from custom_components.ethos.panel import Gpu, Panel, PanelError, Patience, Rig, follow
from custom_components.ethos.panel.client import decode
from custom_components.ethos.panel.exceptions import PanelNotJsonError
from custom_components.ethos.panel.parse_gpus import MAX_GPUS
from tests.farm import START, Json, answer, rig, rig_2021
from tests.panel.reading import (
    ALARM_IS_FALSE,
    NOW,
    OFFLINE_AFTER,
    PATIENCE,
    STEADY,
    at,
    read,
    recorded,
)

pytestmark = ALARM_IS_FALSE

_RECORDED: Final = [
    recorded(name)
    for name in (
        "v1_1_8_2017",
        "v1_2_9_amd",
        "v1_3_0_nvidia",
        "v1_3_3_2021",
        "unreachable",
        "dual_mining",
    )
]

# What panels and broken programs really put in a field, and everything else.
_ODD_VALUES: Final = st.sampled_from(
    [
        None,
        True,
        False,
        "",
        " ",
        0,
        -1,
        "0",
        "-1",
        "511.00",
        "1e999",
        "1e300",
        1e300,
        math.inf,
        math.nan,
        10**20,
        "9" * 5000,
        "nan",
        "1_0",
        "unreachable",
        "mining",
        START,
        str(START),
        START * 1000,
        "60 61 62",
        "60 n/a -1 511",
        " ".join(["1"] * 100),
        "GPU0:01.00.0:A\nGPU0:01.00.0:A\nGPU1:01:00.0:B\nGPU99:02.00.0:C\nGPU٣:03.00.0",
        "a\x00b\n\ud800",
        "٣ ٤",
        [],
        {},
        [None],
        [1, "2", None, [3]],
        {"0": 1},
    ]
).map(copy.deepcopy)
_JSON: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | _ODD_VALUES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
_KEYS: Final = st.sampled_from(
    ["rigs", "per_info", "a1b2c3", "ethminer", "\ud800", " ", "new", *rig_2021()]
)
_VALUES: Final = _ODD_VALUES | _JSON


def places(data: Any) -> list[tuple[Any, Any]]:
    """Return every container in JSON with every key of it."""
    if isinstance(data, dict):
        keys: list[Any] = list(data)
    elif isinstance(data, list):
        keys = list(range(len(data)))
    else:
        return []
    return [
        *((data, key) for key in keys),
        *(place for key in keys for place in places(data[key])),
    ]


def mangle(draw: st.DrawFn, data: Any, most: int = 6) -> Any:
    """Replace, drop or add some fields at any depth."""
    data = copy.deepcopy(data)
    for _ in range(draw(st.integers(0, most))):
        if not (found := places(data)):
            break
        container, key = draw(st.sampled_from(found))
        match draw(st.integers(0, 3)):
            case 0:
                del container[key]
            case 1 if isinstance(container, dict):
                container[draw(_KEYS)] = draw(_VALUES)
            case _:
                container[key] = draw(_VALUES)
    return data


@st.composite
def mangled_panels(draw: st.DrawFn) -> Any:
    """Return a real panel with some fields replaced, dropped or added."""
    return mangle(draw, draw(st.sampled_from(_RECORDED)))


@st.composite
def mangled_rigs(draw: st.DrawFn) -> Any:
    """Return a rig with some fields replaced, dropped or added, or none at all."""
    good = draw(st.sampled_from([rig(3), rig_2021(2), rig(1, condition="unreachable")]))
    return mangle(draw, good) | {} if draw(st.integers(0, 9)) else draw(_VALUES)


def check(panel: Panel) -> None:
    """Check what every panel promises, so that nobody else has to."""
    for rig_id, one in panel.rigs.items():
        assert rig_id == one.rig_id
        check_values(one)
        assert all(map(str.isprintable, one.unknown_fields))
        assert len(one.gpus) <= MAX_GPUS
        assert [gpu.number for gpu in one.gpus] == list(range(len(one.gpus)))
        assert len(one.gpus_by_key) == len(one.gpus)
        for gpu in one.gpus:
            check_values(gpu)
        if not one.online:
            assert one == one.without_readings()
    totals = [*panel.hash_rates.values(), panel.power or 0, panel.hottest or 0]
    assert all(map(math.isfinite, totals))
    assert panel.capacity is None or panel.capacity >= 0
    assert panel.licenses is None or 0 <= panel.licenses <= 1_000_000
    names = [
        *panel.unreadable,
        *(n for r in panel.rigs.values() for n in r.unknown_fields),
    ]
    assert all(name.isprintable() for name in names)


def check_values(one: Rig | Gpu) -> None:
    """Check each field can be shown, stored and put in JSON."""
    names = one._fields if isinstance(one, Gpu) else [it.name for it in fields(one)]
    for value in [getattr(one, name) for name in names]:
        if isinstance(value, str):
            assert value.isprintable()
            assert len(value) <= 255
        elif isinstance(value, float):
            assert math.isfinite(value)
        elif isinstance(value, datetime):
            assert value.utcoffset() == timedelta(0)


@STEADY
@given(_JSON)
def test_any_json_is_a_panel_or_a_panel_error(data: Any) -> None:
    """Test nothing else comes of an answer, whoever gave it."""
    try:
        panel = read(data)
    except PanelError:
        return
    check(panel)


@STEADY
@given(st.dictionaries(st.text(), _JSON, max_size=3), _JSON, _JSON)
def test_anything_where_rigs_should_be_is_a_panel_or_a_panel_error(
    rigs: Json, per_info: Any, licenses: Any
) -> None:
    """Test a rig may be anything, and the top of the panel too."""
    check(read({"rigs": rigs, "per_info": per_info, "licenses": licenses}))


@settings(STEADY, max_examples=400)
@given(mangled_panels())
def test_a_mangled_panel_is_a_panel_or_a_panel_error(data: Any) -> None:
    """Test fields that are missing, odd or new are no failure of the whole."""
    try:
        panel = read(data)
    except PanelError:
        return
    check(panel)


@STEADY
@given(mangled_rigs())
def test_a_mangled_rig_never_changes_another(odd: Any) -> None:
    """Test the others are what they are without it, before it and after it."""
    good = {"first": rig(2), "last": rig_2021(3)}
    alone = read(answer(good)).rigs
    panel = read(answer({"first": good["first"], "odd": odd, "last": good["last"]}))
    check(panel)
    assert {key: panel.rigs[key] for key in good} == alone
    assert ("odd" in panel.rigs) is isinstance(odd, dict)
    assert panel.unreadable == (() if isinstance(odd, dict) else ("odd",))


@STEADY
@given(
    st.binary()
    | st.text(st.characters(exclude_categories=["Cs"])).map(str.encode)
    | _JSON.map(lambda data: json.dumps(data).encode())
)
def test_any_bytes_are_json_or_are_refused(body: bytes) -> None:
    """Test no body makes anything but a panel's failure."""
    try:
        decode(body)
    except PanelNotJsonError:
        return


@STEADY
@given(mangled_panels(), st.data())
def test_a_body_with_wrong_bytes_is_a_panel_or_a_panel_error(
    data: Any, choice: st.DataObject
) -> None:
    """Test what the line garbles or cuts off, all the way from bytes to rigs."""
    body = bytearray(json.dumps(data).encode())
    for _ in range(choice.draw(st.integers(0, 4))):
        body[choice.draw(st.integers(0, len(body) - 1))] = choice.draw(
            st.integers(0, 255)
        )
    try:
        panel = read(decode(bytes(body)))
    except PanelError:
        return
    check(panel)


@st.composite
def sequences(draw: st.DrawFn) -> list[Panel]:
    """Return what a panel says one look after the other, each time mangled anew."""
    panels = []
    seconds = 0
    clock = START
    rigs: Json = {"a": rig(2), "b": rig_2021(2), "c": rig(1, condition="unreachable")}
    for _ in range(draw(st.integers(1, 6))):
        seconds += draw(st.sampled_from([0, 60, 240, 500, 5000]))
        clock += draw(st.sampled_from([0, 60, 240, 500, 5000, -100_000]))
        for one in rigs.values():
            if draw(st.booleans()):
                one["server_time"] = clock - draw(st.integers(0, 200))
        per_info = draw(
            st.sampled_from([{"ethminer": {"current_time": clock}}, [], {"x": {}}])
        )
        said = mangle(draw, answer(rigs, per_info=per_info), 3)
        date = draw(st.sampled_from([None, at(clock), datetime(1, 1, 1, tzinfo=UTC)]))
        try:
            panels.append(
                read(said, read_at=NOW + timedelta(seconds=seconds), date=date)
            )
        except PanelError:
            continue
    return panels


@settings(STEADY, max_examples=150)
@given(sequences(), st.sampled_from([timedelta(0), OFFLINE_AFTER, timedelta.max]))
def test_any_panels_follow_each_other(panels: list[Panel], limit: timedelta) -> None:
    """Test whatever came before, the next look is a panel with the same rigs."""
    before: Panel | None = None
    for panel in panels:
        after = follow(before, panel, Patience(limit, limit))
        check(after)
        assert list(after.rigs) == list(panel.rigs)
        known = before.rigs if before else {}
        for rig_id, one in after.rigs.items():
            if one == (same := known.get(rig_id)):
                assert one is same or one.heard_at != same.heard_at
            assert (one.heard_at is None) is (one.reported_at is None)
            assert panel.rigs[rig_id].online or not one.online
        if after.stale and before:
            # Nobody is taken down by an old panel but by its own word.
            assert all(
                one.online or not known[rig_id].online or not panel.rigs[rig_id].online
                for rig_id, one in after.rigs.items()
                if rig_id in known
            )
        before = after


@STEADY
@given(mangled_panels(), st.sampled_from([0, 60, 479]))
def test_the_same_answer_again_changes_nothing(data: Any, seconds: int) -> None:
    """Test every rig is the very object that it was."""
    try:
        first = read(data, date=NOW)
    except PanelError:
        return
    before = follow(None, first, PATIENCE)
    read_at = NOW + timedelta(seconds=seconds)
    after = follow(before, read(data, read_at=read_at, date=NOW), PATIENCE)
    assert after == before
    assert all(after.rigs[rig_id] is one for rig_id, one in before.rigs.items())


@STEADY
@given(st.data())
def test_the_order_of_rigs_does_not_matter(choice: st.DataObject) -> None:
    """Test a panel lists them as it likes."""
    rigs = {f"r{i}": rig(i, hash=i, server_time=START - i * 200) for i in range(5)}
    order = choice.draw(st.permutations(list(rigs)))
    shuffled = {rig_id: rigs[rig_id] for rig_id in order}
    assert follow(None, read(answer(shuffled)), PATIENCE) == follow(
        None, read(answer(rigs)), PATIENCE
    )
