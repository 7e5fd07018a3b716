// A policy that goes to programs which know C2SP's formats alone, and what comes from them.

import { expect } from "chai";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createPublicKey, createHash, verify } from "node:crypto";
import { join } from "node:path";

import { formatSignatureLine, formatVerifierKey, verifierKey, type VerifierKey } from "../../src/core/note.ts";
import { signatureLine, type NoteSigner } from "../../src/core/note-signer.ts";
import { formatPolicy, parsePolicy } from "../../src/core/policy.ts";
import { formatTlogPolicy } from "../../src/core/tlog-policy.ts";
import { bundleFixture, fixturePolicy, LOG_KEY, ORIGIN, WITNESS_KEYS } from "../support/bundle-fixture.ts";
import { mlDsaKey } from "../support/ml-dsa-key.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { TimeAuthorities } from "../support/time-authority.ts";
import { runHere } from "./support/run-here.ts";

/** A program in Go over the Torchwood library, which .ci/run builds: `tlog-proof POLICY PROOF ENTRY`. */
const TLOG_PROOF = process.env["TEST_TLOG_PROOF"] || undefined;
if (TLOG_PROOF === undefined)
  process.stdout.write("left out: proofs under another client, because TEST_TLOG_PROOF names no program\n");

const SOURCES = [{ name: "a/1", key: Buffer.from(LOG_KEY.publicKey).toString("base64") }];

describe("warifu policy", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    writeFileSync(join(folder, "own.json"), formatPolicy(fixturePolicy({ sources: SOURCES })));
    writeFileSync(join(folder, "two.json"), formatPolicy(twoOfThree));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const twoOfThree = fixturePolicy({ witnesses: { keys: WITNESS_KEYS, quorum: 2 } });
  const run = (...args: string[]) => runHere(["policy", ...args], folder);
  const importing = (file: string) => run("import", file, "--policy", "own.json", "-o", "new.json");
  const read = (name: string) => parsePolicy(readFileSync(join(folder, name)));

  it("writes what a tlog-policy can say, and takes it back with chain and sources as they were", async () => {
    expect(await run("export", "--policy", "two.json", "-o", "two.policy")).to.include({ code: 0 });
    const { code, stdout } = await run("import", "two.policy", "--policy", "own.json", "-o", "new.json");
    expect([code, stdout]).to.satisfy(([, said]: [number, string]) => said.includes("2 of 3 witnesses"));
    expect(read("new.json")).to.deep.equal({ ...read("own.json"), witnesses: twoOfThree.witnesses });
    expect((await run("export", "--policy", "new.json")).stdout).to.equal(formatTlogPolicy(twoOfThree));
  });

  it("says as a document what it wrote", async () => {
    const { stdout } = await run("export", "--policy", "two.json", "--json");
    expect(JSON.parse(stdout)).to.include({
      log: LOG_KEY.name,
      witnesses: 3,
      quorum: 2,
      text: formatTlogPolicy(twoOfThree),
    });
    const saved = await run("export", "--policy", "two.json", "-o", "two.policy", "--json");
    expect(JSON.parse(saved.stdout)).to.deep.equal({ log: LOG_KEY.name, witnesses: 3, quorum: 2, file: "two.policy" });
  });

  it("leaves out who does not count, and says so; takes a policy that names no log", async () => {
    const [a, b] = WITNESS_KEYS.map(formatVerifierKey);
    writeFileSync(join(folder, "w.policy"), `witness a ${a} https://a.example\nwitness b ${b}\nquorum b\n`);
    const { code, stderr } = await run("import", "w.policy", "--policy", "own.json", "-o", "new.json");
    expect([code, stderr]).to.satisfy(
      ([exit, said]: [number, string]) => exit === 0 && said.includes("1 witness was left out"),
    );
    expect(read("new.json").witnesses).to.deep.equal({ keys: [WITNESS_KEYS[1]], quorum: 1 });
  });

  it("refuses a policy for other logs, and one that it cannot say", async () => {
    const [a, b, c] = WITNESS_KEYS.map(formatVerifierKey);
    const other = verifierKey(LOG_KEY.name, WITNESS_KEYS[0]!.publicKey);
    const texts = {
      ORIGIN_MISMATCH: `log ${formatVerifierKey(other)}\nquorum none\n`,
      POLICY_INVALID: `witness a ${a}\nwitness b ${b}\nwitness c ${c}\ngroup g any a b\ngroup h all g c\nquorum h\n`,
    };
    for (const [code, text] of Object.entries(texts)) {
      writeFileSync(join(folder, "x.policy"), text);
      const run = await importing("x.policy");
      expect([run.code === 0, run.stderr.includes(`[${code}]`)], code).to.deep.equal([false, true]);
      expect(existsSync(join(folder, "new.json"))).to.equal(false);
    }
  });

  it("gets certificates of time-stamping authorities, each once, and keeps those that it has", async () => {
    const authorities = new TimeAuthorities(join(folder, "tsa")).make("one", "one").make("two", "two");
    writeFileSync(join(folder, "both.pem"), `for people\n${authorities.pem("one")}${authorities.pem("two")}`);
    const adding = (...files: string[]) => run("add-tsa", ...files, "--policy", "own.json", "-o", "own.json");
    expect((await adding("tsa/one.pem")).stderr).to.match(/one, valid until 20/);
    expect((await adding("both.pem", "--required")).code).to.equal(0);
    const certificates = ["one", "two"].map((name) => authorities.certificate(name));
    expect(read("own.json")).to.deep.equal({
      ...fixturePolicy({ sources: SOURCES }),
      timestamps: { certificates, required: true },
    });
    for (const wrong of ["tsa/one.key", "own.json", "nothing.pem"]) {
      const { code, stderr } = await adding(wrong);
      expect([code, stderr.includes(wrong)], wrong).to.deep.equal([2, true]);
    }
  });

  it("and a bare proof are all that somebody needs who reads C2SP's specifications and nothing else", async () => {
    const { bundle } = await bundleFixture({ cosigners: 2 });
    expect(holdsByTheBook(formatTlogPolicy(twoOfThree), bundle.proof, bundle.entry)).to.equal(true);
    const other = Uint8Array.from(bundle.entry, (byte, at) => (at === 50 ? byte ^ 1 : byte));
    expect(holdsByTheBook(formatTlogPolicy(twoOfThree), bundle.proof, other)).to.equal(false);
    const strict = formatTlogPolicy({ ...twoOfThree, witnesses: { keys: WITNESS_KEYS, quorum: 3 } });
    expect(holdsByTheBook(strict, bundle.proof, bundle.entry)).to.equal(false);
  });

  const inGo = (program: string, policy: string, proof: string, entry: Uint8Array): boolean => {
    const files = { p: policy, "t.tlog-proof": proof, e: entry };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const paths = Object.keys(files).map((name) => join(folder, name));
    try {
      execFileSync(program, paths, { stdio: "pipe" });
      return true;
    } catch {
      return false;
    }
  };

  if (TLOG_PROOF !== undefined) {
    const check = inGo.bind(undefined, TLOG_PROOF);

    it("and a bare proof hold there as well under ML-DSA-44 keys, of the log and of a witness", async () => {
      const [log, witness] = [signerOf(ORIGIN, 31), signerOf("w.example", 32)];
      const { bundle } = await bundleFixture({
        note: (note) => {
          const text = note.slice(0, note.indexOf("\n\n") + 1);
          const lines = [signatureLine(text, log), signatureLine(text, witness, 1_795_334_405)];
          return `${note}${lines.map(formatSignatureLine).join("")}`;
        },
      });
      const policy = (key: VerifierKey, from: VerifierKey): string =>
        formatTlogPolicy({ log: key, witnesses: { keys: [from], quorum: 1 } });
      expect(check(policy(log.key, witness.key), bundle.proof, bundle.entry)).to.equal(true);
      expect(check(policy(LOG_KEY, witness.key), bundle.proof, bundle.entry)).to.equal(true);
      expect(check(policy(log.key, signerOf("w.example", 33).key), bundle.proof, bundle.entry)).to.equal(false);
      expect(check(policy(signerOf(ORIGIN, 33).key, witness.key), bundle.proof, bundle.entry)).to.equal(false);
    });

    it("and a bare proof hold in a client that knows nothing of this project, and fail there for the same reasons", async () => {
      const { bundle } = await bundleFixture({ cosigners: 2 });
      const policy = formatTlogPolicy(twoOfThree);
      expect(check(policy, bundle.proof, bundle.entry)).to.equal(true);
      expect(check(policy, bundle.proof, Buffer.from("another"))).to.equal(false);
      expect(check(policy.replace(" 2 ", " 3 "), bundle.proof, bundle.entry)).to.equal(false);
    });
  }
});

/** An ML-DSA-44 key of that name. */
function signerOf(name: string, seed: number): NoteSigner {
  const { publicKey, sign } = mlDsaKey(seed);
  return { key: verifierKey(name, publicKey, "mldsa44"), sign };
}

/** Written from the specifications alone, for policies with one group: no code of the program is used. */
function holdsByTheBook(policy: string, proof: string, entry: Uint8Array): boolean {
  const lines = policy.split("\n").map((line) => line.split(" "));
  const of = (word: string) => lines.filter(([first]) => first === word);
  const vkey = (text: string) => {
    const [name = "", , encoded = ""] = text.split("+");
    const at = text.indexOf("+", name.length + 1) + 1;
    const raw = Buffer.from(encoded === "" ? "" : text.slice(at), "base64");
    const id = createHash("sha256")
      .update(Buffer.concat([Buffer.from(`${name}\n`), raw]))
      .digest()
      .subarray(0, 4);
    const x = raw.subarray(1).toString("base64url");
    return { name, id, type: raw[0], key: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }) };
  };
  const headEnd = proof.indexOf("\n\n");
  const [header, index, ...path] = proof.slice(0, headEnd).split("\n");
  if (header !== "c2sp.org/tlog-proof@v1") return false;
  const note = proof.slice(headEnd + 2);
  const textEnd = note.lastIndexOf("\n\n") + 1;
  const [text, signatures] = [
    note.slice(0, textEnd),
    note
      .slice(textEnd + 1)
      .trimEnd()
      .split("\n"),
  ];
  const isSignedBy = ({ name, id, type, key }: ReturnType<typeof vkey>): boolean =>
    signatures.some((line) => {
      const [, by, encoded = ""] = line.split(" ");
      const blob = Buffer.from(encoded, "base64");
      if (by !== name || !blob.subarray(0, 4).equals(id)) return false;
      if (type === 1) return verify(null, Buffer.from(text), key, blob.subarray(4));
      const signed = `cosignature/v1\ntime ${blob.readBigUInt64BE(4)}\n${text}`;
      return verify(null, Buffer.from(signed), key, blob.subarray(12));
    });
  const [, , k] = of("group")[0]!;
  const cosigned = of("witness").filter(([, , key]) => isSignedBy(vkey(key!))).length;
  if (!isSignedBy(vkey(of("log")[0]![1]!)) || cosigned < Number(k)) return false;
  const [, size, root] = text.split("\n");
  const hash = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  let [at, last, node] = [Number(index!.slice("index ".length)), Number(size) - 1, hash(Buffer.of(0), entry)];
  // RFC 9162, section 2.1.3.2.
  for (const one of path.map((line) => Buffer.from(line, "base64"))) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      node = hash(Buffer.of(1), one, node);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else node = hash(Buffer.of(1), node, one);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && node.equals(Buffer.from(root!, "base64"));
}
