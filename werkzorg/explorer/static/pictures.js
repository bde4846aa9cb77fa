// Pictures as SVG: made once for a frame, then only the numbers in them change.

const escape = (text) => String(text).replace(/[&<>"]/g, (sign) =>
  ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

// Sets an attribute, or the text, only where it differs.
function put(node, name, value) {
  const known = (node.wzKnown ??= {});
  if (known[name] === value) return;
  known[name] = value;
  if (name === "text") node.textContent = value;
  else if (name === "html") node.innerHTML = value;
  else node.setAttribute(name, value);
}

const tenth = (value) => Math.round(10 * value) / 10;

const POINTS = 90;
const KERNEL = Float64Array.from({ length: 6 }, (_, k) => Math.exp(-0.5 * (k / 2.2) ** 2));

// Smoothed share of draws along a line of points, the highest point at one.
function densityOf(values, size, low, high) {
  const count = new Float64Array(POINTS), smooth = new Float64Array(POINTS), scale = (POINTS - 1) / (high - low);
  for (let d = 0; d < values.length; d++) {
    const place = Math.round((values[d] * size - low) * scale);
    if (place >= 0 && place < POINTS) count[place] += 1;
  }
  const reach = KERNEL.length - 1;
  let most = 0;
  for (let p = 0; p < POINTS; p++) {
    let sum = 0, weight = 0;
    for (let q = Math.max(p - reach, 0); q <= Math.min(p + reach, POINTS - 1); q++) {
      const share = KERNEL[Math.abs(q - p)];
      sum += share * count[q]; weight += share;
    }
    smooth[p] = sum / weight;
    if (smooth[p] > most) most = smooth[p];
  }
  return most ? smooth.map((value) => value / most) : smooth;
}

function ticksOf(low, high, most) {
  const raw = (high - low) / most, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= raw);
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step / 1e6; tick += step) ticks.push(tick + 0);
  return ticks;
}

const SIDE = 6;

// Heights within one line of a strip: on paper lines may be low.
const lineOf = (line) => (line < 40 ? { middle: line - 5, bottom: line - 9, tall: line - 10, dot: 3, ring: 1.8 }
  : { middle: line - 10, bottom: line - 17, tall: line - 20, dot: 5, ring: 2.5 });

// Distribution, 80% and 50% interval and median of a party, one line per scenario.
function stripHtml(lines, colour, width, line) {
  const { middle, dot, ring } = lineOf(line), thick = 1.2 * dot, height = line * lines;
  const one = (_, n) => {
    const y = n * line + middle;
    return `<polygon fill="${colour}" fill-opacity=".22"/><rect fill="${colour}" y="${y - 1}" height="2"/>
      <rect fill="${colour}" y="${y - thick / 2}" height="${thick}"/><circle cy="${y}" r="${dot}" fill="#fff" stroke="${colour}" stroke-width="${ring}"/>`;
  };
  return `<svg role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    <line class="zero" y1="0" y2="${height}"/>${Array.from({ length: lines }, one).join("")}</svg>`;
}

function fillStrip(svg, rows, scale, width, line, label) {
  const { bottom, tall } = lineOf(line);
  const x = (value) => tenth(SIDE + (width - 2 * SIDE) * (Math.min(Math.max(value, scale.low), scale.high) - scale.low) / (scale.high - scale.low));
  const [zero, ...parts] = svg.children;
  put(svg, "aria-label", label);
  put(zero, "x1", x(0)); put(zero, "x2", x(0));
  rows.forEach((row, n) => {
    const [shape, thin, thick, middle] = parts.slice(4 * n, 4 * n + 4), base = n * line + bottom;
    let path = "";
    if (row.high95 - row.low95 > 1e-9) {
      const density = densityOf(row.values, row.size, scale.low, scale.high), gap = (width - 2 * SIDE) / (POINTS - 1);
      path = `${SIDE},${base}`;
      for (let p = 0; p < POINTS; p++) path += ` ${tenth(SIDE + gap * p)},${tenth(base - density[p] * tall)}`;
      path += ` ${width - SIDE},${base}`;
    }
    put(shape, "points", path);
    for (const [bar, low, high] of [[thin, row.low80, row.high80], [thick, row.low50, row.high50]]) {
      put(bar, "x", x(low));
      put(bar, "width", Math.max(tenth(x(high) - x(low)), 1));
    }
    put(middle, "cx", x(row.median));
  });
}

function axisHtml(scale, width, w) {
  const x = (value) => tenth(SIDE + (width - 2 * SIDE) * (value - scale.low) / (scale.high - scale.low));
  const parts = ticksOf(scale.low, scale.high, Math.max(3, width / 90)).map((tick) => {
    const anchor = x(tick) < 40 ? "start" : x(tick) > width - 40 ? "end" : "middle";
    return `<line class="tick" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="5"/>` +
      `<text x="${x(tick)}" y="18" text-anchor="${anchor}">${w.euro(tick, 1)}</text>`;
  });
  return `<svg aria-hidden="true" width="${width}" height="22" viewBox="0 0 ${width} 22">${parts.join("")}</svg>`;
}

const FAN = { left: 74, right: 10, top: 8, bottom: 24 };
const BANDS = [["low95", "high95", 0.14], ["low80", "high80", 0.2], ["low50", "high50", 0.3]];

// Running sum with bands of 50, 80 and 95%.
function fanHtml(steps, step, width, height, colour, w) {
  const last = steps * step / MONTHS, { left, right } = FAN, years = [];
  for (let year = 0; year <= last; year += last > 6 && width < 420 ? 2 : 1) {
    years.push(`<text x="${tenth(left + (width - left - right) * year / last)}" y="${height - 6}" text-anchor="${year === last ? "end" : "middle"}">${year === last ? w.yearsText(year) : year}</text>`);
  }
  return `<svg role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><g></g><g>${years.join("")}</g>
    ${BANDS.map(([, , opacity]) => `<polygon fill="${colour}" fill-opacity="${opacity}"/>`).join("")}
    <line class="zero" x1="${left}" x2="${width - right}"/><polyline fill="none" stroke="${colour}" stroke-width="2.5"/></svg>`;
}

function fillFan(svg, ends, range, width, height, w, label) {
  const { left, right, top, bottom } = FAN;
  const x = (place) => tenth(left + (width - left - right) * place / ends.length);
  const y = (value) => tenth(top + (height - bottom - top) * (range.high - value) / (range.high - range.low));
  const [ticks, , wide, middle, narrow, zero, line] = svg.children;
  put(svg, "aria-label", label);
  put(ticks, "html", ticksOf(range.low, range.high, 4).map((tick) => `<line class="grid" x1="${left}" x2="${width - right}" ` +
    `y1="${y(tick)}" y2="${y(tick)}"/><text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${w.euro(tick, 1)}</text>`).join(""));
  const start = `${x(0)},${y(0)}`, along = (name) => ends.map((end, t) => `${x(t + 1)},${y(end[name])}`);
  [wide, middle, narrow].forEach((band, n) => {
    const [low, high] = BANDS[n];
    put(band, "points", [start, ...along(high), ...along(low).reverse()].join(" "));
  });
  put(zero, "y1", y(0)); put(zero, "y2", y(0));
  put(line, "points", [start, ...along("median")].join(" "));
}
