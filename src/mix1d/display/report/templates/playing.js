"use strict";
// Plain EM, iteration by iteration: a slider, a button, the curves and the numbers.
(() => {
  const { by, draw, legend, swatch } = mix1d;
  const played = mix1d.numbers.playback, { frames, moved } = played, last = frames.length - 1;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const PAUSE = calm ? 600 : 140; // milliseconds between frames
  const slider = by("frame"), button = by("play");
  let timer = null;

  const picture = draw("playing-plot", played.figure), path = draw("path-plot", played.path);
  legend("playing-legend", picture, played.legend);
  legend("path-legend", path, played.path.legend);

  const rows = played.components.map(({ name, style }) => {
    const row = by("playing-rows").insertRow(), head = document.createElement("th");
    head.scope = "row";
    head.append(swatch(style), ` ${name}`);
    row.append(head);
    return [row.insertCell(), row.insertCell(), row.insertCell()];
  });

  function show(i) {
    const { x, y, shares, ring, words } = frames[i];
    Plotly.restyle(picture, { x: moved.map(() => x), y, customdata: moved.map((_, j) => shares?.[j] ?? null) }, moved);
    Plotly.restyle(path, { x: [[ring[0]]], y: [[ring[1]]] }, [2]);
    rows.forEach((cells, j) => cells.forEach((cell, n) => (cell.textContent = words.cells[j][n])));
    by("iteration").textContent = words.iteration;
    by("playing-caption").textContent = words.caption;
    slider.setAttribute("aria-valuetext", words.spoken);
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
