/**
 * Where `warifu officer` invites, lists and removes: at a service over HTTP, or in a data folder whose service is not
 * running.
 */
import { randomBytes } from "node:crypto";
import { createClient, type ClientOptions } from "../client/client.ts";
import type { InvitationView, InvitedOfficer } from "../client/officers.ts";
import type { withWriterLock } from "../keys/offline-api-keys.ts";
import { officerListing, type OfficerListing } from "../sign-in/officer-view.ts";
import { INVITATION_MS, Officers, type Invitation } from "../sign-in/officers.ts";

/** What can be done with accounts. */
export interface OfficerAdmin {
  invite(officer: InvitedOfficer): Promise<InvitationView>;
  inviteAgain(officerId: string, validHours: number | undefined): Promise<InvitationView>;
  list(): Promise<OfficerListing[]>;
  remove(officerId: string): Promise<void>;
}

/** Accounts of a running service. */
export function officersOfService(options: Pick<ClientOptions, "url" | "apiKey" | "attempts">): OfficerAdmin {
  const client = createClient(options);
  return {
    invite: (officer) => client.inviteOfficer(officer),
    inviteAgain: (id, validHours) => client.inviteAgain(id, { validHours }),
    list: () => client.officers(),
    remove: (id) => client.removeOfficer(id),
  };
}

/** Accounts in a data folder; nobody else may write there in the meantime. @param origin of the desk */
export function officersOfFolder(place: Parameters<typeof withWriterLock>[0], origin: string): OfficerAdmin {
  const opened = async <T>(act: (officers: Officers) => Promise<T>): Promise<T> =>
    (await import("../keys/offline-api-keys.ts")).withWriterLock(place, async (store) =>
      act(await Officers.open(store, randomBytes, Date.now)),
    );
  const shown = ({ officerId, token, expiresAt }: Invitation): InvitationView => ({
    ...{ id: officerId, link: `${origin}/desk/join#${token}`, expiresAt: new Date(expiresAt).toISOString() },
  });
  return {
    invite: ({ validHours, expiresAt, sources, ...officer }) =>
      opened(async (officers) =>
        shown(
          await officers.invite({
            ...officer,
            sources: sources?.includes("*") ? null : sources,
            expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
            validMs: inMs(validHours),
          }),
        ),
      ),
    inviteAgain: (id, validHours) =>
      opened(async (officers) => shown(await officers.inviteAgain(id, inMs(validHours)))),
    list: () => opened(async (officers) => officers.list().map(officerListing)),
    remove: (id) => opened((officers) => officers.remove(id)),
  };
}

function inMs(hours: number | undefined): number {
  return hours === undefined ? INVITATION_MS : hours * 3_600_000;
}
