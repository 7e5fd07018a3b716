// Answers that are text already are sent in one write, converted in the way that is fastest for them: the bytes are those of
// UTF-8.

import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import type { Response } from "express";

import { sendJsonText } from "../../src/http/handling/answers.ts";
import { patientServer } from "../support/patient-server.ts";

describe("JSON that is text already", () => {
  let server: Server;
  let text: string;
  before(async () => {
    server = patientServer(({ method = "" }, response) =>
      sendJsonText({ method, fresh: false }, response as Response, text),
    ).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => void server.close());

  for (const [what, value] of [
    ["ASCII", "street lamp"],
    ["letters of Latin-1", "calle Peñaherbosa"],
    ["letters beyond", "藤沢市 🌊"],
    ["a long text of ASCII", "street lamp ".repeat(200)],
    ["a long text of letters beyond", "藤沢市 🌊 — ".repeat(200)],
  ])
    it(`arrives as it was written: ${what}`, async () => {
      text = JSON.stringify({ value });
      const { port } = server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.equals(Buffer.from(text, "utf8"))).to.equal(true);
      expect(answer.headers.get("content-length")).to.equal(String(bytes.length));
    });
});
