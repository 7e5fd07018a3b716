// The examples of the reference, run as they stand: each as the command that is shown, by curl, and as the call of the client,
// against a real service. What comes back has the status and the form that the document gives.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { createClient, type Client } from "../../src/client/client.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import { createOpenApiDocument } from "../../src/http/openapi.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { clientCallOf } from "../../src/pages/reference/client-call.ts";
import { curlOf } from "../../src/pages/reference/curl.ts";
import { operationsOf, type ApiDocument, type Operation } from "../../src/pages/reference/document.ts";
import { exampleOf, type Replacements, type RequestExample } from "../../src/pages/reference/example.ts";
import { anchoredService } from "../http/support/anchored-service.ts";
import { expectDescribed } from "../http/support/described-answers.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { exampleWorld, STREET_REPORT, TOKEN, type ExampleWorld } from "./support/example-world.ts";

const document = createOpenApiDocument(ROUTES) as unknown as ApiDocument;
const OPERATIONS = operationsOf(document);

interface Ran {
  readonly status: number;
  readonly text: string;
}

/** Examples that are refused here, and why: everything else does what it says. */
const REFUSED: Readonly<Record<string, ErrorCode>> = {
  // Pages of the desk alone sign in, with a key that a browser keeps.
  ...{ askForPasskey: "FORBIDDEN", signInByPasskey: "FORBIDDEN", askToJoin: "FORBIDDEN", join: "FORBIDDEN" },
  ...{ signOut: "FORBIDDEN", showSession: "UNAUTHENTICATED" },
  ...{ listSessionPasskeys: "UNAUTHENTICATED", askToAddSessionPasskey: "UNAUTHENTICATED" },
  ...{ addSessionPasskey: "UNAUTHENTICATED", removeSessionPasskey: "UNAUTHENTICATED" },
  // The same of pages of the app.
  ...{ askToJoinAsCitizen: "FORBIDDEN", joinAsCitizen: "FORBIDDEN", askForCitizenPasskey: "FORBIDDEN" },
  ...{ signInAsCitizen: "FORBIDDEN", askToRecover: "FORBIDDEN", recoverAccount: "FORBIDDEN" },
  ...{ signOutAsCitizen: "FORBIDDEN" },
  // There is no identity provider.
  ...{ goToProvider: "NOT_FOUND", comeBackFromProvider: "NOT_FOUND" },
  // Nobody has the key of a partner alone, and the policy in the example is none.
  ...{ takeDelivery: "FORBIDDEN", showStanding: "FORBIDDEN", takeAppeal: "FORBIDDEN", keepPartner: "POLICY_INVALID" },
  // In a log of today, nobody reported anything in the days before: no cell of a table is left.
  makeDeidentifiedTable: "TRANSFER_REFUSED",
  // No citizen has posted anything, and only those who own a theme, and officers, invite to it.
  ...{ showPost: "NOT_FOUND", listComments: "NOT_FOUND", showPostPicture: "NOT_FOUND", translatePost: "NOT_FOUND" },
  ...{ reportPost: "NOT_FOUND", inviteToTheme: "UNAUTHENTICATED" },
  // No program that translates is set up.
  translateRecord: "NOT_TRANSLATED",
};

/** What the client has beyond the operations: other forms of some. */
const OTHER_CALLS = ["submitAll", "provenance", "inviteToTheme"];

describe("the examples of the reference", () => {
  const running = anchoredService({
    ...{ profiles: [STREET_REPORT], city: "santander" },
    limits: { ratePerMinute: 1_000_000, openingsPerMinute: 1_000_000 },
  });
  const folder = temporaryFolder();
  let world: ExampleWorld;
  before(async () => {
    world = await exampleWorld(running.service, folder);
  });

  /** As somebody with the right key would. */
  async function runAs(
    values: Replacements,
    run: (variables: Readonly<Record<string, string>>) => Promise<Ran>,
  ): Promise<Ran> {
    let ran: Ran = { status: 0, text: "" };
    for (const role of ["officer", "admin", "submitter", "auditor"] as const) {
      ran = await run({ WARIFU_API_KEY: running.service.keys[role], WARIFU_TOKEN: values[TOKEN] ?? "" });
      if (!/"code":"(UNAUTHENTICATED|FORBIDDEN)"|"code":40[13],/.test(ran.text)) break;
    }
    return ran;
  }

  async function byCurl(operation: Operation, example: RequestExample, variables: object): Promise<Ran> {
    const command = `${curlOf(example, running.service.url)} -sS -D answer.head -o answer.body`;
    await new Promise<void>((resolve, reject) => {
      const env = { ...process.env, ...variables };
      execFile("sh", ["-c", command], { cwd: folder, env }, (error, _out, said) =>
        error ? reject(new Error(`${command}\n${said}`, { cause: error })) : resolve(),
      );
    });
    const [first = "", ...lines] = readFileSync(join(folder, "answer.head"), "latin1").trim().split("\r\n");
    const headers = new Headers(
      lines.map((line): [string, string] => [
        line.slice(0, line.indexOf(":")),
        line.slice(line.indexOf(":") + 1).trim(),
      ]),
    );
    const status = Number(first.split(" ")[1]);
    // Without a body, curl makes no file.
    const bytes = status === 204 ? new Uint8Array() : new Uint8Array(readFileSync(join(folder, "answer.body")));
    const text = new TextDecoder().decode(bytes);
    expectDescribed(operation.method, example.path, { status, headers, bytes, text });
    return { status, text };
  }

  async function byClient(
    operation: Operation,
    example: RequestExample,
    call: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<Ran> {
    const asked: { method: string; path: string; ran: Ran }[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await globalThis.fetch(input, init);
      const bytes = new Uint8Array(await response.clone().arrayBuffer());
      const { status, headers } = response;
      const text = new TextDecoder().decode(bytes);
      const path = String(input).slice(running.service.url.length);
      const method = init?.method ?? "GET";
      expectDescribed(method, path, { status, headers, bytes, text });
      asked.push({ method, path, ran: { status, text } });
      return response;
    };
    const apiKey = variables[example.secret ?? "WARIFU_API_KEY"];
    const client = createClient({ url: running.service.url, apiKey, fetch, attempts: 1 });
    type Program = (client: Client, read: typeof readFile) => Promise<unknown>;
    const program = new Function("client", "readFile", `return (async () => ${call})()`) as Program;
    const inFolder = ((name: string, how: "utf8") => readFile(join(folder, name), how)) as typeof readFile;
    await program(client, inFolder).catch(() => undefined);
    expect(asked, call).to.have.length(1);
    const [{ method, path, ran } = { method: "", path: "", ran: { status: 0, text: "" } }] = asked;
    expect([method, path.split("?")[0]], call).to.deep.equal([operation.method, example.path.split("?")[0]]);
    return ran;
  }

  function expectOutcome({ operationId, security }: Operation, { status, text }: Ran): void {
    // Only a browser in which a citizen is signed in has what these take.
    const isForCitizens = security.length > 0 && security.every((way) => "citizen" in way);
    const refusal = isForCitizens ? "UNAUTHENTICATED" : REFUSED[operationId];
    if (refusal === undefined) expect(status, `${operationId}: ${text}`).to.be.within(200, 299);
    else expect(JSON.parse(text), operationId).to.include({ code: refusal });
  }

  it("have every call of the client", () => {
    const calls = OPERATIONS.map((operation) => clientCallOf(operation.operationId, exampleOf(operation)) ?? "");
    const shown = new Set(calls.map((one) => /^await client\.(\w+)/.exec(one)?.[1]));
    const known = Object.keys(createClient({ url: "http://127.0.0.1" }));
    expect(known.filter((name) => !shown.has(name))).to.have.members(OTHER_CALLS);
  });

  for (const operation of OPERATIONS) {
    const { operationId, method, path } = operation;
    it(`${operationId}: ${method} ${path}`, async () => {
      const given = async (): Promise<Replacements> => ({ ...world.shared, ...(await world.given[operationId]?.()) });
      const values = await given();
      const example = exampleOf(operation, values);
      const curl = await runAs(values, (variables) => byCurl(operation, example, variables));
      expectOutcome(operation, curl);
      const others = await given();
      const again = exampleOf(operation, others);
      const call = clientCallOf(operationId, again);
      if (call === undefined) return;
      const ran = await runAs(others, (variables) => byClient(operation, again, call, variables));
      expectOutcome(operation, ran);
    });
  }
});
