// Arithmetic of the explorer: prices put on stored yearly quantities, in every draw.
// A table of numbers per step and draw is one typed array: step t of draw d stands at t * draws + d.

const INSIDE = "society";
const TABLE = ["client", "municipality", "insurer", "ggz_institution"];
const MONTHS = 12;

// ---------------------------------------------------------------------------------------------- unpacking

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Arrays of the pool. A column is `low`, parts of earlier columns, and whole steps; without spread it is one number.
function unpackArrays(arrays, bytes, draws) {
  const columns = bytes.length / 2 / draws, known = [];
  return arrays.map((array) => {
    const values = new Float64Array(draws * array.low.length);
    array.low.forEach((low, place) => {
      const column = values.subarray(place * draws, (place + 1) * draws).fill(low), step = array.step[place];
      if (!step) return;
      const terms = array.from[place], high = known.length * draws, below = (columns + known.length) * draws;
      for (let n = 0; n < terms.length; n += 2) {
        const other = known[terms[n]], part = terms[n + 1];
        for (let d = 0; d < draws; d++) column[d] += part * other[d];
      }
      for (let d = 0; d < draws; d++) column[d] += step * (bytes[high + d] * 256 + bytes[below + d]);
      known.push(column);
    });
    return values;
  });
}

// ---------------------------------------------------------------------------------------------- prices

const factorOf = (settings, lever) => settings[lever] ?? 1;

const LEVER_OF_PRICE = {
  "jobcoach.hour_uwv": "jobcoach", "keyofficer.fte": "keyofficer", "ggz.counsellor_hour": "counsellor",
};

// The parts of the ledger, and the levers that touch each: only a touched part is priced again.
const BLOCKS = {
  work: { levers: ["lks"], price: priceWork },
  care: { levers: ["ggz", "causal", "clients", "kept_insurer"], price: priceCare },
  guidance: { levers: ["wmo", "causal"], price: priceGuidance },
  budget: { levers: ["kept_municipality"], price: priceBudget },
  support: { levers: ["jobcoach", "keyofficer", "counsellor", "clients"], price: priceSupport },
};

// One part of the ledger: net result per party, and the mean of every flow per step.
class Block {
  constructor(size) { this.size = size; this.net = new Map(); this.sums = new Map(); this.turn = 0; }

  begin() { for (const values of this.net.values()) values.fill(0); this.flows = []; this.turn += 1; }

  of(party) {
    if (!this.net.has(party)) this.net.set(party, new Float64Array(this.size));
    return this.net.get(party);
  }

  // Net result of a party, or of all parties together.
  values(party) {
    if (party !== INSIDE) return this.net.get(party);
    if (this.whole?.turn !== this.turn) {
      const sum = this.whole?.sum ?? new Float64Array(this.size);
      sum.fill(0);
      for (const values of this.net.values()) addTo(sum, values);
      this.whole = { turn: this.turn, sum };
    }
    return this.whole.sum;
  }

  flow(group, payer, payee, mean) { this.flows.push({ group, payer, payee, mean }); }
}

function addTo(sums, values) { for (let i = 0; i < sums.length; i++) sums[i] += values[i]; }

function meansOf(values, draws) {
  const means = [];
  for (let from = 0; from < values.length; from += draws) {
    let sum = 0;
    for (let d = from; d < from + draws; d++) sum += values[d];
    means.push(sum / draws);
  }
  return means;
}

function priceWork({ scenario, arrays, settings }, block) {
  const lks = factorOf(settings, "lks");
  for (const { group, payer, payee, mean, lks: moved } of scenario.means) {
    block.flow(group, payer, payee, moved ? mean.map((value) => value * lks) : mean);
  }
  for (const [party, number] of Object.entries(scenario.rest)) block.of(party).set(arrays[number]);
  const saving = arrays[scenario.saving], paid = arrays[scenario.lks], refund = arrays[scenario.lks_refund];
  const municipality = block.of("municipality"), employer = block.of("employer"), state = block.of("state");
  for (let i = 0; i < saving.length; i++) {
    municipality[i] += saving[i] + lks * (refund[i] - paid[i]);
    employer[i] += lks * paid[i];
    state[i] -= lks * refund[i];
  }
}

// GGZ care that components of the package prevent, or null: what it saves goes the way of other savings.
function preventedCare({ scenario, arrays, draws, steps, persons }) {
  const parts = scenario.components.filter((part) => part.prevents_care);
  if (!parts.length) return null;
  const sum = new Float64Array(draws * steps);
  for (const part of parts) {
    const unit = arrays[part.unit], used = part.used == null ? null : arrays[part.used];
    for (let t = 0; t < steps; t++) {
      const share = used ? 1 : part.spread[t] / (part.once ? persons : 1);
      for (let d = 0, i = t * draws; d < draws; d++, i++) sum[i] -= unit[d] * (used ? used[i] : share);
    }
  }
  return sum;
}

function priceCare(ground, block) {
  const { scenario, arrays, settings, draws, steps, persons } = ground, prevented = preventedCare(ground);
  const { scalar, care } = scenario, lag = scenario.lags.equalisation, fixed = settings.kept_insurer;
  const ggz = factorOf(settings, "ggz"), causal = factorOf(settings, "causal") / MONTHS;
  const [fact, perClient, admissions, crisis, refilled, kept] =
    ["fact", "per_client", "admission_year", "crisis", "refilled", "kept_insurer"].map((name) => arrays[scalar[name]]);
  const level = arrays[scenario.level[persons]], { severe, common, episodes } = care;
  const high = new Float64Array(draws), low = new Float64Array(draws), lostPart = new Float64Array(draws);
  for (let d = 0; d < draws; d++) {
    high[d] = fact[d] * ggz * level[d] * causal;
    low[d] = Math.max(perClient[d] * ggz - admissions[d] * crisis[d], 0) * level[d] * causal;
    lostPart[d] = (1 - (fixed ?? kept[d])) * (1 - refilled[d]);
  }
  const saved = (block.saved ??= new Float64Array(block.size)), insurer = block.of("insurer"), fund = block.of("zvw_fund");
  const spentMean = [], refillMean = [], lostMean = [];
  const heavy = arrays[severe], light = arrays[common], crises = arrays[episodes];
  for (let t = 0; t < steps; t++) {
    let spentSum = 0, refillSum = 0, lostSum = 0;
    for (let d = 0, i = t * draws, j = (t - lag) * draws; d < draws; d++, i++, j++) {
      const spent = heavy[i] * high[d] + light[i] * low[d] + crises[i] * crisis[d];
      const refill = refilled[d] * ((prevented ? prevented[i] : 0) - spent);
      const lost = t >= lag ? lostPart[d] * (saved[j] + (prevented ? prevented[j] : 0)) : 0;
      saved[i] = -spent;
      insurer[i] -= spent + refill + lost;
      fund[i] += lost;
      spentSum += spent; refillSum += refill; lostSum += lost;
    }
    spentMean.push(spentSum / draws); refillMean.push(refillSum / draws); lostMean.push(lostSum / draws);
  }
  for (const mean of [spentMean, refillMean]) {
    block.flow("ggz", "insurer", "ggz_institution", mean);
    block.flow("ggz", "ggz_institution", "outside", mean);
  }
  block.flow("equalisation", "insurer", "zvw_fund", lostMean);
}

function priceGuidance({ scenario, arrays, settings, draws, steps }, block) {
  const hours = arrays[scenario.care.wmo_hours], hour = arrays[scenario.scalar.wmo_hour];
  const factor = factorOf(settings, "wmo") * factorOf(settings, "causal"), municipality = block.of("municipality");
  for (let t = 0; t < steps; t++) {
    for (let d = 0, i = t * draws; d < draws; d++, i++) municipality[i] -= hours[i] * hour[d] * factor;
  }
  const mean = meansOf(municipality, draws).map((value) => -value);
  block.flow("wmo", "municipality", "wmo_provider", mean);
  block.flow("wmo", "wmo_provider", "outside", mean);
}

// Budgets that follow saved assistance, as rules/buig.py has them.
function priceBudget({ scenario, arrays, settings, draws, steps }, block) {
  const { weight, lags, scale } = scenario, fixed = settings.kept_municipality, saving = arrays[scenario.saving];
  const [objective, objectiveLater, historical, historicalLater, nationalLater] =
    ["objective_first", "objective_later", "historical_first", "historical_later", "national_later"]
      .map((name) => arrays[scenario.kept[name]]);
  const own = block.of("municipality"), others = block.of("other_municipalities"), state = block.of("state");
  const later = new Float64Array(draws), slower = new Float64Array(draws), lostNow = new Float64Array(draws);
  for (let d = 0; d < draws; d++) {
    const first = weight * objective[d] + (1 - weight) * historical[d];
    lostNow[d] = 1 - first;
    later[d] = scale === "national" ? first - (fixed ?? nationalLater[d])
      : weight * (objective[d] - (fixed ?? objectiveLater[d]));
    slower[d] = scale === "national" ? 0 : (1 - weight) * (historical[d] - (fixed ?? historicalLater[d]));
  }
  for (let t = 0; t < steps; t++) {
    const hasMacro = t >= lags.macro, hasSlow = t >= lags.historical;
    for (let d = 0, i = t * draws; d < draws; d++, i++) {
      const macro = hasMacro ? saving[i - lags.macro * draws] : 0, slow = hasSlow ? saving[i - lags.historical * draws] : 0;
      const lost = lostNow[d] * saving[i], mine = lost + later[d] * macro + slower[d] * slow, total = lost + macro;
      own[i] = -mine;
      others[i] = mine - total;
      state[i] = total;
    }
  }
  const minus = (values) => meansOf(values, draws).map((value) => -value);
  block.flow("budget", "municipality", "state", minus(own));
  block.flow("budget", "other_municipalities", "state", minus(others));
}

// Steps in which anything is used; asked again and again, so kept.
const USED = new WeakMap();
function stepsWith(values, draws) {
  if (!USED.has(values)) {
    USED.set(values, Array.from({ length: values.length / draws }, (_, t) => values.subarray(t * draws, (t + 1) * draws).some(Boolean)));
  }
  return USED.get(values);
}

function priceSupport({ scenario, arrays, settings, draws, steps, persons }, block) {
  const costs = new Map(), inside = (party) => party !== "outside";
  for (const part of scenario.components) {
    const factor = factorOf(settings, LEVER_OF_PRICE[part.price]), unit = arrays[part.unit];
    const used = part.used == null ? null : arrays[part.used], payer = inside(part.payer) ? block.of(part.payer) : null;
    const cost = ((block.costs ??= {})[part.id] ??= new Float64Array(block.size));
    const touched = used ? stepsWith(used, draws) : null;
    const mean = Array.from({ length: steps }, (_, t) => {
      const share = used ? +touched[t] : part.spread[t] / (part.once ? persons : 1);
      if (!share) return 0;
      let sum = 0;
      for (let d = 0, i = t * draws; d < draws; d++, i++) {
        const amount = unit[d] * factor * (used ? used[i] : share);
        cost[i] = amount;
        sum += amount;
      }
      if (payer) for (let i = t * draws; i < (t + 1) * draws; i++) payer[i] -= cost[i];
      return sum / draws;
    });
    costs.set(part.id, { part, cost, active: [...mean.keys()].filter((t) => mean[t] !== 0) });
    block.flow("support", part.payer, part.provider, mean);
    if (inside(part.provider)) block.flow("support", part.provider, "outside", mean);
  }
  for (const subsidy of scenario.subsidies) paySubsidy(subsidy, subsidy.covers.map((id) => costs.get(id)).filter(Boolean));

  // A subsidy repays the same share of all costs that it covers, up to its maximum for the pilot.
  function paySubsidy(subsidy, covered) {
    const most = arrays[subsidy.maximum], share = new Float64Array(draws), giver = inside(subsidy.payer) ? block.of(subsidy.payer) : null;
    for (const { cost, active } of covered) {
      for (const t of active) for (let d = 0, i = t * draws; d < draws; d++, i++) share[d] += cost[i] * persons;
    }
    for (let d = 0; d < draws; d++) share[d] = share[d] > 0 ? Math.min(share[d], most[d]) / share[d] : 0;
    for (const { part, cost, active } of covered) {
      const taker = inside(part.payer) ? block.of(part.payer) : null, mean = new Array(steps).fill(0);
      for (const t of active) {
        let sum = 0;
        for (let d = 0, i = t * draws; d < draws; d++, i++) sum += share[d] * cost[i];
        if (taker) for (let d = 0, i = t * draws; d < draws; d++, i++) taker[i] += share[d] * cost[i];
        if (giver) for (let d = 0, i = t * draws; d < draws; d++, i++) giver[i] -= share[d] * cost[i];
        mean[t] = sum / draws;
      }
      block.flow("support", subsidy.payer, part.payer, mean);
    }
  }
}

// ---------------------------------------------------------------------------------------------- results

// Weight of each step: the first twelve months count in full, nothing beyond the horizon.
function weightsOf(scenario, settings, steps) {
  const rate = settings.rate ?? scenario.rate, years = settings.years ?? scenario.main;
  return Array.from({ length: steps }, (_, t) => {
    const end = (t + 1) * scenario.month_step, year = Math.floor((end - 1) / MONTHS);
    return end <= years * MONTHS ? (1 + rate) ** -year : 0;
  });
}

function weighted(values, weights, draws, sum = new Float64Array(draws)) {
  sum.fill(0);
  weights.forEach((weight, t) => {
    if (weight) for (let d = 0, i = t * draws; d < draws; d++, i++) sum[d] += weight * values[i];
  });
  return sum;
}

// What each rule of a contract moves, EUR per participant in every draw.
function paymentOf(rule, ground, saved, weights) {
  const { scenario, arrays, draws, persons } = ground;
  if (rule.kind === "upfront") return new Float64Array(draws).fill(rule.amount);
  if (rule.kind !== "saving") {
    const counted = arrays[scenario.counted[rule.kind === "placement" ? "first_jobs" : "months_worked"]];
    return weighted(counted, weights, draws).map((units) => units * rule.amount);
  }
  const most = rule.cap == null ? Infinity : rule.cap / persons;
  return weighted(rule.saving === "ggz" ? saved : arrays[scenario.saving], weights, draws)
    .map((amount) => Math.min(rule.amount * Math.max(amount, 0), most));
}

// All numbers of one scenario at the positions of the levers. What `store` holds is used again where it still holds.
function evaluate(content, arrays, scenario, settings, store = {}) {
  const { draws } = content, steps = arrays[scenario.saving].length / draws;
  const ground = { scenario, arrays, settings, draws, steps, persons: settings.clients ?? scenario.persons };
  const parties = content.parties.filter((party) => party.inside).map((party) => party.id);
  const weights = weightsOf(scenario, settings, steps), weighing = weights.join();
  const blocks = Object.entries(BLOCKS).map(([name, { levers, price }]) => {
    const block = ((store.blocks ??= {})[name] ??= new Block(steps * draws));
    const key = levers.map((lever) => settings[lever] ?? "").join();
    if (block.key !== key) { block.begin(); price(ground, block); block.key = key; block.weighed = null; }
    if (block.weighed !== weighing) {
      for (const [party, values] of block.net) block.sums.set(party, weighted(values, weights, draws, block.sums.get(party)));
      block.weighed = weighing;
    }
    return block;
  });
  const totals = (store.totals ??= Object.fromEntries([INSIDE, ...parties].map((party) => [party, new Float64Array(draws)])));
  for (const values of Object.values(totals)) values.fill(0);
  const move = (party, amounts, sign) => {
    for (const to of [totals[party], totals[INSIDE]]) for (let d = 0; d < draws; d++) to[d] += sign * amounts[d];
  };
  for (const block of blocks) for (const [party, amounts] of block.sums) move(party, amounts, 1);
  const paid = settings.contract.map((rule) => {
    const amounts = paymentOf(rule, ground, store.blocks.care.saved, weights);
    move(rule.payer, amounts, -1);
    move(rule.payee, amounts, 1);
    return { ...rule, mean: meansOf(amounts, draws)[0] };
  });
  return {
    totals, blocks, parties, weights, paid, draws, steps, store, ground, persons: ground.persons,
    years: settings.years ?? scenario.main,
  };
}

// Mean gain of each party by group of items.
function cellsOf({ blocks, weights, paid }) {
  const cells = {};
  const add = (party, group, value) => { (cells[party] ??= {})[group] = (cells[party][group] ?? 0) + value; };
  const both = (payer, payee, group, value) => { add(payer, group, -value); add(payee, group, value); };
  for (const block of blocks) {
    for (const { payer, payee, group, mean } of block.flows) {
      both(payer, payee, group, mean.reduce((sum, amount, t) => sum + amount * weights[t], 0));
    }
  }
  for (const { payer, payee, mean } of paid) both(payer, payee, "contract", mean);
  return cells;
}

// When the money of a rule is paid, not discounted: what is counted in its year, up front at the start, and a share of
// a saving once, at the horizon. Calls `pay(place, amount)` for each step and draw.
function eachInstalment(rule, { scenario, arrays, draws, persons }, weights, saved, pay) {
  const last = weights.filter(Boolean).length, amounts = new Float64Array(draws);
  if (rule.kind === "upfront") { for (let d = 0; d < draws; d++) pay(d, rule.amount); return; }
  const counted = rule.kind === "saving" ? (rule.saving === "ggz" ? saved : arrays[scenario.saving])
    : arrays[scenario.counted[rule.kind === "placement" ? "first_jobs" : "months_worked"]];
  for (let i = 0; i < last * draws; i++) {
    if (rule.kind === "saving") amounts[i % draws] += counted[i]; else pay(i, rule.amount * counted[i]);
  }
  if (rule.kind !== "saving") return;
  const most = rule.cap == null ? Infinity : rule.cap / persons;
  for (let d = 0; d < draws; d++) pay((last - 1) * draws + d, Math.min(rule.amount * Math.max(amounts[d], 0), most));
}

// Running undiscounted sums of a party per step, and per draw the step from which they stay at or above zero.
function runningOf({ blocks, draws, steps, store, ground, weights }, party) {
  const mine = blocks.filter((block) => party === INSIDE || block.net.has(party));
  const rules = ground.settings.contract.filter((rule) => [rule.payer, rule.payee].includes(party));
  const key = [...mine.map((block) => block.turn), ...rules.map((rule) => JSON.stringify([rule, ground.persons, weights.filter(Boolean).length, store.blocks.care.turn]))].join();
  const kept = ((store.running ??= {})[party] ??= { sums: new Float64Array(steps * draws), since: new Int32Array(draws) });
  if (kept.key === key) return kept;
  const { sums, since } = kept;
  sums.fill(0);
  for (const block of mine) addTo(sums, block.values(party));
  for (const rule of rules) {
    const sign = rule.payee === party ? 1 : -1;
    eachInstalment(rule, ground, weights, store.blocks.care.saved, (place, amount) => { sums[place] += sign * amount; });
  }
  since.fill(0);
  for (let t = 0; t < steps; t++) runOn(sums, since, t, draws);
  return Object.assign(kept, { key, ends: null, payback: null });
}

// One step on: sums run on, and a draw below zero has not paid back yet.
function runOn(sums, since, t, draws) {
  const before = t ? -draws : 0, start = t ? 1 : 0;
  for (let d = 0, i = t * draws; d < draws; d++, i++) {
    const sum = sums[i] + start * sums[i + before];
    sums[i] = sum;
    since[d] = sum < 0 ? t + 1 : since[d];
  }
}

// Share of draws that pay back for good, and the middle of the years in which they do.
function paybackOf(since, steps, step) {
  const count = new Array(steps).fill(0);
  let number = 0;
  for (const place of since) if (place < steps) { count[place] += 1; number += 1; }
  if (!number) return { share: 0, median: null };
  let place = 0;
  for (let seen = count[0]; seen <= Math.floor((number - 1) / 2); seen += count[place]) place += 1;
  return { share: number / since.length, median: Math.ceil((place + 1) * step / MONTHS) };
}

// ---------------------------------------------------------------------------------------------- summaries

const SHARES = { low95: 0.025, low80: 0.1, low50: 0.25, median: 0.5, high50: 0.75, high80: 0.9, high95: 0.975 };
const BINS = 512;
const room = { count: new Int32Array(BINS + 2), place: new Uint16Array(0), values: new Float64Array(0) };

// Exact quantiles without sorting everything: values go into bins, and only bins that hold a wanted rank are sorted.
function quantiles(values) {
  const size = values.length, { count } = room;
  let low = Infinity, high = -Infinity;
  for (let d = 0; d < size; d++) { const value = values[d]; if (value < low) low = value; if (value > high) high = value; }
  const found = {}, scale = BINS / (high - low);
  if (!Number.isFinite(scale)) { for (const name in SHARES) found[name] = low; return found; }
  if (room.place.length < size) { room.place = new Uint16Array(size); room.values = new Float64Array(size); }
  const bins = room.place, sorted = room.values;
  count.fill(0);
  for (let d = 0; d < size; d++) { const bin = ((values[d] - low) * scale) | 0; bins[d] = bin; count[bin + 1] += 1; }
  for (let bin = 0; bin <= BINS; bin++) count[bin + 1] += count[bin];
  // Each value at the place of its bin; afterwards `count` holds the end of each bin.
  for (let d = 0; d < size; d++) sorted[count[bins[d]]++] = values[d];
  let ready = -1;
  const at = (rank, bin) => {
    while (count[bin] <= rank) bin += 1;
    if (bin !== ready) { sorted.subarray(bin ? count[bin - 1] : 0, count[bin]).sort(); ready = bin; }
    return sorted[rank];
  };
  let bin = 0;
  for (const name in SHARES) {
    const place = SHARES[name] * (size - 1), rank = Math.floor(place);
    while (count[bin] <= rank) bin += 1;
    const below = at(rank, bin);
    found[name] = below + (place - rank) * (at(Math.min(rank + 1, size - 1), bin) - below);
  }
  return found;
}

// As appraisal/summary.py has it: equal-tailed intervals, probability above zero.
function summarise(values, size = 1) {
  let sum = 0, above = 0, level = 0;
  for (let d = 0; d < values.length; d++) {
    sum += values[d]; if (values[d] > 0) above += 1; if (values[d] >= 0) level += 1;
  }
  const found = quantiles(values);
  for (const name in found) found[name] *= size;
  return Object.assign(found, { mean: size * sum / values.length, probability: above / values.length, safe: level / values.length });
}

function allGain(totals, draws) {
  const [one, two, three, four] = TABLE.map((party) => totals[party]);
  let count = 0;
  for (let d = 0; d < draws; d++) if (one[d] > 0 && two[d] > 0 && three[d] > 0 && four[d] > 0) count += 1;
  return count / draws;
}
