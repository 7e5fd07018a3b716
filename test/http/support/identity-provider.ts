// A real identity provider on this machine: oidc-provider, certified for OpenID Connect. Whoever comes is who the test says.

import { generateKeyPairSync } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { patientServer } from "../../support/patient-server.ts";

interface Grant {
  addOIDCScope(scope: string): void;
  save(): Promise<unknown>;
}

/** The part of oidc-provider that is used here. https://github.com/panva/node-oidc-provider/blob/main/docs/README.md */
interface Provider {
  readonly Grant: new (of: object) => Grant;
  callback(): RequestListener;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
}

interface Context {
  readonly oidc: { readonly client: { readonly clientId: string }; readonly session: { readonly accountId: string } };
}

/** Somebody whom the provider knows. */
export interface Person {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A provider that runs. */
export interface IdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** By their subjects; a test may change them. */
  readonly people: Map<string, Person>;
  /** Who comes next. */
  visitor: string;
  stop(): Promise<void>;
}

const CLIENT = { clientId: "warifu-desk", clientSecret: "a secret that only these two know" };

/** Starts one that sends people back to this address. @param inToken whether groups are in the ID token, or asked for */
export async function startProvider(redirectUri: () => string, inToken = false): Promise<IdentityProvider> {
  const { promise: listening, resolve } = Promise.withResolvers<unknown>();
  let handle: RequestListener = (_request, response) => response.writeHead(503).end();
  const server = patientServer((request, response) => handle(request, response));
  server.listen(0, "127.0.0.1", () => {
    resolve(undefined);
  });
  await listening;
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Person>();
  const running: IdentityProvider = {
    ...{ issuer, ...CLIENT, people, visitor: "" },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  const { default: NewProvider } = (await import("oidc-provider" as string)) as {
    readonly default: new (issuer: string, configuration: object) => Provider;
  };
  const provider: Provider = new NewProvider(
    issuer,
    configuration({ redirectUri: redirectUri(), people, inToken }, () => provider),
  );
  const callback = provider.callback();
  handle = (request, response) => {
    if (request.url?.startsWith("/who/") === true)
      void provider.interactionFinished(request, response, { login: { accountId: running.visitor } });
    else callback(request, response);
  };
  return running;
}

interface Setting {
  readonly redirectUri: string;
  readonly people: ReadonlyMap<string, Person>;
  readonly inToken: boolean;
}

function configuration({ redirectUri, people, inToken }: Setting, provider: () => Provider): object {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const client = { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: [redirectUri] };
  return {
    clients: [client],
    claims: { openid: ["sub"], profile: ["name", "groups"] },
    conformIdTokenClaims: !inToken,
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
    cookies: { keys: ["of a test"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => `/who/${uid}` },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ sub, ...people.get(sub) }),
    }),
    // Nobody is asked whether the desk may know who they are.
    async loadExistingGrant({ oidc: { client, session } }: Context) {
      const grant = new (provider().Grant)({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
  };
}
