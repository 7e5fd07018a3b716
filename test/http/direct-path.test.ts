// The way past Express: a query with nothing in it makes a path go through Express, and means the same. What comes back must be
// the same to the byte, but for what is of the moment.

import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";

import { expect } from "chai";
import express, { type Request, type Response } from "express";

import { messagesOf } from "../../src/http/direct-path.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { anchoredService } from "./support/anchored-service.ts";
import { call, readingText, submit } from "./support/call.ts";
import { exchange } from "./support/raw-socket.ts";

describe("the direct path", () => {
  const running = anchoredService();
  let id: string;
  const record = readingText(1, { key: "once" });
  before(async () => {
    id = ((await submit(running.service, record)).json as { id: string }).id;
    await running.service.anchorAll();
  });

  /** Which routes it leads to, with an address of each. */
  const ADDRESSES: Readonly<Record<string, () => string>> = {
    submitRecords: () => "/v1/records",
    showBundle: () => `/v1/records/${id}/bundle`,
    showLiveness: () => "/livez",
    showReadiness: () => "/readyz",
    showHealth: () => "/healthz",
    getCheckpoint: () => "/log/checkpoint",
    getTile: () => "/log/tile/entries/000.p/2",
    getBodies: () => "/log/bodies/000.p/2",
  };
  const routes = ROUTES.filter(({ isDirect }) => isDirect);

  it("leads to the routes that are asked most", () => {
    expect(routes.map(({ name }) => name)).to.have.members(Object.keys(ADDRESSES));
  });

  it("has messages that are both Node's and the application's, each application its own", () => {
    const apps = [express(), express()];
    for (const app of apps) {
      const messages = messagesOf(app);
      const request = new messages.IncomingMessage(new Socket()) as Request;
      const response = new messages.ServerResponse(request) as Response;
      expect([request instanceof IncomingMessage, response instanceof ServerResponse]).to.deep.equal([true, true]);
      expect([request.app === app, response.app === app]).to.deep.equal([true, true]);
      expect(response.status(201).statusCode).to.equal(201);
    }
  });

  for (const { name, method } of routes) {
    const address = () => ADDRESSES[name]?.() ?? "";
    const verb = method.toUpperCase();
    for (const [what, head, body] of requestsOf(name))
      it(`answers as Express does: ${name}, ${what}`, async () => {
        const key = `authorization: Bearer ${running.service.keys.submitter}\r\n`;
        const send = async (path: string): Promise<string> => {
          const fields = `host: x\r\nconnection: close\r\n${head.replace("KEY\r\n", key)}`;
          const length = body === undefined ? "" : `content-length: ${body.length}\r\n`;
          const sent = `${verb} ${path} HTTP/1.1\r\n${fields}${length}\r\n${body ?? ""}`;
          return timeless((await exchange(running.service.url, sent)).text);
        };
        const before = await durations();
        const direct = await send(address());
        const between = await durations();
        const byExpress = await send(`${address()}?`);
        expect(direct)
          .to.match(/^HTTP\/1\.1 \d{3} /)
          .and.to.equal(byExpress);
        expect(rise(before, between)).to.deep.equal(rise(between, await durations()));
      });
  }

  /** What differs between the requests: a name, header fields, a body. */
  function requestsOf(name: string): [string, string, string?][] {
    const json = "content-type: application/json\r\n";
    const twoKeys: [string, string, string?] = ["two keys", "KEY\r\nKEY\r\n"];
    if (name !== "submitRecords")
      return [["plain", ""], ["with a key", "KEY\r\n"], twoKeys, ["what it has", "if-none-match: *\r\n"]];
    return [
      ["a record", `KEY\r\n${json}`, record],
      ["an array", `KEY\r\n${json}`, `[${record}]`],
      ["lines", "KEY\r\ncontent-type: application/x-ndjson\r\n", `${record}\n`],
      ["no record", `KEY\r\n${json}`, "{}"],
      ["no JSON", `KEY\r\n${json}`, "{"],
      ["no key", json, record],
      ["no body", `KEY\r\n${json}`],
      ["another type", "KEY\r\ncontent-type: text/plain\r\n", record],
      twoKeys,
    ];
  }

  /** How many requests there were of each method, route and status. */
  async function durations(): Promise<Map<string, number>> {
    const { text } = await call(running.service, "/metrics");
    const lines = text.matchAll(/^warifu_http_request_duration_seconds_count(\{.*\}) (\d+)$/gm);
    return new Map([...lines].map(([, labels = "", count]) => [labels, Number(count)]));
  }

  function rise(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): object {
    const risen = [...after].map(([labels, count]) => [labels, count - (before.get(labels) ?? 0)] as const);
    return Object.fromEntries(risen.filter(([labels, count]) => count > 0 && !labels.includes("/metrics")));
  }
});

function timeless(text: string): string {
  return text
    .replace(/^Date: .*$/m, "Date")
    .replace(/^(ratelimit: .*)r=\d+; t=\d+/m, "$1")
    .replace(/urn:uuid:[0-9a-f-]{36}/, "urn:uuid");
}
