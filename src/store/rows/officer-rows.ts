/** The accounts of officers as rows. */
import type { StoredInvitation, StoredOfficer, StoredPasskey, StoredSession } from "../officer-store.ts";
import type { Row } from "./row.ts";
import { columnsOfPasskey, columnsOfSession, passkeyIn, sessionIn } from "./sign-in-columns.ts";

export function officerRow(officer: StoredOfficer): Row {
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

export function officerOf(row: Row): StoredOfficer {
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

export function passkeyRow(passkey: StoredPasskey): Row {
  return { officer_id: passkey.officerId, ...columnsOfPasskey(passkey) };
}

export function passkeyOf(row: Row): StoredPasskey {
  return { officerId: row["officer_id"] as string, ...passkeyIn(row) };
}

export function invitationRow({
  invitationId,
  officerId,
  secretHash,
  createdAt,
  expiresAt,
  usedAt,
}: StoredInvitation): Row {
  return {
    ...{ invitation_id: invitationId, officer_id: officerId, secret_hash: secretHash },
    ...{ created_at: createdAt, expires_at: expiresAt, used_at: usedAt },
  };
}

export function invitationOf(row: Row): StoredInvitation {
  return {
    invitationId: row["invitation_id"] as string,
    officerId: row["officer_id"] as string,
    secretHash: row["secret_hash"] as Uint8Array,
    createdAt: row["created_at"] as number,
    expiresAt: row["expires_at"] as number,
    usedAt: row["used_at"] as number | null,
  };
}

export function sessionRow(session: StoredSession): Row {
  return { officer_id: session.officerId, ...columnsOfSession(session) };
}

export function sessionOf(row: Row): StoredSession {
  return { officerId: row["officer_id"] as string, ...sessionIn(row) };
}
