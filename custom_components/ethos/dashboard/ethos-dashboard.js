/**
 * A dashboard for mining farms that builds itself from what Home Assistant knows of
 * them, made of Home Assistant's own cards.
 *
 * @typedef {Record<string, any>} Config
 * @typedef {{entity_id: string, state: string, attributes: Record<string, any>}} State
 * @typedef {Record<string, State>} States
 * @typedef {{entity_id: string, platform: string, device_id?: string, translation_key?: string, hidden?: boolean, entity_category?: string}} Entry
 * @typedef {{id: string, name: string | null, name_by_user?: string | null, area_id?: string | null, disabled_by?: string | null, entry_type?: string | null, via_device_id?: string | null, parent_device_id?: string | null, identifiers: [string, string][]}} Device
 * @typedef {{states: States, entities: Record<string, Entry>, devices: Record<string, Device>, areas: Record<string, {name: string}>, config: {state: string, time_zone: string}, locale: {language: string, time_format?: string, time_zone?: string, number_format?: string}, localize: (key: string) => string, formatEntityName: (state: State, type: Config) => string}} Hass
 *
 * @typedef {{id: string, name: string, entities: Map<string, string[]>, entries: Entry[]}} Thing a panel, rig or GPU
 * @typedef {Thing & {gpus: Thing[], area: string | null, panel: string}} Rig
 * @typedef {Thing & {rigs: Rig[]}} Panel
 * @typedef {{panels: Panel[], rigs: Rig[]}} Farm
 * @typedef {{id: string, name: string, rigs: Rig[]}} Group
 * @typedef {"well" | "ill" | "down" | "maintained" | "unknown"} Health
 */

/** @type {Record<string, Record<string, string>>} */
export const TEXTS = {
  en: {
    farm: "Mining farm",
    description: "All ethOS rigs and GPUs: what they do, and what is wrong.",
    overview: "Overview",
    rigs: "Rigs",
    all_well: "All rigs are well",
    unreadable: "{panel} cannot be read",
    stale: "{panel} shows old data",
    offline: "Offline",
    not_mining: "Not mining",
    gpu_down: "Not working",
    overheating: "Overheating",
    fan_stopped: "Fan stopped",
    throttled: "Throttled",
    low_hash_rate: "Low hash rate",
    underheating: "Too cold",
    sensor_fault: "Faulty sensor",
    unknown_condition: "Unknown condition",
    limit: "limit {value}",
    usual: "usually {value}",
    since: "since {time}",
    more: "{count} more",
    history: "24 hours",
    activity: "Activity",
    details: "Details",
    upkeep: "Maintenance",
    nowhere: "Without an area",
    no_rigs: "No rigs yet",
    no_rigs_hint: "They appear here as soon as a panel lists them.",
    panels: "Panels",
    panels_help: "All panels if none is chosen",
    group: "Group rigs by",
    auto: "Automatic",
    panel: "Panel",
    area: "Area",
    problem: "Problem",
    none: "Not at all",
    temperature_limit: "Too hot above (°C)",
    show: "Show",
    charts: "Charts",
  },
  de: {
    farm: "Mining-Farm",
    description: "Alle ethOS-Rigs und GPUs: was sie tun und was ihnen fehlt.",
    overview: "Übersicht",
    rigs: "Rigs",
    all_well: "Alle Rigs sind in Ordnung",
    unreadable: "{panel} ist nicht lesbar",
    stale: "{panel} zeigt alte Daten",
    offline: "Offline",
    not_mining: "Schürft nicht",
    gpu_down: "Arbeitet nicht",
    overheating: "Überhitzt",
    fan_stopped: "Lüfter steht",
    throttled: "Gedrosselt",
    low_hash_rate: "Niedrige Hashrate",
    underheating: "Zu kalt",
    sensor_fault: "Sensor defekt",
    unknown_condition: "Unbekannter Zustand",
    limit: "Grenze {value}",
    usual: "sonst {value}",
    since: "seit {time}",
    more: "{count} weitere",
    history: "24 Stunden",
    activity: "Aktivität",
    details: "Details",
    upkeep: "Wartung",
    nowhere: "Ohne Bereich",
    no_rigs: "Noch keine Rigs",
    no_rigs_hint: "Sie erscheinen hier, sobald ein Panel sie aufführt.",
    panels: "Panels",
    panels_help: "Alle Panels, wenn keines gewählt ist",
    group: "Rigs gruppieren nach",
    auto: "Automatisch",
    panel: "Panel",
    area: "Bereich",
    problem: "Problem",
    none: "Gar nicht",
    temperature_limit: "Zu heiß ab (°C)",
    show: "Anzeigen",
    charts: "Diagramme",
  },
  fr: {
    farm: "Ferme de minage",
    description: "Tous les rigs et GPU ethOS : ce qu’ils font et ce qui ne va pas.",
    overview: "Aperçu",
    rigs: "Rigs",
    all_well: "Tous les rigs vont bien",
    unreadable: "{panel} est illisible",
    stale: "{panel} affiche d’anciennes données",
    offline: "Hors ligne",
    not_mining: "Ne mine pas",
    gpu_down: "Ne fonctionne pas",
    overheating: "Surchauffe",
    fan_stopped: "Ventilateur arrêté",
    throttled: "Bridé",
    low_hash_rate: "Hashrate faible",
    underheating: "Trop froid",
    sensor_fault: "Capteur défectueux",
    unknown_condition: "État inconnu",
    limit: "limite {value}",
    usual: "habituellement {value}",
    since: "depuis {time}",
    more: "{count} de plus",
    history: "24 heures",
    activity: "Activité",
    details: "Détails",
    upkeep: "Maintenance",
    nowhere: "Sans pièce",
    no_rigs: "Pas encore de rigs",
    no_rigs_hint: "Ils apparaissent ici dès qu’un panneau les affiche.",
    panels: "Panneaux",
    panels_help: "Tous les panneaux si aucun n’est choisi",
    group: "Grouper les rigs par",
    auto: "Automatique",
    panel: "Panneau",
    area: "Pièce",
    problem: "Problème",
    none: "Pas du tout",
    temperature_limit: "Trop chaud au-dessus de (°C)",
    show: "Afficher",
    charts: "Graphiques",
  },
  es: {
    farm: "Granja de minería",
    description: "Todos los rigs y GPU de ethOS: qué hacen y qué va mal.",
    overview: "Resumen",
    rigs: "Rigs",
    all_well: "Todos los rigs están bien",
    unreadable: "{panel} no se puede leer",
    stale: "{panel} muestra datos antiguos",
    offline: "Sin conexión",
    not_mining: "No mina",
    gpu_down: "No funciona",
    overheating: "Sobrecalentamiento",
    fan_stopped: "Ventilador parado",
    throttled: "Frenado",
    low_hash_rate: "Hashrate bajo",
    underheating: "Demasiado frío",
    sensor_fault: "Sensor averiado",
    unknown_condition: "Estado desconocido",
    limit: "límite {value}",
    usual: "normalmente {value}",
    since: "desde {time}",
    more: "{count} más",
    history: "24 horas",
    activity: "Actividad",
    details: "Detalles",
    upkeep: "Mantenimiento",
    nowhere: "Sin área",
    no_rigs: "Aún no hay rigs",
    no_rigs_hint: "Aparecen aquí en cuanto un panel los muestra.",
    panels: "Paneles",
    panels_help: "Todos los paneles si no se elige ninguno",
    group: "Agrupar los rigs por",
    auto: "Automático",
    panel: "Panel",
    area: "Área",
    problem: "Problema",
    none: "Sin agrupar",
    temperature_limit: "Demasiado caliente por encima de (°C)",
    show: "Mostrar",
    charts: "Gráficos",
  },
  ru: {
    farm: "Майнинг-ферма",
    description: "Все риги и GPU ethOS: что они делают и что не так.",
    overview: "Обзор",
    rigs: "Риги",
    all_well: "Все риги в порядке",
    unreadable: "{panel}: панель недоступна",
    stale: "{panel}: данные устарели",
    offline: "Не в сети",
    not_mining: "Не майнит",
    gpu_down: "Не работает",
    overheating: "Перегрев",
    fan_stopped: "Вентилятор остановлен",
    throttled: "Снижена частота",
    low_hash_rate: "Низкий хешрейт",
    underheating: "Слишком холодно",
    sensor_fault: "Неисправен датчик",
    unknown_condition: "Неизвестное состояние",
    limit: "предел {value}",
    usual: "обычно {value}",
    since: "с {time}",
    more: "ещё {count}",
    history: "24 часа",
    activity: "События",
    details: "Подробности",
    upkeep: "Обслуживание",
    nowhere: "Без помещения",
    no_rigs: "Ригов пока нет",
    no_rigs_hint: "Они появятся здесь, как только их покажет панель.",
    panels: "Панели",
    panels_help: "Все панели, если ни одна не выбрана",
    group: "Группировать риги",
    auto: "Автоматически",
    panel: "По панелям",
    area: "По помещениям",
    problem: "По состоянию",
    none: "Не группировать",
    temperature_limit: "Слишком горячо выше (°C)",
    show: "Показывать",
    charts: "Графики",
  },
  "zh-Hans": {
    farm: "矿场",
    description: "所有 ethOS 矿机和 GPU：运行情况与故障。",
    overview: "概览",
    rigs: "矿机",
    all_well: "所有矿机运行正常",
    unreadable: "无法读取{panel}",
    stale: "{panel}的数据已过时",
    offline: "离线",
    not_mining: "未挖矿",
    gpu_down: "不工作",
    overheating: "过热",
    fan_stopped: "风扇停转",
    throttled: "已降频",
    low_hash_rate: "算力偏低",
    underheating: "温度过低",
    sensor_fault: "传感器故障",
    unknown_condition: "未知状态",
    limit: "上限 {value}",
    usual: "通常 {value}",
    since: "自 {time}",
    more: "另有 {count} 项",
    history: "24 小时",
    activity: "动态",
    details: "详情",
    upkeep: "维护",
    nowhere: "未分配区域",
    no_rigs: "还没有矿机",
    no_rigs_hint: "面板列出矿机后，它们会显示在这里。",
    panels: "面板",
    panels_help: "未选择时显示所有面板",
    group: "矿机分组方式",
    auto: "自动",
    panel: "面板",
    area: "区域",
    problem: "问题",
    none: "不分组",
    temperature_limit: "过热阈值（°C）",
    show: "显示",
    charts: "图表",
  },
};

const DOMAIN = "ethos";
const DOCUMENTATION = "https://github.com/ethos-home-assistant/ethos/blob/main/docs/dashboard.md";

/** What may be wrong, worst first; those that end the work or endanger a GPU are grave. */
const PROBLEMS = {
  offline: "mdi:lan-disconnect",
  not_mining: "mdi:sleep",
  overheating: "mdi:fire-alert",
  fan_stopped: "mdi:fan-alert",
  gpu_down: "mdi:expansion-card",
  throttled: "mdi:fire",
  low_hash_rate: "mdi:trending-down",
  underheating: "mdi:snowflake",
  sensor_fault: "mdi:thermometer-alert",
  unknown_condition: "mdi:help-circle",
};
const GRAVE = new Set(["offline", "not_mining", "overheating", "fan_stopped"]);

/** @type {Record<Health, string | undefined>} */
const COLORS = {
  well: "green",
  ill: "amber",
  down: "red",
  maintained: "blue",
  unknown: undefined,
};
/** @type {Health[]} */
const WORST_FIRST = ["down", "ill", "unknown", "maintained", "well"];

const HASH_RATES = [
  "sensor.hash_rate",
  "sensor.hash_rate_kilohashes",
  "sensor.hash_rate_hashes",
  "sensor.hash_rate_solutions",
  "sensor.hash_rate_unknown",
];
const TEMPERATURE = "sensor.temperature";
/** What a GPU can tell as a number, in the order of its columns, and their colours. */
const READINGS = {
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

// In °C: where ethOS begins to throttle, and how far below it a GPU is called warm.
const TEMPERATURE_LIMIT = 80;
const WARM = 10;
// More tiles than these make a page slow; a wall of icons takes their place.
const MOST_TILES = 60;
// The browser draws a section without a pause.
const MOST_IN_SECTION = 30;
// More layers than these cannot be told apart in a chart.
const MOST_LAYERS = 30;
const MOST_ALERTS = 8;
const MOST_OF_A_RIG = 4;

const FULL = 4;

/* --- Words --- */

/** @param {string} language @returns {Record<string, string>} */
function textsOf(language) {
  const [base] = language.split("-");
  return TEXTS[language] ?? TEXTS[base === "zh" ? "zh-Hans" : base] ?? TEXTS.en;
}

/**
 * Say something in the user's language.
 * @param {Hass} hass
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
function say(hass, key, values = {}) {
  const text = textsOf(hass.locale.language)[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** Keep a name from being read as HTML, Markdown or a template. @param {unknown} text */
function plain(text) {
  return String(text).replace(/[^\p{L}\p{N} ,°:%/]/gu, (sign) => `&#${sign.codePointAt(0)};`);
}

/** @param {Hass} hass @param {number} value @param {string} [unit] */
function quantity(hass, value, unit) {
  const number = new Intl.NumberFormat(hass.locale.language, {
    maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0,
  }).format(value);
  return unit ? `${number} ${unit}` : number;
}

/** Tell a time of today by the clock, and another with its day. @param {Hass} hass @param {string} iso */
function moment(hass, iso) {
  const { language, time_format: format, time_zone: zone } = hass.locale;
  /** @type {Intl.DateTimeFormatOptions} */
  const options = {
    timeZone: zone === "server" ? hass.config.time_zone : undefined,
    hour12: format === "12" ? true : format === "24" ? false : undefined,
  };
  const day = new Intl.DateTimeFormat(language, {
    ...options,
    day: "numeric",
    month: "short",
  });
  const time = new Date(iso);
  const clock = new Intl.DateTimeFormat(language, {
    ...options,
    hour: "numeric",
    minute: "2-digit",
  }).format(time);
  const date = day.format(time);
  return date === day.format(new Date()) ? clock : `${date}, ${clock}`;
}

/* --- The farm as the registries know it --- */

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
function farmChanged(before, now) {
  if (registriesDiffer(before, now)) return true;
  farmOf(now);
  return remembered?.waiting.some((id) => !before.states[id] !== !now.states[id]) ?? false;
}

/** @param {Hass} hass @returns {{farm: Farm, waiting: string[]}} */
function readFarm(hass) {
  const { entries, waiting } = entriesByDevice(hass);
  const { compare } = new Intl.Collator(hass.locale.language, { numeric: true });
  const byName = (/** @type {Thing} */ one, /** @type {Thing} */ other) =>
    compare(one.name, other.name) || compare(one.id, other.id);
  const devices = Object.values(hass.devices).filter(
    (device) => !device.disabled_by && device.identifiers.some(([domain]) => domain === DOMAIN),
  );
  const thing = (/** @type {Device} */ device) =>
    thingOf(hass, device, entries.get(device.id) ?? []);

  /** @type {Map<string, Panel>} */
  const panels = new Map();
  for (const device of devices) {
    if (device.entry_type === "service") {
      panels.set(device.id, { ...thing(device), rigs: [] });
    }
  }
  /** @type {Map<string, Rig>} */
  const rigs = new Map();
  for (const device of devices) {
    const panel = panels.get(device.via_device_id ?? "");
    if (panel) {
      const area = hass.areas[device.area_id ?? ""]?.name ?? null;
      const rig = { ...thing(device), gpus: [], area, panel: panel.id };
      panel.rigs.push(rig);
      rigs.set(device.id, rig);
    }
  }
  for (const device of devices) {
    const rig = rigs.get(device.parent_device_id ?? "");
    rig?.gpus.push(thing(device));
  }
  for (const rig of rigs.values()) rig.gpus.sort(byName);
  for (const panel of panels.values()) panel.rigs.sort(byName);
  const farm = {
    panels: [...panels.values()].sort(byName),
    rigs: [...rigs.values()].sort(byName),
  };
  return { farm, waiting };
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
    const known = entries.get(entry.device_id);
    if (known) known.push(entry);
    else entries.set(entry.device_id, [entry]);
  }
  return { entries, waiting };
}

/** @param {Hass} hass @param {Device} device @param {Entry[]} entries @returns {Thing} */
function thingOf(hass, device, entries) {
  /** @type {Map<string, string[]>} */
  const entities = new Map();
  for (const { entity_id: id, translation_key: translation } of entries) {
    const what = translation ?? hass.states[id].attributes.device_class;
    const key = `${id.split(".", 1)[0]}.${what}`;
    entities.set(key, [...(entities.get(key) ?? []), id]);
  }
  const name = device.name_by_user || device.name || device.id;
  return { id: device.id, name, entities, entries };
}

/** @param {Thing} thing @param {...string} keys */
function all(thing, ...keys) {
  return keys.flatMap((key) => thing.entities.get(key) ?? []);
}

/** @param {Thing} thing @param {string} key */
function one(thing, key) {
  return thing.entities.get(key)?.[0];
}

/** Return those that tell something now, or all when none does. @param {States} states @param {string[]} ids */
function inUse(states, ids) {
  const telling = ids.filter((id) => isNumber(states[id]));
  return telling.length ? telling : ids;
}

/** @param {State | undefined} state */
function isNumber(state) {
  return state !== undefined && state.state !== "" && Number.isFinite(Number(state.state));
}

/** @param {Farm} farm @param {Config} config @returns {Panel[]} */
function panelsOf(farm, config) {
  const chosen = farm.panels.filter((panel) => config.panels?.includes(panel.id));
  return chosen.length ? chosen : farm.panels;
}

/* --- How rigs are --- */

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
      return mining === "on" && is("binary_sensor.overheating") !== "on" ? "ill" : "down";
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
    const named = areas.filter((area) => area !== null).sort(compare);
    const groups = named.map((area) => ({
      id: `area-${encodeURIComponent(area)}`,
      name: area,
      rigs: rigs.filter((rig) => rig.area === area),
    }));
    const left = rigs.filter((rig) => rig.area === null);
    const name = say(hass, named.length ? "nowhere" : "rigs");
    return left.length ? [...groups, { id: "area", name, rigs: left }] : groups;
  }
  return rigs.length ? [{ id: "all", name: say(hass, "rigs"), rigs }] : [];
}

/* --- Cards --- */

/** @param {string} text @param {string} icon @param {Config} [more] @returns {Config} */
function heading(text, icon, more = {}) {
  return { type: "heading", heading: text, icon, ...more };
}

/** @param {string} path */
function goTo(path) {
  // Relative, since a dashboard does not know its own address.
  return { tap_action: { action: "navigate", navigation_path: path } };
}

/** @param {Rig} rig */
function pathOf(rig) {
  return `rig-${rig.id}`;
}

/** @param {string} entity @param {Config} [more] @returns {Config} */
function tile(entity, more = {}) {
  return { type: "tile", entity, ...more };
}

/** @param {string} entity @param {string} color @param {Config} [more] */
function trend(entity, color, more = {}) {
  const features = [{ type: "trend-graph", hours_to_show: 24, detail: false }];
  return tile(entity, { color, features, ...more });
}

/** @param {string} entity @param {string | undefined} color @param {number} max @param {Config} [more] */
function bar(entity, color, max, more = {}) {
  const features = [{ type: "bar-gauge", min: 0, max }];
  return tile(entity, { ...(color && { color }), features, ...more });
}

/** Name what an entity shows, without its device. @param {Hass} hass @param {string} id */
function entityName(hass, id) {
  return hass.formatEntityName(hass.states[id], { type: "entity" });
}

/** @param {Config[]} cards @param {Config} [more] @returns {Config[]} no section at all for no cards */
function section(cards, more = {}) {
  return cards.length ? [{ type: "grid", cards, ...more }] : [];
}

/**
 * Draw statistics of many things as layers or lines.
 * @param {{thing: Thing, id: string}[]} layers
 * @param {Config} more
 * @returns {Config[]}
 */
function chart(layers, more) {
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
function layersOf(things, key) {
  return things.flatMap((thing) => all(thing, key).map((id) => ({ thing, id })));
}

/**
 * Draw a chart of hash rates for each unit, which cannot be added.
 * @param {Hass} hass
 * @param {Thing[]} things
 * @returns {Config[]}
 */
function hashRateCharts(hass, things) {
  return HASH_RATES.flatMap((key) => {
    const layers = layersOf(things, key);
    const cards = chart(layers, { chart_type: "line-stack", min_y_axis: 0 });
    if (!cards.length) return [];
    const name = `${entityName(hass, layers[0].id)} · ${say(hass, "history")}`;
    return section([heading(name, "mdi:chart-areaspline"), ...cards], { column_span: 2 });
  });
}

/** @param {Hass} hass @param {string[]} entities @param {number} span @returns {Config[]} */
function activity(hass, entities, span) {
  if (!entities.length) return [];
  const logbook = {
    type: "logbook",
    target: { entity_id: entities },
    hours_to_show: 24,
    grid_options: { columns: "full", rows: 6 },
  };
  return section([heading(say(hass, "activity"), "mdi:timeline-text-outline"), logbook], {
    column_span: span,
  });
}

/** @param {Config} config @param {string} part */
function shows(config, part) {
  return !config.show || config.show.includes(part);
}

/* --- The dashboard and its views --- */

/** @param {Config[]} sections @returns {Config} */
function sectionsView(sections) {
  return { type: "sections", max_columns: FULL, dense_section_placement: true, sections };
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
function dashboard(config, hass) {
  const panels = panelsOf(farmOf(hass), config);
  const { type: _, ...options } = config;
  const groups = groupsOf(hass, panels, config.group);
  const rigs = panels.flatMap((panel) => panel.rigs);
  /** @param {string} type @param {Config} more */
  const view = (type, more) => ({ strategy: { type: `custom:${type}`, ...options, ...more } });
  return {
    views: [
      {
        ...view("ethos-overview", {}),
        title: say(hass, "overview"),
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
    ],
  };
}

/** @param {Config} config @param {Hass} hass @returns {Config} */
function overview(config, hass) {
  const panels = panelsOf(farmOf(hass), config);
  const rigs = panels.flatMap((panel) => panel.rigs);
  if (!rigs.length) return emptyView(hass);
  const { type: _, ...options } = config;
  const events = panels.flatMap((panel) => all(panel, "event.activity"));
  return sectionsView([
    { strategy: { type: "custom:ethos-problems", ...options }, column_span: FULL },
    ...panels.flatMap((panel) => totals(hass, panel)),
    ...groupsOf(hass, panels, config.group).flatMap((group) =>
      rigSections(group, options, rigs.length > MOST_TILES),
    ),
    ...(shows(config, "charts") ? farmCharts(hass, panels, rigs) : []),
    ...(shows(config, "activity") ? activity(hass, events, 1) : []),
  ]);
}

/** @param {Hass} hass @param {Panel} panel @returns {Config[]} */
function totals(hass, panel) {
  const gpus = panel.rigs.reduce((sum, rig) => sum + rig.gpus.length, 0);
  const tiles = [
    ...inUse(hass.states, all(panel, ...HASH_RATES)).map((id) => trend(id, "green")),
    ...all(panel, "sensor.power").map((id) => trend(id, "purple")),
    ...inUse(hass.states, all(panel, "sensor.efficiency")).map((id) => trend(id, "teal")),
    ...all(panel, "sensor.hottest").map((id) => trend(id, "orange")),
    ...all(panel, "sensor.average_temperature").map((id) => trend(id, "orange")),
    ...all(panel, "sensor.rigs_online").map((id) => bar(id, "green", panel.rigs.length)),
    ...all(panel, "sensor.alive_gpus").map((id) => bar(id, "green", gpus || 1)),
    ...all(panel, "sensor.rigs_with_problems").map((id) => bar(id, "red", panel.rigs.length)),
  ];
  const cards = tiles.map((card) => ({ ...card, name: { type: "entity" } }));
  return section(cards.length ? [heading(panel.name, "mdi:pickaxe"), ...cards] : [], {
    column_span: FULL,
  });
}

/**
 * Show the rigs of a group, in sections that are drawn one after the other.
 * @param {Group} group
 * @param {Config} options
 * @param {boolean} compact
 * @returns {Config[]}
 */
function rigSections(group, options, compact) {
  const sections = [];
  for (let start = 0; start < group.rigs.length; start += MOST_IN_SECTION) {
    sections.push({
      column_span: compact ? 2 : FULL,
      strategy: {
        type: "custom:ethos-rigs",
        ...options,
        group_id: group.id,
        compact,
        start,
      },
    });
  }
  return sections;
}

/** @param {Hass} hass @param {Panel[]} panels @param {Rig[]} rigs @returns {Config[]} */
function farmCharts(hass, panels, rigs) {
  const layered = rigs.length > MOST_LAYERS ? panels : rigs;
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
function groupView(config, hass) {
  const { type: _, ...options } = config;
  const group = groupOf(config, hass);
  if (!group) return emptyView(hass);
  return sectionsView([
    ...rigSections(group, options, false),
    ...(shows(config, "charts") && group.rigs.length <= MOST_LAYERS
      ? hashRateCharts(hass, group.rigs)
      : []),
  ]);
}

/** @param {Config} config @param {Hass} hass */
function groupOf(config, hass) {
  const panels = panelsOf(farmOf(hass), config);
  return groupsOf(hass, panels, config.group).find(({ id }) => id === config.group_id);
}

/** @param {Config} config @param {Hass} hass @returns {Config} */
function rigView(config, hass) {
  const { type: _, ...options } = config;
  const rig = farmOf(hass).rigs.find(({ id }) => id === config.device_id);
  if (!rig) return emptyView(hass);
  const readings = Object.keys(READINGS).filter((key) =>
    rig.gpus.some((gpu) => gpu.entities.has(key)),
  );
  const events = all(rig, "event.activity", "switch.maintenance", "button.power_cycle");
  return sectionsView([
    { strategy: { type: "custom:ethos-problems", ...options }, column_span: FULL },
    ...rigTotals(hass, rig),
    ...readings.map((reading) => ({
      strategy: { type: "custom:ethos-gpus", ...options, reading },
    })),
    ...hashRateCharts(hass, rig.gpus.length ? rig.gpus : [rig]),
    ...temperatureChart(hass, rig),
    ...activity(hass, events, 2),
    ...upkeep(hass, rig),
    ...details(hass, rig),
  ]);
}

/** @param {Hass} hass @param {Rig} rig @returns {Config[]} */
function rigTotals(hass, rig) {
  const tiles = [
    ...inUse(hass.states, all(rig, ...HASH_RATES)).map((id) => trend(id, "green")),
    ...all(rig, "sensor.hottest").map((id) => trend(id, "orange")),
    ...all(rig, "sensor.power").map((id) => trend(id, "purple")),
    ...inUse(hass.states, all(rig, "sensor.efficiency")).map((id) => trend(id, "teal")),
    ...all(rig, "sensor.alive_gpus").map((id) => bar(id, "green", rig.gpus.length || 1)),
    ...all(rig, "sensor.condition").map((id) =>
      tile(id, {
        color: "green",
        state_content: ["state", "last_changed"],
        grid_options: { rows: 2 },
      }),
    ),
  ];
  const cards = tiles.map((card) => ({ ...card, name: { type: "entity" } }));
  return section(cards, { column_span: FULL });
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

/** @param {Hass} hass @param {Rig} rig @returns {Config[]} */
function upkeep(hass, rig) {
  const ids = all(
    rig,
    "switch.maintenance",
    "button.power_cycle",
    "binary_sensor.power_cycle_due",
    "sensor.power_cycles",
    "sensor.last_power_cycle",
    "update.version",
  );
  const cards = ids.map((id) =>
    tile(id, { name: { type: "entity" }, grid_options: { columns: 12 } }),
  );
  return section(cards.length ? [heading(say(hass, "upkeep"), "mdi:wrench"), ...cards] : []);
}

/** List what is not shown elsewhere. @param {Hass} hass @param {Rig} rig @returns {Config[]} */
function details(hass, rig) {
  const entities = rig.entries
    .filter(({ entity_category: category }) => category === "diagnostic")
    .map(({ entity_id: id }) => id)
    .filter((id) => /^(binary_)?sensor\./.test(id))
    .filter((id) => !all(rig, "sensor.power_cycles", "sensor.last_power_cycle").includes(id))
    .map((entity) => ({ entity, name: { type: "entity" } }));
  const texts = rig.gpus.flatMap((gpu) =>
    all(gpu, "sensor.model", "sensor.vbios", "sensor.vram", "sensor.memory_chips").map(
      (entity) => ({ entity, name: [{ type: "device" }, { type: "entity" }] }),
    ),
  );
  const rows = [...entities, ...texts];
  if (!rows.length) return [];
  const card = { type: "entities", entities: rows, grid_options: { columns: "full" } };
  return section([heading(say(hass, "details"), "mdi:information-outline"), card]);
}

/* --- Sections that follow the states --- */

/** @type {Config} */
const NOTHING = { type: "grid", cards: [], disabled: true };

/** Tell what is wrong, worst first. @param {Config} config @param {Hass} hass @returns {Config} */
function problemsSection(config, hass) {
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
  return [];
}

/** @typedef {{problem: string, gpu?: string | null, since?: string, value?: number | string | null, limit?: number | null, unit?: string | null}} Finding */

/** @param {Hass} hass @param {Rig[]} rigs @param {boolean} ofOneRig @returns {string[]} */
function rigAlerts(hass, rigs, ofOneRig) {
  const order = Object.keys(PROBLEMS);
  const rank = (/** @type {Finding} */ { problem }) => (order.indexOf(problem) + 1 || 99) - 1;
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
    const down = healthOf(hass.states, rig) === "down" || found.some((it) => GRAVE.has(it.problem));
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

/** Show rigs, each with the colour of its health. @param {Config} config @param {Hass} hass @returns {Config} */
function rigsSection(config, hass) {
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
  const cards = config.compact ? [wall(hass, shown)] : shown.map((rig) => rigTile(hass, rig));
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
  return [...rigs].sort((one, other) => rank(one) - rank(other));
}

/**
 * Choose what a rig is seen by, and its colour.
 * @param {Hass} hass
 * @param {Rig} rig
 */
function faceOf({ states }, rig) {
  const health = healthOf(states, rig);
  const [hashRate] = inUse(states, all(rig, ...HASH_RATES));
  const rest = ["sensor.condition", "binary_sensor.mining", "binary_sensor.connectivity"];
  const calm = [hashRate, ...all(rig, ...rest, "binary_sensor.problem")];
  const alarmed = all(rig, "binary_sensor.problem", ...rest);
  const maintained = all(rig, "switch.maintenance");
  const candidates =
    health === "maintained" ? maintained : ["ill", "down"].includes(health) ? alarmed : calm;
  return { health, color: COLORS[health], entity: candidates.find((id) => id !== undefined) };
}

/** @param {Hass} hass @param {Rig} rig @returns {Config | null} */
function rigTile(hass, rig) {
  const { health, color, entity } = faceOf(hass, rig);
  if (!entity) return null;
  const calm = health === "well" || health === "unknown";
  return tile(entity, {
    name: { type: "device" },
    ...(color && { color }),
    ...(!calm && { state_content: ["state", "last_changed"] }),
    icon: ICONS[health],
    icon_tap_action: { action: "none" },
    ...goTo(pathOf(rig)),
  });
}

/** @type {Record<Health, string>} */
const ICONS = {
  well: "mdi:server",
  ill: "mdi:server-minus",
  down: "mdi:server-off",
  maintained: "mdi:wrench",
  unknown: "mdi:server",
};

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
    columns: 6,
    show_state: false,
    entities,
    grid_options: { columns: "full" },
  };
}

/** Show one reading of all GPUs of a rig. @param {Config} config @param {Hass} hass @returns {Config} */
function gpusSection(config, hass) {
  const rig = farmOf(hass).rigs.find(({ id }) => id === config.device_id);
  const rows = (rig?.gpus ?? []).flatMap((gpu) =>
    all(gpu, config.reading).map((id) => ({ gpu, id })),
  );
  if (!rows.length) return NOTHING;
  const scale = scaleOf(
    hass,
    config,
    rows.map(({ id }) => id),
  );
  const cards = rows.map(({ gpu, id }) => ({
    ...bar(id, gpuColor(hass, config, gpu, id), scale, { name: { type: "device" } }),
    features_position: "inline",
    grid_options: { columns: 12, rows: 1 },
  }));
  const limit =
    config.reading === TEMPERATURE
      ? ` · ${say(hass, "limit", { value: quantity(hass, limitOf(hass, config, rows[0].id), unitOf(hass, rows[0].id)) })}`
      : "";
  const title = entityName(hass, rows[0].id) + limit;
  return { type: "grid", cards: [heading(title, "", { icon: undefined }), ...cards] };
}

/** @param {Hass} hass @param {string} id @returns {string} */
function unitOf(hass, id) {
  return hass.states[id].attributes.unit_of_measurement ?? "";
}

/** Return the limit in the unit of a sensor. @param {Hass} hass @param {Config} config @param {string} id */
function limitOf(hass, config, id) {
  const celsius = config.temperature_limit ?? TEMPERATURE_LIMIT;
  return unitOf(hass, id) === "°F" ? celsius * 1.8 + 32 : celsius;
}

/** Return where bars end. @param {Hass} hass @param {Config} config @param {string[]} ids */
function scaleOf(hass, config, ids) {
  if (unitOf(hass, ids[0]) === "%") return 100;
  if (config.reading === TEMPERATURE) return Math.round(limitOf(hass, config, ids[0]) * 1.25);
  const values = ids.map((id) => Number(hass.states[id].state)).filter(Number.isFinite);
  const most = Math.max(...values, 0) || 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= most) ?? 10) * power;
}

/** @param {Hass} hass @param {Config} config @param {Thing} gpu @param {string} id @returns {string} */
function gpuColor(hass, config, gpu, id) {
  const value = Number(hass.states[id].state);
  if (config.reading === TEMPERATURE) {
    const limit = limitOf(hass, config, id);
    const warm = unitOf(hass, id) === "°F" ? WARM * 1.8 : WARM;
    return value > limit ? "red" : value > limit - warm ? "amber" : "green";
  }
  if (HASH_RATES.includes(config.reading)) {
    const problem = hass.states[one(gpu, "binary_sensor.problem") ?? ""]?.state;
    return value === 0 ? "red" : problem === "on" ? "amber" : "green";
  }
  return READINGS[/** @type {keyof typeof READINGS} */ (config.reading)];
}

/** Return what decides how a rig looks. @param {Rig} rig */
function vitals(rig) {
  const rates = all(rig, ...HASH_RATES);
  return [
    ...all(
      rig,
      "binary_sensor.problem",
      "binary_sensor.mining",
      "binary_sensor.connectivity",
      "binary_sensor.overheating",
      "switch.maintenance",
    ),
    ...(rates.length > 1 ? rates : []),
  ];
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
function problemsWatch(config, hass) {
  const farm = farmOf(hass);
  const panels = panelsOf(farm, config);
  const state = ["binary_sensor.connectivity", "binary_sensor.stale_data"];
  const rig = farm.rigs.find(({ id }) => id === config.device_id);
  if (rig) return vitals(rig);
  return panels.flatMap((panel) => [...all(panel, ...state), ...panel.rigs.flatMap(vitals)]);
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
function rigsWatch(config, hass) {
  return groupOf(config, hass)?.rigs.flatMap(vitals) ?? [];
}

/** @param {Config} config @param {Hass} hass @returns {string[]} */
function gpusWatch(config, hass) {
  const rig = farmOf(hass).rigs.find(({ id }) => id === config.device_id);
  return rig?.gpus.flatMap((gpu) => all(gpu, config.reading, "binary_sensor.problem")) ?? [];
}

/* --- What Home Assistant calls --- */

/** @param {(config: Config, hass: Hass) => Config} make */
function strategy(make) {
  return class extends HTMLElement {
    /** @param {Config} config @param {Hass} hass */
    static async generate(config, hass) {
      return make(config, hass);
    }

    /** @param {Config} _config @param {Hass} before @param {Hass} now */
    static shouldRegenerate(_config, before, now) {
      return farmChanged(before, now);
    }
  };
}

/**
 * A section that is made anew when the states it watches make it another one.
 * @param {(config: Config, hass: Hass) => Config} make
 * @param {(config: Config, hass: Hass) => string[]} watch
 */
function sectionStrategy(make, watch) {
  /** @type {WeakMap<Config, string[]>} */
  const watched = new WeakMap();
  return class extends HTMLElement {
    /** @param {Config} config @param {Hass} hass */
    static async generate(config, hass) {
      // Each section is drawn in a turn of its own, so that the page answers meanwhile.
      await new Promise((resolve) => setTimeout(resolve));
      return make(config, hass);
    }

    /** @param {Config} config @param {Hass} before @param {Hass} now */
    static shouldRegenerate(config, before, now) {
      if (farmChanged(before, now)) {
        watched.delete(config);
        return true;
      }
      const ids = watched.get(config) ?? watch(config, now);
      watched.set(config, ids);
      return (
        ids.some((id) => before.states[id] !== now.states[id]) &&
        JSON.stringify(make(config, before)) !== JSON.stringify(make(config, now))
      );
    }
  };
}

class EthosDashboard extends strategy(dashboard) {
  /** @param {Hass} hass */
  static getCreateSuggestions(hass) {
    return { title: say(hass, "farm"), icon: "mdi:pickaxe" };
  }

  static getConfigElement() {
    return document.createElement("ethos-dashboard-editor");
  }
}

class EthosDashboardEditor extends HTMLElement {
  /** @type {Hass | undefined} */
  #hass;
  /** @type {Config} */
  #config = {};
  /** @type {(HTMLElement & Record<string, any>) | undefined} */
  #form;

  /** @param {Hass} hass */
  set hass(hass) {
    this.#hass = hass;
    this.#show();
  }

  /** @param {Config} config */
  setConfig(config) {
    this.#config = config;
    this.#show();
  }

  #show() {
    const hass = this.#hass;
    if (!hass) return;
    this.#form ??= this.#makeForm();
    Object.assign(this.#form, {
      hass,
      schema: formSchema(hass),
      data: { group: "auto", temperature_limit: TEMPERATURE_LIMIT, show: SHOWN, ...this.#config },
      computeLabel: (/** @type {{name: string}} */ { name }) => say(hass, name),
      computeHelper: (/** @type {{name: string}} */ { name }) =>
        name === "panels" ? say(hass, "panels_help") : undefined,
    });
  }

  #makeForm() {
    const form = document.createElement("ha-form");
    form.addEventListener("value-changed", (event) => {
      event.stopPropagation();
      const config = /** @type {CustomEvent} */ (event).detail.value;
      this.dispatchEvent(
        new CustomEvent("config-changed", { detail: { config }, bubbles: true, composed: true }),
      );
    });
    this.append(form);
    return form;
  }
}

const SHOWN = ["charts", "activity"];

/** @param {Hass} hass @returns {Config[]} */
function formSchema(hass) {
  const options = (/** @type {string[]} */ values) =>
    values.map((value) => ({ value, label: say(hass, value) }));
  return [
    {
      name: "panels",
      selector: { device: { multiple: true, filter: { integration: DOMAIN, model: "Panel" } } },
    },
    {
      name: "group",
      selector: {
        select: {
          mode: "dropdown",
          options: options(["auto", "panel", "area", "problem", "none"]),
        },
      },
    },
    {
      name: "temperature_limit",
      selector: { number: { min: 50, max: 110, mode: "slider", unit_of_measurement: "°C" } },
    },
    { name: "show", selector: { select: { multiple: true, options: options(SHOWN) } } },
  ];
}

customElements.define("ll-strategy-dashboard-ethos", EthosDashboard);
customElements.define("ll-strategy-view-ethos-overview", strategy(overview));
customElements.define("ll-strategy-view-ethos-group", strategy(groupView));
customElements.define("ll-strategy-view-ethos-rig", strategy(rigView));
customElements.define(
  "ll-strategy-section-ethos-problems",
  sectionStrategy(problemsSection, problemsWatch),
);
customElements.define("ll-strategy-section-ethos-rigs", sectionStrategy(rigsSection, rigsWatch));
customElements.define("ll-strategy-section-ethos-gpus", sectionStrategy(gpusSection, gpusWatch));
customElements.define("ethos-dashboard-editor", EthosDashboardEditor);

const page = /** @type {Window & {customStrategies?: Config[]}} */ (window);
page.customStrategies ??= [];
page.customStrategies.push({
  type: DOMAIN,
  strategyType: "dashboard",
  // Asked for when the dialog opens, when the user's language is known.
  get name() {
    return `ethOS: ${textsOf(document.documentElement.lang).farm}`;
  },
  get description() {
    return textsOf(document.documentElement.lang).description;
  },
  documentationURL: DOCUMENTATION,
});
