/**
 * The step that checks timestamps of a checkpoint (RFC 3161), where the policy names certificates for them. A module of its
 * own, which a verifier is given if it is to do so: few bundles have tokens, and pages pay for every byte.
 */
import type { ProofBundle, TimestampSeries } from "../core/bundle.ts";
import { fromUtf8 } from "../core/bytes.ts";
import type { Policy } from "../core/policy.ts";
import { stampedBytes } from "../core/stamped-checkpoint.ts";
import { checkSeries } from "./check-time.ts";
import { noTimestamp, type Checked, type OpenedCheckpoint } from "./steps.ts";
import type { StampedTime } from "./verdict.ts";

/** The step `time`, for the argument of a verifier. Precondition: the policy has a rule for timestamps. */
export type CheckTime = (
  bundle: ProofBundle,
  head: OpenedCheckpoint,
  policy: Policy,
) => Promise<Checked<readonly StampedTime[]>>;

/** Bundles come in runs of one anchor, and so of one checkpoint. */
const MOST_REMEMBERED = 16;

/**
 * Checks all series of a bundle; the earliest is what was found. One that does not hold refutes the bundle. What was found
 * of the same tokens, over the same bytes and under the same certificates, is remembered.
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
    const { certificates } = policy.timestamps as NonNullable<Policy["timestamps"]>;
    const stamped = stampedBytes(checkpoint.note, policy.log);
    const times: StampedTime[] = [];
    for (const series of timestamps) {
      const found = await check(series, stamped, certificates);
      if (found) times.push(found);
    }
    const [earliest] = times.sort((a, b) => a.time - b.time);
    return earliest ? { value: times, fact: { id: "stamped", ...earliest } } : noTimestamp(policy);
  };
}
