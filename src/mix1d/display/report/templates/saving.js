"use strict";
// Saving a picture as SVG or PNG, and a table as CSV, without any request.
(() => {
  const LOOK = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "paint-order"];
  const SHARPER = 2; // pixels of a PNG for each of the page
  const title = document.querySelector("h1").textContent;

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${title} ${name}`.replace(/[^\p{L}\p{N}.-]+/gu, "_");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  const pixels = (text, size) => (String(text).endsWith("%") ? (parseFloat(text) * size) / 100 : Number(text));

  // The drawing as it stands on the page, in pixels and with its colours: other programs know no style sheet.
  function drawing(plot) {
    const shown = plot.querySelector("svg.drawing"), { width, height } = shown.getBoundingClientRect();
    document.documentElement.classList.add("light"); // what is saved is for paper
    const copy = baked(shown, width, height, true);
    document.documentElement.classList.remove("light");
    const edge = getComputedStyle(plot), [left, top, right, bottom] = ["Left", "Top", "Right", "Bottom"].map((side) => parseFloat(edge[`padding${side}`]));
    const whole = [width + left + right, height + top + bottom];
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("viewBox", [-left, -top, ...whole].join(" "));
    copy.setAttribute("width", whole[0]);
    copy.setAttribute("height", whole[1]);
    const paper = document.createElementNS(copy.namespaceURI, "rect");
    for (const [name, value] of Object.entries({ x: -left, y: -top, width: whole[0], height: whole[1], fill: "#fff" })) paper.setAttribute(name, value);
    copy.insertBefore(paper, copy.querySelector("desc").nextSibling);
    return { text: new XMLSerializer().serializeToString(copy), width: whole[0], height: whole[1] };
  }

  function baked(shown, width, height, outer = false) {
    if (shown.nodeType === Node.TEXT_NODE) return shown.cloneNode();
    const style = getComputedStyle(shown);
    if (style.display === "none" && !["title", "desc", "defs"].includes(shown.tagName)) return document.createTextNode("");
    const marker = shown.tagName === "svg" && !outer && !shown.classList.contains("shapes");
    const copy = marker ? document.createElementNS(shown.namespaceURI, "g") : shown.cloneNode();
    if (marker) copy.setAttribute("transform", `translate(${pixels(shown.getAttribute("x") ?? 0, width)} ${pixels(shown.getAttribute("y") ?? 0, height)})`);
    for (const name of ["class", "overflow", "data-part", "data-x", "data-x2", "data-y"]) copy.removeAttribute(name);
    if (shown.classList.contains("shapes")) {
      for (const name of ["viewBox", "preserveAspectRatio"]) copy.removeAttribute(name);
      copy.setAttribute("overflow", "hidden");
    }
    for (const name of ["x", "x1", "x2", "width"]) if (copy.hasAttribute(name)) copy.setAttribute(name, pixels(copy.getAttribute(name), width));
    for (const name of ["y", "y1", "y2", "height"]) if (copy.hasAttribute(name)) copy.setAttribute(name, pixels(copy.getAttribute(name), height));
    const frame = shown.parentNode.closest?.("svg.shapes");
    if (frame && copy.hasAttribute("d")) {
      const [x, y, w, h] = frame.getAttribute("viewBox").split(" ").map(Number);
      copy.setAttribute("d", shown.getAttribute("d").replace(/(-?[\d.e-]+) (-?[\d.e-]+)/g, (_, a, b) => `${(((a - x) / w) * width).toFixed(2)} ${(((b - y) / h) * height).toFixed(2)}`));
    }
    if (["path", "line", "rect", "text"].includes(shown.tagName)) for (const name of LOOK) copy.setAttribute(name, style.getPropertyValue(name));
    for (const child of shown.childNodes) copy.append(baked(child, width, height));
    return copy;
  }

  function png({ text, width, height }, done) {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width: SHARPER * width, height: SHARPER * height });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(done, "image/png");
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  }

  document.addEventListener("click", ({ target }) => {
    if (target.dataset?.csv) return save(new Blob(["\ufeff", mix1d.numbers.csv[target.dataset.csv]], { type: "text/csv" }), `${target.dataset.csv}.csv`);
    const name = target.closest?.(".tools")?.dataset.for, kind = target.dataset?.do;
    if (kind !== "svg" && kind !== "png") return undefined;
    const found = drawing(document.getElementById(`${name}-plot`));
    if (kind === "svg") return save(new Blob([found.text], { type: "image/svg+xml" }), `${name}.svg`);
    return png(found, (blob) => save(blob, `${name}.png`));
  });
})();
