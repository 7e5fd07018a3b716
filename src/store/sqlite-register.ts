/**
 * The small tables beside the log in the ledger's database: anchors, the contract, API keys. Nothing in the log vouches
 * for their rows, so each is sealed when it is written.
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { WarifuError } from "../core/errors.ts";
import type { AnchorState, LedgerStore, StoredAnchor, StoredApiKey, StoredContract } from "./ledger-store.ts";
import { sealOf } from "./sqlite-schema.ts";
import { all, engineError, first, transaction, type Row } from "./sqlite.ts";

type Register = Pick<
  LedgerStore,
  | "addAnchor"
  | "updateAnchor"
  | "anchors"
  | "anchorsIn"
  | "newestFinalAnchor"
  | "anchorAbove"
  | "contract"
  | "setContract"
  | "apiKeys"
  | "addApiKey"
  | "revokeApiKey"
>;

/** States of an anchor that counts, the nearest to finality first. */
const FINALITY: readonly AnchorState[] = ["finalized", "included", "submitted", "pending"];

/** Base of the SQLite ledger: everything that is not the log itself. */
export class SqliteRegister implements Register {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async addAnchor(
    anchor: Omit<StoredAnchor, "anchorId" | "state" | "blockNumber" | "blockHash" | "evidence">,
  ): Promise<StoredAnchor> {
    return this.run(() => {
      const anchorId =
        1 + Number(first(this.#db.prepare("SELECT coalesce(max(anchor_id), 0) AS id FROM anchor"))?.["id"]);
      const stored: StoredAnchor = {
        ...anchor,
        anchorId,
        state: "pending",
        blockNumber: null,
        blockHash: null,
        evidence: null,
      };
      this.#replace("anchor", anchorRow(stored));
      return stored;
    });
  }

  async updateAnchor(
    anchorId: number,
    change: Partial<Pick<StoredAnchor, "state" | "blockNumber" | "blockHash" | "evidence">>,
  ): Promise<void> {
    this.run(() => {
      const row = first(this.#db.prepare("SELECT * FROM anchor WHERE anchor_id = ?"), anchorId);
      if (!row) throw new WarifuError("STORE_CORRUPT", `anchor ${anchorId} is not in the store`);
      this.#replace("anchor", anchorRow({ ...anchorOf(row), ...change }));
    });
  }

  async anchors(belowId: number, limit: number): Promise<StoredAnchor[]> {
    const sql = "SELECT * FROM anchor WHERE anchor_id < ? ORDER BY anchor_id DESC LIMIT ?";
    return this.run(() => all(this.#db.prepare(sql), belowId, limit).map(anchorOf));
  }

  async anchorsIn(states: readonly AnchorState[]): Promise<StoredAnchor[]> {
    const marks = states.map(() => "?").join(", ");
    const sql = `SELECT * FROM anchor WHERE state IN (${marks}) ORDER BY anchor_id`;
    return this.run(() => all(this.#db.prepare(sql), ...states).map(anchorOf));
  }

  async newestFinalAnchor(): Promise<StoredAnchor | undefined> {
    const sql = "SELECT * FROM anchor WHERE state = 'finalized' ORDER BY tree_size DESC LIMIT 1";
    return this.run(() => {
      const row = first(this.#db.prepare(sql));
      return row && anchorOf(row);
    });
  }

  async anchorAbove(leafIndex: number): Promise<StoredAnchor | undefined> {
    // One look a state, each along the index of sizes: an old leaf has every later anchor above it.
    const sql = "SELECT * FROM anchor WHERE tree_size > ? AND state = ? ORDER BY tree_size LIMIT 1";
    return this.run(() => {
      const statement = this.#db.prepare(sql);
      for (const state of FINALITY) {
        const row = first(statement, leafIndex, state);
        if (row) return anchorOf(row);
      }
      return undefined;
    });
  }

  async contract(): Promise<StoredContract | undefined> {
    return this.run(() => {
      const row = first(this.#db.prepare("SELECT chain_id, contract FROM contract"));
      return row && { chainId: row["chain_id"] as number, contract: row["contract"] as string };
    });
  }

  async setContract({ chainId, contract }: StoredContract): Promise<void> {
    this.run(() =>
      transaction(this.#db, () => {
        this.#db.exec("DELETE FROM contract");
        this.#replace("contract", { chain_id: chainId, contract });
      }),
    );
  }

  async apiKeys(): Promise<StoredApiKey[]> {
    return this.run(() => all(this.#db.prepare("SELECT * FROM api_key ORDER BY created_at, key_id")).map(apiKeyOf));
  }

  async addApiKey(key: StoredApiKey): Promise<void> {
    this.run(() => this.#replace("api_key", apiKeyRow(key)));
  }

  async revokeApiKey(keyId: string, revokedAt: number): Promise<boolean> {
    return this.run(() => {
      const row = first(this.#db.prepare("SELECT * FROM api_key WHERE key_id = ? AND revoked_at IS NULL"), keyId);
      if (row) this.#replace("api_key", apiKeyRow({ ...apiKeyOf(row), revokedAt }));
      return row !== undefined;
    });
  }

  /** Runs an action of the engine; a failure of it is STORE_FAILED, damage STORE_CORRUPT, our own errors pass. */
  protected run<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw engineError("STORE_FAILED", "the ledger's database failed", cause);
    }
  }

  #replace(table: string, row: Row): void {
    const sealed: Row = { ...row, seal: sealOf(row) };
    const names = Object.keys(sealed);
    const sql = `INSERT OR REPLACE INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
    this.#db.prepare(sql).run(...(Object.values(sealed) as SQLInputValue[]));
  }
}

function anchorRow(anchor: StoredAnchor): Row {
  return {
    anchor_id: anchor.anchorId,
    tree_size: anchor.treeSize,
    root_hash: anchor.rootHash,
    note: anchor.note,
    chain_id: anchor.chainId,
    contract: anchor.contract,
    transaction_hash: anchor.transactionHash,
    nonce: anchor.nonce,
    raw: anchor.raw,
    state: anchor.state,
    block_number: anchor.blockNumber,
    block_hash: anchor.blockHash,
    evidence: anchor.evidence,
    created_at: anchor.createdAt,
  };
}

function anchorOf(row: Row): StoredAnchor {
  return {
    anchorId: row["anchor_id"] as number,
    treeSize: row["tree_size"] as number,
    rootHash: row["root_hash"] as Uint8Array,
    note: row["note"] as string,
    chainId: row["chain_id"] as number,
    contract: row["contract"] as string,
    transactionHash: row["transaction_hash"] as string,
    nonce: row["nonce"] as number,
    raw: row["raw"] as string,
    state: row["state"] as AnchorState,
    blockNumber: row["block_number"] as number | null,
    blockHash: row["block_hash"] as string | null,
    evidence: row["evidence"] as string | null,
    createdAt: row["created_at"] as number,
  };
}

function apiKeyRow(key: StoredApiKey): Row {
  return {
    key_id: key.keyId,
    name: key.name,
    role: key.role,
    secret_hash: key.secretHash,
    created_at: key.createdAt,
    revoked_at: key.revokedAt,
  };
}

function apiKeyOf(row: Row): StoredApiKey {
  return {
    keyId: row["key_id"] as string,
    name: row["name"] as string,
    role: row["role"] as string,
    secretHash: row["secret_hash"] as Uint8Array,
    createdAt: row["created_at"] as number,
    revokedAt: row["revoked_at"] as number | null,
  };
}
