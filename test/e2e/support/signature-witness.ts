// Loaded before a service: notes each head that the log's key signs, in the file that TEST_SIGNATURES names, before the
// signature exists. A line `life` says where a process begins.

import crypto, { type SignKeyObjectInput } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

import { toHex } from "../../../src/core/bytes.ts";

/** Heads that one process signed, in their order. */
export interface SignedHead {
  readonly treeSize: number;
  readonly rootHash: string;
}

const file = process.env["TEST_SIGNATURES"];
if (file !== undefined) noteIn(file, process.env["WARIFU_ORIGIN"] ?? "");

function noteIn(path: string, origin: string): void {
  const say = (line: string): void => appendFileSync(path, `${line}\n`);
  const { sign } = crypto;
  crypto.sign = ((algorithm: string | null | undefined, data: Uint8Array, key: SignKeyObjectInput) => {
    const [name, size, root = ""] = new TextDecoder().decode(data).split("\n");
    if (name === origin) say(`${size} ${toHex(Buffer.from(root, "base64"))}`);
    return sign(algorithm, data, key);
  }) as typeof crypto.sign;
  syncBuiltinESMExports();
  say("life");
}

/** What the file holds: the heads of each process. */
export function signedIn(path: string): SignedHead[][] {
  const lives: SignedHead[][] = [];
  for (const line of readFileSync(path, "utf8").split("\n").slice(0, -1)) {
    const [treeSize, rootHash = ""] = line.split(" ");
    if (line === "life") lives.push([]);
    else lives.at(-1)?.push({ treeSize: Number(treeSize), rootHash });
  }
  return lives;
}
