/**
 * Times as tables write them, `28/11/2026 09:05` with the zone said elsewhere, as RFC 3339 with the offset that the zone had
 * then. A time that a zone has twice, or not at all, is refused: which one was meant cannot be known.
 */
import { WarifuError } from "../core/errors.ts";

/** What the parts of a pattern stand for. */
const PARTS = { YYYY: 4, MM: 2, DD: 2, HH: 2, mm: 2, ss: 2 } as const;
type Part = keyof typeof PARTS;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const OFFSET = /^(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Reads times of one pattern in one zone. */
export class LocalTimeReader {
  readonly #pattern: RegExp;
  readonly #parts: readonly Part[];
  readonly #offsetAt: (utc: number) => number;

  /**
   * @param pattern `YYYY`, `MM`, `DD`, `HH`, `mm` and `ss` among characters that stand for themselves, such as `DD/MM/YYYY HH:mm`
   * @param zone a name of the IANA time zones, such as `Asia/Tokyo`, or an offset, such as `+09:00`
   * @throws USAGE
   */
  constructor(pattern: string, zone: string) {
    const pieces = pattern.split(/(YYYY|MM|DD|HH|mm|ss)/);
    this.#parts = pieces.filter((piece): piece is Part => piece in PARTS);
    const isWhole = (["YYYY", "MM", "DD"] as const).every((part) => this.#parts.includes(part));
    if (!isWhole || new Set(this.#parts).size !== this.#parts.length)
      throw new WarifuError(
        "USAGE",
        "the pattern of a time has YYYY, MM and DD, and may have HH, mm and ss, each once",
      );
    this.#pattern = new RegExp(`^\\s*${pieces.map(expressionOf).join("")}\\s*$`);
    this.#offsetAt = offsets(zone);
  }

  /** RFC 3339 of the time, or what is wrong with it. */
  read(text: string): { readonly value: string } | { readonly wrong: string } {
    const match = this.#pattern.exec(text);
    if (!match) return { wrong: "it is not a time of the pattern in the mapping" };
    const numbers = new Map(this.#parts.map((part, at) => [part, Number(match[at + 1])]));
    const of = (part: Part): number => numbers.get(part) ?? 0;
    const local = Date.UTC(of("YYYY"), of("MM") - 1, of("DD"), of("HH"), of("mm"), of("ss"));
    if (!isSame(local, of)) return { wrong: "there is no such date or time" };
    const [utc, ...more] = this.#instantsOf(local);
    if (utc === undefined) return { wrong: "the zone does not have that time: its clocks were put forward over it" };
    if (more.length > 0)
      return {
        wrong:
          "the zone has that time twice, because its clocks were put back: give the times in UTC or with an offset",
      };
    return { value: formatted(local, local - utc) };
  }

  /** The instants that a zone's clocks show so: none, one, or two. */
  #instantsOf(local: number): number[] {
    const candidates = new Set([local - DAY_MS, local + DAY_MS].map((near) => local - this.#offsetAt(near)));
    return [...candidates].filter((utc) => utc + this.#offsetAt(utc) === local);
  }
}

/** Milliseconds that a zone's clocks are ahead of UTC at an instant. @throws USAGE */
function offsets(zone: string): (utc: number) => number {
  if (OFFSET.test(zone)) {
    const fixed = zone === "Z" ? 0 : Date.parse("1970-01-01T00:00Z") - Date.parse(`1970-01-01T00:00${zone}`);
    return () => fixed;
  }
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  } catch (cause) {
    throw new WarifuError(
      "USAGE",
      "there is no such time zone: give a name such as Asia/Tokyo, or an offset such as +09:00",
      {
        cause,
      },
    );
  }
  return (utc) => offsetIn(format.formatToParts(utc).find(({ type }) => type === "timeZoneName")?.value ?? "");
}

/** `GMT+09:00`, or `GMT` alone. */
function offsetIn(name: string): number {
  const [, sign, hours, minutes] = /^GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  const distance = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS;
  return sign === "-" ? -distance : distance;
}

/** A 31st of April is the first of May to Date. */
function isSame(local: number, of: (part: Part) => number): boolean {
  const date = new Date(local);
  return (
    of("YYYY") >= 1000 &&
    date.getUTCMonth() === of("MM") - 1 &&
    date.getUTCDate() === of("DD") &&
    date.getUTCHours() === of("HH") &&
    date.getUTCMinutes() === of("mm") &&
    date.getUTCSeconds() === of("ss")
  );
}

function formatted(local: number, offset: number): string {
  const text = new Date(local).toISOString().slice(0, 19);
  if (offset === 0) return `${text}Z`;
  const minutes = Math.abs(offset) / MINUTE_MS;
  const two = (number: number): string => String(Math.floor(number)).padStart(2, "0");
  return `${text}${offset < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/**
 * The expression for a piece of a pattern: a part, or what stands between two, which may be nothing. Parts that touch have all
 * their digits, since without one it is not known where a part ends.
 */
function expressionOf(piece: string, at: number, pieces: readonly string[]): string {
  if (!(piece in PARTS)) return escape(piece);
  const width = PARTS[piece as Part];
  const [before, after] = [at - 1, at + 1];
  const isTouching = (pieces[before] === "" && before > 0) || (pieces[after] === "" && after < pieces.length - 1);
  return isTouching ? String.raw`(\d{${width}})` : String.raw`(\d{1,${width}})`;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
