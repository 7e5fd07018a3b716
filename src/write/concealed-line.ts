/** What is submitted of a line that was read on another thread. */
import { WarifuError } from "../core/errors.ts";
import type { ConcealedRecord } from "./conceal.ts";
import type { NamedRecord } from "./record-named.ts";

/** A submitted line that went through ingest and conceal, or the reason why it did not. */
export class ConcealedLine {
  /** The record, without its sender, who is not known there, and with its key as it was sent. */
  readonly result: ConcealedRecord | WarifuError;
  readonly #named: NamedRecord | undefined;

  /** @param named what a refused line says of itself */
  constructor(result: ConcealedRecord | WarifuError, named?: NamedRecord) {
    this.result = result;
    this.#named = named;
  }

  /** What it says of itself. */
  get named(): NamedRecord | undefined {
    const { result } = this;
    return result instanceof WarifuError ? this.#named : { source: result.source, type: result.profile.document.type };
  }
}
