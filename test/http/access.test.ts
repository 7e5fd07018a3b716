// Who may do what: failure cases G1, G2, G7, D12. Every endpoint with every role, and keys that are none.

import { expect } from "chai";

import type { WarifuError } from "../../src/core/errors.ts";
import { APP_VIEWS, DESK_VIEWS } from "../../src/http/resources/pages.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { ROLES, type Role } from "../../src/keys/api-keys.ts";
import { createLogger, loggable } from "../../src/serve/logger.ts";
import { cpuMsOf } from "../support/cpu-time.ts";
import { startService, type TestService } from "../support/service.ts";
import { begunRequest } from "./support/begun-request.ts";
import { call, expectProblem, readingText, submit, type CallOptions, type Result } from "./support/call.ts";
import { describedRoutes } from "./support/described-answers.ts";

type Asker = Role | "nobody";
const EVERYBODY: readonly Asker[] = ["nobody", ...ROLES];

interface Cell {
  readonly route: string;
  readonly path: string;
  readonly allowed: readonly Asker[];
  /** Status for those who may. */
  readonly status: number;
  readonly options?: CallOptions;
  /** Status for those without a key, where it is another. */
  readonly withoutKey?: number;
}

const VERIFIER_PATHS = [
  ...["/verify", "/verify.webmanifest", "/verify-worker.js"],
  ...["", "-rpc"].flatMap((kind) => [`/warifu-verify${kind}.html`, `/warifu-verify${kind}.html.sha256`]),
];

describe("access", () => {
  let service: TestService;
  let id: string;
  before(async () => {
    service = await startService({ city: "santander" });
    id = ((await submit(service, readingText(1))).json as Required<Result>).id;
  });
  after(() => service.stop());

  const unknownId = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";

  /** What is for citizens takes no key, and what brings them in is for pages of the app. */
  function citizens(): Cell[] {
    const cell = (method: string, path: string, status: number, allowed: readonly Asker[] = EVERYBODY): Cell => ({
      route: `${method} ${path.split("?")[0]}`,
      path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ({ id, n: "0" })[name] ?? "none"),
      ...{ allowed, status, options: { method, ...(/^(POST|PATCH)$/.test(method) && { body: "{}" }) } },
    });
    const forCitizens = ROUTES.filter(({ ofCity }) => ofCity === "citizens");
    const of = (below: string): string => `/v1/citizens/${below}`;
    const post = "/v1/posts/{id}";
    return [
      ...forCitizens.map(({ method, path }) => cell(method.toUpperCase(), path, 401)),
      ...["join", "session", "session/recovery"].flatMap((way) =>
        ["options", "verify"].map((step) => cell("POST", of(`${way}/${step}`), 403)),
      ),
      ...[cell("GET", of("session"), 200), cell("DELETE", of("session"), 403)],
      ...["/v1/city", "/v1/timeline", "/v1/themes"].map((path) => cell("GET", path, 200)),
      // A record that is no post is none for anybody.
      ...["", "/comments", "/pictures/{n}", "/translation?to=en"].map((below) => cell("GET", `${post}${below}`, 404)),
      ...["", "/results"].map((below) => cell("GET", `/v1/themes/{theme}${below}`, 404)),
      cell("POST", `${post}/reports`, 400),
      cell("POST", `${post}/status`, 400, ["officer"]),
      cell("POST", "/v1/themes", 400, ["officer"]),
      cell("POST", "/v1/themes/{theme}/invitations", 404, ["officer"]),
    ];
  }

  function matrix(): Cell[] {
    const json = (body: string): CallOptions => ({ method: "POST", body });
    const remove: CallOptions = { method: "DELETE" };
    const open = (route: string, path: string, status: number, options?: CallOptions): Cell => ({
      route,
      path,
      allowed: EVERYBODY,
      status,
      ...(options && { options }),
    });
    return [
      {
        route: "POST /v1/records",
        path: "/v1/records",
        allowed: ["submitter", "admin"],
        status: 201,
        options: json(readingText(2)),
      },
      open("GET /v1/records", "/v1/records", 200),
      { route: "GET /v1/records", path: "/v1/records?source=s&key=k", allowed: ROLES, status: 200 },
      open("GET /v1/records/{id}", `/v1/records/${id}`, 200),
      open("GET /v1/records/{id}", `/v1/records/${unknownId}`, 404),
      open("GET /v1/records/{id}/lineage", `/v1/records/${id}/lineage`, 200),
      open("GET /v1/records/{id}/bundle", `/v1/records/${id}/bundle`, 409),
      open("GET /v1/records/{id}/bundle", `/v1/records/${unknownId}/bundle`, 404),
      {
        route: "GET /v1/records/{id}/bundle",
        path: `/v1/records/${id}/bundle?openings=true`,
        allowed: ["officer"],
        status: 409,
      },
      {
        route: "GET /v1/records/{id}/bundle",
        path: `/v1/records/${unknownId}/bundle?openings=true`,
        allowed: ["officer"],
        status: 404,
      },
      ...[id, unknownId].map((one): Cell => ({
        route: "GET /v1/records/{id}/original",
        path: `/v1/records/${one}/original`,
        allowed: ["auditor", "officer", "admin"],
        status: 404,
      })),
      ...(
        [
          [id, 200],
          [unknownId, 404],
        ] as const
      ).flatMap(([one, status]) => [
        open("GET /v1/records/{id}/pictures", `/v1/records/${one}/pictures`, status),
        open("GET /v1/records/{id}/derivations", `/v1/records/${one}/derivations`, status),
        // Alike for all, whether a picture of that hash is there or not.
        open("GET /v1/records/{id}/pictures/{hash}", `/v1/records/${one}/pictures/${"0".repeat(64)}`, 404),
        {
          route: "POST /v1/records/{id}/derivations",
          path: `/v1/records/${one}/derivations`,
          allowed: ["officer"],
          status: one === id ? 400 : 404,
          options: json("{}"),
        } satisfies Cell,
        open("GET /v1/records/{id}/translations", `/v1/records/${one}/translations`, status),
        {
          route: "POST /v1/records/{id}/translations",
          path: `/v1/records/${one}/translations`,
          allowed: ["officer"],
          status: one === id ? 400 : 404,
          options: json("{}"),
        } satisfies Cell,
      ]),
      open("GET /v1/records/{id}/contract-proof", `/v1/records/${id}/contract-proof`, 503),
      ...[
        "/v1/ngsi",
        "/v1/senml",
        "/v1.1/Observations",
        "/v1.1/Datastreams({id})/Observations",
        "/v1.1/CreateObservations",
      ].map((path): Cell => ({
        route: `POST ${path}`,
        path: `${path.replace("{id}", "1")}?type=sensor-reading&source=a`,
        allowed: ["submitter", "admin"],
        status: path === "/v1/senml" ? 415 : 400,
        options: json("{}"),
      })),
      open("GET /v1.1/Observations({id})", `/v1.1/Observations('${id}')`, 200),
      {
        route: "POST /open311/v2/requests.{format}",
        path: "/open311/v2/requests.json",
        allowed: ["submitter", "admin"],
        status: 400,
        options: { method: "POST", body: "lat=1", type: "application/x-www-form-urlencoded" },
        withoutKey: 403,
      },
      open("GET /open311/v2/requests.{format}", "/open311/v2/requests.json", 200),
      open("GET /open311/v2/requests/{id}.{format}", `/open311/v2/requests/${unknownId}.xml`, 404),
      open("GET /open311/v2/discovery.{format}", "/open311/v2/discovery.xml", 200),
      open("GET /open311/v2/services.{format}", "/open311/v2/services.xml", 200),
      open("GET /open311/v2/services/{code}.{format}", "/open311/v2/services/pothole.json", 200),
      open("GET /v1/profiles", "/v1/profiles", 200),
      open("GET /v1/checkpoints", "/v1/checkpoints", 200),
      open("GET /v1/anchors", "/v1/anchors", 200),
      open("GET /v1/anchors/{anchorId}", "/v1/anchors/1", 404),
      open("GET /v1/cosignatures", "/v1/cosignatures", 200),
      open("GET /v1/growth", "/v1/growth", 200),
      open("GET /v1/places", "/v1/places", 200),
      open("GET /v1/rights", "/v1/rights", 200),
      open("GET /v1/sources", "/v1/sources", 200),
      open("GET /v1/sources/{name}", "/v1/sources/nobody", 404),
      open("GET /v1/traffic", "/v1/traffic", 200),
      open("POST /v1/verify", "/v1/verify", 200, json("{}")),
      open("GET /v1/status", "/v1/status", 200),
      { route: "GET /v1/keys", path: "/v1/keys", allowed: ["admin"], status: 200 },
      {
        route: "POST /v1/keys",
        path: "/v1/keys",
        allowed: ["admin"],
        status: 201,
        options: json('{"name":"x","role":"auditor"}'),
      },
      {
        route: "DELETE /v1/keys/{keyId}",
        path: "/v1/keys/0123456789abcdef",
        allowed: ["admin"],
        status: 404,
        options: remove,
      },
      { route: "GET /v1/officers", path: "/v1/officers", allowed: ["admin"], status: 200 },
      ...(
        [
          ["POST /v1/officers", "/v1/officers", 400, json("{}")],
          ["POST /v1/officers/{id}/invitations", "/v1/officers/of_0123456789abcdef/invitations", 404, json("{}")],
          ["DELETE /v1/officers/{id}", "/v1/officers/of_0123456789abcdef", 404, remove],
        ] as const
      ).map(([route, path, status, options]): Cell => ({ route, path, status, options, allowed: ["admin"] })),
      // For browsers, by a cookie: no key opens them.
      open("GET /v1/session/ways", "/v1/session/ways", 200),
      open("GET /v1/session", "/v1/session", 401),
      open("GET /v1/session/passkeys", "/v1/session/passkeys", 401),
      ...["options", "verify"].map((step) =>
        open(`POST /v1/session/passkeys/${step}`, `/v1/session/passkeys/${step}`, 401, json("{}")),
      ),
      open("DELETE /v1/session/passkeys/{passkeyId}", "/v1/session/passkeys/none", 401, remove),
      open("DELETE /v1/session", "/v1/session", 403, remove),
      ...["passkey/options", "passkey/verify", "join/options", "join/verify"].map((path) =>
        open(`POST /v1/session/${path}`, `/v1/session/${path}`, 403, json("{}")),
      ),
      // Of a service without an identity provider.
      ...["", "/callback"].map((path) => open(`GET /v1/session/oidc${path}`, `/v1/session/oidc${path}`, 404)),
      {
        route: "POST /v1/privacy/persons",
        path: "/v1/privacy/persons",
        allowed: ["officer"],
        status: 200,
        options: json('{"reporterEmail":"jane@example.org"}'),
      },
      {
        route: "POST /v1/privacy/retention",
        path: "/v1/privacy/retention",
        allowed: ["officer"],
        status: 200,
        options: json('{"dryRun":true}'),
      },
      ...[id, unknownId].flatMap((one): Cell[] => [
        {
          route: "GET /v1/privacy/erasures/{id}",
          path: `/v1/privacy/erasures/${one}`,
          allowed: ["officer"],
          status: one === id ? 200 : 404,
        },
        ...(["erasures", "withholdings"] as const).map((what): Cell => ({
          route: `POST /v1/privacy/${what}`,
          path: `/v1/privacy/${what}`,
          allowed: ["officer"],
          status: 400,
          options: json(`{"records":["${one}"],"because":"she asked"}`),
        })),
      ]),
      {
        route: "POST /v1/privacy/erasure-previews",
        path: "/v1/privacy/erasure-previews",
        allowed: ["officer"],
        status: 200,
        options: json(`{"records":["${id}"]}`),
      },
      open("GET /v1/privacy/law", "/v1/privacy/law", 200),
      open("GET /v1/privacy/notices", "/v1/privacy/notices", 404),
      {
        route: "GET /v1/privacy/processing",
        path: "/v1/privacy/processing",
        allowed: ["auditor", "officer", "admin"],
        status: 200,
      },
      {
        route: "GET /v1/privacy/requests",
        path: "/v1/privacy/requests",
        allowed: ["auditor", "officer", "admin"],
        status: 200,
      },
      {
        route: "GET /v1/privacy/requests/{id}",
        path: `/v1/privacy/requests/${unknownId}`,
        allowed: ["auditor", "officer", "admin"],
        status: 404,
      },
      ...(
        [
          ["POST /v1/privacy/notices", "/v1/privacy/notices", 400, json("{}")],
          ["POST /v1/privacy/consents", "/v1/privacy/consents", 400, json("{}")],
          ["GET /v1/privacy/consents", `/v1/privacy/consents?subject=sub_${"A".repeat(22)}`, 200],
          ["GET /v1/privacy/consents/{id}/receipt", `/v1/privacy/consents/${unknownId}/receipt`, 404],
          ["POST /v1/privacy/requests", "/v1/privacy/requests", 400, json("{}")],
          ["GET /v1/privacy/requests/{id}/about", `/v1/privacy/requests/${unknownId}/about`, 404],
          ["GET /v1/privacy/requests/{id}/copy", `/v1/privacy/requests/${unknownId}/copy`, 404],
          ...["identity", "extend", "finish", "refuse"].map((verb) => {
            const path = `/v1/privacy/requests/${unknownId}/${verb}`;
            const body = json(verb === "identity" ? "{}" : '{"told":[],"reason":"x","provisions":["gdpr-15"]}');
            const wrong = verb === "identity" || verb === "refuse" ? 404 : 400;
            return [`POST /v1/privacy/requests/{id}/${verb}`, path, wrong, body] as const;
          }),
          ["POST /v1/privacy/disclosures", "/v1/privacy/disclosures", 400, json("{}")],
          ["GET /v1/privacy/disclosures", "/v1/privacy/disclosures", 200],
          ["POST /v1/privacy/disclosures/{number}/withdraw", "/v1/privacy/disclosures/9/withdraw", 404, json("{}")],
          ["POST /v1/privacy/recipients", "/v1/privacy/recipients", 400, json("{}")],
          ["GET /v1/privacy/recipients", "/v1/privacy/recipients", 200],
          ["DELETE /v1/privacy/recipients/{number}", "/v1/privacy/recipients/9", 404, { method: "DELETE" }],
          ["POST /v1/exchange/partners", "/v1/exchange/partners", 400, json("{}")],
          ["GET /v1/exchange/partners", "/v1/exchange/partners", 200],
          ["DELETE /v1/exchange/partners/{number}", "/v1/exchange/partners/9", 404, { method: "DELETE" }],
          ["POST /v1/privacy/provisions", "/v1/privacy/provisions", 400, json("{}")],
          ["GET /v1/privacy/provisions", "/v1/privacy/provisions", 400],
          ["POST /v1/privacy/receptions", "/v1/privacy/receptions", 400, json("{}")],
          ["POST /v1/privacy/deidentifications", "/v1/privacy/deidentifications", 400, json("{}")],
          ["POST /v1/privacy/rectifications", "/v1/privacy/rectifications", 400, json("{}")],
          ["POST /v1/privacy/restrictions", "/v1/privacy/restrictions", 400, json("{}")],
          ["POST /v1/privacy/restrictions/{id}/lift", `/v1/privacy/restrictions/${unknownId}/lift`, 400, json("{}")],
          ["GET /v1/privacy/records/{id}/restrictions", `/v1/privacy/records/${unknownId}/restrictions`, 404],
        ] as const
      ).map(([route, path, status, options]): Cell => ({
        ...{ route, path, status, allowed: ["officer"] },
        ...(options && { options }),
      })),
      open("GET /v1/moderation/rules", "/v1/moderation/rules", 200),
      open("GET /v1/exchange", "/v1/exchange", 200),
      // Not with a key that is for more than one partner's source.
      ...(
        [
          ["POST /v1/exchange/deliveries", "/v1/exchange/deliveries"],
          ["GET /v1/exchange/records/{id}/moderation", `/v1/exchange/records/${unknownId}/moderation`],
          ["POST /v1/exchange/records/{id}/appeals", `/v1/exchange/records/${unknownId}/appeals`],
        ] as const
      ).map(([route, path]): Cell => ({
        ...{ route, path, allowed: ["submitter", "admin"], status: 403 },
        ...(route.startsWith("POST") && { options: json("{}") }),
      })),
      open("GET /v1/catalogue", "/v1/catalogue", 200),
      open("GET /v1/moderation/summary", "/v1/moderation/summary", 200),
      open("GET /v1/records/{id}/moderation", `/v1/records/${unknownId}/moderation`, 404),
      ...(
        [
          ["GET /v1/moderation/queue", "/v1/moderation/queue", ["officer"], 200],
          ["GET /v1/records/{id}/moderation/words", `/v1/records/${unknownId}/moderation/words`, ["officer"], 404],
          ["POST /v1/moderation/decisions", "/v1/moderation/decisions", ["officer"], 400],
          ["POST /v1/moderation/reports", "/v1/moderation/reports", ["submitter", "admin"], 400],
          ["POST /v1/moderation/appeals", "/v1/moderation/appeals", ["submitter", "admin"], 400],
        ] as const
      ).map(([route, path, allowed, status]): Cell => ({
        ...{ route, path, allowed, status },
        ...(route.startsWith("POST") && { options: json("{}") }),
      })),
      ...["", `/${unknownId}`].map((path): Cell => ({
        route: `GET /v1/privacy/breaches${path.replace(unknownId, "{id}")}`,
        path: `/v1/privacy/breaches${path}`,
        allowed: ["auditor", "officer", "admin"],
        status: path === "" ? 200 : 404,
      })),
      ...(
        [
          ["", "{}", 400],
          ["/{id}/amend", "{}", 404],
          ["/{id}/authority", '{"report":"final"}', 404],
          ["/{id}/not-needed", '{"whom":"people","reason":"protected","words":"x"}', 404],
          ["/{id}/close", "{}", 404],
        ] as const
      ).map(([path, body, status]): Cell => ({
        route: `POST /v1/privacy/breaches${path}`,
        path: `/v1/privacy/breaches${path.replace("{id}", unknownId)}`,
        allowed: ["officer", "admin"],
        status,
        options: json(body),
      })),
      ...(["GET report", "GET people", "POST people"] as const).map((one): Cell => ({
        route: one.replace(" ", " /v1/privacy/breaches/{id}/"),
        path: `/v1/privacy/breaches/${unknownId}/${one.split(" ")[1]}`,
        allowed: ["officer"],
        status: 404,
        ...(one === "POST people" && { options: json('{"complete":true}') }),
      })),
      {
        route: "POST /v1/sources/{name}/repair",
        path: "/v1/sources/nobody/repair",
        allowed: ["officer"],
        status: 404,
        options: json('{"from":1}'),
      },
      ...(
        [
          ["", 400],
          ["/{name}/rotate", 400],
          ["/{name}/revoke", 400],
          ["/{name}/suspend", 404],
          ["/{name}/resume", 404],
        ] as const
      ).map(([rest, status]): Cell => ({
        route: `POST /v1/sources${rest}`,
        path: `/v1/sources${rest.replace("{name}", "nobody")}`,
        allowed: ["officer", "admin"],
        status,
        options: json("{}"),
      })),
      open("GET /.well-known/jwt-vc-issuer", "/.well-known/jwt-vc-issuer", 200),
      // By the token of a grant, which is no API key: with any of those, as with none.
      ...["", `/records/${id}/bundle`, `/records/${id}/sd-jwt`, `/records/${id}/original`].map((rest) =>
        open(`GET /v1/disclosures/{number}${rest.replace(id, "{id}")}`, `/v1/disclosures/0${rest}`, 401),
      ),
      open(
        "GET /v1/disclosures/{number}/records/{id}/pictures/{hash}",
        `/v1/disclosures/0/records/${id}/pictures/${"0".repeat(64)}`,
        401,
      ),
      ...citizens(),
      open("GET /log/checkpoint", "/log/checkpoint", 200),
      open("GET /log/tile/{tile}", "/log/tile/0/000.p/1", 200),
      open("GET /log/bodies/{bundle}", "/log/bodies/000.p/1", 200),
      open("GET /log/intact/{bundle}", "/log/intact/000.p/1", 200),
      open("GET /log/addenda/{s0}/{s1}/{digest}", `/log/addenda/00/00/${"0".repeat(64)}`, 404),
      open("GET /log/addenda.v1", "/log/addenda.v1", 200),
      open("GET /livez", "/livez", 200),
      open("GET /readyz", "/readyz", 200),
      open("GET /healthz", "/healthz", 200),
      open("GET /metrics", "/metrics", 200),
      open("GET /openapi.json", "/openapi.json", 200),
      // Of a service without built pages.
      open("GET /", "/", 404),
      open("GET /records", "/records", 404),
      open("GET /records/{id}", `/records/${id}`, 404),
      open("GET /research", "/research", 404),
      open("GET /reference", "/reference", 404),
      open("GET /receipts/{id}", `/receipts/${unknownId}`, 404),
      open("GET /receipts/{id}.pdf", `/receipts/${unknownId}.pdf`, 404),
      open("GET /docs", "/docs", 404),
      ...["map", "sources", "anchors", "monitoring", "rights"].map((view) => open(`GET /${view}`, `/${view}`, 404)),
      open("GET /assets/{file}", "/assets/none.js", 404),
      ...VERIFIER_PATHS.map((path) => open(`GET ${path}`, path, 404)),
      ...DESK_VIEWS.map(([path]) => open(`GET ${path}`, path.replace("{id}", id), 404)),
      ...APP_VIEWS.map(([path]) => open(`GET ${path}`, path.replace("{id}", id).replace("{theme}", "street"), 404)),
      ...["/app.webmanifest", "/app-worker.js"].map((path) => open(`GET ${path}`, path, 404)),
    ];
  }

  it("G1 each endpoint allows the roles that it names, and no other", async () => {
    for (const { path, allowed, status, options, withoutKey } of matrix())
      for (const asker of EVERYBODY) {
        const answer = await call(service, path, { ...options, ...(asker !== "nobody" && { role: asker }) });
        const expected = allowed.includes(asker) ? status : asker === "nobody" ? (withoutKey ?? 401) : 403;
        expect(answer.status, `${asker}: ${options?.method ?? "GET"} ${path}`).to.equal(expected);
      }
  });

  it("G1 the matrix has every endpoint", () => {
    const routes = matrix().map(({ route }) => route);
    expect(describedRoutes().filter((route) => !routes.includes(route))).to.deep.equal([]);
  });

  it("G1 a refusal is the same whether the record exists or not", async () => {
    for (const role of [undefined, "auditor"] as const) {
      const texts = new Set<string>();
      for (const one of [id, unknownId, "no-id-at-all"]) {
        const answer = await call(service, `/v1/records/${one}/bundle?openings=true`, role ? { role } : {});
        texts.add(answer.text.replace(/urn:uuid:[0-9a-f-]+/, ""));
      }
      expect([...texts]).to.have.length(1);
    }
  });

  it("G7 no key, a malformed, an unknown and a revoked one, another scheme: 401 with one and the same body", async () => {
    const { keyId, key } = await service.access.issue("short-lived", "admin");
    await service.access.revoke(keyId);
    const valid = service.keys.admin;
    const otherSecret = `${valid.slice(0, -1)}${valid.endsWith("A") ? "B" : "A"}`;
    const texts = new Set<string>();
    const bad = [
      key,
      otherSecret,
      `wk_0123456789abcdef_${valid.slice(20)}`,
      "wk_",
      "x".repeat(100),
      "null",
      `${valid}x`,
      `${valid} x`,
    ];
    const headers = [
      {},
      { authorization: "" },
      { authorization: `Basic ${valid}` },
      { authorization: valid },
      { "x-api-key": valid },
    ];
    for (const header of [...headers, ...bad.map((one) => ({ authorization: `Bearer ${one}` }))]) {
      const answer = await call(service, "/v1/keys", { headers: header as Record<string, string> });
      expectProblem(answer, 401, "UNAUTHENTICATED");
      expect(answer.headers.get("www-authenticate")).to.match(/^Bearer /);
      texts.add(answer.text.replace(/urn:uuid:[0-9a-f-]+/, ""));
    }
    expect([...texts]).to.have.length(1);
    expect((await call(service, `/v1/keys?key=${valid}`)).status).to.equal(401);
  });

  it("G7 a known id with another secret takes no more time than an unknown one", async () => {
    const known = `${service.keys.admin.slice(0, 20)}${"A".repeat(43)}`;
    const unknown = `wk_0123456789abcdef_${"A".repeat(43)}`;
    const times: Record<string, number[]> = { [known]: [], [unknown]: [] };
    const refuseOften = (key: string): void => {
      for (let i = 0; i < 100; i++)
        try {
          expect.fail(service.access.recognise(key).keyId);
        } catch (error) {
          if ((error as WarifuError).code !== "UNAUTHENTICATED") throw error;
        }
    };
    for (let round = 0; round < 60; round++)
      for (const key of [known, unknown]) times[key]?.push(await cpuMsOf(() => refuseOften(key)));
    // What this process does besides adds to some rounds, and takes from none.
    const [a, b] = [known, unknown].map((key) => Math.min(...(times[key] as number[])));
    expect(Math.max(a!, b!) / Math.min(a!, b!)).to.be.lessThan(1.5);
  });

  it("G2 members that are not the sender's to give are refused, and change nothing", async () => {
    const forged = { role: "admin", verified: true, leafIndex: 0, receivedAt: 1, id: unknownId, state: "finalized" };
    for (const [name, value] of Object.entries(forged))
      expectProblem(await submit(service, readingText(1, { [name]: value })), 400, "RECORD_INVALID");
    for (const name of ["keyId", "key", "secretHash", "createdAt", "revokedAt"]) {
      const body = JSON.stringify({ name: "x", role: "auditor", [name]: "00" });
      expectProblem(await call(service, "/v1/keys", { role: "admin", body }), 400, "REQUEST_INVALID");
    }
  });

  it("a key is issued, listed without its secret, used, revoked and then refused", async () => {
    const issued = await call(service, "/v1/keys", {
      role: "admin",
      body: '{"name":"gateway 7","role":"submitter","sources":["*"]}',
    });
    const { keyId, key } = issued.json as { keyId: string; key: string };
    expect(issued.json).to.deep.equal({ keyId, key, name: "gateway 7", role: "submitter" });
    expect(issued.headers.get("cache-control")).to.equal("no-store");
    const use = () =>
      call(service, "/v1/records", { body: readingText(5), headers: { authorization: `Bearer ${key}` } });
    expect((await use()).status).to.equal(201);
    const list = await call(service, "/v1/keys", { role: "admin" });
    expect(list.text).to.include(keyId).and.not.include(key.slice(20));
    expect((await call(service, `/v1/keys/${keyId}`, { role: "admin", method: "DELETE" })).status).to.equal(204);
    expectProblem(await use(), 401, "UNAUTHENTICATED");
    expectProblem(await call(service, `/v1/keys/${keyId}`, { role: "admin", method: "DELETE" }), 404, "NOT_FOUND");
    expectProblem(await call(service, "/v1/keys/no-id", { role: "admin", method: "DELETE" }), 400, "REQUEST_INVALID");
    const bad = ["{}", '{"name":"x","role":"root"}', '{"name":"","role":"admin"}', '{"name":"a\\nb","role":"admin"}'];
    for (const body of bad)
      expectProblem(await call(service, "/v1/keys", { role: "admin", body }), 400, "REQUEST_INVALID");
    expectProblem(await call(service, "/v1/keys", { role: "admin", body: '{"a":1,"a":2}' }), 400, "JSON_DUPLICATE_KEY");
  });

  it("a key that is revoked while a body is on its way sends no more of it", async () => {
    const lines = Array.from({ length: 3 }, (_, n) => `${readingText(n, { source: "begun" })}\n`).join("");
    for (const [type, body] of [
      ["application/json", readingText(1, { source: "begun" })],
      // Longer than what is read in one piece.
      ["application/json", `${readingText(1, { source: "begun" })}${" ".repeat(20_000)}`],
      ["application/x-ndjson", lines],
    ] as const) {
      const { keyId, key } = await service.access.issue("gateway", "submitter");
      const headers = { authorization: `Bearer ${key}`, "content-type": type };
      const finish = await begunRequest(service.url, { method: "POST", path: "/v1/records", headers, body });
      await service.access.revoke(keyId);
      const before = service.log.tree.size;
      expect([await finish(), service.log.tree.size], type).to.deep.equal([401, before]);
    }
  });

  it("D12 no key and no secret is in the log or in an error", async () => {
    const texts: string[] = [];
    for (const role of ROLES) {
      const secret = service.keys[role].slice(20);
      const places: CallOptions[] = [
        { role, body: "{" },
        { role, body: `{"type":"${service.keys[role]}"}` },
        { headers: { authorization: `Bearer  ${service.keys[role]}` } },
        { role, method: "PUT", body: service.keys[role] },
      ];
      for (const options of places) texts.push((await call(service, `/v1/keys?k=${service.keys[role]}`, options)).text);
      texts.push((await call(service, `/v1/records/${service.keys[role]}`, { role })).text);
      expect([service.logText(), ...texts].join("\n")).to.not.include(secret);
    }
    expect(service.logText()).to.include('"msg":"request"');
  });

  it("D12 the log blots out what must not be passed to it, and repeats no message that is not ours", () => {
    let text = "";
    const logger = createLogger("info", { write: (line) => void (text += line) });
    logger.info({
      authorization: "s3cret",
      request: { headers: { authorization: "s3cret", cookie: "s3cret" } },
      key: "s3cret",
    });
    logger.error(loggable(new TypeError("s3cret", { cause: new SyntaxError("Unexpected token s3cret in JSON") })));
    logger.error(loggable("s3cret"));
    expect(text).to.not.include("s3cret");
    expect(text).to.include("TypeError").and.include("SyntaxError").and.include("access.test.ts");
  });
});
