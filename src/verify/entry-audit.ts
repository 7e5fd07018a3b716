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
import type { Opening } from "../core/disclosure.ts";
import { decodeEntry, type Entry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { leafHash } from "../core/merkle.ts";
import type { Policy } from "../core/policy.ts";
import { logIdOf } from "../core/record.ts";
import { TILE_WIDTH } from "../core/tile.ts";
import { isTranslation, translationOf } from "../core/translation-event.ts";
import { AbsentBodies, type KeptAbsences } from "./absent-bodies.ts";
import type { AuditFindings } from "./audit-findings.ts";
import type { LogSource } from "./audited-log.ts";
import { checkBodyOf } from "./check-body.ts";
import type { CompletenessAudit } from "./completeness.ts";
import { NewestBeacons, type KeptBeacons } from "./compare-beacons.ts";
import { SeqRanges, type KeptRanges } from "./seq-ranges.ts";
import { SourceAudit, type KeptSources } from "./source-audit.ts";

/** The result for an entry: the hash of its leaf if there is one, the rest if it is sound. */
interface Checked {
  readonly hash?: Uint8Array;
  readonly kind?: Entry["kind"];
  readonly body?: Body;
  readonly beacon?: Beacon | undefined;
  /** As far as they are known. */
  readonly openings?: readonly Opening[] | undefined;
}

/** {@link EntryAudit} as data: what it has to remember of the entries that it has passed. */
export interface KeptEntries {
  readonly seqs: KeptRanges;
  readonly trail: KeptTrail;
  readonly sources: KeptSources;
  readonly absent: KeptAbsences;
  readonly beacons: KeptBeacons;
}

/** Fetched in parallel, because bodies may come from far away. */
const BODIES_AT_ONCE = 16;

/** Goes along with a walk over every leaf, or with a sample. */
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

  /** The newest beacons that were met. */
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

  /** What has to be remembered of the entries so far, in a form that survives JSON. */
  kept(): KeptEntries {
    return {
      seqs: this.#seqs.kept(),
      trail: this.#trail.kept(),
      sources: this.#sources.kept(),
      absent: this.#absent.kept(),
      beacons: this.beacons.kept(),
    };
  }

  /** Goes on with what was kept. */
  restore({ seqs, trail, sources, absent, beacons }: KeptEntries): void {
    this.#seqs = SeqRanges.from(seqs);
    this.#trail = new BeaconTrail(this.#trailOptions, trail);
    this.#sources.restore(sources);
    this.#absent.restore(absent);
    this.beacons.restore(beacons);
  }

  /** Asks whether there are bodies to check. */
  async begin(): Promise<void> {
    this.#hasAddenda = await this.#log.reader.hasAddenda();
    if (!this.#hasAddenda) this.#findings.note({ id: "no-addenda" });
  }

  /** The next entries of a walk, those of one entry bundle. @returns the hash of each one's leaf, `undefined` where there is no entry */
  async checkNext(begin: number, entries: readonly (Uint8Array | WarifuError)[]): Promise<(Uint8Array | undefined)[]> {
    const hashes: (Uint8Array | undefined)[] = [];
    const bodies = await this.#bundledBodies(begin, entries.length);
    for (let at = 0; at < entries.length; at += BODIES_AT_ONCE) {
      const group = entries.slice(at, at + BODIES_AT_ONCE);
      const checked = await Promise.all(group.map((entry, i) => this.#check(begin + at + i, entry, bodies?.[at + i])));
      // In the order of the leaves, whatever the order of the answers.
      for (const [i, one] of checked.entries()) {
        const leafIndex = begin + at + i;
        if (one.beacon) await this.#follow(leafIndex, one.beacon);
        const { kind, body, openings = [] } = one;
        if (this.#hasAddenda) await this.#sources.pass({ leafIndex, kind, body, openings });
        if (one.body) this.#trail.pass(one.body.iat);
        hashes.push(one.hash);
      }
    }
    return hashes;
  }

  /** An entry of a sample. @returns as {@link EntryAudit.checkNext} */
  async checkOne(leafIndex: number, entry: Uint8Array | WarifuError): Promise<Uint8Array | undefined> {
    const { hash, beacon } = await this.#check(leafIndex, entry);
    if (beacon) this.beacons.add(leafIndex, beacon);
    return hash;
  }

  /** Notes what was not available. */
  endSample(): void {
    this.#absent.endSample();
  }

  /** Notes what is withheld, names what is missing, and says what only a walk over every leaf shows. */
  endWalk(): void {
    this.#absent.endWalk();
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

  async #check(leafIndex: number, entry: Uint8Array | WarifuError, bundled?: BundledBody): Promise<Checked> {
    const findings = this.#findings;
    const where = `leaf ${leafIndex}`;
    if (entry instanceof WarifuError) {
      findings.refuteBy(where, entry);
      return {};
    }
    findings.checked.entries++;
    const hash = leafHash(entry);
    const told = await findings.attempt(where, () => this.#read(leafIndex, entry, hash, bundled));
    return { hash, ...told };
  }

  async #read(
    leafIndex: number,
    bytes: Uint8Array,
    hash: Uint8Array,
    bundled: BundledBody = "apart",
  ): Promise<Omit<Checked, "hash"> | undefined> {
    const { origin } = this.#log;
    const findings = this.#findings;
    const entry = decodeEntry(bytes);
    this.#completeness?.saw(leafIndex, entry);
    if (!this.#seqs.add(toHex(entry.sourceId), entry.seq))
      findings.refute("SEQUENCE_CONFLICT", `leaf ${leafIndex}`, { id: "seq-used-before", seq: entry.seq });
    if (!this.#hasAddenda) return undefined;
    const { kind } = entry;
    const addendum = await this.#addendum(entry, leafIndex, bundled);
    if (!addendum) {
      this.#absent.missed(leafIndex);
      return { kind };
    }
    const body = checkBodyOf(entry, addendum, origin);
    const beacon = kind === "beacon" ? beaconIn(entry, body, origin) : undefined;
    if (isDerivation(body)) assertDerivation(leafIndex, entry, derivationOf(body), origin);
    if (isTranslation(body)) assertDerivation(leafIndex, entry, translationOf(body), origin);
    if (kind === "erasure") {
      assertOwn(entry, origin);
      this.#absent.follow(leafIndex, body);
    }
    findings.checked.bodies++;
    const openings = await this.#log.alsoCheck?.({ leafIndex, leafHash: hash, body });
    return { kind, body, beacon, openings };
  }

  async #addendum({ bodyDigest }: Entry, leafIndex: number, bundled: BundledBody): Promise<Uint8Array | undefined> {
    if (bundled === "withheld") return undefined;
    return bundled === "apart" ? this.#log.reader.addendum(bodyDigest, leafIndex) : bundled;
  }

  async #follow(leafIndex: number, beacon: Beacon): Promise<void> {
    this.beacons.add(leafIndex, beacon);
    await this.#findings.attempt(`leaf ${leafIndex}`, () => this.#trail.follow(leafIndex, beacon));
  }
}

function beaconIn(entry: Entry, body: Body, origin: string): Beacon {
  assertOwn(entry, origin);
  return beaconOf(body);
}

/** What was made of a record comes after it. */
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
