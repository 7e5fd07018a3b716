/** The accounts of officers in PostgreSQL. Nothing in the log vouches for their rows, so each is sealed. */
import type { OfficerStore, StoredInvitation, StoredOfficer, StoredPasskey, StoredSession } from "../officer-store.ts";
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
import { unsealed } from "../rows/seals.ts";
import type { PasskeyUse } from "../sign-in-rows.ts";
import { replaceSealed } from "./sealed-rows.ts";
import type { Sessions } from "./sessions.ts";
import { endSessionsIn, notePasskeyUseIn, noteSessionUseIn } from "./sign-in-tables.ts";

/** See {@link OfficerStore}. */
export class PostgresOfficers implements OfficerStore {
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  async officers(): Promise<StoredOfficer[]> {
    return (await this.#sessions.all("SELECT * FROM officer ORDER BY created_at, officer_id")).map(officerOf);
  }

  async passkeys(): Promise<StoredPasskey[]> {
    return (await this.#sessions.all("SELECT * FROM passkey ORDER BY created_at, credential_id")).map(passkeyOf);
  }

  async invitations(): Promise<StoredInvitation[]> {
    const rows = await this.#sessions.all("SELECT * FROM invitation ORDER BY created_at, invitation_id");
    return rows.map(invitationOf);
  }

  async sessions(): Promise<StoredSession[]> {
    return (await this.#sessions.all("SELECT * FROM session ORDER BY begun_at, session_id")).map(sessionOf);
  }

  async putOfficer(officer: StoredOfficer, invitation?: StoredInvitation): Promise<void> {
    await this.#sessions.transaction(async (queries) => {
      await replaceSealed(queries, "officer", officerRow(officer));
      if (!invitation) return;
      await queries.run("DELETE FROM invitation WHERE officer_id = $1 AND used_at IS NULL", officer.officerId);
      await replaceSealed(queries, "invitation", invitationRow(invitation));
    });
  }

  async acceptInvitation(invitationId: string, passkey: StoredPasskey): Promise<boolean> {
    return this.#sessions.transaction(async (queries) => {
      const sql = "SELECT * FROM invitation WHERE invitation_id = $1 AND used_at IS NULL FOR UPDATE";
      const row = await queries.first(sql, invitationId);
      if (!row) return false;
      await replaceSealed(queries, "invitation", { ...unsealed(row), used_at: passkey.createdAt });
      await replaceSealed(queries, "passkey", passkeyRow(passkey));
      return true;
    });
  }

  async removeOfficer(officerId: string, removedAt: number): Promise<boolean> {
    return this.#sessions.transaction(async (queries) => {
      const sql = "SELECT * FROM officer WHERE officer_id = $1 AND removed_at IS NULL FOR UPDATE";
      const row = await queries.first(sql, officerId);
      if (!row) return false;
      await replaceSealed(queries, "officer", { ...unsealed(row), removed_at: removedAt });
      for (const table of ["passkey", "invitation", "session"])
        await queries.run(`DELETE FROM ${table} WHERE officer_id = $1`, officerId);
      return true;
    });
  }

  async addPasskey(passkey: StoredPasskey): Promise<void> {
    await replaceSealed(this.#sessions, "passkey", passkeyRow(passkey));
  }

  async removePasskey(credentialId: string): Promise<void> {
    await this.#sessions.run("DELETE FROM passkey WHERE credential_id = $1", credentialId);
  }

  notePasskeyUse(credentialId: string, use: PasskeyUse): Promise<void> {
    return notePasskeyUseIn(this.#sessions, "passkey", credentialId, use);
  }

  async addSession(session: StoredSession): Promise<void> {
    await replaceSealed(this.#sessions, "session", sessionRow(session));
  }

  endSessions(sessionIds: readonly string[]): Promise<void> {
    return endSessionsIn(this.#sessions, "session", sessionIds);
  }

  noteSessionUse(uses: ReadonlyMap<string, number>): Promise<void> {
    return noteSessionUseIn(this.#sessions, "session", uses);
  }
}
