// Draws the charts of a page: each from the block of data beside its table, which stays for whoever does not see the drawing.
// Colours are those of tokens.css, asked for anew when the theme changes; patterns, symbols, dashes and words stand beside them.

const PALETTE = ["accent", "good", "warn", "bad", "calm"];
const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 6]];
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "pin"];
// Patterns of neighbouring parts: none, lines one way, dots, lines the other way, upright lines, lying lines, small dots, none.
const DECALS = [
  { symbol: "none" },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: Math.PI / 4 },
  { symbol: "circle", dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0], symbolSize: 0.6 },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: -Math.PI / 4 },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 2 },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: 0 },
  { symbol: "circle", dashArrayX: [[5, 5], [0, 5, 5, 0]], dashArrayY: [4, 0], symbolSize: 0.4 },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 3], rotation: Math.PI / 3 },
];
const ROW = 26; // pixels of a lying bar
const NARROW = 560;
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);

/** The colour that a token of tokens.css has just now. */
function colour(token) {
  probe.style.color = `var(--${token})`;
  return getComputedStyle(probe).color;
}

const font = () => getComputedStyle(document.body).fontFamily;

/** Seconds as people say them. */
function span(seconds) {
  for (const [size, unit, limit] of [[1, "s", 90], [60, "min", 5400], [3600, "h", 172800]]) {
    if (seconds < limit) return `${short(seconds / size)} ${unit}`;
  }
  return `${short(seconds / 86400)} days`;
}

function short(number) {
  return number < 10 ? String(Math.round(number * 10) / 10) : Math.round(number).toLocaleString("en-GB");
}

const drawn = (data) => data.columns.map((column, place) => ({ ...column, place })).filter((column) => column.drawn);
const names = (data) => data.texts.map((row) => row[0]);
const tone = (column, place) => colour(column.tone || PALETTE[place % PALETTE.length]);

function axes() {
  const line = { lineStyle: { color: colour("line-strong") } };
  const label = { color: colour("ink-2"), fontSize: 12, fontFamily: font() };
  return {
    category: { type: "category", axisLine: line, axisTick: { show: false }, axisLabel: { ...label, hideOverlap: true } },
    value: { type: "value", minInterval: 1, axisLabel: { ...label, hideOverlap: true }, splitLine: { lineStyle: { color: colour("line") } } },
  };
}

/** What all charts have in common. */
function common(data, series, narrow) {
  return {
    animation: !reducedMotion.matches,
    animationDuration: 300,
    textStyle: { fontFamily: font(), color: colour("ink") },
    aria: {
      enabled: true,
      label: { description: `${data.title}. ${data.reading} The same numbers are in the table that follows.` },
      decal: { show: series > 1, decals: DECALS.map((one) => ({ ...one, color: colour("surface") })) },
    },
    tooltip: {
      renderMode: "richText", // as HTML it would need inline styles, which the page does not allow
      confine: true,
      backgroundColor: colour("surface"),
      borderColor: colour("line-strong"),
      textStyle: { color: colour("ink"), fontSize: 12 },
    },
    legend: series > 1 ? { top: 0, left: 0, right: 0, type: narrow ? "scroll" : "plain", textStyle: { color: colour("ink-2") }, pageTextStyle: { color: colour("ink-2") }, pageIconColor: colour("accent"), itemGap: 12 } : undefined,
    grid: { left: 16, right: 40, top: series > 1 ? (narrow ? 36 : 44) : 12, bottom: 8, containLabel: true },
  };
}

function lyingBars(data, narrow, { stacked, seconds = false }) {
  const columns = drawn(data);
  const { category, value } = axes();
  const total = (index) => columns.reduce((sum, column) => sum + (data.rows[index][column.place] || 0), 0);
  return {
    ...common(data, columns.length, narrow),
    height: data.rows.length * (stacked || columns.length === 1 ? ROW : ROW * 1.5) + (columns.length > 1 ? 100 : 44),
    xAxis: seconds
      ? { ...value, type: "log", min: 1, minInterval: undefined, axisLabel: { ...value.axisLabel, formatter: span } }
      : value,
    yAxis: { ...category, inverse: true, data: names(data), axisLabel: { ...category.axisLabel, hideOverlap: false, interval: 0, width: narrow ? 96 : 220, overflow: "truncate" } },
    tooltip: { ...common(data, columns.length, narrow).tooltip, trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: seconds ? span : undefined },
    series: columns.map((column, place) => ({
      type: "bar",
      name: column.label,
      stack: stacked ? "all" : undefined,
      barMaxWidth: 18,
      itemStyle: { color: tone(column, place), borderColor: colour("surface"), borderWidth: stacked ? 1 : 0 },
      data: data.rows.map((row, index) => ({
        value: row[column.place],
        itemStyle: data.tones.length ? { color: colour(data.tones[index]) } : undefined,
      })),
      label: {
        show: columns.length === 1 || seconds || (stacked && place === columns.length - 1),
        position: "right",
        color: colour("ink"),
        formatter: ({ dataIndex }) =>
          stacked && columns.length > 1 ? (total(dataIndex) || "").toLocaleString("en-GB") : data.texts[dataIndex][column.place],
      },
    })),
  };
}

function standingBars(data, narrow) {
  const columns = drawn(data);
  const { category, value } = axes();
  return {
    ...common(data, columns.length, narrow),
    xAxis: { ...category, data: names(data) },
    yAxis: value,
    tooltip: { ...common(data, columns.length, narrow).tooltip, trigger: "axis", axisPointer: { type: "shadow" } },
    series: columns.map((column, place) => ({
      type: "bar",
      name: column.label,
      stack: "all",
      barMaxWidth: 48,
      itemStyle: { color: tone(column, place), borderColor: colour("surface"), borderWidth: 1 },
      data: data.rows.map((row) => row[column.place]),
    })),
  };
}

function lines(data, narrow) {
  const columns = drawn(data);
  const { category, value } = axes();
  const few = data.rows.length <= 40;
  const isCount = data.rows.every((row) => columns.every((column) => Number.isInteger(row[column.place] ?? 0)));
  return {
    ...common(data, columns.length, narrow),
    aria: { ...common(data, columns.length, narrow).aria, decal: { show: false } },
    xAxis: { ...category, boundaryGap: false, data: names(data) },
    yAxis: isCount ? value : { ...value, minInterval: undefined, max: 1 },
    tooltip: { ...common(data, columns.length, narrow).tooltip, trigger: "axis" },
    series: columns.map((column, place) => ({
      type: "line",
      name: column.label,
      color: tone(column, place),
      symbol: SYMBOLS[place % SYMBOLS.length],
      symbolSize: 7,
      showSymbol: few,
      connectNulls: true,
      lineStyle: { width: 2, type: DASHES[place % DASHES.length] },
      data: data.rows.map((row) => row[column.place]),
    })),
  };
}

/** A line that goes on as an expected one, within a range. */
function range(data, narrow) {
  const { category, value } = axes();
  const column = Object.fromEntries(data.columns.map((one, place) => [one.key, place]));
  const known = data.rows.findLastIndex((row) => row[column.queued] !== null);
  // The range begins where what is known ends.
  const from = (key) => data.rows.map((row, index) => (index === known ? row[column.queued] : row[column[key]]));
  const [low, high, likely] = ["low", "high", "likely"].map(from);
  const label = (key) => data.columns[column[key]].label;
  return {
    ...common(data, 3, narrow),
    aria: { ...common(data, 3, narrow).aria, decal: { show: false } },
    xAxis: { ...category, boundaryGap: false, data: names(data) },
    yAxis: value,
    legend: { ...common(data, 3, narrow).legend, data: [label("queued"), label("likely"), "Four times in five"] },
    tooltip: {
      ...common(data, 3, narrow).tooltip,
      trigger: "axis",
      formatter: ([{ dataIndex: index }]) =>
        [data.texts[index][0], ...["queued", "likely", "low", "high"].filter((key) => data.rows[index][column[key]] !== null).map((key) => `${label(key)}: ${data.texts[index][column[key]]}`)].join("\n"),
    },
    series: [
      { type: "line", name: "at least", stack: "range", symbol: "none", lineStyle: { opacity: 0 }, data: low },
      { type: "line", name: "Four times in five", color: colour("warn"), stack: "range", symbol: "none", lineStyle: { opacity: 0 }, areaStyle: { color: colour("warn"), opacity: 0.25 }, data: high.map((one, index) => (one === null || low[index] === null ? null : one - low[index])) },
      { type: "line", name: label("likely"), color: colour("warn"), symbol: "triangle", symbolSize: 8, lineStyle: { width: 2, type: "dashed" }, data: likely },
      { type: "line", name: label("queued"), color: colour("accent"), symbol: "circle", symbolSize: 7, lineStyle: { width: 2 }, data: data.rows.map((row) => row[column.queued]) },
    ],
  };
}

/** Places, the first at the top, each at its time; arrows from whom to whom. */
function graph(data, narrow) {
  const { category } = axes();
  const column = Object.fromEntries(data.columns.map((one, place) => [one.key, place]));
  const places = new Map();
  const place = (name, seen) => {
    const known = places.get(name) ?? { name, at: null, isOrigin: false, isOwnVoice: false };
    known.at ??= seen && Date.parse(seen);
    places.set(name, known);
    return known;
  };
  for (const row of data.rows) {
    const from = place(row[column.from], row[column.from_seen]);
    from.isOrigin ||= row[column.from_is_origin] === "yes";
    if (row[column.to] === null) from.isOwnVoice ||= row[column.to_own_voice] === "yes";
    else place(row[column.to], row[column.to_seen]).isOwnVoice ||= row[column.to_own_voice] === "yes";
  }
  const times = [...places.values()].map((one) => one.at).filter((at) => at !== null);
  const first = Math.min(...times, Date.now());
  const last = Math.max(...times, first + 60_000);
  // A place without a text here stands before those that it led to.
  const before = first - (last - first) * 0.15;
  for (const one of places.values()) one.at ??= before;
  const order = [...places.values()].sort((one, other) => one.at - other.at || Number(other.isOrigin) - Number(one.isOrigin));
  const row = new Map(order.map((one, index) => [one.name, index]));
  const node = (one) => ({
    name: one.name,
    value: [one.at, row.get(one.name)],
    symbol: one.isOrigin ? "rect" : one.isOwnVoice ? "diamond" : "circle",
    symbolSize: one.isOrigin || one.isOwnVoice ? 14 : 10,
    itemStyle: { color: colour(one.isOrigin ? "good" : one.isOwnVoice ? "bad" : "accent") },
    label: { show: one.isOrigin || one.isOwnVoice, position: one.at > (first + last) / 2 ? "left" : "right", color: colour("ink"), formatter: [one.isOrigin && "origin", one.isOwnVoice && "own voice"].filter(Boolean).join(", ") },
  });
  const clock = new Intl.DateTimeFormat("en-GB", last - first > 3 * 86_400_000 ? { day: "numeric", month: "short" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const base = common(data, 1, narrow);
  return {
    ...base,
    height: order.length * ROW + 56,
    xAxis: { type: "time", min: before - (last - first) * 0.03, max: last + (last - first) * 0.03, axisLine: category.axisLine, splitLine: { show: true, lineStyle: { color: colour("line") } }, axisLabel: { color: colour("ink-2"), hideOverlap: true, formatter: (at) => (at < first ? "" : clock.format(at)) }, splitNumber: narrow ? 2 : 5 },
    yAxis: { ...category, inverse: true, data: order.map((one) => one.name), axisLabel: { ...category.axisLabel, hideOverlap: false, interval: 0, width: narrow ? 96 : 200, overflow: "truncate" } },
    tooltip: { ...base.tooltip, formatter: ({ dataType, data: one, name }) => (dataType === "edge" ? `${one.source} → ${one.target}\n${one.how}` : `${name}\n${one.value[0] === before ? "no text of it is here" : clock.format(one.value[0])}`) },
    series: [{
      type: "graph",
      coordinateSystem: "cartesian2d",
      layout: "none",
      edgeSymbol: ["none", "arrow"],
      edgeSymbolSize: 8,
      data: order.map(node),
      links: data.rows.filter((one) => one[column.to] !== null).map((one, index) => ({
        source: one[column.from],
        target: one[column.to],
        how: data.texts[data.rows.indexOf(one)][column.how],
        lineStyle: { color: colour("ink-3"), width: 1.5, opacity: 0.9, type: one[column.how] === "cited" ? "solid" : "dashed", curveness: 0.15 + 0.04 * (index % 3) },
      })),
    }],
  };
}

const SHAPES = {
  bars: (data, narrow) => lyingBars(data, narrow, { stacked: false }),
  stack: (data, narrow) => lyingBars(data, narrow, { stacked: true }),
  durations: (data, narrow) => lyingBars(data, narrow, { stacked: false, seconds: true }),
  columns: standingBars,
  lines,
  range,
  graph,
};

function draw(figure) {
  const canvas = figure.querySelector("[data-chart-canvas]");
  const data = JSON.parse(document.getElementById(`${figure.id}-data`).textContent);
  figure.classList.add("chart--drawn");
  const { height, ...option } = SHAPES[data.shape](data, canvas.clientWidth < NARROW);
  if (height) canvas.style.height = `${height}px`;
  echarts.getInstanceByDom(canvas)?.dispose();
  echarts.init(canvas).setOption(option);
}

function prepare(figure) {
  const button = figure.querySelector("[data-chart-switch]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const asTable = figure.classList.toggle("chart--table");
    button.setAttribute("aria-pressed", String(asTable));
    if (!asTable) draw(figure);
  });
  let width = 0;
  new ResizeObserver(([entry]) => {
    // Drawn anew, not stretched: names get the room that there is.
    if (Math.abs(entry.contentRect.width - width) > 1 && !figure.classList.contains("chart--table")) {
      width = entry.contentRect.width;
      draw(figure);
    }
  }).observe(figure);
}

if (window.echarts) {
  const figures = [...document.querySelectorAll("[data-chart]")];
  const drawAll = () => figures.filter((figure) => !figure.classList.contains("chart--table")).forEach(draw);
  figures.forEach(prepare);
  new MutationObserver(drawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  reducedMotion.addEventListener("change", drawAll);
}
