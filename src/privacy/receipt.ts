/**
 * The receipt that a person gets for a consent, or for its withdrawal: a record in the shape of ISO/IEC TS 27560:2023, with
 * the members that the EU's profile makes mandatory where the notice has them. It is a concealed claim of the event, so
 * whoever holds one can find it, or its hash, in the event's bundle: it is handed out as canonical JSON (RFC 8785).
 */
import type { Consent } from "../core/consent-event.ts";
import type { JsonObject } from "../core/json.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { EnteredNotice } from "../events/notice.ts";
import type { Law } from "./law.ts";

const SCHEMA_VERSION = "ISO/IEC TS 27560:2023";
const STATES = { given: "ConsentGiven", withdrawn: "ConsentWithdrawn" } as const;

/** The contents of a receipt. */
export interface ReceiptOf {
  readonly consent: Consent;
  readonly subject: string;
  readonly shown: EnteredNotice;
  readonly law: Law;
  /** Number of the receipt. */
  readonly id: string;
  /** POSIX seconds. */
  readonly at: number;
}

/** The receipt. */
export function receiptFor({ consent, subject, shown, law, id, at }: ReceiptOf): JsonObject {
  return {
    "dct:conformsTo": law.receiptProfile,
    schemaVersion: SCHEMA_VERSION,
    receiptId: id,
    header: { schemaVersion: SCHEMA_VERSION, recordId: id, piiPrincipalId: subject },
    processing: processingOf(consent, shown, law),
    parties: [{ id: "controller", type: "controller", role: "controller", ...shown.notice.controller }],
    event: {
      entityId: subject,
      state: `dpv:${STATES[consent.state]}`,
      time: formatSecond(at),
      type: "explicit",
      validityDuration: consent.state === "given" ? "until-withdrawn" : "none",
    },
  };
}

function processingOf({ purpose, country }: Consent, { leafIndex, notice }: EnteredNotice, law: Law): JsonObject {
  const stated = notice.purposes.find(({ code }) => code === purpose);
  const { authority, collection, processing } = notice;
  return {
    privacyNotice: {
      language: notice.language,
      leafIndex,
      textSha256: notice.textSha256,
      version: notice.version,
    },
    language: notice.language,
    purpose: { code: purpose, description: stated?.text ?? purpose },
    lawfulBasis: stated?.basis ?? "",
    piiInformation: notice.data.map((type) => ({ piiType: type })),
    piiControllers: ["controller"],
    storageLocations: [...notice.storage],
    retentionPeriod: notice.retention,
    jurisdiction: law.jurisdiction,
    law: { name: law.law, version: law.lawVersion },
    recipientThirdParties: notice.recipients.filter((one) => country === undefined || one.country === country),
    ...(country !== undefined && { recipientCountry: country }),
    withdrawalMethod: notice.withdrawal,
    privacyRights: [...notice.rights],
    ...(collection !== undefined && { collectionMethod: collection }),
    ...(processing !== undefined && { processingLocation: processing }),
    ...(authority !== undefined && { authority }),
  };
}
