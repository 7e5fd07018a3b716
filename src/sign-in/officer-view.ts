/** An account as listed by the service and by the command line. */
import type { ListedOfficer, OfficerRole } from "./officers.ts";

/** `null` stands for no limit, and for never. Times are ISO 8601 in UTC. */
export interface OfficerListing {
  readonly id: string;
  readonly name: string;
  readonly role: OfficerRole;
  readonly sources: readonly string[] | null;
  readonly ratePerMinute: number | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly removedAt: string | null;
  readonly signsInBy: "passkey" | "oidc";
  readonly passkeys: number;
  readonly invitedUntil: string | null;
}

/** How an account is listed. */
export function officerListing(officer: ListedOfficer): OfficerListing {
  const { officerId, name, role, sources, ratePerMinute, passkeys, issuer } = officer;
  return {
    ...{ id: officerId, name, role: role as OfficerRole, sources, ratePerMinute },
    createdAt: new Date(officer.createdAt).toISOString(),
    expiresAt: timeOf(officer.expiresAt),
    removedAt: timeOf(officer.removedAt),
    ...{ signsInBy: issuer === null ? "passkey" : "oidc", passkeys },
    invitedUntil: timeOf(officer.invitedUntil),
  };
}

function timeOf(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
