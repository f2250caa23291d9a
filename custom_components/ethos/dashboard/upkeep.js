/**
 * Looking after a rig: maintenance, its plug, and what else is known of it.
 *
 * @import {Config, Hass, Rig} from "./farm.js"
 */
import { entityName, heading, NOTHING, OWN_NAME, section, tile } from "./cards.js";
import { all, farmOf, HASH_RATES, rigOf } from "./farm.js";
import { say } from "./texts.js";

const DUE = "binary_sensor.power_cycle_due";
const CYCLE = "button.power_cycle";
const CYCLES = [DUE, "sensor.power_cycles", "sensor.last_power_cycle"];
const MAINTENANCE = "switch.maintenance";
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
  ...CYCLES,
];
const GPU_FACTS = [
  "sensor.powertune",
  "sensor.model",
  "sensor.vbios",
  "sensor.vram",
  "sensor.memory_chips",
];

/** Show what is done to a rig. @param {Config} config @param {Hass} hass @returns {Config} */
export function upkeepSection(config, hass) {
  const rig = rigOf(farmOf(hass), config);
  const cards = rig ? upkeep(hass, rig) : [];
  if (!cards.length) return NOTHING;
  return { type: "grid", cards: [heading(say(hass, "upkeep"), "mdi:wrench"), ...cards] };
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
export function upkeepWatch(config, hass) {
  const rig = rigOf(farmOf(hass), config);
  return rig ? all(rig, DUE) : [];
}

/** Return the switch and the meter of the plug that feeds a rig. @param {Hass} hass @param {Rig} rig */
export function plugOf({ states }, rig) {
  return all(rig, DUE)
    .flatMap((id) => [states[id].attributes.switch, states[id].attributes.meter])
    .filter((id) => states[id]);
}

/** @param {Hass} hass @param {Rig} rig @returns {Config[]} */
function upkeep(hass, rig) {
  const wide = { name: OWN_NAME, grid_options: { columns: 12 } };
  return [
    ...all(rig, MAINTENANCE).map((id) => tile(id, wide)),
    // A tap that goes astray must not cut the power.
    ...plugOf(hass, rig).map((id) => tile(id, { icon_tap_action: { action: "none" } })),
    ...all(rig, CYCLE).map((id) =>
      tile(id, { ...wide, hide_state: true, ...ask(id, `${rig.name}: ${entityName(hass, id)}`) }),
    ),
    ...list(all(rig, ...CYCLES).map((entity) => ({ entity, name: OWN_NAME }))),
    ...all(rig, VERSION).map((id) => tile(id, wide)),
  ];
}

/** Press a button once it has been confirmed. @param {string} id @param {string} text */
function ask(id, text) {
  const press = {
    action: "perform-action",
    perform_action: "button.press",
    target: { entity_id: id },
    confirmation: { text },
  };
  return { tap_action: press, icon_tap_action: press };
}

/** List what is not shown elsewhere. @param {Hass} hass @param {Rig} rig @returns {Config[]} */
export function details(hass, rig) {
  const shown = new Set(all(rig, ...SHOWN));
  const own = rig.entries
    .map(({ entity_id: id }) => id)
    .filter((id) => /^(binary_)?sensor\./.test(id) && !shown.has(id))
    .map((entity) => ({ entity, name: OWN_NAME }));
  const ofGpus = rig.gpus.flatMap((gpu) =>
    all(gpu, ...GPU_FACTS).map((entity) => ({ entity, name: [{ type: "device" }, OWN_NAME] })),
  );
  const cards = list([...own, ...ofGpus]);
  const title = heading(say(hass, "details"), "mdi:information-outline");
  return section(cards.length ? [title, ...cards] : []);
}

/** @param {Config[]} entities @returns {Config[]} */
function list(entities) {
  if (!entities.length) return [];
  return [{ type: "entities", entities, grid_options: { columns: "full" } }];
}
