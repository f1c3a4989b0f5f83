// The desk: judging a number while it is typed, and the keys of this page only.
// The server judges again; nothing here is needed to work, it is needed to work fast.
import { clean, judge } from "./idnumber.js";
import { goTo } from "./keys.js";
import { group, parts } from "./desk_number.js";

const LONG = ["resident_id", "hmt_permit", "foreign_permanent"];
const words = JSON.parse(document.getElementById("desk-words").textContent);
const calm = { line: null, facts: null }; // what stood there before something went wrong

const at = (id) => document.getElementById(id);
const form = () => at("desk-form");
const isLong = () => LONG.includes(at("kind").value);
const verdictNow = () => judge(at("number").value, form().dataset.today, at("kind").value);

function fill(id, values = {}) {
  const copy = at(id).content.cloneNode(true);
  copy.querySelectorAll("[data-fill]").forEach((place) => {
    place.textContent = values[place.dataset.fill] ?? "";
  });
  return copy;
}

// --- the number

function onNumber(field) {
  if ("masked" in field.dataset) delete field.dataset.masked; // typed over: no longer that member
  if ("lookedUp" in field.dataset) forget(field);
  if (isLong()) group(field);
  judgeNow(field, false);
}

function judgeNow(field, done) {
  const verdict = verdictNow();
  const length = clean(field.value).length;
  at("count").textContent = isLong() && length ? `${length}/18` : "";
  at("count").classList.toggle("tone-song", !verdict.problem && isLong());
  const early = isLong() ? length < 18 : true; // too early to complain, unless asked to
  if (!verdict.problem) {
    showRight(verdict);
    return true;
  }
  const birth = clean(field.value).slice(6, 14);
  if (done || !early) showWrong(verdict);
  else if (isLong() && birth.length === 8 && /^\d{14}/.test(clean(field.value))) judgeBirth(birth);
  else showNothing();
  return false;
}

// The date can be judged before the number is complete: fill up with an order and its check digit.
function judgeBirth(birth) {
  const early = judge(`110101${birth}0010`, form().dataset.today, "resident_id");
  if (early.problem === "date" || early.problem === "future") {
    showWrong({ ...early, number: clean(at("number").value) });
  } else {
    showNothing();
  }
}

function showRight(verdict) {
  const corrected = "retry" in form().dataset;
  showNothing();
  if (verdict.bornOn) {
    const sex = at(verdict.sex === "F" ? "word-female" : "word-male").content.textContent;
    const years = yearsBetween(verdict.bornOn, form().dataset.today);
    at("verdict").replaceChildren(fill("verdict-ok", { born: verdict.bornOn, years, sex }));
  }
  if (corrected) at("desk-look-up").click();
}

function showWrong(verdict) {
  const { problem, number } = verdict;
  remember();
  form().dataset.wrong = problem;
  form().dataset.retry = ""; // once corrected it is looked up by itself
  at("number").classList.add("is-invalid");
  at("number").setAttribute("aria-invalid", "true");
  const line = fill("line-wrong");
  const key = problem === "characters" && !isLong() ? "kind_characters" : problem;
  line.querySelector("[data-sentence]").append(...sentence(words[key], {
    count: String(number.length),
    position: String(verdict.position),
    expected: verdict.expected,
    found: number.slice(-1),
    birth: `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`,
  }));
  at("line").replaceChildren(line);
  const explained = fill(problem === "check_digit" ? "verdict-wrong" : "verdict-part");
  explained.querySelector("[data-fill=digits]").append(...parts(number, verdict));
  at("verdict").replaceChildren(...(problem === "empty" ? [] : [explained]));
  const facts = fill("facts-wrong", { expected: verdict.expected });
  facts.querySelectorAll("[data-why]").forEach((why) => {
    if (why.dataset.why !== problem) why.remove();
  });
  at("facts").replaceChildren(facts);
  allow(false);
}

function showNothing() {
  at("verdict").replaceChildren();
  at("number").classList.remove("is-invalid");
  at("number").removeAttribute("aria-invalid");
  if (!("wrong" in form().dataset)) return;
  delete form().dataset.wrong;
  restoreLine();
  at("facts").replaceChildren(...calm.facts);
  allow(true);
}

function allow(may) {
  at("owed").hidden = !may;
  at("number-wrong").hidden = may;
  form().querySelectorAll("button[data-key]").forEach((button) => {
    if (!may && !button.disabled) button.dataset.off = "";
    if (!may || "off" in button.dataset) button.disabled = !may;
    if (may) delete button.dataset.off;
  });
}

// A sentence with %(name)s places: the values stand out.
function sentence(text, values) {
  return text.split(/(%\(\w+\)s)/).map((piece) => {
    const name = /^%\((\w+)\)s$/.exec(piece);
    if (!name) return document.createTextNode(piece);
    const strong = document.createElement("b");
    strong.textContent = values[name[1]];
    return strong;
  });
}

function yearsBetween(born, today) {
  return Number(today.slice(0, 4)) - Number(born.slice(0, 4)) - (today.slice(5) < born.slice(5) ? 1 : 0);
}

function remember() {
  if ("wrong" in form().dataset) return;
  calm.facts = [...at("facts").childNodes];
}

function restoreLine() {
  if (calm.line) at("line").replaceChildren(calm.line.cloneNode(true));
}

function keepCalmLine() {
  const said = at("line").querySelector(".message-ok, .message-idle, .message-warning");
  if (said && (said.matches(".message-ok") || !calm.line)) calm.line = said.cloneNode(true);
}

// The number changed after a look-up: what came from the register belongs to somebody else.
function forget(field) {
  delete field.dataset.lookedUp;
  const fields = form().elements;
  fields.looked_up.value = "";
  if (!fields.prefilled.value) return;
  ["name", "phone", "village", "group_no", "head_name", "relation", "household", "about", "owed", "prefilled", "confirm"]
    .forEach((name) => { fields[name].value = ""; });
  if (fields.school) fields.school.value = fields.school.dataset.own; // of a school's own clerk
  form().querySelectorAll("input[name=category]").forEach((choice) => { choice.checked = false; });
  form().querySelectorAll("[data-mark]").forEach((mark) => mark.remove());
  form().querySelectorAll("input[name=residence]").forEach((choice) => { choice.checked = false; });
  form().querySelectorAll("input[name=tier]").forEach((choice) => {
    choice.checked = choice.value === "";
    delete choice.dataset.owed;
  });
  at("initials").replaceChildren();
  const fresh = at("facts-none").content.cloneNode(true);
  at("facts").replaceChildren(fresh);
  at("owed").querySelector(".desk-sum, .desk-reason")?.replaceChildren("—");
  at("save").disabled = false;
}

// --- other fields

function showInitials() {
  const chosen = at("village").selectedOptions[0];
  const initials = chosen ? chosen.dataset.initials : "";
  at("initials").replaceChildren(...(initials ? [fill("initials-of", { initials })] : []));
}

let typed = { text: "", when: 0, field: "" };

// Letters choose a village or a school by its pinyin initials; the same letter again goes to the
// next one.
function typeInitials(event, field) {
  if (!/^[a-z]$/i.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return false;
  const fresh = event.timeStamp - typed.when > 1200 || typed.field !== field.id;
  const letter = event.key.toLowerCase();
  const again = !fresh && typed.text === letter;
  const text = fresh || again ? letter : typed.text + letter;
  typed = { text, when: event.timeStamp, field: field.id };
  const options = [...field.options];
  const here = again ? field.selectedIndex : -1;
  const fits = (option) => (option.dataset.initials || "").startsWith(typed.text);
  const found = options.find((option, index) => index > here && fits(option)) || options.find(fits);
  if (found) {
    found.selected = true;
    if (field.id === "village") showInitials();
  }
  return true;
}

// What is due goes by the tier; nothing is known of it before somebody was looked up.
function showOwed(choice) {
  const sum = at("owed").querySelector(".desk-sum");
  if (!sum || !form().querySelector("input[name=tier][data-owed]")) return;
  const unit = document.createElement("small");
  unit.textContent = at("tiers").dataset.unit;
  sum.replaceChildren(...(choice.dataset.owed ? [choice.dataset.owed, unit] : ["—"]));
}

function asBefore() {
  const before = at("before").dataset;
  const fields = form().elements;
  const headless = !fields.head_name.value;
  ["village", "group_no", "head_name"].forEach((name) => {
    if (!fields[name].value && before[name]) fields[name].value = before[name];
  });
  if (headless && before.household) fields.household.value = before.household;
  showInitials();
}

function nextKind() {
  const kind = at("kind");
  kind.selectedIndex = (kind.selectedIndex + 1) % kind.options.length;
  onKind();
}

function onKind() {
  at("kind").parentElement.classList.toggle("is-other", at("kind").selectedIndex > 0);
  const field = at("number");
  if (!("masked" in field.dataset) && field.value) onNumber(field);
  else at("count").textContent = "";
  field.focus();
}

// --- keys

function onEnter(field, event) {
  if (event.shiftKey || event.ctrlKey) return;
  event.preventDefault();
  if ("masked" in field.dataset || "lookedUp" in field.dataset) goTo(form(), field, 1);
  else if (judgeNow(field, true)) at("desk-look-up").click();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  const { target, key } = event;
  const undo = document.querySelector("details.desk-undo[open]");
  if (key === "Escape" && undo) {
    undo.open = false;
    at("number").focus();
  } else if (key === "F2") {
    nextKind();
  } else if (event.ctrlKey && !event.shiftKey && key.toLowerCase() === "d") {
    asBefore();
  } else if (target.id === "number" && key === "Enter") {
    onEnter(target, event);
    if (!event.defaultPrevented) return;
  } else if (!target.matches("select[data-initials]") || !typeInitials(event, target)) {
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("beforeinput", (event) => {
  const field = event.target;
  if (field.id !== "number" || !event.inputType.startsWith("insert")) return;
  // The next card is scanned over a person who was only looked at.
  const full = "lookedUp" in field.dataset || "masked" in field.dataset;
  if (full && field.selectionStart === field.value.length) field.value = "";
});

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.id === "number" && !event.isComposing) onNumber(field);
  const mark = field.parentElement && field.parentElement.querySelector("[data-mark]");
  if (mark) mark.remove();
});

document.addEventListener("change", (event) => {
  if (event.target.id === "village") showInitials();
  if (event.target.id === "kind") onKind();
  if (event.target.name === "tier") showOwed(event.target);
});

// Opened here and not by the browser, so that the reason can be typed at once.
document.addEventListener("click", (event) => {
  const summary = event.target.closest("details.desk-undo > summary");
  if (!summary) return;
  event.preventDefault();
  const undo = summary.parentElement;
  document.querySelectorAll("details.desk-undo[open]").forEach((other) => { other.open = other === undo; });
  undo.open = !undo.open;
  if (undo.open) undo.querySelector("input[name=why]").focus();
});

// --- requests

document.addEventListener("htmx:beforeRequest", (event) => {
  const source = event.detail.elt;
  const field = at("number");
  if (source.closest("#entry") && !source.matches("a, [data-key=F6]") && !("masked" in field.dataset)) {
    if (!judgeNow(field, true)) {
      event.preventDefault();
      field.focus();
      return;
    }
  }
  if (source.closest("#entry") && source.id !== "desk-form") restoreLine();
});

// Not afterSwap: until it has settled, htmx still carries over attributes of the form before.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "entry") start();
});
// Not oobAfterSwap: it is told to the form that sent, which the answer may have replaced.
document.addEventListener("htmx:afterRequest", (event) => {
  keepCalmLine();
  if (event.detail.requestConfig.elt.matches(".desk-undo-form")) at("number").focus();
});

function say(id) {
  at("line").replaceChildren(at(id).content.cloneNode(true));
}
document.addEventListener("htmx:sendError", () => say("line-offline"));
document.addEventListener("htmx:timeout", () => say("line-offline"));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  say(status === 401 || status === 403 ? "session-ended" : "request-refused");
});

function start() {
  const field = at("number");
  const length = clean(field.value).length;
  at("kind").parentElement.classList.toggle("is-other", at("kind").selectedIndex > 0);
  if (field.dataset.masked === undefined && isLong() && length) {
    at("count").textContent = `${length}/18`;
    at("count").classList.toggle("tone-song", !verdictNow().problem);
  }
  if (document.activeElement === field) field.setSelectionRange(field.value.length, field.value.length);
}

keepCalmLine();
start();
