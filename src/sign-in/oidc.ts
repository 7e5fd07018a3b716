/**
 * Signing in with an identity provider: OpenID Connect's authorization code flow with PKCE, state and nonce, by
 * openid-client. The provider says who somebody is and which groups they belong to; the city's settings say which role
 * and sources that gives them.
 */
import * as client from "openid-client";
import { WarifuError } from "../core/errors.ts";
import type { RandomBytes } from "../core/random.ts";
import { isLoopbackHost } from "./desk-url.ts";
import { Flows, type Beginning } from "./flows.ts";
import type { VouchedPerson } from "./officers.ts";
import type { OidcAccount, OidcSettings } from "./oidc-settings.ts";
import { refusedSignIn } from "./refused.ts";

/** Where the provider sends people back to, below the desk's origin. */
const CALLBACK_PATH = "/v1/session/oidc/callback";

const TIMEOUT_SECONDS = 10;
const MOST_NAME = 64;

interface Flow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** Signs in with one provider. */
export class OidcSignIn {
  readonly #settings: OidcSettings;
  readonly #flows: Flows<Flow>;
  #provider: Promise<client.Configuration> | undefined;

  constructor(settings: OidcSettings, randomBytes: RandomBytes, now: () => number) {
    this.#settings = settings;
    this.#flows = new Flows(randomBytes, now);
  }

  /**
   * Begins a sign-in.
   * @returns where to send the browser, and the id that it is to keep
   * @throws SERVICE_UNREACHABLE the provider does not answer
   */
  async begin({ origin, client: from }: Beginning): Promise<{ readonly address: string; readonly flow: string }> {
    const provider = await this.#discovered();
    const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
    const redirectUri = `${origin}${CALLBACK_PATH}`;
    const address = client.buildAuthorizationUrl(provider, {
      ...{ redirect_uri: redirectUri, scope: ["openid", ...this.#settings.scopes].join(" "), state, nonce },
      ...{ code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" },
    });
    return { address: address.href, flow: this.#flows.begin({ state, nonce, verifier, redirectUri }, from) };
  }

  /**
   * Who came back from the provider.
   * @param query that of the callback, as it came
   * @throws UNAUTHENTICATED
   */
  async finish(flowId: string | undefined, query: string): Promise<VouchedPerson> {
    const flow = this.#flows.finish(flowId);
    if (!flow) throw refusedSignIn("no-such-flow");
    const claims = await this.#claims(flow, query);
    const account = this.#settings.accounts.find((one) => isFor(one, claims, this.#settings.groupsClaim));
    if (!account) throw refusedSignIn("no-account");
    const { role, sources } = account;
    const { issuer } = this.#settings;
    return { issuer, subject: claims.sub, name: nameIn(claims), role, sources: sources ?? null };
  }

  async #claims({ state, nonce, verifier, redirectUri }: Flow, query: string): Promise<Claims> {
    try {
      const provider = await this.#discovered();
      // Never the address of the request: whoever sends it decides what it says of itself.
      const came = new URL(`${redirectUri}?${query}`);
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await client.authorizationCodeGrant(provider, came, checks);
      const claims = tokens.claims();
      if (!claims) throw refusedSignIn("provider");
      if (claims[this.#settings.groupsClaim] !== undefined || !this.#asksForGroups()) return claims;
      if (provider.serverMetadata().userinfo_endpoint === undefined) return claims;
      return { ...(await client.fetchUserInfo(provider, tokens.access_token, claims.sub)), ...claims };
    } catch {
      // What the library says quotes what the provider sent.
      throw refusedSignIn("provider");
    }
  }

  #asksForGroups(): boolean {
    return this.#settings.accounts.some(({ group }) => group !== undefined);
  }

  /** What the provider says of itself: asked for at the first sign-in, and again if that failed. */
  async #discovered(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const url = new URL(issuer);
    const isLocal = url.protocol === "http:" && isLoopbackHost(url.hostname);
    this.#provider ??= client.discovery(url, clientId, clientSecret, undefined, {
      timeout: TIMEOUT_SECONDS,
      // Settings allow that on this machine alone.
      ...(isLocal && { execute: [client.allowInsecureRequests] }),
    });
    try {
      return await this.#provider;
    } catch {
      this.#provider = undefined;
      throw new WarifuError("SERVICE_UNREACHABLE", "the identity provider does not answer as OpenID Connect has it");
    }
  }
}

type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

function isFor({ group, subject }: OidcAccount, claims: Claims, groupsClaim: string): boolean {
  if (subject !== undefined) return claims.sub === subject;
  const groups = claims[groupsClaim];
  return Array.isArray(groups) && group !== undefined && groups.includes(group);
}

/** What to call somebody: a provider may send anything. */
function nameIn(claims: Claims): string {
  const given = [claims["name"], claims["preferred_username"]].find((one) => typeof one === "string" && one !== "");
  const name = String(given ?? claims.sub).replaceAll(/\p{C}/gu, "");
  return [...name].slice(0, MOST_NAME).join("");
}
