/* Turns a stall's tablet through its products. Plain ES5: old tablets' browsers. Goods are fetched anew every
   few minutes; when that fails the last ones stay, and the page says when their prices are from. Where the
   browser has service workers, one keeps page and goods over a reload (tablet_worker.js). */
(function () {
  "use strict";
  var REFRESH = 5 * 60, RETRY = 30, SOON = 3; // seconds
  var body = document.body, main = document.getElementById("slides"), line = document.getElementById("line");
  var foot = document.getElementById("foot"), count = document.getElementById("count");
  var pause = document.getElementById("pause");
  var seconds = Number(body.getAttribute("data-seconds")), at = Number(body.getAttribute("data-at")) - 1;
  var isWhole = false, isPaused = false, isDown = false, shown = 0, asked = 0;

  function slides() { return main.querySelectorAll(".slide"); }

  function show(n) {
    var all = slides(), i;
    foot.hidden = !all.length; // nothing to scan or to turn while there are no goods or no prices
    if (!all.length) { return; }
    at = isWhole ? (n + all.length) % all.length : 0;
    for (i = 0; i < all.length; i += 1) { all[i].hidden = i !== at; }
    if (isWhole) { count.textContent = at + 1 + " / " + all.length; }
    shown = 0;
  }

  function say() {
    var first = main.querySelector("[data-as-of]");
    line.hidden = !isDown;
    line.textContent = line.getAttribute("data-text").replace("{time}", first.getAttribute("data-as-of"));
  }

  function place(item) {
    var all = slides(), i;
    for (i = 0; i < all.length; i += 1) { if (all[i].getAttribute("data-item") === item) { return i; } }
    return Math.min(at, Math.max(all.length - 1, 0));
  }

  function took(html, isKept) {
    var before = isWhole ? slides()[at] : slides()[0];
    var item = before ? before.getAttribute("data-item") : "", past = shown;
    main.innerHTML = html;
    isWhole = true;
    isDown = isKept;
    say();
    show(place(item));
    shown = past;
    if (!isKept) { setTimeout(keep, 0, html); } // by then the browser has chosen the sizes of pictures
  }

  function failed() {
    isDown = true;
    say();
  }

  function answered(request) {
    var isKept = request.getResponseHeader("X-Kept") !== null;
    if (request.status === 404) { location.reload(); } // the display was closed: the page says so
    else if (request.status !== 200 || isKept && isWhole) { failed(); }
    else { took(request.responseText, isKept); }
  }

  function ask() {
    var request = new XMLHttpRequest();
    asked = 0;
    request.open("GET", body.getAttribute("data-slides"));
    request.timeout = 15000;
    request.onload = function () { answered(request); };
    request.onerror = failed;
    request.ontimeout = failed;
    request.send();
  }

  function keep(html) {
    var used = document.querySelectorAll("link[href], script[src], img"), assets = [], i;
    if (!navigator.serviceWorker) { return; }
    for (i = 0; i < used.length; i += 1) { assets.push(used[i].currentSrc || used[i].src || used[i].href); }
    navigator.serviceWorker.ready.then(function (registration) {
      registration.active.postMessage({ slides: body.getAttribute("data-slides"), html: html, assets: assets });
    });
  }

  function second() {
    shown += 1;
    asked += 1;
    if (!isPaused && isWhole && shown >= seconds) { show(at + 1); }
    if (asked >= (!isDown && isWhole ? REFRESH : RETRY)) { ask(); }
  }

  document.addEventListener("click", function (event) {
    var turn = event.target.getAttribute && event.target.getAttribute("data-turn");
    if (turn && isWhole) {
      event.preventDefault();
      show(at + Number(turn));
    }
  });
  pause.hidden = false;
  pause.onclick = function () {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
  };
  window.addEventListener("online", function () {
    ask();
    asked = RETRY - SOON; // a line that comes back often takes a moment longer
  });
  window.addEventListener("offline", failed);
  if (navigator.wakeLock) { navigator.wakeLock.request("screen").then(null, function () {}); }
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register(body.getAttribute("data-worker"), { updateViaCache: "none" })
      .then(null, function () {});
  }
  setInterval(second, 1000);
  ask();
})();
