/** A request as officers see it at the desk: nothing of whose it is. */
import { formatRecordId } from "../core/record-id.ts";
import type { RequestOperation, RequestStep } from "../core/request-event.ts";
import { isClosed, type EnteredRequest } from "../events/request.ts";
import type { LogStore } from "../store/log-store.ts";
import type { StoredCheck } from "../write/stored-check.ts";
import type { RequestDesk, StepNeeds } from "./requests.ts";

export interface ViewParts {
  readonly store: Pick<LogStore, "entries">;
  readonly check: Pick<StoredCheck, "missing">;
}

/** Times are POSIX seconds. */
export interface RequestView {
  readonly id: string;
  readonly leafIndex: number;
  readonly operation: RequestOperation;
  readonly state: RequestStep;
  readonly jurisdiction: string;
  readonly lawVersion: string;
  readonly receivedAt: number;
  readonly due: number;
  readonly overdue: boolean;
  readonly steps: readonly {
    readonly state: RequestStep;
    readonly leafIndex: number;
    readonly at: number;
    readonly provisions: readonly string[];
    readonly told: readonly string[];
  }[];
  /** What each step that may come takes; absent once the request is closed. */
  readonly needs?: StepNeeds;
}

/** The view of a request. @throws STORE_FAILED, STORE_DAMAGED */
export async function viewOf(
  request: EnteredRequest,
  desk: Pick<RequestDesk, "needsOf" | "isOverdue">,
  { store, check }: ViewParts,
): Promise<RequestView> {
  const { leafIndex, operation, jurisdiction, lawVersion, receivedAt, due, steps } = request;
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  if (!entry) throw check.missing(leafIndex);
  return {
    id: formatRecordId(entry.id),
    ...{ leafIndex, operation, jurisdiction, lawVersion, receivedAt, due },
    state: steps.at(-1)?.state ?? "received",
    overdue: desk.isOverdue(request),
    steps,
    ...(!isClosed(request) && { needs: desk.needsOf(operation) }),
  };
}
