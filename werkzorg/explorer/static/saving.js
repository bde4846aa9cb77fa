// What leaves the page: a workbook, a table of text, and positions in an address.

const encode = (value) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decode = (text) => JSON.parse(new TextDecoder().decode(
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0))));

// Rows as text for a spreadsheet: Dutch ones want semicolons and decimal commas.
function csvOf(rows, lang) {
  const comma = lang === "nl";
  const cell = (value) => (value == null ? "" : typeof value === "number"
    ? String(+value.toFixed(4)).replace(".", comma ? "," : ".") : `"${safeText(value).replaceAll('"', '""')}"`);
  return `\ufeff${rows.map((row) => row.map(cell).join(comma ? ";" : ",")).join("\r\n")}\r\n`;
}

// A spreadsheet must not take a text for a formula.
const safeText = (value) => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value));

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let code = n;
  for (let bit = 0; bit < 8; bit++) code = code & 1 ? 0xedb88320 ^ (code >>> 1) : code >>> 1;
  return code;
});

function crcOf(bytes) {
  let code = 0xffffffff;
  for (const byte of bytes) code = CRC[(code ^ byte) & 255] ^ (code >>> 8);
  return (code ^ 0xffffffff) >>> 0;
}

// Files in one archive, stored without compression; the date is always 1 January 1980.
function zipOf(files) {
  const parts = [], list = [];
  let place = 0;
  const block = (numbers) => {
    const view = new DataView(new ArrayBuffer(numbers.reduce((sum, [, size]) => sum + size, 0)));
    let at = 0;
    for (const [value, size] of numbers) {
      if (size === 2) view.setUint16(at, value, true); else view.setUint32(at, value, true);
      at += size;
    }
    return new Uint8Array(view.buffer);
  };
  for (const [name, text] of files) {
    const bytes = new TextEncoder().encode(text), title = new TextEncoder().encode(name);
    const common = [[20, 2], [0x800, 2], [0, 2], [0, 2], [0x21, 2], [crcOf(bytes), 4], [bytes.length, 4], [bytes.length, 4], [title.length, 2], [0, 2]];
    const head = block([[0x04034b50, 4], ...common]);
    list.push(block([[0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [place, 4]]), title);
    parts.push(head, title, bytes);
    place += head.length + title.length + bytes.length;
  }
  const size = list.reduce((sum, part) => sum + part.length, 0);
  return new Blob([...parts, ...list, block([[0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [place, 4], [0, 2]])]);
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const OFFICE = "http://schemas.openxmlformats.org";

// Sheets as an Excel workbook: `[name, rows]` each, numbers as numbers and texts as texts.
function xlsxOf(sheets) {
  const cell = (value) => (value == null ? "<c/>" : typeof value === "number" ? `<c><v>${value}</v></c>`
    : `<c t="inlineStr"><is><t xml:space="preserve">${escape(value)}</t></is></c>`);
  const sheet = ([, rows]) => `${XML}<worksheet xmlns="${OFFICE}/spreadsheetml/2006/main"><sheetData>${
    rows.map((row) => `<row>${row.map(cell).join("")}</row>`).join("")}</sheetData></worksheet>`;
  const relation = (n, kind, target) => `<Relationship Id="r${n}" Type="${OFFICE}/officeDocument/2006/relationships/${kind}" Target="${target}"/>`;
  const relations = (lines) => `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships">${lines.join("")}</Relationships>`;
  const part = (name, kind) => `<Override PartName="/xl/${name}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`;
  return zipOf([
    ["[Content_Types].xml", `${XML}<Types xmlns="${OFFICE}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${
      part("workbook", "sheet.main")}${sheets.map((_, n) => part(`worksheets/sheet${n + 1}`, "worksheet")).join("")}</Types>`],
    ["_rels/.rels", relations([relation(1, "officeDocument", "xl/workbook.xml")])],
    ["xl/workbook.xml", `${XML}<workbook xmlns="${OFFICE}/spreadsheetml/2006/main" xmlns:r="${OFFICE}/officeDocument/2006/relationships"><sheets>${
      sheets.map(([name], n) => `<sheet name="${escape(name)}" sheetId="${n + 1}" r:id="r${n + 1}"/>`).join("")}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", relations(sheets.map((_, n) => relation(n + 1, "worksheet", `worksheets/sheet${n + 1}.xml`)))],
    ...sheets.map((one, n) => [`xl/worksheets/sheet${n + 1}.xml`, sheet(one)]),
  ]);
}
