/**
 * What the bench sends: records as gateways and apps would send them. There are two shapes: a sensor reading with six public
 * claims, and a citizen report with four concealed claims.
 */

import { generateKeyPairSync } from "node:crypto";
import { createRecordSigner, type PrivateSourceKey, type RecordSigner } from "../../src/client/client.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { SourceKey } from "../../src/core/source-key.ts";

/** A shape of record. */
export type Shape = "public" | "concealed";

const SOURCES = 50;

/** NDJSON of `count` records, numbered from `first`. With `keyed`, each has an idempotency key, in rising order. */
export function batchOf(shape: Shape, first: number, count: number, keyed = false): string {
  const lines: string[] = [];
  for (let n = first; n < first + count; n++) lines.push(recordOf(shape, n, keyed));
  return `${lines.join("\n")}\n`;
}

/** JSON of one record, of a source that is named or one of fifty. */
export function recordOf(shape: Shape, n: number, keyed = false, source?: string): string {
  const key = keyed ? { key: `bench-${String(n).padStart(12, "0")}` } : {};
  const record = shape === "public" ? reading(n) : report(n);
  return JSON.stringify({ ...key, ...record, ...(source !== undefined && { source }) });
}

/** A device that signs what it sends. */
export interface SigningDevice {
  readonly source: string;
  readonly key: SourceKey;
  readonly signer: RecordSigner;
}

/** Devices with keys of their own. */
export async function signingDevices(): Promise<SigningDevice[]> {
  return Promise.all(
    Array.from({ length: SOURCES }, async (_, at) => {
      const { privateKey, publicKey } = generateKeyPairSync("ed25519");
      const jwk = privateKey.export({ format: "jwk" }) as PrivateSourceKey;
      const key = publicKey.export({ format: "jwk" }) as SourceKey;
      return { source: `bench/signed-${at}`, key, signer: await createRecordSigner(jwk) };
    }),
  );
}

/** NDJSON of `count` records that the devices signed, each as a JWS, numbered from `first`. */
export async function signedBatchOf(devices: readonly SigningDevice[], first: number, count: number): Promise<string> {
  const lines: string[] = [];
  for (let n = first; n < first + count; n++) {
    const { source, signer } = devices[n % devices.length] as SigningDevice;
    const { type, claims } = reading(n);
    lines.push(JSON.stringify(await signer.sign({ type, source, seq: Math.floor(n / devices.length), claims })));
  }
  return `${lines.join("\n")}\n`;
}

function reading(n: number): { type: string; source: string; claims: JsonObject } {
  return {
    type: "sensor-reading",
    source: `bench/env-${n % SOURCES}`,
    claims: {
      observedAt: new Date(1_767_225_600_000 + n * 1000).toISOString(),
      temperature: 10 + (n % 250) / 10,
      noise: 40 + (n % 400) / 10,
      battery: n % 101,
      latitude: 43.46 + (n % 1000) / 100_000,
      longitude: -3.8 - (n % 1000) / 100_000,
    },
  };
}

function report(n: number): object {
  return {
    type: "citizen-report",
    source: `bench/app-${n % SOURCES}`,
    claims: {
      category: "pothole",
      area: `cell-${n % 97}`,
      text: `Report number ${n}: a hole in the road in front of the market, about a hand deep.`,
      latitude: 43.46 + (n % 1000) / 100_000,
      longitude: -3.8 - (n % 1000) / 100_000,
      reporterEmail: `reporter-${n}@example.org`,
    },
  };
}
