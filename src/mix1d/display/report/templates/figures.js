"use strict";
// What all figures share: curves from parameters, axes, legends of check boxes, numbers as text, and printing.
const mix1d = (() => {
  const numbers = JSON.parse(document.getElementById("mix1d-numbers").textContent);
  const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);
  const EVENLY = 300, ACROSS = 60, REACH = 5; // steps of a curve; of each component, so many sds to each side
  const HALO = 0.32; // opacity of the sum, on which the components stand out
  const ROOM = 1.08, HIGHEST = 2.2; // over the bars; a spike may rise so many times above them
  const INK = "#222", SOFT = "#565b61", LINE = "#d5d8dc";
  const PRINTED = 690, HALF = 330; // pixels between the margins of a sheet of A4, and for one of two figures
  const TOUCH = matchMedia("(pointer: coarse)").matches;
  const plots = [];
  const by = (id) => document.getElementById(id);

  const density = (x, weight, mean, sd) => {
    const z = (x - mean) / sd;
    return (weight / sd / ROOT_TWO_PI) * Math.exp(-0.5 * z * z);
  };

  function places(low, high, mixture) {
    const found = [];
    for (let i = 0; i <= EVENLY; i++) found.push(low + (high - low) * (i / EVENLY));
    mixture.means.forEach((mean, j) => {
      for (let i = 0; i <= ACROSS; i++) {
        const x = mean + mixture.sds[j] * REACH * ((2 * i) / ACROSS - 1);
        if (x > low && x < high && mixture.weights[j] > 0) found.push(x);
      }
    });
    return found.sort((a, b) => a - b);
  }

  const curvesOf = (mixture, x) =>
    mixture.means.map((mean, j) => x.map((at) => density(at, mixture.weights[j], mean, mixture.sds[j])));

  const sumOf = (curves) => curves[0].map((_, i) => curves.reduce((sum, curve) => sum + curve[i], 0));

  const exponent = (x) => (x === 0 ? 0 : Number(x.toExponential(15).split("e")[1]));

  // One number with so many significant digits, as the tables of mix1d write it.
  function text(x, digits = 5) {
    if (x === null || !Number.isFinite(x)) return "–";
    const size = Math.abs(x);
    if (x === 0 || (size >= 1e-4 && size < 1e7)) return String(Number(x.toPrecision(digits)));
    const [mantissa, power] = x.toExponential(digits - 1).split("e");
    return `${Number(mantissa)}e${power}`;
  }

  // A position, to about a thousandth of the scale that matters there.
  const near = (x, scale) =>
    text(x, scale > 0 ? Math.min(Math.max(exponent(x) - exponent(scale) + 4, 2), 15) : 5);

  const percent = (share) =>
    share > 0.9995 && share < 1 ? "> 99.9 %" : share < 0.0005 && share > 0 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`;

  // Text that Plotly shows as it is: it would take <b> and the like for its own.
  const literal = (words) =>
    String(words).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  const letter = (j) => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[j] ?? String(j);

  const transparent = (colour, alpha) =>
    `rgba(${[1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)).join(",")},${alpha})`;

  const axis = (title, more) => ({
    title: { text: literal(title), standoff: 8 }, linecolor: SOFT, tickcolor: LINE, ticks: "outside",
    ticklen: 4, gridcolor: "#eef0f2", zeroline: false, automargin: true, exponentformat: "power",
    minexponent: 5, ...more,
  });

  const layout = (xaxis, yaxis, more) => ({
    autosize: true, showlegend: false, separators: ".", margin: { l: 50, r: 14, t: 14, b: 44 },
    paper_bgcolor: "#fff", plot_bgcolor: "#fff",
    font: { family: "system-ui, -apple-system, Segoe UI, Roboto, Arial, sans-serif", size: 13, color: INK },
    hoverlabel: { bgcolor: "#fff", bordercolor: LINE, font: { color: INK } },
    dragmode: TOUCH ? false : "zoom", // on a touch screen a drag scrolls the page
    xaxis: { showgrid: false, showline: true, ...xaxis }, yaxis, ...more,
  });

  const CONFIG = {
    displaylogo: false, displayModeBar: matchMedia("(hover: none)").matches ? false : "hover", responsive: true, showSendToCloud: false, plotlyServerURL: "",
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
  };

  function draw(id, traces, itsLayout) {
    const plot = by(id);
    if (!plots.includes(plot)) plots.push(plot);
    Plotly.react(plot, traces, itsLayout, CONFIG);
    return plot;
  }

  // A legend of check boxes, each of which shows and hides some traces: usable with the keyboard, too.
  function legend(id, plot, entries) {
    const box = by(id);
    box.replaceChildren(
      ...entries.map(({ label, colour, dash, area, width = 3, traces, shown = true }) => {
        const one = document.createElement("label"), tick = document.createElement("input");
        tick.type = "checkbox";
        tick.checked = shown;
        tick.addEventListener("change", () => Plotly.restyle(plot, { visible: tick.checked }, traces));
        one.append(tick, swatch(colour, dash, area, width), label);
        return one;
      })
    );
  }

  function swatch(colour, dash, area, width = 3) {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "swatch");
    svg.setAttribute("viewBox", "0 0 28 10");
    svg.setAttribute("aria-hidden", "true");
    const mark = document.createElementNS(space, area ? "rect" : "line");
    const places = area ? { x: 2, y: 0, width: 24, height: 10, fill: colour } : { x1: 0, y1: 5, x2: 28, y2: 5, stroke: colour, "stroke-width": width };
    for (const [name, value] of Object.entries(places)) mark.setAttribute(name, value);
    if (!area && dash && dash !== "solid") mark.setAttribute("stroke-dasharray", dash.replaceAll("px", ""));
    svg.append(mark);
    return svg;
  }

  const top = (histogram, curves) => {
    const bars = Math.max(...histogram.density), curve = Math.max(0, ...curves.map((y) => Math.max(...y)));
    return ROOM * Math.max(bars, Math.min(curve, HIGHEST * bars));
  };

  function barsTrace(histogram, colours) {
    const { edges, density: heights, total } = histogram;
    const widths = heights.map((_, i) => edges[i + 1] - edges[i]);
    const scale = widths[0];
    return {
      type: "bar", x: heights.map((_, i) => edges[i] + widths[i] / 2), y: heights, width: widths,
      marker: { color: colours.bars, line: { color: "#fff", width: heights.length > 80 ? 0 : 0.5 } },
      customdata: heights.map((height, i) => [
        text(height * widths[i] * total, 4), near(edges[i], scale), near(edges[i + 1], scale),
      ]),
      hovertemplate: "%{customdata[0]} values from %{customdata[1]} to %{customdata[2]}<extra></extra>",
      name: "values",
    };
  }

  // Bars, the sum and on it the components, so that both are seen; for one component there is no sum.
  function mixtureTraces(histogram, mixture, styles, colours) {
    const x = places(histogram.low, histogram.high, mixture);
    const curves = curvesOf(mixture, x), sum = sumOf(curves), several = curves.length > 1;
    const traces = [barsTrace(histogram, colours)];
    if (several) traces.push({
      type: "scatter", mode: "lines", x, y: sum, name: "sum", line: { color: transparent(colours.ink, HALO), width: 7 },
      hovertemplate: "density %{y:.3g}<extra></extra>",
    });
    curves.forEach((y, j) => traces.push({
      type: "scatter", mode: "lines", x, y, name: letter(j),
      line: { color: styles[j].colour, dash: styles[j].dash, width: 2.3 },
      customdata: y.map((one, i) => percent(sum[i] > 0 ? one / sum[i] : 0)),
      hovertemplate: several ? `${letter(j)}: %{customdata} of values here<extra></extra>` : "density %{y:.3g}<extra></extra>",
    }));
    return { traces, top: top(histogram, [...curves, sum]) };
  }

  function mixtureLegend(mixture, styles, colours) {
    const k = mixture.means.length;
    const entries = [{ label: "values", colour: colours.bars, area: true, traces: [0] }];
    const first = k > 1 ? 2 : 1;
    mixture.labels.forEach((label, j) => {
      if (mixture.weights[j] > 0) entries.push({ label, ...styles[j], traces: [first + j] });
    });
    if (k > 1) entries.push({ label: "sum", colour: transparent(colours.ink, HALO), width: 7, traces: [1] });
    return entries;
  }

  // Large values such as years or counts are written out, tiny ones are not.
  const minimumExponent = ({ low, high }) => (Math.max(-low, high) > 1 ? 12 : 5);

  const mixtureLayout = (histogram, label, height) =>
    layout(
      axis(label, { range: [histogram.low, histogram.high], minexponent: minimumExponent(histogram), hoverformat: ".6~g" }),
      axis("density", { range: [0, height], rangemode: "nonnegative", nticks: 6 }),
      { hovermode: "x unified", bargap: 0 }
    );

  addEventListener("beforeprint", () => {
    for (const plot of plots) {
      const half = plot.closest(".pair:not(.uneven)"), box = plot.closest(".shown");
      const width = half ? HALF : box ? PRINTED - 40 : PRINTED;
      const height = plot.classList.contains("short") ? 190 : half || box || plot.id !== "picture-plot" ? 250 : 320;
      plot.style.height = `${height}px`;
      Plotly.relayout(plot, { autosize: false, width, height });
    }
  });
  addEventListener("afterprint", () => {
    for (const plot of plots) {
      plot.style.height = "";
      Plotly.relayout(plot, { autosize: true, width: null, height: null });
    }
  });

  return {
    numbers, by, text, near, percent, literal, letter, axis, layout, draw, legend, swatch, places, curvesOf, sumOf, top,
    minimumExponent, mixtureTraces, mixtureLegend, mixtureLayout, transparent, SOFT,
  };
})();
