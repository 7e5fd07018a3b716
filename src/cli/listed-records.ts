/** The records selected by options, page by page from the service: shared by `warifu list` and `warifu prove`. */
import type { Command } from "commander";
import type { Client, DamagedItem } from "../client/client.ts";
import { WarifuError } from "../core/errors.ts";
import type { RecordView } from "../read/records.ts";
import { pointInTime } from "./point-in-time.ts";
import { sourceName } from "./option-values.ts";
import type { Progress } from "./output.ts";
import { recordsTexts } from "./texts/records/en.ts";

/** Options that select records. */
export interface WhichRecords {
  readonly source?: string;
  readonly type?: string;
  /** POSIX seconds. */
  readonly since?: number;
  readonly until?: number;
}

const PAGE = 1_000;

/** Adds these options to a verb. */
export function withRecordOptions(command: Command): Command {
  return command
    .option("--source <name>", recordsTexts().recordOptions.source, sourceName)
    .option("--type <type>", recordsTexts().recordOptions.type)
    .option("--since <time>", recordsTexts().recordOptions.since, pointInTime)
    .option("--until <time>", recordsTexts().recordOptions.until, pointInTime);
}

/** Records and damaged ones by leaf index, page by page; `progress` advances with the leaves that were looked at. */
export async function* listedRecords(
  client: Client,
  { source, type, since, until }: WhichRecords,
  { limit = Infinity, progress }: { readonly limit?: number; readonly progress?: Progress } = {},
): AsyncGenerator<RecordView | DamagedItem, void, undefined> {
  if (since !== undefined && until !== undefined && until < since)
    throw new WarifuError(
      "USAGE",
      "--until is earlier than --since, so no record can fit: give them the other way round",
    );
  const total = progress && (await client.status()).treeSize;
  let [left, cursor]: [number, string | undefined] = [limit, undefined];
  do {
    const { items, nextCursor } = await client.records({
      source,
      type,
      since,
      until,
      cursor,
      limit: Math.min(left, PAGE),
    });
    yield* items;
    left -= items.length;
    cursor = nextCursor ?? undefined;
    if (total !== undefined) progress?.update(cursor === undefined ? total : Math.min(Number(cursor), total), total);
  } while (cursor !== undefined && left > 0);
}
