// The same script under two laws, with one setting changed: a person consents, a record goes, the person withdraws, and the
// next one does not.

import { expect } from "chai";

import { SUBJECT } from "../../src/core/consent-event.ts";
import type { Recipient } from "../../src/core/recipient.ts";
import { readTransferLaw } from "../../src/privacy/transfer-bases.ts";
import { consentOfAll } from "../../src/privacy/transfer-conditions.ts";
import { decisionOn, TransferGate } from "../../src/privacy/transfer-gate.ts";
import { codeOf } from "../../src/core/errors.ts";
import type { Acknowledgement } from "../../src/write/outcome.ts";
import { reading, report } from "../support/ledger.ts";
import { AMERICAN, entryAt, FUJISAWA, OPERATOR, SANTANDER } from "../support/transfers.ts";
import { LAWS } from "../support/laws.ts";
import { exampleNotice, lawOf, openRights, type TestRights } from "./support/rights.ts";

const PURPOSE = "research";

/** The basis that each recipient is given a record on, before consent, with it, and once it is withdrawn. */
async function script(jurisdiction: "eu" | "jp-operator", recipients: readonly Recipient[]): Promise<string[][]> {
  const running = await openRights(jurisdiction);
  try {
    const { ledger, rights } = running;
    const [{ leafIndex }] = (await ledger.submit([report(1)])) as [Acknowledgement];
    const record = await entryAt(ledger.log, leafIndex);
    const gate = gateOver(running, jurisdiction);
    const basesNow = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const recipient of recipients) {
        const leaving = { records: [record], recipient, purpose: PURPOSE, claims: ["text"] };
        const permit = await gate.assertMayLeave(leaving).catch((error: unknown) => codeOf(error) ?? "");
        found.push(typeof permit === "string" ? permit : decisionOn(permit, leafIndex).basis);
      }
      return found;
    };
    const language = jurisdiction === "eu" ? "es" : "ja";
    const country = jurisdiction === "eu" ? "JP" : "ES";
    await rights.notices.add(exampleNotice(language));
    const [subject] = (await ledger.vault.subjectsOf(leafIndex)) as [string];
    expect(subject).to.match(SUBJECT);
    const answers = [await basesNow()];
    for (const state of ["given", "withdrawn"] as const) {
      await rights.consents.note({ state, purpose: PURPOSE, country, language, subject });
      await rights.consents.note({ state, purpose: PURPOSE, language, subject });
      answers.push(await basesNow());
    }
    return answers;
  } finally {
    await running.close();
  }
}

function gateOver({ ledger, rights }: TestRights, jurisdiction: string): TransferGate {
  return new TransferGate({
    ...{ ...ledger.log, law: lawOf(jurisdiction), transfers: readTransferLaw([LAWS], jurisdiction) },
    restrictions: rights.restrictions,
    hasConsent: consentOfAll(rights.consents, ledger.log.persons),
    now: () => Date.parse("2026-11-28T09:00:00Z"),
  });
}

describe("records that go to others, by what people have consented to", () => {
  const told = (recipient: Recipient, basis: string): Recipient => ({
    ...recipient,
    papers: [{ basis, kind: "information", reference: "notice 1" }],
  });
  const NO = "TRANSFER_REFUSED";

  it("go by the law of the EU", async () => {
    const city = told(FUJISAWA, "eu-consent-49-1-a");
    expect(await script("eu", [SANTANDER, OPERATOR, city, told(AMERICAN, "eu-consent-49-1-a")])).to.deep.equal([
      ["eu-gdpr-6", "eu-adequacy-2019-419", NO, NO],
      // To the country that was named, and no other.
      ["eu-gdpr-6", "eu-adequacy-2019-419", "eu-consent-49-1-a", NO],
      ["eu-gdpr-6", "eu-adequacy-2019-419", NO, NO],
    ]);
  });

  it("go by the law of Japan", async () => {
    expect(await script("jp-operator", [SANTANDER, OPERATOR, told(AMERICAN, "jp-28-consent")])).to.deep.equal([
      [NO, NO, NO],
      ["jp-28-designated", "jp-27-consent", NO],
      [NO, NO, NO],
    ]);
  });

  it("do not go by consent where nobody is known whose it would be", async () => {
    const running = await openRights("jp-operator");
    try {
      const { ledger, rights } = running;
      const [{ leafIndex }] = (await ledger.submit([reading(1)])) as [Acknowledgement];
      const hasConsent = consentOfAll(rights.consents, ledger.log.persons);
      expect(await hasConsent({ record: leafIndex, purpose: PURPOSE, at: 0 })).to.equal(false);
    } finally {
      await running.close();
    }
  });
});
