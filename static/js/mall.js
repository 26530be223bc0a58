// What every page does with script: it works without, only less smoothly.
"use strict";
(() => {
  const root = document.documentElement;
  const cookie = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.split("=")[1];

  root.classList.add("js");
  // WeChat draws its own title bar.
  if (/MicroMessenger/i.test(navigator.userAgent)) root.classList.add("in-wechat");

  // Back goes where the shopper came from, if that was a page of ours.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-back]");
    if (!link || !document.referrer.startsWith(location.origin) || history.length < 2) return;
    event.preventDefault();
    history.back();
  });

  // The language last chosen is where "/" leads.
  document.addEventListener("click", (event) => {
    const language = event.target.closest("[data-language]")?.dataset.language;
    if (language) document.cookie = `django_language=${language}; path=/; max-age=31536000; samesite=lax`;
  });

  // Share through the system's sheet where there is one, else copy the address.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-share]");
    if (!button) return;
    if (navigator.share) navigator.share({ title: document.title, url: location.href }).catch(() => {});
    else if (navigator.clipboard) {
      await navigator.clipboard.writeText(location.href);
      window.mall.toast(button.dataset.share);
    }
  });

  function toast(text, action) {
    document.querySelector(".toast")?.remove();
    const box = document.createElement("div");
    box.className = "toast";
    box.setAttribute("role", "status");
    const words = document.createElement("span");
    box.append(words);
    if (action) {
      const link = document.createElement("a");
      link.href = action.href;
      link.textContent = action.text;
      box.append(link);
    }
    document.body.append(box);
    words.textContent = text; // after it is in the page, so that it is announced
    setTimeout(() => box.remove(), 5000);
  }

  // A product's heart, where the page has one: marked in shape, colour and word.
  function showHeart(isKept) {
    for (const button of document.querySelectorAll("[data-heart]")) {
      button.classList.toggle("on", isKept);
      button.querySelector("[data-on]").hidden = !isKept;
      button.querySelector("[data-off]").hidden = isKept;
    }
  }

  function showBits({ cart, name, favourite }) {
    if (favourite !== undefined) showHeart(favourite);
    for (const badge of document.querySelectorAll("[data-cart-count]")) badge.textContent = cart ? (cart > 99 ? "99+" : cart) : "";
    const greeting = document.querySelector("[data-greeting]");
    if (!name || !greeting) return;
    greeting.textContent = greeting.dataset.greeting.replace("{name}", () => name);
    for (const link of document.querySelectorAll("[data-signed-out]")) link.hidden = true;
  }

  // Personal bits: asked for only where a session left its hint, since pages are the same for everybody.
  async function loadBits() {
    const url = document.querySelector("[data-bits]")?.dataset.bits;
    if (!url || !cookie("kmall_bits")) return;
    const product = document.getElementById("favour")?.dataset.product;
    const answer = await fetch(product ? `${url}?product=${product}` : url, { headers: { Accept: "application/json" } });
    if (answer.ok) showBits(await answer.json());
  }

  window.mall = { cookie, toast, showBits, showHeart, loadBits };
  loadBits();
  window.addEventListener("pageshow", (event) => event.persisted && loadBits());

  // Suggestions close when the shopper turns elsewhere.
  document.addEventListener("click", (event) => {
    const words = document.getElementById("search-words");
    if (words && !event.target.closest(".search")) words.replaceChildren();
  });
})();
