/**
 * The section that sums a panel up.
 *
 * @import {Config, Hass, Thing} from "./farm.js"
 */
import { bar, heading, NOTHING, trend } from "./cards.js";
import { all, farmOf, HASH_RATES, inUse } from "./farm.js";

/** Show what is gained and what it takes. @param {Hass} hass @param {Thing} thing @returns {Config[]} */
export function work(hass, thing) {
  return [
    ...inUse(hass.states, all(thing, ...HASH_RATES)).map((id) => trend(id, "green")),
    ...all(thing, "sensor.power").map((id) => trend(id, "purple")),
    ...inUse(hass.states, all(thing, "sensor.efficiency")).map((id) => trend(id, "teal")),
  ];
}

/** @param {Config} config @param {Hass} hass @returns {Config} */
export function totalsSection(config, hass) {
  const panel = panelOf(config, hass);
  if (!panel) return NOTHING;
  const rigs = panel.rigs.length;
  const gpus = panel.rigs.reduce((sum, rig) => sum + rig.gpus.length, 0);
  const value = (/** @type {string} */ id) => Number(hass.states[id].state);
  const cards = [
    ...work(hass, panel),
    ...all(panel, "sensor.hottest").map((id) => trend(id, "orange")),
    ...all(panel, "sensor.rigs_online").map((id) =>
      bar(id, value(id) < rigs ? "amber" : "green", rigs || 1),
    ),
    ...all(panel, "sensor.alive_gpus").map((id) =>
      bar(id, value(id) < gpus ? "amber" : "green", gpus || 1),
    ),
    ...all(panel, "sensor.rigs_with_problems").map((id) =>
      bar(id, value(id) > 0 ? "red" : "green", rigs || 1),
    ),
  ];
  if (!cards.length) return NOTHING;
  return { type: "grid", cards: [heading(panel.name, "mdi:pickaxe"), ...cards] };
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
export function totalsWatch(config, hass) {
  const panel = panelOf(config, hass);
  const counts = ["sensor.rigs_online", "sensor.alive_gpus", "sensor.rigs_with_problems"];
  return panel ? all(panel, ...counts) : [];
}

/** @param {Config} config @param {Hass} hass */
function panelOf(config, hass) {
  return farmOf(hass).panels.find(({ id }) => id === config.panel_id);
}
