/**
 * What a request conceals, for the officers who handle it: whose it is, which records, what the person says, and all
 * reasons.
 */
import { SUBJECT } from "../core/consent-event.ts";
import { formatRecordId } from "../core/record-id.ts";
import { ABOUT_CLAIM, type EnteredRequest } from "../events/request.ts";
import { claimsAt, type ConcealedParts } from "./concealed.ts";
import type { RequestDesk } from "./requests.ts";

/** What a request is about. */
export interface RequestAbout {
  readonly subject?: string;
  readonly records: readonly { readonly id: string; readonly leafIndex: number }[];
  /** What the person says. */
  readonly text?: string;
  /** The reasons of its steps. */
  readonly reasons: readonly { readonly leafIndex: number; readonly reason: string }[];
  /** Whether the vault has erased it. */
  readonly erased: boolean;
}

/** What a request is about. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
export async function requestAboutOf(
  request: EnteredRequest,
  desk: Pick<RequestDesk, "aboutOf">,
  parts: ConcealedParts,
): Promise<RequestAbout> {
  const about = await desk.aboutOf(request);
  if (!about) return { records: [], reasons: [], erased: true };
  const { subject, text, records = [] } = about;
  const leaves = Array.isArray(records) ? records.filter((one): one is number => typeof one === "number") : [];
  return {
    ...(typeof subject === "string" && SUBJECT.test(subject) && { subject }),
    ...(typeof text === "string" && { text }),
    records: await Promise.all(leaves.map(async (leafIndex) => ({ id: await idAt(leafIndex, parts), leafIndex }))),
    reasons: await reasonsOf(request, parts),
    erased: false,
  };
}

async function reasonsOf({ steps }: EnteredRequest, parts: ConcealedParts): Promise<RequestAbout["reasons"]> {
  const reasons: { leafIndex: number; reason: string }[] = [];
  for (const { leafIndex } of steps) {
    const about = (await claimsAt(leafIndex, parts))?.[ABOUT_CLAIM];
    const reason = typeof about === "object" && about && "reason" in about ? about["reason"] : undefined;
    if (typeof reason === "string") reasons.push({ leafIndex, reason });
  }
  return reasons;
}

async function idAt(leafIndex: number, { store, check }: ConcealedParts): Promise<string> {
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  if (!entry) throw check.missing(leafIndex);
  return formatRecordId(entry.id);
}
