/**
 * A farm as Home Assistant's registries and states know it.
 *
 * @typedef {Record<string, any>} Config
 * @typedef {{entity_id: string, state: string, attributes: Record<string, any>}} State
 * @typedef {Record<string, State>} States
 *
 * @typedef {object} Entry an entity in the registry
 * @property {string} entity_id
 * @property {string} platform
 * @property {string} [device_id]
 * @property {string} [translation_key]
 * @property {boolean} [hidden]
 * @property {string} [entity_category]
 *
 * @typedef {object} Device
 * @property {string} id
 * @property {string | null} name
 * @property {string | null} [name_by_user]
 * @property {string | null} [area_id]
 * @property {string | null} [disabled_by]
 * @property {string | null} [entry_type]
 * @property {string | null} [via_device_id]
 * @property {string | null} [parent_device_id]
 * @property {[string, string][]} identifiers
 *
 * @typedef {object} Area
 * @property {string} area_id
 * @property {string} name
 *
 * @typedef {object} Hass what Home Assistant's pages know
 * @property {States} states
 * @property {Record<string, Entry>} entities
 * @property {Record<string, Device>} devices
 * @property {Record<string, Area>} areas
 * @property {{time_zone: string}} config
 * @property {{language: string, number_format?: string, time_format?: string, time_zone?: string}} locale
 * @property {(key: string) => string} localize
 * @property {(state: State, type: Config) => string} formatEntityName
 *
 * @typedef {{panels: Panel[], rigs: Rig[]}} Farm
 * @typedef {{id: string, name: string, rigs: Rig[]}} Group
 * @typedef {"well" | "ill" | "down" | "maintained" | "unknown"} Health
 */

import { say } from "./texts.js";

export const DOMAIN = "ethos";

export const HASH_RATES = [
  "sensor.hash_rate",
  "sensor.hash_rate_kilohashes",
  "sensor.hash_rate_hashes",
  "sensor.hash_rate_solutions",
  "sensor.hash_rate_unknown",
];

export const TEMPERATURE = "sensor.temperature";

/**
 * The farm as it was read last, and what had no state when its registries came.
 * @type {{hass: Hass, waiting: string[], arrived: number, farm: Farm} | undefined}
 */
let remembered;

/**
 * Return all panels, rigs and GPUs with their entities that can be shown.
 * @param {Hass} hass
 * @returns {Farm}
 */
export function farmOf(hass) {
  const known = remembered && !registriesDiffer(remembered.hass, hass) ? remembered : undefined;
  const arrived = known?.waiting.filter((id) => hass.states[id]).length ?? 0;
  if (known?.arrived === arrived) return known.farm;
  const { farm, waiting } = readFarm(hass);
  remembered = { hass, waiting: known?.waiting ?? waiting, arrived, farm };
  return farm;
}

/** @param {Hass} before @param {Hass} now */
function registriesDiffer(before, now) {
  return (
    before.entities !== now.entities ||
    before.devices !== now.devices ||
    before.areas !== now.areas ||
    before.locale !== now.locale
  );
}

/** Return whether there is more or less to show. @param {Hass} before @param {Hass} now */
export function farmChanged(before, now) {
  if (registriesDiffer(before, now)) return true;
  farmOf(now);
  return remembered?.waiting.some((id) => !before.states[id] !== !now.states[id]) ?? false;
}

/** A panel, rig or GPU. */
export class Thing {
  /** @type {Map<string, string[]> | undefined} */
  #entities;

  /** @param {Hass} hass @param {Device} device @param {Entry[]} [entries] */
  constructor(hass, device, entries = []) {
    this.id = device.id;
    this.name = device.name_by_user || device.name || device.id;
    this.entries = entries;
    this.states = hass.states;
  }

  /** Its entities by what they are. Most pages need those of few things. */
  get entities() {
    this.#entities ??= this.#sort();
    return this.#entities;
  }

  #sort() {
    /** @type {Map<string, string[]>} */
    const entities = new Map();
    for (const { entity_id: id, translation_key: translation } of this.entries) {
      const what = translation ?? this.states[id].attributes.device_class;
      gather(entities, `${id.split(".", 1)[0]}.${what}`, id);
    }
    return entities;
  }
}

export class Rig extends Thing {
  /** @type {Thing[]} */
  gpus = [];

  /** @param {Hass} hass @param {Device} device @param {Entry[]} [entries] */
  constructor(hass, device, entries) {
    super(hass, device, entries);
    this.area = hass.areas[device.area_id ?? ""] ?? null;
  }
}

export class Panel extends Thing {
  /** Those that have something to show. @type {Rig[]} */
  rigs = [];

  /** How many rigs it has, those too of which nothing is shown. */
  size = 0;
}

/** @param {Hass} hass @returns {{farm: Farm, waiting: string[]}} */
function readFarm(hass) {
  const { entries, waiting } = entriesByDevice(hass);
  const devices = Object.values(hass.devices).filter(isOurs);
  const parts = partsByDevice(devices);
  const compare = byName(hass);
  /**
   * @template {Thing} T
   * @param {new (hass: Hass, device: Device, entries?: Entry[]) => T} Kind
   * @param {Device[]} [found]
   */
  const sorted = (Kind, found = []) =>
    found.map((device) => new Kind(hass, device, entries.get(device.id))).sort(compare);

  const panels = sorted(Panel, devices.filter(isPanel));
  for (const panel of panels) {
    const found = sorted(Rig, parts.get(panel.id));
    for (const rig of found) rig.gpus = sorted(Thing, parts.get(rig.id));
    panel.size = found.length;
    panel.rigs = found.filter((rig) => [rig, ...rig.gpus].some(({ entries: own }) => own.length));
  }
  const rigs = panels.flatMap((panel) => panel.rigs).sort(compare);
  return { farm: { panels, rigs }, waiting };
}

/** @param {Device} device */
function isOurs({ disabled_by: disabled, identifiers }) {
  return !disabled && identifiers.some(([domain]) => domain === DOMAIN);
}

/** @param {Device} device */
function isPanel({ entry_type: type }) {
  return type === "service";
}

/** Return the rigs of each panel and the GPUs of each rig. @param {Device[]} devices */
function partsByDevice(devices) {
  /** @type {Map<string, Device[]>} */
  const parts = new Map();
  for (const device of devices) {
    const whole = device.parent_device_id ?? device.via_device_id;
    if (whole) gather(parts, whole, device);
  }
  return parts;
}

/** @template T @param {Map<string, T[]>} groups @param {string} key @param {T} item */
function gather(groups, key, item) {
  const known = groups.get(key);
  if (known) known.push(item);
  else groups.set(key, [item]);
}

/** Sort GPU 10 after GPU 9. @param {Hass} hass */
function byName({ locale }) {
  const { compare } = new Intl.Collator(locale.language, { numeric: true });
  return (/** @type {Thing} */ left, /** @type {Thing} */ right) =>
    compare(left.name, right.name) || compare(left.id, right.id);
}

/** @param {Hass} hass */
function entriesByDevice(hass) {
  /** @type {Map<string, Entry[]>} */
  const entries = new Map();
  const waiting = [];
  for (const entry of Object.values(hass.entities)) {
    if (entry.platform !== DOMAIN || !entry.device_id || entry.hidden) continue;
    if (!hass.states[entry.entity_id]) {
      waiting.push(entry.entity_id);
      continue;
    }
    gather(entries, entry.device_id, entry);
  }
  return { entries, waiting };
}

/** @param {Thing} thing @param {...string} keys */
export function all(thing, ...keys) {
  return keys.flatMap((key) => thing.entities.get(key) ?? []);
}

/** @param {Thing} thing @param {string} key */
export function one(thing, key) {
  return thing.entities.get(key)?.[0];
}

/** Return those that tell something now, or all when none does. @param {States} states @param {string[]} ids */
export function inUse(states, ids) {
  const telling = ids.filter((id) => isNumber(states[id]));
  return telling.length ? telling : ids;
}

/** @param {State | undefined} state */
function isNumber(state) {
  return state !== undefined && state.state !== "" && Number.isFinite(Number(state.state));
}

/** @param {Farm} farm @param {Config} config @returns {Panel[]} */
export function panelsOf(farm, config) {
  const chosen = farm.panels.filter((panel) => config.panels?.includes(panel.id));
  return chosen.length ? chosen : farm.panels;
}

/** @param {Farm} farm @param {Config} config */
export function rigOf(farm, config) {
  return farm.rigs.find(({ id }) => id === config.device_id);
}

/** Return whether a rig is too hot. @param {States} states @param {Rig} rig */
function isHot(states, rig) {
  // A sensor of its own is there at the highest level of detail only.
  if (all(rig, "binary_sensor.overheating").some((id) => states[id]?.state === "on")) return true;
  /** @type {{problem: string}[]} */
  const found = all(rig, "binary_sensor.problem").flatMap(
    (id) => states[id]?.attributes.problems ?? [],
  );
  return found.some(({ problem }) => problem === "overheating");
}

/**
 * Judge a rig by its entities, as far as they have not been disabled.
 * @param {States} states
 * @param {Rig} rig
 * @returns {Health}
 */
export function healthOf(states, rig) {
  const is = (/** @type {string} */ key) => states[one(rig, key) ?? ""]?.state;
  if (is("switch.maintenance") === "on") return "maintained";
  const mining = is("binary_sensor.mining");
  const online = is("binary_sensor.connectivity");
  switch (is("binary_sensor.problem")) {
    case "off":
      return "well";
    case "on":
      return mining === "on" && !isHot(states, rig) ? "ill" : "down";
    case undefined:
      if (online === "off" || mining === "off") return "down";
      return (mining ?? online) === "on" ? "well" : "unknown";
    default:
      return "unknown";
  }
}

/**
 * Sort rigs into groups.
 * @param {Hass} hass
 * @param {Panel[]} panels
 * @param {string} [by]
 * @returns {Group[]}
 */
export function groupsOf(hass, panels, by = "auto") {
  const rigs = panels.flatMap((panel) => panel.rigs);
  const areas = [...new Set(rigs.map((rig) => rig.area))];
  if (by === "auto") by = panels.length > 1 ? "panel" : areas.length > 1 ? "area" : "none";
  if (by === "panel") return panels.filter((panel) => panel.rigs.length);
  if (by === "area") {
    const { compare } = new Intl.Collator(hass.locale.language, { numeric: true });
    const named = areas.filter((area) => area !== null);
    named.sort((left, right) => compare(left.name, right.name));
    const groups = named.map((area) => ({
      // Of the path of a page: an address writes a name otherwise, but an ID as it is.
      id: `area-${area.area_id}`,
      name: area.name,
      rigs: rigs.filter((rig) => rig.area === area),
    }));
    const left = rigs.filter((rig) => rig.area === null);
    const name = say(hass, named.length ? "nowhere" : "rigs");
    return left.length ? [...groups, { id: "area", name, rigs: left }] : groups;
  }
  return rigs.length ? [{ id: "all", name: say(hass, "rigs"), rigs }] : [];
}

/** @param {Config} config @param {Hass} hass */
export function groupOf(config, hass) {
  const panels = panelsOf(farmOf(hass), config);
  return groupsOf(hass, panels, config.group).find(({ id }) => id === config.group_id);
}

/** Return what decides how a rig looks. @param {Rig} rig */
export function vitals(rig) {
  const rates = all(rig, ...HASH_RATES);
  return [
    ...all(
      rig,
      "binary_sensor.problem",
      "binary_sensor.mining",
      "binary_sensor.connectivity",
      "binary_sensor.overheating",
      "switch.maintenance",
      "sensor.condition",
    ),
    ...(rates.length > 1 ? rates : []),
  ];
}
