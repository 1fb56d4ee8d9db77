// The line to the server: a socket, and plain requests where there is none. Keeps nothing but the line itself.
(function () {
  "use strict";

  var BEAT = 25000;
  var PATIENCE = 10000;
  var LONGEST_WAIT = 30000;
  var MOST_BYTES = 64000; // the server takes 64 KiB
  var LOST = { status: 0, error: "" };

  // place: {conversation, after}, owned by the caller. on: {replies(list), unknown(), line(up)}.
  window.Chat.wire = function (place, on) {
    var base = window.location.pathname.replace(/[^/]*$/, "");
    var socket = null;
    var ready = false;
    var failures = 0;
    var stopped = false;
    var waiting = null; // {id, done, timer}: one letter is under way at a time
    var beat = null;
    var silence = null;
    var reopening = null;
    var polling = null;
    var requests = [];

    function request(method, path, headers, body, done) {
      var http = new XMLHttpRequest();
      requests.push(http);
      function finish(answer) {
        var at = requests.indexOf(http);
        if (at < 0) { return; }
        requests.splice(at, 1);
        if (!stopped) { done(answer); }
      }
      http.open(method, base + path);
      http.timeout = 15000;
      Object.keys(headers).forEach(function (name) { http.setRequestHeader(name, headers[name]); });
      http.onload = function () {
        var content = {};
        try { content = JSON.parse(http.responseText); } catch (error) { content = {}; }
        if (http.status !== 200) {
          content = { status: http.status, error: content.error || "", retry_after: content.retry_after };
        }
        if (!stopped) { on.line(true); }
        finish(content);
      };
      http.onerror = http.ontimeout = function () {
        if (!stopped) { on.line(false); }
        finish(LOST);
      };
      http.send(body ? JSON.stringify(body) : null);
    }

    function write(frame) {
      try { socket.send(JSON.stringify(frame)); } catch (error) { drop(); }
    }

    function hello() {
      write({ type: "hello", conversation: place.conversation, after: place.after });
    }

    function settle(answer) {
      var letter = waiting;
      waiting = null;
      if (letter) {
        window.clearTimeout(letter.timer);
        letter.done(answer);
      }
    }

    function heard(frame) {
      window.clearTimeout(silence);
      if (frame.type === "accepted" && waiting && frame.id === waiting.id) { settle(frame); return; }
      if (frame.type === "refused" && waiting && frame.id === waiting.id) { settle(frame); return; }
      if (frame.type === "refused" && frame.status === 404) { on.unknown(); hello(); return; }
      if (frame.type === "welcome") { ready = true; failures = 0; on.line(true); }
      if (frame.replies && frame.replies.length) { on.replies(frame.replies); }
    }

    function drop() {
      var old = socket;
      socket = null;
      ready = false;
      window.clearInterval(beat);
      window.clearTimeout(silence);
      if (old) {
        old.onopen = old.onmessage = old.onclose = old.onerror = null;
        try { old.close(); } catch (error) { /* already closed */ }
      }
      if (stopped) { return; }
      failures += 1;
      // A line that never comes up (blocked, an old browser) is tried rarely: the requests carry everything.
      var wait = Math.min(LONGEST_WAIT * (failures > 5 ? 2 : 1), 1000 * Math.pow(2, failures - 1));
      window.clearTimeout(reopening);
      reopening = window.setTimeout(open, wait * (0.5 + Math.random() / 2));
      settle(LOST);
    }

    function expectAnswer() {
      window.clearTimeout(silence);
      silence = window.setTimeout(drop, PATIENCE);
    }

    function open() {
      window.clearTimeout(reopening);
      if (stopped || socket || !window.WebSocket) { return; }
      try {
        socket = new WebSocket(window.location.protocol.replace("http", "ws") + "//" + window.location.host + base + "api/chat");
      } catch (error) { drop(); return; }
      expectAnswer();
      socket.onopen = hello;
      socket.onclose = socket.onerror = drop;
      socket.onmessage = function (event) {
        var frame = null;
        try { frame = JSON.parse(event.data); } catch (error) { return; }
        heard(frame);
      };
      beat = window.setInterval(function () {
        if (ready) { write({ type: "ping", after: place.after }); expectAnswer(); }
      }, BEAT);
    }

    // Headers, not the address: addresses end up in the logs of proxies.
    function poll() {
      window.clearTimeout(polling);
      polling = window.setTimeout(poll, document.hidden ? 15000 : 4000);
      if (ready || !place.conversation || waiting) { return; }
      var headers = { "X-Conversation": place.conversation };
      if (place.after) { headers["X-After"] = place.after; }
      request("GET", "api/messages", headers, null, function (answer) {
        if (answer.status === 404) { on.unknown(); }
        if (answer.replies && answer.replies.length) { on.replies(answer.replies); }
      });
    }

    return {
      start: function () { open(); poll(); },
      // fresh: the network changed, so a line from before it may be dead without knowing.
      retry: function (fresh) {
        if (fresh && socket) { drop(); }
        failures = 0;
        open();
      },
      stop: function () {
        stopped = true;
        [reopening, polling, silence].forEach(function (timer) { window.clearTimeout(timer); });
        drop();
        requests.splice(0).forEach(function (http) { http.abort(); });
      },
      // done gets {conversation, replies} or {status, error, retry_after}; status 0: nobody answered.
      deliver: function (letter, done) {
        if (new Blob([JSON.stringify(letter)]).size > MOST_BYTES) {
          done({ status: 413, error: "内容太长，请分成几条发送" });
          return;
        }
        if (!ready) {
          request("POST", "api/messages", { "Content-Type": "application/json" }, letter, done);
          return;
        }
        waiting = { id: letter.id, done: done, timer: window.setTimeout(drop, PATIENCE) };
        write({ type: "message", id: letter.id, text: letter.text, conversation: letter.conversation, file: letter.file });
      },
      confirm: function (ids) { if (ready && ids.length) { write({ type: "got", ids: ids }); } },
      resume: function (words, done) {
        request("POST", "api/resume", { "Content-Type": "application/json" }, { words: words }, done);
      },
      moved: function () { if (ready) { hello(); } }
    };
  };
}());
