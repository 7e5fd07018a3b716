/**
 * Checks that the vault's index leads from the people whom a record identifies to the record: removing or changing a row of
 * the index would hide it from those who ask what is kept of them. The profiles in the log say which claims identify people.
 */
import type { Body } from "../core/body.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { comparable } from "../core/person-value.ts";
import type { Vault } from "../store/vault.ts";

/** Compares the index of one vault with the entries of its log, which must be passed in order. */
export class PersonRows {
  readonly #index: Pick<Vault, "findPerson">;
  /** Names of the claims, by the `vct` of the records. */
  readonly #names = new Map<string, readonly string[]>();

  constructor(index: Pick<Vault, "findPerson">) {
    this.#index = index;
  }

  /**
   * Checks the next entry.
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
