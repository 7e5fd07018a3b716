// The OpenAPI document against the service: the same routes, and every route's real answers.

import { expect } from "chai";
import type { Router } from "express";

import type { ErrorCode } from "../../src/core/errors.ts";
import { createOpenApiDocument } from "../../src/http/openapi.ts";
import { PROBLEM_KINDS } from "../../src/http/handling/problem.ts";
import type { RouteParts } from "../../src/http/handling/route.ts";
import { APP_VIEWS, DESK_VIEWS } from "../../src/http/resources/pages.ts";
import { createRouter, ROUTES } from "../../src/http/routes.ts";
import { TRANSFER_EXAMPLES } from "../../src/http/handling/transfer-examples.ts";
import { AppBrowser, joinedCitizen } from "../support/citizens.ts";
import { startService, type TestService } from "../support/service.ts";
import { Authenticator } from "./support/authenticator.ts";
import { call, readingText, submitLines, type Result } from "./support/call.ts";
import { signedIn } from "./support/desk-browser.ts";
import { post, putTheme, upload } from "./support/posting.ts";
import {
  checkedRoutes,
  describedContents,
  describedRoutes,
  examplesOf,
  expectValid,
  reasonsAgainst,
} from "./support/described-answers.ts";

describe("the OpenAPI document", () => {
  it("has every route of the router, and no other", () => {
    expect(routesOf(createRouter({ citizens: {} } as RouteParts)).sort()).to.deep.equal(describedRoutes().sort());
  });

  it("is of version 3.1, names every operation once, and describes every parameter, answer and error", () => {
    const document = createOpenApiDocument(ROUTES);
    expect(document.openapi).to.match(/^3\.1\./);
    const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.entries(item as object).map(([method, operation]) => ({
        path,
        method,
        operation: operation as Operation,
      })),
    );
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).to.equal(operations.length);
    for (const { path, operation } of operations) {
      const { summary, tags, security, responses, parameters = [] } = operation;
      expect(summary, path).to.be.a("string").that.is.not.empty;
      expect(tags, path).to.have.length(1);
      expect(security, path).to.be.an("array");
      const names = parameters.map(({ name }) => name);
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) expect(names, path).to.include(name);
      for (const parameter of parameters) expect(parameter.description ?? parameter.schema, path).to.exist;
      for (const [status, response] of Object.entries(responses)) {
        expect(response.description, `${path} ${status}`).to.be.a("string").that.is.not.empty;
        if (status >= "400" && path !== "/healthz")
          expect(response.content, path).to.have.keys(
            path.startsWith("/open311/") ? ["application/json", "text/xml"] : ["application/problem+json"],
          );
      }
      expect(Object.keys(responses), path).to.include("500");
    }
  });

  it("truth F4: has an example for each answer in JSON, and each is one that its schema takes", () => {
    const seen = { answers: 0, problems: 0 };
    for (const { route, status, type, content, pointer } of describedContents()) {
      if (!/json$/.test(type) || type === "application/x-ndjson") continue;
      const examples = examplesOf(content);
      expect(examples, `${route} ${status}`).to.not.be.empty;
      for (const example of examples) expectValid(pointer, JSON.stringify(example));
      seen[type === "application/json" ? "answers" : "problems"] += examples.length;
    }
    expect(seen.answers).to.be.greaterThan(20);
    expect(seen.problems).to.be.greaterThan(200);
  });

  it("truth F4: names the codes that a route may refuse with, each under its status", () => {
    for (const { route, status, type, content, pointer } of describedContents()) {
      if (type !== "application/problem+json") continue;
      const codes = Object.keys(content.examples ?? {}).filter((name) => name !== "internal") as ErrorCode[];
      expect(codes.length > 0 || status === "500", `${route} ${status}`).to.equal(true);
      for (const code of codes) expect(String(PROBLEM_KINDS[code].status), `${route} ${code}`).to.equal(status);
      // A code of another route is none of this one's.
      const foreign = { ...(examplesOf(content)[0] as object), code: "LAST_ADMIN" };
      if (!codes.includes("LAST_ADMIN") && codes.length > 0)
        expect(reasonsAgainst(pointer, foreign), `${route} ${status}`).to.not.equal("");
    }
  });

  it("names every code, and its problems are the ones that are sent", () => {
    const { Problem } = createOpenApiDocument(ROUTES).components?.schemas as unknown as Record<string, ProblemSchema>;
    expect(Problem?.properties.code.enum).to.have.members(Object.keys(PROBLEM_KINDS));
  });

  describe("against real answers", () => {
    let service: TestService;
    before(async () => {
      service = await startService({ city: "santander" });
    });
    after(() => service.stop());

    it("is what the service serves", async () => {
      expect((await call(service, "/openapi.json")).json).to.deep.equal(
        JSON.parse(JSON.stringify(createOpenApiDocument(ROUTES))),
      );
    });

    // call() holds each answer against the document; here every route is called at least once.
    it("describes an answer of every route", async () => {
      const { results } = await submitLines(service, `${readingText(1)}\n{}`);
      const { id } = results[0] as Required<Result>;
      const admin = { role: "admin" } as const;
      const issued = await call(service, "/v1/keys", { ...admin, body: '{"name":"x","role":"auditor"}' });
      const { keyId } = issued.json as { keyId: string };
      const paths = [
        "/v1/records",
        `/v1/records/${id}`,
        `/v1/records/${id}/bundle`,
        `/v1/records/${id}/contract-proof`,
        `/v1/records/${id}/lineage`,
        `/v1/records/${id}/original`,
        `/v1/records/${id}/lineage`,
        `/v1/records/${id}/pictures`,
        `/v1/records/${id}/pictures/${"0".repeat(64)}`,
        `/v1/records/${id}/derivations`,
        "/v1/checkpoints",
        "/v1/anchors",
        "/v1/anchors/1",
        "/v1/sources",
        "/v1/sources/santander%2Fenv-419",
        "/v1/keys",
      ];
      const open = [
        "/v1/status",
        "/v1/profiles",
        "/log/checkpoint",
        "/log/tile/0/000.p/1",
        "/log/bodies/000.p/1",
        "/log/intact/000.p/1",
        "/log/addenda.v1",
        "/livez",
        "/readyz",
        "/healthz",
        "/metrics",
        "/openapi.json",
      ];
      const addendum = `/log/addenda/00/00/${"0".repeat(64)}`;
      const pages = [
        ...["/", "/assets/none.js", "/verify", "/verify.webmanifest", "/verify-worker.js"],
        ...["", "-rpc"].flatMap((kind) => [`/warifu-verify${kind}.html`, `/warifu-verify${kind}.html.sha256`]),
      ];
      for (const path of [...paths, ...open, ...pages, addendum]) await call(service, path, admin);
      await call(service, "/v1/verify", { body: "{}" });
      await call(service, "/v1/privacy/disclosures", admin);
      for (const path of ["", "/0/withdraw"])
        await call(service, `/v1/privacy/disclosures${path}`, { ...admin, body: "{}" });
      for (const path of [
        "",
        ...["bundle", "sd-jwt", "original", `pictures/${"0".repeat(64)}`].map((name) => `/records/${id}/${name}`),
      ])
        await call(service, `/v1/disclosures/0${path}`);
      await call(service, "/.well-known/jwt-vc-issuer");
      await call(service, `/v1/records/${id}/derivations`, { role: "officer", body: "{}" });
      for (const path of ["/v1/ngsi", "/v1/senml"]) await call(service, path, { ...admin, body: "{}" });
      for (const path of ["Observations", "Datastreams(1)/Observations", "CreateObservations"])
        await call(service, `/v1.1/${path}`, { ...admin, body: "{}" });
      await call(service, `/v1.1/Observations('${id}')`);
      for (const path of ["cosignatures", "places", "rights", "traffic"]) await call(service, `/v1/${path}`);
      for (const path of ["/map", "/sources", "/monitoring", "/rights"]) await call(service, path);
      for (const path of [
        "/v1/growth",
        "/docs",
        "/research",
        "/records",
        `/records/${id}`,
        `/receipts/${id}`,
        `/receipts/${id}.pdf`,
        "/anchors",
      ])
        await call(service, path);
      for (const [path] of [...DESK_VIEWS, ...APP_VIEWS, ["/app.webmanifest"], ["/app-worker.js"]] as const)
        await call(service, path.replace("{id}", id).replace("{theme}", "street"));
      for (const name of ["discovery", "services", "services/pothole", "requests", `requests/${id}`])
        for (const format of ["json", "xml"]) await call(service, `/open311/v2/${name}.${format}`);
      await call(service, "/open311/v2/requests.json", {
        ...admin,
        body: "",
        type: "application/x-www-form-urlencoded",
      });
      await callPrivacy(service, id);
      await callModeration(service, id);
      await callExchange(service);
      const officer = { role: "officer" } as const;
      await call(service, `/v1/records/${id}/translations`, officer);
      await call(service, `/v1/records/${id}/translations`, { ...officer, body: '{"to":"en"}' });
      await call(service, "/v1/privacy/recipients", {
        ...officer,
        body: JSON.stringify(TRANSFER_EXAMPLES.newRecipient),
      });
      await call(service, "/v1/privacy/recipients", officer);
      await call(service, "/v1/privacy/processing", officer);
      await call(service, "/v1/privacy/provisions", {
        ...officer,
        body: JSON.stringify(TRANSFER_EXAMPLES.newProvision),
      });
      await call(service, `/v1/privacy/provisions?record=${id}`, officer);
      await call(service, "/v1/privacy/receptions", {
        ...officer,
        body: JSON.stringify(TRANSFER_EXAMPLES.newReception),
      });
      const days = '"from":"2026-11-01","to":"2026-11-01"';
      await call(service, "/v1/privacy/deidentifications", { ...officer, body: `{"type":"citizen-report",${days}}` });
      await call(service, "/v1/privacy/recipients/0", { ...officer, method: "DELETE" });
      await call(service, "/v1/privacy/persons", { role: "officer", body: '{"reporterEmail":"jane@example.org"}' });
      await call(service, `/v1/privacy/erasures/${id}`, { role: "officer" });
      await call(service, "/v1/privacy/erasure-previews", { role: "officer", body: `{"records":["${id}"]}` });
      await call(service, "/v1/privacy/retention", { role: "officer", body: "{}" });
      for (const [what, grounds] of [
        ["erasures", '"basis":"gdpr-17-1-a"'],
        ["withholdings", '"reason":"personal-data"'],
      ] as const)
        await call(service, `/v1/privacy/${what}`, { role: "officer", body: `{"records":["${id}","x"],${grounds}}` });
      await call(service, "/v1/sources/nobody/repair", { role: "officer", body: '{"from":1}' });
      await call(service, "/v1/sources", { ...admin, body: '{"name":"new/1"}' });
      for (const verb of ["rotate", "revoke", "suspend", "resume"])
        await call(service, `/v1/sources/new%2F1/${verb}`, { ...admin, body: "{}" });
      await call(service, `/v1/keys/${keyId}`, { ...admin, method: "DELETE" });
      await callDesk(service);
      await callCitizens(service);
      await callPosts(service);
      expect(describedRoutes().filter((route) => !checkedRoutes.has(route))).to.deep.equal([]);
    });
  });
});

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly description?: string; readonly schema?: object }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

interface ProblemSchema {
  readonly properties: { readonly code: { readonly enum: readonly string[] } };
}

/** Routes of a router, spelled as the document spells them. */
function routesOf(router: Router): string[] {
  return router.stack.flatMap(({ route }) => {
    if (!route) return [];
    const { methods } = route as unknown as { methods: Record<string, boolean> };
    const path = route.path.replaceAll("\\", "").replaceAll(/[:*](\w+)/g, "{$1}");
    return Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`);
  });
}

/** Every route of the exchange. */
async function callExchange(service: TestService): Promise<void> {
  const officer = { role: "officer" } as const;
  for (const path of ["exchange", "catalogue"]) await call(service, `/v1/${path}`);
  await call(service, "/v1/exchange/deliveries", { role: "submitter", body: "{}" });
  const record = "/v1/exchange/records/019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";
  await call(service, `${record}/moderation`, { role: "submitter" });
  await call(service, `${record}/appeals`, { role: "submitter", body: '{"text":"x"}' });
  await call(service, "/v1/exchange/partners", { ...officer, body: "{}" });
  await call(service, "/v1/exchange/partners", officer);
  await call(service, "/v1/exchange/partners/9", { ...officer, method: "DELETE" });
}

/** Every route of moderation. */
async function callModeration(service: TestService, record: string): Promise<void> {
  const officer = { role: "officer" } as const;
  const post = (path: string, role: "officer" | "submitter", body: object): Promise<unknown> =>
    call(service, `/v1/moderation/${path}`, { role, body: JSON.stringify({ record, ...body }) });
  await post("reports", "submitter", { rule: "missed-face" });
  await post("decisions", "officer", { decision: "hidden", rule: "missed-face", text: "A face." });
  await post("appeals", "submitter", { text: "A statue." });
  for (const path of ["rules", "summary"]) await call(service, `/v1/moderation/${path}`);
  await call(service, "/v1/moderation/queue", officer);
  await call(service, `/v1/records/${record}/moderation`);
  await call(service, `/v1/records/${record}/moderation/words`, officer);
}

/** Every route about rights of people. */
async function callDesk(service: TestService): Promise<void> {
  const admin = { role: "admin" } as const;
  const invited = await call(service, "/v1/officers", { ...admin, body: '{"name":"Ana","role":"officer"}' });
  const { id } = invited.json as { id: string };
  await call(service, "/v1/officers", admin);
  await call(service, `/v1/officers/${id}/invitations`, { ...admin, body: "{}" });
  const { browser } = await signedIn(service);
  await browser.ask("/v1/session/ways");
  await browser.signIn(new Authenticator(browser.origin));
  for (const path of ["", "/oidc", "/oidc/callback", "/passkeys"]) await browser.ask(`/v1/session${path}`);
  for (const step of ["options", "verify"]) await browser.ask(`/v1/session/passkeys/${step}`, { value: {} });
  await browser.ask("/v1/session/passkeys/none", { method: "DELETE" });
  await browser.ask("/v1/session", { method: "DELETE" });
  await call(service, `/v1/officers/${id}`, { ...admin, method: "DELETE" });
}

/** Every route of citizens' accounts. */
async function callCitizens(service: TestService): Promise<void> {
  await call(service, "/v1/city");
  const { browser, passkey, recoveryCode, receipts } = await joinedCitizen(service);
  await browser.signIn(passkey);
  const back = new AppBrowser(service);
  const { passkey: fresh } = await back.recover(recoveryCode);
  const me = "/v1/citizens/me";
  for (const path of ["", "/consents", `/consents/${receipts[0]?.id}/receipt`, "/export", "/passkeys"])
    await back.ask(`${me}${path}`);
  await back.ask("/v1/citizens/session");
  await back.ask(me, { method: "PATCH", value: { language: "en" } });
  await back.ask(`${me}/consents`, { value: { state: "withdrawn", purpose: "publish" } });
  const proven = async (method: string) => ({ method, headers: await back.proof(fresh) });
  for (const path of ["recovery-code", "passkeys/options"]) await back.ask(`${me}/${path}`, await proven("POST"));
  await back.ask(`${me}/passkeys/verify`, { value: {} });
  await back.ask(`${me}/passkeys/${passkey.id}`, await proven("DELETE"));
  await back.leave(fresh);
  await back.ask("/v1/citizens/session", { method: "DELETE" });
}

async function callPosts(service: TestService): Promise<void> {
  const { browser } = await joinedCitizen(service);
  const officer = { role: "officer" } as const;
  await putTheme(service, "members", { visibility: "members" });
  const invited = await call(service, "/v1/themes/members/invitations", { ...officer, body: "{}" });
  await browser.ask("/v1/themes/members/members", { value: { token: (invited.json as { token: string }).token } });
  const id = await post(browser, { theme: "members" });
  await upload(browser, Buffer.from("picture"));
  await browser.ask(`/v1/uploads/${"0".repeat(64)}`);
  await browser.ask(`/v1/posts/${id}/comments`, { value: { key: "key", text: "text" } });
  await call(service, `/v1/posts/${id}/status`, { ...officer, body: '{"status":"solved"}' });
  for (const path of ["", "/comments", "/pictures/0", "/translation?to=en"])
    await browser.ask(`/v1/posts/${id}${path}`);
  for (const path of ["reaction", "follow"])
    for (const method of ["PUT", "DELETE"]) await browser.ask(`/v1/posts/${id}/${path}`, { method });
  await browser.ask(`/v1/posts/${id}/reports`, { value: { rule: "missed-face" } });
  await browser.ask(`/v1/posts/${id}/appeal`, { value: { text: "It is a statue." } });
  await browser.ask(`/v1/posts/${id}/elsewhere`);
  for (const path of ["posts", "followed", "blocked"]) await browser.ask(`/v1/citizens/me/${path}`);
  for (const method of ["PUT", "DELETE"]) await browser.ask(`/v1/citizens/me/blocked/${"0".repeat(20)}`, { method });
  for (const path of ["timeline", "themes", "themes/members", "themes/members/results"])
    await browser.ask(`/v1/${path}`);
  await browser.ask(`/v1/posts/${id}/withdraw`, { method: "POST" });
  await browser.ask("/v1/themes/members/members", { method: "DELETE" });
}

async function callPrivacy(service: TestService, id: string): Promise<void> {
  const officer = { role: "officer" } as const;
  const reads = [
    ...["law", "notices", "requests", `consents?subject=sub_${"A".repeat(22)}`, `consents/${id}/receipt`],
    ...[`requests/${id}`, `requests/${id}/about`, `requests/${id}/copy`, `records/${id}/restrictions`],
    ...["breaches", `breaches/${id}`, `breaches/${id}/report`, `breaches/${id}/people`],
  ];
  const writes = [
    ...["notices", "consents", "requests", "rectifications", "restrictions", `restrictions/${id}/lift`],
    ...["identity", "extend", "finish", "refuse"].map((verb) => `requests/${id}/${verb}`),
    "breaches",
    ...["amend", "authority", "people", "not-needed", "close"].map((verb) => `breaches/${id}/${verb}`),
  ];
  for (const path of reads) await call(service, `/v1/privacy/${path}`, officer);
  for (const path of writes) await call(service, `/v1/privacy/${path}`, { ...officer, body: "{}" });
}
