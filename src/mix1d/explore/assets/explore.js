// What the page does by itself: sends choices one at a time, shows answers that still belong to the choice, and
// plays plain EM.
(() => {
  "use strict";

  const same = () => window.dash_clientside.no_update;
  const triggered = () => window.dash_clientside.callback_context.triggered.map((t) => t.prop_id);

  const LONGEST = 120000; // milliseconds after which an answer is no longer waited for
  const PAUSE = 120; // milliseconds without a change before what takes longer is asked for

  // Sends a value to the server when the answers to the one before are there; of those that wait only the last.
  // What waits is no callback: Dash would hold back everything that comes after it.
  class Gate {
    constructor(store, answers, pause) {
      Object.assign(this, { store, answers, pause, missing: 0, until: 0, next: null, timer: 0 });
    }
    want(value) {
      this.next = value;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), this.pause);
    }
    send() {
      if (this.next === null || (this.missing > 0 && Date.now() < this.until)) return;
      const data = this.next;
      this.next = null;
      this.missing = this.answers;
      this.until = Date.now() + LONGEST;
      window.dash_clientside.set_props(this.store, { data });
    }
    answered() {
      this.missing = Math.max(0, this.missing - 1);
      if (this.missing === 0) this.send();
    }
  }

  // The two numbers of the range have no label of their own.
  function label() {
    for (const [end, words] of [
      ["min", "Smallest value kept"],
      ["max", "Largest value kept"],
    ]) {
      document.querySelector(`.dash-range-slider-${end}-input`)?.setAttribute("aria-label", words);
    }
  }

  const fits = new Gate("choices", 1, 0);
  const details = new Gate("settled", 2, PAUSE);
  let serial = 0;

  function choose(column, transform, components, sds, family, range, outside, missing, lowest, highest) {
    label();
    const [low, high] = range || [lowest, highest];
    const narrower = low > lowest || high < highest;
    window.dash_clientside.set_props("outside-field", { hidden: !narrower });
    serial += 1;
    fits.want({
      serial,
      column,
      transform,
      components: components || null,
      sds,
      family: family || "normal",
      low: low > lowest ? low : null,
      high: high < highest ? high : null,
      drop: (missing || []).includes("drop"),
      cut: narrower && outside === "cut",
    });
  }

  function settle(shown) {
    fits.answered();
    if (shown && shown.choice) details.want(shown);
  }

  function detail(found, shown) {
    details.answered();
    if (!found || !shown || found.serial !== shown.serial) return [same(), same(), same()];
    return [found.figure, found.table, found.words];
  }

  let answered = -1; // the last choice whose playback has arrived

  function watch(played, shown) {
    if (played && triggered().includes("played.data") && played.serial !== answered) {
      answered = played.serial;
      details.answered();
    }
    if (!shown || !shown.choice) return [same(), same()];
    if (!played || played.serial !== shown.serial) return [same(), "Running plain EM …"];
    return [played.page, ""];
  }

  // The frame is as high as what it holds, however wide the page is.
  document.addEventListener("load", ({ target }) => {
    if (target.id !== "em") return;
    const { body, documentElement } = target.contentDocument;
    documentElement.style.overflow = "hidden"; // a scroll bar makes it narrower, hence higher, hence needed
    const fit = () => (target.style.height = `${Math.ceil(body.getBoundingClientRect().height) + 2}px`);
    new target.contentWindow.ResizeObserver(fit).observe(body);
    fit();
  }, true);

  async function copy(_python, _shell, python, shell) {
    const text = triggered().includes("copy-shell.n_clicks") ? shell : python;
    try {
      await navigator.clipboard.writeText(text);
      return "Copied.";
    } catch {
      return "The browser does not allow copying: select the text instead.";
    }
  }

  window.dash_clientside = { ...window.dash_clientside, mix1d: { choose, settle, detail, watch, copy } };
})();
