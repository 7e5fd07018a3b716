/**
 * Reads the service requests that another city shows over Open311 GeoReport v2. It asks for those of a span of time. If
 * there are as many as the endpoint returns at once, it asks for each half of the span, because the standard has no
 * pages.
 *
 * Invariant: what a request says is recorded once, however often it is read and however often the service is started,
 * because its idempotency key is derived from it. A request that has changed is another record with the same
 * `requestId`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, messageOf, WarifuError } from "../../core/errors.ts";
import { formatSecond } from "../../core/timestamp.ts";
import { takeIn, type TakenRecords } from "../../sources/adapter.ts";
import { REPORT_TYPE } from "../../sources/documents.ts";
import { MOST_IN_ANSWER, MOST_TAGS, requestAdapter, requestsInAnswer } from "../../sources/georeport-reader.ts";
import type { Connector, ConnectorParts } from "../connector.ts";
import { guardedGet, type Got } from "../guarded-get.ts";
import type { Message } from "../intake.ts";
import { connectorKind, type ConnectorKind } from "../kind.ts";
import { RecentTexts } from "./recent-texts.ts";
import { georeportSchema, type GeoReportSettings } from "./settings.ts";

const TIMEOUT_MS = 60_000;
/** While XML of this length is parsed, a quarter of a second, nobody else is served. */
const MAX_ANSWER_BYTES = 1_048_576;
/** An endpoint that ignores the span would otherwise be asked for ever smaller ones. */
const MOST_ANSWERS = 500;
/** Requests appear later than they were made. */
const OVERLAP_SECONDS = 3_600;
const AT_ONCE = 64;
const FIRST_PAUSE_MS = 5_000;
const MEDIA_TYPES = { json: "application/json", xml: "text/xml" } as const;
const DAY_SECONDS = 86_400;

/** A span of time in POSIX seconds, both ends included. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The kind. */
export const georeportKind: ConnectorKind = connectorKind<GeoReportSettings>(
  "georeport",
  georeportSchema,
  (settings, _place, parts) => new GeoReportReader(settings, parts),
);

/** The reader of one endpoint. */
export class GeoReportReader implements Connector {
  readonly #settings: GeoReportSettings;
  readonly #parts: ConnectorParts;
  readonly #read: Message["read"];
  readonly #closing = new AbortController();
  readonly #taken = new RecentTexts();
  #running: Promise<void> | undefined;
  /** Begin of the last round that succeeded, and of the last that asked for all days. POSIX seconds. */
  #lastRound: number | undefined;
  #lastAgain: number | undefined;

  /** @throws PROFILE_UNKNOWN; CONFIG_INVALID the profile would publish what is about people */
  constructor(settings: GeoReportSettings, parts: ConnectorParts) {
    this.#settings = settings;
    this.#parts = parts;
    const profile = parts.intake.profileOf(REPORT_TYPE);
    if (!profile.document.concernsPeople)
      throw new WarifuError("CONFIG_INVALID", `the profile ${REPORT_TYPE} does not say that it concerns people`);
    const adapter = requestAdapter(settings.format);
    const destination = { source: settings.source, type: REPORT_TYPE, profile };
    this.#read = (payload): TakenRecords => takeIn(adapter, payload, destination);
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const longest = this.#settings.everySeconds * 1_000;
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const isDone = await this.#tryRound();
      await sleep(isDone ? longest : Math.min(pause, longest), undefined, { signal }).catch(() => undefined);
      pause = isDone ? FIRST_PAUSE_MS : 2 * pause;
    }
  }

  async #tryRound(): Promise<boolean> {
    const { tally, logger } = this.#parts;
    try {
      await this.round();
      tally.connected();
      return true;
    } catch (error) {
      if (this.#closing.signal.aborted) return true;
      tally.disconnected(error);
      logger.warn({ code: codeOf(error), reason: messageOf(error) }, "the endpoint was not read");
      return false;
    }
  }

  /**
   * Asks for what is new, or for all of the last days when it is time, and takes it in.
   * @throws SERVICE_UNREACHABLE, TOO_LARGE, USAGE and what else makes an answer unusable
   */
  async round(): Promise<void> {
    const { days, againSeconds } = this.#settings;
    const now = Math.floor(this.#parts.now() / 1_000);
    const isAgain = this.#lastAgain === undefined || now - this.#lastAgain >= againSeconds;
    const since = now - days * DAY_SECONDS;
    const from = isAgain ? since : Math.max(since, (this.#lastRound ?? since) - OVERLAP_SECONDS);
    const budget = { left: MOST_ANSWERS };
    await this.#readSpan({ from, to: now + OVERLAP_SECONDS }, budget);
    if (this.#closing.signal.aborted) return;
    this.#lastRound = now;
    if (isAgain) this.#lastAgain = now;
  }

  async #readSpan({ from, to }: Span, budget: { left: number }): Promise<void> {
    if (budget.left-- <= 0)
      throw new WarifuError(
        "SERVICE_UNREACHABLE",
        `the endpoint gave ${this.#settings.mostPerAnswer} requests or more for too many spans: if it ignores start_date ` +
          "and end_date, or gives more at once, set mostPerAnswer above what it gives",
      );
    const got = await this.#get({ from, to });
    const requests = got && this.#requestsIn(got);
    const isWhole = requests && (requests.length < this.#settings.mostPerAnswer || to - from <= 1);
    if (isWhole) {
      if (requests.length >= this.#settings.mostPerAnswer)
        this.#parts.logger.warn({ second: from }, "there may be more requests of one second than the endpoint gives");
      return this.#take(requests, got);
    }
    if (to - from <= 1)
      throw new WarifuError(
        "TOO_LARGE",
        `the requests of one second are more than is read: ${MAX_ANSWER_BYTES} bytes, ${MOST_IN_ANSWER} requests, ${MOST_TAGS} tags`,
      );
    const middle = Math.floor((from + to) / 2);
    await this.#readSpan({ from, to: middle }, budget);
    // Both have the middle: a time with a fraction of that second would be in neither.
    await this.#readSpan({ from: middle, to }, budget);
  }

  /** The answer for a span; `undefined` where it is too large. */
  async #get({ from, to }: Span): Promise<Got | undefined> {
    const { url, format, jurisdictionId, allowPrivate } = this.#settings;
    const address = new URL(`${url.replace(/\/+$/, "")}/requests.${format}`);
    if (jurisdictionId !== undefined) address.searchParams.set("jurisdiction_id", jurisdictionId);
    address.searchParams.set("start_date", formatSecond(from));
    address.searchParams.set("end_date", formatSecond(to));
    const { signal } = this.#closing;
    const bounds = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES, allowPrivate, signal };
    return guardedGet(address, bounds).catch(unlessTooLarge);
  }

  /** The requests of an answer; `undefined` where they are too many. */
  #requestsIn({ bytes }: Got): readonly Buffer[] | undefined {
    try {
      return requestsInAnswer(bytes, this.#settings.format);
    } catch (error) {
      return unlessTooLarge(error);
    }
  }

  async #take(requests: readonly Buffer[], { type }: Got): Promise<void> {
    const fresh = requests.filter((bytes) => !this.#taken.has(bytes));
    for (let at = 0; at < fresh.length && !this.#closing.signal.aborted; at += AT_ONCE)
      await Promise.all(fresh.slice(at, at + AT_ONCE).map((bytes) => this.#takeOne(bytes, type)));
  }

  async #takeOne(bytes: Buffer, type: string): Promise<void> {
    const { intake, now } = this.#parts;
    const headers = { ":path": new URL(this.#settings.url).pathname };
    const payload = { bytes, type: type || MEDIA_TYPES[this.#settings.format], headers, at: now() };
    if (await intake.take({ payload, read: this.#read, route: "requests" })) this.#taken.add(bytes);
  }
}

function unlessTooLarge(error: unknown): undefined {
  if (codeOf(error) !== "TOO_LARGE") throw error;
}
