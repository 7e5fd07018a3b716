/**
 * The small tables beside the log in the ledger's database: anchors, the contract, API keys. Nothing in the log vouches
 * for their rows, so each is sealed when it is written.
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { WarifuError } from "../../core/errors.ts";
import type {
  AnchorChange,
  AnchorState,
  LedgerStore,
  NewAnchor,
  StoredAnchor,
  StoredApiKey,
  StoredContract,
} from "../ledger-store.ts";
import { sealOf } from "./schema.ts";
import { all, engineError, first, statement, transaction, type Row } from "./database.ts";

type Register = Pick<
  LedgerStore,
  | "addAnchor"
  | "updateAnchor"
  | "anchors"
  | "anchorsIn"
  | "anchorsFrom"
  | "formerAnchorsAt"
  | "hasTransaction"
  | "spentSince"
  | "highestFinalAnchors"
  | "newestFinalAnchor"
  | "finalAnchorsAbove"
  | "anchorAbove"
  | "contract"
  | "setContract"
  | "apiKeys"
  | "addApiKey"
  | "revokeApiKey"
  | "noteApiKeyUse"
>;

/** States of an anchor that counts, the nearest to finality first. */
const FINALITY: readonly AnchorState[] = ["finalized", "included", "submitted", "pending"];

/** Anchors of the contract that the log is anchored in at present. */
const IS_PRESENT = "anchor_id > coalesce((SELECT max(after_anchor) FROM contract), 0)";

/** Base of the SQLite ledger: everything that is not the log itself. */
export class SqliteRegister implements Register {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async addAnchor(anchor: NewAnchor): Promise<StoredAnchor> {
    return this.run(() => {
      const stored: StoredAnchor = {
        ...anchor,
        anchorId: 1 + this.#newestAnchorId(),
        state: "pending",
        sentAt: null,
        paid: null,
        blockNumber: null,
        blockHash: null,
        evidence: null,
      };
      this.replace("anchor", anchorRow(stored));
      return stored;
    });
  }

  #newestAnchorId(): number {
    return Number(first(statement(this.#db, "SELECT coalesce(max(anchor_id), 0) AS id FROM anchor"))?.["id"]);
  }

  async updateAnchor(anchorId: number, change: AnchorChange): Promise<void> {
    this.run(() => {
      const row = first(statement(this.#db, "SELECT * FROM anchor WHERE anchor_id = ?"), anchorId);
      if (!row) throw new WarifuError("STORE_CORRUPT", `anchor ${anchorId} is not in the store`);
      this.replace("anchor", anchorRow({ ...anchorOf(row), ...change }));
    });
  }

  async anchors(belowId: number, limit: number): Promise<StoredAnchor[]> {
    const sql = "SELECT * FROM anchor WHERE anchor_id < ? ORDER BY anchor_id DESC LIMIT ?";
    return this.run(() => all(statement(this.#db, sql), belowId, limit).map(anchorOf));
  }

  async anchorsIn(states: readonly AnchorState[]): Promise<StoredAnchor[]> {
    const marks = states.map(() => "?").join(", ");
    const sql = `SELECT * FROM anchor WHERE state IN (${marks}) AND ${IS_PRESENT} ORDER BY anchor_id`;
    return this.run(() => all(statement(this.#db, sql), ...states).map(anchorOf));
  }

  async formerAnchorsAt(account: string, nonce: number): Promise<StoredAnchor[]> {
    const sql = `SELECT * FROM anchor WHERE account = ? AND nonce = ? AND NOT ${IS_PRESENT} ORDER BY anchor_id`;
    return this.run(() => all(statement(this.#db, sql), account, nonce).map(anchorOf));
  }

  async anchorsFrom(account: string, nonce: number): Promise<StoredAnchor[]> {
    const sql = `SELECT * FROM anchor WHERE account = ? AND nonce >= ? AND ${IS_PRESENT} ORDER BY anchor_id`;
    return this.run(() => all(statement(this.#db, sql), account, nonce).map(anchorOf));
  }

  async hasTransaction(transactionHash: string): Promise<boolean> {
    const sql = "SELECT 1 FROM anchor WHERE transaction_hash = ? LIMIT 1";
    return this.run(() => first(statement(this.#db, sql), transactionHash) !== undefined);
  }

  async spentSince(time: number): Promise<bigint> {
    // Every contract's and every chain's: the money is gone all the same.
    const sql = "SELECT paid FROM anchor WHERE paid IS NOT NULL AND sent_at >= ?";
    return this.run(() =>
      all(statement(this.#db, sql), time).reduce((sum, row) => sum + BigInt(row["paid"] as string), 0n),
    );
  }

  async highestFinalAnchors(limit: number): Promise<StoredAnchor[]> {
    const sql = `SELECT * FROM anchor WHERE state = 'finalized' AND ${IS_PRESENT} ORDER BY block_number DESC LIMIT ?`;
    return this.run(() => all(statement(this.#db, sql), limit).map(anchorOf));
  }

  async newestFinalAnchor(): Promise<StoredAnchor | undefined> {
    const sql = `SELECT * FROM anchor WHERE state = 'finalized' AND ${IS_PRESENT} ORDER BY tree_size DESC LIMIT 1`;
    return this.run(() => {
      const row = first(statement(this.#db, sql));
      return row && anchorOf(row);
    });
  }

  async finalAnchorsAbove(size: number, limit: number): Promise<StoredAnchor[]> {
    const sql = `SELECT * FROM anchor WHERE tree_size > ? AND state = 'finalized' AND ${IS_PRESENT} ORDER BY tree_size LIMIT ?`;
    return this.run(() => all(statement(this.#db, sql), size, limit).map(anchorOf));
  }

  async anchorAbove(leafIndex: number): Promise<StoredAnchor | undefined> {
    // One look a state, each along the index of sizes: an old leaf has every later anchor above it.
    const sql = `SELECT * FROM anchor WHERE tree_size > ? AND state = ? AND ${IS_PRESENT} ORDER BY tree_size LIMIT 1`;
    return this.run(() => {
      const look = statement(this.#db, sql);
      for (const state of FINALITY) {
        const row = first(look, leafIndex, state);
        if (row) return anchorOf(row);
      }
      return undefined;
    });
  }

  async contract(): Promise<StoredContract | undefined> {
    return this.run(() => {
      const row = first(statement(this.#db, "SELECT * FROM contract"));
      return (
        row && {
          chainId: row["chain_id"] as number,
          contract: row["contract"] as string,
          genesis: row["genesis"] as string,
          codeHash: row["code_hash"] as string,
          startSize: row["start_size"] as number,
        }
      );
    });
  }

  async setContract({ chainId, contract, genesis, codeHash, startSize }: StoredContract): Promise<void> {
    this.run(() =>
      transaction(this.#db, () => {
        this.#db.exec("DELETE FROM contract");
        this.replace("contract", {
          chain_id: chainId,
          contract,
          genesis,
          code_hash: codeHash,
          start_size: startSize,
          after_anchor: this.#newestAnchorId(),
        });
      }),
    );
  }

  async apiKeys(): Promise<StoredApiKey[]> {
    return this.run(() => all(statement(this.#db, API_KEYS)).map(apiKeyOf));
  }

  async addApiKey(key: StoredApiKey): Promise<void> {
    this.run(() =>
      transaction(this.#db, () => {
        this.replace("api_key", apiKeyRow(key));
        this.replace("api_key_scope", apiKeyScopeRow(key));
      }),
    );
  }

  async revokeApiKey(keyId: string, revokedAt: number): Promise<boolean> {
    return this.run(() => {
      const row = first(statement(this.#db, "SELECT * FROM api_key WHERE key_id = ? AND revoked_at IS NULL"), keyId);
      if (row) {
        const { seal: _, ...columns } = row;
        this.replace("api_key", { ...columns, revoked_at: revokedAt });
      }
      return row !== undefined;
    });
  }

  async noteApiKeyUse(uses: ReadonlyMap<string, number>): Promise<void> {
    this.run(() =>
      transaction(this.#db, () => {
        for (const [keyId, usedAt] of uses) this.replace("api_key_use", { key_id: keyId, used_at: usedAt });
      }),
    );
  }

  /** Runs an action of the engine; a failure of it is STORE_FAILED, damage STORE_CORRUPT, our own errors pass. */
  protected run<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw engineError("STORE_FAILED", "the ledger's database failed", cause);
    }
  }

  /** Writes a row of a table whose rows are sealed. */
  protected replace(table: string, row: Row): void {
    const sealed: Row = { ...row, seal: sealOf(row) };
    const names = Object.keys(sealed);
    const sql = `INSERT OR REPLACE INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
    statement(this.#db, sql).run(...(Object.values(sealed) as SQLInputValue[]));
  }
}

function anchorRow(anchor: StoredAnchor): Row {
  return {
    anchor_id: anchor.anchorId,
    tree_size: anchor.treeSize,
    root_hash: anchor.rootHash,
    note: anchor.note,
    base_size: anchor.baseSize,
    chain_id: anchor.chainId,
    contract: anchor.contract,
    account: anchor.account,
    transaction_hash: anchor.transactionHash,
    nonce: anchor.nonce,
    raw: anchor.raw,
    max_fee: String(anchor.maxFeePerGas),
    max_tip: String(anchor.maxPriorityFeePerGas),
    state: anchor.state,
    sent_at: anchor.sentAt,
    paid: anchor.paid === null ? null : String(anchor.paid),
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
    baseSize: row["base_size"] as number,
    chainId: row["chain_id"] as number,
    contract: row["contract"] as string,
    account: row["account"] as string,
    transactionHash: row["transaction_hash"] as string,
    nonce: row["nonce"] as number,
    raw: row["raw"] as string,
    maxFeePerGas: BigInt(row["max_fee"] as string),
    maxPriorityFeePerGas: BigInt(row["max_tip"] as string),
    state: row["state"] as AnchorState,
    sentAt: row["sent_at"] as number | null,
    paid: row["paid"] === null ? null : BigInt(row["paid"] as string),
    blockNumber: row["block_number"] as number | null,
    blockHash: row["block_hash"] as string | null,
    evidence: row["evidence"] as string | null,
    createdAt: row["created_at"] as number,
  };
}

const API_KEYS = `
  SELECT k.*, s.sender, s.sources, s.types, s.expires_at, s.rate_per_minute, u.used_at
  FROM api_key k LEFT JOIN api_key_scope s USING (key_id) LEFT JOIN api_key_use u USING (key_id)
  ORDER BY k.created_at, k.key_id`;

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

function apiKeyScopeRow({ keyId, sender, sources, types, expiresAt, ratePerMinute }: StoredApiKey): Row {
  return {
    key_id: keyId,
    sender,
    sources: sources && JSON.stringify(sources),
    types: types && JSON.stringify(types),
    expires_at: expiresAt,
    rate_per_minute: ratePerMinute,
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
    sender: (row["sender"] ?? row["key_id"]) as string,
    sources: namesOf(row["sources"]),
    types: namesOf(row["types"]),
    expiresAt: row["expires_at"] as number | null,
    ratePerMinute: row["rate_per_minute"] as number | null,
    lastUsedAt: row["used_at"] as number | null,
  };
}

function namesOf(text: unknown): string[] | null {
  return typeof text === "string" ? (JSON.parse(text) as string[]) : null;
}
