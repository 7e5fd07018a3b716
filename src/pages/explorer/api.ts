/** What the explorer asks the service: the public API, like everybody. The parts of its answers that are shown are typed here. */
import type { StatedFact } from "../../texts/alarm-facts/forms.ts";

/** An answer, or why there is none. */
export type Answer<T> = { readonly value: T } | { readonly failure: Failure };

/** Why there is no answer. */
export interface Failure {
  /** Of HTTP; 0 when the service cannot be reached. */
  readonly status: number;
  /** Of the problem, if the service named one. */
  readonly code?: string;
}

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export type AnchorState = "pending" | "submitted" | "included" | "finalized" | "orphaned";

/** A record as everybody sees it. */
export interface RecordView {
  readonly id: string;
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly kind: string;
  readonly source: string;
  readonly seq: number;
  readonly state: AnchorState;
  readonly vct?: string;
  /** POSIX seconds. */
  readonly receivedAt?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly concealed?: number;
  readonly signed?: boolean;
  readonly erased?: { readonly at: number; readonly basis: string };
  readonly withheld?: { readonly at: number; readonly reason: string; readonly basis?: string };
}

/** A record in a list, or the place of one that is damaged. */
export type ListedRecord = RecordView | { readonly id?: string; readonly leafIndex: number; readonly error: object };

/** A step in a record's life. */
export interface LifeStep {
  readonly what: string;
  readonly at: number;
  readonly event?: { readonly id: string; readonly leafIndex: number };
  readonly says: Readonly<Record<string, unknown>>;
}

/** A record's life. */
export interface Life {
  readonly record: RecordView;
  readonly steps: readonly LifeStep[];
  readonly isCut: boolean;
}

/** Where a record came from, ready to be drawn. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: string;
  readonly kind: "entity" | "activity" | "agent";
  readonly label: string;
  readonly at?: number;
}

/** `from` depends on `to`. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
}

/** The state of the service. */
export interface Status {
  readonly origin: string;
  readonly vkey: string;
  readonly chainId: number;
  readonly contract: string;
  readonly treeSize: number;
  readonly rootHash: string;
  readonly finalizedSize: number;
  readonly pendingEntries: number;
  readonly anchoring: {
    readonly height: number | null;
    /** `tag`, `bft`, or `depth:` and a number of blocks. */
    readonly finality: string;
    readonly outstanding: number;
    readonly lastFinal: {
      readonly treeSize: number;
      readonly blockNumber: number | null;
      readonly at: string;
    } | null;
    readonly lagSeconds: number;
    readonly witnesses: readonly {
      readonly name: string;
      readonly lastSize: number | null;
      readonly lastSuccessAt: string | null;
    }[];
  };
  readonly connectors: readonly Connector[];
  readonly health: { readonly ok: boolean; readonly alarms: readonly Alarm[] };
}

/** A connection to a foreign system. */
export interface Connector {
  readonly name: string;
  readonly type: string;
  readonly connected: boolean;
  readonly lastMessageAt: string | null;
  readonly records: { readonly new: number; readonly repeated: number; readonly refused: number };
  readonly gaps: number;
}

/** An alarm that is on. */
export interface Alarm {
  readonly code: string;
  readonly severity: "red" | "warning";
  /** In English. */
  readonly message: string;
  /** The same as data. */
  readonly facts: readonly StatedFact[];
  readonly since: string;
}

/** An anchor. */
export interface Anchor {
  readonly anchorId: number;
  readonly treeSize: number;
  readonly baseSize: number;
  readonly rootHash: string;
  readonly transactionHash: string;
  readonly state: AnchorState;
  readonly blockNumber: number | null;
  readonly blockHash: string | null;
  /** Those that it was in until a reorg took them out of the chain, earliest first. */
  readonly leftBlocks: readonly { readonly blockNumber: number; readonly blockHash: string; readonly leftAt: string }[];
  readonly createdAt: string;
  /** POSIX seconds. */
  readonly blockTime: number | null;
  /** How many records it covers that the one before it did not. */
  readonly records: number;
  readonly gasUsed: number | null;
  readonly gasPerRecord: number | null;
  /** Milliseconds, as the service sees it: until a node took it, from there to its block, and from the signed head to finality. */
  readonly latencyMs: { readonly send: number | null; readonly include: number | null; readonly total: number | null };
  /** Decimal. */
  readonly costWei: string | null;
}

/** The size of the log at a time. */
export interface GrowthPoint {
  /** POSIX seconds. */
  readonly at: number;
  readonly treeSize: number;
}

/** An anchored checkpoint, and who cosigned it. */
export interface Cosigned {
  readonly anchorId: number;
  readonly treeSize: number;
  /** POSIX seconds. */
  readonly madeAt: number | null;
  readonly cosignatures: readonly { readonly witness: string; readonly at: number }[];
}

/** Asks for something. @param key an API key, where the question needs one */
export async function ask<T>(path: string, signal?: AbortSignal, key?: string): Promise<Answer<T>> {
  const headers: HeadersInit = key === undefined ? {} : { authorization: `Bearer ${key}` };
  try {
    const response = await fetch(path, { headers, ...(signal && { signal }) });
    const body: unknown = await response.json();
    if (response.ok) return { value: body as T };
    const { code } = body as { readonly code?: string };
    return { failure: { status: response.status, ...(code !== undefined && { code }) } };
  } catch {
    return { failure: { status: 0 } };
  }
}

/** The name of a type of record: `warifu:sensor-reading:2` is one of `sensor-reading`. */
export function typeOf(vct: string | undefined): string | undefined {
  return vct?.split(":")[1];
}
