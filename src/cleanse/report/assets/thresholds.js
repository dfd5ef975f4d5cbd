// The slider below a histogram: what would flip at another threshold.
const { all, counted, number, data } = cleanse;
all("figure[data-measure]").forEach((figure) => {
  const flips = data.thresholds[figure.dataset.measure];
  const slider = figure.querySelector("input");
  const line = figure.querySelector(".other");
  const now = Number(slider.value);
  const show = () => {
    const flip = flips[slider.value];
    ["x1", "x2"].forEach((name) => line.setAttribute(name, flip.value * 400));
    line.toggleAttribute("hidden", Number(slider.value) === now);
    const parts = [];
    if (flip.back) parts.push(`${counted(flip.back, "removed document")} would stay`);
    if (flip.gone) parts.push(`${counted(flip.gone, "more document")} would go`);
    const said = Number(slider.value) === now ? `as in this run, ${number(data.removed)} removed` :
      parts.length ? `${parts.join(", ")}: ${number(flip.removed)} removed` : "no verdict would flip";
    figure.querySelector("output").textContent = `${flip.value.toFixed(2)}: ${said}`;
    slider.setAttribute("aria-valuetext", `${flip.value.toFixed(2)}: ${said}`);
  };
  slider.addEventListener("input", show);
  show();
});
