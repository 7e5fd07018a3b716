// The audit of a data folder whose operator switched the rules for sources off: the log's own events show it, and the vault
// shows it where the evidence is concealed.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { ed25519SourceKey } from "../../src/core/source-key.ts";
import { signedBytesOf, type SignedPart } from "../../src/core/source-signature.ts";
import { UNKNOWN_SOURCE } from "../../src/core/source-state.ts";
import { sourceEvent } from "../../src/events/source.ts";
import { audit } from "../../src/audit/audit-ledger.ts";
import { readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import {
  auditFolder,
  expectClean,
  openLedger,
  policyOf,
  reading,
  report,
  SIGNER,
  type TestLedger,
} from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";

const [NAME, PHONE] = ["santander/env-419", "phones/1"];
const [PAIR, OTHER] = [signingKey(41), signingKey(42)];
const [KEY, OTHER_KEY] = [PAIR, OTHER].map(({ publicKey }) => ed25519SourceKey(publicKey));

function signed(record: JsonObject, { publicKey, sign } = PAIR): JsonObject {
  const sig = Buffer.from(sign(signedBytesOf(record as unknown as SignedPart))).toString("base64");
  return { ...record, evidence: { alg: "Ed25519", key: Buffer.from(publicKey).toString("base64"), sig } };
}

describe("the audit of sources in a data folder", () => {
  let ledger: TestLedger;
  let first: number;
  beforeEach(async () => {
    ledger = await openLedger();
    first = ledger.log.tree.size;
  });
  afterEach(() => ledger.close());

  const send = (record: JsonObject) => ledger.submit([record]);
  const enter = (event: Parameters<typeof sourceEvent>[0], key = KEY) =>
    ledger.log.writer.enter(sourceEvent(event, "key" in event && event.key === "concealed" ? key : undefined));
  const found = async (): Promise<string[]> => {
    const { findings } = await auditFolder(ledger.folder);
    return findings.map(({ code, where }) => `${code} ${where}`);
  };
  /** The service no longer asks what the log says about a source. */
  const switchRulesOff = (): void => void (ledger.log.events.sources.of = () => UNKNOWN_SOURCE);

  it("finds what entered against the log's own events", async () => {
    await enter({ action: "register", name: NAME, key: KEY! });
    switchRulesOff();
    await send(signed(reading(0, { source: NAME, seq: 0 })));
    await send(reading(1, { source: NAME, seq: 1 }));
    await enter({ action: "suspend", name: NAME });
    await send(signed(reading(2, { source: NAME, seq: 2 })));
    await enter({ action: "resume", name: NAME });
    await enter({ action: "revoke", name: NAME, ends: [first], reason: "compromised" });
    await send(signed(reading(3, { source: NAME, seq: 3 })));
    expect(await found()).to.deep.equal([
      `SIGNATURE_REQUIRED leaf ${first + 2}`,
      `SOURCE_SUSPENDED leaf ${first + 4}`,
      `SOURCE_KEY_REFUSED leaf ${first + 7}`,
    ]);
  });

  it("opens persons' keys and concealed signatures in the vault, and notes them where it has none", async () => {
    await enter({ action: "register", name: PHONE, key: "concealed" });
    await send(signed(report(0, { source: PHONE, seq: 0 })));
    const { noteFacts } = await expectClean(ledger.folder);
    expect(noteFacts.filter(({ id }) => id.startsWith("source-"))).to.deep.equal([]);
    switchRulesOff();
    await send(signed(report(1, { source: PHONE, seq: 1 }), OTHER));
    await send(report(2, { source: PHONE, seq: 2 }));
    const unsigned = `SIGNATURE_REQUIRED leaf ${first + 3}`;
    expect(await found()).to.deep.equal([`SOURCE_KEY_REFUSED leaf ${first + 2}`, unsigned]);
    await ledger.vault.erase(first + 2);
    expect(await found()).to.deep.equal([unsigned]);
    const store = readSqliteLedger(ledger.folder);
    const closed = await audit({ store, policy: policyOf(SIGNER.key, true) }).finally(() => store.close());
    expect(closed.findings.map(({ code }) => code)).to.deep.equal(["SIGNATURE_REQUIRED"]);
    expect(closed.noteFacts).to.deep.include({ id: "source-signatures-hidden", count: 2 });
  });

  it("applies a person's new key from its event on", async () => {
    await enter({ action: "register", name: PHONE, key: "concealed" });
    await enter({ action: "rotate", name: PHONE, key: "concealed", ends: [first] }, OTHER_KEY);
    await send(signed(report(0, { source: PHONE, seq: 0 }), OTHER));
    await expectClean(ledger.folder);
    switchRulesOff();
    await send(signed(report(1, { source: PHONE, seq: 1 })));
    expect(await found()).to.deep.equal([`SOURCE_KEY_REFUSED leaf ${first + 3}`]);
  });
});
