"use strict";
// Plain EM, iteration by iteration: a slider and a button.
(() => {
  const playing = document.querySelector(".playing");
  const slider = playing.querySelector("input"), button = playing.querySelector(".play");
  const frames = [...playing.querySelectorAll("tbody.frame")], last = frames.length - 1;
  const PAUSE = matchMedia("(prefers-reduced-motion: reduce)").matches ? 900 : 250; // milliseconds between frames
  let timer = null;
  document.documentElement.classList.add("js");

  function show(i) {
    frames.forEach((frame, j) => frame.classList.toggle("off", i !== j));
    for (const curve of playing.querySelectorAll("path[data-part^=frame]")) curve.classList.toggle("off", curve.dataset.part !== `frame${i}`);
    const { iteration, words, spoken } = frames[i].dataset;
    playing.querySelector("output").textContent = iteration;
    playing.querySelector(".words").textContent = words;
    slider.setAttribute("aria-valuetext", spoken);
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
  show(slider.valueAsNumber);
})();
