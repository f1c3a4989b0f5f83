// Who paid cash: <form data-ticks> with checkboxes data-fen; sums in [data-heads] and [data-sum].
//   ↑ ↓     the checkbox above or below      space  ticks it (the browser's own)
//   F6      ticks, or unticks, the household (a tbody); so does its button [data-home]

const form = document.querySelector("form[data-ticks]");
const boxes = form ? [...form.querySelectorAll("input[data-fen]")] : [];

function show() {
  const ticked = boxes.filter((box) => box.checked);
  const fen = ticked.reduce((sum, box) => sum + Number(box.dataset.fen), 0);
  form.querySelector("[data-heads]").textContent = ticked.length.toLocaleString("en-US");
  form.querySelector("[data-sum]").textContent = (fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2 });
  form.querySelector("button[type=submit]").disabled = ticked.length === 0;
}

function tickHome(home) {
  const own = boxes.filter((box) => home.contains(box));
  const all = own.every((box) => box.checked);
  for (const box of own) box.checked = !all;
  show();
}

if (form) {
  form.addEventListener("change", show);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-home]");
    if (button) tickHome(button.closest("tbody"));
  });
  form.addEventListener("keydown", (event) => {
    const here = boxes.indexOf(event.target);
    if (here < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "F6") tickHome(event.target.closest("tbody"));
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = boxes[here + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) next.focus();
      if (next) next.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  });
  window.addEventListener("pageshow", show);
  show();
  if (boxes.length) boxes[0].focus();
}
