"use strict";
// Sorting, filtering and stepping; without it the page reads the same. It only ever shows, hides and moves elements.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const words = (input) => plain(input.value).split(/\s+/).filter(Boolean);
  const later = (run) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(run, 120); }; };
  all(".controls").forEach((element) => { element.hidden = false; });

  const rows = all(".clusters tbody tr");
  if (rows.length) {
    const body = rows[0].parentElement;
    const texts = rows.map((row) => plain(row.textContent));
    const filter = find("cluster-filter");
    const show = () => {
      const wanted = words(filter);
      let shown = 0;
      rows.forEach((row, place) => {
        row.hidden = !wanted.every((word) => texts[place].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      find("cluster-count").textContent = wanted.length ? `${shown} of ${rows.length}` : "";
    };
    filter.addEventListener("input", later(show));

    const heads = all(".clusters th[data-sort]");
    heads.forEach((head) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const rising = head.getAttribute("aria-sort") === "descending" ||
          (!head.hasAttribute("aria-sort") && ["similarity", "coverage"].includes(head.dataset.sort));
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", rising ? "ascending" : "descending");
        const value = (row) => data.clusters[row.dataset.place][head.dataset.sort] ?? 0;
        [...rows].sort((x, y) => (rising ? 1 : -1) * (value(x) - value(y)) || x.dataset.place - y.dataset.place)
          .forEach((row) => body.append(row));
      });
    });
  }

  const matches = all(".match");
  const filter = find("match-filter");
  if (!filter) return;
  const kind = find("match-kind");
  const pair = find("match-pair");
  let texts;
  let between = null;
  const show = () => {
    const wanted = words(filter);
    if (wanted.length) texts ??= matches.map((match) => plain(match.textContent));
    let shown = 0;
    matches.forEach((match, place) => {
      const facts = data.matches[place];
      match.hidden = Boolean((kind.value && facts.kind !== kind.value) ||
        (between && (facts.a_source !== between[0] || facts.b_source !== between[1])) ||
        !wanted.every((word) => texts[place].includes(word)));
      shown += match.hidden ? 0 : 1;
    });
    const filtered = kind.value || between || wanted.length;
    find("match-count").textContent = !filtered ? "" : shown ? `${shown} of ${matches.length}` :
      "none of those shown here; matches.parquet holds all";
    pair.hidden = !between;
    pair.textContent = between ? `${between[0] || "no source"} and ${between[1] || "no source"} ×` : "";
  };
  filter.addEventListener("input", later(show));
  kind.addEventListener("change", show);
  pair.addEventListener("click", () => { between = null; show(); });
  all(".matrix a").forEach((link) => link.addEventListener("click", () => {
    between = [data.sources[link.dataset.row], data.sources[link.dataset.column]];
    show();
  }));

  const step = (by) => {
    const shown = matches.filter((match) => !match.hidden);
    if (!shown.length) return;
    const here = shown.indexOf(document.activeElement.closest(".match"));
    const next = here < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(here + by, 0), shown.length - 1);
    shown[next].focus({ preventScroll: true });
    shown[next].scrollIntoView({ block: "start" });
  };
  find("match-next").addEventListener("click", () => step(1));
  find("match-previous").addEventListener("click", () => step(-1));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea")) return;
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });
})();
