// Her pictures, recordings and papers: a lane of their own, so that what she writes never waits for them.
(function () {
  "use strict";

  var LONGEST_WAIT = 30000;
  var SLOWEST = 600000;

  function byId(id) { return document.getElementById(id); }

  function nameOf(blob) {
    var kind = String(blob.type);
    return kind.indexOf("image/") === 0 ? "图片" : kind.indexOf("audio/") === 0 ? "录音" : "文件";
  }

  function sizeOf(blob) {
    var kilo = Math.max(1, Math.round(blob.size / 1024));
    return kilo < 1000 ? kilo + " KB" : (kilo / 1024).toFixed(1) + " MB";
  }

  // place: {conversation}. on: {uploaded(item), unknown()}. An item: {id, blob, ticket, show(text, trouble, again)}.
  window.Chat.files = function (place, view, newId, on) {
    var most = Number(document.documentElement.getAttribute("data-most-bytes"));
    var base = window.location.pathname.replace(/[^/]*$/, "");
    var panel = byId("attach-panel");
    var opener = byId("attach");
    var lane = [];
    var http = null;
    var retrying = null;

    function add(blob) {
      var item = { id: newId(), blob: blob, tries: 0, ticket: null };
      var shown = view.file(nameOf(blob) + " " + sizeOf(blob), blob, function () { cancel(item); });
      item.show = shown.show;
      item.progress = shown.progress;
      if (!blob.size) { give(item, "这个文件是空的"); return; }
      if (blob.size > most) {
        give(item, "文件太大，最多 " + Math.round(most / 1048576) + " MB。可以截图，或分开发。");
        return;
      }
      lane.push(item);
      item.show(http || retrying ? "排队中" : "上传中");
      pump();
    }

    function give(item, why) {
      item.progress(null);
      item.show(why, true);
    }

    function cancel(item) {
      var at = lane.indexOf(item);
      if (at < 0) { return; }
      lane.splice(at, 1);
      give(item, "已取消，没有发出");
      if (at === 0) {
        window.clearTimeout(retrying);
        retrying = null;
        var running = http;
        http = null;
        if (running) { running.abort(); }
        pump();
      }
    }

    function pump() {
      if (http || retrying || !lane.length) { return; }
      var item = lane[0];
      var sending = new XMLHttpRequest();
      http = sending;
      item.show("上传中");
      item.progress(0);
      sending.open("POST", base + "api/files");
      sending.timeout = SLOWEST;
      sending.setRequestHeader("Content-Type", "application/octet-stream");
      if (place.conversation) { sending.setRequestHeader("X-Conversation", place.conversation); }
      if (sending.upload) {
        sending.upload.onprogress = function (event) {
          if (http === sending && event.lengthComputable) { item.progress(Math.round(event.loaded * 100 / event.total)); }
        };
      }
      sending.onload = function () {
        var answer = {};
        try { answer = JSON.parse(sending.responseText); } catch (error) { answer = {}; }
        finished(sending, item, sending.status, answer);
      };
      sending.onerror = sending.ontimeout = function () { finished(sending, item, 0, {}); };
      sending.send(item.blob);
    }

    function finished(sending, item, status, answer) {
      if (http !== sending) { return; } // she cancelled it
      http = null;
      if (status === 200 && answer.file) {
        lane.shift();
        item.ticket = answer.file;
        item.progress(null);
        on.uploaded(item);
        pump();
      } else if (status === 404 && place.conversation) {
        on.unknown();
        pump();
      } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
        lane.shift();
        give(item, answer.error || "这个文件没能发出");
        pump();
      } else {
        item.tries += 1;
        item.progress(0);
        wait(item, answer);
      }
    }

    function wait(item, answer) {
      var seconds = answer.retry_after;
      retrying = window.setTimeout(again, seconds ? seconds * 1000 : Math.min(LONGEST_WAIT, 1000 * Math.pow(2, item.tries - 1)));
      item.show(answer.error || "还没传完，连上后自动再传", true, again);
    }

    function again() {
      window.clearTimeout(retrying);
      retrying = null;
      pump();
    }

    function takeAll(list) {
      Array.prototype.forEach.call(list || [], add);
    }

    function open(wanted) {
      panel.hidden = !wanted;
      opener.setAttribute("aria-expanded", wanted ? "true" : "false");
    }

    function chooser(button, input) {
      button.addEventListener("click", function () { input.click(); });
      input.addEventListener("change", function () {
        open(false);
        takeAll(input.files);
        input.value = "";
      });
    }

    opener.addEventListener("click", function () { open(panel.hidden); });
    chooser(byId("take-photo"), byId("photo"));
    chooser(byId("choose-file"), byId("file"));

    byId("draft").addEventListener("paste", function (event) {
      var found = [];
      var items = event.clipboardData ? event.clipboardData.items : null;
      Array.prototype.forEach.call(items || [], function (one) {
        var blob = one.kind === "file" ? one.getAsFile() : null;
        if (blob) { found.push(blob); }
      });
      if (found.length) { event.preventDefault(); takeAll(found); }
    });

    // A file dropped anywhere is meant for us; the browser would open it instead of this page.
    document.addEventListener("dragover", function (event) { event.preventDefault(); });
    document.addEventListener("drop", function (event) {
      event.preventDefault();
      takeAll(event.dataTransfer ? event.dataTransfer.files : []);
    });

    window.Chat.onWipe(function () {
      window.clearTimeout(retrying);
      lane = [];
      var running = http;
      http = null;
      if (running) { running.abort(); }
    });

    return {
      retry: again,
      // The server lost what waited for its message: the same file goes up again.
      anew: function (item) {
        item.ticket = null;
        lane.push(item);
        pump();
      }
    };
  };
}());
