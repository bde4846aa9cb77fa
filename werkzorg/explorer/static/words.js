// Numbers and verdicts in words: the same sentences and roundings as in the reports (reporting/numbers.py, verdicts.py).

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
  // The same step as in the reports: the last of 1, 2, 5, 10 ... up to a twentieth of the width.
  const stepOf = (low, high) => {
    const most = (high - low) / 20;
    if (!(most > 1)) return 1;
    const power = 10 ** Math.floor(Math.log10(most));
    return power * [5, 2, 1].find((factor) => power * factor <= most * (1 + 1e-12));
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
    const [least, most] = [low, high].map((end) => Math.abs(roundTo(end, step))).sort((one, other) => one - other);
    if (most === 0) return say("number.around_nothing");
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
  const limits = Object.keys(words).filter((id) => id.startsWith("probability.from.")).map((id) => id.slice(-2)).sort();
  const chancePhrase = (share) => {
    const shown = Math.floor(100 * share + 0.5);
    const limit = limits.filter((text) => Number(text) <= shown).at(-1);
    return say("probability.phrase", { chance: chance(share), word: say(`probability.from.${limit}`) });
  };
  const yearsText = (years) => say(years === 1 ? "number.year" : "number.years", { n: number(years) });
  return {
    say, number, roundTo, stepOf, euro, euroText, gain, gainRange, percent, chance, chancePhrase, yearsText, lang,
  };
}

function exact(value, decimals) {
  const scale = 10 ** decimals, twice = 2 * value * scale;
  if (Math.abs(twice - Math.round(twice)) > 1e-9 * (1 + twice)) return value.toFixed(decimals);
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
  const open = row.low95 <= 0 && row.high95 >= 0;
  const edge = row.low80 > 0 ? "edge_gain" : row.high80 < 0 ? "edge_loss" : "uncertain";
  const certain = open ? edge : row.low95 > 0 ? "sure_gain" : "sure_loss";
  const nil = w.roundTo(row.low80, step) === 0 && w.roundTo(row.high80, step) === 0;
  return [
    w.say(`verdict.net.${row.per}`, {
      horizon: w.yearsText(row.years), the: w.say(`party.${row.party}.the`), gain: w.gain(row.mean, step), mark,
    }),
    w.say("verdict.net.interval", { range: w.gainRange(row.low80, row.high80, step) }),
    w.say("verdict.net.chance", { chance: w.chancePhrase(row.probability) }),
    ...(nil ? [] : [w.say(`verdict.net.${certain}`)]),
  ].join(" ");
}

function togetherVerdict(chance, institution, w) {
  return institution === 0 ? w.say("verdict.together.at_cost")
    : w.say("verdict.together", { chance: w.chancePhrase(chance) });
}
