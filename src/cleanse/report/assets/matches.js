// Filtering matches, going from one to the next, and moving both sides of one together.
const { find, all, words, later, searched, data } = cleanse;
const matches = all("details.match");
const filter = find("match-filter");
if (filter) {
  const kind = find("match-kind");
  const pair = find("match-pair");
  const has = searched(matches);
  let between = null;
  const show = () => {
    const wanted = words(filter);
    let shown = 0;
    matches.forEach((match, place) => {
      const facts = data.matches[place];
      match.hidden = Boolean((kind.value && facts.kind !== kind.value) ||
        (between && (facts.kept_source !== between[0] || facts.again_source !== between[1])) || !has(place, wanted));
      shown += match.hidden ? 0 : 1;
    });
    const filtered = kind.value || between || wanted.length;
    find("match-count").textContent = filtered ? `${shown} of ${matches.length}` : "";
    find("match-none").hidden = shown > 0;
    pair.hidden = !between;
    pair.textContent = between ? `${between[0] || "no source"} and ${between[1] || "no source"} ×` : "";
  };
  filter.addEventListener("input", later(show));
  kind.addEventListener("change", show);
  pair.addEventListener("click", () => { between = null; show(); });
  cleanse.matchesBetween = (kept, again) => { between = [kept, again]; kind.value = ""; filter.value = ""; show(); };

  // Pieces of one number on both sides; the nearest before it where a side has none.
  const twins = (piece) => {
    const number = Number(piece.dataset.n);
    return all(".text", piece.closest(".span")).flatMap((text) => {
      const pieces = all("[data-n]", text);
      const same = pieces.filter((each) => Number(each.dataset.n) === number);
      const before = pieces.filter((each) => Number(each.dataset.n) < number);
      return same.length ? same : before.slice(-1);
    });
  };
  let lit = [];
  const light = (piece) => {
    lit.forEach((each) => each.classList.remove("lit"));
    lit = piece ? twins(piece) : [];
    lit.forEach((each) => each.classList.add("lit"));
  };
  find("matches").addEventListener("mouseover", (event) => {
    const piece = event.target.closest?.("[data-n]");
    if (piece && !lit.includes(piece)) light(piece);
  });
  find("matches").addEventListener("click", (event) => {
    if (event.target.closest?.(".sides")) light(event.target.closest("[data-n]"));
  });

  const current = () => document.activeElement.closest?.("details.match") ?? matches.find((each) => each.open && !each.hidden);
  const step = (by) => {
    const shown = matches.filter((match) => !match.hidden);
    if (!shown.length) return;
    const from = document.activeElement.closest?.("details.match");
    const here = shown.indexOf(from);
    const next = shown[here < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(here + by, 0), shown.length - 1)];
    if (from && from !== next) from.open = false;
    next.open = true;
    next.querySelector("summary").focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  };
  const difference = (by) => {
    const match = current();
    if (!match) return;
    match.open = true;
    const seen = new Set();
    const marks = all("mark[data-n]", match).filter((mark) => {
      const key = `${all(".span", match).indexOf(mark.closest(".span"))} ${mark.dataset.n}`;
      return !seen.has(key) && seen.add(key);
    }).sort((x, y) => all(".span", match).indexOf(x.closest(".span")) - all(".span", match).indexOf(y.closest(".span")) ||
      x.dataset.n - y.dataset.n);
    if (!marks.length) return;
    const at = marks.findIndex((mark) => lit.some((each) => each.tagName === "MARK" &&
      each.dataset.n === mark.dataset.n && each.closest(".span") === mark.closest(".span")));
    const next = at < 0 ? (by > 0 ? 0 : marks.length - 1) : (at + by + marks.length) % marks.length;
    light(marks[next]);
    lit.forEach((each) => each.scrollIntoView({ block: "nearest" }));
  };
  find("match-next").addEventListener("click", () => step(1));
  find("match-previous").addEventListener("click", () => step(-1));
  find("match-right").addEventListener("click", () => difference(1));
  find("match-left").addEventListener("click", () => difference(-1));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea, .wide")) return;
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      if (!document.activeElement.closest?.("#matches")) return;
      event.preventDefault();
      difference(event.key === "ArrowRight" ? 1 : -1);
    }
  });
}
