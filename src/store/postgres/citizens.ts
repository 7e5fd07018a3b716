/**
 * The accounts of citizens in PostgreSQL. Nothing in the log vouches for their rows, so each is sealed. What is deleted stays in
 * the server's files for a time: see vault.ts.
 */
import type { CitizenPasskey, CitizenSession, CitizenStore, FormerCitizen, StoredCitizen } from "../citizen-store.ts";
import {
  citizenOf,
  citizenPasskeyOf,
  citizenPasskeyRow,
  citizenRow,
  citizenSessionOf,
  citizenSessionRow,
  formerCitizenOf,
} from "../rows/citizen-rows.ts";
import type { PasskeyUse } from "../sign-in-rows.ts";
import { replaceSealed } from "./sealed-rows.ts";
import type { Sessions } from "./sessions.ts";
import { endSessionsIn, notePasskeyUseIn, noteSessionUseIn } from "./sign-in-tables.ts";

/** See {@link CitizenStore}. */
export class PostgresCitizens implements CitizenStore {
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  async citizens(): Promise<StoredCitizen[]> {
    return (await this.#sessions.all("SELECT * FROM citizen ORDER BY created_at, citizen_id")).map(citizenOf);
  }

  async formerCitizens(): Promise<FormerCitizen[]> {
    const rows = await this.#sessions.all("SELECT * FROM former_citizen ORDER BY removed_at, citizen_id");
    return rows.map(formerCitizenOf);
  }

  async citizenPasskeys(): Promise<CitizenPasskey[]> {
    const rows = await this.#sessions.all("SELECT * FROM citizen_passkey ORDER BY created_at, credential_id");
    return rows.map(citizenPasskeyOf);
  }

  async citizenSessions(): Promise<CitizenSession[]> {
    const rows = await this.#sessions.all("SELECT * FROM citizen_session ORDER BY begun_at, session_id");
    return rows.map(citizenSessionOf);
  }

  async putCitizen(citizen: StoredCitizen, passkey?: CitizenPasskey): Promise<void> {
    await this.#sessions.transaction(async (queries) => {
      await replaceSealed(queries, "citizen", citizenRow(citizen));
      if (passkey) await replaceSealed(queries, "citizen_passkey", citizenPasskeyRow(passkey));
    });
  }

  async removeCitizen({ citizenId, removedAt }: FormerCitizen): Promise<boolean> {
    await this.#sessions.transaction(async (queries) => {
      await replaceSealed(queries, "former_citizen", { citizen_id: citizenId, removed_at: removedAt });
      for (const table of ["citizen_session", "citizen_passkey", "citizen"])
        await queries.run(`DELETE FROM ${table} WHERE citizen_id = $1`, citizenId);
    });
    return false;
  }

  async removeCitizenPasskey(credentialId: string): Promise<void> {
    await this.#sessions.run("DELETE FROM citizen_passkey WHERE credential_id = $1", credentialId);
  }

  noteCitizenPasskeyUse(credentialId: string, use: PasskeyUse): Promise<void> {
    return notePasskeyUseIn(this.#sessions, "citizen_passkey", credentialId, use);
  }

  async addCitizenSession(session: CitizenSession): Promise<void> {
    await replaceSealed(this.#sessions, "citizen_session", citizenSessionRow(session));
  }

  endCitizenSessions(sessionIds: readonly string[]): Promise<void> {
    return endSessionsIn(this.#sessions, "citizen_session", sessionIds);
  }

  noteCitizenSessionUse(uses: ReadonlyMap<string, number>): Promise<void> {
    return noteSessionUseIn(this.#sessions, "citizen_session", uses);
  }
}
