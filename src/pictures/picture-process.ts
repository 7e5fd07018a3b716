/**
 * Decodes pictures in a process of their own, one after another. The queue is bounded, and a picture that ends the decoder
 * or takes too long costs that process and nothing else.
 */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { WarifuError } from "../core/errors.ts";
import type { ContentCredentials } from "../core/content-credentials.ts";
import type { Box, PictureType } from "../core/picture.ts";
import { OwnProcess } from "../serve/own-process.ts";
import { hasCredentials } from "./credentials-place.ts";
import { hasCredentialsReader } from "./credentials-reader.ts";
import type { PictureAnswer, PictureCopy, PictureJob } from "./picture-child.ts";
import { recognisePicture, type PictureFormat } from "./picture-format.ts";

const CHILD = fileURLToPath(new URL(`./picture-child${extname(import.meta.filename)}`, import.meta.url));
const MOST_WAITING = 64;
/** The largest picture takes two seconds, and with faces in it some more. */
const LONGEST_MS = 60_000;
const HEAP_MIB = 256;
/** Of WebAssembly, in pages of 64 KiB: 512 MiB. */
const WASM_PAGES = 8_192;
/** For the content credentials of all pictures of a record. */
const LONGEST_CREDENTIALS_MS = 10_000;
/** With less left of it, none is begun. */
const LEAST_MS = 100;
const MOST_SIGNER = 100;
/** Without work, the process is ended: what finds faces keeps some 400 MB. */
const IDLE_MS = 60_000;

export interface PictureProcessOptions {
  /** For one picture. */
  readonly longestMs?: number;
  /** For the content credentials of all pictures of a record. */
  readonly longestCredentialsMs?: number;
  readonly idleMs?: number;
  /** Where the package that reads content credentials is, or would be. */
  readonly packages?: string;
}

/** A picture that was inspected. */
export interface LookedAt {
  readonly bytes: Uint8Array;
  readonly type: PictureType;
}

/** Decodes in another process, which is started when it is first needed. */
export class PictureProcess {
  readonly #options: Required<Omit<PictureProcessOptions, "packages">> & Pick<PictureProcessOptions, "packages">;
  readonly #process: OwnProcess<PictureJob, PictureAnswer>;
  #waiting = 0;

  constructor(options: PictureProcessOptions = {}) {
    this.#options = {
      longestMs: LONGEST_MS,
      longestCredentialsMs: LONGEST_CREDENTIALS_MS,
      idleMs: IDLE_MS,
      ...options,
    };
    this.#process = new OwnProcess({
      ...{ script: CHILD, heapMib: HEAP_MIB, wasmPages: WASM_PAGES, idleMs: this.#options.idleMs },
      errors: {
        tooLate: () => new WarifuError("BUSY", "the picture could not be decoded in time: send it again"),
        ended: () => new WarifuError("PICTURE_INVALID", "the decoder could not cope with the picture"),
      },
    });
  }

  /**
   * What a picture is, once it has been decoded to the end.
   * @throws PICTURE_INVALID, PICTURE_UNSUPPORTED, TOO_LARGE; BUSY when too many wait, or it took too long
   */
  async look(bytes: Uint8Array): Promise<PictureFormat> {
    // What is no picture never gets there.
    recognisePicture(bytes);
    const answer = await this.#inTurn({ task: "look", bytes });
    return "format" in answer ? answer.format : unexpected();
  }

  /**
   * A copy that holds nothing but pixels, and not those in the boxes; nor those of faces that are found, if the folder with
   * the packages that find them is given.
   * @throws as {@link PictureProcess.look}; FACES_NOT_HIDDEN
   */
  async copy(bytes: Uint8Array, hide: readonly Box[], faces?: string): Promise<PictureCopy> {
    const answer = await this.#inTurn({ task: "copy", bytes, hide, faces });
    return "copy" in answer ? answer.copy : unexpected();
  }

  /**
   * What the content credentials of a record's pictures are worth. Never fails, and takes a bounded time for all of them
   * together: whatever somebody puts there, the record is taken.
   */
  async credentials(pictures: readonly LookedAt[]): Promise<readonly ContentCredentials[]> {
    const noted: ContentCredentials[] = [];
    let left = this.#options.longestCredentialsMs;
    for (const picture of pictures) {
      const begun = performance.now();
      noted.push(
        hasCredentials(picture.bytes, picture.type) ? await this.#read(picture.bytes, left) : { present: false },
      );
      left -= performance.now() - begun;
    }
    return noted;
  }

  async #read(bytes: Uint8Array, longestMs: number): Promise<ContentCredentials> {
    const { packages } = this.#options;
    const canRead = packages !== undefined && hasCredentialsReader(packages);
    if (!canRead || longestMs < LEAST_MS || this.#waiting >= MOST_WAITING) return { present: true, state: "not-read" };
    try {
      const answer = await this.#inTurn({ task: "credentials", bytes, packages }, longestMs);
      const { state, signer } = "credentials" in answer ? answer.credentials : unexpected();
      return { present: true, ...(signer !== undefined && { signer: legible(signer) }), state };
    } catch {
      return { present: true, state: "unreadable" };
    }
  }

  /** Whether the process runs. */
  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  /** Ends the process; the next picture would start another. */
  close(): Promise<void> {
    return this.#process.close();
  }

  async #inTurn(job: PictureJob, longestMs = this.#options.longestMs): Promise<PictureAnswer> {
    if (this.#waiting >= MOST_WAITING)
      throw new WarifuError("BUSY", "too many pictures wait to be looked at: send again in a moment");
    this.#waiting++;
    try {
      const answer = await this.#process.run(job, longestMs);
      if (!("failure" in answer)) return answer;
      throw new WarifuError(answer.failure.code ?? "STOPPED", answer.failure.message);
    } finally {
      this.#waiting--;
    }
  }
}

/** What a stranger calls themselves, as one line, without characters that change the direction of text. */
function legible(text: string): string {
  return Array.from(text.toWellFormed().replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ""))
    .slice(0, MOST_SIGNER)
    .join("");
}

function unexpected(): never {
  throw new WarifuError("STOPPED", "the decoder answered another question");
}
