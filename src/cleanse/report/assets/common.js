// What the parts of the page share. Without any script the page reads the same, only longer.
globalThis.cleanse = (() => {
  const find = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const words = (input) => plain(input.value).split(/\s+/).filter(Boolean);
  const later = (run) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(run, 120); }; };
  const element = (name, text = "", attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  };
  const number = (value) => value.toLocaleString("en");
  const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
  const percent = (share) => share === 0 || share === 1 ? `${share * 100} %` :
    share < 0.0005 ? "<0.1 %" : share >= 0.9995 ? ">99.9 %" : `${(share * 100).toFixed(1)} %`;

  // A text is read once, when the first search asks for it.
  const searched = (elements) => {
    let texts;
    return (place, wanted) => {
      if (!wanted.length) return true;
      texts ??= elements.map((each) => plain(each.textContent));
      return wanted.every((word) => texts[place].includes(word));
    };
  };
  const open = (target) => {
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.hidden = false;
    target.scrollIntoView({ block: "start" });
  };

  all(".controls").forEach((each) => { each.hidden = false; });
  // A link to a folded part unfolds it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#page-"], a[href^="#match-"]');
    const target = link && find(link.getAttribute("href").slice(1));
    if (target) { event.preventDefault(); open(target); target.querySelector("summary")?.focus({ preventScroll: true }); }
  });
  const linked = find(location.hash.slice(1));
  if (linked?.tagName === "DETAILS") open(linked);
  const folded = all("details.reason, .charts details, #run details");
  addEventListener("beforeprint", () => folded.forEach((each) => { each.dataset.was = each.open; each.open = true; }));
  addEventListener("afterprint", () => folded.forEach((each) => { each.open = each.dataset.was === "true"; }));

  return { find, all, plain, words, later, element, number, counted, percent, searched, open,
    data: JSON.parse(find("data").textContent) };
})();
