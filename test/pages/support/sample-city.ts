// A city with something of everything: readings and reports with places, a gateway with a gap, a refusal, a source that is
// registered, requests, what was erased, withheld and disclosed, two witnesses, and anchors.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { signatureLine } from "../../../src/core/note-signer.ts";
import { utf8 } from "../../../src/core/bytes.ts";
import { formatSignatureLine, parseNote } from "../../../src/core/note.ts";
import type { AskWitness } from "../../../src/core/tlog-witness.ts";
import { call } from "../../http/support/call.ts";
import { startSwiftChain, type TestChain } from "../../support/chains.ts";
import { startService, type ServiceOptions, type TestService } from "../../support/service.ts";
import { witnessSigner } from "../../witness/support/open-witness.ts";

const FEED = join(import.meta.dirname, "..", "..", "..", "examples", "feed.ndjson");
const SIGNERS = [witnessSigner(21), witnessSigner(22)];

/** The city, and ids of records in it. */
export interface SampleCity {
  readonly service: TestService;
  /** A report that was disclosed, then erased. */
  readonly erased: string;
  readonly withheld: string;
  readonly reading: string;
  stop(): Promise<void>;
}

/** Each cosigns whatever it is shown, a few seconds later by its clock. */
const ask: AskWitness = async (url, { checkpoint }) => {
  const [name, seconds] = url.split(" ");
  const { key, sign } = SIGNERS.find((one) => one.key.name === name)!;
  const { text } = parseNote(utf8(checkpoint.note));
  const time = Math.floor(Date.now() / 1_000) + Number(seconds);
  return { kind: "cosigned", lines: utf8(formatSignatureLine(signatureLine(text, { key, sign }, time))) };
};

const WITNESSES = {
  witnesses: SIGNERS.map(({ key }, at) => ({ key, url: `${key.name} ${2 + 3 * at}` })),
  quorum: 2,
  ask,
};

/** Starts it. */
export async function startSampleCity(options: ServiceOptions = {}): Promise<SampleCity> {
  const chain: TestChain = await startSwiftChain();
  const limits = { ratePerMinute: 1_000_000 };
  const service = await startService({ chain, witnesses: WITNESSES, limits, ...options });
  const send = (value: object): Promise<string> => sent(service, value);
  const feed = readFileSync(FEED, "utf8").split("\n").filter(Boolean);
  const ids: string[] = [];
  for (const line of feed) ids.push(await send(JSON.parse(line) as object));
  await service.anchorAll();
  for (const seq of [0, 1, 2, 5, 6, 9]) await send(fujisawa(seq));
  const refused = { type: "sensor-reading", source: "fujisawa/park-3", claims: { nested: { no: "object" } } };
  expect((await call(service, "/v1/records", { role: "submitter", body: JSON.stringify(refused) })).status).to.equal(
    400,
  );
  await post(service, "/v1/sources", { name: "fujisawa/park-3" });
  const [erased, withheld] = [ids[2]!, ids[5]!];
  await act(service, { erased, withheld });
  await service.anchorAll();
  const stop = async (): Promise<void> => {
    await service.stop();
    await chain.stop();
  };
  return { service, erased, withheld, reading: ids[0]!, stop };
}

function fujisawa(seq: number): object {
  const claims = {
    observedAt: new Date().toISOString(),
    temperature: 21.5,
    latitude: (35_339 + 2 * seq) / 1_000,
    longitude: 139.49,
  };
  return { type: "sensor-reading", source: "fujisawa/park-3", seq, claims };
}

/** Sends a record and returns its id. */
export async function sent(service: TestService, value: object): Promise<string> {
  const answer = await call(service, "/v1/records", { role: "submitter", body: JSON.stringify(value) });
  expect(answer.status, answer.text).to.be.oneOf([200, 201]);
  return (answer.json as { readonly id: string }).id;
}

async function act(service: TestService, { erased, withheld }: Pick<SampleCity, "erased" | "withheld">): Promise<void> {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const why = { recipient: "insurer", purpose: "audit", purposeText: "a claim", until };
  await post(service, "/v1/privacy/disclosures", { records: [erased], claims: ["text"], ...why });
  await post(service, "/v1/privacy/erasures", { records: [erased], basis: "gdpr-17-1-a" });
  await post(service, "/v1/privacy/requests", { operation: "access", records: [erased] });
  await post(service, "/v1/privacy/withholdings", { records: [withheld], reason: "unlawful", basis: "gdpr-17-1-d" });
}

async function post(service: TestService, path: string, body: object): Promise<void> {
  const answer = await call(service, path, { role: "officer", body: JSON.stringify(body) });
  expect(answer.status, `${path} ${answer.text}`).to.be.lessThan(300);
}
