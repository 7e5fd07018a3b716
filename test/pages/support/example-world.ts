// What has to be there so that the examples of the reference do what they say: records, people, grants, requests. Each example is
// run with values of this world in the place of those in the document.

import { createHash, generateKeyPairSync, randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { createClient, type Client } from "../../../src/client/client.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { formatPolicy } from "../../../src/core/policy.ts";
import type { SourceKey } from "../../../src/core/source-key.ts";
import type { Role } from "../../../src/keys/api-keys.ts";
import type { Replacements } from "../../../src/pages/reference/example.ts";
import { EXAMPLE_IDS, EXAMPLE_UNTIL } from "../../../src/pages/reference/state.ts";
import { call, submit, type Result } from "../../http/support/call.ts";
import { submitWithPictures } from "../../http/support/form.ts";
import { phonePhoto } from "../../pictures/support/draw.ts";
import { exampleNotice } from "../../privacy/support/rights.ts";
import { FUJISAWA, SANTANDER } from "../../support/transfers.ts";
import { shippedProfiles, type TestService } from "../../support/service.ts";

const REPORT = shippedProfiles().get("citizen-report")!.document as JsonObject;
/** Reports of which pictures are published without a look for faces. */
export const STREET_REPORT: JsonObject = { ...REPORT, type: "street-report", pictures: "published" };

/** The name under which a token of a disclosure is given. */
export const TOKEN = "$WARIFU_TOKEN";

/** The world of the examples. */
export interface ExampleWorld {
  /** In the place of what the document says, for every operation. */
  readonly shared: Replacements;
  /** For one operation; made anew each time. */
  readonly given: Readonly<Partial<Record<string, () => Promise<Replacements>>>>;
}

const FORM = "application/x-www-form-urlencoded";
const WORDS = { category: "pothole", text: "A hole", reporterEmail: "jane@example.org" };

/** Makes it. @param folder gets the files that examples send */
export async function exampleWorld(service: TestService, folder: string): Promise<ExampleWorld> {
  const as = (role: Role): Client => createClient({ url: service.url, apiKey: service.keys[role], attempts: 1 });
  const [officer, admin] = [as("officer"), as("admin")];
  const photo = await phonePhoto();
  const record = async (): Promise<string> => {
    const text = JSON.stringify({ type: "citizen-report", source: "reports/app", claims: WORDS });
    return ((await submit(service, text)).json as Required<Result>).id;
  };
  const street = { type: "street-report", source: "app/1", claims: WORDS };
  const { id } = (await submitWithPictures(service, street, [photo])).json as Required<Result>;
  await service.publishing.settled();
  const made = await openRequest(service);
  const other = await record();
  for (const language of ["es", "en"]) await officer.addNotice({ ...exampleNotice("es"), language });
  for (const recipient of [FUJISAWA, SANTANDER]) await officer.keepRecipient({ ...recipient, papers: [] });
  await service.anchorAll();
  writeFileSync(join(folder, "bundle.json"), await officer.bundle(id));

  const grant = async (claims: readonly string[], one = id): Promise<Replacements> => {
    const until = Math.floor(Date.now() / 1_000) + 86_400;
    const wanted = { records: [one], claims, recipient: "Road works", purpose: "repair", purposeText: "x" } as const;
    const { disclosure, token } = await officer.grantDisclosure({ ...wanted, until });
    return { "{number}": String(disclosure), [TOKEN]: token, ...named(one) };
  };
  const { subject } = await officer.noteConsent({ state: "given", purpose: "research", country: "JP", language: "es" });
  const request = async (operation: "access" | "erase" = "access"): Promise<Replacements> => {
    const opened = await officer.openRequest({ operation, records: [await record()] });
    await officer.noteIdentity(opened.id);
    return named(opened.id);
  };
  const source = async (): Promise<Replacements> => {
    const name = `santander/${randomUUID()}`;
    await admin.registerSource(name, { key: newKey() });
    return { "santander/env-419": name };
  };
  const breach = async (): Promise<Replacements> => {
    const facts = { nature: "a laptop was stolen", people: 40, recordCategories: "reports" };
    return named((await officer.noteBreach({ facts, records: [await record()] })).id);
  };
  const fresh = async (): Promise<Replacements> => named(await record());
  const hidden = async (): Promise<Replacements> => {
    const one = await record();
    const body = JSON.stringify({
      record: one,
      decision: "hidden",
      rule: "insult",
      text: "It calls somebody a thief.",
    });
    for (const role of ["officer", "admin"] as const) await call(service, "/v1/moderation/decisions", { role, body });
    return named(one);
  };
  const published = async (): Promise<Replacements> => {
    const { json } = await call(service, `/v1/records/${id}/pictures`);
    return { "{hash}": (json as { published: { sha256: string }[] }).published[0]!.sha256 };
  };
  const digest = createHash("sha256")
    .update(await bodyOf(service, id))
    .digest("hex");

  return {
    shared: { ...named(id), [EXAMPLE_UNTIL]: new Date(Date.now() + 30 * 86_400_000).toISOString() },
    given: {
      showOpen311Request: async () => named(made),
      showOriginal: async () => named(made),
      showPicture: published,
      withdrawDisclosure: () => grant(["text"]),
      showDisclosure: () => grant(["text"]),
      showDisclosedBundle: () => grant(["text"]),
      showSdJwt: () => grant(["text"]),
      showDisclosedOriginal: () => grant(["text", "received"], made),
      showDisclosedPicture: async () => ({
        ...(await grant(["text", "pictures", "originals"])),
        "{hash}": createHash("sha256").update(photo).digest("hex"),
      }),
      revokeKey: async () => ({ "{keyId}": (await admin.issueKey("x", "auditor")).keyId }),
      inviteAgain: () => invited(service),
      removeOfficer: () => invited(service),
      registerSource: async () => ({ "santander/env-419": `santander/${randomUUID()}` }),
      rotateSource: () => source(),
      revokeSource: () => source(),
      suspendSource: () => source(),
      resumeSource: async () => {
        const one = await source();
        await admin.suspendSource(one["santander/env-419"]!);
        return one;
      },
      eraseRecords: fresh,
      setPostStatus: fresh,
      withholdBodies: fresh,
      addNotice: async () => ({ en: `${"abcdefgh"[languages++]}x` }),
      listConsents: async () => ({ "{subject}": subject }),
      showReceipt: async () =>
        named((await officer.noteConsent({ state: "given", purpose: "research", country: "JP", language: "es" })).id),
      openRequest: async () => ({ [EXAMPLE_SUBJECT]: subject }),
      showRequest: () => request(),
      showRequestAbout: () => request(),
      showCopy: () => request(),
      identityRequest: async () => named((await officer.openRequest({ operation: "access", records: [other] })).id),
      extendRequest: () => request(),
      finishRequest: () => request(),
      refuseRequest: () => request("erase"),
      addRestriction: fresh,
      liftRestriction: async () => {
        const records = [await record()];
        const restriction = { state: "restricted", purposes: ["*"], basis: "gdpr-18", records } as const;
        return named((await officer.restrict(restriction)).id);
      },
      removeRecipient: async () => ({
        "{number}": String((await officer.keepRecipient({ ...SANTANDER, name: randomUUID() })).number),
      }),
      removePartner: async () => {
        const [policy, name] = [formatPolicy(service.policy), randomUUID()];
        await officer.keepRecipient({ ...SANTANDER, name });
        const kept = await officer.keepPartner({ recipient: name, endpoint: service.url, policy, sends: false });
        return { "{number}": String(kept.number) };
      },
      receiveRecords: async () => {
        const file = await officer.provide({
          records: [id],
          recipient: FUJISAWA.name,
          claims: ["text"],
          purpose: "planning",
        });
        const reception = {
          file: JSON.stringify(file),
          policy: formatPolicy(service.policy),
          from: SANTANDER.name,
          how: "mail",
        };
        writeFileSync(join(folder, "reception.json"), JSON.stringify(reception));
        return {};
      },
      makeDeidentifiedTable: async () => ({ "2026-11-01": daysAgo(9), "2026-11-30": daysAgo(2) }),
      rectify: async () => {
        const [wrong, right] = [await record(), await record()];
        return { [EXAMPLE_IDS[1]]: wrong, [EXAMPLE_IDS[0]]: right };
      },
      reportRecord: fresh,
      decideModeration: fresh,
      appealModeration: hidden,
      showModeration: hidden,
      showModerationWords: hidden,
      noteBreach: fresh,
      showBreach: breach,
      showBreachReport: breach,
      listBreachPeople: breach,
      tellPeople: breach,
      amendBreach: breach,
      tellAuthority: breach,
      findNotNeeded: breach,
      closeBreach: async () => {
        const noted = await breach();
        const found = { reason: "protected", words: "the disk is encrypted" } as const;
        await officer.tellAuthority(noted[EXAMPLE_IDS[0]]!, { report: "final", facts: KNOWN });
        await officer.findNotNeeded(noted[EXAMPLE_IDS[0]]!, { whom: "people", ...found });
        return noted;
      },
      getAddendum: async () => ({ "{s0}": digest.slice(0, 2), "{s1}": digest.slice(2, 4), "{digest}": digest }),
    },
  };
}

/** What a final report says. */
const KNOWN = {
  ...{ nature: "a laptop was stolen", peopleCategories: "residents", people: 40, recordCategories: "reports" },
  ...{ records: 40, contact: "dpo@example.org", consequences: "none is known", measures: "the disk was encrypted" },
};
const EXAMPLE_SUBJECT = "sub_q6jX0mN3T2yVbYtD0o2i5A";
let languages = 0;

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

/** For all ids in the document. */
function named(one: string): Replacements {
  return Object.fromEntries(EXAMPLE_IDS.map((name) => [name, one]));
}

function newKey(): SourceKey {
  return generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }) as SourceKey;
}

/** A report that was made of a form, and has an original. */
async function openRequest(service: TestService): Promise<string> {
  const fields = { service_code: "pothole", description: "a hole", lat: "43.46", long: "-3.80" };
  const body = new URLSearchParams(fields).toString();
  const { json } = await call(service, "/open311/v2/requests.json", { role: "admin", body, type: FORM });
  return (json as { service_request_id: string }[])[0]!.service_request_id;
}

async function invited(service: TestService): Promise<Replacements> {
  const { json } = await call(service, "/v1/officers", { role: "admin", body: '{"name":"x","role":"officer"}' });
  const { id } = json as { id: string };
  return { "{id}": id };
}

async function bodyOf({ url }: TestService, id: string): Promise<string> {
  return ((await (await fetch(`${url}/v1/records/${id}/bundle`)).json()) as { body: string }).body;
}
