/** What the verifier's page knows: the policy, the files, and the verdicts on them. */
import { computed, signal } from "@preact/signals";
import { CHAIN_HASH } from "../../core/address.ts";
import { utf8 } from "../../core/bytes.ts";
import { messageOf } from "../../core/errors.ts";
import { confirmationsOf, parsePolicy, type Policy } from "../../core/policy.ts";
import { policyFingerprint } from "../../core/policy-fingerprint.ts";
import { takeHandover } from "../../receipt/handover.ts";
import { placeOf } from "../../receipt/receipt-place.ts";
import type { ReceiptPlace } from "../../receipt/verifier-address.ts";
import { MAX_ORIGINAL_BYTES, recognise, type Given, type GivenFile } from "./given.ts";
import { judge, type Judgement } from "./judge.ts";
import { ownNode } from "./own-node.ts";
import { pinnedPolicy } from "./pinned-page.ts";

/** A policy in use. */
export interface ChosenPolicy {
  readonly policy: Policy;
  readonly fingerprint: string;
  /** The page was made with it. */
  readonly isPinned: boolean;
}

const NOTHING: Given = { bundles: [], forks: [], originals: [], problems: [] };

export const chosen = signal<ChosenPolicy | undefined>(undefined);
/** What is wrong with the policy that was tried last. */
export const policyFault = signal<string | undefined>(undefined);
export const given = signal<Given>(NOTHING);
/** The record of the receipt that led here. */
export const receipt = signal<ReceiptPlace | undefined>(undefined);
export const judgement = signal<Judgement | undefined>(undefined);
export const isWorking = signal(false);
/** Hashes of trusted blocks, as they are typed. */
export const blockHashes = signal("");
/** Address of a node, as it is typed. */
export const nodeAddress = signal("");

export const areHashesWrong = computed(() => !hashesIn(blockHashes.value).every((one) => CHAIN_HASH.test(one)));
export const isNodeWrong = computed(() => {
  const address = nodeAddress.value.trim();
  return address !== "" && !(/^https?:\/\//.test(address) && URL.canParse(address));
});

/** Whether this file is the one that may ask nodes: what it may reach is fixed in it. */
export function mayAskNodes(): boolean {
  const policy = document.querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy"]');
  return policy?.content.includes("connect-src") ?? false;
}

/** Takes the policy that the page was made with, if it was. */
export function takePinnedPolicy(): void {
  const text = pinnedPolicy();
  if (text !== "") usePolicy(text, true);
}

/** Takes the receipt that the address names, and what its page handed over. */
export function takeReceipt(): void {
  const place = placeOf(location.hash);
  if (!place) return;
  receipt.value = place;
  const { bundle, policy } = takeHandover();
  if (policy !== undefined && !chosen.value) usePolicy(policy);
  if (bundle !== undefined) void addBytes([{ name: `${place.id}.json`, bytes: utf8(bundle) }]);
}

/** Takes a policy, or says what is wrong with it. */
export function usePolicy(text: string, isPinned = false): void {
  try {
    const policy = parsePolicy(utf8(text));
    chosen.value = { policy, fingerprint: policyFingerprint(policy), isPinned };
    policyFault.value = undefined;
    void judgeAgain();
  } catch (error) {
    policyFault.value = messageOf(error);
  }
}

export function forgetPolicy(): void {
  chosen.value = undefined;
  void judgeAgain();
}

/** Adds files to those that are to be checked. */
export async function addFiles(files: readonly File[]): Promise<void> {
  await addBytes(await Promise.all(files.map(read)));
}

async function addBytes(files: readonly GivenFile[]): Promise<void> {
  const { bundles, forks, originals, problems } = given.value;
  const more = recognise(files);
  given.value = {
    bundles: [...bundles, ...more.bundles],
    forks: [...forks, ...more.forks],
    originals: [...originals, ...more.originals],
    problems: [...problems, ...more.problems],
  };
  await judgeAgain();
}

export function removeFiles(): void {
  given.value = NOTHING;
  void judgeAgain();
}

/** Of a file that is too large, no more than shows that it is. */
async function read(file: File): Promise<GivenFile> {
  const part = await file
    .slice(0, MAX_ORIGINAL_BYTES + 1)
    .arrayBuffer()
    .catch(() => undefined);
  return { name: file.name, bytes: part && new Uint8Array(part) };
}

/** How often there was something to judge: what was given or trusted before says nothing of what is now. */
let turns = 0;

/** Judges what there is, as soon as there is enough. A judgement that comes when there is something else already is dropped. */
export async function judgeAgain(): Promise<void> {
  const turn = ++turns;
  const use = chosen.value;
  const { bundles, forks } = given.value;
  if (!use || bundles.length + forks.length === 0 || areHashesWrong.value || isNodeWrong.value) {
    judgement.value = undefined;
    isWorking.value = false;
    return;
  }
  isWorking.value = true;
  const { policy } = use;
  const trustedBlocks = [...policy.trustedBlocks, ...hashesIn(blockHashes.value)];
  const address = nodeAddress.value.trim();
  const view = address !== "" && mayAskNodes() ? ownNode(address, confirmationsOf(policy)) : undefined;
  const found = await judge(given.value, { ...policy, trustedBlocks }, view);
  if (turn !== turns) return;
  judgement.value = found;
  isWorking.value = false;
}

function hashesIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((one) => one !== "");
}
