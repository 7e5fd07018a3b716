// A calendar of OpenTimestamps that follows the protocol of the public ones, and a Bitcoin of its own, whose blocks are as
// easy to mine as those of regtest.

import type { Server } from "node:http";
import { createHash, randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";

import type { BitcoinBlock } from "../../src/core/bitcoin-header.ts";
import { patientServer } from "./patient-server.ts";

const [SHA256, APPEND, PREPEND] = [0x08, 0xf0, 0xf1];
const EASIEST = 0x207fffff;

/** SHA-256. */
export function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** Bytes behind their length. */
export function withLength(bytes: Uint8Array): Buffer {
  return Buffer.concat([number(bytes.length), bytes]);
}

/** Seven bits a byte, the lowest first. */
export function number(value: number): Buffer {
  const bytes = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

/** That a calendar will have a block. */
export function pendingAt(url: string): Buffer {
  return Buffer.concat([Buffer.from("0083dfe30d2ef90c8e", "hex"), withLength(withLength(Buffer.from(url)))]);
}

/** That the message is the Merkle root of the block at that height. */
export function inBlock(height: number): Buffer {
  return Buffer.concat([Buffer.from("000588960d73d71901", "hex"), withLength(number(height))]);
}

/** A block's header whose hash is below its target. */
export function mined(merkleRoot: Uint8Array, time: number): string {
  const header = Buffer.alloc(80, 1);
  header.set(merkleRoot, 36);
  header.writeUInt32LE(time, 68);
  header.writeUInt32LE(EASIEST, 72);
  for (let nonce = 0; ; nonce++) {
    header.writeUInt32LE(nonce, 76);
    if ((sha256(sha256(header))[31] as number) < 0x7f) return header.toString("hex");
  }
}

/** From a message over a transaction and a neighbour in its block to the Merkle root. */
export function toRoot(message: Uint8Array): { readonly steps: Buffer; readonly root: Buffer } {
  const [before, after, neighbour] = [randomBytes(40), randomBytes(4), randomBytes(32)];
  const transaction = sha256(sha256(Buffer.concat([before, message, after])));
  const steps = Buffer.concat([
    ...[Buffer.from([PREPEND]), withLength(before), Buffer.from([APPEND]), withLength(after)],
    ...[Buffer.from([SHA256, SHA256, PREPEND]), withLength(neighbour), Buffer.from([SHA256, SHA256])],
  ]);
  return { steps, root: sha256(sha256(Buffer.concat([neighbour, transaction]))) };
}

/** A calendar over HTTP. */
export class BitcoinCalendar {
  readonly #server: Server;
  readonly #answers = new Map<string, Buffer | undefined>();
  readonly requests: string[] = [];
  /** The blocks mined so far. */
  readonly blocks: BitcoinBlock[] = [];
  url = "";
  /** What it answers instead; `"silent"`: nothing. */
  misbehaves: ((path: string) => Buffer | number | "silent" | undefined) | undefined;

  constructor() {
    this.#server = patientServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const path = request.url ?? "";
        this.requests.push(`${request.method} ${path} ${request.headers.accept}`);
        const own =
          path === "/digest" ? this.#enter(Buffer.concat(parts)) : this.#answers.get(path.split("/")[2] ?? "");
        const answer = this.misbehaves?.(path) ?? own ?? 404;
        if (answer === "silent") return;
        if (typeof answer === "number") response.writeHead(answer).end("Pending confirmation in Bitcoin blockchain");
        else response.writeHead(200, { "content-type": "application/vnd.opentimestamps.v1" }).end(answer);
      });
    });
  }

  #enter(digest: Buffer): Buffer {
    const nonce = randomBytes(16);
    const message = sha256(Buffer.concat([digest, nonce]));
    if (!this.#answers.has(message.toString("hex"))) this.#answers.set(message.toString("hex"), undefined);
    return Buffer.concat([Buffer.from([APPEND]), withLength(nonce), Buffer.from([SHA256]), pendingAt(this.url)]);
  }

  /** Gives everything that waits a block each. */
  mine(time: number): void {
    for (const [message, answer] of this.#answers) {
      if (answer) continue;
      const { steps, root } = toRoot(Buffer.from(message, "hex"));
      const height = 900_000 + this.blocks.length;
      this.blocks.push({ height, header: mined(root, time) });
      this.#answers.set(message, Buffer.concat([steps, inBlock(height)]));
    }
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.url;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
