// Writes small entries straight into a store, the way the pipeline does but without records: for tests of the store alone.

import { toHex } from "../../../src/core/bytes.ts";
import { sourceIdOf } from "../../../src/core/record.ts";
import { append, type AppendedEntry, type Sealable } from "../../../src/write/append.ts";
import { LogTree } from "../../../src/write/log-tree.ts";
import { Publisher } from "../../../src/write/publish.ts";
import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import type { Batch } from "../../../src/store/log-store.ts";
import { SIGNER } from "../../support/ledger.ts";
import { recordBodyOf } from "../../support/record-body.ts";

export const RECEIVED_AT = 1_795_334_400;

/** What an entry is to be, where it is not the plainest. */
export interface Wanted {
  readonly source?: string;
  readonly seq: number;
  readonly key?: string;
  readonly type?: string;
  /** A public claim. */
  readonly text?: string;
}

/** A record's entry on its way into the log of that origin. */
function sealable(origin: string, { source = "a", seq, key, type = "sensor-reading", text }: Wanted): Sealable {
  const sourceId = sourceIdOf(origin, source);
  const head = { iat: RECEIVED_AT, iss: origin, seq, src: toHex(sourceId), vct: `warifu:${type}:1` };
  const body = recordBodyOf(head, { number: seq, ...(text !== undefined && { text }) });
  return { kind: "record", sourceName: source, sourceId, seq, body, receivedAt: RECEIVED_AT, key };
}

/** A store with its tree: `prepare` makes the next batch, `commit` makes and commits it. */
export interface LogWriter {
  readonly tree: LogTree;
  prepare(wanted: readonly Wanted[]): Omit<Batch, "entries"> & { readonly entries: readonly AppendedEntry[] };
  commit(wanted: readonly Wanted[]): Promise<readonly AppendedEntry[]>;
}

export async function openLogWriter(store: LedgerStore): Promise<LogWriter> {
  const tree = await LogTree.load(store);
  const publisher = new Publisher(SIGNER, await store.newestCheckpoint());
  const prepare: LogWriter["prepare"] = (wanted) => {
    const items = wanted.map((one) => sealable(store.origin, one));
    const entries = append(tree, items).map(({ entry }) => entry);
    return { entries, tiles: [...tree.filledTiles()], checkpoint: publisher.publish(tree) };
  };
  const commit: LogWriter["commit"] = async (wanted) => {
    const batch = prepare(wanted);
    await store.commit(batch);
    tree.markPublished();
    return batch.entries;
  };
  return { tree, prepare, commit };
}

/** Entries `from` to `to` - 1 of one source. */
export function series(from: number, to: number, source = "a"): Wanted[] {
  return Array.from({ length: to - from }, (_, i) => ({ source, seq: from + i }));
}
