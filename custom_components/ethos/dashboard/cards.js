/**
 * Home Assistant's own cards, as the dashboard uses them.
 *
 * @import {Config, Hass, Rig, Thing} from "./farm.js"
 */
import { all, DOMAIN, HASH_RATES } from "./farm.js";
import { say } from "./texts.js";

export const FULL = 4;

// More layers than these cannot be told apart in a chart.
export const MOST_LAYERS = 30;

/** An entity's name without that of its device. */
export const OWN_NAME = { type: "entity" };

/** @type {Config} */
export const NOTHING = { type: "grid", cards: [], disabled: true };

/** @param {string} text @param {string} [icon] @param {Config} [more] @returns {Config} */
export function heading(text, icon, more = {}) {
  return { type: "heading", heading: text, ...(icon && { icon }), ...more };
}

/** @param {string} path */
export function goTo(path) {
  // Relative, since a dashboard does not know its own address.
  return { tap_action: { action: "navigate", navigation_path: path } };
}

/** @param {Rig} rig */
export function pathOf(rig) {
  return `rig-${rig.id}`;
}

/** @param {string} entity @param {Config} [more] @returns {Config} */
export function tile(entity, more = {}) {
  return { type: "tile", entity, ...more };
}

/** A small graph of the last day. */
export const TREND = { type: "trend-graph", hours_to_show: 24, detail: false };

/** @param {string} entity @param {string} color */
export function trend(entity, color) {
  return tile(entity, { name: OWN_NAME, color, features: [TREND] });
}

/** @param {string} entity @param {string} color @param {number} max @param {Config} [more] */
export function bar(entity, color, max, more = {}) {
  const features = [{ type: "bar-gauge", min: 0, max }];
  return tile(entity, { name: OWN_NAME, color, features, ...more });
}

/** Name what an entity shows, without its device. @param {Hass} hass @param {string} id */
export function entityName(hass, id) {
  return hass.formatEntityName(hass.states[id], OWN_NAME);
}

/**
 * Name a kind of entities, whatever its user calls this one of them.
 * @param {Hass} hass
 * @param {string} key
 * @param {string} id
 */
export function kindName(hass, key, id) {
  const [domain, what] = key.split(".");
  return (
    hass.localize(`component.${DOMAIN}.entity.${key}.name`) ||
    hass.localize(`component.${domain}.entity_component.${what}.name`) ||
    entityName(hass, id)
  );
}

/** @param {Config[]} cards @param {Config} [more] @returns {Config[]} no section at all for no cards */
export function section(cards, more = {}) {
  return cards.length ? [{ type: "grid", cards, ...more }] : [];
}

/**
 * Draw statistics of many things as layers or lines.
 * @param {{thing: Thing, id: string}[]} layers
 * @param {Config} more
 * @returns {Config[]}
 */
export function chart(layers, more) {
  if (!layers.length) return [];
  return [
    {
      type: "statistics-graph",
      entities: layers.map(({ id }) => ({ entity: id, name: { type: "device" } })),
      stat_types: ["mean"],
      period: "hour",
      days_to_show: 1,
      hide_legend: layers.length > MOST_LAYERS / 2,
      grid_options: { columns: "full", rows: 6 },
      ...more,
    },
  ];
}

/** @param {Thing[]} things @param {string} key */
export function layersOf(things, key) {
  return things.flatMap((thing) => all(thing, key).map((id) => ({ thing, id })));
}

/**
 * Draw a chart of hash rates for each unit, which cannot be added.
 * @param {Hass} hass
 * @param {Thing[]} things
 * @returns {Config[]}
 */
export function hashRateCharts(hass, things) {
  return HASH_RATES.flatMap((key) => {
    const layers = layersOf(things, key);
    const cards = chart(layers, { chart_type: "line-stack", min_y_axis: 0 });
    if (!cards.length) return [];
    const name = `${kindName(hass, key, layers[0].id)} · ${say(hass, "history")}`;
    return section([heading(name, "mdi:chart-areaspline"), ...cards], { column_span: 2 });
  });
}

/** @param {Hass} hass @param {string[]} entities @param {number} span @param {number} [rows] @returns {Config[]} */
export function activity(hass, entities, span, rows = 5) {
  if (!entities.length) return [];
  const logbook = {
    type: "logbook",
    target: { entity_id: entities },
    hours_to_show: 24,
    grid_options: { columns: "full", rows },
  };
  return section([heading(say(hass, "activity"), "mdi:timeline-text-outline"), logbook], {
    column_span: span,
  });
}
