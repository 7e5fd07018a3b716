/** What the client asks and does for the people whom records are about. */
import type { WithholdingReason } from "../core/erasure-event.ts";
import type { RetentionOptions, RetentionReport } from "../privacy/retention.ts";
import type { ErasureView } from "../read/erasing.ts";
import type { ErasurePreviews, ErasuresAnswer, PageQuery, PersonPage } from "./answers.ts";
import { queryOf } from "./query.ts";

/** On what records are erased. */
export interface ErasureRequest {
  /** Id of a provision of law, such as `gdpr-17-1-a`. */
  readonly basis: string;
  /** Id of the request that this answers. */
  readonly request?: string | undefined;
}

/** Why bodies are withheld. */
export interface WithholdingRequest {
  readonly reason: WithholdingReason;
  readonly basis?: string | undefined;
}

/** The part of the client that is about people; it needs the key of an officer. */
export interface PrivacyClient {
  /** A page of the records of the people whom these values identify, by the names of the claims. */
  findPerson(values: Readonly<Record<string, string>>, query?: PageQuery): Promise<PersonPage>;
  /** What erasing records would take and leave, up to 100 at a time. */
  previewErasures(ids: readonly string[]): Promise<ErasurePreviews>;
  /** Erases what records conceal and came with, up to 10,000 at a time. May be repeated. */
  eraseRecords(ids: readonly string[], grounds: ErasureRequest): Promise<ErasuresAnswer>;
  /** Withholds the bodies of records, and erases them. May be repeated. */
  withholdBodies(ids: readonly string[], grounds: WithholdingRequest): Promise<ErasuresAnswer>;
  /** Erases records whose time is over, as the service does every hour; a dry run only counts them. */
  runRetention(options?: RetentionOptions): Promise<RetentionReport>;
  /** What became of a record. */
  erasure(id: string): Promise<ErasureView>;
}

/** This part of the client, built on JSON requests. */
export function privacyClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
): PrivacyClient {
  return {
    findPerson: (values, query = {}) => post(`/v1/privacy/persons${queryOf(query)}`, values),
    previewErasures: (records) => post("/v1/privacy/erasure-previews", { records }),
    eraseRecords: (records, grounds) => post("/v1/privacy/erasures", { records, ...grounds }),
    withholdBodies: (records, grounds) => post("/v1/privacy/withholdings", { records, ...grounds }),
    runRetention: ({ dryRun = false } = {}) => post("/v1/privacy/retention", { dryRun }),
    erasure: (id) => read(`/v1/privacy/erasures/${encodeURIComponent(id)}`),
  };
}
