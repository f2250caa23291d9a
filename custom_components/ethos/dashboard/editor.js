/**
 * The form with which a user sets the dashboard.
 *
 * @import {Config, Hass} from "./farm.js"
 */
import { DOMAIN } from "./farm.js";
import { TEMPERATURE_LIMIT } from "./gpus.js";
import { say } from "./texts.js";

const SHOWN = ["charts", "activity"];

export class EthosDashboardEditor extends HTMLElement {
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
