/**
 * A verdict for people: each step, then what is proven in one sentence, then what is not.
 */
import { parseBundle } from "../core/bundle.ts";
import { fromHex, toHex } from "../core/bytes.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Policy } from "../core/policy.ts";
import { formatRecordId, recordIdOf } from "../core/record-id.ts";
import { parseTlogProof } from "../core/tlog-proof.ts";
import type { KnownBlock, StepResult, Verdict, VerifiedRecord } from "../verify/verdict.ts";
import { credentialLines } from "./credential-words.ts";
import { claimLines, isAllOpened, unopenedLine } from "./claim-words.ts";
import { inSeconds, type Output } from "./output.ts";
import { saySteps, stepName, stepSentence } from "./step-words.ts";
import { verdictTexts, type VerdictTexts } from "./texts/verdict/en.ts";
import { padded, widest } from "./width.ts";

/** What a node that was named did, when it showed nothing of the bundle's blocks. */
const OF_NODES: ReadonlySet<ErrorCode> = new Set(["CHAIN_UNREACHABLE", "NODE_REFUSED", "CHAIN_WRONG"]);

/** Prints the steps and the sentence. */
export function sayVerdict(bytes: Uint8Array, verdict: Verdict, policy: Policy, output: Output): void {
  const texts = verdictTexts();
  saySteps(verdict.steps, output);
  output.say();
  output.say(verdictLine(bytes, verdict), { mark: verdict.outcome, isBold: true });
  if (!verdict.record) return;
  sayRecord(verdict.record, policy, output);
  const { concealed = 0 } = verdict.record;
  if (isAllOpened(concealed, verdict.steps)) output.say(`  ${texts.allOpened}`);
  sayLimits(verdict, verdict.record, policy, output);
  sayUnaskedBlocks(verdict.record, verdict.steps, output);
  for (const time of verdict.record.stamped ?? [])
    if ("tsa" in time && time.until * 1_000 < Date.now())
      output.say(`    ${texts.certificateEnded(time.tsa, inSeconds(time.until * 1_000))}`);
  output.say(`    ${texts.truth}`);
}

/** The verdict in one sentence, without the bundle's contents. */
export function verdictLine(
  bytes: Uint8Array,
  { outcome, steps, record }: Verdict,
  texts: VerdictTexts = verdictTexts(),
): string {
  const last = steps.at(-1);
  if (outcome === "holds" && record) return texts.holds(placeOf(record, texts));
  if (outcome === "undecided") return texts.undecided(openDetail(steps, texts));
  return texts.refuted(stepName(last?.step ?? "bundle", "bundle", texts), claimedPlace(bytes, texts));
}

/** What the policy asks for but was not checked. */
function openDetail(steps: readonly StepResult[], texts: VerdictTexts): string {
  return steps.flatMap((step) => (step.code === undefined ? [] : stepSentence(step, texts))).join("; ");
}

/** The verdict as the HTTP API returns it: hashes in hexadecimal. */
export function verdictDocument({ record, ...verdict }: Verdict): object {
  return {
    ...verdict,
    ...(record && { record: { ...record, anchor: { ...record.anchor, rootHash: toHex(record.anchor.rootHash) } } }),
  };
}

function placeOf({ kind, leafIndex, source }: VerifiedRecord, { place, sentences }: VerdictTexts): string {
  return place(sentences?.kinds[kind] ?? kind, leafIndex, source);
}

/** What a refuted bundle says it is about; nothing of it is verified. */
function claimedPlace(bytes: Uint8Array, texts: VerdictTexts): string {
  try {
    const bundle = parseBundle(bytes);
    return texts.claimedPlace(parseTlogProof(bundle.proof).leafIndex, bundle.source);
  } catch {
    return texts.noPlace;
  }
}

function sayRecord(record: VerifiedRecord, policy: Policy, output: Output): void {
  const { leafHash, receivedAt, vct, seq, after, before, anchor, claims } = record;
  const { labels, logOf, sourceOf, receivedAt: received, anchoredIn } = verdictTexts();
  const width = widest(Object.values(labels)) + 2;
  const say = (label: keyof typeof labels, value: string): void =>
    output.say(`  ${padded(labels[label], width)}${value}`);
  say("log", logOf(policy.log.name, record.leafIndex, leafHash));
  say("source", sourceOf(record.source, seq, vct));
  if (receivedAt !== undefined) {
    say("id", formatRecordId(recordIdOf(fromHex(leafHash, "leaf hash"), receivedAt)));
    say("received", received(timeOf(receivedAt)));
  }
  if (after) say("after", blockLine(after));
  say("before", blockLine(before));
  say("anchored", anchoredIn(anchor.contract, anchor.chainId));
  if (claims) sayClaims(claims, output);
}

function sayClaims(claims: JsonObject, output: Output): void {
  const { says, asServiceFound } = verdictTexts();
  output.say(`  ${says}`);
  for (const line of claimLines(claims)) output.say(`    ${line}`);
  for (const line of credentialLines(claims)) output.say(`    ${asServiceFound(line)}`);
}

function sayLimits({ steps }: Verdict, record: VerifiedRecord, policy: Policy, output: Output): void {
  const { claims, concealed = 0, signature, after } = record;
  const texts = verdictTexts();
  const unopened = unopenedLine(concealed, steps);
  output.say(`  ${texts.notShown}`);
  if (!claims) output.say(`    ${texts.withheld}`);
  else if (unopened !== undefined) output.say(`    ${unopened}`);
  if (signature !== undefined && signature !== "verified") output.say(`    ${texts.unsigned[signature]}`);
  if (signature === "verified" && !policy.sources.some(({ name }) => name === record.source))
    output.say(`    ${texts.strangersKey}`);
  if (!after) output.say(`    ${texts.noBeacon}`);
}

/** If a node was named that did not answer, or serves another chain, the advice is to ask another one. */
function sayUnaskedBlocks({ after, before }: VerifiedRecord, steps: readonly StepResult[], output: Output): void {
  const claimed = [...(before.checked ? [] : [before]), ...(after && !after.checked ? [after] : [])];
  if (claimed.length === 0) return;
  const { blocks, ask, askAnother } = verdictTexts();
  const wasAskedInVain = steps.some(({ code }) => code !== undefined && OF_NODES.has(code));
  output.say(
    `    ${blocks(
      claimed.map(({ blockNumber }) => blockNumber),
      wasAskedInVain ? askAnother : ask,
    )}`,
  );
}

function blockLine({ blockNumber, blockHash, time }: KnownBlock): string {
  return verdictTexts().blockOf(blockNumber, timeOf(time), blockHash);
}

function timeOf(posixSeconds: number): string {
  return inSeconds(posixSeconds * 1_000);
}
