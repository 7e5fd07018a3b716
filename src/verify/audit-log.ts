/**
 * Audits a whole log from outside, with nothing but a policy: the checkpoint's signature, every entry and tile
 * recomputed to its root, addenda against the entries that name them, beacons against each other and the chain, and the
 * contract's anchors against the root at their sizes. https://c2sp.org/tlog-tiles
 *
 * Invariant: an outcome of "holds" rests on hashes computed here from what the log serves, never on what it claims. Memory
 * stays bounded whatever the log's size.
 */
import { toHex, utf8 } from "../core/bytes.ts";
import { countCosigned, openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import type { Policy } from "../core/policy.ts";
import { sourceIdOf } from "../core/record.ts";
import { AuditFindings, type AuditReport } from "./audit-findings.ts";
import { rememberedHead, WatchedHead, type AuditMemory, type AuditState } from "./audit-memory.ts";
import type { Head, LogSource } from "./audited-log.ts";
import { compareBeacons } from "./compare-beacons.ts";
import type { CompletenessAudit } from "./completeness.ts";
import { EntryAudit } from "./entry-audit.ts";
import type { KeptAcknowledgements } from "./kept-acknowledgements.ts";
import { withheldAbove } from "./later-withholdings.ts";
import { httpLogReader, type LogReader } from "./log-reader.ts";
import { walkLog, type KeptWalk, type LogReading, type WalkBounds } from "./log-walk.ts";
import { proveFork, type StatedHead } from "./prove-fork.ts";
import { ReadAhead } from "./read-ahead.ts";
import { drawLeaves, sampleLog, type Sample, type SampleMemory } from "./sample.ts";
import {
  AnchoredRoots,
  readAnchors,
  type AnchorEventReader,
  type RecordedAnchor,
  type ShownAnchors,
} from "./shown-anchors.ts";
import { TileTree } from "./tile-tree.ts";

export type { AuditReport, Finding } from "./audit-findings.ts";
// eslint-disable-next-line no-restricted-syntax -- the entry of the package: its users import the types from here
export type * from "./finding-fact.ts";

/** Options of any audit, wherever the log is read. */
export interface AuditOptions<Anchor extends RecordedAnchor = RecordedAnchor> {
  /** Whom to trust: the log's key, its witnesses, and the contract that it is anchored in. */
  readonly policy: Policy;
  /** The contract as nodes of the auditor's choice show it. Without it, nothing is compared with the chain. */
  readonly anchors?: AnchorEventReader<Anchor> | undefined;
  /** Random leaves to check, each by its inclusion proof, instead of everything. */
  readonly sample?: Sample | undefined;
  /** Where the state of a sample over HTTP is kept, so that it can continue after an interruption. */
  readonly sampleMemory?: SampleMemory | undefined;
  /** Acknowledgements to check against the log; useful only if every leaf is read. */
  readonly acknowledgements?: KeptAcknowledgements | undefined;
  /** The range of a source's numbers to look for; useful under the same condition. */
  readonly completeness?: CompletenessAudit | undefined;
  /** What an earlier audit of this log remembers; useful under the same condition. */
  readonly memory?: AuditMemory | undefined;
  /** Called with the number of leaves done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** How a log is to be audited. */
export interface LogAuditOptions extends AuditOptions {
  /** The log; {@link httpLogReader} reads one over HTTP. */
  readonly log: LogReader;
  /** Checks whatever else the auditor has of the log, such as timestamps, against the head that was audited. */
  readonly also?: ((head: Head, findings: AuditFindings) => Promise<void>) | undefined;
}

/**
 * Audits the log below an address, such as `http://127.0.0.1:8080/log`. With nothing but the policy, it shows whether the
 * log holds together; with `anchors`, also whether it is the one that was anchored.
 * @throws USAGE when that is not an http or https address; otherwise as {@link auditLog}
 */
export async function auditLogOverHttp(
  options: Omit<LogAuditOptions, "log"> & { readonly url: string },
): Promise<AuditReport> {
  return auditLog({ ...options, log: httpLogReader(options.url) });
}

/**
 * Audits a log. Faults are findings in the report, and a missing answer leaves it undecided: neither is thrown. Runs in a
 * browser as in Node, reads each part of the log once, and keeps little of it.
 */
export async function auditLog(options: LogAuditOptions): Promise<AuditReport> {
  const { log, policy } = options;
  const findings = new AuditFindings();
  // Until witnesses have cosigned, a log may show a checkpoint that is older than its newest acknowledgement.
  const reader = new ReadAhead(log);
  const source: LogSource = {
    ...{ reader, origin: policy.log.name, mayGrow: true, sourceName: namesIn(policy) },
    withheldAbove: (size) => withheldAbove(log, policy.log, size),
  };
  const audit = new LogAudit({ ...options, ...source }, findings);
  // The chain first: an anchor that is read after the checkpoint may be of a size that the checkpoint does not have yet.
  await audit.askChain();
  const memory = options.sampleMemory;
  const kept = memory?.before;
  const head = await findings.stage("checkpoint", async () =>
    readCheckpoint(kept ? utf8(kept.checkpoint) : await log.checkpoint(), policy, findings),
  );
  if (head)
    await findings.stage("log", async () => {
      const leaves = audit.draw(head.treeSize);
      if (leaves) await audit.sample(leaves, head, memory && { memory, note: head.note });
      else {
        reader.walkTo(head.treeSize);
        await audit.walkOn(head);
      }
      await audit.proveAnchorFork(head);
      await options.also?.(head, findings);
    });
  const report = await audit.conclude(head?.treeSize ?? 0);
  return head ? { ...report, head: { treeSize: head.treeSize, rootHash: toHex(head.rootHash) } } : report;
}

/** Where the state of a sample is kept while it runs. */
interface SampleKeeping {
  readonly memory: SampleMemory;
  /** Note of the head's checkpoint. */
  readonly note: string;
}

/** An audit in progress; the same wherever the log is read. */
export class LogAudit<Anchor extends RecordedAnchor = RecordedAnchor> {
  readonly #options: AuditOptions<Anchor> & LogSource;
  readonly #findings: AuditFindings;
  readonly #entries: EntryAudit;
  #shown: ShownAnchors<Anchor> | undefined;
  #anchored: AnchoredRoots<Anchor> | undefined;

  constructor(options: AuditOptions<Anchor> & LogSource, findings: AuditFindings) {
    this.#options = options;
    this.#findings = findings;
    this.#entries = new EntryAudit(options, options.policy.chain, findings, options.completeness);
  }

  /** Asks the auditor's nodes for the contract's anchors. @returns what they show, if they answer */
  async askChain(): Promise<ShownAnchors<Anchor> | undefined> {
    const { anchors, policy } = this.#options;
    this.#shown = await readAnchors(anchors, policy, this.#findings);
    return this.#shown;
  }

  /** The leaves to check of a log of that size; `undefined` for all of them. */
  draw(size: number): number[] | undefined {
    const { sample } = this.#options;
    return sample && drawLeaves(sample, size);
  }

  /**
   * Reads these leaves, in rising order, and checks them against a signed head.
   * @param keeping where the state is kept, and the note of the head
   */
  async sample(leaves: readonly number[], head: Head, keeping?: SampleKeeping): Promise<void> {
    const before = keeping?.memory.before;
    if (before) {
      this.#findings.restore(before.findings);
      this.#entries.restore(before.entries);
    }
    const onDone = keeping && ((done: number) => this.#keepSample(done, keeping));
    const bounds = { leaves, seed: this.#options.sample?.seed, from: before?.done, onDone };
    await sampleLog(this.#reading(), this.#anchoredIn(head.treeSize), bounds, head);
  }

  #keepSample(done: number, { memory, note }: SampleKeeping): void {
    if (!memory.isDue()) return;
    memory.keep({ checkpoint: note, done, entries: this.#entries.kept(), findings: this.#findings.kept() });
  }

  /** Reads every leaf of a log whose key signed a head of `signedSize` entries. @returns how far signed heads cover them */
  async walk(bounds: WalkBounds, signedSize: number): Promise<number> {
    const { acknowledgements } = this.#options;
    const kept = acknowledgements ? [acknowledgements] : [];
    const observers = [this.#anchoredIn(signedSize), ...bounds.observers, ...kept];
    return walkLog(this.#reading(), { ...bounds, observers });
  }

  /** Reads every leaf up to the log's signed head, or all since the head that an earlier audit remembers. */
  async walkOn(head: Checkpoint): Promise<void> {
    const { memory, policy, reader } = this.#options;
    const before = memory && rememberedHead(memory, policy);
    if (before && before.treeSize > head.treeSize) return this.#refuseShrunk(before, head);
    const resume = memory?.before;
    if (resume) {
      this.#findings.restore(resume.findings);
      this.#entries.restore(resume.entries);
    }
    const [remembered, newest] = [before && new WatchedHead(before), new WatchedHead(head)];
    let last: AuditState | undefined;
    const bounds: WalkBounds = {
      size: head.treeSize,
      headAbove: async (at) => (at < head.treeSize ? head : undefined),
      observers: remembered ? [remembered, newest] : [newest],
      resume: resume?.walk,
      onBoundary: (keepWalk, isLast) => {
        const isDue = memory?.isDue() ?? false;
        if (!memory || !(isLast || isDue)) return;
        last = this.#state(head, keepWalk());
        // The remembered head is given up only once the leaves lead from it to the newer one.
        const checkpoint = (before ?? head).note;
        if (isDue && remembered?.isReached !== false) memory.keep({ ...last, checkpoint });
      },
    };
    await this.walk(bounds, head.treeSize);
    if (resume) await this.#anchored?.compareByProof(new TileTree(reader, head.treeSize), head, resume.walk.position);
    const isOneHistory = newest.isReached === true && remembered?.isReached !== false;
    if (isOneHistory && last) memory?.keep(last);
    if (before && !isOneHistory) await this.#refuseForked(before, head, remembered?.isReached === false);
  }

  /**
   * Below the leaf where this walk continued, a change shows in the newest root only; then the log's own tiles must tell.
   */
  async #refuseForked(before: Checkpoint, head: Checkpoint, isContradicted: boolean): Promise<void> {
    const isProven = await this.#proveFork(before, head);
    if (isContradicted || isProven)
      this.#findings.refute("CONSISTENCY_MISMATCH", `checkpoint ${before.treeSize}`, {
        id: "history-differs",
        treeSize: before.treeSize,
      });
  }

  /** Makes fork evidence of an anchor that the log contradicts: whoever has the log's key has signed both histories. */
  async proveAnchorFork(head: Checkpoint): Promise<void> {
    const anchor = this.#anchored?.contradicted;
    const { anchors } = this.#options;
    if (!anchor || !anchors?.evidenceOf) return;
    const evidence = await this.#findings.ask(async () => anchors.evidenceOf?.(anchor));
    if (evidence) await this.#provePair({ treeSize: anchor.treeSize, stated: { anchor: evidence } }, head);
  }

  async #refuseShrunk(before: Checkpoint, head: Checkpoint): Promise<void> {
    this.#findings.refute("CONSISTENCY_MISMATCH", `checkpoint ${head.treeSize}`, {
      id: "log-shrank",
      treeSize: before.treeSize,
      size: head.treeSize,
    });
    await this.#proveFork(before, head);
  }

  #proveFork({ treeSize, note }: Checkpoint, head: Checkpoint): Promise<boolean> {
    return this.#provePair({ treeSize, stated: { checkpoint: note } }, head);
  }

  async #provePair(other: StatedHead, { treeSize, note }: Checkpoint): Promise<boolean> {
    const { policy, reader } = this.#options;
    const evidence = await proveFork(reader, [other, { treeSize, stated: { checkpoint: note } }], policy);
    const sizes = [other.treeSize, treeSize].sort((a, b) => a - b) as [number, number];
    if (evidence !== undefined) this.#findings.forks.push({ smaller: sizes[0], larger: sizes[1], evidence });
    return evidence !== undefined;
  }

  #state({ note }: Checkpoint, walk: KeptWalk): AuditState {
    return { checkpoint: note, walk, entries: this.#entries.kept(), findings: this.#findings.kept() };
  }

  /** Draws the conclusions. */
  async conclude(signedSize: number): Promise<AuditReport> {
    const { policy, anchors, acknowledgements, completeness, mayGrow } = this.#options;
    const isOwnChain = policy.chain.accept === "evidence";
    if (this.#shown?.anchors.length === 0 && signedSize > 0) this.#findings.leaveUnanchored(isOwnChain);
    const { beacons } = this.#entries;
    await compareBeacons(beacons, { blockHashAt: anchors?.blockHashAt, isOwnChain }, this.#findings);
    acknowledgements?.report({ size: signedSize, mayGrow }, this.#findings);
    const complete = completeness?.conclude(
      signedSize,
      this.#newestAnchor(signedSize)?.treeSize ?? null,
      this.#findings,
    );
    const report = this.#findings.report();
    const newest = this.#newestAnchor(signedSize);
    return { ...report, ...(newest && { newestAnchor: named(newest) }), ...(complete && { completeness: complete }) };
  }

  /** The contract records anchors in the order of their sizes. */
  #newestAnchor(size: number): Anchor | undefined {
    return this.#shown?.anchors.findLast(({ treeSize }) => treeSize <= size);
  }

  #reading(): LogReading {
    const { reader, onProgress } = this.#options;
    return { reader, entries: this.#entries, findings: this.#findings, onProgress };
  }

  #anchoredIn(size: number): AnchoredRoots<Anchor> {
    const { mayGrow } = this.#options;
    this.#anchored = new AnchoredRoots(this.#shown?.anchors ?? [], { size, mayGrow }, this.#findings);
    return this.#anchored;
  }
}

function readCheckpoint(note: Uint8Array, policy: Policy, findings: AuditFindings): Checkpoint {
  const { keys, quorum } = policy.witnesses;
  const { checkpoint, signatures } = openCheckpoint(note, policy.log, keys);
  findings.checked.checkpoints++;
  const cosigned = countCosigned(signatures, keys);
  if (cosigned < quorum) findings.refute("QUORUM_MISSING", "checkpoint", { id: "quorum-missing", cosigned, quorum });
  return checkpoint;
}

/** Gives the names of sources that the policy knows: the log has only their ids. */
function namesIn({ sources, log }: Policy): (sourceId: string) => string | undefined {
  const known = [...sources.map(({ name }) => name), log.name];
  const names = new Map(known.map((name) => [toHex(sourceIdOf(log.name, name)), name]));
  return (sourceId) => names.get(sourceId);
}

function named({ treeSize, blockNumber, blockHash }: RecordedAnchor): NonNullable<AuditReport["newestAnchor"]> {
  return { treeSize, ...(blockNumber !== undefined && { block: `${blockNumber} (${String(blockHash)})` }) };
}
