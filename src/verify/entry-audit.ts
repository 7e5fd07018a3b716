/**
 * What an audit says about a log's entries one by one: their form, their number among those of their source, their body,
 * and, where they are met in order, whether beacons and times advance as they must.
 */
import { BeaconTrail, CLOCK_TOLERANCE_S, type BeaconTrailOptions, type KeptTrail } from "../core/beacon-trail.ts";
import { beaconOf, type Beacon } from "../core/beacon.ts";
import type { Body } from "../core/body.ts";
import { bodyBundlePath, type BundledBody } from "../core/body-bundle.ts";
import { equalBytes, toHex } from "../core/bytes.ts";
import { derivationOf, isDerivation } from "../core/derivation-event.ts";
import type { Opening } from "../core/opening.ts";
import { decodeEntry, type Entry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { leafHash } from "../core/merkle.ts";
import type { Policy } from "../core/policy.ts";
import { logIdOf } from "../core/record.ts";
import { TILE_WIDTH } from "../core/tile.ts";
import { isTranslation, translationOf } from "../core/translation-event.ts";
import { AbsentBodies, type KeptAbsences } from "./absent-bodies.ts";
import type { AuditFindings } from "./audit-findings.ts";
import type { LogSource, PlainLeaves } from "./audited-log.ts";
import { checkBodyOf } from "./check-body.ts";
import type { CompletenessAudit } from "./completeness.ts";
import { NewestBeacons, type KeptBeacons } from "./compare-beacons.ts";
import { SeqRanges, type KeptRanges } from "./seq-ranges.ts";
import { SourceAudit, type KeptSources } from "./source-audit.ts";

/** The result for an entry: its leaf hash if it has one, the rest if it is sound. */
interface Checked {
  readonly hash?: Uint8Array;
  readonly kind?: Entry["kind"];
  readonly body?: Body;
  readonly beacon?: Beacon | undefined;
  /** Present as far as they are known. */
  readonly openings?: readonly Opening[] | undefined;
}

/** {@link EntryAudit} as data: what it must remember of the entries that it has passed. */
export interface KeptEntries {
  readonly seqs: KeptRanges;
  readonly trail: KeptTrail;
  readonly sources: KeptSources;
  readonly absent: KeptAbsences;
  readonly beacons: KeptBeacons;
}

/** Fetched in parallel, because bodies may come from far away. */
const BODIES_AT_ONCE = 16;

/** Follows a walk over every leaf, or a sample. */
export class EntryAudit {
  readonly #log: LogSource;
  readonly #findings: AuditFindings;
  #seqs = new SeqRanges();
  #trail: BeaconTrail;
  readonly #trailOptions: BeaconTrailOptions;
  readonly #sources: SourceAudit;
  readonly #completeness: CompletenessAudit | undefined;
  readonly #absent: AbsentBodies;
  #hasAddenda = false;

  /** The newest beacons so far. */
  readonly beacons = new NewestBeacons();

  constructor(
    log: LogSource,
    { id: chainId, accept }: Policy["chain"],
    findings: AuditFindings,
    completeness?: CompletenessAudit,
  ) {
    this.#log = log;
    this.#completeness = completeness;
    this.#findings = findings;
    this.#trailOptions = { chainId, mayBeginAnew: accept === "evidence" };
    this.#trail = new BeaconTrail(this.#trailOptions);
    this.#sources = new SourceAudit(log.origin, findings);
    this.#absent = new AbsentBodies(findings);
  }

  /** The state so far, in a form that survives JSON. */
  kept(): KeptEntries {
    return {
      seqs: this.#seqs.kept(),
      trail: this.#trail.kept(),
      sources: this.#sources.kept(),
      absent: this.#absent.kept(),
      beacons: this.beacons.kept(),
    };
  }

  /** Continues from a state that was kept. */
  restore({ seqs, trail, sources, absent, beacons }: KeptEntries): void {
    this.#seqs = SeqRanges.from(seqs);
    this.#trail = new BeaconTrail(this.#trailOptions, trail);
    this.#sources.restore(sources);
    this.#absent.restore(absent);
    this.beacons.restore(beacons);
  }

  /** Finds out whether there are bodies to check. */
  async begin(): Promise<void> {
    this.#hasAddenda = await this.#log.reader.hasAddenda();
    if (!this.#hasAddenda) this.#findings.note({ id: "no-addenda" });
  }

  /**
   * Checks the next entries of a walk, those of one entry bundle.
   * @returns the leaf hash of each, `undefined` where there is no entry
   */
  async checkNext(begin: number, entries: readonly (Uint8Array | WarifuError)[]): Promise<(Uint8Array | undefined)[]> {
    const hashes: (Uint8Array | undefined)[] = [];
    const bodies = await this.#bundledBodies(begin, entries.length);
    for (let at = 0; at < entries.length; at += BODIES_AT_ONCE) {
      const group = entries.slice(at, at + BODIES_AT_ONCE);
      const checking = group.map((entry, i) => this.#check(begin + at + i, entry, bodies?.[at + i]));
      const checked = checking.some(isPromise)
        ? await Promise.all(checking.map((one) => Promise.resolve(one)))
        : (checking as Checked[]);
      // In the order of the leaves, whatever the order of the answers.
      for (const [i, one] of checked.entries()) {
        const leafIndex = begin + at + i;
        if (one.beacon) await this.#follow(leafIndex, one.beacon);
        const { kind, body, openings = [] } = one;
        const following = this.#hasAddenda && this.#sources.pass({ leafIndex, kind, body, openings });
        if (following) await following;
        if (one.body) this.#trail.pass(one.body.iat);
        hashes.push(one.hash);
      }
    }
    return hashes;
  }

  /**
   * Takes the next entries of a walk, which were checked elsewhere except for what depends on the entries before them.
   * @returns false, with nothing done, if more than their numbers and times depends on those
   */
  passPlain(begin: number, { sourceIds, sources, seqs, times }: PlainLeaves): boolean {
    if (this.#completeness || sourceIds.some((id) => this.#sources.knows(id))) return false;
    const findings = this.#findings;
    findings.checked.entries += seqs.length;
    findings.checked.bodies += seqs.length;
    for (const [at, seq] of seqs.entries()) {
      if (!this.#seqs.add(sourceIds[sources[at] as number] as string, seq))
        findings.refute("SEQUENCE_CONFLICT", `leaf ${begin + at}`, { id: "seq-used-before", seq });
      this.#trail.pass(times[at] as number);
    }
    return true;
  }

  /** Checks an entry of a sample. @returns as {@link EntryAudit.checkNext} */
  async checkOne(leafIndex: number, entry: Uint8Array | WarifuError): Promise<Uint8Array | undefined> {
    const { hash, beacon } = await this.#check(leafIndex, entry);
    if (beacon) this.beacons.add(leafIndex, beacon);
    return hash;
  }

  /** Notes which bodies were not available. */
  endSample(): void {
    this.#absent.endSample();
  }

  /**
   * Counts the bodies that are withheld, names those of `size` leaves that are missing, and says what only a walk over every
   * leaf can show.
   */
  async endWalk(size: number): Promise<void> {
    await this.#absent.endWalk(() => this.#log.withheldAbove(size));
    this.#sources.end();
    const { beginnings, early } = this.#trail;
    if (beginnings > 0) this.#findings.note({ id: "beacons-begin-again", count: beginnings });
    if (early > 0) this.#findings.note({ id: "entries-early", count: early, toleranceSeconds: CLOCK_TOLERANCE_S });
    this.#findings.addGaps(this.#seqs, (sourceId) => this.#log.sourceName(sourceId));
  }

  /** The bodies of an entry bundle, where the log has them in bulk; a malformed bundle is a finding. */
  async #bundledBodies(begin: number, width: number): Promise<readonly BundledBody[] | undefined> {
    const { reader } = this.#log;
    if (!this.#hasAddenda || !reader.bodies) return undefined;
    const index = begin / TILE_WIDTH;
    return this.#findings.attempt(bodyBundlePath(index, width), async () => reader.bodies?.(index, width));
  }

  /** Returns a promise only if something has to be waited for: for most entries nothing does, and a log has millions. */
  #check(leafIndex: number, bytes: Uint8Array | WarifuError, bundled?: BundledBody): Checked | Promise<Checked> {
    const findings = this.#findings;
    const where = `leaf ${leafIndex}`;
    if (bytes instanceof WarifuError) {
      findings.refuteBy(where, bytes);
      return {};
    }
    findings.checked.entries++;
    const hash = leafHash(bytes);
    const entry = findings.attemptNow(where, () => this.#open(leafIndex, bytes));
    if (!entry || !this.#hasAddenda) return { hash };
    if (bundled === undefined || bundled === "apart") return this.#checkApart(leafIndex, entry, hash);
    return this.#checkBody(leafIndex, entry, hash, bundled);
  }

  #open(leafIndex: number, bytes: Uint8Array): Entry {
    const entry = decodeEntry(bytes);
    this.#completeness?.saw(leafIndex, entry);
    if (!this.#seqs.add(toHex(entry.sourceId), entry.seq))
      this.#findings.refute("SEQUENCE_CONFLICT", `leaf ${leafIndex}`, { id: "seq-used-before", seq: entry.seq });
    return entry;
  }

  async #checkApart(leafIndex: number, entry: Entry, hash: Uint8Array): Promise<Checked> {
    const body = await this.#findings.attempt(
      `leaf ${leafIndex}`,
      async () => (await this.#log.reader.addendum(entry.bodyDigest, leafIndex)) ?? "withheld",
    );
    return body === undefined ? { hash } : this.#checkBody(leafIndex, entry, hash, body);
  }

  #checkBody(
    leafIndex: number,
    entry: Entry,
    hash: Uint8Array,
    bytes: Uint8Array | "withheld",
  ): Checked | Promise<Checked> {
    if (bytes === "withheld") {
      this.#absent.missed(leafIndex);
      return { hash, kind: entry.kind };
    }
    const findings = this.#findings;
    const where = `leaf ${leafIndex}`;
    const sound = findings.attemptNow(where, () => this.#soundBody(leafIndex, entry, bytes));
    if (!sound) return { hash };
    findings.checked.bodies++;
    const told = { hash, kind: entry.kind, ...sound };
    const openings = this.#log.alsoCheck?.({ leafIndex, leafHash: hash, body: sound.body });
    return openings instanceof Promise
      ? openings.then((known) => ({ ...told, openings: known }))
      : { ...told, openings };
  }

  #soundBody(leafIndex: number, entry: Entry, bytes: Uint8Array): { body: Body; beacon: Beacon | undefined } {
    const { origin } = this.#log;
    const { kind } = entry;
    const body = checkBodyOf(entry, bytes, origin);
    const beacon = kind === "beacon" ? beaconIn(entry, body, origin) : undefined;
    if (isDerivation(body)) assertDerivation(leafIndex, entry, derivationOf(body), origin);
    if (isTranslation(body)) assertDerivation(leafIndex, entry, translationOf(body), origin);
    if (kind === "erasure") {
      assertOwn(entry, origin);
      this.#absent.follow(leafIndex, body);
    }
    return { body, beacon };
  }

  async #follow(leafIndex: number, beacon: Beacon): Promise<void> {
    this.beacons.add(leafIndex, beacon);
    await this.#findings.attempt(`leaf ${leafIndex}`, () => this.#trail.follow(leafIndex, beacon));
  }
}

function isPromise(checking: Checked | Promise<Checked>): boolean {
  return checking instanceof Promise;
}

function beaconIn(entry: Entry, body: Body, origin: string): Beacon {
  assertOwn(entry, origin);
  return beaconOf(body);
}

/** A derivation comes after the record that it was made of. */
function assertDerivation(
  leafIndex: number,
  entry: Entry,
  { record }: { readonly record: number },
  origin: string,
): void {
  assertOwn(entry, origin);
  if (record >= leafIndex) throw new WarifuError("BODY_INVALID", "the derivation is of a record that is not below it");
}

function assertOwn({ kind, sourceId }: Entry, origin: string): void {
  if (!equalBytes(sourceId, logIdOf(origin)))
    throw new WarifuError("BODY_MISMATCH", `the ${kind} was not entered by the log itself`);
}
