// The verifier's page in a real browser, opened from the disk while no service runs: bundles of several kinds, changed ones,
// originals, bad input, three languages, both themes, a phone. Nothing leaves the page, and nothing in it is forbidden.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";
import { zipSync } from "fflate";

import { utf8, toHex } from "../../src/core/bytes.ts";
import { signCheckpoint } from "../../src/core/checkpoint.ts";
import { formatForkEvidence } from "../../src/core/fork-evidence.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { formatPolicy, parsePolicy, type Policy } from "../../src/core/policy.ts";
import { policyFingerprint } from "../../src/core/policy-fingerprint.ts";
import { receivedClaim } from "../../src/core/received.ts";
import { sha256 } from "../../src/core/sha256.ts";
import { pageWith } from "../../src/pages/verify/pinned-page.ts";
import { bundleFixture, fixturePolicy, LOG_KEY, LOG_PAIR, ORIGIN } from "../support/bundle-fixture.ts";
import { builtPages } from "./support/built.ts";
import { promised } from "./support/promised-time.ts";
import { expectCount, expectShown, expectText, until } from "./support/shown.ts";
import { expectFits, expectNoBarriers, file, watched, type WatchedPage } from "./support/watched.ts";

const TESTS = join(import.meta.dirname, "..");
const EXAMPLE = "docs/vectors/worked-example";
const SIGNED = "verify/vectors/signed-report";
const text = (name: string): string => readFileSync(join(TESTS, name), "utf8");
const [bundleOf, policyOf] = [
  (name: string): string => text(`${name}.bundle.json`),
  (name: string): string => text(`${name}.policy.json`),
];

/** The example with another letter in a record's text. */
const tampered = bundleOf(SIGNED).replace('\\"category\\":\\"lamp\\"', '\\"category\\":\\"lamb\\"');

describe("the verifier's page", function () {
  this.timeout(300_000);
  let address: string;
  let folder: string;
  before(async () => {
    ({ folder } = await builtPages());
    address = pathToFileURL(join(folder, "warifu-verify.html")).href;
  });

  let open: WatchedPage;
  beforeEach(async () => {
    open = await watched(address);
  });
  afterEach(async () => {
    // Of everything that was done: it asked for itself alone, and nothing was forbidden.
    expect(open.requests.filter((url) => !url.startsWith("blob:"))).to.deep.equal([address]);
    expect(open.complaints).to.deep.equal([]);
    await open.close();
  });

  const policyField = () => open.page.getByLabel("Choose a policy file");
  const filesField = () => open.page.getByLabel("Choose files");
  const usePolicy = async (policy: string): Promise<void> => {
    await policyField().setInputFiles([file("policy.json", policy)]);
    await open.page.locator(".fingerprint").waitFor();
  };
  const giveFiles = (files: Readonly<Record<string, string | Uint8Array>>) =>
    filesField().setInputFiles(Object.entries(files).map(([name, content]) => file(name, content)));
  const removeFiles = async (): Promise<void> => {
    await open.page.getByRole("button", { name: "Remove all files" }).click();
    await expectCount(verdict(), 0);
  };
  const verdict = () => open.page.locator("section.verdict");
  const steps = (): Promise<string[]> => open.page.locator("ol.steps > li").allInnerTexts();

  it("says that real bundles hold, step by step, with what was not checked and what it does not show", async () => {
    await usePolicy(policyOf(SIGNED));
    await giveFiles({ "report.json": bundleOf(SIGNED) });
    await expectShown(
      verdict(),
      /Holds\s+This record has not changed/,
      /Whether what the source sent is true/,
      /nobody whom you trust was asked/,
    );
    const shown = await steps();
    expect(shown).to.have.length(11);
    expect(shown[0]).to.match(/^The file Holds/);
    expect(shown[6]).to.match(/^Witnesses Not checked[^]*policy asks for none/);
    expect(await open.page.locator(".claims").innerText()).to.match(/Category\s+category\s+lamp/);
  });

  it("keeps the policy that was taken last, though the file of another one is read after that", async () => {
    await open.page.evaluate(`{ const read = File.prototype.text;
      File.prototype.text = function () { return new Promise((done) => (globalThis.letGo = () => done(read.call(this)))); }; }`);
    await policyField().setInputFiles([file("policy.json", policyOf(EXAMPLE))]);
    await open.page.getByLabel("paste").fill(policyOf(SIGNED));
    await open.page.getByRole("button", { name: "Use this policy" }).click();
    const taken = await open.page.locator(".fingerprint-digits").innerText();
    await open.page.evaluate(
      "letGo(), new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done))))",
    );
    expect(await open.page.locator(".fingerprint-digits").innerText()).to.equal(taken);
  });

  it("shows when a record was made, and strikes the claims that it does not show", async () => {
    await usePolicy(policyOf(EXAMPLE));
    await giveFiles({ "bundle.json": bundleOf(EXAMPLE) });
    await expectShown(
      open.page.locator(".bracket figcaption"),
      /Not before\s+Nov 22, 2026/,
      /Not after\s+Nov 22, 2026[^]*block 1,234/,
    );
    expect(await open.page.locator(".struck s").allInnerTexts()).to.include.members(["Address", "Reporter’s e-mail"]);
    await expectNoBarriers(open.page);
  });

  it("refutes a changed record, names the step, and says nothing of what it claims", async () => {
    await usePolicy(policyOf(SIGNED));
    await giveFiles({ "changed.json": tampered });
    await expectShown(verdict(), /Refuted[^]*It fails at “The contents”/);
    expect((await steps()).at(-1)).to.match(/^The contents Refuted[^]*BODY_MISMATCH/);
    expect(await open.page.locator(".claims").count()).to.equal(0);
    await expectNoBarriers(open.page);
  });

  it("refutes a bundle of another log, and one that is cut off", async () => {
    await usePolicy(policyOf(EXAMPLE));
    await giveFiles({ "other.json": bundleOf(SIGNED) });
    await expectShown(verdict(), /Refuted/);
    await removeFiles();
    await giveFiles({ "half.json": bundleOf(SIGNED).slice(0, 3_000) });
    await expectShown(verdict(), /Refuted[^]*damaged or was changed/);
  });

  it("takes many at once, from a ZIP and from lines, and shows first those that do not hold", async () => {
    const line = bundleOf(SIGNED).replaceAll(/\n\s*/g, "");
    const zip = zipSync({ "a/good.json": utf8(line), "bad.json": utf8(tampered), "readme.txt": utf8("no bundle") });
    await usePolicy(policyOf(SIGNED));
    await giveFiles({ "proofs.zip": zip, "november.ndjson": `${line}\n${line}\n` });
    await open.page.locator("section.verdict").waitFor();
    await expectText(open.page.locator("caption"), "3 hold, 1 refuted, 0 undecided");
    const rows = await open.page.locator("tbody tr").allInnerTexts();
    expect(rows[0]).to.match(/proofs\.zip\/bad\.json[^]*Refuted/);
    // A good one does not hide it.
    await expectShown(verdict(), /bad\.json[^]*Refuted/);
    expect(rows.join()).to.match(/november\.ndjson:2/);
    await expectNoBarriers(open.page);
  });

  describe("with the original", () => {
    const photo = Buffer.from("not a real photo, but the bytes of one");
    const message = Buffer.from('{"id":"urn:ngsi-ld:Device:7"}');
    const picture = {
      ...{ bytes: photo.length, height: 3, sha256: toHex(sha256(photo)), type: "image/jpeg", width: 4 },
    };
    const fixture = async (more: object = {}): Promise<Uint8Array> => {
      const { bytes } = await bundleFixture({
        claims: { category: "pothole" },
        concealed: { pictures: [picture], text: "deep" } as unknown as JsonObject,
        received: receivedClaim(message, { adapter: "ngsi-ld/1", at: 1_795_334_400_000, type: "application/json" }),
        ...more,
      });
      return bytes;
    };

    beforeEach(() => usePolicy(formatPolicy(fixturePolicy())));

    const original = () => open.page.locator(".originals");

    it("recognises the photo and the message that the record speaks of", async () => {
      await giveFiles({ "bundle.json": await fixture(), "IMG_1.jpg": photo, "message.json": message });
      await expectShown(
        original(),
        /IMG_1\.jpg\s+Holds\s+Recognised: this is picture 1 of the record in bundle\.json/,
        /message\.json\s+Holds\s+Recognised: the record in bundle\.json was made from exactly this file/,
      );
    });

    it("does not recognise a changed photo, and leaves it open where the pictures are not shown", async () => {
      const changed = Buffer.from(photo).fill(0, 0, 1);
      await giveFiles({ "bundle.json": await fixture(), "IMG_1.jpg": changed });
      await expectShown(original(), /IMG_1\.jpg\s+Refuted\s+Not recognised: the record speaks of other bytes/);
      await removeFiles();
      await giveFiles({ "bundle.json": await fixture({ disclosed: ["text"] }), "IMG_1.jpg": photo });
      await expectShown(original(), /IMG_1\.jpg\s+Undecided\s+Not recognised[^]*ask for these openings/);
    });
  });

  it("confirms that a log has two histories, and does not take that for good news", async () => {
    const policy = fixturePolicy();
    const head = (root: number) => ({ origin: ORIGIN, treeSize: 1_000, rootHash: new Uint8Array(32).fill(root) });
    const signed = (root: number) => ({
      checkpoint: signCheckpoint(head(root), { key: LOG_KEY, sign: LOG_PAIR.sign }).note,
    });
    await usePolicy(formatPolicy(policy));
    await giveFiles({ "fork.json": formatForkEvidence({ smaller: signed(1), larger: signed(2) }) });
    await expectShown(
      open.page.locator("section.verdict-refuted"),
      /Proven: this log has two histories/,
      /The contradiction Holds\s+For the same 1,000 entries there are two roots/,
    );
    await expectNoBarriers(open.page);
    await giveFiles({ "same.json": formatForkEvidence({ smaller: signed(1), larger: signed(1) }) });
    await expectShown(open.page.locator("section.verdict-undecided"), /proves nothing against the log/);
  });

  it("says plainly what is wrong with what it is given", async () => {
    await policyField().setInputFiles([file("policy.json", "{}")]);
    await expectShown(open.page.getByRole("alert").first(), /not a policy that can be used/);
    await giveFiles({
      "empty.json": "",
      "policy.json": policyOf(SIGNED),
      "cat.jpg": "meow",
      "broken.zip": "PK\u0003\u0004…",
    });
    await expectShown(
      open.page.locator(".notice"),
      /empty\.json is empty/,
      /policy\.json is a policy; choose it above/,
      /broken\.zip is a ZIP that is damaged/,
      /no proof bundle among these files/,
    );
    await giveFiles({ "report.json": bundleOf(SIGNED) });
    const first = "First choose a policy above: without one, nobody can say whom to believe.";
    await until(
      () => open.page.getByRole("status").allInnerTexts(),
      (said) => expect(said).to.include(first),
    );
    await expectNoBarriers(open.page);
  });

  it("shows the fingerprint that the command line prints, of a pasted policy too, however it is spaced", async () => {
    const compact = JSON.stringify(JSON.parse(policyOf(SIGNED)));
    await open.page.getByLabel("Or paste the policy here").fill(`  ${compact}\n`);
    await open.page.getByRole("button", { name: "Use this policy" }).click();
    const digits = await open.page.locator(".fingerprint-digits").innerText();
    expect(digits.trim().split(/\s+/).join(" ")).to.equal(policyFingerprint(parsePolicy(utf8(compact))));
  });

  it("asks for a block that is trusted, and takes one", async () => {
    const { trustedBlocks, ...rest } = parsePolicy(utf8(policyOf(EXAMPLE)));
    await usePolicy(formatPolicy({ ...rest, trustedBlocks: [] } as Policy));
    await giveFiles({ "bundle.json": bundleOf(EXAMPLE) });
    await expectShown(verdict(), /Undecided[^]*Nobody was asked/);
    await open.page.locator("summary").click();
    await open.page.getByLabel("Hash of a block that you trust").fill(trustedBlocks.join(" "));
    await open.page.getByRole("button", { name: "Check again" }).click();
    await open.page.locator("section.verdict-holds").waitFor();
  });

  it("can have a policy inside, and then asks for none", async () => {
    const policy = parsePolicy(utf8(policyOf(SIGNED)));
    const path = join(folder, "pinned.html");
    writeFileSync(path, pageWith(readFileSync(join(folder, "warifu-verify.html"), "utf8"), policy));
    const pinned = await watched(pathToFileURL(path).href);
    await expectShown(pinned.page.locator("section").first(), /made with this policy inside/);
    await pinned.page.getByLabel("Choose files").setInputFiles([file("report.json", bundleOf(SIGNED))]);
    await pinned.page.locator("section.verdict-holds").waitFor();
    expect(pinned.complaints).to.deep.equal([]);
    await pinned.close();
  });

  for (const [locale, colorScheme, said] of [
    ["es-ES", "dark", /Se sostiene\s+Este registro no ha cambiado desde que se ancló/],
    ["ja-JP", "dark", /成立\s+この記録は、アンカーされてから変わっていません/],
    ["en-GB", "dark", /Holds\s+This record has not changed since it was anchored/],
  ] as const)
    it(`speaks the language of the browser (${locale}), on a phone, in the dark`, async () => {
      const phone = await watched(address, { locale, colorScheme, isPhone: true });
      const files = phone.page.locator("input[type=file]");
      await expectFits(phone.page);
      await files.first().setInputFiles([file("policy.json", policyOf(EXAMPLE))]);
      await phone.page.locator(".fingerprint").waitFor();
      await files.first().setInputFiles([file("bundle.json", bundleOf(EXAMPLE))]);
      await expectShown(phone.page.locator("section.verdict"), said);
      expect(await phone.page.locator("html").getAttribute("lang")).to.equal(locale.slice(0, 2));
      await expectFits(phone.page);
      // What it finds hangs on colours and structure, not on the words of another language.
      if (locale === "ja-JP") await expectNoBarriers(phone.page);
      expect([phone.requests, phone.complaints]).to.deep.equal([[address], []]);
      await phone.close();
    });

  it("is ready in less than half a second, in either form", async () => {
    for (const name of ["warifu-verify.html", "warifu-verify-rpc.html"]) {
      const loaded = await watched(pathToFileURL(join(folder, name)).href);
      const times: number[] = [];
      // The page is drawn before the document is done. The quickest of a few: whatever else the machine does is not the page.
      for (let load = 0; load < 5; load++) {
        await loaded.page.reload();
        times.push(
          Number(await loaded.page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")),
        );
        await expectCount(loaded.page.locator("h1"), 1);
      }
      expect(Math.min(...times), `${name}: ${times.join(", ")} ms`).to.be.within(1, promised(500));
      await loaded.close();
    }
  });

  it("changes its language at once, and keeps it in the address", async () => {
    await open.page.getByLabel("Language").selectOption("es");
    await expectText(open.page.locator("h1"), "Verificar un registro");
    expect(await open.page.evaluate("location.search")).to.equal("?lang=es");
  });
});
