/** The secrets of a vault's own in PostgreSQL, each under the master key. */
import { randomBytes as freshBytes } from "node:crypto";
import { WarifuError } from "../../core/errors.ts";
import type { MasterKeys } from "../rows/master-keys.ts";
import { KEY_BYTES, type Place } from "../rows/vault-cipher.ts";
import type { Queries } from "./sessions.ts";

const PROBED_ROWS = 3;

/** The secrets of one vault. */
export class VaultSecrets {
  readonly #queries: Queries;
  readonly #keys: MasterKeys;

  constructor(queries: Queries, keys: MasterKeys) {
    this.#queries = queries;
    this.#keys = keys;
  }

  /** `undefined` when the vault has none of that name. @throws VAULT_DAMAGED */
  async read(name: string): Promise<Uint8Array | undefined> {
    const row = await this.#queries.first("SELECT wrapped FROM secret WHERE name = $1", name);
    return row && this.#keys.unseal(row["wrapped"] as Uint8Array, { secret: name });
  }

  /** The same, made when there is none: of these bytes, or at random. Whoever is first, all get the same. */
  async ensure(name: string, initial?: Uint8Array): Promise<Uint8Array> {
    const known = await this.read(name);
    if (known) return known;
    const wrapped = this.#keys.seal(initial ?? freshBytes(KEY_BYTES), { secret: name });
    await this.#queries.run("INSERT INTO secret VALUES ($1, $2) ON CONFLICT DO NOTHING", name, wrapped);
    return (await this.read(name)) as Uint8Array;
  }
}

/**
 * With another key, what is kept from now on would be inaccessible: found out here, not when a citizen asks.
 * @throws VAULT_FAILED
 */
export async function assertMasterKey(queries: Queries, keys: MasterKeys): Promise<void> {
  const openings = "SELECT leaf_index, wrapped_key FROM opening ORDER BY leaf_index DESC LIMIT $1";
  const probed: [Uint8Array, Place][] = (await queries.all(openings, PROBED_ROWS)).map((row) => [
    row["wrapped_key"] as Uint8Array,
    { leafIndex: row["leaf_index"] as number },
  ]);
  for (const row of await queries.all("SELECT name, wrapped FROM secret ORDER BY name"))
    probed.push([row["wrapped"] as Uint8Array, { secret: row["name"] as string }]);
  // A changed row is for the audit to report: the key is wrong only if it opens none of several.
  if (probed.length > 0 && !probed.some(([sealed, place]) => keys.tryUnseal(sealed, place) !== undefined))
    throw new WarifuError("VAULT_FAILED", "the vault's master key is not the one that its rows are under", {
      details: { probed: probed.length },
    });
}
