/**
 * The file behind the service's log. Lines are written immediately and in order; one that cannot be written is dropped
 * and the loss is reported, since a log must neither delay nor end what it reports on.
 *
 * Invariant: a line is in the file whole or not at all.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { messageOf, WarifuError } from "../core/errors.ts";
import { notPlain } from "../files/plain-files.ts";

/** Never waits for a reader of a pipe, nor for a terminal that was stopped. */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOCTTY;
const LINE_FEED = 0x0a;

/** Appends lines to a file that only its owner can read. */
export class ServiceLog {
  readonly #path: string;
  readonly #onChange: (failure: string | undefined) => void;
  #descriptor: number;
  #hasFailed = false;
  /** Whether the file ends within a line: left by a killed process, or one that could not be removed again. */
  #isWithinLine: boolean;

  /**
   * @param onChange called when a line could not be written, and when writing works again
   * @throws CONFIG_INVALID when it cannot be opened, or is not something that lines can be appended to
   */
  constructor(path: string, onChange: (failure: string | undefined) => void) {
    this.#path = path;
    this.#onChange = onChange;
    this.#descriptor = openLog(path);
    this.#isWithinLine = endsWithinLine(this.#descriptor);
  }

  /** Writes a line, which ends in a line feed. Never throws. */
  write(line: string): void {
    try {
      this.#append(Buffer.from(this.#isWithinLine ? `\n${line}` : line));
      this.#isWithinLine = false;
      this.#note(undefined);
    } catch (error) {
      this.#note(`service.log cannot be written, lines are lost: ${messageOf(error)}`);
    }
  }

  /** Reopens the file by its name, for example after it was renamed. If that fails, the old one stays in use. */
  reopen(): void {
    try {
      const former = this.#descriptor;
      this.#descriptor = openLog(this.#path);
      this.#isWithinLine = endsWithinLine(this.#descriptor);
      closeSync(former);
    } catch (error) {
      this.#note(`service.log cannot be reopened: ${messageOf(error)}`);
    }
  }

  /** Checks whether lines still go into the file of that name, and reopens it if not. Never throws. */
  follow(): void {
    try {
      const [open, named] = [fstatSync(this.#descriptor), statSync(this.#path, { throwIfNoEntry: false })];
      if (open.ino === named?.ino && open.dev === named.dev) return;
      this.reopen();
      // A file that was renamed still has its lines.
      if (open.nlink === 0)
        this.#note("service.log was removed while the service was running: its lines are lost, a new one was started");
    } catch (error) {
      this.#note(`service.log cannot be looked at: ${messageOf(error)}`);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** A full disk accepts the beginning of a line and refuses the rest. */
  #append(bytes: Buffer): void {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      if (written > 0) this.#takeBack(written);
      throw error;
    }
  }

  #takeBack(written: number): void {
    this.#isWithinLine = true;
    ftruncateSync(this.#descriptor, Math.max(0, fstatSync(this.#descriptor).size - written));
    this.#isWithinLine = endsWithinLine(this.#descriptor);
  }

  /** Called once per change: the alarm that follows is itself logged. */
  #note(failure: string | undefined): void {
    if ((failure !== undefined) === this.#hasFailed) return;
    this.#hasFailed = failure !== undefined;
    this.#onChange(failure);
  }
}

function openLog(path: string): number {
  const descriptor = openOrSayWhy(path);
  const found = fstatSync(descriptor);
  // A character device accepts lines without waiting, and is a way to discard them.
  if (found.isFile() || found.isCharacterDevice()) return descriptor;
  closeSync(descriptor);
  throw notPlain(path, found);
}

function openOrSayWhy(path: string): number {
  try {
    return openSync(path, FLAGS, 0o600);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `the log ${path} cannot be opened: ${messageOf(cause)}`, { cause });
  }
}

function endsWithinLine(descriptor: number): boolean {
  const found = fstatSync(descriptor);
  if (!found.isFile() || found.size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, found.size - 1);
  return last[0] !== LINE_FEED;
}
