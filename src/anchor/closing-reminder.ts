/**
 * Says when the contract of a log that has ended can be closed. Nothing here closes it: that takes the closing key, with which
 * whoever breaks into the service could end any log, so it lies offline (docs/logs.md).
 */
import type { Alarms } from "../alarms/alarms.ts";
import type { Chain } from "../chain/chain.ts";
import type { AnchorJournal } from "../store/anchor-journal.ts";
import type { LogTree } from "../write/log-tree.ts";
import { hasEnded, timeOf, type Term } from "../write/term.ts";

/** How often to look: nobody is in a hurry. */
const LOOK_EVERY_MS = 600_000;

/** What decides whether closing is due. */
export interface ClosingParts {
  readonly term: Term;
  readonly tree: Pick<LogTree, "publishedSize">;
  readonly store: Pick<AnchorJournal, "newestFinalAnchor">;
  /** What is kept from a leaf index on. */
  readonly vault: { beyond(leafIndex: number): Promise<{ readonly records: number }> };
  readonly chain: Pick<Chain, "head">;
  readonly alarms: Alarms;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Called with the reason when it could not be found out; the next look tries again. */
  readonly onFailure: (reason: unknown) => void;
}

/** Looks now and then. */
export class ClosingReminder {
  readonly #parts: ClosingParts;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: ClosingParts) {
    this.#parts = parts;
  }

  /** Nothing, for a log without an end. */
  start(): void {
    if (this.#parts.term.until === undefined) return;
    const look = (): void => void this.look().catch(this.#parts.onFailure);
    this.#timer = setInterval(look, LOOK_EVERY_MS).unref();
    look();
  }

  /** @throws STORE_FAILED, VAULT_FAILED, CHAIN_UNREACHABLE */
  async look(): Promise<void> {
    const { term, tree, alarms } = this.#parts;
    const isDue = await this.#isDue();
    const endedAt = timeOf(term.until ?? 0);
    alarms.set("closing-due", isDue ? { id: "closing-due", endedAt, treeSize: tree.publishedSize } : undefined);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** It has ended, all of it is final, the vault has nothing that could still be erased, and the contract is open. */
  async #isDue(): Promise<boolean> {
    const { term, tree, store, vault, chain, now } = this.#parts;
    if (!hasEnded(term, Math.floor(now() / 1_000))) return false;
    if ((await store.newestFinalAnchor())?.treeSize !== tree.publishedSize) return false;
    if ((await vault.beyond(0)).records > 0) return false;
    return !(await chain.head()).isClosed;
  }
}
