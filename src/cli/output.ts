/**
 * What people and programs read. stdout gets the result: lines for people, or with --json one document and nothing else.
 * stderr gets errors, advice and progress.
 *
 * Invariant: text from outside (a bundle, a server, a file) cannot control the terminal: control and direction characters
 * come out escaped.
 */
import { styleText } from "node:util";
import { language } from "./language.ts";
import { frame } from "./texts/frame/en.ts";

/** How something ended, as a mark at the start of a line. */
export type Mark = "holds" | "refuted" | "undecided" | "unchecked";

const MARKS = {
  holds: ["green", "✓"],
  refuted: ["red", "✗"],
  undecided: ["yellow", "?"],
  unchecked: ["dim", "–"],
} as const;
// Short tasks need no progress report.
const FIRST_REPORT_MS = 2_000;
const REPORT_MS = 5_000;

/** Shows how far a long task has got; `total` may be unknown. */
export interface Progress {
  update(done: number, total?: number): void;
  /** Removes the bar. Safe to repeat. */
  end(): void;
}

/** Where a verb writes. */
export class Output {
  /** Whether the result is one JSON document. */
  readonly isJson: boolean;

  constructor(isJson: boolean) {
    this.isJson = isJson;
  }

  /** A line for people. */
  say(line = "", look: { mark?: Mark; isBold?: boolean } = {}): void {
    if (this.isJson) return;
    const text = look.isBold ? styled("bold", printable(line), process.stdout) : printable(line);
    console.log(look.mark ? `${marked(look.mark)} ${text}` : text);
  }

  /** The result for programs, once per verb. */
  document(value: unknown): void {
    if (this.isJson) console.log(inertJson(JSON.stringify(value, null, 2)));
  }

  /** A line in addition to the result. */
  hint(line: string): void {
    console.error(printable(line));
  }

  /** Lines as they are, such as a stack, each made inert. */
  trace(text: string): void {
    for (const line of text.split("\n")) console.error(printable(line));
  }

  /** What went wrong, and what to do about it; `detail` is the English message of an error that is named in another language. */
  error(message: string, advice?: string, detail?: string): void {
    const texts = frame();
    console.error(`${styled("red", texts.error, process.stderr)} ${printable(message)}`);
    if (detail !== undefined) console.error(`${styled("dim", texts.detail, process.stderr)} ${printable(detail)}`);
    if (advice !== undefined) console.error(`${styled("dim", texts.hint, process.stderr)} ${printable(advice)}`);
  }

  /** Progress of something: a bar on a terminal, a line now and then elsewhere. */
  async progress(what: string): Promise<Progress> {
    return process.stderr.isTTY ? await bar(what) : reports(what, (line) => this.hint(line));
  }
}

/** Text without any effect on the terminal: control, format and line-separating characters are escaped. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    character === "\n" ? "; " : `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  );
}

/** Equivalent JSON without any effect on a terminal: what would control one is written as `\\uXXXX`. */
export function inertJson(json: string): string {
  // Line ends belong to the layout: inside JSON strings they are already escaped.
  return json.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    character === "\n" ? character : character.split("").map(escaped).join(""),
  );
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** 12345 as 12,345: with a noun for English texts, without one as the language writes it. */
export function counted(count: number, one?: string, many = `${one}s`): string {
  const digits = count.toLocaleString(one === undefined ? language() : "en");
  return one === undefined ? digits : `${digits} ${count === 1 ? one : many}`;
}

/** A point in time for people, UTC, to the second, always as wide; anything else stays as it is. */
export function inSeconds(time: number | string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  // English output is also read by scripts, so it keeps the form of ISO 8601.
  if (language() === "en") return date.toISOString().replace(/\.\d+Z$/, "Z");
  return `${new Intl.DateTimeFormat(language(), TIME_FORM).format(date)} UTC`;
}

const TIME_FORM: Intl.DateTimeFormatOptions = {
  ...{ year: "numeric", month: "2-digit", day: "2-digit" },
  ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: "UTC" },
};

function marked(mark: Mark): string {
  const [colour, sign] = MARKS[mark];
  return styled(colour, sign, process.stdout);
}

/** Plain when the stream is not a terminal or NO_COLOR is set. */
function styled(style: "bold" | "dim" | "red" | "green" | "yellow", text: string, stream: NodeJS.WriteStream): string {
  return styleText(style, text, { stream });
}

async function bar(what: string): Promise<Progress> {
  const { SingleBar } = await import("cli-progress");
  const format = `${what} [{bar}] {percentage}% | {value}/{total} | {rate}/s | ${frame().left("{eta}")}`;
  const single = new SingleBar({ format, clearOnComplete: true, hideCursor: null, stream: process.stderr });
  let isStarted = false;
  const pace = new Pace();
  return {
    update(done, total = done) {
      pace.update(done);
      if (!isStarted) single.start(total, done, { rate: 0 });
      else single.setTotal(total);
      isStarted = true;
      single.update(done, { rate: counted(pace.perSecond(done)) });
    },
    end: () => single.stop(),
  };
}

function reports(what: string, write: (line: string) => void): Progress {
  let next = performance.now() + FIRST_REPORT_MS;
  const pace = new Pace();
  return {
    update(done, total) {
      pace.update(done);
      if (performance.now() < next) return;
      next = performance.now() + REPORT_MS;
      const rate = pace.perSecond(done);
      const left =
        total === undefined || rate === 0 ? "" : `, ${frame().left(counted(Math.ceil((total - done) / rate)))}`;
      const reached = total === undefined ? counted(done) : frame().doneOf(counted(done), counted(total));
      write(`${what}: ${reached}, ${counted(rate)}/s${left}`);
    },
    end: () => undefined,
  };
}

/** How fast something goes since it was first heard of: what was done before, by an earlier run, does not count. */
class Pace {
  #first: { readonly done: number; readonly at: number } | undefined;

  update(done: number): void {
    this.#first ??= { done, at: performance.now() };
  }

  perSecond(done: number): number {
    const { done: before, at } = this.#first ?? { done, at: 0 };
    return Math.round(((done - before) * 1_000) / Math.max(1, performance.now() - at));
  }
}
