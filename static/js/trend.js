// The trend beside its table: rate and requirement as lines, each day's additions as bars.
// A dashboard loads ECharts before it:
//   <script defer src="{% static "vendor/echarts-6.1.0/echarts.min.js" %}"></script>
//   <script type="module" src="{% static "js/trend.js" %}"></script>
//   <div class="trend" data-trend="ID-OF-THE-TABLE" data-required-word="…" aria-hidden="true"></div>
// and the table has a row for each day:
//   <tr data-day="2022-11-18" data-rate="70.83" data-required="71.49" data-added="21452">
// A day still to come has data-required only. Canvas, because SVG would need style attributes,
// which the CSP forbids; for the same reason tooltips are richText.

const INK = "#1b242c";
const INK2 = "#4a555f";
const DIAN = "#1d4e6b";
const RULE = "#dcdfdd";
const ADDED = "#9db7c6";
const COMPACT = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" });
const FONT = getComputedStyle(document.body).fontFamily;

for (const place of document.querySelectorAll("[data-trend]")) draw(place);

function draw(place) {
  const rows = [...document.getElementById(place.dataset.trend).querySelectorAll("tr[data-day]")];
  const of = (name) => rows.map((row) => (row.dataset[name] ? Number(row.dataset[name]) : null));
  const days = rows.map((row) => row.dataset.day.slice(5));
  const rates = of("rate");
  const required = of("required");
  const last = rates.reduce((found, rate, at) => (rate === null ? found : at), 0);
  const top = roundUp(Math.max(1, ...of("added")));
  const end = required.length ? required[required.length - 1] : null;
  const text = { color: INK2, fontSize: 12, fontFamily: FONT };
  const chart = window.echarts.init(place);
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: FONT },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, textStyle: { color: INK, fontSize: 13 } },
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    grid: [
      { left: 36, right: 58, top: 6, height: 64 },
      { left: 36, right: 58, top: 78, height: 26 },
    ],
    xAxis: [
      { type: "category", data: days, boundaryGap: false, axisLabel: { show: false }, axisTick: { show: false }, axisLine: { lineStyle: { color: "#7a858e" } } },
      { type: "category", gridIndex: 1, data: days, axisTick: { show: false }, axisLabel: { ...text, interval: Math.max(1, Math.ceil(days.length / 4)) }, axisLine: { lineStyle: { color: "#7a858e" } } },
    ],
    yAxis: [
      { min: 0, max: 100, interval: 50, axisLabel: { ...text, formatter: (rate) => (rate ? String(rate) : "") }, splitLine: { lineStyle: { color: RULE } } },
      { gridIndex: 1, min: 0, max: top, interval: top, axisLabel: { ...text, showMinLabel: false, formatter: (number) => COMPACT.format(number) }, splitLine: { show: false } },
    ],
    series: [
      { type: "line", name: place.dataset.requiredWord, data: required, showSymbol: false, silent: true, lineStyle: { color: INK2, width: 1, type: "dashed" }, itemStyle: { color: INK2 },
        endLabel: { show: end !== null, formatter: () => `${place.dataset.requiredWord} ${Math.round(end)}`, ...text } },
      { type: "line", name: place.dataset.rateWord, data: rates, symbol: "circle", symbolSize: 6, showSymbol: false, lineStyle: { color: DIAN, width: 2 }, itemStyle: { color: DIAN },
        markPoint: { symbol: "circle", symbolSize: 6, itemStyle: { color: DIAN }, data: [{ coord: [days[last], rates[last]] }], label: { show: true, position: "bottom", distance: 6, formatter: String(rates[last]), color: INK, fontWeight: "bold", fontSize: 13, fontFamily: FONT } } },
      { type: "bar", name: place.dataset.addedWord, xAxisIndex: 1, yAxisIndex: 1, data: of("added"), itemStyle: { color: ADDED }, barCategoryGap: "30%" },
    ],
  });
  window.addEventListener("resize", () => chart.resize());
}

// The round number at or above the largest: 1, 2, 3, 5 or 10 of its power of ten.
function roundUp(number) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, number)));
  return power * [1, 2, 3, 5, 10].find((step) => step * power >= number);
}
