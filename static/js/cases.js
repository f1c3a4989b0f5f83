// The exceptions desk: arrows through the queue, ticks, what is decided together.
//   tr[data-payment]      a row of #queue; data-case is the address of its case, data-fen its amount
//   [data-skip]           a button that goes on without deciding
// The focus stands on the selected row, so that digits choose; Enter goes on to the decision.
// Without scripts every row is a link and the form decides the payment shown.

const at = (id) => document.getElementById(id);
const rows = () => [...document.querySelectorAll("#queue tr[data-payment]")];
const selected = () => rows().findIndex((row) => row.classList.contains("is-selected"));
const ticks = () => [...document.querySelectorAll("#queue input[name=payments]")];
const drafts = new Map(); // payment → what was typed as evidence, kept while one looks elsewhere
const KEPT = "canbao-case"; // what was typed when the server refused, or did not answer
const QUIET = 120; // milliseconds without a step until a case is asked for while a key is held down
let coming = false; // another case is on its way: what stands there may not be decided any more
let sending = false; // what was decided is on its way: nothing moves until it is answered
let pressed = ""; // the digit pressed meanwhile
let waiting = 0; // timer of a key that is held down
let scrolled = 0; // of the queue, when what was decided was sent
const aloud = document.createElement("div"); // says to a screen reader what was done

aloud.className = "visually-hidden";
aloud.setAttribute("role", "status");
document.body.append(aloud);

// --- moving

function move(step, held) {
  const all = rows();
  const next = selected() + step;
  if (sending) return;
  if (next >= all.length) {
    const more = at("queue-next");
    if (more && !held) window.location.assign(more.href);
    return;
  }
  if (next >= 0) show(all[next], held);
}

function show(row, held) {
  if (sending) return;
  keepDraft();
  select(row);
  focusRow();
  window.history.replaceState(null, "", row.querySelector("a").href);
  coming = true;
  pressed = "";
  setButtons(true);
  window.clearTimeout(waiting);
  waiting = window.setTimeout(ask, held ? QUIET : 0, row);
}

function ask(row) {
  const swap = { source: "#case", target: "#case", swap: "innerHTML settle:0ms" };
  window.htmx.ajax("GET", row.dataset.case, swap).catch(() => {}); // onFailure is told
}

function select(row) {
  rows().forEach((each) => {
    each.classList.toggle("is-selected", each === row);
    each.querySelector("a").tabIndex = each === row ? 0 : -1;
    each.querySelector("a").setAttribute("aria-current", String(each === row));
  });
  row.scrollIntoView({ block: "nearest" });
}

function focusRow() {
  const row = rows()[selected()];
  if (row) row.querySelector("a").focus({ preventScroll: true });
}

// What is typed while the answer comes would be lost.
function setFields(fixed) {
  document.querySelectorAll("#decide input[type=text]").forEach((field) => { field.readOnly = fixed; });
}

function setButtons(off) {
  document.querySelectorAll("#decide button").forEach((button) => { button.disabled = off; });
}

// The decision, from the row: what is chosen, or else the first field.
function enter() {
  const form = at("decide");
  const first = form && (form.querySelector("input[name=choice]:checked") || form.querySelector("input[type=text], button"));
  if (first) first.focus();
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
    if (fits) usual = group.querySelector("option[data-usual]");
  });
  const now = reason.selectedOptions[0];
  if (now && !now.parentElement.disabled) return;
  if (usual) usual.selected = true;
  else reason.selectedIndex = -1; // no reason stands there that nobody gave
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
    said.parentElement.querySelectorAll(".last, .case-why-not").forEach((each) => { each.hidden = n > 0; });
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
  const chosen = document.querySelector("#decide input[name=choice]:checked");
  keep({
    payment: here,
    choice: chosen ? chosen.id : "",
    typed: TYPED.filter(at).map((id) => [id, at(id).value]),
    ticked: [...gone],
    all: Boolean(all && all.checked),
  });
}

const TYPED = ["reason", "evidence", "why"];

function keep(kept) {
  window.sessionStorage.setItem(KEPT, JSON.stringify(kept));
}

function kept() {
  return JSON.parse(window.sessionStorage.getItem(KEPT) || "null");
}

// What was refused, or never arrived, stands there again, ready to be sent once more.
function restore() {
  const was = kept();
  window.sessionStorage.removeItem(KEPT);
  const form = at("decide");
  if (!was || !form || !(was.failed || document.querySelector(".case-said .message-error"))) return;
  ticks().forEach((box) => { box.checked = was.ticked.includes(box.value); });
  const all = document.querySelector("#all-of input");
  if (all) all.checked = was.all;
  count();
  if (form.elements.payment.value !== was.payment && was.ticked.length < 2) return;
  const choice = was.choice && at(was.choice);
  if (choice && !choice.disabled) choice.checked = true;
  onChoice();
  was.typed.filter(([id]) => at(id)).forEach(([id, value]) => {
    const fits = (option) => option.value === value && !option.parentElement.disabled;
    if (id === "reason") at(id).selectedIndex = [...at(id).options].findIndex(fits);
    else at(id).value = value;
  });
}

function onFailure(event) {
  coming = false;
  sending = false;
  pressed = "";
  const form = at("decide");
  if (event.target.id === "case") { // the case that stands there is still the one before
    const row = rows().find((each) => form && each.dataset.payment === form.elements.payment.value);
    if (row) {
      select(row);
      focusRow();
      window.history.replaceState(null, "", row.querySelector("a").href);
    }
    setButtons(false);
  }
  setFields(false);
  const was = kept();
  if (was) keep({ ...was, failed: true });
  if (!at("queue")) return;
  const here = encodeURIComponent(window.location.pathname + window.location.search);
  document.querySelectorAll("#shell-messages a").forEach((link) => { link.search = `?next=${here}`; });
}

// --- keys and clicks

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const { target, key } = event;
  if ((coming || sending) && /^[1-9]$/.test(key) && !target.matches("input[type=text]")) {
    pressed = key;
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const open = document.querySelector("details.cases-more[open]");
  if (key === "Escape" && open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  if (!at("queue") || target.closest("dialog, .cases-drop, .case-number, select, textarea")) return;
  const typing = target.matches("input[type=text]");
  const step = { ArrowDown: 1, ArrowUp: -1, ...(typing ? {} : { j: 1, k: -1 }) }[key];
  const link = target.closest("a");
  const ofRow = link && link.closest("#queue");
  if (step) move(step, event.repeat);
  else if (key === " " && !typing && !(link && !ofRow) && !target.closest("button, summary, input[type=checkbox]")) {
    const box = ticks()[selected()];
    if (box) box.click();
  } else if (key === "Enter" && ofRow && link.closest(".is-selected")) enter();
  else if (key === "Escape" && ticks().some((box) => box.checked)) untick();
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
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest(".case-find")) keepDraft();
  if (!event.target.matches("#decide, .case-back")) return;
  sending = true;
  setFields(true);
  const queue = document.querySelector(".cases-scroll");
  scrolled = queue ? queue.scrollTop : 0;
});
["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((name) => document.addEventListener(name, onFailure));
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "case" && event.target.id !== "content") return;
  coming = false;
  sending = false;
  begin();
  if (event.target.id === "content") answered();
  const choice = document.querySelectorAll("#decide input[name=choice]")[Number(pressed) - 1];
  pressed = "";
  if (choice && !choice.disabled) choice.click();
});

// The page as it stands after a decision.
function answered() {
  restore();
  const queue = document.querySelector(".cases-scroll");
  if (queue) queue.scrollTop = scrolled; // the next stands where the eye is
  scrollHere();
  focusRow();
  const said = document.querySelector(".case-said .message-ok .message-text");
  aloud.textContent = said ? said.textContent : ""; // errors are read by themselves
}

function scrollHere() {
  const row = rows()[selected()];
  if (row) row.scrollIntoView({ block: "nearest" });
}

begin();
restore();
scrollHere();
