// A browser at the desk, as the service sees it.

import { expect } from "chai";

import type { TestService } from "../../support/service.ts";
import { Authenticator, type Bent } from "./authenticator.ts";
import { BrowserWithCookies } from "./browser-with-cookies.ts";
import type { CalledAnswer } from "./call.ts";

/** What the desk's own pages send. */
export interface Session {
  readonly officer: { readonly id: string; readonly name: string; readonly role: string; readonly scope?: object };
  readonly signedInAt: string;
  readonly until: string;
}

/** A browser. */
export class DeskBrowser extends BrowserWithCookies {
  /** @param origin of the desk, if the service does not say `localhost` */
  constructor(service: TestService, origin?: string) {
    super(service, { "warifu-desk": "1" }, origin);
  }

  /** Registers a passkey with the token of an invitation, which signs in. */
  async join(
    token: string,
    bent: Bent = {},
  ): Promise<{ readonly passkey: Authenticator; readonly answer: CalledAnswer }> {
    const passkey = new Authenticator(this.origin);
    const asked = await this.ask("/v1/session/join/options", { value: { token } });
    if (asked.status !== 200) return { passkey, answer: asked };
    const { options } = asked.json as { options: object };
    const credential = passkey.create(options, bent);
    return { passkey, answer: await this.ask("/v1/session/join/verify", { value: { credential } }) };
  }

  async signIn(passkey: Authenticator, bent: Bent = {}): Promise<CalledAnswer> {
    const { options } = (await this.ask("/v1/session/passkey/options", { method: "POST" })).json as { options: object };
    return this.ask("/v1/session/passkey/verify", { value: { credential: passkey.get(options, bent) } });
  }

  /** Who is signed in. */
  async session(): Promise<Session> {
    const answer = await this.ask("/v1/session");
    expect(answer.status, answer.text).to.equal(200);
    return answer.json as Session;
  }
}

/** Somebody who was invited, has joined and is signed in. */
export async function signedIn(
  service: TestService,
  account: Parameters<TestService["desk"]["officers"]["invite"]>[0] = { name: "M. Ruiz", role: "officer" },
) {
  const { officerId, token } = await service.desk.officers.invite(account);
  const browser = new DeskBrowser(service);
  const { passkey, answer } = await browser.join(token);
  expect(answer.status, answer.text).to.equal(200);
  return { officerId, token, browser, passkey };
}
