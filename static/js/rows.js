// Rows of a list.
//   tr[data-href]         a row that opens that address: by click, or by Enter when it is selected
//   table[data-rows]      ↑ ↓ move the selected row while the focus is in no field

export function listen(root) {
  root.addEventListener("click", (event) => {
    if (event.target.closest("a, button, input, select, label")) return;
    const row = event.target.closest("tr[data-href]");
    if (row && !String(window.getSelection())) window.location.assign(row.dataset.href);
  });
  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, select, textarea, button, a, dialog")) return;
    const table = root.querySelector("table[data-rows]");
    if (!table) return;
    const rows = [...table.querySelectorAll("tbody > tr[data-href]")];
    const here = rows.findIndex((row) => row.classList.contains("is-selected"));
    if (event.key === "Enter" && here >= 0) {
      window.location.assign(rows[here].dataset.href);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      select(rows, Math.max(0, Math.min(rows.length - 1, here + (event.key === "ArrowDown" ? 1 : -1))));
      event.preventDefault();
    }
  });
}

function select(rows, index) {
  rows.forEach((row, at) => row.classList.toggle("is-selected", at === index));
  if (rows[index]) rows[index].scrollIntoView({ block: "nearest" });
}
