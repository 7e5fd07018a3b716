/**
 * A bucket behind the S3 API, with conditional writes (`If-None-Match: *`, `If-Match`):
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { boundedBody, whyFetchFailed } from "../core/fetched.ts";
import { WarifuError } from "../core/errors.ts";
import type { NewObject, ObjectStore, PieceAsked, StoredObject, StoredPiece } from "./object-store.ts";

/** Who may write there. Never shown. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Which bucket. */
export interface S3Place {
  /** http or https, without a path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
}

/** How it is asked. */
export interface S3StoreOptions extends S3Place {
  /** Without them, requests are not signed: a bucket that anybody may read. */
  readonly credentials: S3Credentials | undefined;
  /** Longest time for one request. */
  readonly timeoutMs: number;
}

const MAX_LISTING_BYTES = 1_048_576;
const MAX_KEYS = 1_000;
/** Whatever log lies there shows a checkpoint. */
const ALWAYS_THERE = "checkpoint";

/** Objects in a bucket. */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly #base: string;
  readonly #prefix: string;
  readonly #timeoutMs: number;
  readonly #client: AwsClient | undefined;

  constructor({ endpoint, region, bucket, prefix, credentials, timeoutMs }: S3StoreOptions) {
    this.#base = `${endpoint.replace(/\/$/, "")}/${bucket}`;
    this.#prefix = prefix;
    this.#timeoutMs = timeoutMs;
    this.name = `${this.#base}/${prefix}`;
    // Whoever calls decides what is tried again.
    this.#client = credentials && new AwsClient({ ...credentials, region, service: "s3", retries: 0 });
  }

  read(key: string, maxBytes: number): Promise<StoredObject | undefined> {
    return this.#get(key, {}, (response) => this.#objectIn(response, maxBytes));
  }

  readPiece(key: string, { from, length, of }: PieceAsked): Promise<StoredPiece | undefined> {
    const headers = { range: `bytes=${from}-${from + length - 1}`, ...(of !== undefined && { "if-match": of }) };
    return this.#get(key, headers, (response) => this.#pieceIn(response, { from, length }));
  }

  async #get<T>(
    key: string,
    headers: Record<string, string>,
    take: (response: Response) => Promise<T | "forbidden" | undefined>,
  ): Promise<T | undefined> {
    const answer = await this.#ask("GET", this.#urlOf(key), { headers }, take);
    if (answer !== "forbidden") return answer;
    // Whoever may read but not list is told 403 of what is not there, where tlog-tiles needs to know that it is not.
    if (key !== ALWAYS_THERE && (await this.#mayRead())) return undefined;
    throw this.#unreachable(this.#refused(403));
  }

  async #objectIn(response: Response, maxBytes: number): Promise<StoredObject | "forbidden" | undefined> {
    const { status, headers } = response;
    if (status === 404) return undefined;
    if (status === 403) return "forbidden";
    const [version, kept] = [headers.get("etag"), headers.get("x-amz-version-id")];
    if (status !== 200 || version === null) throw this.#refused(status);
    const bytes = await boundedBody(response, maxBytes, "TOO_LARGE");
    return { bytes, version, isKept: kept !== null && kept !== "null" };
  }

  async #pieceIn(response: Response, { from, length }: PieceAsked): Promise<StoredPiece | "forbidden" | undefined> {
    const { status, headers } = response;
    if (status === 404) return undefined;
    if (status === 403) return "forbidden";
    // The first byte is missing from an empty object alone.
    if (status === 416 && from === 0) return { bytes: new Uint8Array(), size: 0, of: "" };
    const [, size] = /^bytes [0-9]+-[0-9]+\/([0-9]{1,15})$/.exec(headers.get("content-range") ?? "") ?? [];
    const of = headers.get("etag");
    if (status !== 206 || of === null || size === undefined) throw this.#refused(status);
    return { bytes: await boundedBody(response, length), size: Number(size), of };
  }

  /** Whether an object that is there is given. */
  #mayRead(): Promise<boolean> {
    return this.#ask("GET", this.#urlOf(ALWAYS_THERE), {}, async ({ status }) => status === 200);
  }

  create(key: string, object: NewObject): Promise<boolean> {
    return this.#put(key, object, { "if-none-match": "*" });
  }

  replace(key: string, object: NewObject, version: string): Promise<boolean> {
    return this.#put(key, object, { "if-match": version });
  }

  async keysBelow(prefix: string): Promise<readonly string[]> {
    const query = new URLSearchParams({
      "list-type": "2",
      prefix: this.#prefix + prefix,
      "max-keys": String(MAX_KEYS),
    });
    return this.#ask("GET", `${this.#base}?${query.toString()}`, {}, async (response) => {
      if (response.status !== 200) throw this.#refused(response.status);
      const xml = new TextDecoder().decode(await boundedBody(response, MAX_LISTING_BYTES));
      // Our keys hold nothing that XML would write otherwise.
      const keys = [...xml.matchAll(/<Key>([A-Za-z0-9/.-]+)<\/Key>/g)].map(([, key]) => key as string);
      return keys.filter((key) => key.startsWith(this.#prefix)).map((key) => key.slice(this.#prefix.length));
    });
  }

  async remove(key: string): Promise<void> {
    await this.#ask("DELETE", this.#urlOf(key), {}, async ({ status }) => {
      if (status !== 204 && status !== 200 && status !== 404) throw this.#refused(status);
    });
  }

  #put(
    key: string,
    { bytes, contentType, cacheControl }: NewObject,
    condition: Record<string, string>,
  ): Promise<boolean> {
    const headers = { ...condition, "content-type": contentType, "cache-control": cacheControl };
    return this.#ask("PUT", this.#urlOf(key), { headers, bytes }, async ({ status }) => {
      if (status === 412 || (status === 404 && "if-match" in condition)) return false;
      if (status !== 200) throw this.#refused(status);
      return true;
    });
  }

  #urlOf(key: string): string {
    return `${this.#base}/${this.#prefix}${key}`;
  }

  /** One request; whatever of the answer `take` leaves is not read. */
  async #ask<T>(
    method: string,
    url: string,
    { headers = {}, bytes }: { readonly headers?: Record<string, string>; readonly bytes?: Uint8Array },
    take: (response: Response) => Promise<T>,
  ): Promise<T> {
    // Part of what is signed, so that no other bytes than these are stored.
    const digest = createHash("sha256")
      .update(bytes ?? "")
      .digest("hex");
    const body = bytes && new Uint8Array(bytes);
    const request = { method, headers: { ...headers, "x-amz-content-sha256": digest }, ...(body && { body }) };
    try {
      const signed = this.#client ? await this.#client.sign(url, request) : new Request(url, request);
      const response = await fetch(signed, { redirect: "error", signal: AbortSignal.timeout(this.#timeoutMs) });
      const taken = await take(response);
      if (!response.bodyUsed) await response.body?.cancel();
      return taken;
    } catch (cause) {
      if (cause instanceof WarifuError && cause.code === "TOO_LARGE") throw cause;
      throw this.#unreachable(cause);
    }
  }

  #unreachable(cause: unknown): WarifuError {
    const why = whyFetchFailed(cause, this.#timeoutMs);
    return new WarifuError("SERVICE_UNREACHABLE", `the storage at ${this.name}: ${why}`, { cause });
  }

  #refused(status: number): WarifuError {
    const why = status === 401 || status === 403 ? ": its credentials do not allow this, or are wrong" : "";
    return new WarifuError("SERVICE_UNREACHABLE", `it answered ${status}${why}`);
  }
}
