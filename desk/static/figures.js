// Draws each chart from the table beside it: the table is the source, and what a screen reader reads.
/* global echarts */

const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const INK = "#14212b", LINE = "#b9c4cd", BRAND = "#0b4f8a";
const ROW = 30, MOST_BARS = 20, LONGEST_NAME = 16;

/** The rows that are drawn: name, number, what is said of it, and the address of its cases. */
function rowsOf(table) {
  return [...table.querySelectorAll("tbody tr[data-size]")].map((row) => ({
    name: row.cells[0].textContent,
    value: Number(row.dataset.size),
    said: row.cells[1].textContent,
    link: row.querySelector("a")?.getAttribute("href"),
  }));
}

function cut(name) {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

const TEXT = { fontFamily: FONT, fontSize: 14, color: INK };
const COMMON = {
  animation: false,
  textStyle: { fontFamily: FONT, color: INK },
  // text in the picture itself: the policy of the page lets no inline style through
  tooltip: { trigger: "axis", renderMode: "richText", confine: true, textStyle: TEXT, axisPointer: { type: "shadow" } },
};

function bars(rows) {
  const shown = rows.slice(0, MOST_BARS).reverse();
  return {
    ...COMMON,
    tooltip: { ...COMMON.tooltip, formatter: ([at]) => `${shown[at.dataIndex].name}  ${shown[at.dataIndex].said}` },
    grid: { left: 8, right: 150, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "value", minInterval: 1, axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: { type: "category", data: shown.map((row) => cut(row.name)), axisLabel: TEXT, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } } },
    series: [{
      type: "bar", data: shown.map((row) => row.value), barMaxWidth: 20, itemStyle: { color: BRAND }, cursor: shown.some((row) => row.link) ? "pointer" : "default",
      label: { show: true, position: "right", formatter: (at) => shown[at.dataIndex].said, ...TEXT },
    }],
  };
}

function line(rows) {
  return {
    ...COMMON,
    tooltip: { ...COMMON.tooltip, axisPointer: { type: "line" }, formatter: ([at]) => `${at.name}  ${at.value}` },
    grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: rows.map((row) => row.name), axisLabel: { ...TEXT, hideOverlap: true, formatter: (name) => name.replace(/^\d{4}年(?=.*日)/, "") }, axisLine: { lineStyle: { color: LINE } } },
    yAxis: { type: "value", minInterval: 1, axisLabel: TEXT, splitLine: { lineStyle: { color: LINE } } },
    series: [{ type: "line", data: rows.map((row) => row.value), lineStyle: { color: BRAND, width: 2 }, itemStyle: { color: BRAND }, symbolSize: 6, showAllSymbol: rows.length <= 45 }],
  };
}

function draw(place) {
  const rows = rowsOf(document.getElementById(place.dataset.table));
  if (!rows.length) return;
  const isBar = place.dataset.chart === "bar";
  const height = isBar ? Math.min(rows.length, MOST_BARS) * ROW + 24 : 280;
  place.style.minHeight = `${height}px`;
  place.style.display = "block"; // an empty place has no width to draw in
  const chart = echarts.init(place, null, { renderer: "svg", height });
  chart.setOption(isBar ? bars(rows) : line(rows));
  if (isBar) {
    chart.on("click", (at) => {
      const link = rows.slice(0, MOST_BARS).reverse()[at.dataIndex]?.link;
      if (link) location.assign(link);
    });
  }
  new ResizeObserver(() => chart.resize({ height })).observe(place);
}

if (globalThis.echarts) for (const place of document.querySelectorAll("[data-chart]")) draw(place);
