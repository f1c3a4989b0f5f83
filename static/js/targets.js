// Breaking a target down: <… data-sum-of="place-"> shows the sum of the inputs whose names begin so.

for (const sum of document.querySelectorAll('[data-sum-of]')) {
  const inputs = [...document.querySelectorAll(`input[name^="${sum.dataset.sumOf}"]`)];
  const show = () => {
    const figures = inputs.map((input) => Number(input.value.replace(/[,，\s]/g, '')) || 0);
    sum.textContent = figures.reduce((a, b) => a + b, 0).toLocaleString('en-US');
  };
  for (const input of inputs) input.addEventListener('input', show);
}
