// What forms need besides HTML.
//   data-once             a form that is sent once: its buttons wait until the answer comes
//   data-send-on-change   a select that sends its form when another value is chosen
//   data-print            a button that prints the page
//   data-must-equal="37"  a field; the form's [data-needs-equal] button waits until it says so

export function listen(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    window.setTimeout(() => setButtons(form, true));
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches("[data-send-on-change]")) event.target.form.requestSubmit();
  });
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  root.addEventListener("input", (event) => {
    const wanted = event.target.dataset.mustEqual;
    if (wanted === undefined) return;
    const typed = event.target.value.replace(/[,，\s]/g, "");
    event.target.form.querySelector("[data-needs-equal]").disabled = typed !== wanted;
  });
  // A page taken from the browser's back cache must be usable again.
  window.addEventListener("pageshow", () => root.querySelectorAll("form[data-sent]").forEach(release));
  root.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest ? event.target.closest("form[data-sent]") : null;
    if (form) release(form);
  });
}

export function release(form) {
  delete form.dataset.sent;
  setButtons(form, false);
}

function setButtons(form, busy) {
  form.querySelectorAll("button[type=submit]").forEach((button) => {
    if (busy && !button.disabled) button.dataset.waits = "yes";
    if (busy || button.dataset.waits) button.disabled = busy;
    if (!busy) delete button.dataset.waits;
  });
}
