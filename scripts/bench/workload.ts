/**
 * What the bench sends: records as gateways and apps would send them. There are two shapes: a sensor reading with six public
 * claims, and a citizen's report of which some claims are concealed. What a record says follows from its number and the
 * seed, whoever makes it and in which order: the same seed gives the same bytes.
 */
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRecordSigner, type PrivateSourceKey, type RecordSigner } from "../../src/client/client.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { SourceKey } from "../../src/core/source-key.ts";

/** A shape of record. */
export type Shape = "reading" | "report";

/** What makes up a workload. */
export interface Workload {
  readonly seed: number;
  readonly shape: Shape;
  /** Whether each record has an idempotency key, in rising order. */
  readonly isKeyed?: boolean;
}

/** Claims of a report, the first to be concealed first. */
export const REPORT_CLAIMS = ["reporterEmail", "text", "latitude", "longitude", "area", "category"] as const;

const SOURCES = 50;
const REPORT_TYPE = "bench-report";
/** The head of a PKCS #8 file with an Ed25519 key (RFC 8410), after which the key's 32 bytes follow. */
const ED25519_PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** NDJSON of `count` records, numbered from `first`. */
export function batchOf(workload: Workload, first: number, count: number): string {
  const lines: string[] = [];
  for (let n = first; n < first + count; n++) lines.push(recordOf(workload, n));
  return `${lines.join("\n")}\n`;
}

/** JSON of one record, of a source that is named or one of fifty. */
export function recordOf({ seed, shape, isKeyed = false }: Workload, n: number, source?: string): string {
  const key = isKeyed ? { key: `bench-${String(n).padStart(12, "0")}` } : {};
  const record = shape === "reading" ? reading(seed, n) : report(seed, n);
  return JSON.stringify({ ...key, ...record, ...(source !== undefined && { source }) });
}

/** Writes the profile of reports, with as many of their claims concealed, into a new folder. @returns the folder */
export function writeReportProfile(parent: string, concealed: number): string {
  const folder = join(parent, "profiles");
  mkdirSync(folder);
  const properties = Object.fromEntries(REPORT_CLAIMS.map((name) => [name, {}]));
  const document = {
    ...{ type: REPORT_TYPE, version: 1, title: "A report of the bench", concernsPeople: true, retentionDays: 1_825 },
    public: REPORT_CLAIMS.slice(concealed),
    ...(concealed > 0 && { person: [REPORT_CLAIMS[0]] }),
    claims: { type: "object", additionalProperties: false, properties },
  };
  writeFileSync(join(folder, `${REPORT_TYPE}.json`), JSON.stringify(document));
  return folder;
}

/** A device that signs what it sends. */
export interface SigningDevice {
  readonly source: string;
  readonly key: SourceKey;
  readonly signer: RecordSigner;
}

/** Devices with keys of their own, which follow from the seed: they are worth nothing elsewhere. */
export async function signingDevices(seed: number): Promise<SigningDevice[]> {
  return Promise.all(
    Array.from({ length: SOURCES }, async (_, at) => {
      const secret = createHash("sha256").update(`bench key ${seed} ${at}`).digest();
      const der = Buffer.concat([ED25519_PKCS8, secret]);
      const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
      const key = createPublicKey(privateKey).export({ format: "jwk" }) as SourceKey;
      const signer = await createRecordSigner(privateKey.export({ format: "jwk" }) as PrivateSourceKey);
      return { source: `bench/signed-${at}`, key, signer };
    }),
  );
}

/** NDJSON of `count` records that the devices signed, each as a JWS, numbered from `first`. */
export async function signedBatchOf(
  devices: readonly SigningDevice[],
  seed: number,
  first: number,
  count: number,
): Promise<string> {
  const lines: string[] = [];
  for (let n = first; n < first + count; n++) {
    const { source, signer } = devices[n % devices.length] as SigningDevice;
    const { type, claims } = reading(seed, n);
    lines.push(JSON.stringify(await signer.sign({ type, source, seq: Math.floor(n / devices.length), claims })));
  }
  return `${lines.join("\n")}\n`;
}

function reading(seed: number, n: number): { type: string; source: string; claims: JsonObject } {
  return {
    type: "sensor-reading",
    source: `bench/env-${n % SOURCES}`,
    claims: {
      observedAt: new Date(1_767_225_600_000 + n * 1000).toISOString(),
      temperature: 10 + below(250, seed, n, 1) / 10,
      noise: 40 + below(400, seed, n, 2) / 10,
      battery: below(101, seed, n, 3),
      ...placeOf(seed, n),
    },
  };
}

function report(seed: number, n: number): object {
  return {
    type: REPORT_TYPE,
    source: `bench/app-${n % SOURCES}`,
    claims: {
      category: "pothole",
      area: `cell-${below(97, seed, n, 1)}`,
      text: `Report number ${n}: a hole in the road in front of the market, ${5 + below(45, seed, n, 2)} cm deep.`,
      ...placeOf(seed, n),
      reporterEmail: `reporter-${seed}-${n}@example.org`,
    },
  };
}

function placeOf(seed: number, n: number): { latitude: number; longitude: number } {
  const [north, west] = [below(1_000, seed, n, 4), below(1_000, seed, n, 5)];
  return { latitude: (4_346_000 + north) / 100_000, longitude: (-380_000 - west) / 100_000 };
}

/** A number from 0 to `limit` - 1 that follows from the others: the mixing of splitmix, cheap beside making JSON. */
function below(limit: number, seed: number, n: number, field: number): number {
  let word = (seed ^ Math.imul(n + 1, 0x9e3779b9) ^ Math.imul(field, 0x85ebca6b)) >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return ((word ^ (word >>> 15)) >>> 0) % limit;
}
