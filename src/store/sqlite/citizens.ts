/**
 * The accounts of citizens in the ledger's database. Nothing in the log vouches for their rows, so each is sealed. What is
 * deleted is overwritten (`secure_delete`), and taken out of the write-ahead log.
 */
import type { DatabaseSync } from "node:sqlite";
import type { CitizenPasskey, CitizenSession, CitizenStore, FormerCitizen, StoredCitizen } from "../citizen-store.ts";
import type { PasskeyUse } from "../sign-in-rows.ts";
import {
  citizenOf,
  citizenPasskeyOf,
  citizenPasskeyRow,
  citizenRow,
  citizenSessionOf,
  citizenSessionRow,
  formerCitizenOf,
} from "../rows/citizen-rows.ts";
import type { Row } from "../rows/row.ts";
import { all, checkpointWalNow, onLedger, statement } from "./database.ts";
import { replaceSealed } from "./sealed-rows.ts";
import { changeAll, endSessionsIn, notePasskeyUseIn, noteSessionUseIn } from "./sign-in-tables.ts";

/** See {@link CitizenStore}. */
export class SqliteCitizens implements CitizenStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async citizens(): Promise<StoredCitizen[]> {
    return this.#all("SELECT * FROM citizen ORDER BY created_at, citizen_id", citizenOf);
  }

  async formerCitizens(): Promise<FormerCitizen[]> {
    return this.#all("SELECT * FROM former_citizen ORDER BY removed_at, citizen_id", formerCitizenOf);
  }

  async citizenPasskeys(): Promise<CitizenPasskey[]> {
    const sql = "SELECT * FROM citizen_passkey ORDER BY created_at, credential_id";
    return this.#all(sql, citizenPasskeyOf);
  }

  async citizenSessions(): Promise<CitizenSession[]> {
    const sql = "SELECT * FROM citizen_session ORDER BY begun_at, session_id";
    return this.#all(sql, citizenSessionOf);
  }

  async putCitizen(citizen: StoredCitizen, passkey?: CitizenPasskey): Promise<void> {
    changeAll(this.#db, () => {
      replaceSealed(this.#db, "citizen", citizenRow(citizen));
      if (!passkey) return;
      replaceSealed(this.#db, "citizen_passkey", citizenPasskeyRow(passkey));
    });
  }

  async removeCitizen({ citizenId, removedAt }: FormerCitizen): Promise<boolean> {
    changeAll(this.#db, () => {
      replaceSealed(this.#db, "former_citizen", { citizen_id: citizenId, removed_at: removedAt });
      for (const table of ["citizen_session", "citizen_passkey", "citizen"])
        statement(this.#db, `DELETE FROM ${table} WHERE citizen_id = ?`).run(citizenId);
    });
    return onLedger(() => checkpointWalNow(this.#db));
  }

  async removeCitizenPasskey(credentialId: string): Promise<void> {
    changeAll(this.#db, () => {
      statement(this.#db, "DELETE FROM citizen_passkey WHERE credential_id = ?").run(credentialId);
    });
  }

  async noteCitizenPasskeyUse(credentialId: string, use: PasskeyUse): Promise<void> {
    changeAll(this.#db, () => notePasskeyUseIn(this.#db, "citizen_passkey", credentialId, use));
  }

  async addCitizenSession(session: CitizenSession): Promise<void> {
    changeAll(this.#db, () => replaceSealed(this.#db, "citizen_session", citizenSessionRow(session)));
  }

  async endCitizenSessions(sessionIds: readonly string[]): Promise<void> {
    changeAll(this.#db, () => endSessionsIn(this.#db, "citizen_session", sessionIds));
  }

  async noteCitizenSessionUse(uses: ReadonlyMap<string, number>): Promise<void> {
    changeAll(this.#db, () => noteSessionUseIn(this.#db, "citizen_session", uses));
  }

  #all<T>(sql: string, valueOf: (row: Row) => T): T[] {
    return onLedger(() => all(statement(this.#db, sql)).map(valueOf));
  }
}
