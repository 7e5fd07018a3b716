/**
 * The file behind the service's log. Lines are written at once and in order; one that cannot be written is dropped, and
 * said so, since a log must neither hold up nor end what it tells of.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { messageOf, WarifuError } from "./core/errors.ts";

/** Appends lines to a file that only its owner can read. */
export class ServiceLog {
  readonly #path: string;
  readonly #onChange: (failure: string | undefined) => void;
  #descriptor: number;
  #hasFailed = false;

  /**
   * @param onChange told when a line could not be written, and when one could again
   * @throws CONFIG_INVALID when the file cannot be opened
   */
  constructor(path: string, onChange: (failure: string | undefined) => void) {
    this.#path = path;
    this.#onChange = onChange;
    this.#descriptor = openLog(path);
  }

  /** Writes a line, which ends in a line feed. Never throws. */
  write(line: string): void {
    try {
      writeSync(this.#descriptor, line);
      this.#note(undefined);
    } catch (error) {
      this.#note(`service.log cannot be written, lines are lost: ${messageOf(error)}`);
    }
  }

  /** Opens the file of that name anew, as after it was renamed. Where that fails, the old one stays in use. */
  reopen(): void {
    try {
      const former = this.#descriptor;
      this.#descriptor = openLog(this.#path);
      closeSync(former);
    } catch (error) {
      this.#note(`service.log cannot be opened anew: ${messageOf(error)}`);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Told once a change: the alarm that follows is itself logged. */
  #note(failure: string | undefined): void {
    if ((failure !== undefined) === this.#hasFailed) return;
    this.#hasFailed = failure !== undefined;
    this.#onChange(failure);
  }
}

function openLog(path: string): number {
  try {
    return openSync(path, "a", 0o600);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `the log ${path} cannot be opened: ${messageOf(cause)}`, { cause });
  }
}
