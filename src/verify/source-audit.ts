/**
 * Checks the records of a log against its own events about their sources (docs/formats.md, section 8): a source that has had
 * a key signs what it sends, with a key that counts there, and nothing enters while it is suspended. Entries must be passed
 * in the order of their leaves.
 *
 * Invariant: what is not shown (concealed signatures, persons' keys, withheld events) is counted and noted, and is never a
 * fault.
 */
import type { Body } from "../core/body.ts";
import { toHex } from "../core/bytes.ts";
import type { Opening } from "../core/opening.ts";
import type { EntryKind } from "../core/entry.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { canonicalJson } from "../core/json.ts";
import { logIdOf, sourceIdOf } from "../core/record.ts";
import { isSourceEvent, KEY_CLAIM, sourceEventOf, type SourceEvent } from "../core/source-event.ts";
import { keyThumbprint, parseSourceKey, type SourceKey } from "../core/source-key.ts";
import { stateAfter, UNKNOWN_SOURCE, type SourceState } from "../core/source-state.ts";
import type { AuditFindings } from "./audit-findings.ts";
import { signingOf } from "./signing.ts";

/** An entry as far as the audit could read it. */
export interface PassedEntry {
  readonly leafIndex: number;
  /** `undefined` if it could not be read, or its body is not its own. */
  readonly kind: EntryKind | undefined;
  /** `undefined` also if it is withheld. */
  readonly body: Body | undefined;
  /** As far as concealed claims are known. */
  readonly openings: readonly Opening[];
}

/** A source that events are about. */
export interface KnownSource {
  readonly name: string;
  readonly state: SourceState;
}

/** {@link SourceAudit} as data. */
export interface KeptSources {
  readonly sources: readonly (readonly [id: string, source: KnownSource])[];
  readonly isCertain: boolean;
  readonly counts: readonly [unreadEvents: number, hiddenSignatures: number, hiddenKeys: number, uncheckable: number];
}

/** Follows a walk over every leaf. */
export class SourceAudit {
  readonly #origin: string;
  readonly #logId: string;
  readonly #findings: AuditFindings;
  // By source id, in hexadecimal.
  readonly #sources = new Map<string, KnownSource>();
  // False once an event may have been missed.
  #isCertain = true;
  #unreadEvents = 0;
  #hiddenSignatures = 0;
  #hiddenKeys = 0;
  #uncheckable = 0;

  constructor(origin: string, findings: AuditFindings) {
    this.#origin = origin;
    this.#logId = toHex(logIdOf(origin));
    this.#findings = findings;
  }

  /** The state so far, in a form that survives JSON. */
  kept(): KeptSources {
    return {
      sources: [...this.#sources],
      isCertain: this.#isCertain,
      counts: [this.#unreadEvents, this.#hiddenSignatures, this.#hiddenKeys, this.#uncheckable],
    };
  }

  /** Continues from a state that was kept. */
  restore({ sources, isCertain, counts }: KeptSources): void {
    for (const [id, source] of sources) this.#sources.set(id, source);
    this.#isCertain = isCertain;
    [this.#unreadEvents, this.#hiddenSignatures, this.#hiddenKeys, this.#uncheckable] = counts;
  }

  /** Whether events are about a source, by its hexadecimal id. */
  knows(sourceId: string): boolean {
    return this.#sources.has(sourceId);
  }

  /** Checks the next entry. @returns a promise if something has to be waited for, which is rare */
  pass(entry: PassedEntry): Promise<void> | undefined {
    const { leafIndex, kind, body, openings } = entry;
    if (kind === "record") {
      const source = body && this.#sources.get(body.src);
      return source && this.#checkRecord(leafIndex, source, body, openings);
    }
    if (kind === "source") {
      if (body && isSourceEvent(body)) return this.#follow(leafIndex, body, openings);
      this.#missEvent();
    } else if (kind === undefined) this.#isCertain = false;
    return undefined;
  }

  /** Notes what was not checked. */
  end(): void {
    if (this.#unreadEvents > 0) this.#findings.leaveOpen({ id: "source-events-unread", count: this.#unreadEvents });
    if (this.#hiddenSignatures > 0)
      this.#findings.note({ id: "source-signatures-hidden", count: this.#hiddenSignatures });
    if (this.#hiddenKeys > 0) this.#findings.note({ id: "source-keys-hidden", count: this.#hiddenKeys });
    if (this.#uncheckable > 0)
      this.#findings.leaveOpen({ id: "source-signatures-unchecked", count: this.#uncheckable });
  }

  #missEvent(): void {
    this.#unreadEvents++;
    this.#isCertain = false;
  }

  async #follow(leafIndex: number, body: Body, openings: readonly Opening[]): Promise<void> {
    const event = await this.#findings.attempt(`leaf ${leafIndex}`, () => this.#eventIn(body, openings));
    if (!event) this.#isCertain = false;
    // A conflict changes no rule, and there may be many of them.
    if (!event || event.action === "conflict") return;
    const { name } = event;
    const id = toHex(sourceIdOf(this.#origin, name));
    const before = this.#sources.get(id)?.state ?? UNKNOWN_SOURCE;
    this.#sources.set(id, { name, state: stateAfter(before, event, { leafIndex, time: body.iat }) });
  }

  #eventIn(body: Body, openings: readonly Opening[]): SourceEvent {
    if (body.src !== this.#logId)
      throw new WarifuError("BODY_MISMATCH", "the event about a source was not entered by the log itself");
    const event = sourceEventOf(body);
    const opened = openings.find(({ name }) => name === KEY_CLAIM);
    if (!opened || !("key" in event)) return event;
    return { ...event, key: parseSourceKey(opened.value) };
  }

  async #checkRecord(
    leafIndex: number,
    { name: source, state }: KnownSource,
    body: Body,
    openings: readonly Opening[],
  ): Promise<void> {
    const where = `leaf ${leafIndex}`;
    if (state.isSuspended && this.#isCertain)
      this.#findings.refute("SOURCE_SUSPENDED", where, { id: "source-was-suspended", source });
    const [first] = state.keys;
    if (first === undefined) return;
    const signing = await this.#findings.attempt(where, () => this.#signingOf(source, body, openings));
    if (signing === undefined) return;
    if (signing.state === "none")
      this.#findings.refute("SIGNATURE_REQUIRED", where, { id: "signature-missing", source, since: first.from });
    if (signing.state !== "verified" && signing.state !== "none") this.#hiddenSignatures++;
    if ("key" in signing) this.#checkKey(where, { name: source, state }, signing.key);
  }

  /** As {@link signingOf}; `undefined` if the platform cannot verify it. */
  async #signingOf(
    source: string,
    body: Body,
    openings: readonly Opening[],
  ): Promise<Awaited<ReturnType<typeof signingOf>> | undefined> {
    try {
      return await signingOf(source, body, openings);
    } catch (error) {
      if (codeOf(error) !== "KEY_TYPE_UNKNOWN" || globalThis.crypto?.subtle) throw error;
      this.#uncheckable++;
      return undefined;
    }
  }

  /** If a key was registered more than once, its newest registration counts. */
  #checkKey(where: string, { name: source, state: { keys } }: KnownSource, key: SourceKey): void {
    const text = canonicalJson(key);
    const used = keys.findLast((one) => one.key !== "concealed" && canonicalJson(one.key) === text);
    if (used && !used.ended) return;
    const mayBePersonal = keys.some((one) => one.key === "concealed" && !one.ended);
    if (mayBePersonal) this.#hiddenKeys++;
    if (mayBePersonal || !this.#isCertain) return;
    const ended = used?.ended ? { endedAt: used.ended.at, why: used.ended.why } : null;
    const fact = { id: "source-key-not-counting", source, thumbprint: keyThumbprint(key), ended } as const;
    this.#findings.refute("SOURCE_KEY_REFUSED", where, fact);
  }
}
