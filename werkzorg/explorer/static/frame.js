// The frame of the page: everything that stays while a lever moves.

const RULE_KINDS = ["upfront", "placement", "month", "saving"];
const SAVINGS = ["bijstand", "ggz"];

function frameHtml(e) {
  const t = (id, values) => escape(e.text(id, values)), { content, lang } = e;
  const groups = [...new Set(content.levers.map((lever) => lever.group))];
  const radio = (value) => `<label><input type="radio" name="${e.mark}-per" data-part="per" value="${value}" ${e.per === value ? "checked" : ""}> ${t(`per.${value}`)}</label>`;
  return `
    <header class="wz-head"><div><p class="wz-over">${t("title")}</p><h1>${escape(content.name[lang])}</h1>
      <p class="wz-facts">${escape(content.facts[lang])}</p></div>
      <div class="wz-tools" role="group" aria-label="${t("tools")}">
        ${content.langs.length > 1 ? `<button type="button" data-do="lang">${t("other_language")}</button>` : ""}
        <button type="button" data-do="undo">${t("undo")}</button><button type="button" data-do="reset">${t("reset")}</button>
        <button type="button" data-do="print">${t("print")}</button></div></header>
    <section class="wz-answer" aria-labelledby="${e.mark}-answer-h"><h2 id="${e.mark}-answer-h">${t("answer")}</h2>
      <div data-part="verdict" role="status" aria-live="polite"></div></section>
    <div class="wz-body"><form class="wz-levers" aria-label="${t("levers")}">
      <fieldset class="wz-scenarios"><legend>${t("scenarios")}</legend><p class="wz-small">${t("scenarios_note")}</p>
        ${content.scenarios.map((scenario) => scenarioHtml(e, scenario)).join("")}</fieldset>
      ${groups.map((group) => `<fieldset><legend>${t(`group.${group}`)}</legend>
        ${content.levers.filter((lever) => lever.group === group).map((lever) => leverHtml(e, lever)).join("")}
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
      <section aria-labelledby="${e.mark}-p"><h2 id="${e.mark}-p">${t("parties")}</h2><p class="wz-small">${t("parties_note")}</p>
        <p class="wz-line" role="group" aria-label="${t("show")}">${radio("participant")} ${radio("pilot")}
          <label><input type="checkbox" data-part="everyone" ${e.everyone ? "checked" : ""}> ${t("everyone")}</label></p>
        <div data-part="strips"></div></section>
      ${negotiationHtml(e)}
      <section class="wz-print-only"><h2>${t("positions")}</h2><div data-part="positions"></div></section>
      <section aria-labelledby="${e.mark}-f"><h2 id="${e.mark}-f" data-part="fan-title"></h2><p class="wz-small">${t("fan_note")}</p>
        <div data-part="fans" class="wz-fans"></div></section>
      <section class="wz-matrix" aria-labelledby="${e.mark}-m"><h2 id="${e.mark}-m">${t("matrix")}</h2><p class="wz-small">${t("matrix_note")}</p>
        <div data-part="matrix"></div></section>
      <section class="wz-numbers" aria-labelledby="${e.mark}-t"><h2 id="${e.mark}-t">${t("numbers")}</h2>
        <p class="wz-line"><button type="button" data-do="xlsx">${t("xlsx")}</button>
        <button type="button" data-do="csv">${t("csv")}</button></p>
        <details><summary>${t("numbers_show")}</summary><div data-part="table" class="wz-scroll" tabindex="0" role="region" aria-label="${t("numbers_table")}"></div></details></section>
      <section class="wz-exact" aria-labelledby="${e.mark}-e"><h2 id="${e.mark}-e">${t("exact")}</h2>
        ${t("exact_text", { precision: content.precision[lang] }).split("|").map((line) => `<p>${line}</p>`).join("")}${waysHtml(e)}
        <p>${escape(content.origin[lang])}</p></section>
    </div></div>`;
}

function scenarioHtml(e, scenario) {
  const note = scenario.note?.[e.lang];
  return `<label class="wz-check"><input type="checkbox" name="wz-scenario" value="${escape(scenario.id)}"
    ${e.chosen.includes(scenario.id) ? "checked" : ""}> <span>${escape(e.name(scenario))}
    ${note ? `<span class="wz-small">${escape(note)}</span>` : ""}</span></label>`;
}

function leverHtml(e, lever) {
  const id = `${e.mark}-lever-${lever.id}`, label = e.text(`lever.${lever.id}`), last = lever.options ? lever.options.length - 1 : lever.max;
  return `<div class="wz-lever"><div class="wz-label"><label for="${id}">${escape(label)}</label><output for="${id}" data-part="out-${lever.id}"></output></div>
    <div class="wz-slide"><input type="range" id="${id}" data-lever="${lever.id}" min="${lever.options ? 0 : lever.min}" max="${last}"
    step="${lever.options ? 1 : lever.step}"><button type="button" class="wz-back" data-back="${lever.id}"
    aria-label="${escape(e.text("back", { lever: label }))}">↺</button></div>
    <details class="wz-source"><summary>${escape(e.text("default", { value: e.valueText(lever, null) }))}</summary>
    <p>${escape(e.text(`lever_note.${lever.id}`))}</p>${lever.source[e.lang].map((line) => `<p>${escape(line)}</p>`).join("")}</details></div>`;
}

function negotiationHtml(e) {
  const found = e.content.negotiation, t = (id) => escape(e.text(id));
  if (!found) return "";
  return `<section class="wz-contract" aria-labelledby="${e.mark}-n"><h2 id="${e.mark}-n">${t("negotiation")}</h2>
    <div>${found.text[e.lang].map((line) => (Array.isArray(line)
    ? `<ul>${line.map((rule) => `<li>${escape(rule)}</li>`).join("")}</ul>` : `<p>${escape(line)}</p>`)).join("")}</div>
    <p class="wz-small">${t("negotiation_note")}</p>
    ${found.contract.length ? `<p><button type="button" data-do="apply">${escape(found.apply[e.lang])}</button></p>` : ""}</section>`;
}

function rulesHtml(e) {
  const t = (id, values) => escape(e.text(id, values)), { payers, payees } = e.content;
  const select = (label, field, values, chosen, name) => `<label>${t(label)} <select data-field="${field}">${values.map((value) =>
    `<option value="${value}" ${value === chosen ? "selected" : ""}>${escape(name(value))}</option>`).join("")}</select></label>`;
  const party = (id) => e.partyName(id);
  return e.settings.contract.map((rule, n) => {
    const shared = rule.kind === "saving";
    return `<fieldset class="wz-rule" data-rule="${n}"><legend>${t("rule", { n: n + 1 })}</legend>
      ${select("payer", "payer", payers, rule.payer, party)}${select("payee", "payee", payees, rule.payee, party)}
      ${select("kind", "kind", RULE_KINDS, rule.kind, (id) => e.text(`kind.${id}`))}
      <label>${t(shared ? "share" : "amount")} <input type="number" min="0" ${shared ? 'max="100"' : ""} step="any" data-field="amount"
        value="${shared ? +(100 * rule.amount).toFixed(4) : rule.amount}"></label>
      ${shared ? `${select("saving", "saving", SAVINGS, rule.saving, (id) => e.text(`saving.${id}`))}
        <label>${t("cap")} <input type="number" min="0" step="any" data-field="cap" value="${rule.cap ?? ""}"></label>` : ""}
      <button type="button" data-drop="${n}">${t("drop_rule", { n: n + 1 })}</button></fieldset>`;
  }).join("");
}

function setsHtml(e) {
  return e.sets.map((set, n) => `<li><button type="button" data-set="${n}">${escape(set.name)}</button>
    <button type="button" data-forget="${n}" aria-label="${escape(e.text("forget", { name: set.name }))}">×</button></li>`).join("");
}

// Which is which: what this page works out, and what was computed beforehand.
function waysHtml(e) {
  const t = (id, values) => escape(e.text(id, values));
  const lines = [
    ...e.content.levers.map((lever) => [e.text(`lever.${lever.id}`), lever.options ? "steps" : "here"]),
    [e.text("contract"), "here"],
    ...e.content.scenarios.map((scenario) => [e.name(scenario), "before"]),
    ...(e.content.negotiation ? [[e.text("negotiation"), "before"]] : []),
  ];
  return `<details class="wz-ways"><summary>${t("ways_show")}</summary><div class="wz-scroll" tabindex="0" role="region" aria-label="${t("ways")}"><table>
    <caption>${t("ways")}</caption><thead><tr><th scope="col">${t("ways_what")}</th><th scope="col">${t("ways_how")}</th></tr></thead>
    <tbody>${lines.map(([what, way]) => `<tr><th scope="row">${escape(what)}</th><td>${t(`way.${way}`)}</td></tr>`).join("")}</tbody></table></div></details>`;
}
