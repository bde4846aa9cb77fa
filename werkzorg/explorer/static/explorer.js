// The scenario explorer: levers, undo, sharing and drawing. Nothing is loaded, nothing is sent.

const GROUPS = [
  "benefit", "wage", "production", "employer", "lks", "ggz", "wmo", "support", "budget", "equalisation", "contract",
];
const MOST_SCENARIOS = 4;
const MOST_RULES = 3;
const MOST_SETS = 20;
const PAPER = { room: 688, line: [42, 30, 24, 19], fan: [104, 96, 72, 68] };
const NUMBERS = [
  "mean", "median", "low50", "high50", "low80", "high80", "low95", "high95", "probability", "safe",
];

const EMPTY = { contract: [] };
const clean = (settings) => {
  const kept = Object.fromEntries(Object.entries(settings).filter(([, value]) => value != null));
  return { ...kept, contract: kept.contract ?? [] };
};

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
    && RULE_KINDS.includes(rule.kind) && rule.amount >= 0
    && Number.isFinite(rule.amount)
    && (rule.kind !== "saving" || (SAVINGS.includes(rule.saving) && rule.amount <= 1))
    && (rule.cap == null || (rule.cap >= 0 && Number.isFinite(rule.cap))))
    .slice(0, MOST_RULES).map((rule) => (rule.kind === "saving"
      ? { kind: rule.kind, payer: rule.payer, payee: rule.payee, amount: rule.amount, saving: rule.saving,
        ...(rule.cap == null ? {} : { cap: rule.cap }) }
      : { kind: rule.kind, payer: rule.payer, payee: rule.payee, amount: rule.amount }));
  return settings;
}

class Explorer {
  static made = 0;

  constructor(root, content, options = {}) {
    // Several may stand in one notebook: names and ids are of one of them.
    this.mark = `wz${Explorer.made++ || ""}`;
    this.root = root; this.content = content; this.onChange = options.onChange; this.useHash = options.useHash;
    this.lang = content.langs[0];
    this.settings = { ...EMPTY };
    this.chosen = content.scenarios.slice(0, 1).map((scenario) => scenario.id);
    this.party = "municipality"; this.per = "participant"; this.everyone = false;
    this.history = []; this.sets = []; this.stores = new Map();
    this.words = Object.fromEntries(content.langs.map((lang) => [lang, wording(content.words, lang)]));
    this.life = new AbortController();
    this.inside = content.parties.filter((party) => party.inside).map((party) => party.id);
  }

  async start(given = {}) {
    const bytes = await inflate(this.content.pack);
    this.arrays = unpackArrays(this.content.arrays, bytes, this.content.draws);
    this.settings = accept(this.content, given);
    if (this.useHash) this.readHash();
    this.build();
    // In the next frame: drawing changes heights, and an observer may not set off itself.
    this.watch = new ResizeObserver(() => requestAnimationFrame(() => { if (this.measure()) this.schedule(); }));
    this.watch.observe(this.root);
  }

  // A notebook takes the cell away: nothing may listen on.
  stop() {
    this.life.abort();
    this.watch?.disconnect();
    clearTimeout(this.later);
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
    this.sets = (Array.isArray(state.sets) ? state.sets : []).slice(0, MOST_SETS).map((set) => (
      { name: String(set.name ?? "").slice(0, 60), settings: accept(this.content, set.settings) }));
  }

  state() {
    return { settings: clean(this.settings), scenarios: this.chosen, party: this.party, per: this.per, sets: this.sets };
  }

  get w() { return this.words[this.lang]; }
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
    if (this.useHash) {
      document.documentElement.lang = this.lang;
      document.title = `${this.text("title")} – ${this.content.name[this.lang]}`;
    }
    this.root.classList.add("wz");
    this.root.lang = this.lang;
    this.root.innerHTML = frameHtml(this);
    this.frames = {};
    this.controls = this.content.levers.map((lever) => {
      const input = this.root.querySelector(`[data-lever="${lever.id}"]`);
      return {
        lever, input, line: input.closest(".wz-lever"), shown: this.find(`out-${lever.id}`),
        back: this.root.querySelector(`[data-back="${lever.id}"]`),
      };
    });
    this.buildRules();
    this.buildSets();
    this.listen();
    this.measure();
    this.redraw();
  }

  // A field that is taken away while it has the focus still says that it changed: that is no news.
  buildRules() {
    this.building = true;
    this.find("rules").innerHTML = rulesHtml(this);
    this.building = false;
    this.root.querySelector('[data-do="add"]').disabled = this.settings.contract.length >= MOST_RULES;
  }

  buildSets() { this.find("sets").innerHTML = setsHtml(this); }

  // ------------------------------------------------------------------------------------------ events

  listen() {
    if (this.listening) return;
    this.listening = true;
    this.root.addEventListener("input", (event) => this.onInput(event));
    this.root.addEventListener("change", (event) => this.onCommit(event));
    this.root.addEventListener("click", (event) => this.onClick(event));
    this.root.addEventListener("submit", (event) => event.preventDefault());
    // On paper the same pictures are lower, so that all fits on one page; nothing may lag behind there.
    const { signal } = this.life;
    globalThis.addEventListener("beforeprint", () => { this.paper = true; this.redraw(); this.drawTables(); }, { signal });
    globalThis.addEventListener("afterprint", () => { this.paper = false; this.redraw(); }, { signal });
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
    if (this.building) return;
    if (target.dataset.lever) { this.moving = false; this.publish(); return; }
    if (target.name === "wz-scenario") this.chooseScenario(target);
    else if (target.dataset.part === "per") { this.per = target.value; this.schedule(); }
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
    else if (what === "csv") this.download("csv", csvOf([...this.aboutRows(), [], ...this.numberRows()], this.lang), "text/csv;charset=utf-8");
    else if (what === "xlsx") {
      const sheets = [[this.text("sheet.numbers"), this.numberRows()], [this.text("sheet.about"), this.aboutRows()]];
      this.download("xlsx", xlsxOf(sheets), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    }
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

  download(ending, content, type) {
    const link = document.createElement("a"), address = URL.createObjectURL(new Blob([content], { type }));
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
  measure() {
    const before = this.room;
    this.room = this.find("strips").clientWidth || 600;
    return this.room !== before;
  }

  // Sizes of the pictures: those of the window, or those of a sheet of A4.
  get sizes() {
    const many = this.chosen.length - 1, { room } = this;
    if (this.paper) {
      return { width: PAPER.room - 310, line: PAPER.line[many], fan: many ? (PAPER.room - 16) / 2 : PAPER.room, fanHeight: PAPER.fan[many] };
    }
    const phone = room < 560, fan = Math.round(many && room > 640 ? (room - 20) / 2 : room);
    return { phone, width: Math.max(220, Math.round(phone ? room : room - 165 - 290)), line: 46, fan, fanHeight: 210 };
  }

  // The first change of a frame is drawn at once; what follows in the same frame waits for the next.
  schedule() {
    if (this.waiting) { this.again = true; return; }
    this.waiting = true;
    this.redraw();
    requestAnimationFrame(() => {
      this.waiting = false;
      if (this.again) { this.again = false; this.schedule(); }
    });
  }

  // Numbers of the parties that are shown, or of all.
  results(all = false) {
    const { content, per } = this;
    const wanted = all ? [INSIDE, ...this.inside] : [...new Set([...this.shown, this.party])];
    return this.scenarios.map((scenario) => {
      if (!this.stores.has(scenario.id)) this.stores.set(scenario.id, {});
      const made = evaluate(content, this.arrays, scenario, this.settings, this.stores.get(scenario.id));
      const size = per === "pilot" ? made.persons : 1;
      const rows = Object.fromEntries(wanted.map((party) => {
        const values = made.totals[party], running = runningOf(made, party);
        running.payback ??= paybackOf(running.since, made.steps, scenario.month_step);
        return [party, { ...summarise(values, size), party, per, years: made.years, values, size, running, payback: running.payback }];
      }));
      return { scenario, made, size, rows, together: allGain(made.totals, content.draws) };
    });
  }

  redraw() {
    const found = this.results(), w = this.w;
    this.latest = found;
    this.root.dataset.scenarios = found.length;
    this.drawLevers(w);
    this.drawVerdict(found, w);
    this.drawStrips(found, w);
    this.drawFans(found, w);
    // Tables follow when the lever stands still: nobody reads them while it moves.
    clearTimeout(this.later);
    if (this.moving) this.later = setTimeout(() => this.drawTables(), 120);
    else this.drawTables();
  }

  drawTables() {
    const w = this.w, changed = this.changes(w);
    this.drawMatrix(this.latest, w);
    put(this.find("positions"), "html", changed.length
      ? `<ul>${changed.map((line) => `<li>${escape(line)}</li>`).join("")}</ul>` : `<p>${escape(this.text("untouched"))}</p>`);
    if (this.find("table").closest("details").open) this.drawTable(w);
    for (const part of this.root.querySelectorAll(".wz-scroll")) {
      part.dataset.wide = part.scrollWidth > part.clientWidth + 1 ? this.text("wide") : "";
    }
  }

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

  drawLevers() {
    for (const { lever, input, line, shown, back } of this.controls) {
      const value = this.settings[lever.id], position = value ?? (lever.kind === "price" ? 1 : lever.value);
      const place = lever.options ? lever.options.indexOf(position) : position;
      if (document.activeElement !== input || Number(input.value) !== place) input.value = place;
      const text = this.valueText(lever, value);
      put(shown, "text", text);
      put(input, "aria-valuetext", text);
      line.classList.toggle("wz-moved", value != null);
      back.disabled = value == null;
    }
    this.root.querySelector('[data-do="undo"]').disabled = !this.history.length;
  }

  // Levers that are not at their default, and the contract, as lines of text.
  changes(w) {
    const moved = this.content.levers.filter((lever) => this.settings[lever.id] != null);
    return [
      ...moved.map((lever) => `${this.text(`lever.${lever.id}`)}: ${this.valueText(lever, this.settings[lever.id])}`),
      ...this.settings.contract.map((rule) => this.ruleText(rule, w)),
    ];
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
    put(this.find("verdict"), "html", html);
  }

  drawStrips(found, w) {
    const many = found.length > 1, { sizes } = this, { width, line } = sizes;
    const all = this.shown.flatMap((party) => found.map(({ rows }) => rows[party]));
    const low = Math.min(0, ...all.map((row) => row.low95)), high = Math.max(0, ...all.map((row) => row.high95));
    const margin = 0.04 * (high - low || 1), scale = { low: low - margin, high: high + margin };
    const { axis, lines } = this.frame("strips", [sizes, this.everyone, this.chosen, this.lang], (part) => this.stripsFrame(part, found, sizes));
    put(axis, "html", axisHtml(scale, width, w));
    for (const { party, row, button, picture, cells } of lines) {
      const rows = found.map((one) => one.rows[party]), on = party === this.party;
      row.classList.toggle("wz-on", on);
      put(button, "aria-pressed", String(on));
      const label = found.map(({ scenario }, n) => `${many ? `${this.name(scenario)}: ` : ""}${this.rowText(rows[n], w)}`).join(" ");
      fillStrip(picture, rows, scale, width, line, `${this.partyName(party)}. ${label}`);
      rows.forEach((own, n) => {
        const texts = [this.money(own.mean, own, w), this.chanceText(own, w), this.paybackText(own, w)];
        texts.forEach((text, k) => put(cells[3 * n + k], "text", text));
      });
    }
  }

  // Parts of a picture that are made once; made again when the key differs.
  frame(name, key, make) {
    const text = JSON.stringify(key), known = this.frames[name];
    if (known?.text === text) return known;
    return (this.frames[name] = { text, ...make(this.find(name)) });
  }

  stripsFrame(part, found, { width, line: height, phone }) {
    const t = (id) => escape(this.text(id)), many = found.length > 1, focused = document.activeElement?.dataset.party;
    const numbers = ({ scenario }, n) => `<span>
      <span class="wz-num">${many ? `<i title="${escape(this.name(scenario))}">${n + 1}</i>` : ""}<span data-cell></span></span>
      ${["chance", "payback"].map((id) => `<span class="wz-num"><span class="wz-tiny">${t(`col.${id}`)} </span><span data-cell></span></span>`).join("")}</span>`;
    const line = (party) => `<div class="wz-row" data-row="${party}"><button type="button" data-party="${party}">
      <svg aria-hidden="true" width="10" height="24"><rect width="10" height="24" fill="${this.colour(party)}"/></svg> ${escape(this.partyName(party))}</button>
      <span>${stripHtml(found.length, this.colour(party), width, height)}</span><span class="wz-nums">${found.map(numbers).join("")}</span></div>`;
    part.innerHTML = `<div class="wz-row wz-heads" aria-hidden="true"><span></span><span data-axis></span><span class="wz-nums"><span>
      ${["mean", "chance", "payback"].map((id) => `<b>${t(`col.${id}`)}</b>`).join("")}</span></span></div>${this.shown.map(line).join("")}
      ${many ? `<p class="wz-small">${found.map(({ scenario }, n) => `<b>${n + 1}</b> ${escape(this.name(scenario))}`).join(" · ")}</p>` : ""}`;
    part.classList.toggle("wz-phone", Boolean(phone));
    if (focused) this.root.querySelector(`[data-party="${focused}"]`)?.focus();
    const lines = [...part.querySelectorAll("[data-row]")].map((row) => ({
      party: row.dataset.row, row, button: row.querySelector("button"), picture: row.querySelector('svg[role="img"]'),
      cells: row.querySelectorAll("[data-cell]"),
    }));
    return { axis: part.querySelector("[data-axis]"), lines };
  }

  money(value, row, w) { return w.euro(value, w.stepOf(row.low80, row.high80)); }
  isNil(row) { return row.low95 === row.high95 && Math.abs(row.mean) < 1e-6; }
  chanceText(row, w) { return this.isNil(row) ? "–" : w.chance(row.probability); }
  paybackText(row, w) {
    if (this.isNil(row) || row.payback.median == null) return "–";
    return row.payback.share < 0.5 ? this.text("payback_rare")
      : this.text("payback", { n: row.payback.median, chance: w.chance(row.payback.share) });
  }
  rowText(row, w) {
    const step = w.stepOf(row.low80, row.high80);
    return this.text("row_text", { gain: w.gain(row.mean, step), range: w.gainRange(row.low80, row.high80, step), chance: w.chancePhrase(row.probability) });
  }

  drawFans(found, w) {
    const { party, sizes: { fan: width, fanHeight: height } } = this, colour = this.colour(party);
    const title = this.text("fan", { party: w.say(`party.${party}.the`) });
    put(this.find("fan-title"), "text", title);
    const ends = found.map(({ made, rows, size }) => {
      const { running } = rows[party], { draws, steps } = made;
      running.ends ??= Array.from({ length: steps }, (_, t) => quantiles(running.sums.subarray(t * draws, (t + 1) * draws)));
      return size === 1 ? running.ends
        : running.ends.map((end) => Object.fromEntries(Object.entries(end).map(([name, value]) => [name, value * size])));
    });
    const flat = ends.flat();
    const range = { low: Math.min(0, ...flat.map((end) => end.low95)), high: Math.max(0, ...flat.map((end) => end.high95)) };
    if (range.high - range.low < 1) range.high = range.low + 1;
    const { figures } = this.frame("fans", [width, height, party, this.chosen, this.lang], (part) => {
      part.dataset.columns = found.length > 1 && (this.paper || width < this.room) ? 2 : 1;
      part.innerHTML = found.map(({ scenario, made }) => `<figure><figcaption><b>${escape(this.name(scenario))}.</b> <span></span></figcaption>${
        fanHtml(made.steps, scenario.month_step, width, height, colour, w)}</figure>`).join("");
      return { figures: [...part.children].map((figure) => ({ words: figure.querySelector("span"), picture: figure.querySelector("svg") })) };
    });
    found.forEach(({ rows }, n) => {
      const row = rows[party], { median, share } = row.payback;
      const text = median == null ? this.text("fan_never") : this.text("fan_text", { chance: w.chance(share), n: median });
      put(figures[n].words, "text", this.isNil(row) && median == null ? "" : text);
      fillFan(figures[n].picture, ends[n], range, width, height, w, `${title}. ${text}`);
    });
  }

  drawMatrix(found, w) {
    const cells = found.map(({ made }) => cellsOf(made));
    const groups = GROUPS.filter((group) => cells.some((rows) =>
      Object.values(rows).some((cell) => Math.abs(cell[group] ?? 0) > 0.5)));
    put(this.find("matrix"), "html", found.map(({ scenario, made, size }, n) => {
      const meanOf = (party) => Object.values(cells[n][party]).reduce((sum, value) => sum + value, 0) * size;
      const parties = this.inside.filter((party) => cells[n][party]);
      const cell = (value) => (Math.abs(value) < 0.5 * size ? "<td>–</td>"
        : `<td class="${value > 0 ? "wz-gain" : "wz-loss"}">${value > 0 ? "+" : ""}${w.euro(value, size > 1 ? 100 : 1)}</td>`);
      const line = (party) => `<tr><th scope="row">${escape(this.partyName(party))}</th>${cell(meanOf(party))}${groups.map((group) =>
        cell((cells[n][party][group] ?? 0) * size)).join("")}</tr>`;
      return `<div class="wz-scroll" tabindex="0" role="region" aria-label="${escape(this.text("matrix"))}, ${escape(this.name(scenario))}"><table>
        <caption>${escape(this.text("matrix_caption", { scenario: this.name(scenario), years: w.yearsText(made.years) }))}</caption>
        <thead><tr><td></td>${["total", ...groups].map((group) => `<th scope="col">${escape(this.text(group === "total" ? group : `item.${group}`))}</th>`).join("")}</tr></thead>
        <tbody>${parties.map(line).join("")}</tbody></table></div>`;
    }).join(""));
  }

  // Every number behind the pictures: header and rows, plain values.
  numberRows() {
    const head = ["scenario", "party", ...NUMBERS, "payback", "payback_share"].map((id) => this.text(`col.${id === "probability" ? "chance" : id}`));
    return [head, ...this.results(true).flatMap(({ scenario, rows }) => [INSIDE, ...this.inside].map((party) => {
      const row = rows[party];
      return [this.name(scenario), this.partyName(party), ...NUMBERS.map((name) => row[name]), row.payback.median, row.payback.share];
    }))];
  }

  // What the numbers are about: pilot, unit, positions of the levers, and where the file comes from.
  aboutRows() {
    const { content, lang } = this, changed = this.changes(this.w);
    return [
      [content.name[lang]], [content.facts[lang]], [`${this.text(`per.${this.per}`)}, ${content.unit}`],
      ...(changed.length ? changed : [this.text("untouched")]).map((line) => [line]), [content.origin[lang]],
    ];
  }

  drawTable(w) {
    const [head, ...rows] = this.numberRows(), chances = NUMBERS.indexOf("probability"), year = NUMBERS.length;
    const show = (value, n) => (value == null ? "–" : n === year ? w.number(value) : n < chances ? w.euro(value, 1) : w.percent(value, 1));
    put(this.find("table"), "html", `<table><caption>${escape(this.text(`per.${this.per}`))}</caption><thead><tr>
      ${head.map((name) => `<th scope="col">${escape(name)}</th>`).join("")}</tr></thead><tbody>${rows.map(([scenario, party, ...values]) => `<tr>
      <th scope="row">${escape(scenario)}</th><th scope="row">${escape(party)}</th>${values.map((value, n) => `<td>${show(value, n)}</td>`).join("")}</tr>`).join("")}</tbody></table>`);
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
  const follow = () => {
    const given = accept(explorer.content, model.get("settings"));
    if (JSON.stringify(clean(given)) !== JSON.stringify(clean(explorer.settings))) explorer.set(given);
  };
  model.on("change:settings", follow);
  return () => { model.off("change:settings", follow); explorer.stop(); };
}

const place = globalThis.document?.getElementById("werkzorg-explorer");
const data = globalThis.document?.getElementById("werkzorg-content");
if (place && data) {
  const explorer = new Explorer(place, JSON.parse(data.textContent), { useHash: true });
  place.werkzorg = {
    explorer, evaluate, runningOf, quantiles, summarise, wording, netVerdict, togetherVerdict, accept, csvOf, xlsxOf,
  };
  place.ready = explorer.start();
}

export default { render };
