// Proposals of registers.
//   input[data-check-all="name"]   ticks, or clears, all boxes of that name in its form

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-check-all]");
  if (!all) return;
  for (const box of all.form.querySelectorAll(`input[name="${all.dataset.checkAll}"]`)) {
    box.checked = all.checked;
  }
});
