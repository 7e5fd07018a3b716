/** What the client asks and changes about sources. */
import type { RevocationReason } from "../core/source-event.ts";
import type { SourceKey } from "../core/source-key.ts";
import type { Page, PageQuery, RepairEntered, SourceEventEntered, SourceView } from "./answers.ts";
import { queryOf } from "./query.ts";

/** A key that a source gets; `personal` when the device is a person's own. */
export interface NewSourceKey {
  readonly key: SourceKey;
  readonly personal?: boolean | undefined;
}

/** The part of the client that is about sources. Changes need the key of an officer or administrator. */
export interface SourceClient {
  sources(query?: PageQuery): Promise<Page<SourceView>>;
  /** One source; `cursor` goes on with the ranges of its missing numbers. */
  source(name: string, cursor?: string): Promise<SourceView>;
  /** Registers a source; with a key, what it sends must be signed from then on. */
  registerSource(name: string, newKey?: NewSourceKey): Promise<SourceEventEntered>;
  /** Gives a source another key, in place of those before unless `keepOld`. */
  rotateSourceKey(
    name: string,
    newKey: NewSourceKey & { readonly keepOld?: boolean | undefined },
  ): Promise<SourceEventEntered>;
  /** Revokes the key that the event at leaf index `key` brought, or all. */
  revokeSourceKey(
    name: string,
    revocation: { readonly key?: number | undefined; readonly reason: RevocationReason },
  ): Promise<SourceEventEntered>;
  suspendSource(name: string): Promise<SourceEventEntered>;
  resumeSource(name: string): Promise<SourceEventEntered>;
  /** Lets the numbering of a source go on from a number that it has not used. An officer's. */
  repairSource(name: string, from: number): Promise<RepairEntered>;
}

/** That part, over requests for JSON. */
export function sourceClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
): SourceClient {
  return {
    sources: (query = {}) => read(`/v1/sources${queryOf(query)}`),
    source: (name, cursor) => read(`${pathOf(name)}${queryOf({ cursor })}`),
    registerSource: (name, newKey) => post("/v1/sources", { name, ...newKey }),
    rotateSourceKey: (name, newKey) => post(`${pathOf(name)}/rotate`, newKey),
    revokeSourceKey: (name, revocation) => post(`${pathOf(name)}/revoke`, revocation),
    suspendSource: (name) => post(`${pathOf(name)}/suspend`, {}),
    resumeSource: (name) => post(`${pathOf(name)}/resume`, {}),
    repairSource: (name, from) => post(`${pathOf(name)}/repair`, { from }),
  };
}

function pathOf(name: string): string {
  return `/v1/sources/${encodeURIComponent(name)}`;
}
