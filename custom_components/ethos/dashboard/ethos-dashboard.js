/**
 * A dashboard for mining farms that builds itself from what Home Assistant knows of
 * them, made of Home Assistant's own cards.
 *
 * @import {Config, Hass} from "./farm.js"
 */
import { EthosDashboardEditor } from "./editor.js";
import { DOMAIN, farmChanged } from "./farm.js";
import { gpusSection, gpusWatch } from "./gpus.js";
import { problemsSection, problemsWatch } from "./problems.js";
import { rigsSection, rigsWatch } from "./rigs.js";
import { say, textsOf } from "./texts.js";
import { rigTotalsSection, rigTotalsWatch, totalsSection, totalsWatch } from "./totals.js";
import { upkeepSection, upkeepWatch } from "./upkeep.js";
import { dashboard, groupView, overview, rigView } from "./views.js";

const DOCUMENTATION = "https://github.com/ethos-home-assistant/ethos/blob/main/docs/dashboard.md";

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
      await new Promise((resolve) => setTimeout(() => resolve(null)));
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
        // Those that are gone will be gone from the registry in a moment.
        ids.every((id) => now.states[id]) &&
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

customElements.define("ll-strategy-dashboard-ethos", EthosDashboard);
customElements.define("ll-strategy-view-ethos-overview", strategy(overview));
customElements.define("ll-strategy-view-ethos-group", strategy(groupView));
customElements.define("ll-strategy-view-ethos-rig", strategy(rigView));
customElements.define(
  "ll-strategy-section-ethos-totals",
  sectionStrategy(totalsSection, totalsWatch),
);
customElements.define(
  "ll-strategy-section-ethos-problems",
  sectionStrategy(problemsSection, problemsWatch),
);
customElements.define("ll-strategy-section-ethos-rigs", sectionStrategy(rigsSection, rigsWatch));
customElements.define("ll-strategy-section-ethos-gpus", sectionStrategy(gpusSection, gpusWatch));
customElements.define(
  "ll-strategy-section-ethos-rig-totals",
  sectionStrategy(rigTotalsSection, rigTotalsWatch),
);
customElements.define(
  "ll-strategy-section-ethos-upkeep",
  sectionStrategy(upkeepSection, upkeepWatch),
);
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
