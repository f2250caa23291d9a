/** A Home Assistant as the frontend knows it, with farms of any size. */

/** @type {Map<string, any>} */
export const elements = new Map();
globalThis.HTMLElement ??= class {};
globalThis.customElements ??= { define: (name, element) => elements.set(name, element) };
globalThis.window ??= globalThis;
globalThis.document ??= { documentElement: { lang: "en" } };

await import("../../custom_components/ethos/dashboard/ethos-dashboard.js");

const RIG = {
  "sensor.hash_rate": ["180.5", { unit_of_measurement: "MH/s" }],
  "sensor.condition": ["mining", {}],
  "sensor.hottest": ["70", { unit_of_measurement: "°C" }],
  "sensor.alive_gpus": ["2", {}],
  "sensor.power": ["800", { device_class: "power" }, null],
  "sensor.booted_at": ["2026-11-24T00:00:00+00:00", {}, "booted_at", "diagnostic"],
  "binary_sensor.connectivity": ["on", { device_class: "connectivity" }, null],
  "binary_sensor.mining": ["on", {}],
  "binary_sensor.problem": ["off", { problems: [] }],
  "binary_sensor.overheating": ["off", {}],
  "event.activity": ["2026-11-24T00:00:00+00:00", {}],
  "switch.maintenance": ["off", {}],
};
const GPU = {
  "sensor.hash_rate": ["30.1", { unit_of_measurement: "MH/s" }],
  "sensor.temperature": ["65", { device_class: "temperature", unit_of_measurement: "°C" }, null],
  "sensor.fan_duty": ["60", { unit_of_measurement: "%" }],
  "sensor.power": ["120", { device_class: "power", unit_of_measurement: "W" }, null],
  "binary_sensor.problem": ["off", { problems: [] }],
};
const PANEL = {
  "sensor.hash_rate": ["1805", { unit_of_measurement: "MH/s" }],
  "sensor.power": ["8000", { device_class: "power" }, null],
  "sensor.hottest": ["75", {}],
  "sensor.average_temperature": ["65", {}],
  "sensor.rigs_online": ["10", {}],
  "sensor.alive_gpus": ["20", {}],
  "sensor.total_gpus": ["80", {}],
  "sensor.rigs_with_problems": ["0", {}],
  "binary_sensor.connectivity": ["on", { device_class: "connectivity" }, null],
  "binary_sensor.stale_data": ["off", {}],
  "event.activity": ["2026-11-24T00:00:00+00:00", {}],
};

export class Home {
  /** @param {string} [language] */
  constructor(language = "en") {
    this.hass = {
      states: {},
      entities: {},
      devices: {},
      areas: {},
      config: { state: "RUNNING", time_zone: "UTC" },
      locale: { language, time_format: "24", time_zone: "server" },
      localize: () => "",
      formatEntityName: (state) => state.attributes.friendly_name,
    };
  }

  /** Add a panel with so many rigs of so many GPUs. */
  panel(rigs, { id = "panel", gpus = 2, name = "Farm" } = {}) {
    this.device(id, name, { entry_type: "service" }, PANEL);
    for (let number = 1; number <= rigs; number++) this.rig(id, number, gpus);
    return this;
  }

  rig(panel, number, gpus = 2, name = `Shelf ${number}`) {
    const id = `${panel}_rig${number}`;
    this.device(id, name, { via_device_id: panel }, RIG);
    for (let index = 0; index < gpus; index++) {
      this.device(`${id}_gpu${index}`, `GPU ${index}`, { parent_device_id: id }, GPU);
    }
    return id;
  }

  device(id, name, more, entities) {
    const device = { id, name, identifiers: [["ethos", id]], ...more };
    this.hass.devices = { ...this.hass.devices, [id]: device };
    for (const [key, [state, attributes, translation, category]] of Object.entries(entities)) {
      const entity = this.entity(id, key);
      const [domain, what] = key.split(".");
      this.hass.entities[entity] = {
        entity_id: entity,
        platform: "ethos",
        device_id: id,
        translation_key: translation === null ? undefined : what,
        entity_category: category,
      };
      this.hass.states[entity] = {
        entity_id: entity,
        state,
        attributes: { friendly_name: what, domain, ...attributes },
      };
    }
    this.hass.entities = { ...this.hass.entities };
  }

  entity(device, key) {
    const [domain, what] = key.split(".");
    return `${domain}.${device}_${what}`.toLowerCase();
  }

  /** Change a state, as the frontend does: with a new object of it and of all. */
  set(device, key, state, attributes = {}) {
    const entity = this.entity(device, key);
    const before = this.hass.states[entity];
    const after = { ...before, state, attributes: { ...before.attributes, ...attributes } };
    const hass = { ...this.hass, states: { ...this.hass.states, [entity]: after } };
    const old = this.hass;
    this.hass = hass;
    return old;
  }

  /** Remove an entity from the registry, as disabling it does. */
  disable(device, key) {
    const entity = this.entity(device, key);
    const { [entity]: _entry, ...entities } = this.hass.entities;
    const { [entity]: _state, ...states } = this.hass.states;
    const old = this.hass;
    this.hass = { ...this.hass, entities, states };
    return old;
  }

  problem(device, ...problems) {
    return this.set(device, "binary_sensor.problem", "on", { problems });
  }

  /** Let a strategy generate, and all that it leaves to others. */
  async generate(kind, config = {}, type = "dashboard") {
    return elements.get(`ll-strategy-${type}-${kind}`).generate(config, this.hass);
  }

  async dashboard(config = {}) {
    return this.generate("ethos", { type: "custom:ethos", ...config });
  }

  /** Return a view with all its sections. */
  async view(view) {
    const { strategy, ...base } = view;
    const made = await this.generate(strategy.type.slice(7), strategy, "view");
    const sections = await Promise.all((made.sections ?? []).map((it) => this.section(it)));
    return { ...base, ...made, sections };
  }

  async section(section) {
    if (!section.strategy) return section;
    const { strategy, ...base } = section;
    return { ...base, ...(await this.generate(strategy.type.slice(7), strategy, "section")) };
  }

  async overview(config = {}) {
    const { views } = await this.dashboard(config);
    return this.view(views[0]);
  }

  async rigView(id, config = {}) {
    const { views } = await this.dashboard(config);
    return this.view(views.find((view) => view.path === `rig-${id}`));
  }

  changed(kind, config, before) {
    const element = elements.get(`ll-strategy-section-${kind}`);
    return element.shouldRegenerate(config, before, this.hass);
  }
}

/** Return all cards of a view. */
export function cards(view) {
  return view.sections.flatMap((section) => section.cards ?? []);
}

/** Return every entity that a card names, wherever it does. */
export function named(value) {
  if (Array.isArray(value)) return value.flatMap(named);
  if (typeof value === "string") {
    return /^(binary_sensor|button|event|sensor|switch|update)\.\w+$/.test(value) ? [value] : [];
  }
  return value && typeof value === "object" ? Object.values(value).flatMap(named) : [];
}

/** Return the tile or icon that leads to a rig. */
export function faceOf(view, rig) {
  const faces = cards(view).flatMap((card) => [card, ...(card.entities ?? [])]);
  return faces.find((card) => card.tap_action?.navigation_path === `rig-${rig}`);
}

/** Return what is said to be wrong. */
export function said(view) {
  const text = cards(view).find((card) => card.type === "markdown")?.content ?? "";
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code));
}
