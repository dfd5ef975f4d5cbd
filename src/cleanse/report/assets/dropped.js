// Examples of one source at a time.
const { find, all } = cleanse;
const source = find("example-source");
source?.addEventListener("change", () => {
  all(".reason").forEach((reason) => {
    let shown = 0;
    all(".examples > li", reason).forEach((example) => {
      example.hidden = source.value ? example.dataset.source !== source.value : example.classList.contains("extra");
      shown += example.hidden ? 0 : 1;
    });
    reason.querySelector(".none").hidden = shown > 0;
    reason.classList.toggle("without", shown === 0);
  });
});
