// Menus: details[data-menu] with links. One is open at a time; Esc, a click elsewhere or the focus
// leaving it closes it. ↓ on its head opens it; ↑ ↓ go from link to link, ← → from menu to menu.

const MENUS = "details[data-menu]";

export function listen(root) {
  root.addEventListener("toggle", (event) => {
    if (event.target.matches(MENUS) && event.target.open) close(root, event.target);
  }, true);
  root.addEventListener("click", (event) => close(root, event.target.closest(MENUS)));
  root.addEventListener("focusout", (event) => {
    const menu = event.target.closest(MENUS);
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  // Before any page's own keys: within a menu ↑ ↓ and Esc belong to it.
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const menu = event.target.closest(MENUS);
    if (!menu || !press(menu, event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}

function close(root, but) {
  root.querySelectorAll(`${MENUS}[open]`).forEach((menu) => {
    if (menu !== but) menu.open = false;
  });
}

function press(menu, event) {
  const head = menu.querySelector("summary");
  if (event.key === "Escape") {
    if (!menu.open) return false;
    menu.open = false;
    head.focus();
    return true;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const stops = [head, ...menu.querySelectorAll("a[href]")];
    menu.open = true;
    const here = stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    stops[(here + stops.length) % stops.length].focus();
    return true;
  }
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    const heads = [...menu.parentElement.querySelectorAll(":scope > a, :scope > details > summary")];
    const next = heads.indexOf(head) + (event.key === "ArrowRight" ? 1 : -1);
    heads[(next + heads.length) % heads.length].focus();
    return true;
  }
  return false;
}
