// moto's server of the S3 API, with empty buckets for whoever asks. TEST_MOTO names the Python that has moto.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AwsClient } from "aws4fetch";

import { freePort } from "../../scripts/free-port.ts";
import { S3Store, type S3Credentials, type S3Place } from "../../src/object-storage/s3-store.ts";
import { startForeignServer } from "./foreign-server.ts";

/** Path of that Python. */
export const MOTO = process.env["TEST_MOTO"] || undefined;

export const CREDENTIALS: S3Credentials = { accessKeyId: "key-of-the-test", secretAccessKey: "secret-of-the-test" };
const IN_TURN = join(import.meta.dirname, "moto-in-turn.py");
const REGION = "eu-west-1";

/** A running server. */
export interface Moto {
  readonly endpoint: string;
  /** An empty bucket of its own, as the settings would name it. */
  place(): Promise<S3Place>;
  /** The same, opened. */
  bucket(options?: { readonly isMade?: boolean; readonly isVersioned?: boolean }): Promise<S3Store>;
  /** What a bucket tells of an object, to its owner. */
  headersOf(url: string): Promise<Headers>;
  remove(): Promise<void>;
}

/** Starts it. */
export async function startMoto(program: string): Promise<Moto> {
  const [port, folder] = [await freePort(), mkdtempSync(join(tmpdir(), "warifu-moto-"))];
  const server = await startForeignServer(program, [IN_TURN, String(port)], { port, folder });
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new AwsClient({ ...CREDENTIALS, region: REGION, service: "s3" });
  let buckets = 0;
  const place = async (isMade = true): Promise<S3Place> => {
    const bucket = `log-${++buckets}`;
    const body = `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`;
    if (isMade) await client.fetch(`${endpoint}/${bucket}`, { method: "PUT", body });
    return { endpoint, region: REGION, bucket, prefix: "santander/2026/" };
  };
  return {
    endpoint,
    place,
    bucket: async ({ isMade = true, isVersioned = false } = {}) => {
      const made = await place(isMade);
      const versions = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
      if (isVersioned) await client.fetch(`${endpoint}/${made.bucket}?versioning`, { method: "PUT", body: versions });
      return new S3Store({ ...made, credentials: CREDENTIALS, timeoutMs: 60_000 });
    },
    headersOf: async (url) => (await client.fetch(url)).headers,
    remove: () => server.remove(),
  };
}
