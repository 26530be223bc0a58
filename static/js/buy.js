// Cart, checkout and payment: what is smoother with script.
"use strict";
(() => {
  // The count in the head follows the cart.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "cart") window.mall?.loadBits();
  });

  // A second tap on the button sends nothing; the server would take it as the same order anyway.
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      if (!event.submitter?.hasAttribute("formnovalidate")) form.dataset.sent = "1";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
  });

  // On to the cashier, without leaving this page behind in the history.
  const cashier = document.querySelector("[data-go]");
  if (cashier) location.replace(cashier.href);

  // After a refusal, the first wrong field is where one goes on.
  document.querySelector("[aria-invalid=true]")?.focus();
})();
