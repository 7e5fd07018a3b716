// Who sends records: keeps each until it is acknowledged, sends again with the same key what was not, and now and then
// what was, whose acknowledgement must then be the same.

import type { JsonValue } from "../../../src/core/json.ts";
import type { Acknowledgement, Outcome } from "../../../src/write/outcome.ts";
import { reading, report } from "../../support/ledger.ts";
import type { Chance } from "../../support/chance.ts";

/** One record on its way. */
export interface Submitted {
  readonly key: string;
  readonly value: JsonValue;
}

/** A client of the service. */
export class Submitter {
  readonly #chance: Chance;
  readonly #waiting = new Map<string, Submitted>();
  readonly #sent: Submitted[] = [];
  readonly acknowledged: Map<string, Acknowledgement> = new Map();

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Whether something was sent and not acknowledged. */
  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** So many new records, and what waits; at times also one that was acknowledged before. */
  next(count: number): Submitted[] {
    const again = this.#sent.length > 0 && this.#chance.happens(0.05) ? [this.#chance.pick(this.#sent)] : [];
    for (let i = 0; i < count; i++) {
      const number = this.#sent.length;
      const key = `key-${number}`;
      const value = (this.#chance.happens(0.2) ? report : reading)(number, { key });
      this.#sent.push({ key, value });
      this.#waiting.set(key, { key, value });
    }
    return [...this.#waiting.values(), ...again.filter(({ key }) => !this.#waiting.has(key))];
  }

  /** Notes the answers to what was sent at one moment, to one service or to several. @returns what is wrong with them */
  answered(submission: readonly Submitted[], answers: readonly (readonly Outcome[])[]): string[] {
    return submission.flatMap(({ key }, at) => {
      // Of several answers, the one of whoever entered it counts as the first.
      const good = answers.map((outcomes) => outcomes[at]).flatMap((outcome) => (outcome?.ok ? [outcome] : []));
      return good
        .sort((a, b) => Number(b.isNew) - Number(a.isNew))
        .flatMap((outcome) => this.#acknowledge(key, outcome));
    });
  }

  #acknowledge(key: string, { acknowledgement, isNew }: Extract<Outcome, { ok: true }>): string[] {
    const before = this.acknowledged.get(key);
    this.acknowledged.set(key, before ?? acknowledgement);
    this.#waiting.delete(key);
    if (!before) return [];
    const isSame = !isNew && before.id === acknowledgement.id && before.leafIndex === acknowledgement.leafIndex;
    return isSame
      ? []
      : [`${key} was acknowledged twice, as leaf ${before.leafIndex} and as leaf ${acknowledgement.leafIndex}`];
  }
}
