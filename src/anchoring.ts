/**
 * Keeps the log anchored: on a schedule of N records or T seconds, one transaction at a time, and follows each until it
 * is final. A chain that does not answer makes the service unhealthy, never dishonest: records stay `pending`.
 *
 * A local chain that was restarted empty is ordinary for researchers: it is noticed by the missing contract, said aloud,
 * and answered by a new deployment. On any other chain a missing contract is a reason to stop.
 */
import { equalBytes } from "./core/bytes.ts";
import { WarifuError, messageOf, type ErrorCode } from "./core/errors.ts";
import { logIdOf } from "./core/record.ts";
import type { StoredAnchor } from "./store/ledger-store.ts";
import { anchor, checkedHead, type AnchoringParts } from "./stages/anchor.ts";
import { receivedAtOf } from "./stages/append.ts";
import { confirm, type Confirmation } from "./stages/confirm.ts";

/** When to anchor, and whom to tell. */
export interface AnchoringOptions extends AnchoringParts {
  /** Anchor when this many records are not anchored … */
  readonly everyRecords: number;
  /** … or this long after the last anchor, when any are not. */
  readonly everyMs: number;
  /** Pause between two looks at the chain. */
  readonly pollMs: number;
  /** Told of what changed, for people and logs. */
  readonly onEvent: (event: AnchoringEvent) => void;
  /** Told once when the log must stop: chain and store contradict each other. */
  readonly onStop: (reason: WarifuError) => void;
}

export type AnchoringEvent =
  | { readonly event: "anchored"; readonly anchor: StoredAnchor }
  | { readonly event: "confirmed"; readonly confirmation: Confirmation }
  | { readonly event: "deployed"; readonly contract: string; readonly chainWasLost: boolean; readonly orphaned: number }
  | { readonly event: "unreachable"; readonly error: WarifuError };

/** How anchoring stands. */
export interface AnchoringStatus {
  /** Size of the newest final anchor. */
  readonly finalizedSize: number;
  /** POSIX milliseconds of the last round that the chain answered; 0 before the first. */
  readonly lastAnswerAt: number;
  /** When the oldest record that no final anchor covers was taken in, POSIX milliseconds; `undefined` when none waits. */
  readonly waitingSince: number | undefined;
  readonly lastError: string | undefined;
}

const FATAL: ReadonlySet<ErrorCode | undefined> = new Set([
  "STORE_BEHIND",
  "STORE_CORRUPT",
  "STORE_FAILED",
  "CHAIN_WRONG",
]);

/** The anchoring side of the ledger. */
export class Anchoring {
  readonly #options: AnchoringOptions;
  #timer: NodeJS.Timeout | undefined;
  #scheduled: Promise<void> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;
  #lastAnchorAt = 0;
  #status: AnchoringStatus = { finalizedSize: 0, lastAnswerAt: 0, waitingSince: undefined, lastError: undefined };

  constructor(options: AnchoringOptions) {
    this.#options = options;
  }

  /**
   * Makes sure that contract and store fit, deploying on a local chain that has none, and starts the rounds.
   * @throws STORE_BEHIND, STORE_CORRUPT, CHAIN_WRONG, CHAIN_UNREACHABLE
   */
  async start(): Promise<void> {
    await this.#ensureContract();
    await checkedHead(this.#options);
    this.#schedule(0);
  }

  get status(): AnchoringStatus {
    return this.#status;
  }

  /**
   * One round: follow what is outstanding, then anchor if it is due. Rounds never overlap, since two that both see nothing
   * outstanding would both anchor: one that is asked for while another runs comes after it.
   */
  round(): Promise<void> {
    const round = this.#running.then(() => this.#oneRound());
    this.#running = round.catch(() => undefined);
    return round;
  }

  async #oneRound(): Promise<void> {
    const { store, tree, now, onEvent } = this.#options;
    await this.#ensureContract();
    for (const confirmation of await confirm(this.#options)) onEvent({ event: "confirmed", confirmation });
    const outstanding = await store.anchorsIn(["pending", "submitted", "included"]);
    const finalizedSize = (await store.newestFinalAnchor())?.treeSize ?? 0;
    const isWaiting = finalizedSize < tree.publishedSize;
    const [oldest] = isWaiting ? await store.entries(finalizedSize, finalizedSize + 1) : [];
    const waitingSince = oldest && receivedAtOf(oldest) * 1000;
    this.#status = { finalizedSize, lastAnswerAt: now(), waitingSince, lastError: undefined };
    if (!isWaiting || outstanding.some(({ state }) => state !== "included")) return;
    const anchoredSize = Math.max(finalizedSize, ...outstanding.map(({ treeSize }) => treeSize));
    if (!this.#isDue(tree.publishedSize - anchoredSize)) return;
    this.#lastAnchorAt = now();
    const anchored = await anchor(this.#options);
    if (anchored) onEvent({ event: "anchored", anchor: anchored });
  }

  /** Ends the rounds; one that runs is finished first. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#scheduled;
    await this.#running;
  }

  #isDue(waitingRecords: number): boolean {
    const { everyRecords, everyMs, now } = this.#options;
    return waitingRecords >= everyRecords || (waitingRecords > 0 && now() - this.#lastAnchorAt >= everyMs);
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#scheduled = this.#guardedRound().then(() => this.#schedule(this.#options.pollMs));
    }, delayMs);
  }

  async #guardedRound(): Promise<void> {
    try {
      await this.round();
    } catch (cause) {
      const error = cause instanceof WarifuError ? cause : new WarifuError("STOPPED", messageOf(cause), { cause });
      this.#status = { ...this.#status, lastError: error.message };
      if (this.#isFatal(error)) {
        this.#isClosed = true;
        this.#options.onStop(error);
      } else this.#options.onEvent({ event: "unreachable", error });
    }
  }

  /** A local chain that was restarted between two questions has no contract at the second; the next round deploys. */
  #isFatal({ code }: WarifuError): boolean {
    return FATAL.has(code) && !(code === "CHAIN_WRONG" && this.#options.chain.isLocal);
  }

  async #ensureContract(): Promise<void> {
    const { store, chain } = this.#options;
    const known = await store.contract();
    if (known && known.chainId !== chain.chainId)
      throw new WarifuError(
        "CHAIN_WRONG",
        `this log is anchored on chain ${known.chainId}, the endpoint serves ${chain.chainId}`,
      );
    if (await chain.hasContract()) {
      if (known?.contract !== chain.contract) await this.#adoptContract();
      return;
    }
    if (!chain.isLocal)
      throw new WarifuError("CHAIN_WRONG", `there is no contract at ${chain.contract} on chain ${chain.chainId}`);
    await this.#deployAgain(known !== undefined);
  }

  /** A contract that was not used before must be one for this log: an empty one would take any log's head. */
  async #adoptContract(): Promise<void> {
    const { store, chain } = this.#options;
    if (!equalBytes(await chain.logId(), logIdOf(store.origin)))
      throw new WarifuError(
        "CHAIN_WRONG",
        `the contract at ${chain.contract} was deployed for another log than ${store.origin}: set WARIFU_CONTRACT or WARIFU_ORIGIN`,
      );
    await store.setContract({ chainId: chain.chainId, contract: chain.contract });
  }

  async #deployAgain(chainWasLost: boolean): Promise<void> {
    const { store, chain, onEvent } = this.#options;
    const lost = await store.anchorsIn(["pending", "submitted", "included", "finalized"]);
    for (const { anchorId } of lost) await store.updateAnchor(anchorId, { state: "orphaned" });
    await chain.deploy(logIdOf(store.origin));
    await store.setContract({ chainId: chain.chainId, contract: chain.contract });
    onEvent({ event: "deployed", contract: chain.contract, chainWasLost, orphaned: lost.length });
  }
}
