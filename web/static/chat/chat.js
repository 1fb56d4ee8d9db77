// The conversation: what waits to be sent, what has been shown. All of it lives in memory and ends with the tab.
(function () {
  "use strict";

  var place = { conversation: null, after: null };
  var shown = {}; // reply ids: repeats are dropped
  var queue = [];
  var underWay = false;
  var retrying = null;
  var lineUp = true;
  var hint = "";
  var notice = "";

  var draft = document.getElementById("draft");
  var composer = document.getElementById("composer");
  var wordsForm = document.getElementById("words-form");
  var words = document.getElementById("words");
  var wordsError = document.getElementById("words-error");
  var wordsSend = document.getElementById("words-send");
  var back = document.getElementById("back");

  var view = window.Chat.view(say);
  var wire = window.Chat.wire(place, { replies: take, unknown: startAnew, line: setLine });
  var files = window.Chat.files(place, view, newId, { uploaded: sendFile, unknown: startAnew });

  function newId() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    var text = String.fromCharCode.apply(null, bytes);
    return window.btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function say(text) {
    if (!text.trim()) { return; }
    enqueue({ id: newId(), text: text, show: view.mine(text) });
  }

  // The file lies with the server; its letter takes it along.
  function sendFile(item) {
    enqueue({ id: item.id, text: "", file: item.ticket, item: item, show: item.show });
  }

  function enqueue(letter) {
    letter.tries = 0;
    letter.begun = false;
    letter.conversation = null;
    letter.show("发送中");
    queue.push(letter);
    pump();
  }

  // One at a time: order is kept, and only the first letter of a conversation goes without its token.
  function pump() {
    window.clearTimeout(retrying);
    if (underWay || !queue.length) { return; }
    var letter = queue[0];
    if (!letter.begun) {
      letter.begun = true;
      letter.conversation = place.conversation;
    }
    underWay = true;
    letter.show("发送中");
    view.typing(window.navigator.onLine !== false);
    wire.deliver({ id: letter.id, text: letter.text, conversation: letter.conversation, file: letter.file }, function (answer) {
      underWay = false;
      view.typing(false);
      if (answer.conversation) { accepted(letter, answer); } else { refused(letter, answer); }
    });
  }

  function accepted(letter, answer) {
    queue.shift();
    hint = "";
    letter.show("已送达");
    if (place.conversation === letter.conversation) { place.conversation = answer.conversation; }
    take(answer.replies || []);
    showStatus();
    pump();
  }

  function refused(letter, answer) {
    letter.tries += 1;
    if (answer.status === 404 && letter.conversation) {
      startAnew();
      letter.begun = false;
      pump();
    } else if (answer.status === 410 && letter.item) {
      queue.shift();
      files.anew(letter.item);
      pump();
    } else if (answer.status === 429) {
      hint = "发得有点快，稍等一下会自动发出。";
      again(letter, (answer.retry_after || 5) * 1000);
    } else if (answer.status >= 400 && answer.status < 500 && answer.status !== 408) {
      queue.shift();
      letter.show(answer.error || "没能发出", true);
      pump();
    } else {
      again(letter, answer.retry_after ? answer.retry_after * 1000 : Math.min(30000, 1000 * Math.pow(2, letter.tries - 1)));
    }
    showStatus();
  }

  function again(letter, wait) {
    retrying = window.setTimeout(pump, wait);
    letter.show(letter.tries > 1 || !lineUp ? "还没发出" : "发送中", letter.tries > 1 || !lineUp, letter.tries > 1 || !lineUp ? retry : null);
  }

  function retry() {
    wire.retry(false);
    pump();
  }

  function take(replies) {
    var fresh = replies.filter(function (reply) {
      var isNew = !shown["." + reply.id];
      shown["." + reply.id] = true;
      return isNew;
    });
    if (fresh.length) { place.after = fresh[fresh.length - 1].id; }
    view.replies(fresh);
    if (fresh.length) { window.Chat.tell("news"); }
    wire.confirm(replies.map(function (reply) { return reply.id; }));
  }

  function startAnew() {
    place.conversation = null;
    place.after = null;
  }

  function setLine(up) {
    lineUp = up;
    showStatus();
  }

  function showStatus() {
    var offline = window.navigator.onLine === false;
    if (offline) {
      view.status("没有网络。写下的话先留在这里，连上后自动发出；离开页面就没有了。");
    } else if (!lineUp) {
      view.status("暂时连不上，正在重试。急事请直接打110。");
    } else {
      var slow = queue.length ? hint : "";
      view.status(slow || notice, !slow);
    }
  }

  function fit() {
    draft.style.height = "auto";
    draft.style.height = Math.min(168, draft.scrollHeight + 2) + "px";
  }

  composer.addEventListener("submit", function (event) {
    event.preventDefault();
    var text = draft.value;
    draft.value = "";
    fit();
    say(text);
    draft.focus();
  });

  draft.addEventListener("input", fit);
  draft.addEventListener("keydown", function (event) {
    // keyCode 229: the Enter that only picks characters in the input method.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      document.querySelector("#composer .send").click();
    }
  });

  Array.prototype.forEach.call(document.querySelectorAll("[data-say]"), function (button) {
    button.addEventListener("click", function () { say(button.getAttribute("data-say")); });
  });

  function openWords(open) {
    wordsForm.hidden = !open;
    wordsError.hidden = true;
    back.setAttribute("aria-expanded", open ? "true" : "false");
    words.value = "";
    if (open) { words.focus(); }
  }

  back.addEventListener("click", function () { openWords(wordsForm.hidden); });

  wordsForm.addEventListener("submit", function (event) {
    event.preventDefault();
    if (!words.value.trim() || wordsSend.disabled) { return; }
    wordsSend.disabled = true;
    wire.resume(words.value, function (answer) {
      wordsSend.disabled = false;
      if (!answer.conversation) {
        wordsError.textContent = answer.error || "现在连不上，请稍后再试。";
        wordsError.hidden = false;
        return;
      }
      var lines = answer.lines.filter(function (line) { return !shown["." + line.id]; });
      place.conversation = answer.conversation;
      place.after = null;
      lines.forEach(function (line) {
        shown["." + line.id] = true;
        if (line.who !== "her") { place.after = line.id; }
      });
      openWords(false);
      view.earlier(lines);
      wire.moved();
      draft.focus();
    });
  });

  window.addEventListener("online", function () {
    setLine(true);
    wire.retry(true);
    files.retry();
    pump();
  });
  window.addEventListener("offline", showStatus);

  window.Chat.notice = function (text) {
    notice = text;
    showStatus();
  };

  document.getElementById("fold").addEventListener("click", function () { window.Chat.tell("fold"); });

  window.Chat.onWipe(function () {
    window.clearTimeout(retrying);
    wire.stop();
    queue = [];
    shown = {};
    place.conversation = place.after = null;
  });

  if (window.matchMedia && window.matchMedia("(hover: hover) and (pointer: fine)").matches) { draft.focus(); }
  showStatus();
  wire.start();
}());
