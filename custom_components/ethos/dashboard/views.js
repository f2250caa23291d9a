/**
 * The dashboard and its views: the farm, a part of a large farm, a rig.
 *
 * @import {Config, Group, Hass, Panel, Rig} from "./farm.js"
 * @typedef {{span: number, compact: boolean, beside: boolean}} Size
 */
import {
  activity,
  chart,
  FULL,
  hashRateCharts,
  heading,
  layersOf,
  MOST_LAYERS,
  pathOf,
  section,
} from "./cards.js";
import {
  all,
  farmOf,
  groupOf,
  groupsOf,
  HASH_RATES,
  panelsOf,
  rigOf,
  TEMPERATURE,
} from "./farm.js";
import { READINGS } from "./gpus.js";
import { MOST_IN_SECTION } from "./rigs.js";
import { say } from "./texts.js";
import { details, plugOf } from "./upkeep.js";

// More tiles than these make a page slow; a wall of icons takes their place.
const MOST_TILES = 60;

// So many stand next to the activity.
const FEW = 20;

/** What the overview shows of the GPUs of the only rig. */
const ALONE = [...HASH_RATES, TEMPERATURE];

/**
 * The views of each open dashboard by their paths, in the order in which they came.
 * @type {WeakMap<Config, Map<string, Config>>}
 */
const opened = new WeakMap();

/** @param {Config} config @param {Hass} hass @returns {Config} */
export function dashboard(config, hass) {
  const panels = panelsOf(farmOf(hass), config);
  const { type: _, ...options } = config;
  const groups = groupsOf(hass, panels, config.group);
  const rigs = panels.flatMap((panel) => panel.rigs);
  /** @param {string} type @param {Config} more */
  const view = (type, more) => ({ strategy: { type: `custom:${type}`, ...options, ...more } });
  const views = [
    {
      ...view("ethos-overview", {}),
      // Without a title it has that of the dashboard, which is the user's.
      path: "overview",
      icon: "mdi:pickaxe",
    },
    ...(rigs.length > MOST_TILES ? groups : []).map((group) => ({
      ...view("ethos-group", { group_id: group.id }),
      title: group.name,
      path: `group-${group.id}`,
      subview: true,
    })),
    ...rigs.map((rig) => ({
      ...view("ethos-rig", { device_id: rig.id }),
      title: rig.name,
      path: pathOf(rig),
      subview: true,
    })),
  ];
  // An open page stays at its place among the views, so nothing may move them.
  const places = opened.get(config) ?? new Map();
  for (const it of views) places.set(it.path, it);
  opened.set(config, places);
  return { views: [...places.values()] };
}

/** @param {Config[]} sections @param {number} [columns] @returns {Config} */
function sectionsView(sections, columns = FULL) {
  return { type: "sections", max_columns: columns, dense_section_placement: true, sections };
}

/** @param {Hass} hass @returns {Config} */
function emptyView(hass) {
  const card = {
    type: "empty-state",
    icon: "mdi:pickaxe",
    title: say(hass, "no_rigs"),
    content: say(hass, "no_rigs_hint"),
    content_only: true,
  };
  return { type: "panel", cards: [card] };
}

/** @param {Config} config @param {Hass} hass @returns {Config} */
export function overview(config, hass) {
  const panels = panelsOf(farmOf(hass), config);
  const rigs = panels.flatMap((panel) => panel.rigs);
  if (!panels.some(({ size }) => size)) return emptyView(hass);
  const { type: _, ...options } = config;
  const groups = groupsOf(hass, panels, config.group);
  const size = sizeOf(rigs, groups);
  const faces = groups.flatMap((group) => rigSections(group, options, size));
  const alone = rigs.length === 1 ? gpuSections(rigs[0], options, ALONE) : [];
  const charts = shows(config, "charts") ? farmCharts(hass, panels, rigs) : [];
  const log = shows(config, "activity") ? farmActivity(hass, panels, rigs, size) : [];
  return sectionsView(
    [
      problemsOf(options),
      ...panels.map((panel) => totalsOf(panel, options)),
      ...faces,
      ...alone,
      ...(size.beside ? [...log, ...charts] : [...charts, ...log]),
    ],
    size.compact ? FULL : 3,
  );
}

/** @param {Config} config @param {string} part */
function shows(config, part) {
  return !config.show || config.show.includes(part);
}

/**
 * Decide how much room rigs take, and whether the activity is next to them.
 * @param {Rig[]} rigs
 * @param {Group[]} groups
 * @returns {Size}
 */
function sizeOf(rigs, groups) {
  if (rigs.length === 1) return { span: 1, compact: false, beside: false };
  if (rigs.length > MOST_TILES) return { span: 1, compact: true, beside: false };
  const beside = groups.length === 1 && rigs.length <= FEW;
  return { span: beside ? 2 : FULL, compact: false, beside };
}

/** @param {Hass} hass @param {Panel[]} panels @param {Rig[]} rigs @param {Size} size @returns {Config[]} */
function farmActivity(hass, panels, rigs, { compact, beside }) {
  // A panel's own events do not name the rig, but are all there is at a low level of detail.
  const own = rigs.flatMap((rig) => all(rig, "event.activity"));
  const events = own.length ? own : panels.flatMap((panel) => all(panel, "event.activity"));
  const rows = beside ? Math.max(4, Math.ceil(rigs.length / 4)) : 5;
  return activity(hass, events, compact || beside ? 1 : FULL, rows);
}

/** @param {Rig} rig @param {Config} options @param {string[]} keys @returns {Config[]} */
function gpuSections(rig, options, keys) {
  return keys
    .filter((key) => rig.gpus.some((gpu) => gpu.entities.has(key)))
    .map((reading) => ({
      strategy: { type: "custom:ethos-gpus", ...options, device_id: rig.id, reading },
    }));
}

/** @param {Panel} panel @param {Config} options @returns {Config} */
function totalsOf(panel, options) {
  const strategy = { type: "custom:ethos-totals", ...options, panel_id: panel.id };
  return { strategy, column_span: FULL };
}

/** @param {Config} options @returns {Config} */
function problemsOf(options) {
  return { strategy: { type: "custom:ethos-problems", ...options }, column_span: FULL };
}

/**
 * Show the rigs of a group in sections, as tiles or as icons.
 * @param {Group} group
 * @param {Config} options
 * @param {{span: number, compact: boolean}} size
 * @returns {Config[]}
 */
function rigSections(group, options, { span, compact }) {
  const sections = [];
  for (let start = 0; start < group.rigs.length; start += MOST_IN_SECTION) {
    const part = { group_id: group.id, compact, start };
    const strategy = { type: "custom:ethos-rigs", ...options, ...part };
    sections.push({ strategy, column_span: span });
  }
  return sections;
}

/** @param {Hass} hass @param {Panel[]} panels @param {Rig[]} rigs @returns {Config[]} */
function farmCharts(hass, panels, rigs) {
  const layered = rigs.length > MOST_LAYERS || !rigs.length ? panels : rigs;
  const lines = panels.flatMap((panel) =>
    all(panel, "sensor.hottest", "sensor.average_temperature").map((id) => ({
      thing: panel,
      id,
    })),
  );
  const named = panels.length > 1 ? [{ type: "device" }, { type: "entity" }] : { type: "entity" };
  const entities = lines.map(({ id }) => ({ entity: id, name: named }));
  const temperatures = chart(lines, { entities, stat_types: ["mean"], hide_legend: false });
  const text = `${temperatureName(hass)} · ${say(hass, "history")}`;
  return [
    ...hashRateCharts(hass, layered),
    ...section(temperatures.length ? [heading(text, "mdi:thermometer"), ...temperatures] : []),
  ];
}

/** @param {Hass} hass */
function temperatureName(hass) {
  return hass.localize("component.sensor.entity_component.temperature.name") || "°C";
}

/** Show a part of a large farm. @param {Config} config @param {Hass} hass @returns {Config} */
export function groupView(config, hass) {
  const { type: _, ...options } = config;
  const group = groupOf(config, hass);
  if (!group) return emptyView(hass);
  return sectionsView([
    ...rigSections(group, options, { span: FULL, compact: false }),
    ...(shows(config, "charts") && group.rigs.length <= MOST_LAYERS
      ? hashRateCharts(hass, group.rigs)
      : []),
  ]);
}

/** @param {Config} config @param {Hass} hass @returns {Config} */
export function rigView(config, hass) {
  const { type: _, ...options } = config;
  const rig = rigOf(farmOf(hass), config);
  if (!rig) return emptyView(hass);
  const events = all(rig, "event.activity", "switch.maintenance", "button.power_cycle");
  const own = { ...options, device_id: rig.id };
  return sectionsView([
    problemsOf(options),
    { strategy: { type: "custom:ethos-rig-totals", ...own }, column_span: FULL },
    ...gpuSections(rig, options, Object.keys(READINGS)),
    ...hashRateCharts(hass, rig.gpus.length ? rig.gpus : [rig]),
    ...temperatureChart(hass, rig),
    { strategy: { type: "custom:ethos-upkeep", ...own } },
    ...activity(hass, [...events, ...plugOf(hass, rig)], 2),
    ...details(hass, rig),
  ]);
}

/** @param {Hass} hass @param {Rig} rig @returns {Config[]} */
function temperatureChart(hass, rig) {
  const layers = layersOf(rig.gpus, TEMPERATURE);
  const lines = layers.length ? layers : layersOf([rig], "sensor.hottest");
  const cards = chart(lines, { chart_type: "line" });
  const name = `${temperatureName(hass)} · ${say(hass, "history")}`;
  return section(cards.length ? [heading(name, "mdi:thermometer"), ...cards] : [], {
    column_span: 2,
  });
}
