"use strict";
for (const picture of document.querySelectorAll(".picture")) {
  const view = picture.querySelector(".view");
  const svg = picture.querySelector("svg");
  const natural = { width: svg.width.baseVal.value, height: svg.height.baseVal.value };
  let scale = 1;
  const zoom = (to) => {
    const middle = (view.scrollLeft + view.clientWidth / 2) / scale;
    scale = Math.min(Math.max(to, 0.1), 8);
    svg.setAttribute("width", natural.width * scale);
    svg.setAttribute("height", natural.height * scale);
    view.scrollLeft = middle * scale - view.clientWidth / 2;
  };
  const fit = () => zoom(Math.min(1, view.clientWidth / natural.width));
  // Wide pictures start readable, with a scroll bar.
  const start = () => zoom(Math.min(1, Math.max(0.6, view.clientWidth / natural.width)));
  picture.addEventListener("click", (event) => {
    const factor = Number(event.target.dataset.zoom ?? NaN);
    if (factor > 0) {
      zoom(scale * factor);
    } else if (factor === 0) {
      fit();
    }
  });
  view.addEventListener("wheel", (event) => {
    if (event.ctrlKey) {
      event.preventDefault();
      zoom(scale * (event.deltaY < 0 ? 1.15 : 1 / 1.15));
    }
  }, { passive: false });
  start();
}
