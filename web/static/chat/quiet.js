// 无痕: another title, a cover as soon as she looks elsewhere, and away after three minutes without a touch.
(function () {
  "use strict";

  var IDLE = 180000;
  var button = document.getElementById("quiet");
  var cover = document.getElementById("cover");
  var uncover = document.getElementById("uncover");
  var heading = document.getElementById("title");
  var plain = document.title;
  var disguise = button.getAttribute("data-title");
  var on = false;
  var leaving = null;
  var before = null;

  function rest() {
    window.clearTimeout(leaving);
    if (on) { leaving = window.setTimeout(function () { window.Chat.leave(); }, IDLE); }
  }

  function set(wanted) {
    on = wanted;
    button.setAttribute("aria-pressed", on ? "true" : "false");
    document.title = heading.textContent = on ? disguise : plain;
    window.Chat.notice(on ? "无痕已打开：一离开这个画面就遮住，3 分钟没有动作就自动离开。" : "");
    rest();
  }

  function hide() {
    before = document.activeElement;
    document.body.className = "covered";
    cover.hidden = false;
    uncover.focus();
  }

  button.addEventListener("click", function () { set(!on); });
  uncover.addEventListener("click", function () {
    cover.hidden = true;
    document.body.className = "";
    if (before && before.focus) { before.focus(); }
  });
  document.addEventListener("visibilitychange", function () { if (on && document.hidden) { hide(); } });
  ["keydown", "mousedown", "touchstart", "scroll"].forEach(function (kind) { document.addEventListener(kind, rest, true); });
  window.Chat.onWipe(function () { on = false; rest(); });
}());
