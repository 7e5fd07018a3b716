/**
 * A verdict for people: each step, then in one sentence what is proven, and what is not.
 */
import { parseBundle } from "../core/bundle.ts";
import { fromHex, toHex } from "../core/bytes.ts";
import type { JsonObject } from "../core/json.ts";
import type { Policy } from "../core/policy.ts";
import { formatRecordId, recordIdOf } from "../core/record-id.ts";
import { parseTlogProof } from "../core/tlog-proof.ts";
import type { KnownBlock, StepResult, Verdict, VerifiedRecord } from "../verify/verify-bundle.ts";
import { inSeconds, type Output } from "./output.ts";

/** What the verdict was reached with. */
export interface VerdictContext {
  readonly policy: Policy;
  /** Whether somebody other than the bundle said that the chain has the block. */
  readonly isChainAsked: boolean;
}

/** Prints the steps and the sentence. */
export function sayVerdict(bytes: Uint8Array, verdict: Verdict, context: VerdictContext, output: Output): void {
  for (const step of verdict.steps) output.say(stepLine(step), { mark: step.outcome });
  output.say();
  output.say(verdictLine(bytes, verdict), { mark: verdict.outcome, isBold: true });
  if (!verdict.record) return;
  sayRecord(verdict.record, context.policy, output);
  sayLimits(verdict.record, { ...context, isUndecided: verdict.outcome === "undecided" }, output);
}

/** The verdict in one sentence, without what the bundle says. */
export function verdictLine(bytes: Uint8Array, { outcome, steps, record }: Verdict): string {
  const last = steps.at(-1);
  if (outcome === "holds" && record) return `holds: ${placeOf(record)} has not changed since it was anchored`;
  if (outcome === "undecided") return `cannot be decided yet: ${last?.detail ?? ""}`;
  return `refuted at step "${last?.step ?? "bundle"}": ${claimedPlace(bytes)}`;
}

/** The verdict as the HTTP API gives it: hashes in hexadecimal. */
export function verdictDocument({ record, ...verdict }: Verdict): object {
  return {
    ...verdict,
    ...(record && { record: { ...record, anchor: { ...record.anchor, rootHash: toHex(record.anchor.rootHash) } } }),
  };
}

function stepLine({ step, detail, code }: StepResult): string {
  return `${step.padEnd(10)} ${detail}${code === undefined ? "" : ` [${code}]`}`;
}

function placeOf({ kind, leafIndex, source }: VerifiedRecord): string {
  return `the ${kind} at leaf ${leafIndex} from ${source}`;
}

/** What a refuted bundle says it is about; nothing of it is verified. */
function claimedPlace(bytes: Uint8Array): string {
  try {
    const bundle = parseBundle(bytes);
    return `the bundle claims leaf ${parseTlogProof(bundle.proof).leafIndex} from ${bundle.source}; do not rely on it`;
  } catch {
    return "it is no bundle that could be read; do not rely on it";
  }
}

function sayRecord(record: VerifiedRecord, policy: Policy, output: Output): void {
  const { leafHash, receivedAt, vct, seq, after, before, anchor, claims } = record;
  output.say(`  log       ${policy.log.name}, leaf ${record.leafIndex}, hash ${leafHash}`);
  output.say(`  source    ${record.source}, seq ${seq}${vct === undefined ? "" : `, of type ${vct}`}`);
  if (receivedAt !== undefined) {
    output.say(`  id        ${formatRecordId(recordIdOf(fromHex(leafHash, "leaf hash"), receivedAt))}`);
    output.say(`  received  ${timeOf(receivedAt)} as the service says`);
  }
  if (after) output.say(`  after     ${blockLine(after)}`);
  output.say(`  before    ${blockLine(before)}`);
  output.say(`  anchored  in contract ${anchor.contract} on chain ${anchor.chainId}`);
  if (claims) sayClaims(claims, output);
}

function sayClaims(claims: JsonObject, output: Output): void {
  const names = Object.keys(claims);
  const width = Math.min(Math.max(...names.map((name) => name.length)), 24);
  output.say("  says");
  for (const name of names) output.say(`    ${name.padEnd(width)}  ${JSON.stringify(claims[name])}`);
}

function sayLimits(
  record: VerifiedRecord,
  { isChainAsked, isUndecided }: VerdictContext & { readonly isUndecided: boolean },
  output: Output,
): void {
  output.say("  it does not show");
  if (!record.claims) output.say("    what the record says: its body is withheld or erased");
  else if (record.concealed)
    output.say(`    what is behind ${record.concealed} shut digests (concealed claims, and decoys among them)`);
  const { after } = record;
  if (!after) output.say("    what it is newer than: the bundle has no beacon");
  const blocks = `that block${after ? " and the beacon's" : ""}`;
  if (!isChainAsked) output.say(`    whether the chain has ${blocks}: give --rpc or --block-hash to find out`);
  else if (isUndecided) output.say(`    whether the chain has ${blocks} for good: see the step "chain"`);
  else if (after?.checked === false)
    output.say(
      `    whether the chain has the beacon's block ${after.blockNumber}, as the log claims: give --rpc to find out`,
    );
  output.say("    whether what the source sent is true");
}

function blockLine({ blockNumber, blockHash, time }: KnownBlock): string {
  return `block ${blockNumber} (${timeOf(time)}), ${blockHash}`;
}

function timeOf(posixSeconds: number): string {
  return inSeconds(posixSeconds * 1_000);
}
