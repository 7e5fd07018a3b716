/** The accounts of officers in the ledger's database. Nothing in the log vouches for their rows, so each is sealed. */
import type { DatabaseSync } from "node:sqlite";
import type { OfficerStore, StoredInvitation, StoredOfficer, StoredPasskey, StoredSession } from "../officer-store.ts";
import { all, first, onLedger, statement, transaction, type Row } from "./database.ts";
import { replaceSealed } from "./seals.ts";

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

  async notePasskeyUse(
    credentialId: string,
    { counter, usedAt }: { readonly counter: number; readonly usedAt: number },
  ): Promise<void> {
    this.#change(() => {
      const row = first(statement(this.#db, "SELECT * FROM passkey WHERE credential_id = ?"), credentialId);
      if (row) replaceSealed(this.#db, "passkey", { ...unsealed(row), counter, used_at: usedAt });
    });
  }

  async addSession(session: StoredSession): Promise<void> {
    this.#change(() => replaceSealed(this.#db, "session", sessionRow(session)));
  }

  async endSessions(sessionIds: readonly string[]): Promise<void> {
    this.#change(() => {
      for (const id of sessionIds) statement(this.#db, "DELETE FROM session WHERE session_id = ?").run(id);
    });
  }

  async noteSessionUse(uses: ReadonlyMap<string, number>): Promise<void> {
    this.#change(() => {
      for (const [id, seenAt] of uses) {
        const row = first(statement(this.#db, "SELECT * FROM session WHERE session_id = ?"), id);
        if (row) replaceSealed(this.#db, "session", { ...unsealed(row), seen_at: seenAt });
      }
    });
  }

  #all<T>(sql: string, valueOf: (row: Row) => T): T[] {
    return onLedger(() => all(statement(this.#db, sql)).map(valueOf));
  }

  #change<T>(change: () => T): T {
    return onLedger(() => {
      let result: T | undefined;
      transaction(this.#db, () => {
        result = change();
      });
      return result as T;
    });
  }
}

function unsealed({ seal: _, ...columns }: Row): Row {
  return columns;
}

function officerRow(officer: StoredOfficer): Row {
  return {
    officer_id: officer.officerId,
    name: officer.name,
    role: officer.role,
    sources: officer.sources && JSON.stringify(officer.sources),
    expires_at: officer.expiresAt,
    rate_per_minute: officer.ratePerMinute,
    issuer: officer.issuer,
    subject: officer.subject,
    created_at: officer.createdAt,
    removed_at: officer.removedAt,
  };
}

function officerOf(row: Row): StoredOfficer {
  return {
    officerId: row["officer_id"] as string,
    name: row["name"] as string,
    role: row["role"] as string,
    sources: row["sources"] === null ? null : (JSON.parse(row["sources"] as string) as string[]),
    expiresAt: row["expires_at"] as number | null,
    ratePerMinute: row["rate_per_minute"] as number | null,
    issuer: row["issuer"] as string | null,
    subject: row["subject"] as string | null,
    createdAt: row["created_at"] as number,
    removedAt: row["removed_at"] as number | null,
  };
}

function passkeyRow(passkey: StoredPasskey): Row {
  return {
    credential_id: passkey.credentialId,
    officer_id: passkey.officerId,
    public_key: passkey.publicKey,
    counter: passkey.counter,
    transports: JSON.stringify(passkey.transports),
    created_at: passkey.createdAt,
    used_at: passkey.usedAt,
  };
}

function passkeyOf(row: Row): StoredPasskey {
  return {
    credentialId: row["credential_id"] as string,
    officerId: row["officer_id"] as string,
    publicKey: row["public_key"] as Uint8Array,
    counter: row["counter"] as number,
    transports: JSON.parse(row["transports"] as string) as string[],
    createdAt: row["created_at"] as number,
    usedAt: row["used_at"] as number | null,
  };
}

function invitationRow({ invitationId, officerId, secretHash, createdAt, expiresAt, usedAt }: StoredInvitation): Row {
  return {
    ...{ invitation_id: invitationId, officer_id: officerId, secret_hash: secretHash },
    ...{ created_at: createdAt, expires_at: expiresAt, used_at: usedAt },
  };
}

function invitationOf(row: Row): StoredInvitation {
  return {
    invitationId: row["invitation_id"] as string,
    officerId: row["officer_id"] as string,
    secretHash: row["secret_hash"] as Uint8Array,
    createdAt: row["created_at"] as number,
    expiresAt: row["expires_at"] as number,
    usedAt: row["used_at"] as number | null,
  };
}

function sessionRow({ sessionId, officerId, secretHash, begunAt, seenAt }: StoredSession): Row {
  return {
    ...{ session_id: sessionId, officer_id: officerId, secret_hash: secretHash },
    ...{ begun_at: begunAt, seen_at: seenAt },
  };
}

function sessionOf(row: Row): StoredSession {
  return {
    sessionId: row["session_id"] as string,
    officerId: row["officer_id"] as string,
    secretHash: row["secret_hash"] as Uint8Array,
    begunAt: row["begun_at"] as number,
    seenAt: row["seen_at"] as number,
  };
}
