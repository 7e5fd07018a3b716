/**
 * Sends the newest checkpoint to the witnesses at regular intervals, and shows it once enough of them have cosigned.
 * Anchoring has checkpoints cosigned as well; these rounds go on while the chain is away, and between anchors.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Alarms } from "../alarms/alarms.ts";
import { WarifuError, messageOf } from "../core/errors.ts";
import type { LogKeys } from "../core/log-keys.ts";
import { ShownCheckpoint } from "./shown-checkpoint.ts";
import { cosignAgain } from "./cosign-again.ts";
import type { Cosigned, Cosigner } from "./cosign.ts";
import type { LogTree } from "../write/log-tree.ts";
import { publishedCheckpoint, type Publisher } from "../write/publish.ts";
import type { AnchorJournal } from "../store/anchor-journal.ts";
import type { LogStore } from "../store/log-store.ts";
import { nextAnchorSize } from "./next-size.ts";

/** How many anchors are searched for the newest one with enough cosignatures. */
const RECALLED_ANCHORS = 100;

export interface WitnessingOptions {
  readonly cosigner: Cosigner;
  readonly store: Pick<LogStore, "checkpoints"> & Pick<AnchorJournal, "anchors" | "updateAnchor">;
  readonly tree: LogTree;
  readonly publisher: Publisher;
  readonly logKey: LogKeys;
  readonly alarms: Alarms;
  /** Holds the checkpoint that was shown last. */
  readonly file: string;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Time between rounds. */
  readonly everyMs: number;
  /**
   * After this long without a quorum, the log's own checkpoint is shown: one that never changes would hide what the log
   * takes in.
   */
  readonly patienceMs: number;
  /** Called with the reason when a round failed; the next one tries again. */
  readonly onFailure: (reason: WarifuError) => void;
}

/** Asks the witnesses and decides what is shown. */
export class Witnessing {
  readonly #options: WitnessingOptions;
  readonly #shown: ShownCheckpoint;
  readonly #stop = new AbortController();
  #rounds: Promise<void> = Promise.resolve();
  #quorumAt: number;

  constructor(options: WitnessingOptions) {
    this.#options = options;
    this.#shown = new ShownCheckpoint(options.file, options.logKey);
    this.#quorumAt = options.now();
  }

  /**
   * The signed note to show; `undefined` in an empty log. With witnesses, it is the newest one that they cosigned, or
   * the log's own if they have not cosigned for a long time.
   */
  async note(): Promise<string | undefined> {
    const { cosigner, store, tree, onFailure } = this.#options;
    if (!this.#hasWitnesses) return (await publishedCheckpoint(store, tree))?.note;
    try {
      this.#shown.show(cosigner.newest);
    } catch (error) {
      // What was shown before is still true, and on disk.
      onFailure(asWarifuError(error));
    }
    return this.#shown.current?.note;
  }

  /**
   * Restores what was shown before the last stop, and starts the rounds.
   * @throws STORE_FAILED the file of the shown checkpoint cannot be read or written; STORE_CORRUPT it holds no
   *   checkpoint of this log
   */
  async start(): Promise<void> {
    if (!this.#hasWitnesses) return;
    const { cosigner, store, tree } = this.#options;
    const shown = this.#shown.recall();
    if (shown) cosigner.recall(shown);
    for (const { note } of await store.anchors(Number.MAX_SAFE_INTEGER, RECALLED_ANCHORS))
      if (cosigner.recall({ note }).hasQuorum) break;
    this.#shown.show(cosigner.newest);
    // There must be something to show before the first answer of a witness, and nothing larger has been shown.
    if (this.#shown.current === undefined) this.#shown.show(await publishedCheckpoint(store, tree));
    this.#rounds = this.#everyNowAndThen();
  }

  /** One round: sends the largest anchor to witnesses that missed it, then what is new to all of them. */
  async round(): Promise<void> {
    const { cosigner, store, tree, alarms, now, patienceMs } = this.#options;
    const again = await cosignAgain(store, cosigner);
    const cosigned = (await this.#cosignNewest()) ?? again;
    if (cosigned) alarms.set("witness-quorum", cosigned.shortfall);
    const isWaiting = tree.publishedSize > (cosigner.newest?.treeSize ?? 0);
    if (!isWaiting || cosigned?.hasQuorum === true) this.#quorumAt = now();
    this.#shown.show(cosigner.newest);
    if (Math.abs(now() - this.#quorumAt) >= patienceMs) this.#shown.show(await publishedCheckpoint(store, tree));
  }

  /** Ends the rounds; a running one is finished first. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#rounds;
  }

  get #hasWitnesses(): boolean {
    return this.#options.cosigner.policy.keys.length > 0;
  }

  async #everyNowAndThen(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.round().catch((error: unknown) => this.#options.onFailure(asWarifuError(error)));
      await sleep(this.#options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Uses a size that anchoring would choose too, so that later anchors can still lie on tile boundaries. */
  async #cosignNewest(): Promise<Cosigned | undefined> {
    const { cosigner, tree, publisher } = this.#options;
    const done = cosigner.newest?.treeSize ?? 0;
    // No smaller size: witnesses or readers have already seen this one.
    const atLeast = Math.max(cosigner.smallestSize, this.#shown.current?.treeSize ?? 0);
    if (tree.publishedSize <= done) return undefined;
    const size = nextAnchorSize(done, tree.publishedSize, Infinity, atLeast);
    return cosigner.cosign(await publisher.publishAt(tree, size));
  }
}

function asWarifuError(error: unknown): WarifuError {
  return error instanceof WarifuError ? error : new WarifuError("STOPPED", messageOf(error), { cause: error });
}
