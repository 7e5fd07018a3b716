/**
 * The lease that a service writes under. Times are those of the server, so clocks of services do not matter; the fence rises
 * with each holder and is never reset, so a holder that slept cannot take itself for the next one.
 */
import { randomUUID } from "node:crypto";
import { WarifuError } from "../../core/errors.ts";
import type { Lease } from "../shared-log.ts";
import type { Queries } from "./sessions.ts";

interface Held {
  readonly name: string;
  readonly fence: number;
}

/** What one service holds: nothing, or one lease. */
export class Holding {
  readonly #holder = randomUUID();
  #held: Held | undefined;

  /** @returns `undefined` while somebody else holds it */
  async take(queries: Queries, name: string, forMs: number): Promise<Lease | undefined> {
    const sql = `INSERT INTO lease AS l (name, holder, fence, until)
      VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
      ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = l.fence + 1, until = excluded.until
        WHERE l.until < clock_timestamp()
      RETURNING fence`;
    const fence = (await queries.first(sql, name, this.#holder, forMs))?.["fence"] as number | undefined;
    if (fence === undefined) return undefined;
    this.#held = { name, fence };
    return {
      fence,
      renew: () => this.#renew(queries, { name, fence }, forMs),
      release: () => this.#release(queries, { name, fence }),
    };
  }

  /**
   * Within the transaction of what is written under the lease, which keeps everybody else from taking it meanwhile.
   * @throws STORE_FAILED it is lost
   */
  async assertIn(queries: Queries): Promise<void> {
    if (!this.#held) return;
    const { name, fence } = this.#held;
    const sql = "SELECT 1 AS held FROM lease WHERE name = $1 AND fence = $2 AND until > clock_timestamp() FOR SHARE";
    if (!(await queries.first(sql, name, fence))) throw lost(name);
  }

  async #renew(queries: Queries, { name, fence }: Held, forMs: number): Promise<void> {
    const sql = `UPDATE lease SET until = clock_timestamp() + $3 * interval '1 millisecond'
      WHERE name = $1 AND fence = $2 AND until > clock_timestamp()`;
    if ((await queries.run(sql, name, fence, forMs)) === 0) throw lost(name);
  }

  async #release(queries: Queries, { name, fence }: Held): Promise<void> {
    await queries.run("UPDATE lease SET until = clock_timestamp() WHERE name = $1 AND fence = $2", name, fence);
  }
}

function lost(name: string): WarifuError {
  return new WarifuError("STORE_FAILED", `the lease "${name}" is lost: another service has taken its place, or may`);
}
