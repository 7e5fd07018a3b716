/**
 * What one request takes from what its key may send in a minute. One record is taken before the request is read: one that is
 * refused as a whole would count for nothing otherwise, and whoever has a key, however few records it is for, could have the
 * service unpack, parse and decode without end.
 */
import type { IncomingMessage } from "node:http";
import { isPassing } from "../../core/errors.ts";
import type { Access, Principal } from "../../keys/api-keys.ts";
import { readIfShort } from "../../serve/request-body.ts";
import { rateExceeded } from "./authorisation.ts";
import type { SpentKeys } from "./spent-keys.ts";

/** What keeps count. */
interface Counts {
  readonly access: Access;
  readonly spentKeys: Pick<SpentKeys, "note">;
}

/** The share of one request. */
export class KeyShare {
  readonly principal: Principal;
  readonly #access: Access;
  /** Taken for a record that is still to be read. */
  #ahead = 1;

  /** Precondition: one record was taken. */
  constructor(principal: Principal, access: Access) {
    this.principal = principal;
    this.#access = access;
  }

  /** Takes up to this many records. @returns how many may be submitted */
  take(count: number): number {
    const ahead = Math.min(this.#ahead, count);
    this.#ahead -= ahead;
    return ahead + (count > ahead ? this.#access.take(this.principal, count - ahead) : 0);
  }

  /** Gives back what was taken for records that were not even tried. */
  giveBack(count: number): void {
    this.#access.giveBack(this.principal, count);
  }

  /** The same for a record that was never read. */
  giveBackAhead(): void {
    this.giveBack(this.#ahead);
    this.#ahead = 0;
  }
}

/**
 * Reads and submits the records of a request at the expense of its key.
 * @throws RATE_LIMITED; what `submit` throws
 */
export async function atExpenseOf<T>(
  principal: Principal,
  { access, spentKeys }: Counts,
  request: IncomingMessage,
  submit: (share: KeyShare) => Promise<T>,
): Promise<T> {
  if (access.take(principal, 1) < 1) {
    const error = rateExceeded();
    spentKeys.note(principal, error);
    await readIfShort(request);
    throw error;
  }
  const share = new KeyShare(principal, access);
  try {
    return await submit(share);
  } catch (error) {
    // A key must not lose its minute because others fill the memory.
    if (isPassing(error)) share.giveBackAhead();
    throw error;
  }
}
