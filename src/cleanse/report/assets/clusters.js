// Sorting, filtering and searching clusters; a screenful at first.
const { find, all, words, later, searched, element, data } = cleanse;
const FIRST = 20;
const body = document.querySelector(".clusters tbody");
if (body) {
  let rows = all("tr", body);
  const has = searched([...rows]);
  const [filter, source, size, more] = ["filter", "source", "size", "more"].map((name) => find(`cluster-${name}`));
  let limit = FIRST;
  const factsOf = (row) => data.clusters[row.dataset.place];
  const show = () => {
    const wanted = words(filter);
    const fits = rows.filter((row) => {
      const facts = factsOf(row);
      return (!source.value || facts.sources.includes(names[source.value])) && facts.size >= Number(size.value) &&
        has(Number(row.dataset.place), wanted);
    });
    rows.forEach((row) => { row.hidden = true; });
    fits.slice(0, limit).forEach((row) => { row.hidden = false; });
    const filtered = wanted.length || source.value || size.value !== "2";
    find("cluster-count").textContent = filtered ? `${fits.length} of ${rows.length}` : "";
    find("cluster-none").hidden = fits.length > 0;
    more.hidden = fits.length <= limit;
    more.textContent = `Show all ${fits.length}`;
  };
  const names = [...new Set(data.clusters.flatMap((cluster) => cluster.sources))].sort();
  names.forEach((name, place) => source.append(element("option", name || "no source", { value: place })));
  source.parentElement.hidden = names.length < 2;
  filter.addEventListener("input", later(show));
  source.addEventListener("change", show);
  size.addEventListener("change", show);
  more.addEventListener("click", () => { limit = rows.length; show(); });

  const heads = all(".clusters th[data-sort]");
  heads.forEach((head) => {
    const button = element("button", "", { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const rising = head.getAttribute("aria-sort") === "descending" ||
        (!head.hasAttribute("aria-sort") && ["similarity", "coverage"].includes(head.dataset.sort));
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const value = (row) => factsOf(row)[head.dataset.sort] ?? 0;
      rows = [...rows].sort((x, y) => (rising ? 1 : -1) * (value(x) - value(y)) || x.dataset.place - y.dataset.place);
      body.append(...rows);
      show();
    });
  });
  show();
}
