/** Examples of the citizens' part, for the OpenAPI document. */
import { DESK_EXAMPLES } from "./desk-examples.ts";

const CITIZEN = { id: "ct_4f0c9e2d1b3a5768", pseudonym: "gaviota", ageBand: "18-64", language: "es" };
const ENTERED = { id: "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f", leafIndex: 17, leafHash: "ab".repeat(32) };
const RECEIPT = {
  "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr",
  receiptId: "5e5b2b0c-32f8-4c8f-9d5e-0c6f0d5c7a11",
  schemaVersion: "ISO/IEC TS 27560:2023",
};
const CONSENT = { purpose: "publish", noticeVersion: 1, language: "es" };
const SAID = { purpose: "publish", state: "given", at: "2026-11-29T08:00:00.000Z", noticeVersion: 1, language: "es" };
const GIVEN = { ...ENTERED, ...SAID, receipt: RECEIPT, receiptSha256: "cd".repeat(32) };
const PASSKEY = { id: "q83vEjRWeJCrze8SNFZ4kA", at: "2026-11-29T08:00:00.000Z" };
const CODE = "7K2PM-9XQ4T-B8VHC-3NRWE-5ZJ1D";
const SESSION = {
  citizen: CITIZEN,
  since: "2026-11-29T08:00:00.000Z",
  until: "2026-12-13T08:00:00.000Z",
};

export const CITIZEN_EXAMPLES = {
  city: {
    city: "santander",
    names: { en: "Santander", es: "Santander", ja: "サンタンデール" },
    controller: { name: "Ayuntamiento de Santander", contact: "dpd@santander.example" },
    languages: ["es", "en", "ja"],
    categories: [{ code: "street", labels: { en: "Street", es: "Calle", ja: "道路" } }],
    areas: [
      { code: "centro", labels: { en: "Centre", es: "Centro", ja: "中心部" }, box: [43.456, -3.824, 43.468, -3.79] },
    ],
    ownConsentFrom: 14,
    ageBands: [
      { code: "0-13", ownConsent: false },
      { code: "14-17", ownConsent: true },
    ],
    consents: [
      {
        purpose: "publish",
        isNeeded: false,
        notices: [{ language: "es", version: 1, text: "Publicar lo que envías" }],
      },
    ],
    translations: [{ from: "es", to: "en" }],
    others: [{ city: "fujisawa", names: { en: "Fujisawa", es: "Fujisawa", ja: "藤沢市" } }],
  },
  joining: { pseudonym: "gaviota", ageBand: "18-64", language: "es", consents: [CONSENT] },
  options: {
    options: {
      ...DESK_EXAMPLES.joining.options,
      rp: { id: "ledger.santander.example", name: "Santander" },
      user: { id: "Y3RfNGYwYzllMmQxYjNhNTc2OA", name: "gaviota", displayName: "gaviota" },
    },
  },
  credential: DESK_EXAMPLES.signIn,
  session: SESSION,
  joined: { ...SESSION, recoveryCode: CODE, receipts: [GIVEN] },
  recovered: { ...SESSION, recoveryCode: CODE },
  code: { code: CODE },
  newCode: { recoveryCode: CODE },
  proof: { proof: "Zc1yPw4lQ0m7", until: "2026-11-29T08:05:00.000Z" },
  me: { ...CITIZEN, since: "2026-11-29T08:00:00.000Z", passkeys: 1 },
  change: { pseudonym: "gaviota del norte" },
  given: GIVEN,
  receipt: RECEIPT,
  said: { state: "given", ...CONSENT },
  consents: {
    standing: [{ purpose: "publish" }],
    consents: [{ id: ENTERED.id, leafIndex: 17, ...SAID }],
  },
  passkey: PASSKEY,
  passkeys: { passkeys: [PASSKEY] },
  copy: { format: "warifu:personal-copy:1", made: "2026-11-29T08:00:00Z", records: [], consents: [], pictures: [] },
  removal: {
    format: "warifu:account-removal:1",
    citizen: CITIZEN.id,
    removedAt: "2026-11-29T08:00:00.000Z",
    erased: [{ record: ENTERED.id, event: "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e60" }],
    withdrawn: [GIVEN],
    gone: true,
  },
} as const;
