// Finding a page by its words or by what was dropped of it.
const { find, all, words, later, searched, data } = cleanse;
const filter = find("page-filter");
if (filter) {
  const pages = all("details.page");
  const has = searched(pages);
  const reason = find("page-reason");
  const show = () => {
    const wanted = words(filter);
    let shown = 0;
    pages.forEach((page, place) => {
      page.hidden = Boolean((reason.value && !data.pages[place].reasons.includes(reason.value)) || !has(place, wanted));
      shown += page.hidden ? 0 : 1;
    });
    find("page-count").textContent = wanted.length || reason.value ? `${shown} of ${pages.length}` : "";
    find("page-none").hidden = shown > 0;
  };
  filter.addEventListener("input", later(show));
  reason.addEventListener("change", show);
}
