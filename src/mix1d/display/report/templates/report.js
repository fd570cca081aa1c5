"use strict";
// The choice of a row of what was compared.
(() => {
  const radios = [...document.querySelectorAll("#tried input")], chart = mix1d.charts.row;
  if (!chart) return;
  const legend = document.getElementById("row-legend");
  const chosen = chart.data.shown;

  function show(index) {
    chart.use(chart.data.fits[index], legend);
    const panels = [...document.querySelectorAll(".panel")];
    for (const panel of panels) panel.hidden = Number(panel.dataset.row) !== index;
    document.getElementById("row-heading").textContent = panels[index].dataset.title;
    document.getElementById("shown").classList.toggle("same", index === chosen); // on paper it would repeat the picture
  }

  for (const radio of radios) radio.addEventListener("change", () => show(Number(radio.value)));
  // A browser may bring back what was chosen before the page was loaded again.
  show(Math.max(radios.findIndex((radio) => radio.checked), 0));
})();
