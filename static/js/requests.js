// What htmx could not do is said in words above the page, and stays until something succeeds.
//   data-line             an element (the desk's strip) that shows whether the server answers:
//                         its .line-up is shown, or its .line-down

const TEMPLATES = { down: "request-failed", refused: "request-refused", ended: "session-ended" };

export function listen(root) {
  root.addEventListener("htmx:sendError", () => tell(root, "down"));
  root.addEventListener("htmx:timeout", () => tell(root, "down"));
  root.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    tell(root, status === 401 || status === 403 ? "ended" : "refused");
  });
  root.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.xhr.status < 400) untell(root);
  });
  window.addEventListener("offline", () => tell(root, "down"));
  window.addEventListener("online", () => untell(root));
}

function tell(root, kind) {
  const place = root.getElementById("shell-messages");
  const said = root.getElementById(TEMPLATES[kind]);
  if (!place || !said) return;
  place.replaceChildren(said.content.cloneNode(true));
  place.dataset.failed = kind;
  showLine(root, kind !== "down");
}

function untell(root) {
  const place = root.getElementById("shell-messages");
  if (place && place.dataset.failed) {
    place.replaceChildren();
    delete place.dataset.failed;
  }
  showLine(root, true);
}

function showLine(root, up) {
  root.querySelectorAll("[data-line]").forEach((line) => {
    line.querySelector(".line-up").hidden = !up;
    line.querySelector(".line-down").hidden = up;
  });
}
