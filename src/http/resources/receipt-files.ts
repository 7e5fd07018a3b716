/**
 * Receipts as PDF. Laying out one with a Japanese font takes 0.12 to 0.25 seconds, so it is done on a thread of its own, and a
 * file is kept for a minute for whoever asks for the same again.
 */
import { extname } from "node:path";
import { toolName } from "../../files/tool-name.ts";
import type { Receipt } from "../../receipt/receipt.ts";
import { OwnThread } from "../../serve/own-thread.ts";
import type { ReceiptFileParts } from "../handling/route.ts";
import type { ReceiptJob } from "./receipt-worker.ts";

const [MOST_KEPT, KEPT_SECONDS] = [32, 60];

interface Kept {
  readonly bytes: Promise<Uint8Array>;
  readonly madeAt: number;
}

/** Makes files of receipts. */
export class ReceiptFiles {
  readonly #thread: OwnThread<ReceiptJob, Uint8Array>;
  /** The newest last. */
  readonly #kept = new Map<string, Kept>();
  readonly #tool = toolName();

  constructor({ mostWaiting = 16 } = {}) {
    this.#thread = new OwnThread({
      script: new URL(`./receipt-worker${extname(import.meta.filename)}`, import.meta.url),
      // The first one waits until the thread has loaded its modules and fonts.
      ...{ mostWaiting, longestMs: 60_000, heapMib: 256 },
      // With its fonts and what it knows of them, it takes some 150 MB.
      idleMs: 60_000,
      says: {
        tooMany: "too many receipts wait to be made: ask again in a moment",
        tooLate: "the receipt could not be made in time: print its page, or use `warifu receipt`",
      },
    });
  }

  /**
   * The receipt as PDF/UA: this one, or one that was made within the last minute and says the same of the record.
   * @throws BUSY when too many are already waiting, or this one took too long
   */
  pdf(receipt: Receipt, parts: ReceiptFileParts): Promise<Uint8Array> {
    const key = keyOf(receipt, parts);
    const kept = this.#kept.get(key);
    if (kept && receipt.madeAt - kept.madeAt < KEPT_SECONDS) return kept.bytes;
    const bytes = this.#thread.run({ receipt, ...parts, tool: this.#tool });
    this.#keep(key, { bytes, madeAt: receipt.madeAt });
    return bytes;
  }

  /** Ends the thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) if (this.#kept.size > MOST_KEPT) this.#kept.delete(oldest);
    // Whoever asks after a failure tries again.
    kept.bytes.catch(() => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    });
  }
}

/** Without when it was made, and without the head of a log that grows all the time. */
function keyOf({ checkpoint, ...receipt }: Receipt, { language, address }: ReceiptFileParts): string {
  return JSON.stringify({ ...receipt, madeAt: null, holds: checkpoint.holds, language, address });
}
