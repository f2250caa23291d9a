/**
 * What the dashboard says, in the user's language.
 *
 * @import {Hass} from "./farm.js"
 */

/** @type {Record<string, Record<string, string>>} */
export const TEXTS = {
  en: {
    farm: "Mining farm",
    description: "All ethOS rigs and GPUs: what they do, and what is wrong.",
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
    usual: "usual {value}",
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
    problems: "Problems",
    none: "Not at all",
    temperature_limit: "Too hot above",
    show: "Show",
    charts: "Charts",
  },
  de: {
    farm: "Mining-Farm",
    description: "Alle ethOS-Rigs und GPUs: was sie tun und was ihnen fehlt.",
    rigs: "Rigs",
    all_well: "Alle Rigs sind in Ordnung",
    unreadable: "{panel} ist nicht lesbar",
    stale: "{panel} zeigt alte Daten",
    offline: "Offline",
    not_mining: "Kein Mining",
    gpu_down: "Arbeitet nicht",
    overheating: "Überhitzung",
    fan_stopped: "Lüfter steht",
    throttled: "Gedrosselt",
    low_hash_rate: "Niedrige Hashrate",
    underheating: "Zu kalt",
    sensor_fault: "Sensor ausgefallen",
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
    problems: "Probleme",
    none: "Gar nicht",
    temperature_limit: "Zu heiß über",
    show: "Anzeigen",
    charts: "Diagramme",
  },
  fr: {
    farm: "Ferme de minage",
    description: "Tous les rigs et GPU ethOS : ce qu’ils font et ce qui ne va pas.",
    rigs: "Rigs",
    all_well: "Tous les rigs vont bien",
    unreadable: "{panel} est illisible",
    stale: "{panel} affiche d’anciennes données",
    offline: "Hors ligne",
    not_mining: "Minage arrêté",
    gpu_down: "Ne fonctionne pas",
    overheating: "Surchauffe",
    fan_stopped: "Ventilateur arrêté",
    throttled: "Bridage thermique",
    low_hash_rate: "Hashrate faible",
    underheating: "Trop froid",
    sensor_fault: "Capteur en panne",
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
    problems: "Problèmes",
    none: "Pas du tout",
    temperature_limit: "Trop chaud au-dessus de",
    show: "Afficher",
    charts: "Graphiques",
  },
  es: {
    farm: "Granja de minería",
    description: "Todos los rigs y GPU de ethOS: qué hacen y qué va mal.",
    rigs: "Rigs",
    all_well: "Todos los rigs están bien",
    unreadable: "{panel} no se puede leer",
    stale: "{panel} muestra datos antiguos",
    offline: "Caído",
    not_mining: "Sin minar",
    gpu_down: "No funciona",
    overheating: "Sobrecalentamiento",
    fan_stopped: "Ventilador parado",
    throttled: "Limitación térmica",
    low_hash_rate: "Hashrate bajo",
    underheating: "Demasiado fría",
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
    problems: "Problemas",
    none: "Sin agrupar",
    temperature_limit: "Demasiado caliente por encima de",
    show: "Mostrar",
    charts: "Gráficos",
  },
  ru: {
    farm: "Майнинг-ферма",
    description: "Все риги и GPU ethOS: что они делают и что не так.",
    rigs: "Риги",
    all_well: "Все риги в порядке",
    unreadable: "{panel}: панель недоступна",
    stale: "{panel}: данные устарели",
    offline: "Не в сети",
    not_mining: "Не майнит",
    gpu_down: "Не работает",
    overheating: "Перегрев",
    fan_stopped: "Вентилятор остановился",
    throttled: "Троттлинг",
    low_hash_rate: "Низкий хешрейт",
    underheating: "Слишком холодно",
    sensor_fault: "Датчик отказал",
    unknown_condition: "Неизвестное состояние",
    limit: "предел {value}",
    usual: "обычно {value}",
    since: "с {time}",
    more: "ещё {count}",
    history: "24 часа",
    activity: "Активность",
    details: "Подробности",
    upkeep: "Обслуживание",
    nowhere: "Без помещения",
    no_rigs: "Ригов пока нет",
    no_rigs_hint: "Они появятся здесь, как только их покажет панель.",
    panels: "Панели",
    panels_help: "Все панели, если ни одна не выбрана",
    group: "Группировка ригов",
    auto: "Автоматически",
    panel: "Панель",
    area: "Помещение",
    problem: "Проблема",
    problems: "Проблемы",
    none: "Не группировать",
    temperature_limit: "Перегрев выше",
    show: "Показывать",
    charts: "Графики",
  },
  "zh-Hans": {
    farm: "矿场",
    description: "所有 ethOS 矿机和显卡：运行情况与异常。",
    rigs: "矿机",
    all_well: "所有矿机运行正常",
    unreadable: "无法读取{panel}",
    stale: "{panel}的数据已过时",
    offline: "离线",
    not_mining: "未挖矿",
    gpu_down: "不工作",
    overheating: "过热",
    fan_stopped: "风扇停转",
    throttled: "过热降频",
    low_hash_rate: "算力偏低",
    underheating: "温度过低",
    sensor_fault: "传感器故障",
    unknown_condition: "未知状态",
    limit: "阈值 {value}",
    usual: "通常 {value}",
    since: "自 {time}",
    more: "另有 {count} 项",
    history: "24 小时",
    activity: "活动",
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
    problem: "异常",
    problems: "异常",
    none: "不分组",
    temperature_limit: "温度过高阈值",
    show: "显示",
    charts: "图表",
  },
};

/** @param {string} language @returns {Record<string, string>} */
export function textsOf(language) {
  const [base] = language.split("-");
  return TEXTS[language] ?? TEXTS[base === "zh" ? "zh-Hans" : base] ?? TEXTS.en;
}

/**
 * Say something in the user's language.
 * @param {Hass} hass
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(hass, key, values = {}) {
  const text = textsOf(hass.locale.language)[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** Keep a name from being read as HTML, Markdown or a template. @param {unknown} text */
export function plain(text) {
  return String(text).replace(/[^\p{L}\p{N} ,°:%/]/gu, (sign) => `&#${sign.codePointAt(0)};`);
}

/**
 * The languages that write numbers as a user may choose, whatever his own is.
 * @type {Record<string, string | undefined>}
 */
const NUMBERS = {
  comma_decimal: "en",
  decimal_comma: "de",
  space_comma: "fr",
  quote_decimal: "de-CH",
  none: "en",
  system: undefined,
};

/** @param {Hass} hass @param {number} value @param {string} [unit] */
export function quantity(hass, value, unit) {
  const { language, number_format: format = "language" } = hass.locale;
  const number = new Intl.NumberFormat(format in NUMBERS ? NUMBERS[format] : language, {
    maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0,
    useGrouping: format === "none" ? false : undefined,
  }).format(value);
  return unit ? `${number} ${unit}` : number;
}

/** Tell a time of today by the clock, and another with its day. @param {Hass} hass @param {string} iso */
export function moment(hass, iso) {
  const { language, time_format: format, time_zone: zone } = hass.locale;
  /** @type {Intl.DateTimeFormatOptions} */
  const options = {
    timeZone: zone === "server" ? hass.config.time_zone : undefined,
    // Of hour12 many browsers make 24:05, or 0:05 AM.
    hourCycle: format === "12" ? "h12" : format === "24" ? "h23" : undefined,
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
