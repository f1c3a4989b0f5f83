// Keys with one meaning on every page.
//   data-key="F8"         a button or link that the key presses (Ctrl+Enter counts as F8)
//   data-open="keys"      a button that opens the <dialog> with that id; F1 opens #keys
//   data-enter="next"     a form in which Enter goes to the next field, Shift+Enter to the one before
//   data-digits           a group of radio buttons; while it has the focus, a digit chooses
//   data-digits="page"    the same wherever the focus is, except in a field
// A field may keep Enter for itself: data-enter="own".

const FIELDS = "input:not([type=hidden]):not([disabled]):not([readonly]), select:not([disabled]), textarea:not([disabled])";

export function listen(root) {
  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (pressNamed(root, event) || chooseDigit(root, event) || moveOn(event)) event.preventDefault();
  });
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) root.getElementById(opener.dataset.open).showModal();
  });
}

export function nameOf(event) {
  if (event.altKey || event.metaKey) return "";
  if (event.ctrlKey) {
    if (event.key === "Enter") return "F8";
    return event.key.length === 1 ? `Ctrl+${event.key.toUpperCase()}` : "";
  }
  return /^(F\d+|Escape)$/.test(event.key) ? event.key : "";
}

function pressNamed(root, event) {
  const name = nameOf(event);
  const dialog = root.querySelector("dialog[open]");
  if (name === "F1") {
    const keys = root.getElementById("keys");
    if (keys && !dialog) keys.showModal();
    return Boolean(keys);
  }
  if (!name || dialog) return false;
  const target = [...root.querySelectorAll(`[data-key="${name}"]`)].find(isShown);
  if (!target) return false;
  if (!target.disabled && !event.repeat) target.click();
  return true;
}

function isShown(element) {
  return element.getClientRects().length > 0;
}

function chooseDigit(root, event) {
  if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return false;
  if (root.querySelector("dialog[open]")) return false;
  const inField = event.target.matches("input:not([type=radio]):not([type=checkbox]), select, textarea");
  const group = event.target.closest("[data-digits]") || (inField ? null : root.querySelector('[data-digits="page"]'));
  if (!group) return false;
  const choice = group.querySelectorAll("input[type=radio], button, a[href]")[Number(event.key) - 1];
  if (!choice || choice.disabled) return false;
  choice.focus();
  choice.click();
  return true;
}

function moveOn(event) {
  if (event.key !== "Enter" || event.ctrlKey || event.altKey) return false;
  const form = event.target.closest('form[data-enter="next"]');
  if (!form || event.target.matches("button, a, textarea") || event.target.dataset.enter === "own") return false;
  return goTo(form, event.target, event.shiftKey ? -1 : 1);
}

// The field after (or before) the given one, in reading order. A radio group counts as one field.
// After the last one comes the form's primary button.
export function goTo(form, from, step) {
  const fields = [...form.querySelectorAll(FIELDS)].filter(isShown).filter(
    (field) => field.type !== "radio" || field.checked || !groupChecked(form, field.name),
  );
  const seen = new Set();
  const stops = fields.filter((field) => {
    if (field.type !== "radio") return true;
    if (seen.has(field.name)) return false;
    return seen.add(field.name);
  });
  const here = stops.findIndex((field) => field === from || (field.type === "radio" && field.name === from.name));
  const next = stops[here + step] || (step > 0 ? form.querySelector(".btn-primary:not([disabled])") : null);
  if (!next) return true;
  next.focus();
  if (next.matches("input[type=text], input:not([type])")) next.select();
  return true;
}

function groupChecked(form, name) {
  return form.querySelector(`input[type=radio][name="${CSS.escape(name)}"]:checked`) !== null;
}
