// Gallery, quantity, heart and "add to cart" without leaving the page. The forms and links work without script.
"use strict";
(() => {
  // Counted for the partner who sent the shopper; without script by the picture that stands there.
  const seen = document.querySelector("[data-seen]")?.dataset.seen;
  if (seen && window.mall.cookie("kv_hint")) new Image().src = seen;

  const shots = document.querySelector(".gallery .shots");
  const count = document.querySelector("[data-gallery-count]");
  const thumbs = [...document.querySelectorAll(".gallery .thumbs a")];

  function show_place() {
    const place = Math.round(shots.scrollLeft / shots.clientWidth);
    if (count) count.textContent = `${place + 1} / ${shots.children.length}`;
    thumbs.forEach((thumb, i) => (i === place ? thumb.setAttribute("aria-current", "true") : thumb.removeAttribute("aria-current")));
  }
  shots?.addEventListener("scroll", () => requestAnimationFrame(show_place), { passive: true });
  thumbs.forEach((thumb, i) =>
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      shots.scrollTo({ left: i * shots.clientWidth });
    }),
  );

  for (const stepper of document.querySelectorAll("[data-stepper]")) {
    const input = stepper.querySelector("input");
    const buttons = [...stepper.querySelectorAll("[data-step]")];
    const settle = () => {
      const most = Number(input.max) || Infinity;
      input.value = Math.min(Math.max(Math.round(Number(input.value)) || 1, 1), most);
      buttons.forEach((button) => (button.disabled = Number(button.dataset.step) < 0 ? input.value <= 1 : input.value >= most));
    };
    buttons.forEach((button) =>
      button.addEventListener("click", () => {
        input.value = Number(input.value) + Number(button.dataset.step);
        settle();
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }),
    );
    input.addEventListener("change", settle);
    settle();
  }

  // "Add to cart" stays on the page and says so; whatever goes wrong, the form is sent as without script.
  const form = document.getElementById("buy");
  form?.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button?.hasAttribute("data-add")) return;
    event.preventDefault();
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) throw new Error(answer.status);
      const bits = await answer.json();
      window.mall.showBits(bits);
      window.mall.toast(bits.message || button.dataset.added, { href: button.dataset.cart, text: button.dataset.look });
    } catch {
      form.submit();
    } finally {
      button.disabled = false;
    }
  });

  // The heart adds and takes back; a visitor is led to sign in by the form itself.
  const favour = document.getElementById("favour");
  favour?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(favour);
    if (event.submitter?.classList.contains("on")) body.set("drop", "1");
    try {
      const answer = await fetch(favour.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) throw new Error(answer.status);
      const { favourite } = await answer.json();
      const { kept, dropped, list, look } = favour.dataset;
      window.mall.showHeart(favourite);
      window.mall.toast(favourite ? kept : dropped, favourite ? { href: list, text: look } : null);
    } catch {
      favour.submit();
    }
  });
})();
