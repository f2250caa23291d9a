/**
 * The section that tells what is wrong now, worst first.
 *
 * @import {Config, Hass, Panel, Rig} from "./farm.js"
 *
 * @typedef {object} Finding something wrong
 * @property {string} problem
 * @property {string | null} [gpu]
 * @property {string} [since]
 * @property {number | string | null} [value]
 * @property {number | null} [limit]
 * @property {string | null} [unit]
 */
import { entityName, NOTHING, pathOf } from "./cards.js";
import { all, farmOf, healthOf, one, panelsOf, rigOf, vitals } from "./farm.js";
import { moment, plain, quantity, say } from "./texts.js";

/** What may be wrong, worst first. */
export const PROBLEMS = [
  "offline",
  "not_mining",
  "overheating",
  "fan_stopped",
  "gpu_down",
  "throttled",
  "low_hash_rate",
  "underheating",
  "sensor_fault",
  "unknown_condition",
];

const MOST_ALERTS = 8;
const MOST_OF_A_RIG = 4;

/** Tell what is wrong, worst first. @param {Config} config @param {Hass} hass @returns {Config} */
export function problemsSection(config, hass) {
  const farm = farmOf(hass);
  const ofOneRig = config.device_id !== undefined;
  const panels = ofOneRig ? [] : panelsOf(farm, config);
  const rigs = ofOneRig
    ? farm.rigs.filter(({ id }) => id === config.device_id)
    : panels.flatMap((panel) => panel.rigs);
  const alerts = [
    ...panels.flatMap((panel) => panelAlerts(hass, panel)),
    ...rigAlerts(hass, rigs, ofOneRig),
  ];
  const healths = rigs.map((rig) => healthOf(hass.states, rig));
  if (!alerts.length && !ofOneRig && healths.every((it) => it === "well" || it === "maintained")) {
    alerts.push(alert("success", plain(say(hass, "all_well"))));
  }
  if (!alerts.length) return NOTHING;
  const content = alerts.join("\n\n");
  const card = { type: "markdown", content, text_only: true, grid_options: { columns: "full" } };
  return { type: "grid", cards: [card] };
}

/** @param {"error" | "warning" | "success" | "info"} kind @param {string} html */
function alert(kind, html) {
  return `<ha-alert alert-type="${kind}">${html}</ha-alert>`;
}

/** @param {Hass} hass @param {Panel} panel @returns {string[]} */
function panelAlerts(hass, panel) {
  const is = (/** @type {string} */ key) => hass.states[one(panel, key) ?? ""]?.state;
  const said = (/** @type {string} */ key) => plain(say(hass, key, { panel: panel.name }));
  if (is("binary_sensor.connectivity") === "off") return [alert("error", said("unreadable"))];
  if (is("binary_sensor.stale_data") === "on") return [alert("warning", said("stale"))];
  return unseen(hass, panel).map((id) =>
    alert("warning", plain(`${panel.name} · ${entityName(hass, id)}: ${hass.states[id].state}`)),
  );
}

/** Return what counts problems of rigs that are not shown. @param {Hass} hass @param {Panel} panel */
function unseen(hass, panel) {
  const ids = panel.rigs.length ? [] : all(panel, "sensor.rigs_with_problems");
  return ids.filter((id) => Number(hass.states[id].state) > 0);
}

/** @param {Hass} hass @param {Rig[]} rigs @param {boolean} ofOneRig @returns {string[]} */
function rigAlerts(hass, rigs, ofOneRig) {
  const rank = (/** @type {Finding} */ { problem }) => (PROBLEMS.indexOf(problem) + 1 || 99) - 1;
  const ill = rigs
    .filter((rig) => ["ill", "down"].includes(healthOf(hass.states, rig)))
    .map((rig) => {
      const state = hass.states[one(rig, "binary_sensor.problem") ?? ""];
      /** @type {Finding[]} */
      const found = [...(state?.attributes.problems ?? [])];
      return { rig, found: found.sort((a, b) => rank(a) - rank(b)) };
    })
    .sort((a, b) => rank(a.found[0] ?? { problem: "" }) - rank(b.found[0] ?? { problem: "" }));
  const shown = ill.slice(0, MOST_ALERTS).map(({ rig, found }) => {
    const down = healthOf(hass.states, rig) === "down";
    const link = ofOneRig ? "" : `<a href="${pathOf(rig)}"><b>${plain(rig.name)}</b></a> · `;
    return alert(down ? "error" : "warning", link + whatIsWrong(hass, rig, found));
  });
  const left = ill.length - shown.length;
  return left > 0 ? [...shown, alert("info", plain(say(hass, "more", { count: left })))] : shown;
}

/** @param {Hass} hass @param {Rig} rig @param {Finding[]} found */
function whatIsWrong(hass, rig, found) {
  if (!found.length) {
    const online = hass.states[one(rig, "binary_sensor.connectivity") ?? ""]?.state;
    return plain(say(hass, online === "off" ? "offline" : "not_mining"));
  }
  const told = found.slice(0, MOST_OF_A_RIG).map((finding) => describe(hass, finding));
  const left = found.length - told.length;
  if (left > 0) told.push(plain(say(hass, "more", { count: left })));
  return told.join(" · ");
}

/** @param {Hass} hass @param {Finding} finding */
function describe(hass, { problem, gpu, since, value, limit, unit }) {
  const amount = (/** @type {number | string} */ it) =>
    typeof it === "number" ? quantity(hass, it, unit ?? "") : it;
  const where = gpu ?? (problem === "gpu_down" ? "GPU" : null);
  const facts = [
    value != null && amount(value),
    limit != null &&
      say(hass, problem === "low_hash_rate" ? "usual" : "limit", { value: amount(limit) }),
    since && say(hass, "since", { time: moment(hass, since) }),
  ].filter(Boolean);
  const what = where === null ? say(hass, problem) : `${where}: ${say(hass, problem)}`;
  return plain(facts.length ? `${what} (${facts.join(", ")})` : what);
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
export function problemsWatch(config, hass) {
  const farm = farmOf(hass);
  const panels = panelsOf(farm, config);
  const state = [
    "binary_sensor.connectivity",
    "binary_sensor.stale_data",
    "sensor.rigs_with_problems",
  ];
  const rig = rigOf(farm, config);
  if (rig) return vitals(rig);
  return panels.flatMap((panel) => [...all(panel, ...state), ...panel.rigs.flatMap(vitals)]);
}
