/**
 * A verdict for people: each step, then what is proven in one sentence, then what is not.
 */
import { parseBundle } from "../core/bundle.ts";
import { fromHex, toHex } from "../core/bytes.ts";
import type { JsonObject } from "../core/json.ts";
import type { Policy } from "../core/policy.ts";
import { formatRecordId, recordIdOf } from "../core/record-id.ts";
import { parseTlogProof } from "../core/tlog-proof.ts";
import type { KnownBlock, SignatureState, StepResult, Verdict, VerifiedRecord } from "../verify/verdict.ts";
import { credentialLines } from "./credential-words.ts";
import { isAllOpened, unopenedLine } from "./claim-words.ts";
import { inSeconds, type Output } from "./output.ts";

/** Prints the steps and the sentence. */
export function sayVerdict(bytes: Uint8Array, verdict: Verdict, policy: Policy, output: Output): void {
  for (const step of verdict.steps) output.say(stepLine(step), { mark: step.outcome });
  output.say();
  output.say(verdictLine(bytes, verdict), { mark: verdict.outcome, isBold: true });
  if (!verdict.record) return;
  sayRecord(verdict.record, policy, output);
  const { concealed = 0 } = verdict.record;
  if (isAllOpened(concealed, verdict.steps))
    output.say("  nothing else is concealed: each digest of its body is opened");
  sayLimits(verdict, verdict.record, policy, output);
  sayUnaskedBlocks(verdict.record, verdict.steps, output);
  output.say("    whether what the source sent is true");
}

/** The verdict in one sentence, without the bundle's contents. */
export function verdictLine(bytes: Uint8Array, { outcome, steps, record }: Verdict): string {
  const last = steps.at(-1);
  if (outcome === "holds" && record) return `holds: ${placeOf(record)} has not changed since it was anchored`;
  if (outcome === "undecided") return `cannot be decided: ${openDetail(steps)}`;
  return `refuted at step "${last?.step ?? "bundle"}": ${claimedPlace(bytes)}`;
}

/** What the policy asks for but was not checked. */
function openDetail(steps: readonly StepResult[]): string {
  return steps.flatMap(({ detail, code }) => (code === undefined ? [] : detail)).join("; ");
}

/** The verdict as the HTTP API returns it: hashes in hexadecimal. */
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
  for (const line of credentialLines(claims)) output.say(`    ${line}, as the service found it`);
}

function sayLimits({ steps }: Verdict, record: VerifiedRecord, policy: Policy, output: Output): void {
  const { claims, concealed = 0, signature, after } = record;
  const unopened = unopenedLine(concealed, steps);
  output.say("  it does not show");
  if (!claims) output.say("    what the record says: its body is withheld or erased");
  else if (unopened !== undefined) output.say(`    ${unopened}`);
  if (signature !== undefined && signature !== "verified") output.say(`    ${UNSIGNED[signature]}`);
  if (signature === "verified" && !policy.sources.some(({ name }) => name === record.source))
    output.say("    whether the signing key is the source's own: the policy names none of it");
  if (!after) output.say("    what it is newer than: the bundle has no beacon");
}

/** If a node was named but did not answer, the advice is to ask another one. */
function sayUnaskedBlocks({ after, before }: VerifiedRecord, steps: readonly StepResult[], output: Output): void {
  const claimed = [...(before.checked ? [] : [before]), ...(after && !after.checked ? [after] : [])];
  const numbers = claimed.map(({ blockNumber }) => blockNumber).join(" and ");
  if (claimed.length === 0) return;
  const isSilent = steps.some(({ code }) => code === "CHAIN_UNREACHABLE" || code === "NODE_REFUSED");
  const how = isSilent
    ? "ask another node with --rpc, or name the block with --block-hash"
    : "ask with --rpc or --block-hash";
  output.say(`    whether the chain has ${claimed.length === 1 ? "block" : "blocks"} ${numbers}: ${how}`);
}

const UNSIGNED: Readonly<Record<Exclude<SignatureState, "verified">, string>> = {
  "partly-shown": "who sent it: not all that the source's signature covers is shown",
  "not-shown": "who sent it: the source's signature is not shown",
  none: "who sent it: the source did not sign",
  unknown: "who sent it: whether the source signed is not shown",
};

function blockLine({ blockNumber, blockHash, time }: KnownBlock): string {
  return `block ${blockNumber} (${timeOf(time)}), ${blockHash}`;
}

function timeOf(posixSeconds: number): string {
  return inSeconds(posixSeconds * 1_000);
}
