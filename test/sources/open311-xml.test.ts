// Service requests in XML: each is read by itself, in a time that grows with the text and not with its square.

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { requestsInAnswer } from "../../src/sources/georeport-reader.ts";
import { requestsInXml } from "../../src/sources/open311-xml.ts";
import { cpuMsOf } from "../support/cpu-time.ts";

const request = (inner: string): string => `<request><service_request_id>1</service_request_id>${inner}</request>`;
const list = (...requests: string[]): string => `<service_requests>${requests.join("")}</service_requests>`;

describe("service requests in XML", () => {
  it("are read one by one: one that is wrong keeps none of the others back", () => {
    const text = list(
      request("<lat>1</lat>"),
      request("<lat>1</lat><lat>2</lat>"),
      request("<__proto__>1</__proto__>"),
    );
    const values = requestsInXml(`${text.slice(0, -"</service_requests>".length)}${request("")}</service_requests>`);
    expect(values.map(({ value }) => (value instanceof WarifuError ? value.message : value))).to.deep.equal([
      { service_request_id: "1", lat: "1" },
      "the XML has an element twice where there is room for one",
      "the XML has an element of a name that is not allowed",
      { service_request_id: "1" },
    ]);
    expect(requestsInAnswer(Buffer.from(text), "xml")).to.have.length(3);
  });

  it("cost no more for an element that comes a hundred thousand times than for as much text", async () => {
    const text = list(request(`<notes>${"<a/>".repeat(100_000)}</notes>`));
    let read: ReturnType<typeof requestsInXml> = [];
    expect(await cpuMsOf(() => (read = requestsInXml(text)))).to.be.lessThan(5_000);
    const { notes } = read[0]?.value as { notes: { a: null[] } };
    expect(notes.a).to.have.length(100_000);
  });
});
