import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { TEXTS } from "../../custom_components/ethos/dashboard/texts.js";
import { cards, elements, faceOf, Home, named, said } from "./home.js";

const SIZES = [0, 1, 10, 300];

const GPU_2 = { problem: "overheating", gpu: "GPU 1", value: 87, limit: 80, unit: "°C" };

for (const size of SIZES) {
  test(`a farm of ${size} rigs has a view for each, and every entity is there`, async () => {
    const home = new Home().panel(size);
    const { views } = await home.dashboard();
    const rigs = views.filter(({ path }) => path.startsWith("rig-"));
    assert.equal(rigs.length, size);
    assert.ok(rigs.every(({ subview }) => subview));
    for (const view of [...views.slice(0, 3), ...views.slice(-1)]) {
      for (const entity of named(await home.view(view))) {
        assert.ok(home.hass.states[entity], `${view.path} ${entity}`);
      }
    }
  });

  test(`every rig of ${size} is shown once and leads to its view`, async () => {
    const home = new Home().panel(size);
    const overview = await home.overview();
    const paths = cards(overview)
      .flatMap((card) => [card, ...(card.entities ?? [])])
      .map((card) => card.tap_action?.navigation_path)
      .filter((path) => path?.startsWith("rig-"));
    assert.equal(paths.length, size);
    assert.equal(new Set(paths).size, size);
  });
}

test("no rigs are no error", async () => {
  for (const home of [new Home(), new Home().panel(0)]) {
    const { views } = await home.dashboard();
    assert.equal(views.length, 1);
    const [card] = (await home.generate("ethos-overview", {}, "view")).cards;
    assert.equal(card.title, "No rigs yet");
  }
});

test("the same farm gives the same dashboard", async () => {
  const home = new Home().panel(10);
  const before = JSON.stringify([await home.dashboard(), await home.overview()]);
  home.hass = { ...home.hass, devices: { ...home.hass.devices } };
  const { entities } = home.hass;
  home.hass.entities = Object.fromEntries(Object.entries(entities).reverse());
  assert.equal(JSON.stringify([await home.dashboard(), await home.overview()]), before);
});

test("rigs are sorted as people count", async () => {
  const home = new Home().panel(11);
  const paths = cards(await home.overview()).map((card) => card.tap_action?.navigation_path);
  const rigs = paths.filter((path) => path?.startsWith("rig-")).map((path) => path.slice(13));
  assert.deepEqual(rigs, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
});

/** Return the paths of the views of a dashboard that stays open. */
function opened(home) {
  const config = { type: "custom:ethos" };
  return async () => (await home.generate("ethos", config)).views.map(({ path }) => path);
}

test("a new name and a new rig move no view, since an open page stays at its place", async () => {
  const home = new Home().panel(5);
  const paths = opened(home);
  const before = await paths();
  const { panel_rig5: rig, ...devices } = home.hass.devices;
  home.hass = {
    ...home.hass,
    devices: { ...devices, panel_rig5: { ...rig, name_by_user: "Attic" } },
  };
  assert.deepEqual(await paths(), before);
  home.hass = { ...home.hass };
  home.rig("panel", 0);
  assert.deepEqual(await paths(), [...before, "rig-panel_rig0"]);
});

test("a rig that is removed leaves its place, so that no page becomes another's", async () => {
  const home = new Home().panel(3);
  const paths = opened(home);
  const before = await paths();
  const { panel_rig2: removed, ...devices } = home.hass.devices;
  home.hass = { ...home.hass, devices };
  assert.deepEqual(await paths(), before);
  assert.equal((await home.dashboard()).views.length, 3);
  home.hass = { ...home.hass, devices: { ...devices, panel_rig2: removed } };
  assert.deepEqual(await paths(), before);
});

test("a farm that becomes a large one moves no view", async () => {
  const home = new Home().panel(60);
  const paths = opened(home);
  const before = await paths();
  home.hass = { ...home.hass };
  home.rig("panel", 61);
  const after = await paths();
  assert.deepEqual(after.slice(0, 61), before);
  assert.ok(after.includes("group-all"));
});

test("the overview is called what the user calls the dashboard", async () => {
  const [overview, rig] = (await new Home().panel(1).dashboard()).views;
  assert.equal(overview.title, undefined);
  assert.equal(rig.title, "Shelf 1");
});

test("a name given by the user counts", async () => {
  const home = new Home().panel(1);
  home.hass.devices.panel_rig1.name_by_user = "Attic";
  const { views } = await home.dashboard();
  assert.equal(views[1].title, "Attic");
});

test("what is disabled, hidden or another's leaves no hole", async () => {
  const home = new Home().panel(2);
  for (const key of ["sensor.power", "sensor.hottest", "binary_sensor.problem"]) {
    home.disable("panel_rig1", key);
  }
  home.disable("panel_rig1_gpu0", "sensor.fan_duty");
  home.hass.entities[home.entity("panel", "sensor.power")].hidden = true;
  home.hass.entities[home.entity("panel_rig2", "sensor.hash_rate")].platform = "other";
  home.hass.devices.panel_rig1_gpu1.disabled_by = "user";
  for (const view of [await home.overview(), await home.rigView("panel_rig1")]) {
    for (const entity of named(view)) assert.ok(home.hass.states[entity], entity);
    assert.ok(!named(view).includes(home.entity("panel", "sensor.power")));
    assert.ok(!named(view).some((id) => id.includes("rig1_gpu1")));
    assert.ok(!named(view).includes(home.entity("panel_rig2", "sensor.hash_rate")));
  }
});

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf-8");

/** Return what the documentation lists below a heading, as entities of a device. */
function documented(heading) {
  const translations = JSON.parse(read("custom_components/ethos/translations/en.json"));
  const [, below] = read("docs/entities.md").split(`\n### ${heading}\n`);
  const [, ...names] = below.split("\n#")[0].match(/(?<=^\| )[^|]+(?= \|)/gm);
  const sensors = Object.entries(translations.entity.sensor);
  return Object.fromEntries(
    names.map((name) => {
      const [key] = sensors.find(([, texts]) => texts.name === name) ?? [];
      const what = key ?? name.toLowerCase();
      return [`sensor.${what}`, ["1", { device_class: what }, key ?? null]];
    }),
  );
}

test("whatever is enabled is on the page of its rig", async () => {
  const home = new Home().panel(1, { gpus: 0 });
  const ofRig = documented("Sensors of a rig");
  const ofGpu = documented("Sensors of a GPU");
  home.device("panel_rig1", "Shelf 1", { via_device_id: "panel" }, ofRig);
  home.device("gpu", "GPU 0", { parent_device_id: "panel_rig1" }, ofGpu);
  const shown = new Set(named(await home.rigView("panel_rig1")));
  const all = [
    ...Object.keys(ofRig).map((key) => home.entity("panel_rig1", key)),
    ...Object.keys(ofGpu).map((key) => home.entity("gpu", key)),
  ];
  assert.ok(all.length > 40);
  assert.deepEqual(
    all.filter((id) => !shown.has(id)),
    [],
  );
});

test("a rig without any entity is not shown", async () => {
  const home = new Home().panel(2);
  for (const id of Object.keys(home.hass.entities)) {
    if (id.includes("rig1_") && !id.includes("gpu")) delete home.hass.entities[id];
  }
  const overview = await home.overview();
  assert.equal(faceOf(overview, "panel_rig1"), undefined);
  assert.ok(faceOf(overview, "panel_rig2"));
  await home.rigView("panel_rig1");
});

test("a rig of an entity ID that says something else is found", async () => {
  const home = new Home().panel(1);
  const entity = home.entity("panel_rig1", "sensor.hash_rate");
  const { [entity]: entry, ...entities } = home.hass.entities;
  const { [entity]: state, ...states } = home.hass.states;
  const renamed = "sensor.my_own_id";
  home.hass.entities = { ...entities, [renamed]: { ...entry, entity_id: renamed } };
  home.hass.states = { ...states, [renamed]: { ...state, entity_id: renamed } };
  assert.equal(faceOf(await home.overview(), "panel_rig1").entity, renamed);
});

const HEALTHS = {
  well: [{}, "green"],
  "ill but mining": [{ "binary_sensor.problem": "on" }, "amber"],
  overheating: [{ "binary_sensor.problem": "on", "binary_sensor.overheating": "on" }, "red"],
  "not mining": [{ "binary_sensor.problem": "on", "binary_sensor.mining": "off" }, "red"],
  offline: [
    {
      "binary_sensor.problem": "on",
      "binary_sensor.mining": "unknown",
      "sensor.condition": "unreachable",
    },
    "red",
  ],
  maintained: [{ "binary_sensor.problem": "on", "switch.maintenance": "on" }, "blue"],
  unavailable: [{ "binary_sensor.problem": "unavailable" }, undefined],
};
for (const [health, [states, color]] of Object.entries(HEALTHS)) {
  for (const size of [1, 100]) {
    test(`a rig that is ${health} is ${color ?? "grey"}, one of ${size}`, async () => {
      const home = new Home().panel(size);
      for (const [key, state] of Object.entries(states)) home.set("panel_rig1", key, state);
      const face = faceOf(await home.overview(), "panel_rig1");
      assert.equal(face.color, size === 1 ? color : (color ?? "none"));
      // A coloured tile is grey when its entity is off, which would hide what is wrong.
      if (color) assert.notEqual(home.hass.states[face.entity].state, "off");
    });
  }
}

test("a rig whose problems nobody judges is seen by whether it mines", async () => {
  const home = new Home().panel(1);
  home.disable("panel_rig1", "binary_sensor.problem");
  assert.equal(faceOf(await home.overview(), "panel_rig1").color, "green");
  home.set("panel_rig1", "binary_sensor.mining", "off");
  const overview = await home.overview();
  assert.equal(faceOf(overview, "panel_rig1").color, "red");
  assert.match(said(overview), /Not mining/);
  home.disable("panel_rig1", "binary_sensor.mining");
  home.set("panel_rig1", "binary_sensor.connectivity", "off");
  assert.match(said(await home.overview()), /Offline/);
});

test("all is well, and it is said", async () => {
  const home = new Home().panel(10);
  assert.match(said(await home.overview()), /success.*All rigs are well/);
  home.set("panel_rig3", "binary_sensor.problem", "unknown");
  assert.doesNotMatch(said(await home.overview()), /well/);
});

test("what is wrong is told worst first, with GPU, value, limit and time", async () => {
  const home = new Home().panel(3);
  home.problem("panel_rig1", { problem: "low_hash_rate", value: 120.26, limit: 180, unit: "MH/s" });
  home.problem("panel_rig2", { problem: "throttled" }, { ...GPU_2, since: "2020-05-04T10:07:00Z" });
  home.problem("panel_rig3", { problem: "offline", since: new Date().toISOString() });
  home.set("panel_rig3", "binary_sensor.mining", "unknown");
  const alerts = said(await home.overview()).split("\n\n");
  assert.equal(alerts.length, 3);
  assert.match(alerts[0], /error.*rig-panel_rig3.*Shelf 3.*Offline \(since \d+:\d\d\)/);
  assert.match(
    alerts[1],
    /warning.*GPU 1: Overheating \(87 °C, limit 80 °C, since 4 May, 10:07\) · Throttled|since May 4, 10:07/,
  );
  assert.match(alerts[2], /warning.*Low hash rate \(120 MH\/s, usual 180 MH\/s\)/);
});

const NUMBERS = {
  language: "1,234 MH/s, usual 56.8 MH/s",
  comma_decimal: "1,234 MH/s, usual 56.8 MH/s",
  decimal_comma: "1.234 MH/s, usual 56,8 MH/s",
  space_comma: "1 234 MH/s, usual 56,8 MH/s",
  quote_decimal: "1'234 MH/s, usual 56.8 MH/s",
  system: `${(1234).toLocaleString()} MH/s, usual ${(56.8).toLocaleString()} MH/s`,
  none: "1234 MH/s, usual 56.8 MH/s",
};
for (const [format, text] of Object.entries(NUMBERS)) {
  test(`numbers are written as a user of ${format} wants`, async () => {
    const home = new Home().panel(1);
    home.hass.locale.number_format = format;
    const finding = { problem: "low_hash_rate", value: 1234.2, limit: 56.78, unit: "MH/s" };
    home.problem("panel_rig1", finding);
    const told = said(await home.overview())
      .replaceAll(/\p{Zs}/gu, " ")
      .replaceAll("’", "'");
    assert.ok(told.includes(`Low hash rate (${text})`), told);
  });
}

const MIDNIGHT = [
  ["en", "24", /since May 4, 00:07/],
  ["de", "12", /seit 4\. Mai, 12:07 AM/],
];
for (const [language, format, text] of MIDNIGHT) {
  test(`a day begins as a clock of ${format} hours shows it in ${language}`, async () => {
    const home = new Home(language).panel(1);
    home.hass.locale.time_format = format;
    home.problem("panel_rig1", { problem: "offline", since: "2020-05-04T00:07:00Z" });
    assert.match(said(await home.overview()).replaceAll(/\p{Zs}/gu, " "), text);
  });
}

test("no more is told than can be read", async () => {
  const home = new Home().panel(20);
  for (let rig = 1; rig <= 20; rig++) {
    const gpus = [0, 1, 2, 3, 4, 5].map((gpu) => ({ problem: "gpu_down", gpu: `GPU ${gpu}` }));
    home.problem(`panel_rig${rig}`, ...gpus);
  }
  const alerts = said(await home.overview()).split("\n\n");
  assert.equal(alerts.length, 9);
  assert.match(alerts[0], /GPU 3: Not working · 2 more/);
  assert.match(alerts.at(-1), /12 more/);
});

test("a problem nobody has heard of is told all the same", async () => {
  const home = new Home().panel(1);
  home.problem(
    "panel_rig1",
    { problem: "from_the_future", value: "rofs" },
    { problem: "gpu_down" },
  );
  assert.match(said(await home.overview()), /GPU: Not working · from_the_future \(rofs\)/);
});

test("a panel that cannot be read, or is stale, is told", async () => {
  const home = new Home().panel(1);
  home.set("panel", "binary_sensor.stale_data", "on");
  assert.match(said(await home.overview()), /warning.*Farm shows old data/);
  home.set("panel", "binary_sensor.connectivity", "off");
  assert.match(said(await home.overview()), /error.*Farm cannot be read/);
});

test("a rig in maintenance is no alarm", async () => {
  const home = new Home().panel(2);
  home.problem("panel_rig1", { problem: "offline" });
  home.set("panel_rig1", "switch.maintenance", "on");
  assert.match(said(await home.overview()), /All rigs are well/);
});

test("a rig that is well has no section for problems", async () => {
  const home = new Home().panel(1);
  const [section] = (await home.rigView("panel_rig1")).sections;
  assert.equal(section.disabled, true);
  home.problem("panel_rig1", GPU_2);
  assert.match(said(await home.rigView("panel_rig1")), /^<[^>]+>GPU 1: Overheating/);
});

const ODD = ["{{ states.sensor }}", "<img src=x onerror=alert(1)>", "a_b*c*", "# [x](y)", "架子 3"];
for (const name of ODD) {
  test(`a rig called ${name} is only a name`, async () => {
    const home = new Home().panel(1);
    home.hass.devices.panel_rig1.name = name;
    home.problem("panel_rig1", { problem: "unknown_condition", value: name });
    const overview = await home.overview();
    const { content } = cards(overview).find((card) => card.type === "markdown");
    assert.ok(said(overview).includes(`<b>${name}</b>`));
    assert.doesNotMatch(content, /[{}*[\]]|<img/);
  });
}

test("a reading of each GPU is a bar, coloured by heat and by failure", async () => {
  const home = new Home().panel(1, { gpus: 4 });
  home.set("panel_rig1_gpu1", "sensor.temperature", "76");
  home.set("panel_rig1_gpu2", "sensor.temperature", "81");
  home.set("panel_rig1_gpu3", "sensor.temperature", "unknown");
  home.set("panel_rig1_gpu1", "sensor.hash_rate", "0");
  home.set("panel_rig1_gpu2", "binary_sensor.problem", "on");
  const view = await home.rigView("panel_rig1");
  const colors = (what) =>
    cards(view)
      .filter((card) => card.features_position === "inline" && card.entity.endsWith(what))
      .map((card) => card.color);
  assert.deepEqual(colors("temperature"), ["green", "amber", "red", "green"]);
  assert.deepEqual(colors("hash_rate"), ["green", "red", "amber", "green"]);
  assert.deepEqual(colors("fan_duty"), ["cyan", "cyan", "cyan", "cyan"]);
  const headings = cards(view).map((card) => card.heading);
  assert.ok(headings.includes("temperature · limit 80 °C"));
});

test("what one reading is called by its user is not what all are called", async () => {
  const home = new Home().panel(1);
  const names = {
    "component.ethos.entity.sensor.hash_rate.name": "Hash rate",
    "component.ethos.entity.sensor.fan_duty.name": "Fan duty",
    "component.sensor.entity_component.power.name": "Power",
    "component.sensor.entity_component.temperature.name": "Temperature",
  };
  home.hass.localize = (key) => names[key] ?? "";
  for (const key of ["hash_rate", "fan_duty", "power", "temperature"]) {
    home.set("panel_rig1_gpu0", `sensor.${key}`, "30", { friendly_name: "Left one" });
  }
  home.set("panel_rig1", "sensor.hash_rate", "60", { friendly_name: "My pride" });
  const headings = async (view) => cards(await view).map((card) => card.heading);
  const rig = await headings(home.rigView("panel_rig1"));
  for (const name of ["Hash rate", "Fan duty", "Power", "Hash rate · 24 hours"]) {
    assert.ok(rig.includes(name), name);
  }
  assert.ok(rig.includes("Temperature · limit 80 °C"));
  assert.ok((await headings(home.overview())).includes("Hash rate · 24 hours"));
});

test("the limit is the user's, in his unit", async () => {
  const home = new Home().panel(1, { gpus: 1 });
  home.set("panel_rig1_gpu0", "sensor.temperature", "156", { unit_of_measurement: "°F" });
  const view = await home.rigView("panel_rig1", { temperature_limit: 70 });
  assert.ok(cards(view).some((card) => card.heading === "temperature · limit 158 °F"));
  const bar = cards(view).find(
    ({ entity }) => entity === home.entity("panel_rig1_gpu0", "sensor.temperature"),
  );
  assert.equal(bar.color, "amber");
});

test("a GPU whose readings have a unit of their own has bars of this unit", async () => {
  const home = new Home().panel(1, { gpus: 4 });
  const own = { 1: ["341", "K"], 2: ["158", "°F"], 3: ["357", "K"] };
  for (const [gpu, [value, unit]] of Object.entries(own)) {
    home.set(`panel_rig1_gpu${gpu}`, "sensor.temperature", value, { unit_of_measurement: unit });
  }
  home.set("panel_rig1_gpu1", "sensor.power", "0.18", { unit_of_measurement: "kW" });
  const bars = cards(await home.rigView("panel_rig1"));
  const bar = (gpu, key) =>
    bars.find(({ entity }) => entity === home.entity(`panel_rig1_gpu${gpu}`, key));
  const temperatures = [0, 1, 2, 3].map((gpu) => bar(gpu, "sensor.temperature"));
  assert.deepEqual(
    temperatures.map(({ color, features: [{ max }] }) => [color, max]),
    [
      ["green", 100],
      ["green", 373],
      ["green", 212],
      ["red", 373],
    ],
  );
  assert.equal(bar(0, "sensor.power").features[0].max, 150);
  assert.equal(bar(1, "sensor.power").features[0].max, 0.2);
});

test("a bar ends a little above the best GPU", async () => {
  const home = new Home().panel(1);
  const max = async () => {
    const bars = cards(await home.rigView("panel_rig1"));
    return bars.find(({ entity }) => entity?.endsWith("gpu0_hash_rate")).features[0].max;
  };
  assert.equal(await max(), 40);
  home.set("panel_rig1_gpu0", "sensor.hash_rate", "0.44");
  home.set("panel_rig1_gpu1", "sensor.hash_rate", "0.45");
  assert.equal(await max(), 0.5);
  home.set("panel_rig1_gpu0", "sensor.hash_rate", "unknown");
  home.set("panel_rig1_gpu1", "sensor.hash_rate", "0");
  assert.equal(await max(), 1);
});

test("hash rates of different units are never in one chart", async () => {
  const home = new Home().panel(2);
  const entity = home.entity("panel_rig2", "sensor.hash_rate");
  home.hass.entities[entity].translation_key = "hash_rate_solutions";
  const charts = cards(await home.overview()).filter((card) => card.chart_type === "line-stack");
  assert.deepEqual(
    charts.map((card) => card.entities.map((it) => it.entity)),
    [[home.entity("panel_rig1", "sensor.hash_rate")], [entity]],
  );
});

const PLUG = { switch: "switch.plug_1", meter: null };

/** A rig with a plug, and one without. */
function homeWithPlug() {
  const home = new Home().panel(2);
  home.device(
    "panel_rig1",
    "Shelf 1",
    { via_device_id: "panel" },
    {
      "button.power_cycle": ["unknown", {}],
      "binary_sensor.power_cycle_due": ["off", PLUG],
      "sensor.power_cycles": ["0", {}, "power_cycles", "diagnostic"],
      "sensor.last_power_cycle": ["unknown", {}, "last_power_cycle", "diagnostic"],
      "sensor.ip_address": ["10.0.0.2", {}, "ip_address", "diagnostic"],
    },
  );
  for (const id of ["switch.plug_1", "sensor.plug_1_power"]) {
    home.hass.states[id] = { entity_id: id, state: "on", attributes: {} };
  }
  return home;
}

test("plug and power cycle are shown where they exist", async () => {
  const home = homeWithPlug();
  const shown = cards(await home.rigView("panel_rig1"))
    .filter(({ type }) => ["tile", "entities"].includes(type))
    .flatMap(({ entity, entities }) => entity ?? entities.map((row) => row.entity));
  const own = [
    "button.power_cycle",
    "binary_sensor.power_cycle_due",
    "sensor.power_cycles",
    "sensor.last_power_cycle",
  ].map((key) => home.entity("panel_rig1", key));
  for (const id of [...own, "switch.plug_1"]) {
    assert.equal(shown.filter((it) => it === id).length, 1, id);
  }
  assert.ok(named(await home.rigView("panel_rig1")).includes("sensor.panel_rig1_ip_address"));
  const other = named(await home.rigView("panel_rig2"));
  assert.ok(!other.some((id) => /power_cycle|plug/.test(id)));
});

test("no tap cuts the power at once", async () => {
  const home = homeWithPlug();
  const tileOf = async (id) =>
    cards(await home.rigView("panel_rig1")).find((card) => card.entity === id);
  const button = await tileOf(home.entity("panel_rig1", "button.power_cycle"));
  for (const action of [button.tap_action, button.icon_tap_action]) {
    assert.equal(action.perform_action, "button.press");
    assert.deepEqual(action.target, { entity_id: button.entity });
    assert.equal(action.confirmation.text, "Shelf 1: power_cycle");
  }
  const plug = await tileOf("switch.plug_1");
  assert.deepEqual([plug.tap_action, plug.icon_tap_action], [undefined, { action: "none" }]);
});

test("a plug that is changed, or has no entities, leaves no hole", async () => {
  const home = homeWithPlug();
  const upkeep = { device_id: "panel_rig1" };
  const shown = async () => {
    const section = await home.generate("ethos-upkeep", upkeep, "section");
    return section.cards.map(({ entity }) => entity).filter((id) => id?.includes("plug_1"));
  };
  const set = (attributes) => {
    const before = home.set("panel_rig1", "binary_sensor.power_cycle_due", "off", attributes);
    return home.changed("ethos-upkeep", upkeep, before);
  };
  assert.deepEqual(await shown(), ["switch.plug_1"]);
  assert.equal(set({ reason: "hot" }), false);
  assert.equal(set({ meter: "sensor.plug_1_power" }), true);
  assert.deepEqual(await shown(), ["switch.plug_1", "sensor.plug_1_power"]);
  assert.equal(set({ switch: "switch.gone", meter: null }), true);
  assert.deepEqual(await shown(), []);
});

test("a rig that lacks a GPU shows it in its totals", async () => {
  const home = new Home().panel(1);
  const rig = { device_id: "panel_rig1" };
  const color = async () => {
    const { cards: shown } = await home.generate("ethos-rig-totals", rig, "section");
    return shown.find(({ entity }) => entity.endsWith("alive_gpus")).color;
  };
  assert.equal(await color(), "green");
  const before = home.set("panel_rig1", "sensor.alive_gpus", "1");
  assert.equal(home.changed("ethos-rig-totals", rig, before), true);
  assert.equal(await color(), "amber");
});

test("a farm too large for GPUs shows its rigs", async () => {
  const home = new Home().panel(1, { gpus: 0 });
  const view = await home.rigView("panel_rig1");
  const charts = cards(view).filter((card) => card.type === "statistics-graph");
  assert.deepEqual(
    charts.map((card) => card.entities[0].entity),
    [home.entity("panel_rig1", "sensor.hash_rate"), home.entity("panel_rig1", "sensor.hottest")],
  );
});

test("a farm of which the rigs' essentials are shown has no hole", async () => {
  const home = new Home().panel(2, { gpus: 0 });
  for (const rig of ["panel_rig1", "panel_rig2"]) {
    for (const key of ["sensor.condition", "sensor.booted_at", "binary_sensor.overheating"]) {
      home.disable(rig, key);
    }
  }
  const view = await home.rigView("panel_rig1");
  const working = cards(view).find(({ entity }) => entity?.endsWith("alive_gpus"));
  assert.equal(working.features, undefined);
  assert.ok(faceOf(await home.overview(), "panel_rig1"));
  home.problem("panel_rig1", { problem: "overheating" });
  assert.equal(faceOf(await home.overview(), "panel_rig1").color, "red");
  home.problem("panel_rig1", { problem: "fan_stopped" });
  assert.equal(faceOf(await home.overview(), "panel_rig1").color, "amber");
});

test("a farm of which no rig is shown has its totals, problems, charts and activity", async () => {
  const home = new Home().panel(40, { gpus: 0 });
  for (const id of Object.keys(home.hass.entities)) {
    if (/rig\d/.test(id)) delete home.hass.entities[id];
  }
  const { views } = await home.dashboard();
  assert.equal(views.length, 1);
  const problems = { type: "custom:ethos-problems" };
  let overview = await home.overview();
  assert.match(said(overview), /All rigs are well/);
  assert.ok(
    overview.sections.every(
      (section) =>
        section.disabled || section.cards.length > 1 || section.cards[0].type !== "heading",
    ),
  );
  const types = cards(overview).map((card) => card.type);
  assert.ok(types.includes("statistics-graph"));
  const log = cards(overview).find((card) => card.type === "logbook");
  assert.deepEqual(log.target.entity_id, [home.entity("panel", "event.activity")]);
  const gauge = (key) =>
    cards(overview).find(({ entity }) => entity === home.entity("panel", key)).features[0].max;
  assert.equal(gauge("sensor.rigs_online"), 40);
  assert.equal(gauge("sensor.alive_gpus"), 80);

  const before = home.set("panel", "sensor.rigs_with_problems", "3");
  assert.equal(home.changed("ethos-problems", problems, before), true);
  overview = await home.overview();
  assert.match(said(overview), /Farm · rigs_with_problems: 3/);
});

test("rigs are grouped by panel, by area, or as the user wants", async () => {
  const home = new Home().panel(3).panel(2, { id: "other", name: "Barn" });
  const groups = async (config) =>
    cards(await home.overview(config))
      .filter((card) => card.icon === "mdi:server" && card.type === "heading")
      .map((card) => card.heading);
  assert.deepEqual(await groups(), ["Barn", "Farm"]);
  assert.deepEqual(await groups({ group: "none" }), ["Rigs"]);
  const { panel_rig2: rig, ...devices } = home.hass.devices;
  home.hass = {
    ...home.hass,
    areas: { hall: { area_id: "hall", name: "Hall" } },
    devices: { ...devices, panel_rig2: { ...rig, area_id: "hall" } },
  };
  assert.deepEqual(await groups({ group: "area" }), ["Hall", "Without an area"]);
  assert.deepEqual(await groups({ panels: ["panel"] }), ["Hall", "Without an area"]);
  assert.deepEqual(await groups({ panels: ["gone"] }), ["Barn", "Farm"]);
});

test("the heading of an area leads to its page, whatever the area is called", async () => {
  const home = new Home().panel(61);
  home.hass.areas = {
    hall_1: { area_id: "hall_1", name: "Hall 1" },
    scheune_sud: { area_id: "scheune_sud", name: "Scheune Süd" },
    "50_left": { area_id: "50_left", name: "50 % / left?#" },
  };
  const rigs = Object.values(home.hass.devices).filter((device) => device.via_device_id);
  const areas = [...Object.keys(home.hass.areas), null];
  for (const [index, rig] of rigs.entries()) rig.area_id = areas[index % areas.length];
  const { views } = await home.dashboard({ group: "area" });
  const leads = cards(await home.overview({ group: "area" })).filter(
    ({ type, icon }) => type === "heading" && icon === "mdi:server",
  );
  assert.deepEqual(
    leads.map((lead) => lead.heading),
    ["50 % / left?#", "Hall 1", "Scheune Süd", "Without an area"],
  );
  for (const lead of leads) {
    const address = new URL(lead.tap_action.navigation_path, "http://home/mining-farm/overview");
    // As the frontend looks for the view of an address.
    const path = decodeURI(address.pathname.split("/")[2]);
    const view = views.find((it) => it.path === path);
    assert.equal(view?.title, lead.heading, path);
    const tiles = cards(await home.view(view)).filter(({ type }) => type === "tile");
    assert.ok(tiles.length >= 15, path);
  }
});

test("sorted by problem, the worst come first", async () => {
  const home = new Home().panel(5);
  home.problem("panel_rig4", { problem: "low_hash_rate" });
  home.problem("panel_rig5", { problem: "offline" });
  home.set("panel_rig5", "binary_sensor.mining", "unknown");
  const tiles = cards(await home.overview({ group: "problem" }))
    .map((card) => card.tap_action?.navigation_path)
    .filter(Boolean);
  assert.deepEqual(tiles.slice(0, 3), ["rig-panel_rig5", "rig-panel_rig4", "rig-panel_rig1"]);
});

test("the user chooses what is shown", async () => {
  const home = new Home().panel(2);
  const types = async (show) =>
    new Set(cards(await home.overview({ show })).map(({ type }) => type));
  assert.ok((await types(["charts"])).has("statistics-graph"));
  assert.ok(!(await types(["charts"])).has("logbook"));
  assert.ok(!(await types([])).has("statistics-graph"));
});

test("a large farm has views for its groups, made only when they are opened", async () => {
  const home = new Home().panel(300);
  const { views } = await home.dashboard();
  const group = views.find(({ path }) => path === "group-all");
  assert.ok(group.strategy && !group.sections);
  const view = await home.view(group);
  assert.equal(cards(view).filter((card) => card.type === "tile").length, 300);
  for (const section of view.sections) assert.ok(section.cards.length <= 37);
});

test("a section is made anew when it would be another, and only then", async () => {
  const home = new Home().panel(3);
  const rigs = { group_id: "all", start: 0 };
  let before = home.set("panel_rig1", "sensor.hash_rate", "200");
  assert.equal(home.changed("ethos-rigs", rigs, before), false);
  assert.equal(home.changed("ethos-problems", {}, before), false);
  before = home.problem("panel_rig1", GPU_2);
  assert.equal(home.changed("ethos-rigs", rigs, before), true);
  assert.equal(home.changed("ethos-problems", {}, before), true);
  assert.equal(home.changed("ethos-problems", {}, home.hass), false);
  const gpus = { device_id: "panel_rig1", reading: "sensor.temperature" };
  before = home.set("panel_rig1_gpu0", "sensor.temperature", "66");
  assert.equal(home.changed("ethos-gpus", gpus, before), false);
  before = home.set("panel_rig1_gpu0", "sensor.temperature", "90");
  assert.equal(home.changed("ethos-gpus", gpus, before), true);
});

test("a new rig and a removed one are followed, and a state that comes late too", async () => {
  const home = new Home().panel(1);
  await home.overview();
  let before = home.hass;
  home.hass = {
    ...home.hass,
    entities: { ...home.hass.entities },
    states: { ...home.hass.states },
  };
  home.rig("panel", 2);
  const late = home.entity("panel_rig2", "sensor.hash_rate");
  const { [late]: state, ...others } = home.hass.states;
  home.hass = { ...home.hass, states: others };
  assert.equal(home.changed("ethos-rigs", { group_id: "all", start: 0 }, before), true);
  assert.notEqual(faceOf(await home.overview(), "panel_rig2").entity, late);
  for (const kind of ["ethos-rigs", "ethos-problems"]) {
    before = { ...home.hass };
    const after = { ...home.hass, states: { ...others, [late]: state } };
    const element = elements.get(`ll-strategy-section-${kind}`);
    assert.equal(element.shouldRegenerate({ group_id: "all", start: 0 }, before, after), true);
  }
  home.hass = { ...home.hass, states: { ...others, [late]: state } };
  assert.equal(faceOf(await home.overview(), "panel_rig2").entity, late);
  const view = elements.get("ll-strategy-view-ethos-overview");
  assert.equal(view.shouldRegenerate({}, home.hass, { ...home.hass }), false);
  assert.equal(view.shouldRegenerate({}, home.hass, { ...home.hass, devices: {} }), true);
});

test("what is gone while its page is open is no error", async () => {
  const home = new Home().panel(1);
  for (const [kind, config] of [
    ["ethos-rig", { device_id: "gone" }],
    ["ethos-group", { group_id: "gone" }],
  ]) {
    const view = await home.generate(kind, config, "view");
    assert.equal(view.cards[0].type, "empty-state");
  }
  for (const [kind, config] of [
    ["ethos-rigs", { group_id: "gone", start: 0 }],
    ["ethos-gpus", { device_id: "gone", reading: "sensor.power" }],
    ["ethos-upkeep", { device_id: "gone" }],
    ["ethos-rig-totals", { device_id: "gone" }],
  ]) {
    const section = await home.generate(kind, config, "section");
    assert.equal(section.disabled, true);
    assert.equal(home.changed(kind, config, home.set("panel", "sensor.power", "1")), false);
  }
});

test("states that are gone before their entities are no error", async () => {
  const home = homeWithPlug();
  const rig = { device_id: "panel_rig1" };
  const sections = [
    ["ethos-gpus", { ...rig, reading: "sensor.hash_rate" }],
    ["ethos-rig-totals", rig],
    ["ethos-rigs", { group_id: "all", start: 0 }],
    ["ethos-upkeep", rig],
  ];
  for (const [kind, config] of sections) await home.generate(kind, config, "section");
  const before = home.hass;
  home.hass = { ...before, states: {} };
  for (const [kind, config] of sections) {
    assert.equal(home.changed(kind, config, before), false, kind);
  }
});

test("every language says everything, with the same placeholders", () => {
  const holes = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  assert.deepEqual(Object.keys(TEXTS).sort(), ["de", "en", "es", "fr", "ru", "zh-Hans"]);
  for (const [language, texts] of Object.entries(TEXTS)) {
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(TEXTS.en).sort(), language);
    for (const [key, text] of Object.entries(texts)) {
      assert.ok(text.trim() === text && text, `${language} ${key}`);
      assert.deepEqual(holes(text), holes(TEXTS.en[key]), `${language} ${key}`);
    }
  }
});

const SAME = {
  overheating: "entity.binary_sensor.overheating.name",
  throttled: "entity.binary_sensor.throttled.name",
  problem: "entity.binary_sensor.problem.name",
  fan_stopped: "entity.event.activity.state_attributes.event_type.state.fan_stopped",
  unknown_condition: "entity.event.activity.state_attributes.event_type.state.condition_unknown",
  activity: "entity.event.activity.name",
  rigs: "entity.sensor.rigs.name",
  upkeep: "entity.switch.maintenance.name",
  temperature_limit: "options.step.init.data.temperature_high",
  limit: "selector.phrases.options.limit",
  usual: "selector.phrases.options.usual",
};
for (const [language, texts] of Object.entries(TEXTS)) {
  test(`the dashboard calls things as the integration does in ${language}`, () => {
    const translations = JSON.parse(read(`custom_components/ethos/translations/${language}.json`));
    for (const [key, path] of Object.entries(SAME)) {
      const word = path.split(".").reduce((part, name) => part[name], translations);
      assert.equal(texts[key], word, key);
    }
  });
}

const LANGUAGES = { de: "Alle Rigs", "fr-CA": "Tous", "zh-Hant": "所有", xx: "All rigs" };
for (const [language, text] of Object.entries(LANGUAGES)) {
  test(`a user of ${language} reads ${text}`, async () => {
    const home = new Home(language === "xx" ? "nl" : language).panel(1);
    assert.match(said(await home.overview()), new RegExp(text));
  });
}

test("the dialog for new dashboards lists it in the user's language", () => {
  const [own] = globalThis.customStrategies;
  assert.equal(own.type, "ethos");
  assert.equal(own.name, "ethOS: Mining farm");
  globalThis.document.documentElement.lang = "de";
  assert.match(own.description, /Alle ethOS-Rigs/);
  globalThis.document.documentElement.lang = "en";
  const suggested = elements
    .get("ll-strategy-dashboard-ethos")
    .getCreateSuggestions(new Home().hass);
  assert.equal(suggested.title, "Mining farm");
});
