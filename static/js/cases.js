// The exceptions desk: arrows through the queue, ticks, what is decided together.
//   tr[data-payment]      a row of #queue; data-case is the address of its case, data-fen its amount
//   [data-skip]           a button that goes on without deciding
// Without scripts every row is a link and the form decides the payment shown.

const at = (id) => document.getElementById(id);
const rows = () => [...document.querySelectorAll("#queue tr[data-payment]")];
const selected = () => rows().findIndex((row) => row.classList.contains("is-selected"));
const ticks = () => [...document.querySelectorAll("#queue input[name=payments]")];
const drafts = new Map(); // payment → what was typed as evidence, kept while one looks elsewhere
const KEPT = "canbao-case"; // what was typed when the server refused
let coming = false; // another case is on its way: what stands there may not be decided any more
let pressed = ""; // the digit pressed meanwhile

// --- moving

function move(step) {
  const all = rows();
  const next = selected() + step;
  if (next >= all.length) {
    const more = at("queue-next");
    if (more) window.location.assign(more.href);
    return;
  }
  if (next >= 0) show(all[next]);
}

function show(row) {
  keepDraft();
  rows().forEach((each) => each.classList.toggle("is-selected", each === row));
  row.scrollIntoView({ block: "nearest" });
  const link = row.querySelector("a");
  window.history.replaceState(null, "", link.href);
  coming = true;
  pressed = "";
  at("case").querySelectorAll("#decide button").forEach((button) => { button.disabled = true; });
  window.htmx.ajax("GET", row.dataset.case, { source: "#case", target: "#case", swap: "innerHTML" });
}

function keepDraft() {
  const form = at("decide");
  const evidence = at("evidence");
  if (form && evidence) drafts.set(form.elements.payment.value, evidence.value);
}

// --- what is chosen

function onChoice() {
  const chosen = document.querySelector("#decide input[name=choice]:checked");
  const reason = at("reason");
  if (!chosen || !reason) return;
  let usual = null;
  reason.querySelectorAll("optgroup").forEach((group) => {
    const fits = group.dataset.kind === chosen.dataset.kind;
    group.hidden = !fits;
    group.disabled = !fits;
    if (fits) usual = group.querySelector("option[data-usual]") || group.querySelector("option");
  });
  const now = reason.selectedOptions[0];
  if (usual && (!now || now.parentElement.disabled)) usual.selected = true;
}

function begin() {
  const reason = at("reason");
  if (reason) reason.selectedIndex = -1;
  onChoice();
  const form = at("decide");
  const evidence = at("evidence");
  if (form && evidence) evidence.value = drafts.get(form.elements.payment.value) || evidence.value;
  count();
}

// --- many at once

function count() {
  if (!at("queue")) return;
  const all = document.querySelector("#all-of input");
  const ticked = ticks().filter((box) => box.checked);
  const whole = Boolean(all && all.checked);
  const n = whole ? Number(all.dataset.n) : ticked.length;
  const fen = whole ? Number(all.dataset.fen) : ticked.reduce((sum, box) => sum + Number(box.closest("tr").dataset.fen), 0);
  const many = n > 1;
  const label = at("all-of");
  if (label) label.hidden = !whole && ticked.length < ticks().length;
  const every = at("tick-all");
  if (every) every.checked = ticked.length > 0 && ticked.length === ticks().length;
  const said = at("many");
  if (said) {
    said.hidden = n < 1;
    said.textContent = at("many-words").innerHTML.replace("%(n)s", n.toLocaleString("en"))
      .replace("%(yuan)s", (fen / 100).toLocaleString("en", { minimumFractionDigits: 2 }));
    said.parentElement.querySelector(".last").hidden = n > 0;
  }
  document.querySelectorAll("#decide input[name=choice]").forEach((choice) => {
    const words = choice.nextElementSibling;
    choice.disabled = many ? "single" in choice.dataset : "off" in choice.dataset;
    words.querySelector(".case-option").textContent = (many && words.dataset.many) || words.dataset.one;
  });
  const chosen = document.querySelector("#decide input[name=choice]:checked");
  if (chosen && chosen.disabled) {
    const first = document.querySelector("#decide input[name=choice]:not(:disabled)");
    if (first) first.checked = true;
    onChoice();
  }
}

function untick() {
  ticks().forEach((box) => { box.checked = false; });
  const all = document.querySelector("#all-of input");
  if (all) all.checked = false;
  count();
}

// --- sending

function onSubmit(event) {
  const form = event.target;
  if (form.id !== "decide") return;
  const act = event.submitter ? event.submitter.value : "";
  const all = document.querySelector("#all-of input");
  if (all && all.checked) form.elements.count.value = all.dataset.n;
  const gone = new Set(ticks().filter((box) => box.checked).map((box) => box.value));
  const here = form.elements.payment.value;
  const order = rows().map((row) => row.dataset.payment);
  const from = order.indexOf(here);
  const rest = [...order.slice(from + 1), ...order.slice(0, Math.max(from, 0)).reverse()];
  const next = gone.size && !gone.has(here) ? here : rest.find((pk) => !gone.has(pk));
  form.elements.next.value = (all && all.checked) || !next ? "" : next;
  if (act === "propose" && at("evidence")) {
    const chosen = document.querySelector("#decide input[name=choice]:checked");
    const kept = { payment: here, evidence: at("evidence").value, reason: at("reason").value, choice: chosen ? chosen.id : "" };
    window.sessionStorage.setItem(KEPT, JSON.stringify(kept));
  }
}

function restore() {
  const kept = JSON.parse(window.sessionStorage.getItem(KEPT) || "null");
  window.sessionStorage.removeItem(KEPT);
  const form = at("decide");
  if (!kept || !form || !at("evidence") || !document.querySelector(".case-said .message-error")) return;
  if (form.elements.payment.value !== kept.payment) return;
  const choice = kept.choice && at(kept.choice);
  if (choice && !choice.disabled) choice.checked = true;
  onChoice();
  at("reason").value = kept.reason;
  at("evidence").value = kept.evidence;
}

// --- keys and clicks

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const { target, key } = event;
  if (coming && /^[1-9]$/.test(key)) {
    pressed = key;
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (!at("queue") || target.closest("dialog, .cases-drop, .case-number, select, textarea")) return;
  const typing = target.matches("input[type=text]");
  if (key === "ArrowDown" || key === "ArrowUp") move(key === "ArrowDown" ? 1 : -1);
  else if (key === " " && !typing && !target.closest("button, a, summary, input[type=checkbox]")) {
    const box = ticks()[selected()];
    if (box) box.click();
  } else if (key === "Escape" && ticks().some((box) => box.checked)) untick();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("click", (event) => {
  const row = event.target.closest("#queue tr[data-payment]");
  if (row && !event.target.closest("input") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    show(row);
  }
  if (event.target.closest("[data-skip]")) move(1);
  document.querySelectorAll("details.cases-more[open]").forEach((each) => {
    if (!each.contains(event.target)) each.open = false;
  });
});

document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.name === "choice") onChoice();
  if (target.id === "tick-all") ticks().forEach((box) => { box.checked = target.checked; });
  if (target.name === "payments" && !target.checked) {
    const all = document.querySelector("#all-of input");
    if (all) all.checked = false;
  }
  if (target.closest("#queue, #all-of")) count();
  if (target.id === "file") {
    const name = at("file-name");
    name.dataset.empty = name.dataset.empty || name.textContent;
    name.textContent = target.files.length ? target.files[0].name : name.dataset.empty;
  }
});

document.addEventListener("submit", onSubmit, true);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "case") return;
  coming = false;
  begin();
  const choice = document.querySelectorAll("#decide input[name=choice]")[Number(pressed) - 1];
  if (choice && !choice.disabled) choice.click();
});

begin();
restore();
const here = rows()[selected()];
if (here) here.scrollIntoView({ block: "nearest" });
