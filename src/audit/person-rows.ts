/**
 * Checks that a record is found by the people whom it identifies: nobody can hide it from those who ask what is kept of them
 * by removing or changing a row of the index. Which claims identify people is said by the profiles that the log holds.
 */
import type { Body } from "../core/body.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { comparable } from "../core/person-value.ts";
import type { Vault } from "../store/vault.ts";

/** The index of one vault, next to the entries of its log as they are walked through in order. */
export class PersonRows {
  readonly #index: Pick<Vault, "findPerson">;
  /** Names of the claims, by the `vct` of the records. */
  readonly #names = new Map<string, readonly string[]>();

  constructor(index: Pick<Vault, "findPerson">) {
    this.#index = index;
  }

  /**
   * The next entry.
   * @param claims those of its body and those that are concealed
   * @throws VAULT_DAMAGED a value of the record does not lead to it
   */
  async check(leafIndex: number, { contentName, content, vct }: Body, claims: JsonObject): Promise<void> {
    if (contentName === "profile" && vct.startsWith("warifu:profile:")) this.#followProfile(content);
    for (const claim of (contentName === "record" && this.#names.get(vct)) || []) {
      const value = claims[claim];
      if (typeof value !== "string" || comparable({ claim, value }) === undefined) continue;
      const { leafIndexes } = await this.#index.findPerson([{ claim, value }], leafIndex - 1, 1);
      if (leafIndexes[0] !== leafIndex)
        throw new WarifuError("VAULT_DAMAGED", "the index of persons does not lead from its values to it");
    }
  }

  /** Whether records of that kind identify people. */
  concerns(vct: string): boolean {
    return (this.#names.get(vct)?.length ?? 0) > 0;
  }

  #followProfile({ type, version, person }: JsonObject): void {
    const names = Array.isArray(person) ? person.filter((name) => typeof name === "string") : [];
    this.#names.set(`warifu:${String(type)}:${String(version)}`, names);
  }
}
