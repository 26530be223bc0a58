/* Keeps a stall's tablet page for when the line is down at a reload or a restart. Served from below the page,
   so that it has a say over no other. The page tells after each fetch which goods it shows and what they need;
   page, style, script and pictures are changed together, so what is kept is always of one version. */
"use strict";
const PAGE = new URL(self.registration.scope).pathname;
const KEPT = `tablet ${PAGE}`;
const PATIENCE = 8000; // milliseconds that a line which is up in name only is waited for

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(self.location.origin)) event.respondWith(answer(event.request));
});

/* What the mall says, or what was kept where it is away. A display that was closed is forgotten. */
async function answer(request) {
  let answered;
  try {
    answered = await patiently(request);
  } catch (error) {
    const kept = await keptFor(request);
    if (kept) return kept;
    throw error;
  }
  if (answered.status === 404 && new URL(request.url).pathname === PAGE) await forget();
  return (answered.status >= 500 && (await keptFor(request))) || answered;
}

function patiently(request) {
  const late = new Promise((_, refuse) => setTimeout(refuse, PATIENCE, new Error("the mall is slow to answer")));
  return Promise.race([fetch(request), late]);
}

async function keptFor(request) {
  const cache = await caches.open(KEPT);
  return cache.match(request, { ignoreSearch: true, ignoreVary: true });
}

/* `slides`: their address, `html`: they themselves, `assets`: addresses of what they and the page need. */
async function keep({ slides, html, assets }) {
  const cache = await caches.open(KEPT);
  const known = (await cache.keys()).map((request) => request.url);
  const added = await Promise.all(assets.filter((url) => !known.includes(url)).map((url) => add(cache, url)));
  if (!(await add(cache, PAGE))) return;
  const headers = { "Content-Type": "text/html; charset=utf-8", "X-Kept": "1" };
  await cache.put(slides, new Response(html, { headers }));
  if (!added.every(Boolean)) return;
  const needed = [...assets, new URL(PAGE, self.location).href, new URL(slides, self.location).href];
  await Promise.all(known.filter((url) => !needed.includes(url)).map((url) => cache.delete(url)));
}

/* Whether it could be kept. A picture that is still being made is a placeholder: next time. */
async function add(cache, url) {
  try {
    const answered = await fetch(url);
    if (!answered.ok || answered.headers.get("Cache-Control") === "no-store") return false;
    await cache.put(url, answered);
    return true;
  } catch {
    return false;
  }
}

async function forget() {
  await caches.delete(KEPT);
  await self.registration.unregister();
}
