// A log as files below an address, served by a real HTTP server. Its tree is computed by the referee, so nothing that an
// audit computes comes from the code under test; single files can be changed, and single requests answered otherwise.

import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { bodyBundlePath, encodeBodyBundle, type BundledBody } from "../../../src/core/body-bundle.ts";
import { signCheckpoint } from "../../../src/core/checkpoint.ts";
import { encodeEntry, type Entry } from "../../../src/core/entry.ts";
import { verifierKey } from "../../../src/core/note.ts";
import type { Policy } from "../../../src/core/policy.ts";
import { encodeEntryBundle, tilePath } from "../../../src/core/tile.ts";
import { naiveLeafHash, naiveRangeHash, type RangeHash } from "../../reference/naive-merkle.ts";
import { patientServer } from "../../support/patient-server.ts";
import { signingKey, type SigningKey } from "../../support/signing-key.ts";

const WIDTH = 256;
/** Its name. */
export const ORIGIN = "audited.example/log";

/** A log in memory: its files by path below the prefix. */
export type LogFiles = {
  readonly files: Map<string, Buffer>;
  readonly hash: RangeHash;
  readonly policy: Policy;
  readonly signer: SigningKey;
};

/** What the log's entries are; by default, those of three sources that count up, with bodies. */
export type LogOptions = {
  readonly entry?: (leafIndex: number) => Entry;
  readonly withAddenda?: boolean;
  /** Whether bodies are there in bulk, too; a C2SP log of other software has none. */
  readonly withBundles?: boolean;
};

/** The body of a leaf, a record without claims, in the canonical form that an audit asks for. */
export function bodyOf(leafIndex: number, iss = ORIGIN, seq = seqOf(leafIndex)): Buffer {
  const src = sourceOf(leafIndex).toString("hex");
  const head = `{"_sd_alg":"sha-256","iat":1795334400,"iss":"${iss}"`;
  return Buffer.from(`${head},"record":{},"seq":${seq},"src":"${src}","vct":"warifu:leaf-${leafIndex}:1"}`);
}

function sourceOf(leafIndex: number): Buffer {
  return Buffer.alloc(32, leafIndex % 3);
}

function seqOf(leafIndex: number): number {
  return Math.floor(leafIndex / 3);
}

/** Entry of a leaf, with the digest of {@link bodyOf}. */
export function entryOf(leafIndex: number): Entry {
  const sourceId = new Uint8Array(sourceOf(leafIndex));
  return { kind: "record", sourceId, seq: seqOf(leafIndex), bodyDigest: digestOf(bodyOf(leafIndex)) };
}

/** A log of `size` entries, as C2SP tlog-tiles lays it out, with partial tiles for this size only. */
export function logFiles(
  size: number,
  { entry = entryOf, withAddenda = true, withBundles = false }: LogOptions = {},
): LogFiles {
  const entries = Array.from({ length: size }, (_, leafIndex) => encodeEntry(entry(leafIndex)));
  const hash = naiveRangeHash(entries.map(naiveLeafHash));
  const files = new Map<string, Buffer>();
  const signer = signingKey(7);
  const log = verifierKey(ORIGIN, signer.publicKey);
  const head = { origin: ORIGIN, treeSize: size, rootHash: new Uint8Array(hash(0, size)) };
  files.set("checkpoint", Buffer.from(signCheckpoint(head, { key: log, sign: signer.sign }).note));
  for (let level = 0, span = 1; Math.floor(size / span) > 0; level++, span *= WIDTH) {
    const count = Math.floor(size / span);
    for (let index = 0; index * WIDTH < count; index++) {
      const width = Math.min(WIDTH, count - index * WIDTH);
      const nodes = Array.from({ length: width }, (_, i) => (index * WIDTH + i) * span).map((at) =>
        hash(at, at + span),
      );
      files.set(tilePath({ level, index, width }), Buffer.concat(nodes));
      const bundle = entries.slice(index * WIDTH, index * WIDTH + width);
      if (level === 0) files.set(tilePath({ level: "entries", index, width }), Buffer.from(encodeEntryBundle(bundle)));
    }
  }
  if (withAddenda) {
    files.set("addenda.v1", Buffer.alloc(0));
    for (let leafIndex = 0; leafIndex < size; leafIndex++) files.set(addendumPath(leafIndex), bodyOf(leafIndex));
  }
  if (withBundles)
    for (let index = 0; index * WIDTH < size; index++) {
      const width = Math.min(WIDTH, size - index * WIDTH);
      bundleBodies(
        files,
        index,
        Array.from({ length: width }, (_, at) => bodyOf(index * WIDTH + at)),
      );
    }
  const chain = { id: 31_337, contract: `0x${"c".repeat(40)}`, accept: "evidence" as const };
  const policy = { log, chain, trustedBlocks: [], rpc: [], sources: [], witnesses: { keys: [], quorum: 0 } };
  return { files, hash, policy, signer };
}

/** Serves these bodies as a bundle. */
export function bundleBodies(files: Map<string, Buffer>, index: number, bodies: readonly BundledBody[]): void {
  files.set(bodyBundlePath(index, bodies.length), Buffer.from(encodeBodyBundle(bodies)));
}

/** Where the body of a leaf is served. */
export function addendumPath(leafIndex: number): string {
  return pathOfAddendum(bodyOf(leafIndex));
}

/** Serves one more body. */
export function addBody(files: Map<string, Buffer>, body: Uint8Array): void {
  files.set(pathOfAddendum(body), Buffer.from(body));
}

function pathOfAddendum(body: Uint8Array): string {
  const hex = digestOf(body).toString("hex");
  return `addenda/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
}

/** Changes one byte of a file. */
export function flip({ files }: LogFiles, path: string, at: number): void {
  const bytes = Buffer.from(files.get(path) as Buffer);
  bytes[at] = (bytes[at] as number) ^ 1;
  files.set(path, bytes);
}

/** Answers a request itself and returns true, or leaves it to the files. */
export type Answer = (path: string, response: ServerResponse, request: IncomingMessage) => boolean;

export type ServedLog = { readonly url: string; readonly stop: () => Promise<void> };

/** Serves the files below `/log/`. */
export async function serveLog({ files }: LogFiles, answer: Answer = () => false): Promise<ServedLog> {
  const server = patientServer((request, response) => {
    const path = (request.url ?? "").replace(/^\/log\//, "");
    if (answer(path, response, request)) return;
    const bytes = files.get(path);
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/log`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
