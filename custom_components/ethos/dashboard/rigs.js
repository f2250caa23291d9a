/**
 * The section that shows rigs, each with the colour of its health.
 *
 * @import {Config, Hass, Health, Rig} from "./farm.js"
 */
import { goTo, heading, NOTHING, pathOf, tile, TREND } from "./cards.js";
import { all, groupOf, HASH_RATES, healthOf, inUse, vitals } from "./farm.js";

// The browser draws a section without a pause.
export const MOST_IN_SECTION = 30;

// So few have room for a graph in their tiles.
const FEW = 6;

/** @type {Record<Health, string | undefined>} */
const COLORS = {
  well: "green",
  ill: "amber",
  down: "red",
  maintained: "blue",
  unknown: undefined,
};

/** @type {Record<Health, string>} */
const ICONS = {
  well: "mdi:server",
  ill: "mdi:server-minus",
  down: "mdi:server-off",
  maintained: "mdi:wrench",
  unknown: "mdi:server",
};

/** @type {Health[]} */
const WORST_FIRST = ["down", "ill", "unknown", "maintained", "well"];

const CALM = new Set(["mining", "unknown", "unavailable"]);

/** Show rigs, each with the colour of its health. @param {Config} config @param {Hass} hass @returns {Config} */
export function rigsSection(config, hass) {
  const group = groupOf(config, hass);
  if (!group) return NOTHING;
  const sorted = config.group === "problem" ? sortByHealth(hass, group.rigs) : group.rigs;
  const shown = sorted.slice(config.start, config.start + MOST_IN_SECTION);
  const first = config.start === 0;
  const lead = config.compact ? goTo(`group-${group.id}`) : {};
  const title =
    group.rigs.length > MOST_IN_SECTION && config.compact
      ? `${group.name} ${config.start + 1}–${config.start + shown.length}`
      : group.name;
  const cards = config.compact
    ? [wall(hass, shown)]
    : shown.map((rig) => rigTile(hass, rig, group.rigs.length <= FEW));
  return {
    type: "grid",
    cards: [
      ...(first || config.compact ? [heading(title, "mdi:server", lead)] : []),
      ...cards.filter((card) => card !== null),
    ],
  };
}

/** @param {Hass} hass @param {Rig[]} rigs */
function sortByHealth(hass, rigs) {
  const rank = (/** @type {Rig} */ rig) => WORST_FIRST.indexOf(healthOf(hass.states, rig));
  return [...rigs].sort((left, right) => rank(left) - rank(right));
}

/**
 * Choose what a rig is seen by, and its colour.
 * @param {Hass} hass
 * @param {Rig} rig
 */
function faceOf({ states }, rig) {
  const health = healthOf(states, rig);
  const [hashRate] = inUse(states, all(rig, ...HASH_RATES));
  const condition = all(rig, "sensor.condition");
  const rest = [...condition, ...all(rig, "binary_sensor.mining", "binary_sensor.connectivity")];
  const problem = all(rig, "binary_sensor.problem");
  // The panel's own word says more than that there is a problem, unless it sees none.
  const told = condition.filter((id) => !CALM.has(states[id].state));
  const calm = [hashRate, ...rest, ...problem];
  const alarmed = [...told, ...problem, ...rest];
  const maintained = all(rig, "switch.maintenance");
  const candidates =
    health === "maintained" ? maintained : ["ill", "down"].includes(health) ? alarmed : calm;
  return { health, color: COLORS[health], entity: candidates.find((id) => id !== undefined) };
}

/** @param {Hass} hass @param {Rig} rig @param {boolean} large @returns {Config | null} */
function rigTile(hass, rig, large) {
  const { health, color, entity } = faceOf(hass, rig);
  if (!entity) return null;
  const isRate = all(rig, ...HASH_RATES).includes(entity);
  return tile(entity, {
    ...(color && { color }),
    ...(large && { grid_options: { columns: 12, rows: 2 } }),
    ...(large && isRate && { features: [TREND] }),
    name: { type: "device" },
    icon: ICONS[health],
    icon_tap_action: { action: "none" },
    ...goTo(pathOf(rig)),
  });
}

/** Show many rigs as icons with names. @param {Hass} hass @param {Rig[]} rigs @returns {Config | null} */
function wall(hass, rigs) {
  const entities = rigs.flatMap((rig) => {
    const { health, color, entity } = faceOf(hass, rig);
    if (!entity) return [];
    return [
      {
        entity,
        name: { type: "device" },
        icon: ICONS[health],
        color: color ?? "none",
        ...goTo(pathOf(rig)),
      },
    ];
  });
  if (!entities.length) return null;
  return {
    type: "glance",
    columns: 5,
    show_state: false,
    entities,
    grid_options: { columns: "full" },
  };
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
export function rigsWatch(config, hass) {
  const group = groupOf(config, hass)?.rigs ?? [];
  const { start } = config;
  // Sorted by what is wrong, any of them may come in.
  const watched = config.group === "problem" ? group : group.slice(start, start + MOST_IN_SECTION);
  return watched.flatMap(vitals);
}
