/** A restriction as officers see it: with the id of its event, and what must be done before it is lifted. */
import { formatRecordId } from "../core/record-id.ts";
import type { EnteredRestriction } from "../events/restriction.ts";
import type { Law, Told } from "./law.ts";
import type { ViewParts } from "./request-view.ts";
import { toldBeforeLifting, type NewRestriction } from "./restrictions.ts";

/** A restriction in force. */
export interface StandingRestriction {
  /** Id of its event. */
  readonly id: string;
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
  readonly state: NewRestriction["state"];
  readonly purposes: readonly string[];
  readonly basis: string;
  /** Codes of the law data: what the person is told before it is lifted. */
  readonly needs: readonly Told[];
}

/** The view of a restriction in force. @throws STORE_FAILED, STORE_DAMAGED */
export async function standingView(
  { leafIndex, at, purposes, basis, ...restriction }: EnteredRestriction,
  law: Law,
  { store, check }: ViewParts,
): Promise<StandingRestriction> {
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  if (!entry) throw check.missing(leafIndex);
  const state = restriction.state as NewRestriction["state"];
  return { id: formatRecordId(entry.id), leafIndex, at, state, purposes, basis, needs: toldBeforeLifting(law, state) };
}
