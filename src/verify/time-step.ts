/**
 * The step that checks the timestamps of a checkpoint (RFC 3161 tokens and proofs of OpenTimestamps) under the policy. A
 * module of its own, passed to a verifier that is to check them: few bundles have timestamps, and pages pay for every byte.
 */
import type { ProofBundle, TimestampSeries } from "../core/bundle.ts";
import { fromUtf8 } from "../core/bytes.ts";
import { keysOfLog } from "../core/log-keys.ts";
import type { Policy } from "../core/policy.ts";
import { stampedBytes } from "../core/stamped-checkpoint.ts";
import { checkBlockProof } from "./check-block-proof.ts";
import { checkSeries } from "./check-time.ts";
import { noTimestamp, type Checked, type OpenedCheckpoint } from "./steps.ts";
import type { BlockTime, StampedTime } from "./verdict.ts";

/** The step `time`, as a verifier takes it. */
export type CheckTime = (
  bundle: ProofBundle,
  head: OpenedCheckpoint,
  policy: Policy,
) => Promise<Checked<readonly (StampedTime | BlockTime)[]>>;

/** The most results remembered. Bundles come in runs of one anchor, and so of one checkpoint. */
const MOST_REMEMBERED = 16;

/**
 * Checks all timestamps of a bundle, and finds the earliest. One that is invalid refutes the bundle. Results for the same
 * tokens, over the same bytes and under the same certificates, are remembered.
 */
export function timeChecker(): CheckTime {
  const remembered = new Map<string, Promise<StampedTime | undefined>>();
  const check = (series: TimestampSeries, stamped: Uint8Array, named: readonly string[]) => {
    const text = JSON.stringify([fromUtf8(stamped, "note"), series.tokens, named]);
    const found = remembered.get(text) ?? checkSeries(series, stamped, named);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(text, found);
    return found;
  };
  return async ({ timestamps = [] }, { checkpoint }, policy) => {
    const { certificates, bitcoin = [] } = policy.timestamps ?? {};
    const stamped = stampedBytes(checkpoint.note, keysOfLog(policy.log));
    const times: (StampedTime | BlockTime)[] = [];
    const open: (number | null)[] = [];
    for (const timestamp of timestamps) {
      if ("tokens" in timestamp) {
        const found = certificates && (await check(timestamp, stamped, certificates));
        if (found) times.push(found);
        continue;
      }
      const { shown, bitcoinBlock } = checkBlockProof(timestamp, stamped, bitcoin);
      if (shown) times.push(shown);
      else open.push(bitcoinBlock);
    }
    const [earliest] = times.sort((a, b) => a.time - b.time);
    return earliest ? { value: times, fact: factOf(earliest) } : noTimestamp(policy, openFact(open));
  };
}

function factOf(time: StampedTime | BlockTime): Checked<unknown>["fact"] {
  return "tsa" in time ? { id: "stamped", ...time } : { id: "in-bitcoin", ...time };
}

/** Of several proofs, one that leads to a block is named: its header can be obtained. */
function openFact(open: readonly (number | null)[]): Checked<unknown>["fact"] | undefined {
  if (open.length === 0) return undefined;
  return { id: "bitcoin-open", bitcoinBlock: open.find((height) => height !== null) ?? null };
}
