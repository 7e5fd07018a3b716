// What the verifier's page makes of the files that it is given, and of originals: without a browser.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { zipSync } from "fflate";

import { utf8 } from "../../src/core/bytes.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { CONCEALED } from "../../src/pages/verify/claims.ts";
import { recognise } from "../../src/pages/verify/given.ts";
import { judge } from "../../src/pages/verify/judge.ts";
import { pageWith } from "../../src/pages/verify/pinned-page.ts";
import {
  addFiles,
  forgetPolicy,
  given,
  isWorking,
  judgement,
  removeFiles,
  usePolicy,
} from "../../src/pages/verify/state.ts";
import { reasonOf } from "../../src/texts/verdict/reasons.ts";
import { VERIFY } from "../../src/pages/verify/texts/catalogue.ts";
import { bundleFixture, fixturePolicy } from "../support/bundle-fixture.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const BUNDLE = readFileSync(join(ROOT, "test/docs/vectors/worked-example.bundle.json"));
const named = (name: string, content: string | Uint8Array) => ({
  name,
  bytes: typeof content === "string" ? utf8(content) : content,
});
const names = (all: readonly { readonly name: string }[]): string[] => all.map(({ name }) => name);

describe("files given to the verifier's page", () => {
  it("are bundles by what is in them, also with a byte order mark or damage, whatever they are called", () => {
    const half = BUNDLE.subarray(0, 2_000);
    const marked = Buffer.concat([utf8("\ufeff"), BUNDLE]);
    const given = recognise([named("a", BUNDLE), named("half.txt", half), named("marked.json", marked)]);
    expect(names(given.bundles)).to.deep.equal(["a", "half.txt", "marked.json"]);
    expect(given.bundles[2]?.bytes[0]).to.equal(0x7b);
  });

  it("are evidence against a log if they say so", () => {
    const { bundles, forks } = recognise([named("fork.json", '{"format":"warifu-fork-evidence/1","smaller":{}}')]);
    expect([names(bundles), names(forks)]).to.deep.equal([[], ["fork.json"]]);
  });

  it("are originals if they are anything else: pictures, other JSON, documents that are ZIPs", () => {
    const document = zipSync({ "word/document.xml": utf8("<w:document/>") });
    const given = recognise([
      named("a.jpg", "\u00ff\u00d8"),
      named("b.json", '{"temperature":21.5}'),
      named("c.docx", document),
    ]);
    expect(names(given.originals)).to.deep.equal(["a.jpg", "b.json", "c.docx"]);
    expect([given.bundles, given.problems]).to.deep.equal([[], []]);
  });

  it("are named where the browser gives nothing of them, and the others are taken", async () => {
    const folder = { name: "dropped", slice: () => ({ arrayBuffer: () => Promise.reject(new TypeError("a folder")) }) };
    await addFiles([folder as unknown as File, new File([BUNDLE], "bundle.json")]);
    expect(given.value.problems).to.deep.equal([{ name: "dropped", problem: "unreadable" }]);
    expect(names(given.value.bundles)).to.deep.equal(["bundle.json"]);
    removeFiles();
  });

  it("are refused if they are empty, a policy, or a ZIP that says it grows beyond measure", () => {
    const zip = Buffer.from(zipSync({ "a.json": BUNDLE }));
    // Sizes in the central directory, which is what is believed.
    zip.writeUInt32LE(0x7fff_ffff, zip.lastIndexOf("PK\u0001\u0002") + 24);
    const policy = '{"format":"warifu-policy/1"}';
    const { problems } = recognise([named("a", ""), named("b", policy), named("c.zip", zip)]);
    expect(problems.map(({ problem }) => problem)).to.deep.equal(["empty", "policy", "damagedZip"]);
  });
});

describe("an original", () => {
  async function judged(content: string, options: Parameters<typeof bundleFixture>[0]): Promise<string> {
    const { bytes } = await bundleFixture({ signer: null, ...options });
    const given = recognise([named("bundle.json", bytes), named("original", content)]);
    const { originals } = await judge(given, fixturePolicy());
    return `${originals[0]?.outcome} ${originals[0]?.matches.map(({ as }) => as).join()}`;
  }

  const reading: JsonObject = { temperature: 21.5, at: "noon" };

  it("is recognised if it says what the record says, alone or as it was submitted, however it is written", async () => {
    const shown = { claims: reading, concealed: {} };
    expect(await judged(' {"at":"noon", "temperature":2.15e1}', shown)).to.equal("holds reading");
    const submitted = JSON.stringify({ type: "t", source: "s", claims: reading });
    expect(await judged(submitted, shown)).to.equal("holds reading");
  });

  it("is refuted if it says anything else, as nothing of the record is concealed", async () => {
    const shown = { claims: reading, concealed: {} };
    for (const other of [{ ...reading, temperature: 21.6 }, { temperature: 21.5 }, { ...reading, humidity: 3 }, {}])
      expect(await judged(JSON.stringify(other), shown), JSON.stringify(other)).to.equal("refuted ");
  });

  it("may say more than is shown of a record that conceals something", async () => {
    const partly = { claims: reading, concealed: { text: "x" }, disclosed: [] };
    expect(await judged(JSON.stringify({ ...reading, text: "x" }), partly)).to.equal("holds reading");
    expect(await judged("another file", partly)).to.equal("undecided ");
  });
});

describe("a verdict", () => {
  const policy = readFileSync(join(ROOT, "test/docs/vectors/worked-example.policy.json"), "utf8");
  const working = () =>
    new Promise<void>((resolve) => {
      const stop = isWorking.subscribe((isIt) => {
        if (isIt) queueMicrotask(() => (stop(), resolve()));
      });
    });

  it("is dropped if its files were removed, or its policy, while they were judged", async () => {
    for (const leave of [removeFiles, forgetPolicy]) {
      usePolicy(policy);
      const begun = working();
      const judged = addFiles([new File([BUNDLE], "bundle.json")]);
      await begun;
      leave();
      await judged;
      expect([judgement.value, isWorking.value], leave.name).to.deep.equal([undefined, false]);
      removeFiles();
    }
  });
});

describe("what the verifier's page says", () => {
  it("names the claims that the shipped profiles conceal", () => {
    for (const [type, concealed] of Object.entries(CONCEALED)) {
      const profile = JSON.parse(readFileSync(join(ROOT, `profiles/${type}.json`), "utf8")) as {
        public: string[];
        claims: { properties: object };
      };
      const all = Object.keys(profile.claims.properties);
      expect(concealed).to.deep.equal(all.filter((name) => !profile.public.includes(name)));
      for (const texts of Object.values(VERIFY)) expect(texts.claims.labels).to.include.all.keys(all);
    }
  });

  it("has a reason in plain words for each code that the verifier's steps refuse with", () => {
    const files = ["steps", "signing", "check-beacon", "check-body"].map((name) => `src/verify/${name}.ts`);
    const codes = files.flatMap((path) => [
      ...readFileSync(join(ROOT, path), "utf8").matchAll(/WarifuError\(\s*"([A-Z_]+)"/g),
    ]);
    expect(codes.length).to.be.greaterThan(20);
    for (const [, code] of codes) expect(reasonOf(code as Parameters<typeof reasonOf>[0]), code).to.not.equal("other");
  });

  it("takes a policy inside as data that ends nothing", () => {
    const page = '<script type="application/json" id="pinned-policy"></script>';
    const policy = { ...fixturePolicy(), rpc: ["https://rpc.example/</script><script>$&"] };
    const made = pageWith(page, policy);
    expect(made.match(/<\/script>/g)).to.have.length(1);
    expect(JSON.parse(made.slice(page.indexOf("></") + 1, -"</script>".length))).to.have.nested.property(
      "rpc.0",
      policy.rpc[0],
    );
  });
});
