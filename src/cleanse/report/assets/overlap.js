// A click on a cell lists its matches; the matrix counts what is chosen.
const { find, all, element, number, counted, percent, data } = cleanse;
const cells = new Map(data.cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
const cellOf = (link) => cells.get(`${link.dataset.row} ${link.dataset.column}`);
const links = all("a.cell");
const panel = find("cell");
const named = (place) => data.sources[place] || "no source";

const short = (value) => {
  for (const [unit, size] of [["G", 1e9], ["M", 1e6], ["k", 1e3]]) {
    if (value >= 10000 && value >= size * 0.9995) return (value / size).toFixed(value < 9.95 * size ? 1 : 0) + unit;
  }
  return String(value);
};
const count = (measure) => {
  const top = Math.max(...data.cells.map((cell) => cell[measure]));
  links.filter((link) => link.closest("td")).forEach((link) => {
    const value = cellOf(link)[measure];
    link.textContent = value ? short(value) : "·";
    link.closest("td").className = value ? `d${1 + Math.round(5 * Math.log1p(value) / Math.log1p(top))}` : "";
    const cell = cellOf(link);
    link.title = `${named(cell.row)} and ${named(cell.column)}: ${counted(cell.documents, "pair")} of duplicates, ` +
      `${number(cell.passages)} with a shared passage, ${counted(cell.words, "word")}`;
  });
};
find("overlap-measure")?.addEventListener("change", (event) => count(event.target.value));
count("pairs");

const list = (cell) => {
  const table = element("table");
  const head = table.createTHead().insertRow();
  ["Kept and again", "Verdict", "Words", "Similarity", "Coverage", ""].forEach((name, place) =>
    head.append(element("th", name, { scope: "col", class: place > 1 && place < 5 ? "n" : "" })));
  const body = table.createTBody();
  cell.shown.forEach(([a, b, place, kind, words, similarity, ofA, ofB, removed]) => {
    const row = body.insertRow();
    const ids = row.insertCell();
    (removed === "a" ? [b, a] : [a, b]).forEach((id, second) => {
      if (second) ids.append(element("span", " and ", { class: "around" }));
      ids.append(element("bdi", id, { class: "id" }));
    });
    row.insertCell().textContent = kind === "passage" ? "both stay" : `${kind}, one removed`;
    [number(words), percent(similarity), `${percent(ofA)} / ${percent(ofB)}`].forEach((text) => {
      const made = row.insertCell();
      made.className = "n";
      made.textContent = text;
    });
    const last = row.insertCell();
    if (place !== null) last.append(element("a", "side by side", { href: `#match-${place}` }));
  });
  return table;
};
links.forEach((link) => link.addEventListener("click", (event) => {
  event.preventDefault();
  const cell = cellOf(link);
  all(".matrix .chosen").forEach((each) => each.classList.remove("chosen"));
  link.closest("td")?.classList.add("chosen");
  const title = element("h3", cell.row === cell.column ? `Within ${named(cell.row)}` :
    `Kept in ${named(cell.row)}, again in ${named(cell.column)}`);
  const note = element("p", `${counted(cell.documents, "pair")} of duplicates, ${number(cell.passages)} with a shared passage, ` +
    `${counted(cell.words, "word")}.` + (cell.pairs > cell.shown.length ?
      ` Here are ${cell.shown.length} with the most words; matches.parquet holds all, cleanse explain shows their texts.` : ""), { class: "note" });
  const wide = element("div", "", { class: "wide" });
  wide.append(list(cell));
  const some = data.matches.filter((match) => match.kept_source === data.sources[cell.row] &&
    match.again_source === data.sources[cell.column]).length;
  panel.replaceChildren(title, note, wide);
  if (some) {
    const more = element("button", `Show ${some} of them side by side`, { type: "button" });
    more.addEventListener("click", () => {
      cleanse.matchesBetween(data.sources[cell.row], data.sources[cell.column]);
      find("matches").scrollIntoView();
    });
    panel.append(more);
  }
  panel.hidden = false;
  panel.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
}));
