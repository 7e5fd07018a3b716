/** The accounts of citizens as rows. */
import type { CitizenPasskey, CitizenSession, FormerCitizen, StoredCitizen } from "../citizen-store.ts";
import type { Row } from "./row.ts";
import { columnsOfPasskey, columnsOfSession, passkeyIn, sessionIn } from "./sign-in-columns.ts";

export function citizenRow(citizen: StoredCitizen): Row {
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

export function citizenOf(row: Row): StoredCitizen {
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

export function formerCitizenOf(row: Row): FormerCitizen {
  return { citizenId: row["citizen_id"] as string, removedAt: row["removed_at"] as number };
}

export function citizenPasskeyRow(passkey: CitizenPasskey): Row {
  return { citizen_id: passkey.citizenId, ...columnsOfPasskey(passkey) };
}

export function citizenPasskeyOf(row: Row): CitizenPasskey {
  return { citizenId: row["citizen_id"] as string, ...passkeyIn(row) };
}

export function citizenSessionRow(session: CitizenSession): Row {
  return { citizen_id: session.citizenId, ...columnsOfSession(session) };
}

export function citizenSessionOf(row: Row): CitizenSession {
  return { citizenId: row["citizen_id"] as string, ...sessionIn(row) };
}
