// Leaving: the first script, dependent on nothing. Wipes what stands on the page and goes to a neutral site.
(function () {
  "use strict";

  var wipers = [];
  var gone = false;

  // Registered by the other scripts: close the line, forget what is kept in memory.
  window.Chat = {
    onWipe: function (wiper) { wipers.push(wiper); }
  };

  function wipe() {
    gone = true;
    wipers.forEach(function (wiper) {
      try { wiper(); } catch (error) { /* nothing may stand between her and the way out */ }
    });
    Array.prototype.forEach.call(document.querySelectorAll("input, textarea"), function (field) { field.value = ""; });
    document.body.textContent = "";
    document.title = "\u200b";
  }

  function leave(event) {
    var link = document.getElementById("leave");
    if (event) { event.preventDefault(); }
    if (!link) { return; }
    var target = link.href;
    wipe();
    // Replaces this page in the history: Back does not come here again.
    window.location.replace(target);
  }

  document.addEventListener("click", function (event) {
    var node = event.target;
    while (node && node.id !== "leave") { node = node.parentNode; }
    if (node) { leave(event); }
  }, true);

  document.addEventListener("keydown", function (event) {
    // While she is choosing characters Esc belongs to her keyboard.
    if ((event.key === "Escape" || event.key === "Esc") && !event.isComposing && event.keyCode !== 229) { leave(event); }
  }, true);

  // Whatever way she goes, no picture of the page is kept for Back; if one is, it opens blank.
  window.addEventListener("pagehide", wipe);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted || gone) { window.location.reload(); }
  });
  if ("scrollRestoration" in window.history) { window.history.scrollRestoration = "manual"; }
}());
