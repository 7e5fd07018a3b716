/**
 * The accounts of citizens in the ledger's database. Nothing in the log vouches for their rows, so each is sealed. What is
 * deleted is overwritten (`secure_delete`), and taken out of the write-ahead log.
 */
import type { DatabaseSync } from "node:sqlite";
import type { CitizenPasskey, CitizenSession, CitizenStore, FormerCitizen, StoredCitizen } from "../citizen-store.ts";
import type { PasskeyUse } from "../sign-in-rows.ts";
import { all, checkpointWalNow, onLedger, statement, type Row } from "./database.ts";
import { replaceSealed } from "./seals.ts";
import {
  changeAll,
  columnsOfPasskey,
  columnsOfSession,
  endSessionsIn,
  notePasskeyUseIn,
  noteSessionUseIn,
  passkeyIn,
  sessionIn,
} from "./sign-in-tables.ts";

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
    return this.#all("SELECT * FROM former_citizen ORDER BY removed_at, citizen_id", (row) => ({
      citizenId: row["citizen_id"] as string,
      removedAt: row["removed_at"] as number,
    }));
  }

  async citizenPasskeys(): Promise<CitizenPasskey[]> {
    const sql = "SELECT * FROM citizen_passkey ORDER BY created_at, credential_id";
    return this.#all(sql, (row) => ({ citizenId: row["citizen_id"] as string, ...passkeyIn(row) }));
  }

  async citizenSessions(): Promise<CitizenSession[]> {
    const sql = "SELECT * FROM citizen_session ORDER BY begun_at, session_id";
    return this.#all(sql, (row) => ({ citizenId: row["citizen_id"] as string, ...sessionIn(row) }));
  }

  async putCitizen(citizen: StoredCitizen, passkey?: CitizenPasskey): Promise<void> {
    changeAll(this.#db, () => {
      replaceSealed(this.#db, "citizen", rowOf(citizen));
      if (!passkey) return;
      replaceSealed(this.#db, "citizen_passkey", { citizen_id: passkey.citizenId, ...columnsOfPasskey(passkey) });
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
    const row = { citizen_id: session.citizenId, ...columnsOfSession(session) };
    changeAll(this.#db, () => replaceSealed(this.#db, "citizen_session", row));
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

function rowOf(citizen: StoredCitizen): Row {
  return {
    citizen_id: citizen.citizenId,
    pseudonym: citizen.pseudonym,
    age_band: citizen.ageBand,
    language: citizen.language,
    subject: citizen.subject,
    recovery_hash: citizen.recoveryHash,
    created_at: citizen.createdAt,
  };
}

function citizenOf(row: Row): StoredCitizen {
  return {
    citizenId: row["citizen_id"] as string,
    pseudonym: row["pseudonym"] as string,
    ageBand: row["age_band"] as string,
    language: row["language"] as string,
    subject: row["subject"] as string,
    recoveryHash: row["recovery_hash"] as Uint8Array,
    createdAt: row["created_at"] as number,
  };
}
