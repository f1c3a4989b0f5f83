// How a number stands in its field: in groups as the paper prints it, the caret where it was.
import { clean } from "./idnumber.js";

const ENDS = [6, 14]; // after how many characters a group ends

export function grouped(number) {
  return [number.slice(0, 6), number.slice(6, 14), number.slice(14)].filter(Boolean).join(" ");
}

/** Rewrite the field in groups. The caret stays behind the same character. */
export function group(field) {
  const before = clean(field.value.slice(0, field.selectionStart)).length;
  const text = grouped(clean(field.value));
  if (field.value === text) return;
  field.value = text;
  const caret = before + ENDS.filter((end) => before > end).length;
  field.setSelectionRange(caret, caret);
}

/** The number as nodes, what is wrong in it marked. */
export function parts(number, verdict) {
  const [from, until] = {
    check_digit: [17, 18],
    date: [6, 14],
    future: [6, 14],
    characters: [verdict.position - 1, verdict.position],
  }[verdict.problem] || [0, 0];
  const nodes = [];
  [...number].forEach((character, index) => {
    if (ENDS.includes(index)) nodes.push(document.createTextNode(" "));
    const node = document.createElement("span");
    node.textContent = character;
    if (index >= from && index < until) node.className = "wrong-part";
    nodes.push(node);
  });
  return nodes;
}
