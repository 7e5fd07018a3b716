/** How a connector fares: it and its intake write here, status and metrics read it. */
import { messageOf, type ErrorCode, type WarifuError } from "../core/errors.ts";
import type { ConnectorState } from "./connector.ts";

/** The tally of one connector. */
export class Tally {
  readonly #name: string;
  readonly #type: string;
  readonly #now: () => number;
  readonly #counts = { new: 0, repeated: 0, refused: 0 };
  readonly #refusals: Partial<Record<ErrorCode, number>> = {};
  #isConnected = false;
  #since: number;
  #lastMessageAt: number | undefined;
  #inHand = 0;
  #gaps = 0;
  #lastError: string | undefined;

  constructor(name: string, type: string, now: () => number) {
    this.#name = name;
    this.#type = type;
    this.#now = now;
    this.#since = now();
  }

  get state(): ConnectorState {
    return {
      ...{ name: this.#name, type: this.#type, isConnected: this.#isConnected, since: this.#since },
      ...{ lastMessageAt: this.#lastMessageAt, inHand: this.#inHand, gaps: this.#gaps, lastError: this.#lastError },
      counts: { ...this.#counts },
      refusals: { ...this.#refusals },
    };
  }

  connected(): void {
    this.#turn(true);
    this.#lastError = undefined;
  }

  /** @param reason why, as far as it is known; it stays beside later losses that have none */
  disconnected(reason?: unknown): void {
    this.#turn(false);
    if (reason !== undefined) this.#lastError = messageOf(reason);
  }

  /** Something may be missing for good. */
  gap(reason: string): void {
    this.#gaps++;
    this.#lastError = reason;
  }

  messageCame(): void {
    this.#lastMessageAt = this.#now();
    this.#inHand++;
  }

  messageSettled(): void {
    this.#inHand--;
  }

  count(outcome: "new" | "repeated"): void {
    this.#counts[outcome]++;
  }

  refuse(error: WarifuError): void {
    this.#counts.refused++;
    this.#refusals[error.code] = (this.#refusals[error.code] ?? 0) + 1;
    this.#lastError = error.message;
  }

  /** A message is in hand that is refused for now. */
  waits(error: WarifuError): void {
    this.#lastError = `a message waits: ${error.message}`;
  }

  #turn(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    this.#since = this.#now();
  }
}
