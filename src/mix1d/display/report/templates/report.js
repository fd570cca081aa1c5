"use strict";
// The figures of the report other than the playback, and the choice of a row of the table.
(() => {
  const { by, draw, legend, numbers } = mix1d;
  legend("picture-legend", draw("picture-plot", numbers.picture), numbers.picture.legend);
  for (const name of ["qq", "pit", "certificate"]) if (numbers[name]) draw(`${name}-plot`, numbers[name]);

  function showRow(index) {
    const { title, data, x, layout, legend: entries } = numbers.rows[index];
    const traces = [numbers.picture.data[0], ...data.map((curve) => ({ ...curve, x }))];
    legend("row-legend", draw("row-plot", { data: traces, layout }), entries);
    by("row-title").textContent = `The fit with ${title}${index === numbers.chosen ? " (chosen)" : ""}`;
    by("shown").classList.toggle("same", index === numbers.chosen); // on paper it would repeat the picture
    for (const panel of document.querySelectorAll(".panel")) panel.hidden = Number(panel.dataset.row) !== index;
  }

  if (!numbers.criteria) return;
  const plot = draw("criteria-plot", numbers.criteria);
  legend("criteria-legend", plot, numbers.criteria.legend);
  const radios = [...document.querySelectorAll("#tried input")];
  plot.on("plotly_click", ({ points }) => radios[points[0].customdata[2]]?.click()); // some have no row
  for (const radio of radios) radio.addEventListener("change", () => showRow(Number(radio.value)));
  // A browser may bring back what was chosen before the page was loaded again.
  showRow(radios.findIndex((radio) => radio.checked));
})();
