// Citizens of a service under test: a browser with the app, which keeps cookies and says of its requests what browsers say; a
// software passkey; and the notices that people are shown before they join.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { Authenticator, type Bent } from "../http/support/authenticator.ts";
import { BrowserWithCookies } from "../http/support/browser-with-cookies.ts";
import type { AskedService, CalledAnswer } from "../http/support/call.ts";
import type { TestService } from "./service.ts";

/** Purposes to which the notices of these tests ask for consent. */
const TEST_PURPOSES = ["publish", "exchange"] as const;

/** What somebody says who joins. */
export interface JoinWish {
  readonly pseudonym?: string;
  readonly ageBand?: string;
  readonly language?: string;
  /** Purposes; to publish without. */
  readonly purposes?: readonly string[];
  /** In the place of what follows from the purposes. */
  readonly consents?: readonly object[];
}

/** A browser with the app. */
export class AppBrowser extends BrowserWithCookies {
  /** @param origin of the app, if the service does not say `localhost` */
  constructor(service: AskedService, origin?: string) {
    super(service, { "warifu-app": "1" }, origin);
  }

  /** Joins. */
  async join(
    wish: JoinWish = {},
    bent: Bent = {},
  ): Promise<{ readonly passkey: Authenticator; readonly answer: CalledAnswer }> {
    const passkey = new Authenticator(this.origin);
    const asked = await this.ask("/v1/citizens/join/options", { value: joining(wish) });
    if (asked.status !== 200) return { passkey, answer: asked };
    const { options } = asked.json as { options: object };
    const value = { credential: passkey.create(options, bent) };
    return { passkey, answer: await this.ask("/v1/citizens/join/verify", { value }) };
  }

  async signIn(passkey: Authenticator, bent: Bent = {}): Promise<CalledAnswer> {
    const asked = await this.ask("/v1/citizens/session/options", { method: "POST" });
    const { options } = asked.json as { options: object };
    return this.ask("/v1/citizens/session/verify", { value: { credential: passkey.get(options, bent) } });
  }

  /** Shows once more who is signed in. @returns the header that says so, once */
  async proof(shown: Authenticator | string, bent: Bent = {}): Promise<{ readonly "warifu-proof": string }> {
    const { json } = await this.prove(shown, bent);
    return { "warifu-proof": (json as { readonly proof: string }).proof };
  }

  /** @param shown the passkey, or the recovery code */
  async prove(shown: Authenticator | string, bent: Bent = {}): Promise<CalledAnswer> {
    const verify = (value: object): Promise<CalledAnswer> => this.ask("/v1/citizens/me/proof/verify", { value });
    if (typeof shown === "string") return verify({ code: shown });
    const asked = await this.ask("/v1/citizens/me/proof/options", { method: "POST" });
    const { options } = asked.json as { options: object };
    return verify({ credential: shown.get(options, bent) });
  }

  /** Leaves, with everything. */
  async leave(shown: Authenticator | string): Promise<CalledAnswer> {
    return this.ask("/v1/citizens/me", { method: "DELETE", headers: await this.proof(shown) });
  }

  /** Comes back with a recovery code. */
  async recover(code: string): Promise<{ readonly passkey: Authenticator; readonly answer: CalledAnswer }> {
    const passkey = new Authenticator(this.origin);
    const asked = await this.ask("/v1/citizens/session/recovery/options", { value: { code } });
    if (asked.status !== 200) return { passkey, answer: asked };
    const { options } = asked.json as { options: object };
    const value = { credential: passkey.create(options) };
    return { passkey, answer: await this.ask("/v1/citizens/session/recovery/verify", { value }) };
  }
}

/** What `join/options` takes. */
export function joining({ purposes = ["publish"], consents, ...wish }: JoinWish = {}): JsonObject {
  const language = wish.language ?? "es";
  const given = consents ?? purposes.map((purpose) => ({ purpose, noticeVersion: 1, language }));
  const words = { pseudonym: "gaviota", ageBand: "18-64", ...wish, language };
  return { ...words, consents: given } as unknown as JsonObject;
}

/** Somebody who has joined and is signed in. */
export interface JoinedCitizen {
  readonly browser: AppBrowser;
  readonly passkey: Authenticator;
  readonly citizenId: string;
  readonly recoveryCode: string;
  readonly receipts: readonly { readonly id: string; readonly leafIndex: number; readonly purpose: string }[];
}

/** Joins, with the notices in force that this takes. */
export async function joinedCitizen(
  service: AskedService & Pick<TestService, "ledger">,
  wish: JoinWish = {},
): Promise<JoinedCitizen> {
  await noticesInForce(service);
  const browser = new AppBrowser(service);
  const { passkey, answer } = await browser.join(wish);
  expect(answer.status, answer.text).to.equal(201);
  const { citizen, recoveryCode, receipts } = answer.json as {
    readonly citizen: { readonly id: string };
    readonly recoveryCode: string;
    readonly receipts: JoinedCitizen["receipts"];
  };
  return { browser, passkey, citizenId: citizen.id, recoveryCode, receipts };
}

/** Puts notices in force in the app's three languages, where there are none. */
export async function noticesInForce({ ledger }: Pick<TestService, "ledger">): Promise<void> {
  const { notices, law } = ledger.rights;
  const there = new Set(notices.inForce.map(({ notice }) => notice.language));
  const [basis = ""] = law.operations.consent.provisions;
  for (const language of ["es", "ja", "en"]) if (!there.has(language)) await notices.add(noticeIn(language, basis));
}

/** A notice that asks for consent to the purposes of these tests. */
export function noticeIn(language: string, basis: string, version = 1): JsonObject {
  return {
    ...{ authority: "Authority", collection: "in the app", processing: "here" },
    controller: { address: "Plaza 1", contact: "dpd@city.example", name: "City" },
    ...{ data: ["text", "pictures"], language, version },
    purposes: [...TEST_PURPOSES, "service"].map((code) => ({
      ...{ basis, code, text: `${code} (${language})` },
      // To run the service, nobody is asked.
      needsConsent: code !== "service",
    })),
    recipients: [{ country: "JP", name: "Partner" }],
    ...{ retention: "five years", rights: ["access", "erasure"], storage: ["here"] },
    ...{ text: `What we do (${language}).`, withdrawal: "in the app, at any time" },
  };
}
