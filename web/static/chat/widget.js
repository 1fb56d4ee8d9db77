// The chat in a corner of another site: a quiet button, and the page in a frame once she asks for it.
// <script src="https://chat.example.org/widget.js" async></script>   (data-label="…" changes the word on the button)
(function () {
  "use strict";

  var LEAVE = "{{ leave_url }}";
  var TITLE = "{{ title }}";
  var NARROW = "(max-width: 640px), (max-height: 520px)";
  var LAYER = "2147483000";
  var PATIENCE = 10000;
  var SANS = '16px/1.5 system-ui, -apple-system, "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", sans-serif';

  var script = document.currentScript || document.querySelector('script[src*="widget.js"]');
  if (!script || document.querySelector("[data-chat-widget]")) { return; }
  var base = script.src.replace(/widget\.js([?#].*)?$/, "");
  var origin = base.replace(/^(https?:\/\/[^/]+).*$/, "$1");
  var label = script.getAttribute("data-label") || TITLE;
  var host = document.createElement("div");
  var button, panel, notice, frame, slow, overflow;
  var isOpen = false;
  var gone = false;

  // Through the style object: needs nothing of the site's policy, and no style sheet of the site wins over it.
  function dress(node, rules) {
    Object.keys(rules).forEach(function (name) { node.style.setProperty(name, rules[name], "important"); });
    return node;
  }

  function make(tag, text, rules) {
    var node = document.createElement(tag);
    if (text) { node.textContent = text; }
    return dress(node, rules);
  }

  function pressed(text, rules, act) {
    var node = make("button", text, {
      font: SANS, "min-height": "48px", padding: "0 20px", margin: "0", border: "0", "border-radius": "24px", cursor: "pointer"
    });
    dress(node, rules);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
  }

  function build() {
    host.setAttribute("data-chat-widget", "");
    dress(host, { all: "initial", position: "static" });
    document.body.appendChild(host);
    var root = host.attachShadow ? host.attachShadow({ mode: "open" }) : host;
    button = pressed(label, {
      position: "fixed", right: "16px", bottom: "16px", "z-index": LAYER, "font-weight": "600",
      background: "#1d6470", color: "#fff", "box-shadow": "0 2px 12px rgba(0,0,0,.25)"
    }, open);
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    panel = make("div", "", { display: "none", position: "fixed", "z-index": LAYER, overflow: "hidden", background: "#f3f5f5" });
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", label);
    notice = make("div", "", { position: "absolute", left: "24px", right: "24px", top: "24px", font: SANS, color: "#1a2225" });
    notice.setAttribute("role", "status");
    panel.appendChild(notice);
    root.appendChild(button);
    root.appendChild(panel);
  }

  function narrow() { return window.matchMedia(NARROW).matches; }

  function place() {
    var small = narrow();
    dress(panel, small ? {
      left: "0", right: "0", top: "0", bottom: "0", width: "100%", height: "100%", "border-radius": "0", "box-shadow": "none"
    } : {
      left: "auto", top: "auto", right: "16px", bottom: "16px", width: "400px", height: "calc(100% - 32px)", "max-height": "680px",
      "border-radius": "16px", "box-shadow": "0 8px 40px rgba(0,0,0,.3)"
    });
    if (small) { dress(panel, { "max-height": "none" }); }
    panel.setAttribute("aria-modal", small ? "true" : "false");
    if (isOpen && small) { hold(); } else { release(); }
  }

  // What lies under a full sheet does not scroll.
  function hold() {
    if (overflow === undefined) {
      overflow = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
    }
  }

  function release() {
    if (overflow !== undefined) { document.documentElement.style.overflow = overflow; }
    overflow = undefined;
  }

  function load() {
    notice.textContent = "正在打开……";
    frame = make("iframe", "", { position: "absolute", left: "0", top: "0", width: "100%", height: "100%", border: "0", opacity: "0" });
    frame.title = label;
    frame.setAttribute("referrerpolicy", "no-referrer");
    frame.addEventListener("load", function () { say("hello"); });
    frame.src = base;
    panel.appendChild(frame);
    slow = window.setTimeout(failed, PATIENCE);
  }

  function failed() {
    var link = make("a", "在新页面打开", { color: "#1d6470" });
    link.href = base;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    drop();
    notice.textContent = "现在打不开。急事请直接打110，也可以打12338。 ";
    notice.appendChild(link);
    notice.appendChild(pressed("收起", { display: "block", "margin-top": "24px", background: "#1a2225", color: "#fff" }, fold));
  }

  function say(word) { if (frame && frame.contentWindow) { frame.contentWindow.postMessage("halfsky:" + word, origin); } }

  function news(some) {
    button.textContent = some ? label + " ●" : label;
    button.setAttribute("aria-label", some ? label + "，有新消息" : label);
  }

  function open() {
    isOpen = true;
    news(false);
    dress(button, { display: "none" });
    dress(panel, { display: "block" });
    button.setAttribute("aria-expanded", "true");
    place();
    if (!frame) { load(); } else { frame.focus(); }
  }

  function fold() {
    isOpen = false;
    dress(panel, { display: "none" });
    dress(button, { display: "inline-block" });
    button.setAttribute("aria-expanded", "false");
    release();
    button.focus();
  }

  function drop() {
    window.clearTimeout(slow);
    if (frame) { say("leave"); panel.removeChild(frame); }
    frame = null;
  }

  // The whole page goes, not only our frame; Back does not find it again.
  function leave() {
    gone = true;
    drop();
    dress(document.documentElement, { display: "none" });
    document.title = "\u200b";
    window.location.replace(LEAVE);
  }

  window.addEventListener("message", function (event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) { return; }
    if (event.data === "halfsky:ready") {
      window.clearTimeout(slow);
      notice.textContent = "";
      dress(frame, { opacity: "1" });
      if (isOpen) { frame.focus(); }
    } else if (event.data === "halfsky:leave") {
      leave();
    } else if (event.data === "halfsky:fold") {
      fold();
    } else if (event.data === "halfsky:news" && !isOpen) {
      news(true);
    }
  });

  document.addEventListener("keydown", function (event) {
    if (isOpen && (event.key === "Escape" || event.key === "Esc") && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      leave();
    }
  }, true);

  // No picture of an open conversation is kept for Back.
  window.addEventListener("pagehide", function () { if (frame) { drop(); fold(); } });
  window.addEventListener("pageshow", function (event) { if (gone && event.persisted) { window.location.reload(); } });
  window.addEventListener("resize", function () { if (isOpen) { place(); } });

  if (document.body) { build(); } else { document.addEventListener("DOMContentLoaded", build); }
}());
