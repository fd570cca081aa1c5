"use strict";
// Reading charts off: a line that follows the pointer and the arrow keys, zoom, and legends that show and hide.
// No density is computed here: what is shown are numbers of the page.
const mix1d = (() => {
  const numbers = JSON.parse(document.getElementById("mix1d-numbers").textContent);
  const SIDE = 1000, CLOSEST = 1 / 64, SPACE = "http://www.w3.org/2000/svg";
  const charts = {};
  document.documentElement.classList.add("js");

  const clamp = (x, low, high) => Math.min(Math.max(x, low), high);
  const percent = (share) => `${(100 * share).toFixed(3)}%`;
  const exponent = (x) => (x ? Number(Math.abs(x).toExponential().split("e")[1]) : 0);

  function element(name, attributes = {}, ...children) {
    const found = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
    found.append(...children);
    return found;
  }

  function drawn(name, attributes, text = "") {
    const found = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
    found.textContent = text;
    return found;
  }

  // Round ticks, as many as have room in so many pixels.
  function fitting(low, high, wide) {
    for (let most = 12; most > 1; most--) {
      const found = ticks(low, high, most);
      if (found.length * (7.5 * Math.max(...found.map(([, label]) => label.length)) + 22) <= wide) return found;
    }
    return ticks(low, high, 1);
  }

  // Round ticks with as many digits as tell them apart.
  function ticks(low, high, most) {
    const power = exponent((high - low) / most);
    const step = [1, 2, 5, 10].map((factor) => Number(`${factor}e${power}`)).find((size) => (high - low) / size <= most);
    const large = Math.max(Math.abs(low), Math.abs(high)), found = [];
    const plain = large < 1e7 && step >= 1e-4, last = exponent(step);
    for (let i = Math.ceil(low / step); i * step <= high; i++) {
      const label = plain ? (i * step).toFixed(clamp(-last, 0, 20)) : i ? (i * step).toExponential(clamp(exponent(large) - last, 0, 15)) : "0";
      found.push([i * step, label.replace(/^-(0(\.0*)?)$/, "$1")]);
    }
    return found;
  }

  const short = (x) => (x === 0 ? "0" : Math.abs(x) < 1e-4 || Math.abs(x) >= 1e7 ? x.toExponential(2) : String(Number(x.toPrecision(3))));
  const near = (x, scale) => String(Number(x.toPrecision(clamp(exponent(x) - exponent(scale) + 1, 1, 15))));
  const share = (x) => (x > 0 && x < 0.1 ? "< 0.1" : x < 100 && x > 99.9 ? "> 99.9" : x.toFixed(1));

  function nearest(places, x) {
    let low = 0, high = places.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (places[middle] <= x) low = middle;
      else high = middle;
    }
    return x - places[low] < places[high] - x ? low : high;
  }

  // What all charts share: a cursor over the drawing, which is a slider for those who cannot point.
  function cursor(plot, label) {
    const parts = {
      line: element("div", { class: "cross" }),
      range: element("div", { class: "range" }),
      dots: element("div"),
      box: element("div", { class: "box" }),
      slider: element("div", { class: "cursor", tabindex: 0, role: "slider", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0 }),
    };
    parts.slider.append(parts.line, parts.range, parts.dots, parts.box);
    plot.append(parts.slider);
    parts.hide = () => parts.slider.classList.remove("on");
    parts.show = (u, v, text) => {
      parts.slider.classList.add("on");
      parts.slider.classList.toggle("left", u > 0.5);
      parts.line.style.left = percent(u);
      parts.box.style.left = percent(u);
      parts.box.style.top = v === null ? "0" : percent(clamp(v, 0, 0.7));
      parts.slider.setAttribute("aria-valuenow", Math.round(100 * u));
      parts.slider.setAttribute("aria-valuetext", text);
    };
    parts.slider.addEventListener("pointerleave", () => document.activeElement === parts.slider || parts.hide());
    parts.slider.addEventListener("blur", parts.hide);
    parts.at = (event) => {
      const box = parts.slider.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, box];
    };
    return parts;
  }

  const KEYS = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 };

  function points(plot, data) {
    const parts = cursor(plot, "Points of the chart: arrow keys go from one to the next");
    let chosen = -1;
    const hidden = new Set();
    function show(i) {
      chosen = i;
      const [u, v, told] = data.points[i];
      const words = data.say?.replace(/{(\d)}/g, (_, j) => told[j]) ?? told;
      parts.box.textContent = words;
      parts.dots.replaceChildren(element("i", { class: "ring", style: `left:${percent(u)};top:${percent(v)}` }));
      parts.show(u, v, words);
    }
    function closest(event) {
      const [u, v, box] = parts.at(event);
      const away = data.points.map(([a, b, , part]) => (hidden.has(part) ? Infinity : Math.hypot((a - u) * box.width, (b - v) * box.height)));
      return away.indexOf(Math.min(...away));
    }
    parts.slider.addEventListener("pointermove", (event) => show(closest(event)));
    parts.slider.addEventListener("click", (event) => {
      const row = data.points[closest(event)][4];
      if (row >= 0) document.querySelectorAll("#tried input")[row]?.click();
    });
    parts.slider.addEventListener("keydown", (event) => {
      const shown = data.points.map((_, i) => i).filter((i) => !hidden.has(data.points[i][3]));
      const here = shown.indexOf(chosen), last = shown.length - 1;
      const to = event.key in KEYS ? clamp(here + KEYS[event.key], 0, last) : { Home: 0, End: last }[event.key];
      if (event.key === "Escape") parts.hide();
      if (to === undefined) return;
      event.preventDefault();
      show(shown[to]);
    });
    return { data, toggle: (part, on) => (on ? hidden.delete(part) : hidden.add(part)) };
  }

  // Numbers as they are read off: places in a million of the width, shares in a thousand, heights in a unit.
  function opened(data, [low, high]) {
    const at = unpacked(data.at, 4).map((i) => low + (i / 1e6) * (high - low)), n = at.length;
    const total = data.unit ? unpacked(data.total, 3, n).map((y) => y * data.unit) : data.total;
    const heights = ([zeros, ys]) => (data.unit ? unpacked([zeros, ys], 3, n).map((y) => y * data.unit) : at.map((_, i) => ys[i - zeros] ?? 0));
    const shares = data.shares.map((ys) => unpacked(ys, 2, n).map((y) => y / 10));
    return { ...data, at, total, components: data.components.map(heights), shares };
  }

  // Zeros, and then numbers to the base 36, of so many digits each.
  function unpacked([zeros, text], width, n = zeros + text.length / width) {
    return Array.from({ length: n }, (_, i) => parseInt(text.slice((i - zeros) * width, (i - zeros + 1) * width) || "0", 36) * (i >= zeros));
  }

  function density(plot, given) {
    const { label, x, edges, bars, bins } = given.fits ? numbers.charts.picture : given;
    const data = { ...given, label, x, edges, bars, bins, ...opened(given.fits?.[given.shown] ?? given, x) };
    const svg = plot.querySelector("svg.drawing"), shapes = svg.querySelector("svg.shapes");
    const parts = cursor(plot, `Place in the picture of ${data.label}: arrow keys move it, plus and minus zoom, 0 shows everything`);
    const chart = { data, zoom, whole: () => view(0, 1), use };
    let from = 0, to = 1, height = 1, fine = false, chosen = -1, start = null;

    const along = (x) => (x - data.x[0]) / (data.x[1] - data.x[0]);
    const place = (u) => data.x[0] + (from + u * (to - from)) * (data.x[1] - data.x[0]);
    const seen = (x) => (along(x) - from) / (to - from);
    const lift = (y) => 1 - y / (height * data.y[1]);
    const path = (ys) => "M" + data.at.map((x, i) => `${+(SIDE * along(x)).toFixed(3)} ${+(SIDE * (1 - Math.min(ys[i] / data.y[1], 2))).toPrecision(7)}`).join("L");

    // Curves as smooth as the numbers of the page are: the drawing that came with it has fewer points.
    function refine() {
      fine = true;
      for (const [name, ys] of curves()) svg.querySelector(`path[data-part="${name}"]`)?.setAttribute("d", path(ys));
    }
    const curves = () => (data.components.length ? [["sum", data.total], ...data.names.map((name, j) => [name, data.components[j]])] : [[data.names[0], data.total]]);

    function view(low, high) {
      const width = clamp(high - low, CLOSEST, 1);
      from = clamp(low, 0, 1 - width);
      to = from + width;
      if (width < 1 && !fine) refine();
      height = width < 1 ? tall() : 1;
      shapes.setAttribute("viewBox", `${SIDE * from} ${SIDE * (1 - height)} ${SIDE * width} ${SIDE * height}`);
      for (const one of svg.querySelectorAll("[data-x]")) move(one);
      axes();
      parts.hide();
      plot.classList.toggle("zoomed", width < 1);
    }

    function tall() {
      const inside = (x) => x >= place(0) && x <= place(1);
      const bars = data.bars.filter((_, i) => data.edges[i + 1] > place(0) && data.edges[i] < place(1));
      const most = Math.max(0, ...bars, ...data.total.filter((_, i) => inside(data.at[i])));
      return most > 0 ? clamp((1.08 * most) / data.y[1], 1e-6, 1) : 1;
    }

    function move(one) {
      const u = (Number(one.dataset.x) - from) / (to - from);
      if (one.tagName === "rect") {
        const end = clamp((Number(one.dataset.x2) - from) / (to - from), 0, 1), begin = clamp(u, 0, 1);
        one.setAttribute("x", percent(begin));
        one.setAttribute("width", percent(end - begin));
        return;
      }
      for (const name of one.tagName === "line" ? ["x1", "x2"] : ["x"]) one.setAttribute(name, percent(u));
      if (one.dataset.y) one.setAttribute("y", percent(clamp(1 - (1 - Number(one.dataset.y)) / height, 0.05, 1)));
      one.classList.toggle("beyond", u < 0 || u > 1);
    }

    function axes() {
      const wide = parts.slider.clientWidth, tall = parts.slider.clientHeight;
      const across = fitting(place(0), place(1), wide).map(([x, label]) => {
        const tick = drawn("svg", { x: percent(seen(x)), y: "100%", overflow: "visible" });
        tick.append(drawn("path", { class: "axis", d: "M0 0L0 5" }), drawn("text", { y: 19, "text-anchor": "middle" }, label));
        return tick;
      });
      svg.querySelector(".x-axis").replaceChildren(...across);
      const up = ticks(0, height * data.y[1], clamp(Math.floor(tall / 55), 2, 6)).map(([y, label]) => {
        const tick = drawn("svg", { y: percent(lift(y)), overflow: "visible" });
        tick.append(drawn("line", { class: "grid", x1: 0, x2: "100%", y1: 0, y2: 0 }), drawn("text", { x: -8, y: 4, "text-anchor": "end" }, label));
        return tick;
      });
      svg.querySelector(".y-axis").replaceChildren(...up);
    }

    function zoom(factor, about = chosen >= 0 && parts.slider.classList.contains("on") ? seen(data.at[chosen]) : 0.5) {
      const at = from + about * (to - from), width = (to - from) / factor;
      view(at - about * width, at + (1 - about) * width);
    }

    function show(i) {
      chosen = i;
      const x = data.at[i], u = seen(x), where = near(x, (to - from) * (data.x[1] - data.x[0]) / 300);
      const bin = nearestBin(x), several = data.components.length > 0;
      const rows = data.names.map((name, j) => {
        const [look, dash] = data.looks[name], line = drawn("svg", { class: "swatch", viewBox: "0 0 28 10", "aria-hidden": "true" });
        line.append(drawn("path", { class: `line curve ${look}`, d: "M0 5H28", "stroke-dasharray": dash }));
        const cells = several ? [short(data.components[j][i]), `${share(data.shares[j][i])} %`] : [short(data.total[i])];
        return element("tr", {}, element("th", {}, line, ` ${name}`), ...cells.map((cell) => element("td", {}, cell)));
      });
      if (several) rows.push(element("tr", {}, element("th", {}, "sum"), element("td", {}, short(data.total[i])), element("td")));
      const head = element("tr", {}, element("td"), element("td", {}, "density"), ...(several ? [element("td", {}, "of values here")] : []));
      const more = bin ? [element("p", {}, bin)] : [];
      parts.box.replaceChildren(element("p", { class: "where" }, `${data.label} ${where}`), element("table", { role: "presentation" }, head, ...rows), ...more);
      const heights = several ? data.components.map((ys) => ys[i]) : [data.total[i]];
      parts.dots.replaceChildren(...heights.map((y, j) => element("i", { class: `dot ${data.looks[data.names[j]][0]}`, style: `left:${percent(u)};top:${percent(clamp(lift(y), 0, 1))}` })));
      const said = data.names.map((name, j) => (several ? `${name} ${share(data.shares[j][i])} %` : "")).filter(Boolean);
      parts.show(u, null, [`${data.label} ${where}`, `density ${short(data.total[i])}`, ...said, bin].filter(Boolean).join(", "));
    }

    function nearestBin(x) {
      const i = data.edges.findIndex((edge) => edge > x);
      return i > 0 ? data.bins[i - 1] : "";
    }

    function step(by) {
      const least = Math.abs(by) * 0.004 * (to - from), side = Math.sign(by);
      if (chosen < 0) return show(nearest(data.at, place(0.5)));
      let i = chosen;
      while (data.at[i + side] !== undefined && Math.abs(along(data.at[i]) - along(data.at[chosen])) < least) i += side;
      const u = along(data.at[i]);
      if (u < from || u > to) view(from + (u - clamp(u, from, to)), to + (u - clamp(u, from, to)));
      return show(i);
    }

    parts.slider.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" && event.button === 0) start = parts.at(event)[0];
      show(nearest(data.at, place(parts.at(event)[0])));
    });
    parts.slider.addEventListener("pointermove", (event) => {
      const [u] = parts.at(event);
      show(nearest(data.at, place(clamp(u, 0, 1))));
      if (start === null) return;
      parts.slider.setPointerCapture(event.pointerId);
      const [low, high] = [start, clamp(u, 0, 1)].sort((a, b) => a - b);
      Object.assign(parts.range.style, { left: percent(low), width: percent(high - low), display: "block" });
    });
    parts.slider.addEventListener("pointerup", (event) => {
      if (start === null) return;
      const [low, high] = [start, clamp(parts.at(event)[0], 0, 1)].sort((a, b) => a - b);
      start = null;
      parts.range.style.display = "none";
      if (high - low > 0.01) view(from + low * (to - from), from + high * (to - from));
    });
    parts.slider.addEventListener("pointercancel", () => {
      start = null;
      parts.range.style.display = "none";
    });
    parts.slider.addEventListener("dblclick", chart.whole);
    parts.slider.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls the page
      event.preventDefault();
      zoom(2 ** (-clamp(event.deltaY, -100, 100) / 150), parts.at(event)[0]);
    }, { passive: false });
    parts.slider.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const does = {
        "+": () => zoom(1.6), "=": () => zoom(1.6), "-": () => zoom(1 / 1.6), 0: chart.whole, Escape: parts.hide,
        Home: () => show(nearest(data.at, place(0))), End: () => show(nearest(data.at, place(1))),
      }[event.key] ?? (event.key in KEYS ? () => step(KEYS[event.key] * (event.shiftKey ? 10 : 1)) : null);
      if (!does) return;
      event.preventDefault();
      does();
    });

    const looks = (name) => (name === "sum" ? ["line sum", ""] : [`line curve ${data.looks[name][0]}`, data.looks[name][1]]);

    // Other curves over the same bars.
    function use(other, legend) {
      Object.assign(data, opened(other, data.x));
      for (const old of svg.querySelectorAll("[data-part]:not([data-part=bars])")) old.remove();
      for (const [name, ys] of curves()) {
        const [look, dash] = looks(name);
        shapes.append(drawn("path", { "data-part": name, class: look, d: path(ys), "stroke-dasharray": dash }));
        if (name === "sum") continue;
        const top = ys.indexOf(Math.max(...ys)), y = 1 - Math.min(ys[top] / data.y[1], 0.94);
        const letter = drawn("svg", { "data-part": name, "data-x": along(data.at[top]), "data-y": y, x: percent(along(data.at[top])), y: percent(y), overflow: "visible" });
        letter.append(drawn("text", { class: "letter", y: -6, "text-anchor": "middle" }, name));
        svg.append(letter);
      }
      const bars = svg.querySelector("[data-part=bars]");
      if (bars) bars.setAttribute("d", outline());
      fine = true;
      const first = legend.querySelector("[data-shows=bars]")?.closest("label");
      legend.replaceChildren(...(first ? [first] : []), ...data.labels.map((label, i) => item(data.names[i] ?? "sum", label, ...looks(data.names[i] ?? "sum"))));
      if (first) toggle(svg, "bars", first.querySelector("input").checked);
      view(from, to);
    }
    const outline = () => "M" + data.bars.flatMap((y, i) => [[data.edges[i], y], [data.edges[i + 1], y]]).map(([x, y]) => `${SIDE * along(x)} ${SIDE * (1 - y / data.y[1])}`).join("L") + `L${SIDE * along(data.edges.at(-1))} ${SIDE}L${SIDE * along(data.edges[0])} ${SIDE}Z`;

    axes();
    new ResizeObserver(axes).observe(parts.slider);
    return chart;
  }

  // An entry of a legend, as the page has them from the beginning.
  function item(part, label, look, dash) {
    const line = drawn("svg", { class: "swatch", viewBox: "0 0 28 10", "aria-hidden": "true" });
    line.append(drawn("path", { class: look, d: "M0 5H28", "stroke-dasharray": dash }));
    const box = element("input", { type: "checkbox", "data-shows": part });
    box.checked = true;
    return element("label", {}, box, " ", line, ` ${label}`);
  }

  function toggle(svg, part, on) {
    for (const one of svg.querySelectorAll(`[data-part="${part}"]`)) {
      one.classList.toggle("off", !on);
      for (const mark of one.querySelectorAll(".off")) mark.classList.remove("off");
    }
  }

  for (const plot of document.querySelectorAll(".plot[data-chart]")) {
    const data = numbers.charts[plot.dataset.chart];
    charts[plot.dataset.chart] = (data.kind === "density" ? density : points)(plot, data);
  }

  document.addEventListener("change", ({ target }) => {
    const part = target.dataset?.shows, name = target.closest(".legend")?.dataset.for;
    if (!part) return;
    toggle(document.getElementById(`${name}-plot`), part, target.checked);
    charts[name].toggle?.(part, target.checked);
  });
  // A browser may bring back what was ticked before the page was loaded again.
  for (const box of document.querySelectorAll(".legend input")) box.checked = box.defaultChecked;

  document.addEventListener("click", ({ target }) => {
    const name = target.closest?.(".tools")?.dataset.for, chart = charts[name];
    ({ closer: () => chart.zoom(1.6), farther: () => chart.zoom(1 / 1.6), whole: () => chart.whole() })[target.dataset?.do]?.();
  });

  for (const [name, chart] of Object.entries(charts)) {
    for (const [, , , part] of chart.data.points ?? []) {
      const box = document.querySelector(`.legend[data-for="${name}"] [data-shows="${part}"]`);
      if (box && !box.checked) chart.toggle(part, false);
    }
  }
  return { numbers, charts, ticks };
})();
