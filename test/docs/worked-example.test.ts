// The worked example of docs/formats.md: every value on the page is the one that the sources compute, and, where a few
// lines do, the one that node:crypto computes without them.

import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { RLP } from "@ethereumjs/rlp";
import { expect } from "chai";
import { getBytes, hexlify, keccak256 } from "ethers";

import { parseBundle } from "../../src/core/bundle.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { blocksOf, readDocument, ROOT, type Block } from "./support/documents.ts";
import { documentedExample, documentedProfile, EXAMPLE_FILES, FORMATS } from "./support/documented-example.ts";
import { ORIGIN, RECEIVED_AT, type WorkedExample } from "./support/worked-example.ts";

const blocks = new Map<string, Block>();
for (const block of blocksOf(readDocument(FORMATS))) if (block.example !== undefined) blocks.set(block.example, block);

/** Content of a block of the page. */
function shown(name: string): string {
  const block = blocks.get(name);
  if (block === undefined) throw new Error(`${FORMATS} has no example "${name}"`);
  return block.content;
}

/** The second column of a block, by the first. */
function shownRows(name: string): ReadonlyMap<string, string> {
  const rows = shown(name).split("\n");
  return new Map(rows.map((row) => row.split(/ {2,}/) as [string, string]));
}

/** The bytes of an entry, from the first column of its block. */
function shownEntry(index: number): Buffer {
  const rows = shown(`entry ${index}`).split("\n");
  return Buffer.from(rows.map((row) => row.split(" ")[0]).join(""), "hex");
}

function sha256(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** RFC 8785 for values like these, whose names and texts are plain. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}

/** Whether `signature` is one of the text under an Ed25519 key of 32 bytes. */
function isSignature(text: string, key: Buffer, signature: Buffer): boolean {
  const jwk = { kty: "OKP", crv: "Ed25519", x: key.toString("base64url") };
  return verify(null, Buffer.from(text), createPublicKey({ key: jwk, format: "jwk" }), signature);
}

describe("the worked example of docs/formats.md", () => {
  let example: WorkedExample;

  before(async () => {
    example = await documentedExample();
  });

  it("has the values that the sources compute, all of them and no others", () => {
    for (const [name, content] of example.blocks) {
      const { language, where } = blocks.get(name) ?? {};
      if (language === "json") expect(JSON.parse(shown(name)), `${name}, ${where}`).to.deep.equal(JSON.parse(content));
      else expect(shown(name), `${name}, ${where}`).to.equal(content);
    }
    expect([...blocks.keys()].sort()).to.deep.equal([...example.blocks.keys(), "profile"].sort());
  });

  it("has the files that the sources compute", () => {
    for (const kind of ["bundle", "policy"] as const)
      expect(readFileSync(join(ROOT, EXAMPLE_FILES[kind]), "utf8")).to.equal(example.files[kind]);
  });

  it("has a bundle that holds under its policy, and is refuted with one byte changed in any text", async () => {
    const [bundle, policyFile] = (["bundle", "policy"] as const).map((kind) =>
      readFileSync(join(ROOT, EXAMPLE_FILES[kind])),
    ) as [Buffer, Buffer];
    const policy = parsePolicy(policyFile);
    const verdict = await verifyBundle(bundle, policy);
    expect(verdict.outcome, JSON.stringify(verdict.steps.at(-1))).to.equal("holds");
    const { body, entry, proof, beacon, openings } = parseBundle(bundle);
    const encoded = [entry, beacon?.entry ?? entry].map((one) => Buffer.from(one).toString("base64"));
    const texts = [body ?? "", ...encoded, proof, beacon?.body ?? "", beacon?.proof ?? "", ...openings];
    for (const text of texts) {
      const inFile = JSON.stringify(text).slice(1, -1);
      const at = bundle.indexOf(inFile) + Math.floor(inFile.length / 2);
      const changed = Buffer.from(bundle);
      changed[at] = bundle[at] === 0x41 ? 0x42 : 0x41;
      expect((await verifyBundle(changed, policy)).outcome).to.equal("refuted");
    }
  });

  it("has identifiers that node:crypto computes", () => {
    const ids = shownRows("ids");
    expect(ids.get("log")).to.equal(sha256(ORIGIN).toString("hex"));
    for (const name of ["santander/env-419", "street-app"])
      expect(ids.get(name)).to.equal(sha256(`${ORIGIN}\n${name}`).toString("hex"));
  });

  it("has a source signature over the bytes shown", () => {
    const record = JSON.parse(shown("sensor record")) as Record<string, unknown>;
    const { evidence, ...signed } = record as { evidence: { key: string; sig: string } };
    expect(shown("signed bytes")).to.equal(`warifu-record/1\n${canonical(signed)}`);
    const [key, signature] = [Buffer.from(evidence.key, "base64"), Buffer.from(evidence.sig, "base64")];
    expect(isSignature(shown("signed bytes"), key, signature)).to.equal(true);
  });

  it("has bodies in canonical form, whose content is that of the record or profile shown", () => {
    const bodies = [0, 2, 3].map((index) => shown(`body ${index}`));
    for (const body of bodies) expect(body).to.equal(canonical(JSON.parse(body)));
    const [profile, sensor, citizen] = bodies.map((body) => JSON.parse(body)) as [
      { profile: object; src: string },
      { record: object; src: string },
      { record: { _sd: string[] }; src: string },
    ];
    expect(profile.profile).to.deep.equal(documentedProfile());
    const { claims, evidence } = JSON.parse(shown("sensor record")) as { claims: object; evidence: object };
    expect(sensor.record).to.deep.equal({ ...claims, evidence });
    const ids = shownRows("ids");
    expect([profile, sensor, citizen].map(({ src }) => src)).to.deep.equal([...ids.values()]);
  });

  it("has openings whose digests stand in the body, among as many decoys as the page says", () => {
    const { record } = JSON.parse(shown("body 3")) as { record: { _sd: string[]; [claim: string]: unknown } };
    const { claims } = JSON.parse(shown("citizen record")) as { claims: Record<string, unknown> };
    const lines = shown("openings").split("\n");
    const opened: Record<string, unknown> = {};
    for (let at = 0; at < lines.length; at += 2) {
      const [text = "", digest] = lines.slice(at, at + 2);
      const [salt, name, value] = JSON.parse(Buffer.from(text, "base64url").toString()) as [string, string, unknown];
      expect(Buffer.from(salt, "base64url")).to.have.lengthOf(32);
      expect(digest).to.equal(sha256(text).toString("base64url"));
      expect(record._sd).to.include(digest);
      opened[name] = value;
    }
    const { _sd: digests, ...disclosed } = record;
    expect({ ...disclosed, ...opened }).to.deep.equal(claims);
    expect(digests).to.deep.equal([...digests].sort());
    const profile = JSON.parse(readFileSync(join(ROOT, "profiles/citizen-report.json"), "utf8")) as {
      public: string[];
      claims: { properties: object };
    };
    const concealed = Object.keys(profile.claims.properties).length - profile.public.length;
    expect(digests).to.have.lengthOf(Math.ceil((concealed + 1) / 8) * 8);
  });

  it("has entries put together from the values above them", () => {
    const [log, ...senders] = [...shownRows("ids").values()];
    const sources = [log, log, ...senders];
    const seqs = [0, 1, 17, 0];
    const beaconBody = parseBundle(readFileSync(join(ROOT, EXAMPLE_FILES.bundle))).beacon?.body ?? "";
    for (const [index, kind] of [3, 4, 1, 1].entries()) {
      const seq = Buffer.alloc(8);
      seq.writeBigUInt64BE(BigInt(seqs[index] as number));
      const expected = Buffer.concat([
        Buffer.of(1, kind),
        Buffer.from(sources[index] as string, "hex"),
        seq,
        sha256(kind === 4 ? beaconBody : shown(`body ${index}`)),
        Buffer.of(0, 0, 0, 42, 1),
      ]);
      expect(shownEntry(index).toString("hex")).to.equal(expected.toString("hex"));
      expect(expected).to.have.lengthOf(79);
    }
  });

  it("has a tree of the entries shown", () => {
    const tree = shownRows("tree");
    const leaves = [0, 1, 2, 3].map((index) => sha256(Buffer.of(0), shownEntry(index)));
    const nodes = [0, 2].map((at) => sha256(Buffer.of(1), ...leaves.slice(at, at + 2)));
    const root = sha256(Buffer.of(1), ...nodes);
    expect([...tree.values()]).to.deep.equal([...leaves, ...nodes, root].map((hash) => hash.toString("hex")));
  });

  it("has record ids made of time and leaf hash", () => {
    for (const index of [0, 1, 2, 3]) {
      const leaf = Buffer.from(shownRows("tree").get(`leaf ${index}`) as string, "hex");
      const time = BigInt(RECEIVED_AT * 1000 + (leaf.readUInt16BE(10) % 1000));
      const digits = (time.toString(16).padStart(12, "0") + leaf.subarray(0, 10).toString("hex")).split("");
      digits[12] = "7";
      digits[16] = (8 + (Number.parseInt(digits[16] as string, 16) % 4)).toString(16);
      const id = digits.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
      expect(shownRows("record ids").get(`leaf ${index}`)).to.equal(id);
    }
  });

  it("has a checkpoint signed by the key shown", () => {
    const root = Buffer.from(shownRows("tree").get("root") as string, "hex");
    const text = `${ORIGIN}\n4\n${root.toString("base64")}\n`;
    const [name, keyId, ...rest] = shown("vkey").split("+");
    // The base64 of a key may itself hold a plus.
    const typedKey = Buffer.from(rest.join("+"), "base64");
    expect([name, typedKey[0], typedKey.length]).to.deep.equal([ORIGIN, 1, 33]);
    expect(keyId).to.equal(sha256(`${ORIGIN}\n`, typedKey).subarray(0, 4).toString("hex"));
    const [shownText, line = ""] = shown("checkpoint").split("\n\n");
    expect(`${shownText}\n`).to.equal(text);
    const signed = Buffer.from(line.split(" ")[2] as string, "base64");
    expect(signed.subarray(0, 4).toString("hex")).to.equal(keyId);
    expect(isSignature(text, typedKey.subarray(1), signed.subarray(4))).to.equal(true);
  });

  it("has a beacon whose header hashes to the block that it names, older than the anchor's", () => {
    const { beacon: proven, chain } = parseBundle(readFileSync(join(ROOT, EXAMPLE_FILES.bundle)));
    const { beacon } = JSON.parse(proven?.body ?? "") as { beacon: { [name: string]: string | number } };
    const headerStart = String((JSON.parse(shown("beacon")) as { header: string }).header).split("…")[0] ?? "";
    expect(String(beacon["header"])).to.satisfy((header: string) => header.startsWith(headerStart));
    expect(keccak256(String(beacon["header"]))).to.equal(beacon["blockHash"]);
    const [number, anchored] = [String(beacon["header"]), chain.block.header].map((header) => {
      const fields = RLP.decode(getBytes(header)) as Uint8Array[];
      return [8, 11].map((at) => Number(hexlify(fields[at] as Uint8Array)));
    });
    expect(number).to.deep.equal([beacon["blockNumber"], beacon["blockTime"]]);
    for (const at of [0, 1]) expect(number?.[at]).to.be.lessThan(anchored?.[at] ?? 0);
  });

  it("has a proof of leaf 3 that is the leaf and the node beside it, over the checkpoint shown", () => {
    const tree = shownRows("tree");
    const hashes = ["leaf 2", "node over leaves 0 and 1"].map((name) => Buffer.from(tree.get(name) ?? "", "hex"));
    const lines = hashes.map((hash) => `${hash.toString("base64")}\n`).join("");
    const head = `c2sp.org/tlog-proof@v1\nindex 3\n${lines}\n`;
    expect(shown("proof")).to.equal(`${head}${shown("checkpoint")}`);
  });
});
