// Leaving: the first script, dependent on nothing. Wipes what stands on the page and goes to a neutral site.
(function () {
  "use strict";

  var PATIENCE = 400; // for the page around us to leave as a whole
  var wipers = [];
  var gone = false;
  var framed = window.parent !== window;
  var ours = window.location.protocol + "//" + window.location.host;
  var around = [ours].concat((document.documentElement.getAttribute("data-embedders") || "").split(" ").filter(Boolean));

  // Registered by the other scripts: close the line, forget what is kept in memory.
  window.Chat = {
    framed: framed,
    onWipe: function (wiper) { wipers.push(wiper); },
    leave: leave,
    tell: tell
  };

  // To the page around us, if it is one that may show us; one word, never anything of hers.
  function tell(word) {
    if (!framed) { return; }
    around.forEach(function (origin) {
      try { window.parent.postMessage("halfsky:" + word, origin); } catch (error) { /* not an origin */ }
    });
  }

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
    if (!framed) { window.location.replace(target); return; }
    tell("leave");
    window.setTimeout(function () {
      try { window.top.location.replace(target); } catch (error) { window.location.replace(target); }
    }, PATIENCE);
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

  // From the page around us, and only from it: it has opened us, or shows us again.
  window.addEventListener("message", function (event) {
    if (!framed || event.source !== window.parent || around.indexOf(event.origin) < 0) { return; }
    if (event.data === "halfsky:hello") { around = [event.origin]; tell("ready"); }
    if (event.data === "halfsky:leave") { wipe(); }
  });
  if (framed) { document.documentElement.className = "framed"; }
}());
