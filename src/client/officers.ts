/** What the client asks and does about the accounts of officers. */
import type { OfficerListing } from "../sign-in/officer-view.ts";
import type { OfficerRole } from "../sign-in/officers.ts";

/** Somebody to invite. */
export interface InvitedOfficer {
  readonly name: string;
  readonly role: OfficerRole;
  /** Names of sources, and prefixes that end in `*`; all when left out. */
  readonly sources?: readonly string[] | undefined;
  /** When the account expires, RFC 3339. */
  readonly expiresAt?: string | undefined;
  readonly ratePerMinute?: number | undefined;
  /** How long the link is valid; 24 when left out. */
  readonly validHours?: number | undefined;
}

/** An invitation. */
export interface InvitationView {
  readonly id: string;
  /** Shown this once. */
  readonly link: string;
  readonly expiresAt: string;
}

/** All methods need the key of an administrator. */
export interface OfficerClient {
  /** Invites somebody to the desk. */
  inviteOfficer(officer: InvitedOfficer): Promise<InvitationView>;
  /** Another link for an account; one that was not used is void. */
  inviteAgain(officerId: string, options?: Pick<InvitedOfficer, "validHours">): Promise<InvitationView>;
  /** All accounts ever made. */
  officers(): Promise<OfficerListing[]>;
  removeOfficer(officerId: string): Promise<void>;
}

/** That part of the client. */
export function officerClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
  remove: (path: string) => Promise<unknown>,
): OfficerClient {
  return {
    inviteOfficer: (officer) => post("/v1/officers", officer),
    inviteAgain: (officerId, given = {}) => post(`/v1/officers/${encodeURIComponent(officerId)}/invitations`, given),
    officers: async () => (await read<{ readonly items: OfficerListing[] }>("/v1/officers")).items,
    async removeOfficer(officerId) {
      await remove(`/v1/officers/${encodeURIComponent(officerId)}`);
    },
  };
}
