/** The accounts of officers in the ledger's database. Nothing in the log vouches for their rows, so each is sealed. */
import type { DatabaseSync } from "node:sqlite";
import type { OfficerStore, StoredInvitation, StoredOfficer, StoredPasskey, StoredSession } from "../officer-store.ts";
import type { PasskeyUse } from "../sign-in-rows.ts";
import {
  invitationOf,
  invitationRow,
  officerOf,
  officerRow,
  passkeyOf,
  passkeyRow,
  sessionOf,
  sessionRow,
} from "../rows/officer-rows.ts";
import type { Row } from "../rows/row.ts";
import { unsealed } from "../rows/seals.ts";
import { all, first, onLedger, statement } from "./database.ts";
import { replaceSealed } from "./sealed-rows.ts";
import { changeAll, endSessionsIn, notePasskeyUseIn, noteSessionUseIn } from "./sign-in-tables.ts";

/** See {@link OfficerStore}. */
export class SqliteOfficers implements OfficerStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async officers(): Promise<StoredOfficer[]> {
    return this.#all("SELECT * FROM officer ORDER BY created_at, officer_id", officerOf);
  }

  async passkeys(): Promise<StoredPasskey[]> {
    return this.#all("SELECT * FROM passkey ORDER BY created_at, credential_id", passkeyOf);
  }

  async invitations(): Promise<StoredInvitation[]> {
    return this.#all("SELECT * FROM invitation ORDER BY created_at, invitation_id", invitationOf);
  }

  async sessions(): Promise<StoredSession[]> {
    return this.#all("SELECT * FROM session ORDER BY begun_at, session_id", sessionOf);
  }

  async putOfficer(officer: StoredOfficer, invitation?: StoredInvitation): Promise<void> {
    this.#change(() => {
      replaceSealed(this.#db, "officer", officerRow(officer));
      if (!invitation) return;
      const others = "DELETE FROM invitation WHERE officer_id = ? AND used_at IS NULL";
      statement(this.#db, others).run(officer.officerId);
      replaceSealed(this.#db, "invitation", invitationRow(invitation));
    });
  }

  async acceptInvitation(invitationId: string, passkey: StoredPasskey): Promise<boolean> {
    return this.#change(() => {
      const sql = "SELECT * FROM invitation WHERE invitation_id = ? AND used_at IS NULL";
      const row = first(statement(this.#db, sql), invitationId);
      if (!row) return false;
      replaceSealed(this.#db, "invitation", { ...unsealed(row), used_at: passkey.createdAt });
      replaceSealed(this.#db, "passkey", passkeyRow(passkey));
      return true;
    });
  }

  async removeOfficer(officerId: string, removedAt: number): Promise<boolean> {
    return this.#change(() => {
      const sql = "SELECT * FROM officer WHERE officer_id = ? AND removed_at IS NULL";
      const row = first(statement(this.#db, sql), officerId);
      if (!row) return false;
      replaceSealed(this.#db, "officer", { ...unsealed(row), removed_at: removedAt });
      for (const table of ["passkey", "invitation", "session"])
        statement(this.#db, `DELETE FROM ${table} WHERE officer_id = ?`).run(officerId);
      return true;
    });
  }

  async addPasskey(passkey: StoredPasskey): Promise<void> {
    this.#change(() => replaceSealed(this.#db, "passkey", passkeyRow(passkey)));
  }

  async removePasskey(credentialId: string): Promise<void> {
    this.#change(() => {
      statement(this.#db, "DELETE FROM passkey WHERE credential_id = ?").run(credentialId);
    });
  }

  async notePasskeyUse(credentialId: string, use: PasskeyUse): Promise<void> {
    this.#change(() => notePasskeyUseIn(this.#db, "passkey", credentialId, use));
  }

  async addSession(session: StoredSession): Promise<void> {
    this.#change(() => replaceSealed(this.#db, "session", sessionRow(session)));
  }

  async endSessions(sessionIds: readonly string[]): Promise<void> {
    this.#change(() => endSessionsIn(this.#db, "session", sessionIds));
  }

  async noteSessionUse(uses: ReadonlyMap<string, number>): Promise<void> {
    this.#change(() => noteSessionUseIn(this.#db, "session", uses));
  }

  #all<T>(sql: string, valueOf: (row: Row) => T): T[] {
    return onLedger(() => all(statement(this.#db, sql)).map(valueOf));
  }

  #change<T>(change: () => T): T {
    return changeAll(this.#db, change);
  }
}
