/**
 * The small city feed of `warifu start`: submits the records of examples/feed.ndjson over HTTP as any source would, then
 * fetches the proof of the first one and verifies it. Its keys are fixed, so feeding a second time adds nothing.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rpcChainView } from "../chain/nodes/chain-view.ts";
import { PROGRAM_DIR } from "../files/program-dir.ts";
import { utf8 } from "../core/bytes.ts";
import { parseJson } from "../core/json.ts";
import { confirmationsOf, parsePolicy } from "../core/policy.ts";
import type { Record } from "../core/record.ts";
import { assertRecord } from "../write/submitted-record.ts";
import { createClient, type Client } from "../client/client.ts";
import { verifyBundle } from "../verify/verify-bundle.ts";
import type { Output } from "./output.ts";
import { sayVerdict } from "./print-verdict.ts";
import { onceAnchored } from "./prove.ts";
import { startTexts } from "./texts/start/en.ts";

const FEED_FILE = join(PROGRAM_DIR, "examples", "feed.ndjson");

const PAUSE_MS = 250;
const SHOWN = 5;
const WAIT_SECONDS = 120;

/** Where to feed. */
export interface FeedOptions {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly policyFile: string;
  readonly chainUrl: string;
  readonly output: Output;
  /** Ends the feed. */
  readonly signal: AbortSignal;
}

/**
 * Feeds all records and verifies the first one.
 * @returns the first record's id; `undefined` when there is no feed in this installation, or it was refused
 * @throws whatever the client throws; an AbortError when the signal ends it
 */
export async function runFeed(options: FeedOptions): Promise<string | undefined> {
  const { url, apiKey, output, signal } = options;
  if (!existsSync(FEED_FILE)) return undefined;
  const records = readFeed();
  const client = createClient({ url, apiKey, attempts: 2 });
  output.say(startTexts().feed(records.length, FEED_FILE));
  const firstId = await feed(client, records, output, signal);
  if (firstId === undefined) return undefined;
  output.say(startTexts().waiting);
  const bundle = await onceAnchored(() => client.bundle(firstId), { wait: WAIT_SECONDS, signal });
  await sayVerified(utf8(bundle), firstId, options);
  return firstId;
}

function readFeed(): Record[] {
  const lines = readFileSync(FEED_FILE, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => assertRecord(parseJson(line, "feed")));
}

/** One by one, as sources send; records that are already in the log are not waited for. */
async function feed(
  client: Client,
  records: readonly Record[],
  output: Output,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { treeSize } = await client.status();
  const ids: string[] = [];
  let added = 0;
  for (const [position, record] of records.entries()) {
    const [result] = await client.submit([record]);
    if (!result?.ok) {
      output.say(startTexts().refused(position + 1, String(result?.error.message)), { mark: "refuted" });
      continue;
    }
    const { id, leafIndex } = result.acknowledgement;
    ids.push(id);
    const isNew = leafIndex >= treeSize;
    const line = startTexts().acknowledged(leafIndex, record.type, record.source, isNew);
    if (position < SHOWN) output.say(line, { mark: "holds" });
    if (!isNew) continue;
    added++;
    await sleep(PAUSE_MS, undefined, { signal });
  }
  output.say(startTexts().acknowledgedAll(ids.length, added), { mark: "holds" });
  return ids[0];
}

async function sayVerified(bundle: Uint8Array, id: string, options: FeedOptions): Promise<void> {
  const { policyFile, chainUrl, output } = options;
  const policy = parsePolicy(readFileSync(policyFile));
  const verdict = await verifyBundle(
    bundle,
    policy,
    rpcChainView([chainUrl], { confirmations: confirmationsOf(policy) }),
  );
  output.say();
  output.say(startTexts().verified(id, policyFile), { isBold: true });
  sayVerdict(bundle, verdict, policy, output);
}
