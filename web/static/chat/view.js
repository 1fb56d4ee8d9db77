// What she sees. Text goes in as text nodes only; nothing here is ever read as markup.
(function () {
  "use strict";

  var PHONES = /(^|[^\d.\-—年月第])(110|119|120|12333|12338|12345|12348|12351|12355|12356)(?![\d.年月日条元%])/g;

  function byId(id) { return document.getElementById(id); }

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text) { node.textContent = text; }
    return node;
  }

  // The paragraph with the sources is smaller than what she is to do.
  function fill(node, text) {
    var at = text.search(/(^|\n)(来源|依据)[：:]/);
    if (at <= 0) { withPhones(node, text); return; }
    var end = text.indexOf("\n\n", at + 1);
    var source = make("span", "source");
    if (end < 0) { end = text.length; }
    withPhones(node, text.slice(0, at + 1));
    withPhones(source, text.slice(at + 1, end));
    node.appendChild(source);
    withPhones(node, text.slice(end));
  }

  // Help lines become one tap; everything else stays plain text.
  function withPhones(node, text) {
    var from = 0;
    text.replace(PHONES, function (all, before, number, at) {
      var link = make("a", "", number);
      link.href = "tel:" + number;
      node.appendChild(document.createTextNode(text.slice(from, at + before.length)));
      node.appendChild(link);
      from = at + all.length;
      return all;
    });
    node.appendChild(document.createTextNode(text.slice(from)));
  }

  function pad(number) { return (number < 10 ? "0" : "") + number; }

  function beijing(micros) {
    var time = new Date(micros / 1000 + 8 * 3600 * 1000);
    return (time.getUTCMonth() + 1) + "月" + time.getUTCDate() + "日 " + pad(time.getUTCHours()) + ":" + pad(time.getUTCMinutes());
  }

  window.Chat.view = function (say) {
    var log = byId("log");
    var newer = byId("newer");
    var typing = null;
    var last = ""; // who spoke last

    function nearEnd() { return log.scrollHeight - log.scrollTop - log.clientHeight < 120; }

    function begin() {
      var welcome = byId("welcome");
      if (welcome) { log.removeChild(welcome); }
    }

    function toEnd() { log.scrollTop = log.scrollHeight; newer.hidden = true; }

    function dropChoices() {
      Array.prototype.forEach.call(log.querySelectorAll(".message .choices"), function (row) { row.parentNode.removeChild(row); });
    }

    function message(who, text) {
      var item = make("div", "message " + who + (last === who ? " follows" : ""));
      var bubble = make("div", "bubble");
      if (who === "staff" && last !== who) { item.appendChild(make("p", "meta", "工作人员")); }
      if (who === "her") { bubble.textContent = text; } else { fill(bubble, text); }
      item.appendChild(bubble);
      last = who;
      return item;
    }

    function thumbnail(blob) {
      var picture = make("img", "thumbnail");
      var address = window.URL.createObjectURL(blob);
      picture.alt = "";
      picture.onload = function () { window.URL.revokeObjectURL(address); };
      picture.onerror = function () {
        window.URL.revokeObjectURL(address);
        if (picture.parentNode) { picture.parentNode.removeChild(picture); }
      };
      picture.src = address;
      return picture;
    }

    // What became of something of hers: (text, trouble, again).
    function shower(meta) {
      return function (state, trouble, again) {
        meta.textContent = state;
        meta.className = trouble ? "meta trouble" : "meta";
        if (again) {
          var button = make("button", "again", "重发");
          button.type = "button";
          button.addEventListener("click", again);
          meta.appendChild(button);
        }
      };
    }

    function divider(text) {
      var line = make("div", "divider");
      line.appendChild(make("span", "", text));
      last = "";
      return line;
    }

    newer.addEventListener("click", toEnd);
    log.addEventListener("scroll", function () { if (nearEnd()) { newer.hidden = true; } });

    return {
      // Gives a function to show what became of it.
      mine: function (text) {
        begin();
        dropChoices();
        var item = message("her", text);
        var meta = make("p", "meta");
        item.appendChild(meta);
        log.insertBefore(item, typing);
        toEnd();
        return shower(meta);
      },

      // progress(percent), progress(null) when it is over.
      file: function (label, blob, cancel) {
        begin();
        var item = message("her", label);
        var bubble = item.firstChild;
        if (String(blob.type).indexOf("image/") === 0) { bubble.insertBefore(thumbnail(blob), bubble.firstChild); }
        var row = make("div", "upload");
        var bar = make("div", "bar");
        var done = make("div", "bar-done");
        var stop = make("button", "again", "取消");
        stop.type = "button";
        stop.setAttribute("aria-label", "取消发送" + label);
        stop.addEventListener("click", cancel);
        bar.setAttribute("role", "progressbar");
        bar.setAttribute("aria-label", "上传进度");
        bar.setAttribute("aria-valuemin", "0");
        bar.setAttribute("aria-valuemax", "100");
        bar.appendChild(done);
        row.appendChild(bar);
        row.appendChild(stop);
        item.appendChild(row);
        var meta = make("p", "meta");
        item.appendChild(meta);
        log.insertBefore(item, typing);
        toEnd();
        return {
          show: shower(meta),
          progress: function (percent) {
            if (percent === null) {
              if (row.parentNode) { item.removeChild(row); }
              return;
            }
            if (!row.parentNode) { item.insertBefore(row, meta); }
            bar.setAttribute("aria-valuenow", String(percent));
            done.style.width = percent + "%";
          }
        };
      },

      replies: function (list) {
        var follow = nearEnd();
        var first = null;
        begin();
        list.forEach(function (reply) {
          var item = message(reply.staff ? "staff" : "bot", reply.text);
          if (reply.buttons && reply.buttons.length) {
            dropChoices();
            var row = make("div", "choices");
            reply.buttons.forEach(function (label) {
              var button = make("button", "choice", label);
              button.type = "button";
              button.addEventListener("click", function () { say(label); });
              row.appendChild(button);
            });
            item.appendChild(row);
          }
          log.insertBefore(item, typing);
          first = first || item;
        });
        if (!first) { return; }
        // A long answer is read from its beginning.
        if (follow) { toEnd(); log.scrollTop = Math.min(log.scrollTop, first.offsetTop - 12); } else { newer.hidden = false; }
      },

      earlier: function (lines) {
        var top = document.createDocumentFragment();
        begin();
        last = "";
        top.appendChild(divider("之前的对话"));
        lines.forEach(function (line) {
          var item = message(line.who, line.text);
          item.appendChild(make("p", "meta", beijing(line.at)));
          top.appendChild(item);
        });
        top.appendChild(divider("现在"));
        log.insertBefore(top, log.firstChild);
        toEnd();
      },

      typing: function (on) {
        if (on && !typing) {
          var follow = nearEnd();
          typing = make("div", "message bot");
          typing.setAttribute("aria-hidden", "true");
          var bubble = make("div", "bubble typing");
          [1, 2, 3].forEach(function () { bubble.appendChild(make("i")); });
          typing.appendChild(bubble);
          log.appendChild(typing);
          if (follow) { toEnd(); }
        } else if (!on && typing) {
          log.removeChild(typing);
          typing = null;
        }
      },

      status: function (text, calm) {
        var line = byId("status");
        var follow = nearEnd();
        if (line.textContent === text) { return; } // a long answer stays where its reading begins
        line.textContent = text;
        line.hidden = !text;
        line.className = calm ? "status calm" : "status";
        if (follow) { toEnd(); }
      }
    };
  };
}());
