/**
 * Data portability: a citizen's request for their own data is answered at once, though the law allows weeks. It stands
 * in the log like any request that an officer takes, with the accesses to records and its end.
 */
import type { PersonalCopy } from "../privacy/personal-copy.ts";
import type { Rights } from "../privacy/rights.ts";
import type { StoredCitizen } from "../store/citizen-store.ts";
import { recordsSentBy, type SentParts } from "./sent-records.ts";

export interface ExportParts extends SentParts {
  readonly rights: Rights;
}

/** A copy that is to be handed out. */
export interface OwnExport {
  readonly copy: PersonalCopy;
  /** Notes that it was, unless the law has an officer say more. @throws STOPPED */
  handedOut(): Promise<void>;
}

/** Begins. @throws STOPPED, STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
export async function exportOwn({ citizenId, subject }: StoredCitizen, parts: ExportParts): Promise<OwnExport> {
  const { desk, law } = parts.rights;
  const { leafIndex: request } = await desk.open({ operation: "export", subject });
  // Whoever is signed in has the account's passkey.
  if (law.operations.export.records.includes("identity-check")) await desk.noteIdentity(request);
  const records = await recordsSentBy(citizenId, parts);
  const copy = await parts.rights.ownCopy(request, { subject, records, keyId: citizenId });
  const handedOut = async (): Promise<void> => {
    const told = desk.needsOf("export").done;
    if (told.every((one) => one === "copy")) await desk.finish(request, { told });
  };
  return { copy, handedOut };
}
