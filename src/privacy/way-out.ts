/**
 * The way out of the vault: whatever a record conceals (openings, the bytes that it was made from, original pictures,
 * translations) is read here for somebody outside, and nowhere else.
 *
 * Invariant: nothing is returned before all conditions are met and the log says that this record was looked into. Several
 * reads of one record by the same asker within a minute are one access. What is read for a de-identified table is not handed
 * out itself: the table is, after its own event (deidentification.ts).
 */
import type { Body } from "../core/body.ts";
import { parseOpening } from "../core/opening.ts";
import type { JsonObject } from "../core/json.ts";
import { accessEvent, type EnteredGrant } from "../events/disclosure.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { Original } from "../write/received-value.ts";
import type { KeptDerived, KeptPicture, StoredCheck } from "../write/stored-check.ts";
import type { Writer } from "../write/writer.ts";
import { ANYBODY, assertPermitted, type Permit } from "./transfer-gate.ts";

/**
 * Who asks:
 * - `officer`, by the id of the key, or `citizen`, by the id of the account, for what is their own;
 * - `person`: an officer, for a person who asked for a copy of these records;
 * - `controller`: an officer, for another controller, with the gate's permit;
 * - `table`: a de-identified table, with the gate's permit;
 * - `recipient`: somebody who was granted claims.
 */
export type Asker =
  | { readonly role: "officer" | "citizen"; readonly keyId: string }
  | { readonly role: "person"; readonly keyId: string; readonly request: number; readonly records: readonly number[] }
  | { readonly role: "controller"; readonly keyId: string; readonly permit: Permit }
  | { readonly role: "table"; readonly permit: Permit }
  | { readonly role: "recipient"; readonly recipient: string; readonly grant: EnteredGrant };

/** An entry with its intact body. */
export interface ReadEntry {
  readonly entry: Pick<StoredEntry, "leafIndex" | "sourceName">;
  readonly body: Body | undefined;
}

/** The part of a record that is about to be handed out. */
export interface Handing {
  readonly of: ReadEntry;
  readonly to: Asker;
  readonly what: "openings" | "original" | "picture" | "translation";
  /** Names of the claims, unless it is all of them. */
  readonly names?: ReadonlySet<string> | undefined;
}

/** Allows something to be handed out, or throws the reason why not. */
export type Condition = (handing: Handing) => void | Promise<void>;

export interface WayOutParts {
  readonly check: Pick<StoredCheck, "openingsOf" | "originalOf" | "picturesOf" | "derivedOf">;
  readonly writer: Pick<Writer, "enter">;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Conditions, all of which must be met. */
  readonly conditions?: readonly Condition[] | undefined;
}

const ONE_ACCESS_MS = 60_000;
const MOST_REMEMBERED = 10_000;

/** An access that is in the log, or is being entered. */
interface NotedAccess {
  readonly at: number;
  readonly entered: Promise<unknown>;
}

/** The way out of one vault. */
export class WayOut {
  readonly #parts: WayOutParts;
  readonly #noted = new Map<string, NotedAccess>();

  constructor(parts: WayOutParts) {
    this.#parts = parts;
  }

  /**
   * The openings of a record, or those of the named claims; `undefined` once they are erased.
   * @throws what a condition throws; as {@link StoredCheck.openingsOf}; STOPPED the access cannot be entered
   */
  async openings(of: ReadEntry, to: Asker, names?: ReadonlySet<string>): Promise<readonly string[] | undefined> {
    return this.#handOut({ of, to, what: "openings", names }, async () => {
      const all = await this.#parts.check.openingsOf(of.entry.leafIndex, of.body);
      return names === undefined ? all : all?.filter((text) => names.has(parseOpening(text).name));
    });
  }

  /**
   * The bytes that a record was made of; `undefined` if there were none, or they are erased.
   * @throws as {@link WayOut.openings}
   */
  async original(of: ReadEntry, to: Asker): Promise<Original | undefined> {
    const read = (): Promise<Original | undefined> => this.#parts.check.originalOf(of.entry.leafIndex, of.body);
    return this.#handOut({ of, to, what: "original" }, read);
  }

  /**
   * The original of a record's picture with that hash; `undefined` if there is none, or it is erased.
   * @throws as {@link WayOut.openings}
   */
  async picture(of: ReadEntry, to: Asker, hash: string): Promise<KeptPicture | undefined> {
    return this.#handOut({ of, to, what: "picture" }, async () => {
      const pictures = (await this.#parts.check.picturesOf(of.entry.leafIndex, of.body)) ?? [];
      return pictures.find(({ claim }) => claim.sha256 === hash);
    });
  }

  /**
   * The copy that an event made of a record's picture, while people may not see it; `undefined` once it is erased.
   * @throws as {@link WayOut.openings}
   */
  async copy(
    of: ReadEntry,
    to: Asker,
    event: { readonly leafIndex: number; readonly body: Body | undefined },
  ): Promise<KeptDerived | undefined> {
    const read = (): Promise<KeptDerived | undefined> => this.#parts.check.derivedOf(event.leafIndex, event.body);
    return this.#handOut({ of, to, what: "picture" }, read);
  }

  /**
   * The openings of an event that translates what the record conceals; `undefined` once they are erased.
   * @throws as {@link WayOut.openings}
   */
  async translation(
    of: ReadEntry,
    to: Asker,
    event: { readonly leafIndex: number; readonly body: Body | undefined },
  ): Promise<readonly string[] | undefined> {
    const read = (): Promise<readonly string[] | undefined> =>
      this.#parts.check.openingsOf(event.leafIndex, event.body);
    return this.#handOut({ of, to, what: "translation" }, read);
  }

  async #handOut<T extends object>(handing: Handing, read: () => Promise<T | undefined>): Promise<T | undefined> {
    assertPermit(handing);
    for (const condition of this.#parts.conditions ?? []) await condition(handing);
    const found = await read();
    // If there is nothing to see, no access is entered.
    const isNothing = found === undefined || (Array.isArray(found) && found.length === 0);
    if (handing.to.role !== "table" && !isNothing) await this.#note(handing.of, handing.to);
    return found;
  }

  #note(of: ReadEntry, to: Reader): Promise<unknown> {
    const record = of.entry.leafIndex;
    // A copy for a person is one access, however many records it has.
    const name = to.role === "person" ? `${to.keyId} for ${to.request}` : `${askerName(to)} ${record}`;
    const now = this.#parts.now();
    const noted = this.#noted.get(name);
    if (noted && Math.abs(now - noted.at) < ONE_ACCESS_MS) return noted.entered;
    this.#forget(now);
    const access =
      to.role === "person"
        ? { request: to.request }
        : { record, ...(to.role === "recipient" && { grant: to.grant.leafIndex }) };
    const entered = this.#parts.writer.enter(accessEvent(access, whoOf(to)));
    this.#noted.set(name, { at: now, entered });
    entered.catch(() => this.#noted.delete(name));
    return entered;
  }

  #forget(now: number): void {
    if (this.#noted.size < MOST_REMEMBERED) return;
    for (const [name, { at }] of this.#noted) if (Math.abs(now - at) >= ONE_ACCESS_MS) this.#noted.delete(name);
  }
}

/** Who sees it, unless it is for a table, which does not show it. */
type Reader = Exclude<Asker, { role: "table" }>;

/** Other controllers and tables get openings of the claims that the gate let pass, and no others. */
function assertPermit({ of, to, what, names }: Handing): void {
  if (to.role !== "controller" && to.role !== "table") return;
  const isNamed = what === "openings" && names !== undefined;
  assertPermitted(to.permit, of.entry.leafIndex, isNamed ? names : [what]);
}

function askerName(to: Exclude<Reader, { role: "person" }>): string {
  if (to.role === "recipient") return String(to.grant.number);
  return to.role === "controller" ? `${to.keyId} for ${nameOf(to.permit)}` : to.keyId;
}

function nameOf({ recipient }: Permit): string {
  return recipient === ANYBODY ? ANYBODY : recipient.name;
}

function whoOf(to: Reader): JsonObject {
  if (to.role === "recipient") return { who: { recipient: to.recipient } };
  if (to.role === "person") return { who: { key: to.keyId }, records: [...to.records] };
  return { who: { key: to.keyId, ...(to.role === "controller" && { recipient: nameOf(to.permit) }) } };
}
