// The scenario explorer: prices put on stored yearly quantities per draw, in the browser.
// One module for the page and for the widget. Nothing is loaded, nothing is sent.

const INSIDE = "society";
const TABLE = ["client", "municipality", "insurer", "ggz_institution"];
const GROUPS = [
  "benefit", "wage", "production", "employer", "lks", "ggz", "wmo", "support", "budget", "equalisation", "contract",
];
const MONTHS = 12;
const MOST_SCENARIOS = 4;
const MOST_RULES = 3;

// ---------------------------------------------------------------------------------------------- unpacking

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Arrays of the pool as columns of doubles; a column without spread is one number for all draws.
function unpackArrays(arrays, bytes, draws) {
  const columns = bytes.length / 2 / draws;
  let next = 0;
  return arrays.map(({ low, step }) => low.map((bottom, place) => {
    const column = new Float64Array(draws).fill(bottom);
    if (step[place] > 0) {
      const high = next * draws, below = (columns + next) * draws;
      for (let d = 0; d < draws; d++) column[d] += step[place] * (bytes[high + d] * 256 + bytes[below + d]);
      next += 1;
    }
    return column;
  }));
}

// ---------------------------------------------------------------------------------------------- arithmetic

const factorOf = (settings, lever) => (settings[lever] == null ? 1 : settings[lever]);

const LEVER_OF_PRICE = {
  "jobcoach.hour_uwv": "jobcoach", "keyofficer.fte": "keyofficer", "ggz.counsellor_hour": "counsellor",
};

// Net result per party, step and draw, without contract; and the mean of every flow for the matrix.
function yearly(scenario, arrays, settings, parties, draws, store) {
  const one = (number) => arrays[number][0];
  const of = (number, step) => arrays[number][step];
  const persons = settings.clients ?? scenario.persons;
  const steps = arrays[scenario.saving].length;
  const net = (store.net ??= Object.fromEntries(
    parties.map((party) => [party, Array.from({ length: steps }, () => new Float64Array(draws))])));
  for (const party of parties) for (const column of net[party]) column.fill(0);
  const flows = [];
  const lksFactor = factorOf(settings, "lks");
  for (const entry of scenario.means) {
    flows.push({ ...entry, mean: entry.mean.map((value) => value * (entry.lks ? lksFactor : 1)) });
  }
  for (const [party, number] of Object.entries(scenario.rest)) {
    for (let t = 0; t < steps; t++) {
      const from = of(number, t), to = net[party][t];
      for (let d = 0; d < draws; d++) to[d] += from[d];
    }
  }
  for (let t = 0; t < steps; t++) {
    const saving = of(scenario.saving, t), lks = of(scenario.lks, t), refund = of(scenario.lks_refund, t);
    const { municipality, employer, state } = net;
    for (let d = 0; d < draws; d++) {
      municipality[t][d] += saving[d] + lksFactor * (refund[d] - lks[d]);
      employer[t][d] += lksFactor * lks[d];
      state[t][d] -= lksFactor * refund[d];
    }
  }
  const care = careOf(scenario, one, of, settings, persons, steps, draws, net, flows, store);
  budgetOf(scenario, one, of, settings, steps, draws, net, flows);
  supportOf(scenario, one, of, settings, persons, steps, draws, net, flows, store);
  return { net, flows, careSaving: care, persons, steps };
}

function careOf(scenario, one, of, settings, persons, steps, draws, net, flows, store) {
  const { scalar, care, lags } = scenario;
  const ggz = factorOf(settings, "ggz"), causal = factorOf(settings, "causal"), wmo = factorOf(settings, "wmo");
  const level = one(scenario.level[persons]);
  const fact = one(scalar.fact), perClient = one(scalar.per_client), crisis = one(scalar.crisis);
  const admissions = one(scalar.admission_year), hour = one(scalar.wmo_hour), refilled = one(scalar.refilled);
  const kept = one(scalar.kept_insurer), fixed = settings.kept_insurer;
  const saved = (store.saved ??= Array.from({ length: steps }, () => new Float64Array(draws)));
  const sums = { ggz: [], refill: [], wmo: [], lost: [] };
  for (let t = 0; t < steps; t++) {
    const severe = of(care.severe, t), common = of(care.common, t);
    const episodes = of(care.episodes, t), hours = of(care.wmo_hours, t);
    const before = t >= lags.equalisation ? saved[t - lags.equalisation] : null;
    const { insurer, municipality, zvw_fund: fund } = net;
    let ggzSum = 0, refillSum = 0, wmoSum = 0, lostSum = 0;
    for (let d = 0; d < draws; d++) {
      const low = Math.max(perClient[d] * ggz - admissions[d] * crisis[d], 0);
      const outpatient = (severe[d] * fact[d] * ggz + common[d] * low) * level[d] * causal / MONTHS;
      const spent = outpatient + episodes[d] * crisis[d];
      const refill = -refilled[d] * spent;
      const lost = before ? (1 - (fixed ?? kept[d])) * before[d] * (1 - refilled[d]) : 0;
      const guidance = hours[d] * hour[d] * wmo * causal;
      saved[t][d] = -spent;
      insurer[t][d] -= spent + refill + lost;
      fund[t][d] += lost;
      municipality[t][d] -= guidance;
      ggzSum += spent; refillSum += refill; wmoSum += guidance; lostSum += lost;
    }
    sums.ggz.push(ggzSum / draws); sums.refill.push(refillSum / draws);
    sums.wmo.push(wmoSum / draws); sums.lost.push(lostSum / draws);
  }
  const both = (group, payer, provider, values) => flows.push(
    { group, payer, payee: provider, mean: values }, { group, payer: provider, payee: "outside", mean: values });
  both("ggz", "insurer", "ggz_institution", sums.ggz);
  both("ggz", "insurer", "ggz_institution", sums.refill);
  both("wmo", "municipality", "wmo_provider", sums.wmo);
  flows.push({ group: "equalisation", payer: "insurer", payee: "zvw_fund", mean: sums.lost });
  return saved;
}

// Budgets that follow saved assistance, as rules/buig.py has them.
function budgetOf(scenario, one, of, settings, steps, draws, net, flows) {
  const { weight, lags, scale } = scenario;
  const kept = Object.fromEntries(Object.entries(scenario.kept).map(([name, number]) => [name, one(number)]));
  const fixed = settings.kept_municipality;
  const ownMean = [], othersMean = [];
  const none = new Float64Array(draws);
  for (let t = 0; t < steps; t++) {
    const now = of(scenario.saving, t);
    const macro = t >= lags.macro ? of(scenario.saving, t - lags.macro) : none;
    const slow = t >= lags.historical ? of(scenario.saving, t - lags.historical) : none;
    const { municipality, other_municipalities: others, state } = net;
    let ownSum = 0, othersSum = 0;
    for (let d = 0; d < draws; d++) {
      const objective = kept.objective_first[d], historical = kept.historical_first[d];
      const first = weight * objective + (1 - weight) * historical;
      let own;
      if (scale === "national") {
        own = (1 - first) * now[d] + (first - (fixed ?? kept.national_later[d])) * macro[d];
      } else {
        own = weight * ((1 - objective) * now[d] + (objective - (fixed ?? kept.objective_later[d])) * macro[d])
          + (1 - weight) * ((1 - historical) * now[d] + (historical - (fixed ?? kept.historical_later[d])) * slow[d]);
      }
      const total = (1 - first) * now[d] + macro[d];
      municipality[t][d] -= own;
      others[t][d] -= total - own;
      state[t][d] += total;
      ownSum += own; othersSum += total - own;
    }
    ownMean.push(ownSum / draws); othersMean.push(othersSum / draws);
  }
  flows.push({ group: "budget", payer: "municipality", payee: "state", mean: ownMean });
  flows.push({ group: "budget", payer: "other_municipalities", payee: "state", mean: othersMean });
}

function supportOf(scenario, one, of, settings, persons, steps, draws, net, flows, store) {
  const costs = (store.costs ??= {});
  for (const part of scenario.components) {
    const factor = factorOf(settings, LEVER_OF_PRICE[part.price]), unit = one(part.unit);
    costs[part.id] ??= Array.from({ length: steps }, () => new Float64Array(draws));
    const values = costs[part.id].map((cost, t) => {
      const used = part.used == null ? null : of(part.used, t), payer = net[part.payer]?.[t];
      const share = used ? 0 : part.spread[t] / (part.once ? persons : 1);
      if (!used && share === 0) return 0;
      let sum = 0;
      for (let d = 0; d < draws; d++) {
        cost[d] = unit[d] * factor * (used ? used[d] : share);
        if (payer) payer[d] -= cost[d];
        sum += cost[d];
      }
      return sum / draws;
    });
    flows.push({ group: "support", payer: part.payer, payee: part.provider, mean: values });
    if (part.provider !== "outside") {
      flows.push({ group: "support", payer: part.provider, payee: "outside", mean: values });
    }
  }
  for (const subsidy of scenario.subsidies) {
    const covered = scenario.components.filter((part) => subsidy.covers.includes(part.id));
    const most = one(subsidy.maximum), share = new Float64Array(draws);
    for (let d = 0; d < draws; d++) {
      let total = 0;
      for (const part of covered) for (let t = 0; t < steps; t++) total += costs[part.id][t][d] * persons;
      share[d] = total > 0 ? Math.min(total, most[d]) / total : 0;
    }
    for (const part of covered) {
      const values = [];
      for (let t = 0; t < steps; t++) {
        const cost = costs[part.id][t], from = net[subsidy.payer]?.[t], to = net[part.payer][t];
        let sum = 0;
        for (let d = 0; d < draws; d++) {
          const repaid = share[d] * cost[d];
          to[d] += repaid; if (from) from[d] -= repaid; sum += repaid;
        }
        values.push(sum / draws);
      }
      flows.push({ group: "support", payer: subsidy.payer, payee: part.payer, mean: values });
    }
  }
}

// Weight of each step: the first twelve months count in full, nothing beyond the horizon.
function weightsOf(scenario, settings, steps) {
  const rate = settings.rate ?? scenario.rate, years = settings.years ?? scenario.main;
  return Array.from({ length: steps }, (_, t) => {
    const end = (t + 1) * scenario.month_step, year = Math.floor((end - 1) / MONTHS);
    return end <= years * MONTHS ? (1 + rate) ** -year : 0;
  });
}

function weighted(columns, weights, draws) {
  const sum = new Float64Array(draws);
  weights.forEach((weight, t) => {
    if (weight) for (let d = 0; d < draws; d++) sum[d] += weight * columns[t][d];
  });
  return sum;
}

// What each rule of a contract moves, EUR per participant in every draw.
function paymentOf(rule, scenario, arrays, made, weights, draws) {
  const paid = new Float64Array(draws);
  if (rule.kind === "upfront") return paid.fill(rule.amount);
  if (rule.kind !== "saving") {
    const counted = arrays[scenario.counted[rule.kind === "placement" ? "first_jobs" : "months_worked"]];
    return weighted(counted, weights, draws).map((units) => units * rule.amount);
  }
  const columns = rule.saving === "ggz" ? made.careSaving : arrays[scenario.saving];
  const saved = weighted(columns, weights, draws);
  const most = rule.cap == null ? Infinity : rule.cap / made.persons;
  for (let d = 0; d < draws; d++) paid[d] = Math.min(rule.amount * Math.max(saved[d], 0), most);
  return paid;
}

// All numbers of one scenario at the positions of the levers.
function evaluate(content, arrays, scenario, settings, store = {}) {
  const { draws } = content, parties = content.parties.filter((party) => party.inside).map((party) => party.id);
  // Horizon, rate and contract weigh what is there already: only the other levers need the years again.
  const { years, rate, contract, ...priced } = settings, key = JSON.stringify(priced);
  if (store.key !== key) { store.made = yearly(scenario, arrays, settings, parties, draws, store); store.key = key; }
  const made = store.made;
  const weights = weightsOf(scenario, settings, made.steps);
  const totals = {};
  for (const party of parties) totals[party] = weighted(made.net[party], weights, draws);
  const cells = {};
  const add = (party, group, value) => { (cells[party] ??= {})[group] = (cells[party][group] ?? 0) + value; };
  for (const flow of made.flows) {
    const value = flow.mean.reduce((sum, amount, t) => sum + amount * weights[t], 0);
    add(flow.payer, flow.group, -value);
    add(flow.payee, flow.group, value);
  }
  for (const rule of settings.contract ?? []) {
    const paid = paymentOf(rule, scenario, arrays, made, weights, draws);
    let sum = 0;
    for (let d = 0; d < draws; d++) {
      totals[rule.payer][d] -= paid[d]; totals[rule.payee][d] += paid[d]; sum += paid[d];
    }
    add(rule.payer, "contract", -sum / draws);
    add(rule.payee, "contract", sum / draws);
  }
  totals[INSIDE] = new Float64Array(draws);
  for (const party of parties) for (let d = 0; d < draws; d++) totals[INSIDE][d] += totals[party][d];
  return { ...made, totals, cells, years: settings.years ?? scenario.main, rate: settings.rate ?? scenario.rate };
}

function quantile(sorted, share) {
  const place = share * (sorted.length - 1), below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

const SHARES = { low50: 0.25, high50: 0.75, low80: 0.1, high80: 0.9, low95: 0.025, high95: 0.975, median: 0.5 };

// As appraisal/summary.py has it: equal-tailed intervals, probability above zero.
function summarise(values, size = 1) {
  const sorted = values.slice().sort();
  let sum = 0, above = 0, level = 0;
  for (const value of values) { sum += value; if (value > 0) above += 1; if (value >= 0) level += 1; }
  const found = { mean: size * sum / values.length, probability: above / values.length, safe: level / values.length };
  for (const [name, share] of Object.entries(SHARES)) found[name] = size * quantile(sorted, share);
  found.sorted = sorted;
  return found;
}

function allGain(totals, draws) {
  let count = 0;
  for (let d = 0; d < draws; d++) if (TABLE.every((party) => totals[party][d] > 0)) count += 1;
  return count / draws;
}

// Running undiscounted sums per step, and the first year end from which they stay at or above zero.
function running(made, party, parties, draws) {
  const columns = [];
  let last = new Float64Array(draws);
  for (let t = 0; t < made.steps; t++) {
    const sum = last.slice();
    for (const name of party === INSIDE ? parties : [party]) {
      const from = made.net[name][t];
      for (let d = 0; d < draws; d++) sum[d] += from[d];
    }
    columns.push(sum);
    last = sum;
  }
  return columns;
}

function paybackOf(columns, step, draws) {
  const years = [];
  for (let d = 0; d < draws; d++) {
    let since = columns.length;
    while (since > 0 && columns[since - 1][d] >= 0) since -= 1;
    if (since < columns.length) years.push(Math.ceil((since + 1) * step / MONTHS));
  }
  years.sort((one, other) => one - other);
  return { share: years.length / draws, median: years.length ? years[Math.floor((years.length - 1) / 2)] : null };
}

// ---------------------------------------------------------------------------------------------- words

function wording(words, lang) {
  const say = (id, values = {}) => words[id][lang].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  const nl = lang === "nl", space = nl ? "\u00a0" : "";
  // As Python rounds: half to even, decided on the exact binary value.
  const number = (value, decimals = 0) => {
    if (value == null || !Number.isFinite(value)) return say("number.missing");
    const [whole, fraction] = exact(Math.abs(value), decimals).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, nl ? "." : ",");
    const digits = fraction ? grouped + (nl ? "," : ".") + fraction : grouped;
    return (value < 0 && /[1-9]/.test(digits) ? "-" : "") + digits;
  };
  const roundTo = (value, step) => Math.sign(value) * Math.floor(Math.abs(value) / step + 0.5) * step + 0;
  // The same step as in the reports: the first of 1, 2, 5, 10 ... from a twentieth of the width.
  const stepOf = (low, high) => {
    const least = (high - low) / 20;
    if (!(least > 1)) return 1;
    const power = 10 ** Math.floor(Math.log10(least));
    return power * [1, 2, 5, 10].find((factor) => power * factor >= least * (1 - 1e-9));
  };
  const euro = (value, step) => {
    const amount = step ? roundTo(value, step) : value;
    const cents = !step && Math.abs(amount) > 0.005 && Math.abs(amount) < 99.995 && amount !== Math.round(amount);
    const digits = number(Math.abs(amount), cents ? 2 : 0);
    return (/[1-9]/.test(digits) && amount < 0 ? "-" : "") + "€" + space + digits;
  };
  const euroText = (value, step) => (Math.abs(value) >= 1e6
    ? `€${space}${number(Math.abs(value) / 1e6, 1)}\u00a0${say("number.million")}` : euro(Math.abs(value), step));
  const gain = (value, step) => (roundTo(value, step || 1) === 0 ? say("number.no_difference")
    : say(value > 0 ? "number.gain" : "number.loss", { amount: euroText(value, step) }));
  const gainRange = (low, high, step) => {
    const least = Math.min(Math.abs(roundTo(low, step)), Math.abs(roundTo(high, step)));
    if (!(low * high > 0 && least > 0)) {
      return say("number.between", { low: gain(low, step), high: gain(high, step) });
    }
    const [near, far] = Math.abs(low) <= Math.abs(high) ? [low, high] : [high, low];
    const range = say("number.between", { low: euroText(near, step), high: euroText(far, step) });
    return say(low > 0 ? "number.gain_range" : "number.loss_range", { range });
  };
  const percent = (share, decimals = 0) =>
    number(roundTo(100 * share * (1 + 1e-12), 10 ** -decimals), decimals) + "%";
  const chance = (share) => {
    if (share < 0.01) return say("number.less_than", { value: percent(0.01) });
    return share > 0.99 ? say("number.more_than", { value: percent(0.99) }) : percent(share);
  };
  const chancePhrase = (share) => {
    const shown = Math.floor(100 * share + 0.5);
    const limits = Object.keys(words).filter((id) => id.startsWith("probability.from.")).map((id) => id.slice(-2));
    const limit = limits.filter((text) => Number(text) <= shown).sort().at(-1);
    return say("probability.phrase", { chance: chance(share), word: say(`probability.from.${limit}`) });
  };
  const yearsText = (years) => say(years === 1 ? "number.year" : "number.years", { n: number(years) });
  return {
    say, number, roundTo, stepOf, euro, euroText, gain, gainRange, percent, chance, chancePhrase, yearsText, lang,
  };
}

function exact(value, decimals) {
  const scale = 10 ** decimals;
  const [whole, rest = ""] = value.toFixed(30).split(".");
  if (/^50*$/.test(rest.slice(decimals)) && value < 1e20) {
    const low = Number(`${whole}.${rest.slice(0, decimals) || 0}`);
    return ((Math.round(low * scale) % 2 ? Math.round(low * scale) + 1 : Math.round(low * scale)) / scale)
      .toFixed(decimals);
  }
  return value.toFixed(decimals);
}

// The verdict of the reports (reporting/verdicts.py, net_verdict), from the same sentences.
function netVerdict(row, w, mark = "") {
  const step = w.stepOf(row.low80, row.high80);
  const certain = row.low95 <= 0 && row.high95 >= 0 ? "uncertain" : row.low95 > 0 ? "sure_gain" : "sure_loss";
  return [
    w.say(`verdict.net.${row.per}`, {
      horizon: w.yearsText(row.years), the: w.say(`party.${row.party}.the`), gain: w.gain(row.mean, step), mark,
    }),
    w.say("verdict.net.interval", { range: w.gainRange(row.low80, row.high80, step) }),
    w.say("verdict.net.chance", { chance: w.chancePhrase(row.probability) }),
    w.say(`verdict.net.${certain}`),
  ].join(" ");
}

function togetherVerdict(chance, institution, w) {
  return institution === 0 ? w.say("verdict.together.at_cost")
    : w.say("verdict.together", { chance: w.chancePhrase(chance) });
}

// ---------------------------------------------------------------------------------------------- pictures

const escape = (text) => String(text).replace(/[&<>"]/g, (sign) =>
  ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

// Smoothed share of draws along a line of points.
function densityOf(sorted, low, high, points) {
  const count = new Float64Array(points), width = (high - low) / (points - 1);
  for (const value of sorted) {
    const place = Math.round((value - low) / width);
    if (place >= 0 && place < points) count[place] += 1;
  }
  const reach = 5, smooth = new Float64Array(points);
  let most = 0;
  for (let p = 0; p < points; p++) {
    let sum = 0, weight = 0;
    for (let k = -reach; k <= reach; k++) {
      if (p + k < 0 || p + k >= points) continue;
      const share = Math.exp(-0.5 * (k / 2.2) ** 2);
      sum += share * count[p + k]; weight += share;
    }
    smooth[p] = sum / weight;
    most = Math.max(most, smooth[p]);
  }
  return smooth.map((value) => (most ? value / most : 0));
}

function ticksOf(low, high, most) {
  const raw = (high - low) / most, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= raw);
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step / 1e6; tick += step) ticks.push(tick + 0);
  return ticks;
}

const LINE = 46;

// Distribution, 80% and 50% interval and median of a party, one line per scenario.
function stripSvg(rows, colour, scale, width, label) {
  const height = LINE * rows.length, x = (value) => 6 + (width - 12) * (value - scale.low) / (scale.high - scale.low);
  const clip = (value) => Math.min(Math.max(value, scale.low), scale.high);
  const parts = [`<line class="zero" x1="${x(0).toFixed(1)}" x2="${x(0).toFixed(1)}" y1="0" y2="${height}"/>`];
  rows.forEach((row, line) => {
    const base = line * LINE + LINE - 14, points = 90;
    if (row.high95 - row.low95 > 1e-9) {
      const density = densityOf(row.sorted, scale.low, scale.high, points);
      const path = Array.from(density, (share, p) =>
        `${(6 + (width - 12) * p / (points - 1)).toFixed(1)},${(base - 3 - share * (LINE - 20)).toFixed(1)}`);
      parts.push(`<polygon fill="${colour}" fill-opacity=".22" points="6,${base - 3} ${path.join(" ")} ${width - 6},${base - 3}"/>`);
    }
    const bar = (low, high, size) => `<rect fill="${colour}" x="${x(clip(low)).toFixed(1)}" y="${base + 4 - size / 2}" ` +
      `width="${Math.max(x(clip(high)) - x(clip(low)), 1).toFixed(1)}" height="${size}"/>`;
    parts.push(bar(row.low80, row.high80, 2), bar(row.low50, row.high50, 6));
    parts.push(`<circle cx="${x(clip(row.median)).toFixed(1)}" cy="${base + 4}" r="5" fill="#fff" stroke="${colour}" stroke-width="2.5"/>`);
  });
  return `<svg role="img" aria-label="${escape(label)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join("")}</svg>`;
}

function axisSvg(scale, width, w) {
  const x = (value) => 6 + (width - 12) * (value - scale.low) / (scale.high - scale.low);
  const parts = ticksOf(scale.low, scale.high, Math.max(3, width / 90)).map((tick) => {
    const anchor = x(tick) < 40 ? "start" : x(tick) > width - 40 ? "end" : "middle";
    return `<line class="tick" x1="${x(tick).toFixed(1)}" x2="${x(tick).toFixed(1)}" y1="0" y2="5"/>` +
      `<text x="${x(tick).toFixed(1)}" y="18" text-anchor="${anchor}">${w.euro(tick, 1)}</text>`;
  });
  return `<svg aria-hidden="true" width="${width}" height="22" viewBox="0 0 ${width} 22">${parts.join("")}</svg>`;
}

// Running sum with bands of 50, 80 and 95%.
function fanSvg(rows, step, range, width, colour, w, label) {
  const height = 210, left = 74, bottom = 24, last = rows.length * step / MONTHS;
  const x = (year) => left + (width - left - 10) * year / last;
  const y = (value) => 8 + (height - bottom - 8) * (range.high - value) / (range.high - range.low);
  const band = (low, high, opacity) => {
    const up = rows.map((row, t) => `${x((t + 1) * step / MONTHS).toFixed(1)},${y(row[high]).toFixed(1)}`);
    const down = rows.map((row, t) => `${x((t + 1) * step / MONTHS).toFixed(1)},${y(row[low]).toFixed(1)}`).reverse();
    return `<polygon fill="${colour}" fill-opacity="${opacity}" points="${x(0)},${y(0).toFixed(1)} ${up.join(" ")} ${down.join(" ")}"/>`;
  };
  const median = rows.map((row, t) => `${x((t + 1) * step / MONTHS).toFixed(1)},${y(row.median).toFixed(1)}`);
  const parts = ticksOf(range.low, range.high, 4).map((tick) => `<line class="grid" x1="${left}" x2="${width - 10}" ` +
    `y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}"/><text x="${left - 6}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${w.euro(tick, 1)}</text>`);
  for (let year = 0; year <= last; year += last > 6 && width < 420 ? 2 : 1) {
    parts.push(`<text x="${x(year).toFixed(1)}" y="${height - 6}" text-anchor="middle">${year}</text>`);
  }
  parts.push(band("low95", "high95", 0.14), band("low80", "high80", 0.2), band("low50", "high50", 0.3));
  parts.push(`<line class="zero" x1="${left}" x2="${width - 10}" y1="${y(0).toFixed(1)}" y2="${y(0).toFixed(1)}"/>`);
  parts.push(`<polyline fill="none" stroke="${colour}" stroke-width="2.5" points="${x(0)},${y(0).toFixed(1)} ${median.join(" ")}"/>`);
  return `<svg role="img" aria-label="${escape(label)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join("")}</svg>`;
}

// ---------------------------------------------------------------------------------------------- the explorer

const EMPTY = { contract: [] };
const clean = (settings) => {
  const kept = Object.fromEntries(Object.entries(settings).filter(([, value]) => value != null));
  return { ...kept, contract: kept.contract ?? [] };
};
const encode = (value) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decode = (text) => JSON.parse(new TextDecoder().decode(
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0))));

// Positions that someone sent or typed, as far as this file knows them; anything else is left out.
function accept(content, given) {
  const settings = {};
  for (const lever of content.levers) {
    const value = given?.[lever.id];
    if (value == null || !Number.isFinite(value)) continue;
    settings[lever.id] = lever.options
      ? lever.options.reduce((near, option) => (Math.abs(option - value) < Math.abs(near - value) ? option : near))
      : Math.min(Math.max(value, lever.min), lever.max);
  }
  settings.contract = (Array.isArray(given?.contract) ? given.contract : []).filter((rule) =>
    content.payers.includes(rule?.payer) && content.payees.includes(rule?.payee) && rule.payer !== rule.payee
    && ["upfront", "placement", "month", "saving"].includes(rule.kind) && rule.amount >= 0
    && Number.isFinite(rule.amount)
    && (rule.kind !== "saving" || (["bijstand", "ggz"].includes(rule.saving) && rule.amount <= 1))
    && (rule.cap == null || (rule.cap >= 0 && Number.isFinite(rule.cap))))
    .slice(0, MOST_RULES).map((rule) => (rule.kind === "saving"
      ? { kind: rule.kind, payer: rule.payer, payee: rule.payee, amount: rule.amount, saving: rule.saving,
        ...(rule.cap == null ? {} : { cap: rule.cap }) }
      : { kind: rule.kind, payer: rule.payer, payee: rule.payee, amount: rule.amount }));
  return settings;
}

class Explorer {
  constructor(root, content, options = {}) {
    this.root = root; this.content = content; this.onChange = options.onChange; this.useHash = options.useHash;
    this.lang = content.langs[0];
    this.settings = { ...EMPTY };
    this.chosen = content.scenarios.slice(0, 1).map((scenario) => scenario.id);
    this.party = "municipality"; this.per = "participant"; this.everyone = false;
    this.history = []; this.sets = []; this.stores = new Map();
    this.inside = content.parties.filter((party) => party.inside).map((party) => party.id);
  }

  async start(given = {}) {
    const bytes = await inflate(this.content.pack);
    this.arrays = unpackArrays(this.content.arrays, bytes, this.content.draws);
    this.settings = accept(this.content, given);
    if (this.useHash) this.readHash();
    this.build();
    new ResizeObserver(() => { this.measure(); this.schedule(); }).observe(this.root);
  }

  readHash() {
    const found = /^#s=([\w-]+)$/.exec(location.hash);
    if (!found) return;
    try { this.adopt(decode(found[1])); } catch { /* a broken address opens the page as it is */ }
  }

  adopt(state) {
    this.settings = accept(this.content, state.settings);
    const known = this.content.scenarios.map((scenario) => scenario.id);
    const chosen = (state.scenarios ?? []).filter((id) => known.includes(id)).slice(0, MOST_SCENARIOS);
    if (chosen.length) this.chosen = chosen;
    if (this.content.parties.some((party) => party.id === state.party) || state.party === INSIDE) this.party = state.party;
    if (["participant", "pilot"].includes(state.per)) this.per = state.per;
    this.sets = (Array.isArray(state.sets) ? state.sets : []).slice(0, 20).map((set) => (
      { name: String(set.name ?? "").slice(0, 60), settings: accept(this.content, set.settings) }));
  }

  state() {
    return { settings: clean(this.settings), scenarios: this.chosen, party: this.party, per: this.per, sets: this.sets };
  }

  get w() { return wording(this.content.words, this.lang); }
  text(id, values) { return this.w.say(`explorer.${id}`, values); }
  name(scenario) { return scenario.name[this.lang]; }
  partyName(id) {
    const name = this.w.say(`party.${id}.name`);
    return name[0].toUpperCase() + name.slice(1);
  }
  colour(id) { return this.content.parties.find((party) => party.id === id)?.colour ?? "#000000"; }
  get scenarios() { return this.content.scenarios.filter((scenario) => this.chosen.includes(scenario.id)); }
  find(name) { return this.root.querySelector(`[data-part="${name}"]`); }
  get shown() {
    const few = [INSIDE, ...TABLE];
    return this.everyone ? [...few, ...this.inside.filter((id) => !few.includes(id))] : few;
  }

  // ------------------------------------------------------------------------------------------ frame

  build() {
    const t = (id, values) => escape(this.text(id, values));
    if (this.useHash) {
      document.documentElement.lang = this.lang;
      document.title = `${this.text("title")} – ${this.content.name[this.lang]}`;
    }
    const groups = [...new Set(this.content.levers.map((lever) => lever.group))];
    this.root.classList.add("wz");
    this.root.lang = this.lang;
    this.root.innerHTML = `
      <header class="wz-head"><div><p class="wz-over">${t("title")}</p><h1>${escape(this.content.name[this.lang])}</h1>
        <p class="wz-facts">${escape(this.content.facts[this.lang])}</p></div>
        <div class="wz-tools" role="group" aria-label="${t("tools")}">
          ${this.content.langs.length > 1 ? `<button type="button" data-do="lang">${t("other_language")}</button>` : ""}
          <button type="button" data-do="undo">${t("undo")}</button><button type="button" data-do="reset">${t("reset")}</button>
          <button type="button" data-do="print">${t("print")}</button></div></header>
      <section class="wz-answer" aria-labelledby="wz-answer-h"><h2 id="wz-answer-h">${t("answer")}</h2>
        <div data-part="verdict" role="status" aria-live="polite"></div></section>
      <div class="wz-body"><form class="wz-levers" aria-label="${t("levers")}">
        <fieldset class="wz-scenarios"><legend>${t("scenarios")}</legend><p class="wz-small">${t("scenarios_note")}</p>
          ${this.content.scenarios.map((scenario) => this.scenarioHtml(scenario)).join("")}</fieldset>
        ${groups.map((group) => `<fieldset><legend>${t(`group.${group}`)}</legend>
          ${this.content.levers.filter((lever) => lever.group === group).map((lever) => this.leverHtml(lever)).join("")}
          </fieldset>`).join("")}
        <fieldset><legend>${t("contract")}</legend><p class="wz-small">${t("contract_note")}</p>
          <div data-part="rules"></div><button type="button" data-do="add">${t("add_rule")}</button></fieldset>
        <fieldset><legend>${t("sets")}</legend><p class="wz-small">${t("sets_note")}</p>
          <p class="wz-line"><label>${t("set_name")} <input type="text" maxlength="60" data-part="set-name"></label>
          <button type="button" data-do="keep">${t("keep")}</button></p><ul data-part="sets" class="wz-sets"></ul>
          <p class="wz-line"><button type="button" data-do="save">${t("save_file")}</button>
          <label class="wz-file">${t("open_file")} <input type="file" accept=".json,application/json" data-part="file"></label></p>
          <p class="wz-small" data-part="message" role="status"></p></fieldset></form>
      <div class="wz-results">
        <section aria-labelledby="wz-p"><h2 id="wz-p">${t("parties")}</h2><p class="wz-small">${t("parties_note")}</p>
          <p class="wz-line" role="group" aria-label="${t("show")}">
            <label><input type="radio" name="wz-per" value="participant" ${this.per === "participant" ? "checked" : ""}> ${t("per.participant")}</label>
            <label><input type="radio" name="wz-per" value="pilot" ${this.per === "pilot" ? "checked" : ""}> ${t("per.pilot")}</label>
            <label><input type="checkbox" data-part="everyone" ${this.everyone ? "checked" : ""}> ${t("everyone")}</label></p>
          <div data-part="strips"></div></section>
        <section class="wz-print-only"><h2>${t("positions")}</h2><div data-part="positions"></div></section>
        <section aria-labelledby="wz-f"><h2 id="wz-f" data-part="fan-title"></h2><p class="wz-small">${t("fan_note")}</p>
          <div data-part="fans" class="wz-fans"></div></section>
        <section aria-labelledby="wz-m"><h2 id="wz-m">${t("matrix")}</h2><p class="wz-small">${t("matrix_note")}</p>
          <div data-part="matrix"></div></section>
        ${this.content.negotiation ? `<section aria-labelledby="wz-n"><h2 id="wz-n">${t("negotiation")}</h2>
          ${this.content.negotiation.text[this.lang].map((line) => `<p>${escape(line)}</p>`).join("")}
          <p class="wz-small">${t("negotiation_note")}</p>
          ${this.content.negotiation.contract.length ? `<p><button type="button" data-do="apply">${t("apply")}</button></p>` : ""}</section>` : ""}
        <section class="wz-numbers" aria-labelledby="wz-t"><h2 id="wz-t">${t("numbers")}</h2>
          <p class="wz-line"><button type="button" data-do="csv">${t("csv")}</button></p>
          <details><summary>${t("numbers_show")}</summary><div data-part="table" class="wz-scroll" tabindex="0" role="region" aria-label="${t("numbers")}"></div></details></section>
        <section class="wz-exact" aria-labelledby="wz-e"><h2 id="wz-e">${t("exact")}</h2>${t("exact_text").split("|").map((line) => `<p>${line}</p>`).join("")}
          <p>${escape(this.content.origin[this.lang])}</p></section>
      </div></div>`;
    this.said = null;
    this.buildRules();
    this.buildSets();
    this.listen();
    this.measure();
    this.redraw();
  }

  scenarioHtml(scenario) {
    const note = scenario.note?.[this.lang];
    return `<label class="wz-check"><input type="checkbox" name="wz-scenario" value="${escape(scenario.id)}"
      ${this.chosen.includes(scenario.id) ? "checked" : ""}> <span>${escape(this.name(scenario))}
      ${note ? `<span class="wz-small">${escape(note)}</span>` : ""}</span></label>`;
  }

  leverHtml(lever) {
    const id = `wz-${lever.id}`, label = escape(this.text(`lever.${lever.id}`));
    const last = lever.options ? lever.options.length - 1 : lever.max;
    return `<div class="wz-lever"><div class="wz-label"><label for="${id}">${label}</label><output for="${id}" data-part="out-${lever.id}"></output></div>
      <div class="wz-slide"><input type="range" id="${id}" data-lever="${lever.id}" min="${lever.options ? 0 : lever.min}" max="${last}"
      step="${lever.options ? 1 : lever.step}"><button type="button" class="wz-back" data-back="${lever.id}"
      aria-label="${escape(this.text("back", { lever: this.text(`lever.${lever.id}`) }))}">↺</button></div>
      <details class="wz-source"><summary>${escape(this.text("default", { value: this.defaultText(lever) }))}</summary>
      <p>${escape(this.text(`lever_note.${lever.id}`))}</p>${lever.source[this.lang].map((line) => `<p>${escape(line)}</p>`).join("")}</details></div>`;
  }

  buildRules() {
    const t = (id, values) => escape(this.text(id, values));
    const options = (values, chosen, label) => values.map((value) =>
      `<option value="${value}" ${value === chosen ? "selected" : ""}>${escape(label(value))}</option>`).join("");
    const rules = this.settings.contract;
    this.find("rules").innerHTML = rules.map((rule, n) => `<fieldset class="wz-rule" data-rule="${n}"><legend>${t("rule", { n: n + 1 })}</legend>
      <label>${t("payer")} <select data-field="payer">${options(this.content.payers, rule.payer, (id) => this.partyName(id))}</select></label>
      <label>${t("payee")} <select data-field="payee">${options(this.content.payees, rule.payee, (id) => this.partyName(id))}</select></label>
      <label>${t("kind")} <select data-field="kind">${options(["upfront", "placement", "month", "saving"], rule.kind, (id) => this.text(`kind.${id}`))}</select></label>
      <label>${rule.kind === "saving" ? t("share") : t("amount")} <input type="number" min="0" ${rule.kind === "saving" ? 'max="100"' : ""} step="any" data-field="amount"
        value="${rule.kind === "saving" ? +(100 * rule.amount).toFixed(4) : rule.amount}"></label>
      ${rule.kind === "saving" ? `<label>${t("saving")} <select data-field="saving">${options(["bijstand", "ggz"], rule.saving, (id) => this.text(`saving.${id}`))}</select></label>
        <label>${t("cap")} <input type="number" min="0" step="any" data-field="cap" value="${rule.cap ?? ""}"></label>` : ""}
      <button type="button" data-drop="${n}">${t("drop_rule", { n: n + 1 })}</button></fieldset>`).join("");
    this.root.querySelector('[data-do="add"]').disabled = rules.length >= MOST_RULES;
  }

  buildSets() {
    this.find("sets").innerHTML = this.sets.map((set, n) => `<li><button type="button" data-set="${n}">${escape(set.name)}</button>
      <button type="button" data-forget="${n}" aria-label="${escape(this.text("forget", { name: set.name }))}">×</button></li>`).join("");
  }

  // ------------------------------------------------------------------------------------------ events

  listen() {
    if (this.listening) return;
    this.listening = true;
    this.root.addEventListener("input", (event) => this.onInput(event));
    this.root.addEventListener("change", (event) => this.onCommit(event));
    this.root.addEventListener("click", (event) => this.onClick(event));
    this.root.addEventListener("submit", (event) => event.preventDefault());
    this.root.addEventListener("toggle", (event) => {
      if (event.target.contains(this.find("table"))) this.drawTables();
    }, true);
  }

  onInput(event) {
    const lever = this.content.levers.find((one) => one.id === event.target.dataset.lever);
    if (!lever) return;
    this.remember();
    const value = Number(event.target.value);
    this.settings = { ...this.settings, [lever.id]: lever.options ? lever.options[value] : value };
    this.schedule();
  }

  // One step of undo per movement: positions before it, kept when it begins.
  remember() {
    if (this.moving) return;
    this.moving = true;
    this.history.push(clean(this.settings));
    if (this.history.length > 100) this.history.shift();
  }

  onCommit(event) {
    const { target } = event;
    if (target.dataset.lever) { this.moving = false; this.publish(); return; }
    if (target.name === "wz-scenario") this.chooseScenario(target);
    else if (target.name === "wz-per") { this.per = target.value; this.schedule(); }
    else if (target.dataset.part === "everyone") { this.everyone = target.checked; this.schedule(); }
    else if (target.dataset.part === "file") { this.openFile(target); return; }
    else if (target.closest("[data-rule]")) this.changeRule(target);
    else return;
    this.publish();
  }

  chooseScenario(box) {
    const chosen = this.content.scenarios.map((one) => one.id).filter((id) => (id === box.value ? box.checked : this.chosen.includes(id)));
    if (!chosen.length || chosen.length > MOST_SCENARIOS) {
      box.checked = !box.checked;
      this.tell("scenario_limit", { most: MOST_SCENARIOS });
      return;
    }
    this.chosen = chosen;
    this.schedule();
  }

  changeRule(target) {
    const n = Number(target.closest("[data-rule]").dataset.rule), field = target.dataset.field;
    const rule = { ...this.settings.contract[n] };
    if (field === "amount") rule.amount = Math.max(0, Number(target.value) || 0) / (rule.kind === "saving" ? 100 : 1);
    else if (field === "cap") rule.cap = target.value === "" ? null : Math.max(0, Number(target.value) || 0);
    else rule[field] = target.value;
    if (field === "kind") {
      rule.amount = rule.kind === "saving" ? 0.25 : 1000;
      rule.saving = rule.kind === "saving" ? "bijstand" : undefined;
      if (rule.kind !== "saving") delete rule.cap;
    }
    if (rule.payer === rule.payee) {
      rule[field === "payer" ? "payee" : "payer"] = this.content.payers.find((id) => id !== rule[field]);
    }
    if (rule.kind === "saving") rule.amount = Math.min(rule.amount, 1);
    this.set({ ...this.settings, contract: this.settings.contract.map((one, place) => (place === n ? rule : one)) });
    this.root.querySelector(`[data-rule="${n}"] [data-field="${field}"]`)?.focus();
  }

  // New positions as one step that can be undone.
  set(settings, keep = true) {
    if (keep) this.history.push(clean(this.settings));
    this.moving = false;
    this.settings = accept(this.content, settings);
    this.buildRules();
    this.schedule();
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { back, drop, set, forget, party } = button.dataset;
    if (back) this.set({ ...this.settings, [back]: null });
    else if (drop) this.set({ ...this.settings, contract: this.settings.contract.filter((_, n) => n !== Number(drop)) });
    else if (set) this.set(this.sets[Number(set)].settings);
    else if (forget) { this.sets = this.sets.filter((_, n) => n !== Number(forget)); this.buildSets(); }
    else if (party) { this.party = party; this.schedule(); }
    else if (button.dataset.do) this.act(button.dataset.do);
    else return;
    this.publish();
  }

  act(what) {
    if (what === "undo" && this.history.length) this.set(this.history.pop(), false);
    else if (what === "reset") this.set({ ...EMPTY });
    else if (what === "print") globalThis.print();
    else if (what === "apply") this.set({ ...this.settings, contract: this.content.negotiation.contract });
    else if (what === "add") {
      this.set({ ...this.settings, contract: [...this.settings.contract,
        { kind: "placement", payer: "insurer", payee: "municipality", amount: 1000 }] });
    } else if (what === "lang") {
      this.lang = this.content.langs[(this.content.langs.indexOf(this.lang) + 1) % this.content.langs.length];
      this.build();
      this.root.querySelector('[data-do="lang"]').focus();
    } else if (what === "keep") {
      const name = this.find("set-name").value.trim() || this.text("unnamed", { n: this.sets.length + 1 });
      this.sets = [...this.sets, { name, settings: clean(this.settings) }];
      this.find("set-name").value = "";
      this.buildSets();
      this.tell("kept", { name });
    } else if (what === "save") this.download("json", JSON.stringify(this.state(), null, 1), "application/json");
    else if (what === "csv") this.download("csv", "\ufeff" + this.csv(), "text/csv;charset=utf-8");
  }

  async openFile(input) {
    try {
      const file = input.files[0];
      if (!file || file.size > 100_000) throw new Error("size");
      const state = JSON.parse(await file.text());
      if (typeof state !== "object" || !state.settings) throw new Error("content");
      this.history.push(clean(this.settings));
      this.adopt(state);
      this.build();
      this.tell("opened", { name: file.name });
      this.publish();
    } catch { this.tell("not_opened"); }
    input.value = "";
  }

  tell(id, values) { this.find("message").textContent = this.text(`message.${id}`, values); }

  download(ending, text, type) {
    const link = document.createElement("a"), address = URL.createObjectURL(new Blob([text], { type }));
    link.href = address;
    link.download = `werkzorg-${this.content.pilot}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  publish() {
    if (this.useHash) {
      try { history.replaceState(null, "", `#s=${encode(this.state())}`); } catch { /* some viewers allow no addresses */ }
    }
    this.onChange?.(clean(this.settings));
  }

  // ------------------------------------------------------------------------------------------ drawing

  // Widths are read when the frame changes, not between drawings: reading forces a layout.
  measure() { this.room = this.find("strips").clientWidth || 600; }

  schedule() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.redraw(); });
  }

  // Numbers of the parties that are shown, or of all.
  results(all = false) {
    const { draws } = this.content;
    const wanted = all ? [INSIDE, ...this.inside] : [...new Set([...this.shown, this.party])];
    return this.scenarios.map((scenario) => {
      if (!this.stores.has(scenario.id)) this.stores.set(scenario.id, {});
      const made = evaluate(this.content, this.arrays, scenario, this.settings, this.stores.get(scenario.id));
      const size = this.per === "pilot" ? made.persons : 1, step = scenario.month_step;
      const rows = Object.fromEntries(wanted.map((party) => {
        const row = { ...summarise(made.totals[party], size), party, per: this.per, years: made.years };
        row.columns = running(made, party, this.inside, draws);
        row.payback = paybackOf(row.columns, step, draws);
        return [party, row];
      }));
      return { scenario, made, size, rows, together: allGain(made.totals, draws) };
    });
  }

  redraw() {
    const found = this.results(), w = this.w;
    this.latest = found;
    this.drawLevers(found, w);
    this.drawVerdict(found, w);
    this.drawStrips(found, w);
    this.drawFans(found, w);
    // The tables follow when the lever stands still: nobody reads them while it moves.
    clearTimeout(this.later);
    if (this.moving) this.later = setTimeout(() => this.drawTables(), 120);
    else this.drawTables();
  }

  drawTables() {
    const w = this.w;
    this.drawMatrix(this.latest, w);
    if (this.find("table").parentElement.open) this.drawTable(this.results(true), w);
  }

  defaultText(lever) { return this.valueText(lever, null); }

  valueText(lever, value) {
    const w = this.w, unit = lever.unit[this.lang];
    if (value == null && lever.estimated) return this.text("estimated", { value: w.percent(lever.value) });
    const shown = value ?? lever.value;
    if (lever.kind === "price") {
      const amount = `${w.euro(lever.value * (value ?? 1), lever.value > 1000 ? 100 : 0)} ${unit}`;
      return value == null || value === 1 ? amount : `${amount} (${w.percent(value)})`;
    }
    if (lever.kind === "years") return w.yearsText(shown);
    if (lever.kind === "count") return w.number(shown);
    return w.percent(shown, lever.id === "rate" ? 2 : 0) + unit;
  }

  drawLevers(found, w) {
    const changed = [];
    for (const lever of this.content.levers) {
      const value = this.settings[lever.id], input = this.root.querySelector(`[data-lever="${lever.id}"]`);
      const position = value ?? (lever.kind === "price" ? 1 : lever.value);
      const place = lever.options ? lever.options.indexOf(position) : position;
      if (document.activeElement !== input || Number(input.value) !== place) input.value = place;
      const text = this.valueText(lever, value);
      this.find(`out-${lever.id}`).textContent = text;
      input.setAttribute("aria-valuetext", text);
      input.closest(".wz-lever").classList.toggle("wz-moved", value != null);
      this.root.querySelector(`[data-back="${lever.id}"]`).disabled = value == null;
      if (value != null) changed.push(`${this.text(`lever.${lever.id}`)}: ${text}`);
    }
    for (const rule of this.settings.contract) changed.push(this.ruleText(rule, w));
    this.root.querySelector('[data-do="undo"]').disabled = !this.history.length;
    this.find("positions").innerHTML = changed.length
      ? `<ul>${changed.map((line) => `<li>${escape(line)}</li>`).join("")}</ul>` : `<p>${escape(this.text("untouched"))}</p>`;
  }

  ruleText(rule, w) {
    const names = { payer: this.partyName(rule.payer), payee: this.partyName(rule.payee) };
    if (rule.kind !== "saving") return this.text(`rule_text.${rule.kind}`, { ...names, amount: w.euro(rule.amount) });
    const cap = rule.cap == null ? "" : this.text("rule_text.cap", { amount: w.euro(rule.cap, 1) });
    return this.text("rule_text.saving", { ...names, amount: w.percent(rule.amount, 1), saving: this.text(`saving.${rule.saving}`), cap });
  }

  // Text only when it changed, so that a screen reader hears nothing twice.
  drawVerdict(found, w) {
    const mark = this.content.prior_only ? w.say("mark.prior_text") : "";
    const together = found.map((one) => togetherVerdict(one.together, one.rows.ggz_institution.probability, w));
    const alike = together.every((text) => text === together[0]);
    const html = found.map(({ scenario, rows }, n) => {
      const name = found.length > 1 ? `<strong>${escape(this.name(scenario))}.</strong> ` : "";
      return `<p>${name}${escape(netVerdict(rows[this.party], w, mark))}${alike ? "" : ` ${escape(together[n])}`}</p>`;
    }).join("") + (alike ? `<p>${escape(together[0])}</p>` : "");
    const part = this.find("verdict");
    if (this.said !== html) { this.said = html; part.innerHTML = html; }
  }

  drawStrips(found, w) {
    const part = this.find("strips"), total = this.room, phone = total < 560;
    const width = Math.max(220, Math.round(phone ? total : total - 165 - 290));
    const all = this.shown.flatMap((party) => found.map(({ rows }) => rows[party]));
    const low = Math.min(0, ...all.map((row) => row.low95)), high = Math.max(0, ...all.map((row) => row.high95));
    const room = 0.04 * (high - low || 1), scale = { low: low - room, high: high + room };
    const head = `<div class="wz-row wz-heads" aria-hidden="true"><span></span><span>${axisSvg(scale, width, w)}</span>
      <span class="wz-nums"><span><b>${escape(this.text("col.mean"))}</b><b>${escape(this.text("col.chance"))}</b><b>${escape(this.text("col.payback"))}</b></span></span></div>`;
    const focused = document.activeElement?.dataset.party;
    part.innerHTML = head + this.shown.map((party) => {
      const rows = found.map((one) => one.rows[party]), on = party === this.party;
      const label = found.map(({ scenario, rows: own }) => `${this.name(scenario)}: ${this.rowText(own[party], w)}`).join(" ");
      const numbers = found.map(({ scenario, rows: own }, n) => `<span>
        <span class="wz-num">${found.length > 1 ? `<i title="${escape(this.name(scenario))}">${n + 1}</i>` : ""}${this.money(own[party].mean, own[party], w)}</span>
        <span class="wz-num"><span class="wz-tiny">${escape(this.text("col.chance"))} </span>${this.chanceText(own[party], w)}</span>
        <span class="wz-num"><span class="wz-tiny">${escape(this.text("col.payback"))} </span>${this.paybackText(own[party], w)}</span></span>`).join("");
      return `<div class="wz-row ${on ? "wz-on" : ""}"><button type="button" data-party="${party}" aria-pressed="${on}">
        <svg aria-hidden="true" width="10" height="24"><rect width="10" height="24" fill="${this.colour(party)}"/></svg> ${escape(this.partyName(party))}</button>
        <span>${stripSvg(rows, this.colour(party), scale, width, label)}</span><span class="wz-nums">${numbers}</span></div>`;
    }).join("") + (found.length > 1 ? `<p class="wz-small">${found.map(({ scenario }, n) => `<b>${n + 1}</b> ${escape(this.name(scenario))}`).join(" · ")}</p>` : "");
    part.classList.toggle("wz-phone", phone);
    if (focused) this.root.querySelector(`[data-party="${focused}"]`)?.focus();
  }

  money(value, row, w) { return w.euro(value, w.stepOf(row.low80, row.high80)); }
  isNil(row) { return row.low95 === row.high95 && Math.abs(row.mean) < 1e-6; }
  chanceText(row, w) { return this.isNil(row) ? "–" : w.chance(row.probability); }
  paybackText(row, w) {
    if (this.isNil(row) || row.payback.median == null) return "–";
    return row.payback.share < 0.5 ? escape(this.text("payback_rare")) : escape(this.text("payback", { n: row.payback.median }));
  }
  rowText(row, w) {
    const step = w.stepOf(row.low80, row.high80);
    return this.text("row_text", { gain: w.gain(row.mean, step), range: w.gainRange(row.low80, row.high80, step), chance: w.chancePhrase(row.probability) });
  }

  drawFans(found, w) {
    this.find("fan-title").textContent = this.text("fan", { party: w.say(`party.${this.party}.the`) });
    const part = this.find("fans"), total = this.room;
    const width = Math.round(found.length > 1 && total > 640 ? (total - 20) / 2 : total);
    const ends = found.map(({ rows, size }) => rows[this.party].columns.map((column) => summarise(column, size)));
    const flat = ends.flat();
    const range = { low: Math.min(0, ...flat.map((end) => end.low95)), high: Math.max(0, ...flat.map((end) => end.high95)) };
    if (range.high - range.low < 1) range.high = range.low + 1;
    part.innerHTML = found.map(({ scenario, rows }, n) => {
      const row = rows[this.party], share = w.chance(row.payback.share);
      const text = row.payback.median == null ? this.text("fan_never") : this.text("fan_text", { chance: share, n: row.payback.median });
      return `<figure><figcaption><b>${escape(this.name(scenario))}.</b> ${escape(this.isNil(row) && row.payback.median == null ? "" : text)}</figcaption>
        ${fanSvg(ends[n], scenario.month_step, range, width, this.colour(this.party), w, `${this.text("fan", { party: w.say(`party.${this.party}.the`) })}. ${text}`)}</figure>`;
    }).join("");
  }

  drawMatrix(found, w) {
    const groups = GROUPS.filter((group) => found.some(({ made }) =>
      Object.values(made.cells).some((cell) => Math.abs(cell[group] ?? 0) > 0.5)));
    this.find("matrix").innerHTML = found.map(({ scenario, made, size }) => {
      const meanOf = (party) => Object.values(made.cells[party]).reduce((sum, value) => sum + value, 0) * size;
      const parties = this.inside.filter((party) => made.cells[party]);
      const cell = (value) => (Math.abs(value) < 0.5 * size ? "<td>–</td>"
        : `<td class="${value > 0 ? "wz-gain" : "wz-loss"}">${value > 0 ? "+" : ""}${w.euro(value, size > 1 ? 100 : 1)}</td>`);
      const line = (party) => `<tr><th scope="row">${escape(this.partyName(party))}</th>${cell(meanOf(party))}${groups.map((group) =>
        cell((made.cells[party][group] ?? 0) * size)).join("")}</tr>`;
      return `<div class="wz-scroll" tabindex="0" role="region" aria-label="${escape(this.text("matrix"))}, ${escape(this.name(scenario))}"><table>
        <caption>${escape(this.text("matrix_caption", { scenario: this.name(scenario), years: w.yearsText(made.years) }))}</caption>
        <thead><tr><td></td>${["total", ...groups].map((group) => `<th scope="col">${escape(this.text(group === "total" ? group : `item.${group}`))}</th>`).join("")}</tr></thead>
        <tbody>${parties.map(line).join("")}</tbody></table></div>`;
    }).join("");
  }

  // Every number behind the pictures: header and rows, plain values.
  tableRows(found) {
    const head = ["scenario", "party", "mean", "median", "low50", "high50", "low80", "high80", "low95", "high95", "chance", "safe", "payback", "payback_share"];
    const rows = found.flatMap(({ scenario, rows: own }) => [INSIDE, ...this.inside].map((party) => {
      const row = own[party];
      return [this.name(scenario), this.partyName(party), row.mean, row.median, row.low50, row.high50, row.low80, row.high80,
        row.low95, row.high95, row.probability, row.safe, row.payback.median, row.payback.share];
    }));
    return { head: head.map((id) => this.text(`col.${id}`)), rows };
  }

  drawTable(found, w) {
    const { head, rows } = this.tableRows(found);
    const show = (value, column) => (column < 2 ? null : value == null ? "–" : column < 10 ? w.euro(value, 1)
      : column === 12 ? w.number(value) : w.percent(value, 1));
    this.find("table").innerHTML = `<table><caption>${escape(this.text(`per.${this.per}`))}</caption><thead><tr>
      ${head.map((name) => `<th scope="col">${escape(name)}</th>`).join("")}</tr></thead><tbody>${rows.map((row) => `<tr>
      <th scope="row">${escape(row[0])}</th><th scope="row">${escape(row[1])}</th>${row.slice(2).map((value, n) => `<td>${show(value, n + 2)}</td>`).join("")}</tr>`).join("")}</tbody></table>`;
  }

  csv() {
    const { head, rows } = this.tableRows(this.results(true)), nl = this.lang === "nl";
    const plain = (value) => (value == null ? "" : typeof value === "number"
      ? String(+value.toFixed(4)).replace(".", nl ? "," : ".") : `"${String(value).replaceAll('"', '""')}"`);
    const unit = `${this.text(`per.${this.per}`)}, ${this.content.unit}`;
    const changed = [...this.find("positions").querySelectorAll("li, p")].map((line) => line.textContent);
    const lines = [[this.content.name[this.lang]], [unit], ...changed.map((line) => [line]), [], head, ...rows];
    return lines.map((line) => line.map(plain).join(nl ? ";" : ",")).join("\r\n") + "\r\n";
  }
}

// ---------------------------------------------------------------------------------------------- where it lives

async function render({ model, el }) {
  const root = document.createElement("div");
  el.append(root);
  const explorer = new Explorer(root, model.get("content"), {
    onChange: (settings) => { model.set("settings", settings); model.save_changes(); },
  });
  await explorer.start(model.get("settings"));
  model.on("change:settings", () => {
    const given = accept(explorer.content, model.get("settings"));
    if (JSON.stringify(clean(given)) !== JSON.stringify(clean(explorer.settings))) explorer.set(given);
  });
}

const place = globalThis.document?.getElementById("werkzorg-explorer");
const data = globalThis.document?.getElementById("werkzorg-content");
if (place && data) {
  const explorer = new Explorer(place, JSON.parse(data.textContent), { useHash: true });
  place.werkzorg = { explorer, evaluate, summarise, wording, netVerdict, togetherVerdict, accept };
  place.ready = explorer.start();
}

export default { render };
