// The receipt of a record as PDF from the service: in the reader's language, made on another thread, kept for a minute, and
// with nothing on it of what the record says. Its page is in test/pages/receipt.test.ts.

import { expect } from "chai";
import { extractText, getDocumentProxy } from "unpdf";

import { ReceiptFiles } from "../../../src/http/resources/receipt-files.ts";
import { receiptOf, type Receipt } from "../../../src/receipt/receipt.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { report } from "../../support/ledger.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, submit, type CalledAnswer, type Result } from "../support/call.ts";

const SAID = { category: "pothole", area: "centro", text: "A hole that nobody else knows", reporterName: "Jane Roe" };
const TITLES = { en: "Receipt", es: "Justificante", ja: "受領証" } as const;

describe("a receipt as PDF", () => {
  let service: TestService;
  let id: string;
  before(async () => {
    service = await startService({ publicUrls: ["https://ledger.example"] });
    id = ((await submit(service, JSON.stringify(report(1, { claims: SAID })))).json as Required<Result>).id;
  });
  after(() => service.stop());

  const pdf = (query = "", headers = {}): Promise<CalledAnswer> =>
    call(service, `/receipts/${id}.pdf${query}`, { headers });
  const textOf = async ({ bytes }: CalledAnswer): Promise<string> =>
    (await extractText(await getDocumentProxy(bytes.slice()), { mergePages: true })).text.replaceAll(/\s+/g, " ");

  it("is tagged, says what it is for, and nothing that the record says, in each language", async () => {
    for (const [language, title] of Object.entries(TITLES)) {
      const answer = await pdf(`?lang=${language}`);
      expect(answer.status).to.equal(200);
      expect(answer.headers.get("content-type")).to.equal("application/pdf");
      expect(answer.headers.get("content-language")).to.equal(language);
      expect(answer.headers.get("content-disposition")).to.include(`receipt-${id}.pdf`);
      const text = await textOf(answer);
      for (const said of [title, id, service.policy.log.name]) expect(text).to.include(said);
      expect(text.replaceAll(" ", "")).to.include(`https://ledger.example/verify#id=${id}`);
      for (const value of Object.values(SAID)) expect(text).to.not.include(value);
      const file = await getDocumentProxy(answer.bytes.slice());
      expect(await file.getMarkInfo()).to.include({ Marked: true });
      expect(JSON.stringify(await (await file.getPage(1)).getStructTree())).to.include('"role":"Figure"');
    }
  });

  it("is in the language that its reader likes best, of those that there are", async () => {
    const languageFor = async (accepted: string): Promise<string | null> =>
      (await pdf("", { "accept-language": accepted })).headers.get("content-language");
    expect(await languageFor("fr, es-MX;q=0.9, en;q=0.5")).to.equal("es");
    expect(await languageFor("fr")).to.equal("en");
    expectProblem(await pdf("?lang=fr"), 400, "REQUEST_INVALID");
  });

  it("is laid out on another thread", async () => {
    const files = new ReceiptFiles();
    const receipt = receiptOf(await service.ledger.lineages.of(id), await service.ledger.status(), 1_800_000_000);
    const [here, everywhere] = [process.threadCpuUsage(), process.cpuUsage()];
    await files.pdf(receipt, { language: "ja", address: "https://ledger.example/verify" });
    const [used, usedInAll] = [process.threadCpuUsage(here), process.cpuUsage(everywhere)];
    await files.close();
    expect(used.user + used.system).to.be.lessThan((usedInAll.user + usedInAll.system) / 2);
  });

  it("is there for records alone", async () => {
    const { items } = (await call(service, "/v1/records?leaf=0")).json as { items: { id: string }[] };
    for (const none of ["019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f", items[0]!.id])
      expectProblem(await call(service, `/receipts/${none}.pdf`), 404, "NOT_FOUND");
    expectProblem(await call(service, "/receipts/none.pdf"), 400, "ENCODING_INVALID");
  });

  describe("that was made before", () => {
    let files: ReceiptFiles;
    let receipt: Receipt;
    beforeEach(async () => {
      files = new ReceiptFiles({ mostWaiting: 1 });
      receipt = receiptOf(await service.ledger.lineages.of(id), await service.ledger.status(), 1_800_000_000);
    });
    afterEach(() => files.close());
    const parts = { language: "en", address: "https://ledger.example/verify" } as const;
    const made = async (more: Partial<Receipt> = {}, other: object = {}): Promise<string> =>
      Buffer.from(await files.pdf({ ...receipt, ...more }, { ...parts, ...other })).toString("latin1");

    it("is given out for a minute, also while the log grows, and not for another reader or another state", async () => {
      const first = await made();
      const checkpoint = { ...receipt.checkpoint, treeSize: 1_000, rootHash: "0".repeat(64) };
      expect((await made({ madeAt: receipt.madeAt + 59, checkpoint })) === first).to.equal(true);
      expect((await made({ madeAt: receipt.madeAt + 60, checkpoint })) === first).to.equal(false);
      expect((await made({ isProven: true })) === first).to.equal(false);
      expect((await made({}, { language: "ja" })) === first).to.equal(false);
      expect((await made({}, { address: "https://other.example/verify" })) === first).to.equal(false);
    });

    it("is made once for all who ask meanwhile; what would wait too long is refused, and made when asked for again", async () => {
      const same = [files.pdf(receipt, parts), files.pdf(receipt, parts)];
      await expectRejection("BUSY", files.pdf({ ...receipt, leafIndex: 7 }, parts), /too many receipts wait/);
      const [first, second] = await Promise.all(same);
      expect(second).to.equal(first);
      expect(await files.pdf({ ...receipt, leafIndex: 7 }, parts)).to.be.instanceOf(Uint8Array);
    });
  });
});
