// A page whose session has ended must say so, not wait for a connection that will be refused for ever.
(function () {
  "use strict";
  function leave() {
    var back = encodeURIComponent(window.location.pathname);
    window.location.replace("/desk/sign-in?expired=1&next=" + back);
  }
  function ask() {
    fetch("/desk/session", { cache: "no-store" }).then(
      function (answer) {
        if (answer.status === 401) leave();
      },
      function () {} // the network is away: the page says so itself and tries again
    );
  }
  function listen() {
    if (!window.socket) {
      window.setTimeout(listen, 200);
      return;
    }
    window.socket.on("connect_error", ask);
    window.socket.on("disconnect", ask);
  }
  listen();
})();
