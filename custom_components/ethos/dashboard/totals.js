/**
 * The sections that sum a panel and a rig up.
 *
 * @import {Config, Hass, Rig, Thing} from "./farm.js"
 */
import { bar, heading, NOTHING, OWN_NAME, tile, trend } from "./cards.js";
import { all, farmOf, HASH_RATES, inUse, rigOf } from "./farm.js";
import { say } from "./texts.js";
import { FACTS } from "./upkeep.js";

/** Show what is gained and what it takes. @param {Hass} hass @param {Thing} thing @returns {Config[]} */
function work(hass, thing) {
  return [
    ...inUse(hass.states, all(thing, ...HASH_RATES)).map((id) => trend(id, "green")),
    ...all(thing, "sensor.power").map((id) => trend(id, "purple")),
    ...inUse(hass.states, all(thing, "sensor.efficiency")).map((id) => trend(id, "teal")),
    ...all(thing, "sensor.hottest").map((id) => trend(id, "orange")),
  ];
}

/** Show how many there are of all. @param {Hass} hass @param {string[]} ids @param {number} most */
function share(hass, ids, most) {
  return ids.map((id) =>
    bar(id, Number(hass.states[id].state) < most ? "amber" : "green", most || 1),
  );
}

/** Show how many GPUs work, of all if these are known. @param {Hass} hass @param {Rig} rig */
function working(hass, rig) {
  const ids = all(rig, "sensor.alive_gpus");
  const most = rig.gpus.length;
  return most ? share(hass, ids, most) : ids.map((id) => tile(id, { name: OWN_NAME }));
}

/** @param {Config} config @param {Hass} hass @returns {Config} */
export function totalsSection(config, hass) {
  const panel = panelOf(config, hass);
  if (!panel) return NOTHING;
  const rigs = panel.size;
  const value = (/** @type {string} */ id) => Number(hass.states[id].state);
  const shown = panel.rigs.reduce((sum, rig) => sum + rig.gpus.length, 0);
  // At a low level of detail GPUs are no devices, but are counted.
  const told = all(panel, "sensor.total_gpus").map(value).filter(Number.isFinite);
  const gpus = Math.max(shown, ...told);
  const cards = [
    ...work(hass, panel),
    ...share(hass, all(panel, "sensor.rigs_online"), rigs),
    ...share(hass, all(panel, "sensor.alive_gpus"), gpus),
    ...all(panel, "sensor.rigs_with_problems").map((id) =>
      // Its own name does not fit into a tile.
      bar(id, value(id) > 0 ? "red" : "green", rigs || 1, { name: say(hass, "problems") }),
    ),
  ];
  if (!cards.length) return NOTHING;
  return { type: "grid", cards: [heading(panel.name, "mdi:pickaxe"), ...cards] };
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
export function totalsWatch(config, hass) {
  const panel = panelOf(config, hass);
  const counts = [
    "sensor.rigs_online",
    "sensor.alive_gpus",
    "sensor.total_gpus",
    "sensor.rigs_with_problems",
  ];
  return panel ? all(panel, ...counts) : [];
}

/** @param {Config} config @param {Hass} hass */
function panelOf(config, hass) {
  return farmOf(hass).panels.find(({ id }) => id === config.panel_id);
}

/** @param {Config} config @param {Hass} hass @returns {Config} */
export function rigTotalsSection(config, hass) {
  const rig = rigOf(farmOf(hass), config);
  if (!rig) return NOTHING;
  const cards = [
    ...work(hass, rig),
    ...working(hass, rig),
    ...all(rig, ...FACTS).map((id) => tile(id, { name: OWN_NAME })),
  ];
  return cards.length ? { type: "grid", cards } : NOTHING;
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
export function rigTotalsWatch(config, hass) {
  const rig = rigOf(farmOf(hass), config);
  return rig ? all(rig, "sensor.alive_gpus") : [];
}
