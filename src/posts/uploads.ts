/**
 * Pictures on their way in, piece by piece, each under the hash that the phone computed: what is here survives a restart, and
 * the phone goes on where it stopped. Whoever sent a picture is the only one to use it.
 *
 * Invariant: nothing lies here in clear, since these are originals: each file is encrypted with AES-256-CTR under a key of the
 * vault's, which any offset can go on with. Whether the bytes are whole is decided by the hash, when they are taken.
 */
import { createCipheriv, createHash, randomBytes, type Cipheriv } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, isPassing, WarifuError } from "../core/errors.ts";
import { MAX_PICTURE_BYTES } from "../pictures/picture-format.ts";
import { ByteBudget } from "../serve/byte-budget.ts";
import { Turns } from "./turns.ts";

/** Largest piece. */
export const MAX_PIECE_BYTES = 4_194_304;
/** What one account may have here at a time: bytes, as they were announced, and pictures. */
export const UPLOAD_QUOTA = { bytes: 67_108_864, pictures: 48 } as const;

/** For the pictures of all posts that are being taken. */
const USED_BYTES = new ByteBudget(268_435_456);
const KEPT_MS = 172_800_000;
const SWEEP_EVERY_MS = 3_600_000;
const BLOCK_BYTES = 16;
const IV_BYTES = 16;
const PART_BYTES = 524_288;
const NAME = /^([0-9a-f]{64})\.([1-9][0-9]{0,8})\.([0-9a-f]{32})$/;
const CITIZEN = /^ct_[0-9a-f]{16}$/;

export interface UploadParts {
  readonly folder: string;
  /** 32 bytes, the vault's own. */
  readonly key: Uint8Array;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** How far an upload is. */
export interface UploadPlace {
  readonly offset: number;
  readonly length: number;
}

/** The next piece of a picture. */
export interface Piece extends UploadPlace {
  readonly bytes: Uint8Array;
}

interface FoundUpload extends UploadPlace {
  readonly path: string;
  readonly iv: Buffer;
}

/** The uploads of one city. */
export class Uploads {
  readonly #parts: UploadParts;
  readonly #turns = new Turns();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: UploadParts) {
    this.#parts = parts;
  }

  /** Begins to remove what nobody went on with. */
  start(): void {
    this.#timer = setInterval(() => void this.sweep().catch(() => undefined), SWEEP_EVERY_MS).unref();
    void this.sweep().catch(() => undefined);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** How far an upload is; `undefined` if there is none. @throws STORE_FAILED */
  async placeOf(citizenId: string, sha256: string): Promise<UploadPlace | undefined> {
    const found = await this.#find(citizenId, sha256);
    return found && { offset: found.offset, length: found.length };
  }

  /**
   * Takes the next piece; one that came before changes nothing.
   * @throws REQUEST_INVALID it does not go on where the upload is, is not of that length, or the whole has another hash, and is
   *   thrown away; TOO_LARGE the picture, or all of the account's; STORE_FAILED
   */
  append(citizenId: string, sha256: string, piece: Piece): Promise<UploadPlace> {
    return this.#turns.take(citizenId, async () => {
      const upload = (await this.#find(citizenId, sha256)) ?? (await this.#begin(citizenId, sha256, piece.length));
      assertFits(upload, piece);
      const fresh = piece.bytes.subarray(upload.offset - piece.offset);
      // Nothing is looked at once more either: a piece is small, and what it would have hashed again need not be.
      if (fresh.length === 0) return { offset: upload.offset, length: upload.length };
      await this.#write(upload, fresh);
      const offset = upload.offset + fresh.length;
      if (offset === upload.length) await this.#assertWhole(sha256, upload);
      return { offset, length: upload.length };
    });
  }

  /**
   * Does something with the bytes of whole pictures, in the order of their hashes, while their memory is accounted for. What is
   * refused with them goes: it would be read, hashed and decoded as often as somebody asks.
   * @throws REQUEST_INVALID one of them is not whole here; BUSY others' pictures fill the memory; what `act` throws
   */
  async using<T>(citizenId: string, hashes: readonly string[], act: (pictures: Buffer[]) => Promise<T>): Promise<T> {
    const found = new Map<string, FoundUpload>();
    for (const sha256 of hashes) {
      const upload = await this.#find(citizenId, sha256);
      if (upload?.offset !== upload?.length || !upload)
        throw new WarifuError("REQUEST_INVALID", "pictures: one of them is not here in whole: upload it first");
      found.set(sha256, upload);
    }
    const bytes = [...found.values()].reduce((sum, { length }) => sum + length, 0);
    USED_BYTES.take(bytes);
    try {
      const read = new Map<string, Buffer>();
      for (const [sha256, upload] of found) {
        const whole = Buffer.allocUnsafe(upload.length);
        await this.#assertWhole(sha256, upload, whole);
        read.set(sha256, whole);
      }
      return await act(hashes.map((sha256) => read.get(sha256) as Buffer));
    } catch (error) {
      if (codeOf(error) !== undefined && !isPassing(error)) await this.discard(citizenId, hashes);
      throw error;
    } finally {
      USED_BYTES.give(bytes);
    }
  }

  /** Removes uploads that are not needed any more. */
  async discard(citizenId: string, hashes: readonly string[]): Promise<void> {
    for (const sha256 of hashes) {
      const upload = await this.#find(citizenId, sha256);
      if (upload) await rm(upload.path, { force: true });
    }
  }

  /** Removes all of an account. */
  forget(citizenId: string): Promise<void> {
    return this.#turns.take(citizenId, () => rm(this.#folderOf(citizenId), { recursive: true, force: true }));
  }

  /** Removes what was last added to more than 48 hours ago. */
  async sweep(): Promise<void> {
    const oldest = this.#parts.now() - KEPT_MS;
    for (const citizenId of await namesIn(this.#parts.folder)) {
      if (!CITIZEN.test(citizenId)) continue;
      for (const { path } of await this.#uploadsOf(citizenId))
        if ((await stat(path)).mtimeMs < oldest) await rm(path, { force: true });
    }
  }

  async #begin(citizenId: string, sha256: string, length: number): Promise<FoundUpload> {
    if (length > MAX_PICTURE_BYTES)
      throw new WarifuError("TOO_LARGE", `a picture has at most ${MAX_PICTURE_BYTES} bytes`);
    const others = await this.#uploadsOf(citizenId);
    const bytes = others.reduce((sum, one) => sum + one.length, length);
    if (bytes > UPLOAD_QUOTA.bytes || others.length >= UPLOAD_QUOTA.pictures)
      throw new WarifuError("TOO_LARGE", "this account has as many pictures here as it may: post some of them first");
    const folder = this.#folderOf(citizenId);
    await onDisk(() => mkdir(folder, { recursive: true, mode: 0o700 }));
    const iv = randomBytes(IV_BYTES);
    const path = join(folder, `${sha256}.${length}.${iv.toString("hex")}`);
    return { path, iv, offset: 0, length };
  }

  async #write({ path, iv, offset }: FoundUpload, bytes: Uint8Array): Promise<void> {
    const sealed = this.#cipherAt(iv, offset).update(bytes);
    await onDisk(async () => {
      const file = await open(path, "a", 0o600);
      try {
        await file.writeFile(sealed);
      } finally {
        await file.close();
      }
    });
  }

  /**
   * Looks at all of it, and puts it into `whole`, if that is given.
   * @throws REQUEST_INVALID its hash is another one; it is removed
   */
  async #assertWhole(sha256: string, { path, iv }: FoundUpload, whole?: Buffer): Promise<void> {
    const [hash, cipher] = [createHash("sha256"), this.#cipherAt(iv, 0)];
    let at = 0;
    await onDisk(async () => {
      // Part by part, each in a turn of its own: all of it at once would hold everybody up for tens of milliseconds.
      for await (const sealed of createReadStream(path, { highWaterMark: PART_BYTES }) as AsyncIterable<Buffer>) {
        const part = cipher.update(sealed);
        hash.update(part);
        whole?.set(part, at);
        at += part.length;
      }
    });
    if (hash.digest("hex") === sha256) return;
    await rm(path, { force: true });
    throw new WarifuError("REQUEST_INVALID", "the bytes are not those of the hash in the path: begin again");
  }

  /** The same in both directions. */
  #cipherAt(iv: Buffer, offset: number): Cipheriv {
    const cipher = createCipheriv("aes-256-ctr", this.#parts.key, advanced(iv, Math.floor(offset / BLOCK_BYTES)));
    cipher.update(new Uint8Array(offset % BLOCK_BYTES));
    return cipher;
  }

  async #find(citizenId: string, sha256: string): Promise<FoundUpload | undefined> {
    return (await this.#uploadsOf(citizenId)).find(({ path }) => path.includes(`${sha256}.`));
  }

  async #uploadsOf(citizenId: string): Promise<FoundUpload[]> {
    const folder = this.#folderOf(citizenId);
    const found: FoundUpload[] = [];
    for (const name of await namesIn(folder)) {
      const [, , length, iv = ""] = NAME.exec(name) ?? [];
      if (length === undefined) continue;
      const path = join(folder, name);
      const { size } = await stat(path);
      found.push({ path, iv: Buffer.from(iv, "hex"), offset: size, length: Number(length) });
    }
    return found;
  }

  #folderOf(citizenId: string): string {
    if (!CITIZEN.test(citizenId)) throw new WarifuError("REQUEST_INVALID", "that is no account");
    return join(this.#parts.folder, citizenId);
  }
}

/** @throws REQUEST_INVALID */
function assertFits({ offset, length }: UploadPlace, piece: Piece): void {
  if (piece.length !== length)
    throw new WarifuError("REQUEST_INVALID", `Upload-Length: this upload was begun with ${length} bytes`);
  if (piece.offset > offset)
    throw new WarifuError("REQUEST_INVALID", `Upload-Offset: this upload goes on at ${offset}`);
  if (piece.offset + piece.bytes.length > length)
    throw new WarifuError("REQUEST_INVALID", "the piece goes on beyond Upload-Length");
}

/** The counter of a block, as CTR counts: the whole of 16 bytes, big-endian. */
function advanced(iv: Buffer, blocks: number): Buffer {
  const counter = (BigInt(`0x${iv.toString("hex")}`) + BigInt(blocks)) & ((1n << 128n) - 1n);
  return Buffer.from(counter.toString(16).padStart(IV_BYTES * 2, "0"), "hex");
}

async function namesIn(folder: string): Promise<string[]> {
  return onDisk(async () => {
    try {
      return await readdir(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  });
}

async function onDisk<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (codeOf(cause) !== undefined) throw cause;
    throw new WarifuError("STORE_FAILED", "pictures on their way in cannot be kept", { cause });
  }
}
