"use strict";
// What all figures share: showing them, legends of check boxes, and printing.
const mix1d = (() => {
  const numbers = JSON.parse(document.getElementById("mix1d-numbers").textContent);
  const PRINTED = 690, HALF = 330; // pixels between the margins of a sheet of A4, and for one of two figures
  const TOUCH = matchMedia("(pointer: coarse)").matches;
  const plots = [];
  const by = (id) => document.getElementById(id);

  const CONFIG = {
    displaylogo: false, displayModeBar: matchMedia("(hover: none)").matches ? false : "hover", responsive: true, showSendToCloud: false, plotlyServerURL: "",
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
  };

  function draw(id, { data, layout }) {
    const plot = by(id);
    if (!plots.includes(plot)) plots.push(plot);
    // On a touch screen a drag scrolls the page.
    Plotly.react(plot, data, { ...layout, dragmode: TOUCH ? false : "zoom" }, CONFIG);
    return plot;
  }

  // A legend of check boxes, each of which shows and hides some traces: usable with the keyboard, too.
  function legend(id, plot, entries) {
    by(id).replaceChildren(
      ...entries.map(({ label, traces, shown = true, ...style }) => {
        const one = document.createElement("label"), tick = document.createElement("input");
        tick.type = "checkbox";
        tick.checked = shown;
        tick.addEventListener("change", () => Plotly.restyle(plot, { visible: tick.checked }, traces));
        one.append(tick, swatch(style), label);
        return one;
      })
    );
  }

  const MARKS = {
    hatch: "M3 10L11 0M11 10L19 0M19 10L27 0",
    dot: "M14 5h.01",
    below: "M8 5H24M12 1L7 5L12 9",
    above: "M4 5H20M16 1L21 5L16 9",
  };

  function swatch({ colour, dash, area, mark: drawn, width = 3 }) {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "swatch");
    svg.setAttribute("viewBox", "0 0 28 10");
    svg.setAttribute("aria-hidden", "true");
    const mark = document.createElementNS(space, drawn ? "path" : area ? "rect" : "line");
    const pen = { d: MARKS[drawn], fill: "none", stroke: colour, "stroke-width": drawn === "dot" ? 8 : 2, "stroke-linecap": "round" };
    const places = drawn ? pen : area ? { x: 2, y: 0, width: 24, height: 10, fill: colour } : { x1: 0, y1: 5, x2: 28, y2: 5, stroke: colour, "stroke-width": width };
    for (const [name, value] of Object.entries(places)) mark.setAttribute(name, value);
    if (!area && !drawn && dash && dash !== "solid") mark.setAttribute("stroke-dasharray", dash.replaceAll("px", ""));
    svg.append(mark);
    return svg;
  }

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

  return { numbers, by, draw, legend, swatch };
})();
