// A mirror that follows https://c2sp.org/tlog-mirror over HTTP and keeps what it has in memory. It shares no code with the side
// that pushes but the parsing of checkpoints and the form of a signature: proofs are run by the referee of the trees.

import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

import { signatureLine } from "../../src/core/note-signer.ts";
import { openCheckpoint, type Checkpoint } from "../../src/core/checkpoint.ts";
import { formatNote, parseNote, verifierKey, type VerifierKey } from "../../src/core/note.ts";
import { naiveLeafHash, naiveRangeHash, naiveSubtreeRoots } from "../reference/naive-merkle.ts";
import { patientServer } from "./patient-server.ts";
import { signingKey } from "./signing-key.ts";

/** What a mirror does wrong. */
export type Misbehaviour = "dies" | "stands still" | "signs with another key" | "is full" | "says nonsense";

/** A request to add entries, as it was understood. */
interface AddEntries {
  readonly start: number;
  readonly end: number;
  readonly ticket: Buffer;
  /** What follows the header. */
  readonly packages: Buffer;
}

type Answer = readonly [status: number, body?: string, mediaType?: string];

/** A running mirror of one log. */
export class TestMirror {
  readonly entries: Buffer[] = [];
  /** Where each upload began and ended. */
  readonly uploads: (readonly [start: number, end: number])[] = [];
  mirrored = 0;
  misbehaviour: Misbehaviour | undefined;
  /** Packages that it takes of one request. */
  patience = Infinity;
  readonly key: VerifierKey;
  readonly #logKey: VerifierKey;
  readonly #own = signingKey(41);
  readonly #server = patientServer((request, response) => {
    void this.#answer(request).then((answer) => {
      const [status, body = "", type = "text/plain"] = answer ?? [];
      if (status === undefined) response.destroy();
      else response.writeHead(status, { "content-type": type }).end(body);
    });
  });
  // By their sizes.
  readonly #checkpoints = new Map<number, Checkpoint>();
  #pending = 0;

  constructor(logKey: VerifierKey) {
    this.#logKey = logKey;
    this.key = verifierKey("mirror.example/m1", this.#own.publicKey, "cosignature");
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/submit/`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Takes a checkpoint as it stands, as if it had been offered and proven. */
  lockOnto(note: string): void {
    const { checkpoint } = openCheckpoint(Buffer.from(note), this.#logKey);
    this.#checkpoints.set(checkpoint.treeSize, checkpoint);
    this.#pending = checkpoint.treeSize;
  }

  async #answer(request: IncomingMessage): Promise<Answer | undefined> {
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    if (request.url === "/submit/add-checkpoint") return this.#addCheckpoint(body.toString());
    if (this.misbehaviour === "says nonsense") return [409, "no sizes here", "text/x.tlog.mirror-info"];
    if (request.url !== "/submit/add-entries" || request.headers["content-encoding"] !== "gzip") return [404];
    return this.#addEntries(gunzipSync(body));
  }

  /** As a witness does; whether the trees fit together shows with the entries. */
  #addCheckpoint(text: string): Answer {
    const [, old = "", note = ""] = /^old ([0-9]+)\n(?:[^\n]+\n)*\n([^]*)$/.exec(text) ?? [];
    if (Number(old) !== this.#pending) return [409, `${this.#pending}\n`, "text/x.tlog.size"];
    this.lockOnto(note);
    return [200];
  }

  #addEntries(body: Buffer): Answer | undefined {
    const read = this.#read(body);
    if (!read) return [404];
    const { start, end } = read;
    this.uploads.push([start, end]);
    const checkpoint = this.#checkpoints.get(end);
    if (!checkpoint || end < this.mirrored || start > this.entries.length) return this.#info(409, this.#pending);
    if (this.misbehaviour === "stands still") return this.#info(202, end);
    if (this.misbehaviour === "is full") return [507];
    const taken = this.#take(read, checkpoint);
    if (taken === "refuted") return [422];
    if (this.misbehaviour === "dies") return undefined;
    if (this.entries.length < end) return taken === 0 ? [400] : this.#info(202, end);
    this.mirrored = Math.max(this.mirrored, end);
    return [200, this.#signatureOn(checkpoint)];
  }

  #read(body: Buffer): AddEntries | undefined {
    const nameEnd = 2 + body.readUInt16BE(0);
    if (body.subarray(2, nameEnd).toString() !== this.#logKey.name) return undefined;
    const ticketEnd = nameEnd + 18 + body.readUInt16BE(nameEnd + 16);
    return {
      start: Number(body.readBigUInt64BE(nameEnd)),
      end: Number(body.readBigUInt64BE(nameEnd + 8)),
      ticket: body.subarray(nameEnd + 18, ticketEnd),
      packages: body.subarray(ticketEnd),
    };
  }

  /** @returns how many packages were taken */
  #take({ start, end, packages }: AddEntries, { rootHash }: Checkpoint): number | "refuted" {
    let at = 0;
    let taken = 0;
    const read = (length: number): Buffer => packages.subarray(at, (at += length));
    for (
      let begin = start - (start % 256);
      begin < end && at < packages.length && taken < this.patience;
      begin += 256
    ) {
      const last = Math.min(end, begin + 256);
      const sent: Buffer[] = [];
      for (let n = Math.max(start, begin); n < last; n++) sent.push(Buffer.from(read(read(2).readUInt16BE(0))));
      const proof = Array.from({ length: read(1).readUInt8(0) }, () => read(32));
      const whole = [...this.entries.slice(begin, Math.max(start, begin)), ...sent].map(naiveLeafHash);
      const subtree = naiveRangeHash(whole)(0, whole.length);
      const roots = naiveSubtreeRoots(subtree, [begin, last, end], proof);
      if (!roots || !subtree.equals(roots[0]) || Buffer.compare(roots[1], rootHash) !== 0) return "refuted";
      this.entries.push(...sent.slice(this.entries.length - Math.max(start, begin)));
      taken++;
    }
    return taken;
  }

  #signatureOn({ note }: Checkpoint): string {
    const { text } = parseNote(Buffer.from(note));
    const other = signingKey(42);
    const [key, sign] =
      this.misbehaviour === "signs with another key"
        ? [verifierKey(this.key.name, other.publicKey, "cosignature"), other.sign]
        : [this.key, this.#own.sign];
    const line = signatureLine(text, { key, sign }, 1_795_334_400);
    return formatNote({ text, signatures: [line] }).slice(text.length + 1);
  }

  #info(status: number, treeSize: number): Answer {
    return [status, `${treeSize}\n${this.entries.length}\ndGlja2V0\n`, "text/x.tlog.mirror-info"];
  }
}
