"use strict";
// The figures of the report other than the playback, and the choice of a row of the table.
(() => {
  const { by, draw, legend, numbers, axis, layout, literal, near, text } = mix1d;
  const { label, styles, colours, picture } = numbers;
  const minexponent = mix1d.minimumExponent(picture);
  const BLUE = "#0072B2";

  (function drawPicture() {
    const { mixture } = numbers.rows[numbers.chosen];
    const { traces, top } = mix1d.mixtureTraces(picture, mixture, styles, colours);
    const entries = mix1d.mixtureLegend(mixture, styles, colours);
    const annotations = [], cuts = [];
    let level = 0, last = 0; // labels close together stand below each other
    const quiet = { type: "scatter", mode: "lines", hoverinfo: "skip" };
    for (const cut of [...picture.cuts].sort((a, b) => a.value - b.value)) {
      if (cut.lower !== null) {
        cuts.push(traces.length);
        traces.push({ ...quiet, x: [cut.lower, cut.lower, cut.upper, cut.upper], y: [0, top, top, 0], fill: "toself", fillcolor: mix1d.transparent(colours.cuts, 0.13), line: { width: 0 } });
      }
      cuts.push(traces.length);
      traces.push({ ...quiet, x: [cut.value, cut.value], y: [0, top], line: { color: colours.cuts, width: 1.5, dash: "3px,3px" } });
      const crowded = annotations.length > 0 && cut.value - last < 0.1 * (picture.high - picture.low);
      level = crowded ? level + 1 : 0;
      last = cut.value;
      annotations.push({ x: cut.value, y: top, yshift: -17 * level, text: literal(cut.label), showarrow: false, xanchor: "left", yanchor: "top", xshift: 3, font: { color: colours.cuts }, bgcolor: "rgba(255,255,255,.75)", borderpad: 1 });
    }
    if (cuts.length) entries.push({ label: picture.cuts.length > 1 ? "thresholds" : "threshold", colour: colours.cuts, dash: "3px,3px", width: 2, traces: cuts });
    const own = mix1d.mixtureLayout(picture, label, top);
    if (picture.rug) {
      entries.push({ label: "single values", colour: colours.ink, dash: "1px,4px", width: 8, traces: [traces.length] });
      traces.push({ type: "scatter", mode: "markers", x: picture.rug, y: picture.rug.map(() => -0.035 * top), marker: { symbol: "line-ns-open", size: 9, color: colours.ink, opacity: 0.45, line: { width: 1 } }, hoverinfo: "skip" });
      own.yaxis.range = [-0.07 * top, top];
    }
    own.annotations = annotations;
    legend("picture-legend", draw("picture-plot", traces, own), entries);
  })();

  function showRow(index) {
    const { title, mixture } = numbers.rows[index];
    const { traces, top } = mix1d.mixtureTraces(picture, mixture, styles, colours);
    const plot = draw("row-plot", traces, mix1d.mixtureLayout(picture, label, top));
    legend("row-legend", plot, mix1d.mixtureLegend(mixture, styles, colours));
    by("row-title").textContent = `The fit with ${title}${index === numbers.chosen ? " (chosen)" : ""}`;
    by("shown").classList.toggle("same", index === numbers.chosen); // on paper it would repeat the picture
    for (const panel of document.querySelectorAll(".panel")) panel.hidden = Number(panel.dataset.row) !== index;
  }

  function drawCriteria() {
    const { curves, most, kinds } = numbers.criteria;
    const dashes = ["solid", "10px,4px", "3px,3px"], hues = [BLUE, "#D55E00", "#009E73"];
    const ceiling = Math.min(most, 1.1 * Math.max(1, ...curves[0].difference, ...curves.filter((c) => c.criterion === curves[0].criterion).flatMap((c) => c.difference)));
    const inside = (d) => Math.max(Math.min(d, ceiling), -0.15 * ceiling);
    const lowest = Math.min(0, ...curves.flatMap((curve) => curve.difference.map(inside)));
    const names = [...new Set(curves.map((curve) => curve.criterion))];
    const annotations = [];
    const traces = curves.map((curve, i) => {
      const which = names.indexOf(curve.criterion), equal = curve.sds === "equal", chosen = which === 0;
      curve.difference.forEach((d, j) => {
        if (inside(d) === d || !chosen) return;
        const words = `${equal && kinds ? "equal " : ""}${d > 0 ? "+" : ""}${text(d, 3)}`, below = d < 0;
        annotations.push({ x: curve.k[j], y: inside(d), text: words, showarrow: false, yanchor: below ? "bottom" : "top", xanchor: below ? "center" : "left", xshift: below ? 0 : 9, yshift: (below ? 7 : 8) - (equal ? 18 : 0), font: { color: mix1d.SOFT, size: 12 } });
      });
      return {
        type: "scatter", mode: "lines+markers", x: curve.k, y: curve.difference.map(inside),
        visible: chosen, name: curve.criterion, rows: curve.rows,
        customdata: curve.difference.map((d, j) => [(d < 0 ? "" : "+") + text(d, 4), curve.eligible[j] ? "" : ", could not be chosen", curve.rows[j]]),
        hovertemplate: `${curve.criterion}${kinds ? `, ${curve.sds} sds` : ""}, %{x}: %{customdata[0]}%{customdata[1]}<extra></extra>`,
        line: { color: equal ? mix1d.SOFT : hues[which], dash: dashes[which], width: 2 },
        marker: {
          size: 10, color: equal ? mix1d.SOFT : hues[which],
          symbol: curve.difference.map((d, j) => (d > inside(d) ? "triangle-up" : d < inside(d) ? "triangle-down" : equal ? "square" : "circle") + (curve.eligible[j] ? "" : "-open")),
        },
      };
    });
    const ks = [...new Set(curves.flatMap((curve) => curve.k))];
    const plot = draw("criteria-plot", traces, layout(
      axis("number of components", { tickvals: ks, range: [Math.min(...ks) - 0.4, Math.max(...ks) + 0.6] }),
      axis("worse than the best by", { range: [lowest - 0.06 * ceiling, 1.06 * ceiling] }),
      { hovermode: "closest", annotations }
    ));
    legend("criteria-legend", plot, curves.map((curve, i) => ({
      label: curve.criterion + (kinds ? `, ${curve.sds} sds` : ""), colour: traces[i].line.color, dash: traces[i].line.dash,
      traces: [i], shown: traces[i].visible,
    })));
    const radios = [...document.querySelectorAll("#tried input")];
    plot.on("plotly_click", ({ points }) => radios[points[0].customdata[2]].click());
    for (const radio of radios) radio.addEventListener("change", () => showRow(Number(radio.value)));
    // A browser may bring back what was chosen before the page was loaded again.
    showRow(radios.findIndex((radio) => radio.checked));
  }
  if (numbers.criteria) drawCriteria();

  const nearest = (places, x) => places.reduce((best, at, i) => (Math.abs(at - x) < Math.abs(places[best] - x) ? i : best), 0);

  const band = (x, lower, upper) => ({
    type: "scatter", mode: "lines", x: [...x, ...[...x].reverse()], y: [...lower, ...[...upper].reverse()], fill: "toself",
    fillcolor: colours.band, line: { width: 0 }, hoverinfo: "skip",
  });

  if (numbers.qq) {
    const { theoretical, values, lower, upper } = numbers.qq;
    const ends = [Math.min(...values, ...theoretical), Math.max(...values, ...theoretical)];
    const margin = 0.03 * (ends[1] - ends[0]), scale = ends[1] - ends[0];
    const range = [ends[0] - margin, ends[1] + margin];
    draw("qq-plot", [
      band(theoretical, lower, upper),
      { type: "scatter", mode: "lines", x: range, y: range, line: { color: colours.ink, width: 1.2 }, hoverinfo: "skip" },
      { type: "scatter", mode: "markers", x: theoretical, y: values, marker: { size: 5, color: BLUE, opacity: 0.75 }, customdata: values.map((x, i) => [near(x, scale / 10), near(theoretical[i], scale / 10)]), hovertemplate: "value %{customdata[0]}, by the model %{customdata[1]}<extra></extra>" },
    ], layout(axis("by the model", { range, minexponent, nticks: 5 }), axis(label, { range, minexponent }), { hovermode: "closest" }));

    const { edges, ratio, low, high } = numbers.pit;
    draw("pit-plot", [
      { type: "bar", x: ratio.map((_, i) => (edges[i] + edges[i + 1]) / 2), y: ratio, width: edges[1], marker: { color: mix1d.transparent(BLUE, 0.45), line: { color: "#fff", width: 1 } }, hovertemplate: "%{y:.3g} times as many values as expected<extra></extra>" },
      { type: "scatter", mode: "lines", x: [0, 1], y: [1, 1], line: { color: colours.ink, width: 1.2 }, hoverinfo: "skip" },
    ], layout(axis("probability by the model", { range: [0, 1] }), axis("found / expected", { range: [0, 1.05 * Math.max(high, ...ratio)] }), {
      hovermode: "closest", bargap: 0,
      shapes: [{ type: "rect", layer: "below", x0: 0, x1: 1, y0: low, y1: high, fillcolor: colours.band, line: { width: 0 } }],
    }));
  }

  if (numbers.certificate) {
    const { means, excess, place } = numbers.certificate;
    const highest = Math.max(1e-3, ...excess), lowest = Math.max(-1, Math.min(...excess));
    draw("certificate-plot", [
      { type: "scatter", mode: "lines", x: means, y: excess.map((y) => Math.max(y, 0)), fill: "tozeroy", fillcolor: mix1d.transparent("#D55E00", 0.25), line: { width: 0 }, hoverinfo: "skip" },
      { type: "scatter", mode: "lines", x: means, y: excess, line: { color: "#D55E00", width: 1.8 }, hovertemplate: "%{x:.5~g}: %{y:.2g}<extra></extra>" },
    ], layout(
      axis(label, { range: [picture.low, picture.high], minexponent }),
      axis("short of values", { range: [Math.max(lowest, -3 * highest) * 1.05, highest * 1.4], zeroline: true, zerolinecolor: colours.ink, zerolinewidth: 1, nticks: 5 }),
      {
        hovermode: "closest",
        annotations: place === null ? [] : [{ x: place, y: Math.max(0, excess[nearest(means, place)]), text: literal(near(place, (picture.high - picture.low) / 10)), showarrow: true, arrowhead: 0, arrowwidth: 1, ax: 0, ay: -22, font: { color: mix1d.SOFT } }],
      }
    ));
  }
})();
