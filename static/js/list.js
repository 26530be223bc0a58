// Filter sheet of a list on a phone: the same form stands in a left column on a desktop.
"use strict";
(() => {
  const column = document.getElementById("filter-sheet");
  if (!column) return;
  const phone = matchMedia("(max-width: 999px)");
  const home = document.createComment("filter column");
  column.before(home);
  let sheet = null;

  function open() {
    sheet = document.createElement("dialog");
    sheet.className = "sheet";
    sheet.setAttribute("aria-label", column.getAttribute("aria-label"));
    const head = document.createElement("header");
    const title = document.createElement("h2");
    title.textContent = column.getAttribute("aria-label");
    title.tabIndex = -1;
    title.autofocus = true;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "sheet-close";
    close.setAttribute("aria-label", column.dataset.close);
    close.addEventListener("click", () => sheet.close());
    head.append(title, close);
    sheet.append(head, column);
    sheet.addEventListener("close", put_back);
    sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
    document.body.append(sheet);
    sheet.showModal();
  }

  function put_back() {
    home.after(column);
    sheet.remove();
    sheet = null;
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-sheet='filter-sheet']") || !phone.matches) return;
    event.preventDefault();
    open();
  });
  column.addEventListener("submit", () => sheet?.close());
  phone.addEventListener("change", () => sheet?.close());
})();
