"use strict";
// Curves of all runs on one chart: a thin line for a seed, a thick one for an arm's median.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const chart = document.getElementById("chart");
  const readout = document.getElementById("readout");
  // Okabe and Ito's colours, which most people with colour blindness can tell apart; black and
  // yellow are replaced, since one of them always has no contrast.
  const colours = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#8c6bb1", "#999999"];
  const dashes = [[], [8, 4], [2, 3]];
  const colour = (arm) => colours[arm % colours.length];
  const dash = (arm) => dashes[Math.floor(arm / colours.length) % dashes.length];
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const steps = [...new Set(data.arms.flatMap((arm) => arm.runs.flatMap((run) => run.step)))]
    .sort((a, b) => a - b);
  const place = new Map(steps.map((step, index) => [step, index]));
  const shown = data.arms.map((arm, index) => index < colours.length);
  let quantity = data.quantities[0];
  let plot = null;
  let series = [];

  const aligned = (run) => {
    const values = new Array(steps.length).fill(null);
    run.step.forEach((step, index) => { values[place.get(step)] = run[quantity.key][index]; });
    return values;
  };

  // A run that has ended counts with its last value: most end because they have held the threshold.
  const median = (runs) => {
    const last = runs.map(() => null);
    return steps.map((step, index) => {
      let seen = false;
      runs.forEach((values, run) => {
        if (values[index] !== null) { last[run] = values[index]; seen = true; }
      });
      const known = last.filter((value) => value !== null).sort((a, b) => a - b);
      if (!seen || known.length < runs.length) { return null; }
      const middle = known.length >> 1;
      return known.length % 2 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
    });
  };

  const number = (value) => quantity.share ? (100 * value).toFixed(1) + " %" : value.toPrecision(4);

  function read(index) {
    if (index === null || index === undefined) { return; }
    const items = data.arms.map((arm, number_) => {
      if (!shown[number_]) { return ""; }
      const own = series.filter((entry) => entry.arm === number_);
      const latest = (values) => {
        for (let i = index; i >= 0; i--) { if (values[i] !== null) { return values[i]; } }
        return null;
      };
      const middle = latest(own[0].values);
      const seeds = own.slice(1).map((entry) => latest(entry.values)).filter((value) => value !== null);
      if (middle === null || !seeds.length) { return ""; }
      const range = seeds.length > 1
        ? ` (${number(Math.min(...seeds))} to ${number(Math.max(...seeds))})` : "";
      return `<li><b style="color:${colour(number_)}">&#9632;</b> ${arm.label} ${number(middle)}${range}</li>`;
    });
    readout.innerHTML = `<b>step ${steps[index].toLocaleString("en")}</b><ul>${items.join("")}</ul>`;
  }

  function threshold(u) {
    if (!quantity.threshold) { return; }
    const y = u.valToPos(quantity.threshold, "y", true);
    const context = u.ctx;
    context.save();
    context.strokeStyle = style("--soft");
    context.setLineDash([6, 4]);
    context.beginPath();
    context.moveTo(u.bbox.left, y);
    context.lineTo(u.bbox.left + u.bbox.width, y);
    context.stroke();
    context.restore();
  }

  function draw() {
    if (plot) { plot.destroy(); }
    series = data.arms.flatMap((arm, index) => {
      const runs = arm.runs.map(aligned);
      return [{ arm: index, values: median(runs), thick: true },
        ...runs.map((values) => ({ arm: index, values, thick: false }))];
    });
    const axis = { stroke: style("--ink"), grid: { stroke: style("--line"), width: 1 }, ticks: { stroke: style("--line") } };
    plot = new uPlot({
      width: chart.clientWidth,
      height: 352,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, distr: 3, range: (u, min, max) => [min, max === min ? min + 1 : max] },
        y: quantity.share ? { range: [0, 1] } : quantity.logarithmic ? { distr: 3 } : {},
      },
      axes: [
        { ...axis, label: "step", labelSize: 24, size: 40 },
        { ...axis, size: 56, values: (u, splits) => splits.map((value) =>
          value === null ? "" : quantity.share ? Math.round(100 * value) + " %" : String(+value.toPrecision(3))) },
      ],
      series: [{}, ...series.map((entry) => ({
        show: shown[entry.arm],
        stroke: colour(entry.arm) + (entry.thick ? "" : "80"),
        dash: dash(entry.arm),
        width: entry.thick ? 3 : 1,
        spanGaps: true,
        points: { show: false },
      }))],
      hooks: { draw: [threshold], setCursor: [(u) => read(u.cursor.idx)] },
    }, [steps, ...series.map((entry) => entry.values)], chart);
    read(steps.length - 1);
  }

  document.querySelectorAll("input[name=quantity]").forEach((input) =>
    input.addEventListener("change", () => {
      quantity = data.quantities.find((candidate) => candidate.key === input.value);
      chart.setAttribute("aria-label", "Curves of the " + quantity.label);
      draw();
    }));
  document.querySelectorAll("input[name=arm]").forEach((input) => {
    const arm = Number(input.value);
    input.checked = shown[arm];
    const swatch = input.parentElement.querySelector(".swatch");
    swatch.style.borderTopColor = colour(arm);
    swatch.style.borderTopStyle = ["solid", "dashed", "dotted"][Math.floor(arm / colours.length) % 3];
    input.addEventListener("change", () => {
      shown[arm] = input.checked;
      plot.batch(() => series.forEach((entry, index) => {
        if (entry.arm === arm) { plot.setSeries(index + 1, { show: shown[arm] }); }
      }));
      read(plot.cursor.idx ?? steps.length - 1);
    });
  });
  chart.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (!by) { return; }
    event.preventDefault();
    const from = plot.cursor.idx ?? steps.length - 1;
    const to = Math.min(steps.length - 1, Math.max(0, from + by));
    plot.setCursor({ left: plot.valToPos(steps[to], "x"), top: 1 });
  });
  new ResizeObserver(() => plot.setSize({ width: chart.clientWidth, height: 352 })).observe(chart);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  if (steps.length) { draw(); } else { chart.textContent = "No run has a validation."; }
})();
