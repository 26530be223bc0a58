/* Turns a stall's tablet through its products. Plain ES5: old tablets' browsers. Goods are fetched anew every
   few minutes; when that fails the last ones stay, and the page says since when. */
(function () {
  "use strict";
  var REFRESH = 5 * 60, RETRY = 30; // seconds
  var body = document.body, main = document.getElementById("slides"), line = document.getElementById("line");
  var count = document.getElementById("count"), pause = document.getElementById("pause");
  var seconds = Number(body.getAttribute("data-seconds")), at = Number(body.getAttribute("data-at")) - 1;
  var isWhole = false, isPaused = false, downSince = null, shown = 0, asked = 0;

  function slides() { return main.querySelectorAll(".slide"); }

  function show(n) {
    var all = slides(), i;
    if (!all.length) { return; }
    at = isWhole ? (n + all.length) % all.length : 0;
    for (i = 0; i < all.length; i += 1) { all[i].hidden = i !== at; }
    if (isWhole && count) { count.textContent = at + 1 + " / " + all.length; }
    shown = 0;
  }

  function clock() {
    var now = new Date();
    return ("0" + now.getHours()).slice(-2) + ":" + ("0" + now.getMinutes()).slice(-2);
  }

  function say() {
    line.hidden = downSince === null;
    if (downSince !== null) { line.textContent = line.getAttribute("data-text").replace("{since}", downSince); }
  }

  function place(item) {
    var all = slides(), i;
    for (i = 0; i < all.length; i += 1) { if (all[i].getAttribute("data-item") === item) { return i; } }
    return Math.min(at, Math.max(all.length - 1, 0));
  }

  function took(html) {
    var before = isWhole ? slides()[at] : slides()[0];
    var item = before ? before.getAttribute("data-item") : "", kept = shown;
    main.innerHTML = html;
    isWhole = true;
    downSince = null;
    say();
    show(place(item));
    shown = kept;
  }

  function failed() {
    if (downSince === null) { downSince = clock(); }
    say();
  }

  function ask() {
    var request = new XMLHttpRequest();
    asked = 0;
    request.open("GET", body.getAttribute("data-slides"));
    request.timeout = 15000;
    request.onload = function () { if (request.status === 200) { took(request.responseText); } else { failed(); } };
    request.onerror = failed;
    request.ontimeout = failed;
    request.send();
  }

  function second() {
    shown += 1;
    asked += 1;
    if (!isPaused && isWhole && shown >= seconds) { show(at + 1); }
    if (asked >= (downSince === null && isWhole ? REFRESH : RETRY)) { ask(); }
  }

  document.addEventListener("click", function (event) {
    var turn = event.target.getAttribute && event.target.getAttribute("data-turn");
    if (turn && isWhole) {
      event.preventDefault();
      show(at + Number(turn));
    }
  });
  if (pause) {
    pause.hidden = false;
    pause.onclick = function () {
      isPaused = !isPaused;
      pause.setAttribute("aria-pressed", String(isPaused));
    };
  }
  window.addEventListener("online", ask);
  window.addEventListener("offline", failed);
  if (navigator.wakeLock) { navigator.wakeLock.request("screen").then(null, function () {}); }
  setInterval(second, 1000);
  ask();
})();
