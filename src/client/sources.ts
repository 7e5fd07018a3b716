/** What the client can ask and change about sources. */
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
  /** One source; `cursor` continues with the ranges of its missing numbers. */
  source(name: string, cursor?: string): Promise<SourceView>;
  /** Registers a source; with a key, its records must be signed from then on. */
  registerSource(name: string, newKey?: NewSourceKey): Promise<SourceEventEntered>;
  /** Gives a source another key, which replaces the earlier ones unless `keepOld` is set. */
  rotateSourceKey(
    name: string,
    newKey: NewSourceKey & { readonly keepOld?: boolean | undefined },
  ): Promise<SourceEventEntered>;
  /** Revokes the key that the event at leaf index `key` added, or all keys. */
  revokeSourceKey(
    name: string,
    revocation: { readonly key?: number | undefined; readonly reason: RevocationReason },
  ): Promise<SourceEventEntered>;
  suspendSource(name: string): Promise<SourceEventEntered>;
  resumeSource(name: string): Promise<SourceEventEntered>;
  /** Lets the numbering of a source continue from a number that it has not used. For officers. */
  repairSource(name: string, from: number): Promise<RepairEntered>;
}

/** This part of the client, built on JSON requests. */
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
