// Plain EM in half steps: who owns the bars (E-step), the curves move there (M-step). Frames come with the page;
// only starts by hand, and more random ones than came with it, are run here.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const HEIGHT = 1000, WHOLE = 250, PLACES = 10000; // the whole numbers that frames are made of
  const FLAT = 3; // of the height, below which a curve is not drawn
  const STILL = 0.004, MOST_FRAMES = 40, MOST_STEPS = 1000, RISE = 1e-10; // of a run by hand
  const LOWEST = -6; // power of ten, the upper edge of the small pictures
  const ENDS = ["#009E73", "#D55E00", "#AA4499", "#B8860B"], LATER = "#888888"; // by height, the first the highest
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function make(parent, name, attributes = {}, text = null) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== null) node.textContent = text;
    parent.append(node);
    return node;
  }

  // ---- runs

  function unpacked(text, size, alphabet) {
    const digits = new Map([...alphabet].map((sign, i) => [sign, i])), base = alphabet.length;
    const frames = [];
    let now = new Float64Array(size), at = 0;
    for (let i = 0; i < text.length; ) {
      let z = digits.get(text[i++]);
      if (z === base - 1) z = digits.get(text[i++]) * base + digits.get(text[i++]);
      now[at++] += z % 2 ? -(z + 1) / 2 : z / 2;
      if (at === size) {
        frames.push(now);
        now = now.slice();
        at = 0;
      }
    }
    return frames;
  }

  // What is one of the most iterations between which nothing moves farther than a length.
  function greedy(curves, length) {
    const kept = [0];
    for (let now = 0; now < curves.length - 1; kept.push(now)) {
      let ahead = now + 1;
      while (ahead < curves.length && farthest(curves[now], curves[ahead]) <= length) ahead++;
      now = Math.max(ahead - 1, now + 1);
    }
    return kept;
  }

  function farthest(a, b) {
    let most = 0;
    for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
    return most / HEIGHT;
  }

  function spaced(curves) {
    let low = STILL, high = 1, best = greedy(curves, low);
    if (best.length <= MOST_FRAMES) return best;
    best = greedy(curves, high);
    for (let i = 0; i < 12; i++) {
      const middle = Math.sqrt(low * high), kept = greedy(curves, middle);
      if (kept.length <= MOST_FRAMES) [best, high] = [kept, middle];
      else low = middle;
    }
    return best;
  }

  const bell = (x, m, s) => Math.exp(-0.5 * ((x - m) / s) ** 2) / (s * Math.sqrt(2 * Math.PI));

  // Plain EM of normals on the values of the page, which lie between 0 and 1.
  function byHand(hand, means) {
    const { values, weights, floor, equal } = hand, k = means.length, n = weights.reduce((a, b) => a + b, 0);
    let now = { p: means.map(() => 1 / k), m: [...means], s: means.map(() => Math.max(hand.sd / k, floor)) };
    const steps = [];
    for (let last = -Infinity; ; ) {
      const count = means.map(() => 0), first = means.map(() => 0);
      const shares = [];
      let height = 0;
      values.forEach((x, i) => {
        const logs = now.p.map((p, j) => Math.log(p) - 0.5 * ((x - now.m[j]) / now.s[j]) ** 2 - Math.log(now.s[j]));
        const top = Math.max(...logs), parts = logs.map((l) => Math.exp(l - top));
        const sum = parts.reduce((a, b) => a + b, 0);
        height += weights[i] * (top + Math.log(sum) - 0.5 * Math.log(2 * Math.PI));
        shares.push(parts.map((part) => part / sum));
        shares[i].forEach((r, j) => {
          count[j] += weights[i] * r;
          first[j] += weights[i] * r * x;
        });
      });
      steps.push({ ...now, height, shares });
      if (height - last < RISE || steps.length > MOST_STEPS) return steps;
      last = height;
      const m = first.map((sum, j) => (count[j] > 0 ? sum / count[j] : now.m[j])), squares = means.map(() => 0);
      values.forEach((x, i) => shares[i].forEach((r, j) => (squares[j] += weights[i] * r * (x - m[j]) ** 2)));
      const s = squares.map((sum, j) => Math.max(count[j] > 0 ? Math.sqrt(sum / count[j]) : now.s[j], floor));
      const common = Math.max(Math.sqrt(squares.reduce((a, b) => a + b, 0) / n), floor);
      now = { p: count.map((c) => c / n), m, s: equal ? s.map(() => common) : s };
    }
  }

  function written(x, scale) {
    const size = Math.abs(x);
    if (size >= 1e7 || (size > 0 && size < 1e-4)) return x.toExponential(4);
    return x.toFixed(Math.min(Math.max(3 - Math.floor(Math.log10(scale)), 0), 12)).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  }

  const nats = (x) => (x < 5e-5 ? "0" : String(Number(x.toPrecision(x >= 1 ? 3 : 2))));

  // ---- one playback

  function start(root) {
    const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    const { k, hand } = data, bars = data.heights.length;
    const find = (name) => root.querySelector(`.${name}`);
    const slider = find("slider"), playing = find("play"), speed = find("speed"), now = find("now");
    const main = find("main"), climb = find("climb"), race = find("race");
    const runs = data.runs.map((run) => opened(run));
    let run = runs[0], place = 0, timer = null, frame = 0, shown = null, width = 0, dragged = null, random = 0;

    function opened(raw) {
      const m = raw.x.length, size = k * m + (k - 1) * bars;
      const frames = unpacked(raw.frames, size, data.alphabet).map((all) => ({ y: all.slice(0, k * m), s: all.slice(k * m) }));
      return { ...raw, frames };
    }

    const last = () => 2 * run.frames.length - 1;
    const curveOf = (p) => p >> 1;
    const shareOf = (p) => Math.max(0, (p - 1) >> 1);

    function wanted(p) {
      const curve = run.frames[curveOf(p)], share = run.frames[shareOf(p)];
      return { y: curve.y, s: share.s, tint: p === 0 ? 0 : 1, means: run.means[curveOf(p)] };
    }

    const mixed = (a, b, t) => a.map((one, i) => one + (b[i] - one) * t);

    function go(p, { still = false } = {}) {
      place = Math.min(Math.max(p, 0), last());
      const goal = wanted(place), from = shown;
      slider.max = last();
      slider.value = place;
      say();
      small();
      cancelAnimationFrame(frame);
      if (still || calm || document.hidden || !from || from.y.length !== goal.y.length) {
        shown = goal;
        return paint();
      }
      const begin = performance.now(), takes = Math.min(450, 0.75 * pause());
      const move = (time) => {
        const t = Math.min(1, Math.max(0, (time - begin) / takes)), e = t * t * (3 - 2 * t);
        shown = t >= 1 ? goal : { y: mixed(from.y, goal.y, e), s: mixed(from.s, goal.s, e), tint: from.tint + (goal.tint - from.tint) * e, means: mixed(from.means, goal.means, e) };
        paint();
        if (t < 1) frame = requestAnimationFrame(move);
      };
      frame = requestAnimationFrame(move);
      return undefined;
    }

    const pause = () => Math.min(Math.max(24000 / last(), 280), 800) / Number(speed.value);

    function stop() {
      clearTimeout(timer);
      timer = null;
      playing.textContent = "Play";
      now.setAttribute("aria-live", "polite");
    }

    function play() {
      if (place >= last()) go(0, { still: true });
      playing.textContent = "Pause";
      now.setAttribute("aria-live", "off");
      const next = () => {
        go(place + 1);
        if (place >= last()) stop();
        else timer = setTimeout(next, pause());
      };
      timer = setTimeout(next, place === 0 ? 500 : 60);
    }

    function take(other, then = 0) {
      stop();
      run = other;
      shown = null;
      go(then, { still: true });
      root.querySelectorAll(".start").forEach((button) => {
        const kind = button.dataset.start, is = runs.indexOf(run);
        const on = kind === "hand" ? is < 0 && !run.random : kind === "random" ? run.random : Number(kind) === is;
        button.setAttribute("aria-pressed", String(on));
      });
    }

    // ---- words and numbers

    function say() {
      const i = curveOf(place), t = run.at[i], of = run.at[Math.max(i - 1, 0)];
      const estep = place % 2 === 1, end = place === last();
      const several = t - of > 1 ? ` Iterations ${of + 1} to ${t} in one go: each moves less than can be seen.` : "";
      const words = !estep
        ? place === 0
          ? ["Start", `${run.name}. Nothing is known yet of whose the values are.`]
          : ["M-step", `each curve takes the share, the mean and the sd of what it owns.${several}`]
        : end
          ? ["The end", run.finished ? "the log-likelihood no longer rises: each curve fits what it owns." : "stopped while the log-likelihood was still rising."]
          : ["E-step", "each bar is divided among the curves by their heights there."];
      now.replaceChildren(Object.assign(document.createElement("b"), { textContent: `${words[0]}: ` }), words[1]);
      find("iteration").textContent = `Iteration ${t} of ${run.last}`;
      find("height").textContent = `log-likelihood ${run.heights[i]}`;
      find("below").textContent = run.below[i] === "0" ? `at ${data.top}` : `${run.below[i]} below ${data.top}`;
      slider.setAttribute("aria-valuetext", `${words[0]}, iteration ${t} of ${run.last}`);
      root.querySelectorAll("tbody tr").forEach((row, j) => row.querySelectorAll("td").forEach((cell, c) => (cell.textContent = run.cells[i][j][c])));
    }

    // ---- the picture

    const SIDE = 10, ABOVE = 14, BELOW = 50;
    const tall = () => (width < 520 ? 210 : 280);
    const px = (at) => SIDE + (at / PLACES) * (width - 2 * SIDE);
    const py = (height) => ABOVE + (1 - height / HEIGHT) * tall();
    let parts = null;

    function lay() {
      width = Math.max(main.parentNode.clientWidth, 240);
      main.replaceChildren();
      main.setAttribute("viewBox", `0 0 ${width} ${ABOVE + tall() + BELOW}`);
      const floor = py(0);
      const grey = make(main, "path", { d: boxes(() => [0, WHOLE]), fill: "var(--em-bar)" });
      const owned = data.colours.map((fill) => make(main, "path", { fill, "fill-opacity": 0.55, class: "owned" }));
      const sum = make(main, "path", { fill: "none", stroke: "currentColor", "stroke-opacity": 0.7, class: "sum" });
      const curves = data.colours.map((stroke, j) => make(main, "path", { fill: "none", stroke, "stroke-width": 2.6, "stroke-linejoin": "round", "stroke-dasharray": data.dashes[j], class: "curve" }));
      const letters = data.letters.map((name) => make(main, "text", { "text-anchor": "middle", "font-weight": 700, "font-size": 13 }, name));
      make(main, "path", { d: `M${SIDE} ${floor}H${width - SIDE}`, stroke: "currentColor" });
      for (const [at, label] of width < 520 ? data.narrow : data.wide) {
        make(main, "path", { d: `M${px(at)} ${floor}v4`, stroke: "currentColor" });
        make(main, "text", { x: px(at), y: floor + 25, "text-anchor": "middle" }, label);
      }
      make(main, "text", { x: width / 2, y: floor + 44, "text-anchor": "middle" }, data.label);
      const marks = data.colours.map((fill, j) => mark(fill, j, floor));
      parts = { grey, owned, sum, curves, letters, marks, floor };
    }

    function boxes(ends) {
      let d = "";
      data.heights.forEach((height, b) => {
        const [from, to] = ends(b).map((end) => py((height * end) / WHOLE));
        if (height > 0 && from - to > 0.05) d += `M${px(data.edges[b]).toFixed(1)} ${from.toFixed(1)}H${px(data.edges[b + 1]).toFixed(1)}V${to.toFixed(1)}H${px(data.edges[b]).toFixed(1)}Z`;
      });
      return d;
    }

    function paint() {
      const { y, s, tint, means } = shown, x = run.x, m = x.length;
      const { owned, sum, curves, letters, marks, floor } = parts;
      const border = (j, b) => (j < 0 ? 0 : j === k - 1 ? WHOLE : s[j * bars + b]);
      owned.forEach((path, j) => {
        path.setAttribute("d", tint > 0 ? boxes((b) => [border(j - 1, b), border(j, b)]) : "");
        path.setAttribute("opacity", tint);
      });
      const total = new Float64Array(m);
      curves.forEach((path, j) => {
        let d = "", peak = 0;
        for (let i = 0; i < m; i++) {
          const height = y[j * m + i];
          total[i] += height;
          if (height > y[j * m + peak]) peak = i;
        }
        for (let i = 0, drawn = false; i < m; i++) {
          // tails would only hide the axis
          const near = Math.max(y[j * m + i], i ? y[j * m + i - 1] : 0, i < m - 1 ? y[j * m + i + 1] : 0) > FLAT;
          if (near) d += `${drawn ? "L" : "M"}${px(x[i]).toFixed(1)} ${py(y[j * m + i]).toFixed(1)}`;
          drawn = near;
        }
        path.setAttribute("d", d);
        letters[j].setAttribute("x", px(x[peak]));
        letters[j].setAttribute("y", Math.max(py(y[j * m + peak]) - 5, 11));
        marks[j].setAttribute("transform", `translate(${px(means[j]).toFixed(1)} ${floor})`);
      });
      let d = "";
      if (k > 1) total.forEach((height, i) => (d += `${i ? "L" : "M"}${px(x[i]).toFixed(1)} ${py(Math.min(height, HEIGHT)).toFixed(1)}`));
      sum.setAttribute("d", d);
    }

    // ---- a start by hand

    function mark(fill, j, floor) {
      const group = make(main, "g", { transform: `translate(0 ${floor})` });
      make(group, "path", { d: "M0 1l6 9h-12z", fill, stroke: "currentColor", "stroke-width": 0.7 });
      if (!hand) return group;
      make(group, "rect", { x: -14, y: -4, width: 28, height: 32, fill: "transparent" });
      const name = `Mean of ${data.letters[j]}: drag it, or move it with the arrow keys, and EM starts there`;
      for (const [key, value] of Object.entries({ class: "grip", tabindex: 0, role: "slider", "aria-label": name, "aria-valuemin": 0, "aria-valuemax": 100 })) group.setAttribute(key, value);
      make(group, "title", {}, name);
      group.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        group.setPointerCapture(event.pointerId);
        lift();
      });
      group.addEventListener("pointermove", (event) => {
        if (!dragged || !group.hasPointerCapture(event.pointerId)) return;
        const box = main.getBoundingClientRect();
        shift(j, ((event.clientX - box.left - SIDE) / (width - 2 * SIDE)) * PLACES);
      });
      group.addEventListener("pointerup", () => drop(true));
      group.addEventListener("pointercancel", () => drop(false));
      group.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!way) return;
        event.preventDefault();
        event.stopPropagation();
        lift();
        shift(j, dragged[j] + (way * PLACES) / 100);
        drop(false);
      });
      return group;
    }

    function lift() {
      if (dragged) return;
      stop();
      dragged = [...run.means[0]];
      draft();
    }

    function shift(j, to) {
      dragged[j] = Math.min(Math.max(to, 0), PLACES);
      draft();
    }

    function draft() {
      const step = { p: dragged.map(() => 1 / k), m: dragged.map((at) => at / PLACES), s: dragged.map(() => Math.max(hand.sd / k, hand.floor)) };
      const x = places([step]);
      run = { ...run, x };
      shown = { y: heights(step, x), s: new Float64Array((k - 1) * bars), tint: 0, means: dragged };
      paint();
      now.replaceChildren("A start by hand: let go, and EM runs from here.");
    }

    function drop(on) {
      if (!dragged) return;
      const means = dragged;
      dragged = null;
      take(handRun(means));
      if (on && !calm) play();
    }

    function places(steps) {
      const x = new Set(Array.from({ length: 161 }, (_, i) => Math.round((i * PLACES) / 160)));
      for (const { m, s } of steps) m.forEach((mean, j) => {
        for (let i = -16; i <= 16; i++) x.add(Math.round((mean + (i / 5) * s[j]) * PLACES));
      });
      return [...x].filter((at) => at >= 0 && at <= PLACES).sort((a, b) => a - b);
    }

    function heights({ p, m, s }, x) {
      const y = new Float64Array(k * x.length);
      for (let j = 0; j < k; j++) x.forEach((at, i) => (y[j * x.length + i] = Math.min(HEIGHT, hand.scale * p[j] * bell(at / PLACES, m[j], s[j]))));
      return y;
    }

    function handRun(means) {
      const steps = byHand(hand, means.map((at) => at / PLACES)), x = places([steps[0], steps[steps.length >> 1], steps.at(-1)]);
      const curves = steps.map((step) => heights(step, x)), at = spaced(curves), kept = at.map((i) => steps[i]);
      const below = (step) => Math.max(hand.top - step.height, 0);
      const frames = at.map((i) => ({ y: curves[i], s: borders(steps[i]) }));
      const scale = (u) => hand.low + u * hand.span;
      return {
        name: "By hand", random: false, at, x, frames, last: steps.length - 1,
        finished: steps.length <= MOST_STEPS,
        heights: kept.map((step) => written(hand.real - below(step), 1)),
        below: kept.map((step) => nats(below(step))),
        cells: kept.map(({ p, m, s }) => p.map((share, j) => [`${(100 * share).toFixed(1)} %`, written(scale(m[j]), s[j] * hand.span), String(Number((s[j] * hand.span).toPrecision(4)))])),
        means: kept.map(({ m }) => m.map((mean) => mean * PLACES)),
        path: steps.map((step, i) => [i, Math.log10(Math.max(below(step), 1e-9))]),
        solver: [], finish: null,
      };
    }

    // k distinct values, rising, each as probable as its weight (Efraimidis & Spirakis 2006)
    function drawnMeans() {
      const keys = hand.values.map((x, i) => [Math.random() ** (1 / hand.weights[i]), x]);
      return keys.sort(([a], [b]) => b - a).slice(0, k).map(([, x]) => x * PLACES).sort((a, b) => a - b);
    }

    function borders({ shares }) {
      const s = new Float64Array((k - 1) * bars), whole = new Float64Array(bars);
      hand.values.forEach((x, i) => {
        const at = x * PLACES;
        let b = data.edges.findIndex((edge) => edge > at) - 1;
        if (b < 0) b = at === data.edges[bars] ? bars - 1 : -1;
        if (b < 0) return;
        whole[b] += hand.weights[i];
        for (let j = 0, sum = 0; j < k - 1; j++) s[j * bars + b] += hand.weights[i] * (sum += shares[i][j]);
      });
      return s.map((sum, i) => (whole[i % bars] > 0 ? (WHOLE * sum) / whole[i % bars] : 0));
    }

    // ---- the small pictures: how far below the top, in powers of ten, by iteration

    const DEEP = 150, LEFT = 52, UNDER = 34;
    const highest = Math.ceil(Math.max(...data.race.flatMap((one) => one.path.map(([, y]) => y)), 1));
    const most = Math.max(...data.race.map((one) => one.path.at(-1)[0]), 10);
    const across = (i) => LEFT + (Math.log1p(i) / Math.log1p(most)) * (width2 - LEFT - 10);
    const up = (y) => 6 + ((Math.min(Math.max(y, LOWEST), highest) - LOWEST) / (highest - LOWEST)) * DEEP;
    let width2 = 300;

    const line = (points) => points.map(([i, y], n) => `${n ? "L" : "M"}${across(Math.min(i, most)).toFixed(1)} ${up(y).toFixed(1)}`).join("");

    function level(points, i) {
      const b = points.findIndex(([at]) => at >= i);
      if (b < 0) return points.at(-1);
      if (b === 0) return points[0];
      const [[i0, y0], [i1, y1]] = [points[b - 1], points[b]];
      return [i, y0 + ((y1 - y0) * (i - i0)) / (i1 - i0)];
    }

    function axes(svg) {
      width2 = Math.max(svg.parentNode.clientWidth, 200);
      svg.replaceChildren();
      svg.setAttribute("viewBox", `0 0 ${width2} ${DEEP + UNDER + 6}`);
      for (let y = LOWEST; y <= highest; y += 2) {
        make(svg, "path", { d: `M${LEFT} ${up(y)}H${width2 - 10}`, stroke: "var(--em-line)" });
        make(svg, "text", { x: LEFT - 6, y: up(y) + 4, "text-anchor": "end" }, y === LOWEST ? "top" : y < 0 ? String(10 ** y) : (10 ** y).toLocaleString("en"));
      }
      for (let i = 0; i <= most; i = i ? i * 10 : 1) make(svg, "text", { x: across(i), y: DEEP + 22, "text-anchor": "middle" }, String(i));
      make(svg, "text", { x: (LEFT + width2) / 2, y: DEEP + 37, "text-anchor": "middle" }, "iteration");
    }

    const colour = (finish) => (finish === null ? "currentColor" : (ENDS[finish] ?? LATER));

    function small() {
      if (!parts) return;
      const i = run.at[curveOf(place)];
      axes(climb);
      if (run.solver.length) {
        make(climb, "path", { d: line(run.solver), fill: "none", stroke: "currentColor", "stroke-dasharray": "5 3", class: "solver" });
        for (const [at, y] of run.solver) make(climb, "path", { d: `M${across(Math.min(at, most))} ${up(y) - 4}l4 4-4 4-4-4z`, fill: "currentColor" });
      }
      make(climb, "path", { d: line(run.path), fill: "none", stroke: "#0072B2", "stroke-width": 2.2, class: "path" });
      const [x, y] = level(run.path, i);
      make(climb, "circle", { cx: across(Math.min(x, most)), cy: up(y), r: 5.5, fill: "#0072B2", stroke: "currentColor", class: "point" });
      if (!race) return;
      axes(race);
      const lines = runs.includes(run) ? data.race : [...data.race, run];
      lines.forEach((one, n) => {
        const bold = n === runs.indexOf(run) || one === run, finish = colour(one.finish);
        make(race, "path", { d: line(one.path), fill: "none", stroke: finish, "stroke-width": bold ? 2.6 : 1.2, "stroke-opacity": bold ? 1 : 0.55, class: "start-line" });
        const [at, left] = level(one.path, i);
        make(race, "circle", { cx: across(Math.min(at, most)), cy: up(left), r: bold ? 5 : 3, fill: finish });
      });
    }

    // ---- what is pressed

    const back = () => (stop(), go(place - 1)), on = () => (stop(), go(place + 1));
    const toggle = () => (timer === null ? play() : stop());
    const reset = () => (stop(), go(0, { still: true }));
    playing.addEventListener("click", toggle);
    find("back").addEventListener("click", back);
    find("on").addEventListener("click", on);
    find("reset").addEventListener("click", reset);
    slider.addEventListener("input", () => (stop(), go(slider.valueAsNumber, { still: true })));
    root.querySelectorAll(".start").forEach((button) => button.addEventListener("click", () => {
      const kind = button.dataset.start;
      if (kind === "hand") return take(handRun(run.means[0]));
      if (kind !== "random") return take(runs[Number(kind)]);
      const drawn = runs.filter((one) => one.random), more = random >= drawn.length && hand && hand.values.length >= k;
      take(more ? { ...handRun(drawnMeans()), name: "Random", random: true } : drawn[random % drawn.length]);
      random++;
      return undefined;
    }));
    root.addEventListener("keydown", (event) => {
      if (event.target !== root || event.ctrlKey || event.metaKey || event.altKey) return;
      const pressed = { " ": toggle, ArrowLeft: back, ArrowRight: on, Home: reset, End: () => (stop(), go(last())) }[event.key];
      if (!pressed) return;
      event.preventDefault();
      pressed();
    });
    addEventListener("beforeprint", () => (stop(), go(last(), { still: true }))); // paper shows the end

    const fresh = () => {
      lay();
      shown ??= wanted(place);
      paint();
      small();
    };
    lay();
    take(run);
    new ResizeObserver(() => {
      if (main.parentNode.clientWidth && Math.abs(main.parentNode.clientWidth - width) > 1) fresh();
    }).observe(main.parentNode);
  }

  document.querySelectorAll(".mix1d-em:not([data-on])").forEach((root) => {
    root.dataset.on = "";
    start(root);
  });
})();
