/**
 * A small client of the service, for Node and browsers: nothing but `fetch`. Errors are {@link WarifuError}s with the
 * code that the service gave.
 *
 * Submitting again is safe, so the client does it by itself when the service is busy, restarting or out of reach: a record
 * without a `key` or `seq`, by which the service would recognise it, gets a key before it is first sent.
 */
import { boundedBody, whyFetchFailed } from "../core/fetched.ts";
import { WarifuError, messageOf } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import type { ProfileDocument } from "../profiles/profile.ts";
import type { Record } from "../core/record.ts";
import type { IssueOptions, Role } from "../keys/api-keys.ts";
import type { RecordLineage } from "../read/lineage.ts";
import type { RecordView } from "../read/records.ts";
import type { LedgerStatus } from "../read/status.ts";
import type { Acknowledgement } from "../write/outcome.ts";
import type { KeyView } from "../keys/key-view.ts";
import type {
  SubmitResult,
  Page,
  DamagedItem,
  CheckpointView,
  AnchorView,
  PageQuery,
  RecordsQuery,
  BundleOptions,
  ContractProofView,
} from "./answers.ts";
import { jsonOf, pageOf, type Listed } from "./json-answers.ts";
import { queryOf } from "./query.ts";
import { topicClient, type TopicClient } from "./topics.ts";
import { createRecordSigner, type SignedRecord } from "./sign-record.ts";
import { signRequest } from "./sign-request.ts";
import type { PrivateSourceKey } from "./signing-key.ts";
import { errorOfProblem, statusOf } from "../http/handling/problem.ts";

// eslint-disable-next-line no-restricted-syntax -- the package's entry point: its users import the types from here
export type * from "./answers.ts";
// eslint-disable-next-line no-restricted-syntax -- likewise
export type * from "./sign-record.ts";
// eslint-disable-next-line no-restricted-syntax -- likewise
export type * from "./sign-request.ts";
export type { PrivateSourceKey };
export { createRecordSigner, signRequest };

/** Where the service is and who asks. */
export interface ClientOptions {
  /** Base URL of the service. */
  readonly url: string;
  /** `wk_…`; without it, only what is open to all. */
  readonly apiKey?: string | undefined;
  /** The platform's own when left out. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** How many times a request is tried before its error is thrown. */
  readonly attempts?: number | undefined;
  /** Longest time for one request, plus a second for every 10 kB of its body. */
  readonly timeoutMs?: number | undefined;
}

/** Records to submit, in order. */
type Records = Iterable<Record | SignedRecord> | AsyncIterable<Record | SignedRecord>;

/** All methods throw a WarifuError with the code of the service's problem; SERVICE_UNREACHABLE when there is no answer. */
export interface Client extends TopicClient {
  /** Submits records in batches; results in order. A record that is refused is a result, not a throw. */
  submit(records: readonly (Record | SignedRecord)[]): Promise<SubmitResult[]>;
  /** As {@link Client.submit} for any number of records: yields the results batch by batch. */
  submitAll(records: Records): AsyncGenerator<SubmitResult[], void, undefined>;
  record(id: string): Promise<RecordView>;
  /**
   * A page of records that match everything given in the query. A page may be short even if its cursor says that more
   * follow.
   */
  records(query?: RecordsQuery): Promise<Page<RecordView | DamagedItem>>;
  /** The text of a proof bundle. @throws NOT_ANCHORED_YET while no final anchor covers the record */
  bundle(id: string, options?: BundleOptions): Promise<string>;
  /**
   * The bytes that a record was made of, as an adapter received them; the key of an officer is needed if the record conceals
   * anything, and of an auditor otherwise.
   * @throws NOT_FOUND it was made of none, or they are erased
   */
  original(id: string): Promise<Uint8Array>;
  /** The life of a record, as the public log tells it. */
  lineage(id: string): Promise<RecordLineage>;
  /** The same as PROV-JSON (https://www.w3.org/submissions/prov-json/). */
  provenance(id: string): Promise<JsonObject>;
  /** The proof of a record for the contract's `verifyInclusion`, against its present head. @throws NOT_ANCHORED_YET */
  contractProof(id: string): Promise<ContractProofView>;
  checkpoints(query?: PageQuery): Promise<Page<CheckpointView>>;
  /** A page of anchors with what they took, newest first. */
  anchors(query?: PageQuery): Promise<Page<AnchorView>>;
  anchor(anchorId: number): Promise<AnchorView>;
  status(): Promise<LedgerStatus>;
  /** The profiles in force, as in their files. */
  profiles(): Promise<ProfileDocument[]>;
  /** A file of the log, by its path below `/log/`. */
  logFile(path: string): Promise<Uint8Array>;
  issueKey(name: string, role: Role, options?: IssueOptions): Promise<{ readonly keyId: string; readonly key: string }>;
  /** All keys ever issued, without secrets. */
  keys(): Promise<KeyView[]>;
  revokeKey(keyId: string): Promise<void>;
}

const BATCH_RECORDS = 5_000;
const BATCH_CHARACTERS = 1_000_000;
// A page of a thousand of the largest records.
const MAX_ANSWER_BYTES = 134_217_728;
const DEFAULT_ATTEMPTS = 6;
const DEFAULT_TIMEOUT_MS = 60_000;
/** A body gets extra time for a slow link, at this rate. */
const BODY_BYTES_PER_MS = 10;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/**
 * A client of the service at `url`.
 * @throws USAGE when the address has a user name or password, which no `fetch` sends, or the API key cannot be one
 */
export function createClient(options: ClientOptions): Client {
  const http = connectionTo(options);
  const read = async <T>(path: string): Promise<T> => jsonOf<T>(await http.request("GET", path));
  const readPage = async <T extends Listed>(path: string): Promise<T> => pageOf(await read<T>(path));
  const post = async <T>(path: string, value: object): Promise<T> =>
    jsonOf<T>(await http.request("POST", path, { type: "application/json", text: JSON.stringify(value) }));
  const submitAll = (records: Records) => submitInBatches(http, records);
  return {
    submitAll,
    async submit(records) {
      const results: SubmitResult[] = [];
      for await (const batch of submitAll(records)) results.push(...batch);
      return results;
    },
    record: (id) => read(`/v1/records/${encodeURIComponent(id)}`),
    records: (query = {}) => readPage(`/v1/records${queryOf(query)}`),
    ...topicClient(read, post, async (path, method = "GET") => (await http.request(method, path)).text()),
    async bundle(id, { openings, size, onMissingCosignatures } = {}) {
      const query = queryOf({ openings: openings === true ? true : undefined, size });
      const response = await http.request("GET", `/v1/records/${encodeURIComponent(id)}/bundle${query}`);
      const missing = Number(response.headers.get("warifu-missing-cosignatures") ?? 0);
      if (missing > 0) onMissingCosignatures?.(missing);
      return response.text();
    },
    original: async (id) => bytesOf(await http.request("GET", `/v1/records/${encodeURIComponent(id)}/original`)),
    lineage: (id) => read(`/v1/records/${encodeURIComponent(id)}/lineage`),
    provenance: (id) => read(`/v1/records/${encodeURIComponent(id)}/lineage?form=prov`),
    contractProof: (id) => read(`/v1/records/${encodeURIComponent(id)}/contract-proof`),
    checkpoints: (query = {}) => readPage(`/v1/checkpoints${queryOf(query)}`),
    anchors: (query = {}) => readPage(`/v1/anchors${queryOf(query)}`),
    anchor: (anchorId) => read(`/v1/anchors/${anchorId}`),
    status: () => read("/v1/status"),
    profiles: async () => (await readPage<{ readonly items: ProfileDocument[] }>("/v1/profiles")).items,
    logFile: async (path) => bytesOf(await http.request("GET", `/log/${path}`)),
    async issueKey(name, role, { sources, types, expiresAt, ratePerMinute, replaces } = {}) {
      const scope = {
        sources: sources === null ? ["*"] : sources,
        types: types ?? undefined,
        ratePerMinute: ratePerMinute ?? undefined,
        expiresAt: typeof expiresAt === "number" ? new Date(expiresAt).toISOString() : undefined,
      };
      const body = { type: "application/json", text: JSON.stringify({ name, role, ...scope, replaces }) };
      return (await http.request("POST", "/v1/keys", body)).json() as Promise<{ keyId: string; key: string }>;
    },
    keys: async () => (await readPage<{ readonly items: KeyView[] }>("/v1/keys")).items,
    async revokeKey(keyId) {
      await http.request("DELETE", `/v1/keys/${encodeURIComponent(keyId)}`);
    },
  };
}

/** The same answer, read completely. */
async function bounded(response: Response): Promise<Response> {
  if (!response.body) return response;
  const { status, statusText, headers } = response;
  return new Response(await boundedBody(response, MAX_ANSWER_BYTES), { status, statusText, headers });
}

interface Body {
  readonly type: string;
  readonly text: string;
}

/** The outcome of one request, and how long to wait before the next. */
interface Attempt {
  /** If it failed, the error of a problem, or SERVICE_UNREACHABLE. */
  readonly outcome: Response | WarifuError;
  /** How long the service asks to wait; 0 when it does not ask. */
  readonly retryAfterMs: number;
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

interface Connection {
  readonly attempts: number;
  once(method: string, path: string, body?: Body): Promise<Attempt>;
  /** The same, repeated as long as it may help. @throws the error of a problem; SERVICE_UNREACHABLE */
  request(method: string, path: string, body?: Body): Promise<Response>;
}

function connectionTo(options: ClientOptions): Connection {
  const { apiKey, fetch = globalThis.fetch, attempts = DEFAULT_ATTEMPTS, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  // It would be part of each error that names the address.
  if (/^[^/]*\/\/[^/]*@/.test(options.url))
    throw new WarifuError("USAGE", "the service's address has a user name or password in it: leave it out");
  if (apiKey !== undefined && !/^[!-~]+$/.test(apiKey))
    throw new WarifuError(
      "USAGE",
      "the API key is empty, or has a character that no key has: give it alone, on one line",
    );
  const base = options.url.replace(/\/+$/, "");
  const once: Connection["once"] = async (method, path, body) => {
    const headers: { [name: string]: string } = {};
    if (apiKey !== undefined) headers["authorization"] = `Bearer ${apiKey}`;
    if (body) headers["content-type"] = body.type;
    const patienceMs = timeoutMs + Math.ceil((body?.text.length ?? 0) / BODY_BYTES_PER_MS);
    const signal = AbortSignal.timeout(patienceMs);
    const init: RequestInit = { method, headers, signal, redirect: "error", ...(body && { body: body.text }) };
    try {
      return await attemptOf(await bounded(await fetch(`${base}${path}`, init)), base);
    } catch (cause) {
      const reason = whyFetchFailed(cause, patienceMs);
      const outcome = new WarifuError("SERVICE_UNREACHABLE", `${base} does not answer: ${reason}`, { cause });
      return { outcome, retryAfterMs: 0 };
    }
  };
  const request: Connection["request"] = async (method, path, body) => {
    for (let attempt = 1; ; attempt++) {
      const { outcome, retryAfterMs } = await once(method, path, body);
      if (!(outcome instanceof WarifuError)) return outcome;
      // A request that creates something unnamed must not be made twice.
      if (attempt >= attempts || method === "POST" || !isPassing(outcome)) throw outcome;
      await pause(attempt, retryAfterMs);
    }
  };
  return { attempts, once, request };
}

async function* submitInBatches(http: Connection, records: Records): AsyncGenerator<SubmitResult[], void, undefined> {
  let lines: string[] = [];
  let characters = 0;
  const nextKey = keySequence();
  for await (const record of records) {
    const line = JSON.stringify(isRecognisable(record) ? record : { ...record, key: nextKey() });
    lines.push(line);
    characters += line.length;
    if (lines.length < BATCH_RECORDS && characters < BATCH_CHARACTERS) continue;
    yield await submitLines(http, lines);
    [lines, characters] = [[], 0];
  }
  if (lines.length > 0) yield await submitLines(http, lines);
}

/** A record signed as a whole carries its own number. */
function isRecognisable(record: Record | SignedRecord): boolean {
  return "jws" in record || record.key !== undefined || record.seq !== undefined;
}

/** Keys that no other sender has, in rising order, which the service looks up fastest. */
function keySequence(): () => string {
  const start = Date.now().toString(36).padStart(9, "0");
  const chance = Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => byte.toString(36)).join("");
  let count = 0;
  return () => `c-${start}-${chance}-${(count++).toString(36).padStart(7, "0")}`;
}

/** Sends one batch until every record has a result that sending it again would not change. */
async function submitLines(http: Connection, lines: readonly string[]): Promise<SubmitResult[]> {
  const results: (SubmitResult | undefined)[] = lines.map(() => undefined);
  for (let attempt = 1; ; attempt++) {
    const waiting = [...results.keys()].filter((at) => results[at] === undefined);
    const { results: answered, retryAfterMs } = await submitOnce(
      http,
      waiting.map((at) => lines[at] as string),
    );
    const isLast = attempt >= http.attempts;
    let isDone = true;
    for (const [position, at] of waiting.entries()) {
      // If there are fewer results than records, the answer broke off at its last result.
      const result = answered[position] ?? (answered.at(-1) as SubmitResult);
      if (!result.ok && !isLast && isPassing(result.error)) isDone = false;
      else results[at] = result;
    }
    if (isDone) return results as SubmitResult[];
    await pause(attempt, retryAfterMs);
  }
}

/** The results of one request, at least one; a passing error counts for every record. */
async function submitOnce(
  http: Connection,
  lines: readonly string[],
): Promise<{ readonly results: readonly SubmitResult[]; readonly retryAfterMs: number }> {
  const body = { type: "application/x-ndjson", text: lines.join("\n") };
  const { outcome, retryAfterMs } = await http.once("POST", "/v1/records", body);
  if (!(outcome instanceof WarifuError)) return { results: await resultsOf(outcome), retryAfterMs };
  if (!isPassing(outcome)) throw outcome;
  return { results: [{ ok: false, error: outcome }], retryAfterMs };
}

async function resultsOf(response: Response): Promise<SubmitResult[]> {
  const unreachable = (message: string, cause?: unknown): SubmitResult[] => [
    { ok: false, error: new WarifuError("SERVICE_UNREACHABLE", message, { cause }) },
  ];
  try {
    const lines = (await response.text()).split("\n").filter((line) => line !== "");
    return lines.length > 0 ? lines.map(resultOf) : unreachable("the answer to a batch has no results");
  } catch (cause) {
    return unreachable(`the answer broke off: ${messageOf(cause)}`, cause);
  }
}

function resultOf(line: string): SubmitResult {
  const value = JSON.parse(line) as JsonValue & { error?: JsonValue };
  if (value.error === undefined) return { ok: true, acknowledgement: value as unknown as Acknowledgement };
  const error = errorOfProblem(value.error);
  return { ok: false, error: error ?? new WarifuError("SERVICE_UNREACHABLE", "the service gave an unknown error") };
}

async function attemptOf(response: Response, base: string): Promise<Attempt> {
  const retryAfterMs = 1000 * Number(response.headers.get("retry-after") ?? 0) || 0;
  if (response.ok) return { outcome: response, retryAfterMs };
  const value = (await response.json().catch(() => undefined)) as JsonValue | undefined;
  const known = errorOfProblem(value);
  const outcome = new WarifuError(
    known?.code ?? "SERVICE_UNREACHABLE",
    known?.message ?? `${base} answered ${response.status}, but not with a problem of this service`,
    { details: { retryAfterMs } },
  );
  return { outcome, retryAfterMs };
}

/** Whether the same request could succeed later. */
function isPassing(error: WarifuError): boolean {
  return [408, 429, 503].includes(statusOf(error));
}

/**
 * Waits longer each time, and at least as long as the service asked, within a limit; randomised so that clients spread out.
 */
function pause(attempt: number, retryAfterMs: number): Promise<void> {
  const grown = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  return new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(retryAfterMs, grown), LONGEST_PAUSE_MS)));
}
