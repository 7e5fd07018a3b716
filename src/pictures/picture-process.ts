/**
 * Decodes pictures in a process of their own, one after another. The queue is bounded, and a picture that ends the decoder
 * or takes too long costs that process and nothing else.
 */
import { fork, type ChildProcess } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { WarifuError } from "../core/errors.ts";
import type { Box } from "../core/picture.ts";
import type { PictureAnswer, PictureCopy, PictureJob } from "./picture-child.ts";
import { recognisePicture, type PictureFormat } from "./picture-format.ts";

const CHILD = fileURLToPath(new URL(`./picture-child${extname(import.meta.filename)}`, import.meta.url));
const MOST_WAITING = 64;
/** The largest picture takes two seconds, and with faces in it some more. */
const LONGEST_MS = 60_000;
const HEAP_MIB = 256;
/** Without work, the process is ended: what finds faces keeps some 400 MB. */
const IDLE_MS = 60_000;

/** Decodes in another process, which is started when it is first needed. */
export class PictureProcess {
  readonly #longestMs: number;
  readonly #idleMs: number;
  #idle: NodeJS.Timeout | undefined;
  #child: ChildProcess | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor({ longestMs = LONGEST_MS, idleMs = IDLE_MS }: { longestMs?: number; idleMs?: number } = {}) {
    this.#longestMs = longestMs;
    this.#idleMs = idleMs;
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

  /** Whether the process runs. */
  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Ends the process; the next picture would start another. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  async #inTurn(job: PictureJob): Promise<PictureAnswer> {
    if (this.#waiting >= MOST_WAITING)
      throw new WarifuError("BUSY", "too many pictures wait to be looked at: send again in a moment");
    this.#waiting++;
    const answer = this.#turn.then(() => this.#run(job));
    this.#turn = answer.catch(() => undefined);
    return answer.finally(() => this.#waiting--);
  }

  async #run(job: PictureJob): Promise<PictureAnswer> {
    clearTimeout(this.#idle);
    const child = (this.#child ??= startChild());
    const { promise, resolve, reject } = Promise.withResolvers<PictureAnswer>();
    const fail = (error: WarifuError): void => {
      // The next picture starts a new one.
      if (this.#child === child) this.#child = undefined;
      child.kill("SIGKILL");
      reject(error);
    };
    const onLate = (): void => fail(new WarifuError("BUSY", "the picture could not be decoded in time: send it again"));
    const onEnd = (): void => fail(new WarifuError("PICTURE_INVALID", "the decoder could not cope with the picture"));
    const timer = setTimeout(onLate, this.#longestMs);
    child.once("message", resolve).once("error", onEnd).once("exit", onEnd);
    try {
      child.send(job);
      const answer = await promise;
      if (!("failure" in answer)) return answer;
      throw new WarifuError(answer.failure.code ?? "STOPPED", answer.failure.message);
    } finally {
      clearTimeout(timer);
      this.#idle = setTimeout(() => void this.close(), this.#idleMs).unref();
      child.off("message", resolve).off("error", onEnd).off("exit", onEnd);
    }
  }
}

function startChild(): ChildProcess {
  const child = fork(CHILD, {
    serialization: "advanced",
    env: {},
    execArgv: [`--max-old-space-size=${HEAP_MIB}`],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  // The process alone must not keep the service running.
  child.unref();
  child.channel?.unref();
  return child;
}

function unexpected(): never {
  throw new WarifuError("STOPPED", "the decoder answered another question");
}
