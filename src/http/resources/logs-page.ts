/** The first page of a service with several logs: what they are and where, in the reader's language, without any script. */
import type { Request } from "express";
import type { ErrorCode } from "../../core/errors.ts";
import type { TermView } from "../../read/status.ts";
import { LANGUAGES, type Catalogue, type Language } from "../../texts/languages.ts";

/** A log as everybody sees it. */
export interface ShownLog {
  readonly name: string;
  readonly origin: string;
  readonly path: string;
  /** Where its pages are, if it has a host of its own. */
  readonly pages: string | null;
  readonly state: "running" | "starting" | "stopped";
  /** Why it is stopped. */
  readonly code: ErrorCode | null;
  /** When it takes records; absent if it has no term. */
  readonly term?: TermView;
}

const TEXTS: Catalogue<{
  readonly title: string;
  readonly intro: string;
  readonly columns: readonly [string, string, string, string];
  readonly states: Readonly<Record<ShownLog["state"], string>>;
  /** When a log takes records. */
  readonly from: (time: string) => string;
  readonly until: (time: string) => string;
  readonly then: (successor: string) => string;
  readonly pages: string;
  readonly files: string;
  readonly status: string;
}> = {
  en: {
    title: "The logs of this service",
    intro:
      "Each is a log of its own, with its own name, key, records and contract. What one holds says nothing of another.",
    columns: ["log", "name in its signatures", "state", "where"],
    states: { running: "running", starting: "starting", stopped: "stopped" },
    from: (time) => `records from ${time} on`,
    until: (time) => `records until ${time}`,
    then: (successor) => `then ${successor}`,
    ...{ pages: "pages", files: "checkpoint", status: "status" },
  },
  es: {
    title: "Los libros de este servicio",
    intro:
      "Cada uno es un libro aparte, con su nombre, su clave, sus registros y su contrato. Lo que contiene uno no dice nada de otro.",
    columns: ["libro", "nombre en sus firmas", "estado", "dónde"],
    states: { running: "en marcha", starting: "arrancando", stopped: "parado" },
    from: (time) => `registros desde ${time}`,
    until: (time) => `registros hasta ${time}`,
    then: (successor) => `después, ${successor}`,
    ...{ pages: "páginas", files: "punto de control", status: "estado" },
  },
  ja: {
    title: "このサービスのログ",
    intro:
      "それぞれが独立したログで、名前、鍵、記録、コントラクトを個別に持ちます。あるログの内容は、ほかのログについて何も示しません。",
    columns: ["ログ", "署名での名前", "状態", "場所"],
    states: { running: "稼働中", starting: "起動中", stopped: "停止" },
    from: (time) => `記録は ${time} から`,
    until: (time) => `記録は ${time} まで`,
    then: (successor) => `その後は ${successor}`,
    ...{ pages: "ページ", files: "チェックポイント", status: "状態" },
  },
};

/** Its style sheet. */
export const LOGS_STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: 0.4rem 0.8rem 0.4rem 0; border-bottom: 1px solid; vertical-align: top; }
td { overflow-wrap: anywhere; }
`;

/** The language that `?lang=` names, or else the first of the browser's that there is. */
export function languageFor(request: Request): Language {
  const asked = LANGUAGES.find((one) => one === request.query["lang"]);
  return asked ?? ((request.acceptsLanguages([...LANGUAGES]) || "en") as Language);
}

/** The page. */
export function logsPage(logs: readonly ShownLog[], language: Language): string {
  const texts = TEXTS[language];
  const rows = logs.map((log) => {
    const links = [
      ...(log.pages === null ? [] : [[log.pages, texts.pages]]),
      [`${log.path}/checkpoint`, texts.files],
      [`${log.path}/v1/status`, texts.status],
    ].map(([address = "", text = ""]) => `<a href="${escaped(address)}">${escaped(text)}</a>`);
    const cells = [
      escaped(log.name),
      `<code>${escaped(log.origin)}</code>`,
      escaped(stateOf(log, language)),
      links.join(" · "),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${texts.title}</title>
<link rel="stylesheet" href="/logs.css">
</head>
<body>
<main>
<h1>${texts.title}</h1>
<p>${texts.intro}</p>
<table>
<thead><tr>${texts.columns.map((one) => `<th scope="col">${one}</th>`).join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</main>
</body>
</html>
`;
}

function stateOf({ state, term }: ShownLog, language: Language): string {
  const { states, from, until, then } = TEXTS[language];
  const said = [states[state]];
  if (term?.from) said.push(from(term.from));
  if (term?.until) said.push(until(term.until));
  if (term?.successor) said.push(then(term.successor));
  return said.join(" · ");
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}
