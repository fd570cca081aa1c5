"use strict";
// Plain EM, iteration by iteration: a slider, a button, the curves and the numbers.
(() => {
  const { by, draw, legend, letter, text, near, swatch } = mix1d;
  const played = mix1d.numbers.playback, { styles, colours, histogram, frames } = played;
  const k = styles.length, last = frames.iterations.length - 1;
  const START = 0.45; // where the start stands on an axis of powers of ten, which has no 0
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const PAUSE = calm ? 600 : 140; // milliseconds between frames
  const slider = by("frame"), button = by("play");
  let timer = null;

  const mixtureAt = (i) => ({
    weights: frames.weights[i], means: frames.means[i], sds: frames.sds[i],
    labels: styles.map((_, j) => letter(j)),
  });
  const all = frames.iterations.map((_, i) => mix1d.mixtureTraces(histogram, mixtureAt(i), styles, colours).top);
  const picture = draw("playing-plot", mix1d.mixtureTraces(histogram, mixtureAt(0), styles, colours).traces,
    mix1d.mixtureLayout(histogram, played.label, Math.max(...all)));
  legend("playing-legend", picture, mix1d.mixtureLegend(mixtureAt(0), styles, colours));

  const place = (iteration) => (iteration === 0 ? START : iteration);
  const hover = "iteration %{customdata}: %{y:.2g} nats to climb<extra></extra>";
  const line = ({ iterations, below }, more) => ({
    type: "scatter", x: iterations.map(place), y: below, customdata: iterations, hovertemplate: hover, ...more,
  });
  const most = Math.max(played.n_iter, played.solver.iterations.length - 1, 2);
  const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((at) => at <= most * 1.2);
  const few = most > 30 ? ticks.filter((at) => String(at)[0] === "1") : ticks;
  const highest = Math.max(...played.path.below, ...played.solver.below);
  const emColour = "#0072B2", solverColour = "#D55E00";
  const path = draw("path-plot", [
    line(played.path, { mode: "lines", line: { color: emColour, width: 2.5 } }),
    line(played.solver, { mode: "lines+markers", line: { color: solverColour, width: 2, dash: "10px,4px" }, marker: { size: 6, color: solverColour, symbol: "diamond" } }),
    { type: "scatter", mode: "markers", x: [START], y: [played.rise_left[0]], hoverinfo: "skip", marker: { size: 13, color: "rgba(0,0,0,0)", line: { color: colours.ink, width: 2.5 } } },
  ], mix1d.layout(
    mix1d.axis("iteration", { type: "log", tickvals: [START, ...few], ticktext: ["start", ...few.map(String)], range: [Math.log10(START) - 0.08, Math.log10(most) + 0.08] }),
    mix1d.axis("nats still to climb", { type: "log", dtick: 2, minexponent: 3, range: [Math.log10(played.least) - 0.4, Math.log10(Math.max(highest, 10 * played.least)) + 0.5] }),
    { hovermode: "closest" },
  ));
  legend("path-legend", path, [
    { label: "plain EM", colour: emColour, traces: [0] },
    { label: "solver of mix1d", colour: solverColour, dash: "10px,4px", traces: [1] },
  ]);

  const rows = styles.map((style, j) => {
    const row = by("playing-rows").insertRow(), head = document.createElement("th");
    head.scope = "row";
    head.append(swatch(style.colour, style.dash), ` ${letter(j)}`);
    row.append(head);
    return [row.insertCell(), row.insertCell(), row.insertCell()];
  });

  const nats = (x) => (x <= played.least * 1.01 ? "at the top" : `${text(x, 3)} nats still to climb`);

  function show(i) {
    const mixture = mixtureAt(i), { traces } = mix1d.mixtureTraces(histogram, mixture, styles, colours);
    const curves = traces.slice(1), places = curves.map((_, j) => 1 + j);
    Plotly.restyle(picture, { x: curves.map((t) => t.x), y: curves.map((t) => t.y), customdata: curves.map((t) => t.customdata ?? null) }, places);
    Plotly.restyle(path, { x: [[place(frames.iterations[i])]], y: [[played.rise_left[i]]] }, [2]);
    rows.forEach((cells, j) => {
      cells[0].textContent = text(mixture.weights[j], 4);
      cells[1].textContent = near(mixture.means[j], mixture.sds[j]);
      cells[2].textContent = text(mixture.sds[j]);
    });
    const iteration = frames.iterations[i];
    const height = near(played.log_likelihood[i], 1);
    by("iteration").textContent = `${iteration} of ${played.n_iter}`;
    by("playing-caption").textContent =
      `${iteration ? `Iteration ${iteration}` : "Start"}: log-likelihood ${height}, ${nats(played.rise_left[i])}`;
    slider.setAttribute("aria-valuetext", `iteration ${iteration} of ${played.n_iter}, log-likelihood ${height}`);
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
    button.setAttribute("aria-pressed", "false");
  }

  function step() {
    slider.valueAsNumber += 1;
    show(slider.valueAsNumber);
    if (slider.valueAsNumber >= last) pause();
  }

  button.addEventListener("click", () => {
    if (timer !== null) return pause();
    if (slider.valueAsNumber >= last) show((slider.valueAsNumber = 0));
    if (last === 0) return undefined;
    timer = setInterval(step, PAUSE);
    button.textContent = "Pause";
    button.setAttribute("aria-pressed", "true");
    return undefined;
  });
  slider.addEventListener("input", () => {
    if (timer !== null) pause();
    show(slider.valueAsNumber);
  });
  addEventListener("beforeprint", () => {
    pause();
    show((slider.valueAsNumber = last)); // paper shows the end
  });
  show(0);
})();
