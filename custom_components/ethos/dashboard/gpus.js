/**
 * The section that shows one reading of all GPUs of a rig, as a column of bars.
 *
 * @import {Config, Hass, Thing} from "./farm.js"
 */
import { bar, heading, kindName, NOTHING } from "./cards.js";
import { all, farmOf, HASH_RATES, one, rigOf, TEMPERATURE } from "./farm.js";
import { quantity, say } from "./texts.js";

/** What a GPU can tell as a number, in the order of its columns, and their colours. */
export const READINGS = {
  "sensor.hash_rate": "green",
  "sensor.hash_rate_kilohashes": "green",
  "sensor.hash_rate_hashes": "green",
  "sensor.hash_rate_solutions": "green",
  "sensor.hash_rate_unknown": "green",
  "sensor.second_hash_rate": "green",
  [TEMPERATURE]: "green",
  "sensor.fan_duty": "cyan",
  "sensor.power": "purple",
  "sensor.fan_speed": "cyan",
  "sensor.core_clock": "indigo",
  "sensor.memory_clock": "indigo",
  "sensor.voltage": "indigo",
};

// In °C. ethOS begins to throttle there.
export const TEMPERATURE_LIMIT = 80;
// So far below the limit begins what is warm: fans aim at 74 °C.
const WARM = 5;

/** How a unit counts a degree Celsius, and where it has 0 °C. @type {Record<string, [number, number]>} */
const DEGREES = { "°F": [1.8, 32], K: [1, 273.15] };

/** Show one reading of all GPUs of a rig. @param {Config} config @param {Hass} hass @returns {Config} */
export function gpusSection(config, hass) {
  const rig = rigOf(farmOf(hass), config);
  const rows = (rig?.gpus ?? []).flatMap((gpu) =>
    all(gpu, config.reading).map((id) => ({ gpu, id })),
  );
  if (!rows.length) return NOTHING;
  const ids = rows.map(({ id }) => id);
  const cards = rows.map(({ gpu, id }) => ({
    ...bar(id, gpuColor(hass, config, gpu, id), scaleOf(hass, config, id, ids), {
      name: { type: "device" },
    }),
    features_position: "inline",
    grid_options: { columns: 12, rows: 1 },
  }));
  return { type: "grid", cards: [heading(titleOf(hass, config, ids[0])), ...cards] };
}

/** Name the reading, and what it should keep to. @param {Hass} hass @param {Config} config @param {string} id */
function titleOf(hass, config, id) {
  const name = kindName(hass, config.reading, id);
  if (config.reading !== TEMPERATURE) return name;
  const value = quantity(hass, inUnitOf(hass, id, limitOf(config)), unitOf(hass, id));
  return `${name} · ${say(hass, "limit", { value })}`;
}

/** @param {Hass} hass @param {string} id @returns {string} */
function unitOf(hass, id) {
  return hass.states[id].attributes.unit_of_measurement ?? "";
}

/** Return the limit of temperature in °C. @param {Config} config @returns {number} */
function limitOf(config) {
  return config.temperature_limit ?? TEMPERATURE_LIMIT;
}

/** Tell degrees Celsius in the unit of a sensor. @param {Hass} hass @param {string} id @param {number} celsius */
function inUnitOf(hass, id, celsius) {
  const [degree, zero] = DEGREES[unitOf(hass, id)] ?? [1, 0];
  return celsius * degree + zero;
}

/** Return where the bar of one ends. @param {Hass} hass @param {Config} config @param {string} id @param {string[]} ids */
function scaleOf(hass, config, id, ids) {
  const unit = unitOf(hass, id);
  if (unit === "%") return 100;
  if (config.reading === TEMPERATURE) return Math.round(inUnitOf(hass, id, limitOf(config) * 1.25));
  // A unit may be that of one entity alone.
  const alike = ids.filter((other) => unitOf(hass, other) === unit);
  const values = alike.map((other) => Number(hass.states[other].state)).filter(Number.isFinite);
  const most = Math.max(...values, 0) || 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= most) ?? 10) * power;
}

/** @param {Hass} hass @param {Config} config @param {Thing} gpu @param {string} id @returns {string} */
function gpuColor(hass, config, gpu, id) {
  const value = Number(hass.states[id].state);
  if (config.reading === TEMPERATURE) {
    const above = (/** @type {number} */ celsius) => value > inUnitOf(hass, id, celsius);
    const limit = limitOf(config);
    return above(limit) ? "red" : above(limit - WARM) ? "amber" : "green";
  }
  if (HASH_RATES.includes(config.reading)) {
    const problem = hass.states[one(gpu, "binary_sensor.problem") ?? ""]?.state;
    return value === 0 ? "red" : problem === "on" ? "amber" : "green";
  }
  return READINGS[/** @type {keyof typeof READINGS} */ (config.reading)];
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
export function gpusWatch(config, hass) {
  const rig = rigOf(farmOf(hass), config);
  return rig?.gpus.flatMap((gpu) => all(gpu, config.reading, "binary_sensor.problem")) ?? [];
}
