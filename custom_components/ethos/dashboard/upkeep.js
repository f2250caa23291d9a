/**
 * The section for looking after a rig: maintenance, its plug, and what else is known of it.
 *
 * @import {Config, Hass, Rig} from "./farm.js"
 */
import { heading, NOTHING, OWN_NAME, tile } from "./cards.js";
import { all, farmOf, HASH_RATES } from "./farm.js";
import { say } from "./texts.js";

const DUE = "binary_sensor.power_cycle_due";
const CYCLE = "button.power_cycle";
const UPKEEP = ["switch.maintenance", CYCLE, DUE, "sensor.power_cycles", "sensor.last_power_cycle"];
const VERSION = "update.version";

/** What is told of a rig in words and moments. */
export const FACTS = [
  "sensor.condition",
  "sensor.booted_at",
  "sensor.reported_at",
  "sensor.miner_started_at",
];

/** What the page of a rig shows before its details. */
const SHOWN = [
  ...HASH_RATES,
  "sensor.power",
  "sensor.efficiency",
  "sensor.hottest",
  "sensor.alive_gpus",
  "binary_sensor.problem",
  ...FACTS,
  ...UPKEEP,
];
const GPU_FACTS = ["sensor.model", "sensor.vbios", "sensor.vram", "sensor.memory_chips"];

/** @param {Config} config @param {Hass} hass @returns {Config} */
export function upkeepSection(config, hass) {
  const rig = rigOf(config, hass);
  const cards = rig ? [...upkeep(hass, rig), ...details(hass, rig)] : [];
  return cards.length ? { type: "grid", cards } : NOTHING;
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
export function upkeepWatch(config, hass) {
  const rig = rigOf(config, hass);
  return rig ? all(rig, DUE) : [];
}

/** @param {Config} config @param {Hass} hass */
function rigOf(config, hass) {
  return farmOf(hass).rigs.find(({ id }) => id === config.device_id);
}

/** Return the switch and the meter of the plug that feeds a rig. @param {Hass} hass @param {Rig} rig */
export function plugOf({ states }, rig) {
  return all(rig, DUE)
    .flatMap((id) => [states[id].attributes.switch, states[id].attributes.meter])
    .filter((id) => states[id]);
}

/** @param {Hass} hass @param {Rig} rig @returns {Config[]} */
function upkeep(hass, rig) {
  const wide = { grid_options: { columns: 12 } };
  const own = (/** @type {string} */ id) => tile(id, { name: OWN_NAME, ...wide });
  const [maintenance, ...cycles] = UPKEEP;
  const cards = [
    ...all(rig, maintenance).map(own),
    // A tap that goes astray must not cut the power.
    ...plugOf(hass, rig).map((id) => tile(id, { icon_tap_action: { action: "none" }, ...wide })),
    ...all(rig, ...cycles).map((id) => ({ ...own(id), ...(id.startsWith("button.") && ask(id)) })),
    ...all(rig, VERSION).map(own),
  ];
  return cards.length ? [heading(say(hass, "upkeep"), "mdi:wrench"), ...cards] : [];
}

/** Press a button once it has been confirmed. @param {string} id */
function ask(id) {
  const press = {
    action: "perform-action",
    perform_action: "button.press",
    target: { entity_id: id },
    confirmation: true,
  };
  return { tap_action: press, icon_tap_action: press };
}

/** List what is not shown elsewhere. @param {Hass} hass @param {Rig} rig @returns {Config[]} */
function details(hass, rig) {
  const shown = new Set(all(rig, ...SHOWN));
  const entities = rig.entries
    .map(({ entity_id: id }) => id)
    .filter((id) => /^(binary_)?sensor\./.test(id) && !shown.has(id))
    .map((entity) => ({ entity, name: OWN_NAME }));
  const texts = rig.gpus.flatMap((gpu) =>
    all(gpu, ...GPU_FACTS).map((entity) => ({ entity, name: [{ type: "device" }, OWN_NAME] })),
  );
  const rows = [...entities, ...texts];
  if (!rows.length) return [];
  const card = { type: "entities", entities: rows, grid_options: { columns: "full" } };
  return [heading(say(hass, "details"), "mdi:information-outline"), card];
}
