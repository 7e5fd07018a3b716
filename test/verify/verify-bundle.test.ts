// The verifier, step by step: each fails for its own reason under its own name, with everything before it holding.

import { readFileSync } from "node:fs";

import { expect } from "chai";
import { keccak256 } from "ethers";

import { formatEventBody } from "../../src/core/body.ts";
import { formatBundle, type ProofBundle } from "../../src/core/bundle.ts";
import { fromBase64, toBase64, toHex, utf8 } from "../../src/core/bytes.ts";
import { formatOpening } from "../../src/core/opening.ts";
import { WarifuError, type ErrorCode } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { formatPolicy, parsePolicy, type Policy } from "../../src/core/policy.ts";
import { logIdOf } from "../../src/core/record.ts";
import { sha256 } from "../../src/core/sha256.ts";
import { inEnglish } from "../../src/verify/english.ts";
import {
  VERIFY_STEPS,
  type ChainView,
  type SignatureState,
  type Verdict,
  type VerifyStep,
} from "../../src/verify/verdict.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { naiveLeafHash } from "../reference/naive-merkle.ts";
import {
  ORIGIN,
  SOURCE,
  SOURCE_PAIR,
  WITNESS_KEYS,
  WITNESS_PAIRS,
  bundleFixture,
  fixturePolicy,
  type BundleFixtureOptions,
} from "../support/bundle-fixture.ts";
import { CHAIN_ID, CONTRACT } from "../support/chain-fixture.ts";
import { signingKey } from "../support/signing-key.ts";

const CODE_HASH = keccak256("0x6001");
const SOURCE_KEY = toBase64(SOURCE_PAIR.publicKey);

const vector = (name: string): string => readFileSync(new URL(`vectors/${name}`, import.meta.url), "utf8");

const withheld = (bundle: ProofBundle): ProofBundle => ({ ...bundle, body: null, openings: [] });
const forgedSignature = (evidence: JsonObject): JsonObject => ({
  ...evidence,
  sig: toBase64(SOURCE_PAIR.sign(utf8("something else"))),
});

const signatureInClear = ({ record, ...rest }: JsonObject): JsonObject => ({
  ...rest,
  record: {
    ...(record as JsonObject),
    evidence: { alg: "Ed25519", key: SOURCE_KEY, sig: toBase64(new Uint8Array(64)) },
  },
});

/** As many concealed claims as leave no room for decoys: eight digests, of which the signature has one. */
const concealedClaims = (count: number): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`claim${at}`, at]));

async function verdictOf(
  options: BundleFixtureOptions,
  change: Partial<Policy> = {},
  view?: ChainView,
): Promise<Verdict> {
  const { bytes } = await bundleFixture(options);
  return verifyBundle(bytes, fixturePolicy(change), view);
}

/** Asserts that the verdict ends at that step with that code, and that nothing before it stands in the way, in order. */
function expectEnd(verdict: Verdict, outcome: "refuted" | "undecided", step: VerifyStep, code: ErrorCode): string {
  const last = verdict.steps.at(-1)!;
  expect({ outcome: verdict.outcome, step: last.step, code: last.code }, last.detail).to.deep.equal({
    outcome,
    step,
    code,
  });
  expect(last.outcome).to.equal(outcome === "undecided" ? "unchecked" : "refuted");
  const passed = verdict.steps.slice(0, -1);
  expect(passed.map((one) => one.step)).to.deep.equal(VERIFY_STEPS.slice(0, VERIFY_STEPS.indexOf(step)));
  expect(passed.filter((one) => one.outcome === "refuted" || one.code !== undefined)).to.deep.equal([]);
  expect("record" in verdict).to.equal(outcome === "undecided");
  return last.detail;
}

const detailOf = (verdict: Verdict, step: VerifyStep): string | undefined =>
  verdict.steps.find((one) => one.step === step)?.detail;

/** What nobody was asked about, or is not there, in the bundle and the policy of the fixture. */
const NOT_CHECKED: ReadonlySet<VerifyStep> = new Set(["source", "witnesses", "beacon", "chain"]);

describe("verifyBundle", () => {
  describe("holds", () => {
    it("with every step named in order, and says what was verified", async () => {
      const { bytes, bundle, policy } = await bundleFixture();
      const verdict = await verifyBundle(bytes, policy);
      expect(verdict.outcome).to.equal("holds");
      expect(verdict.steps.map(({ step, outcome, code }) => [step, outcome, code])).to.deep.equal(
        VERIFY_STEPS.map((step) => [step, NOT_CHECKED.has(step) ? "unchecked" : "holds", undefined]),
      );
      expect(verdict.record).to.deep.include({
        kind: "record",
        leafIndex: 171,
        leafHash: naiveLeafHash(bundle.entry).toString("hex"),
        source: SOURCE,
        seq: 17,
        concealed: 5,
        receivedAt: 1_795_334_400,
        vct: "warifu:citizen-report:1",
      });
      expect(verdict.record?.claims).to.deep.include({ category: "pothole", text: "a deep hole" });
      expect(verdict.record?.anchor).to.include({
        chainId: CHAIN_ID,
        contract: CONTRACT,
        treeSize: 300,
        previousSize: 256,
      });
    });

    it("with facts that a program can decide on, of which the sentences are made", async () => {
      const { bytes, policy } = await bundleFixture();
      const { steps } = await verifyBundle(bytes, policy);
      expect(steps.map(({ fact }) => fact.id)).to.deep.equal([
        ...["form", "entry", "body-committed", "opened", "signature", "checkpoint"],
        ...["no-cosignature-asked", "included", "anchored", "no-beacon", "block"],
      ]);
      expect(steps.map(({ detail }) => detail)).to.deep.equal(steps.map(({ fact }) => inEnglish(fact)));
      expect(steps.at(-1)?.fact).to.include({ id: "block", by: "nobody" });
    });

    it("under a policy that was written to a file and read again", async () => {
      const { bytes, policy } = await bundleFixture();
      expect((await verifyBundle(bytes, parsePolicy(utf8(formatPolicy(policy))))).outcome).to.equal("holds");
    });

    it("for the first and the only leaf, and for the last", async () => {
      for (const [treeSize, leafIndex] of [
        [1, 0],
        [2, 0],
        [256, 255],
        [257, 256],
      ] as const)
        expect((await verdictOf({ treeSize, leafIndex })).outcome, `${leafIndex} of ${treeSize}`).to.equal("holds");
    });

    it("with some openings only: the rest stays shut, and is counted", async () => {
      const { record } = await verdictOf({ disclosed: ["text"] });
      expect(record?.claims).to.deep.equal({ category: "pothole", text: "a deep hole" });
      expect(record?.concealed).to.equal(7);
    });

    it("with the body withheld: the entry is shown, and nothing of what it says", async () => {
      const verdict = await verdictOf({ bundle: (bundle) => ({ ...bundle, body: null, openings: [] }) });
      expect(verdict.outcome).to.equal("holds");
      expect(detailOf(verdict, "body")).to.match(/withheld/);
      expect(verdict.record).not.to.have.any.keys("claims", "concealed", "receivedAt", "vct");
    });

    it("for an event of the log itself, whose source is the origin", async () => {
      const src = toHex(logIdOf(ORIGIN));
      const body = formatEventBody({ iat: 5, iss: ORIGIN, seq: 3, src, vct: "warifu:profile:1" }, "profile", {
        title: "x",
      });
      const event = (bundle: ProofBundle): ProofBundle => ({
        ...bundle,
        source: ORIGIN,
        body: Buffer.from(body).toString(),
        openings: [],
      });
      const verdict = await verdictOf({
        entry: () => ({ kind: "profile", sourceId: logIdOf(ORIGIN), seq: 3, bodyDigest: sha256(body) }),
        bundle: event,
      });
      expect(verdict.outcome).to.equal("holds");
      expect(verdict.record).to.deep.include({ kind: "profile", source: ORIGIN, claims: { title: "x" }, concealed: 0 });
    });
  });

  describe("refutes at its own step:", () => {
    type Case = [string, VerifyStep, ErrorCode, BundleFixtureOptions, Partial<Policy>?];
    const OTHER_LOG = signingKey(99);
    const otherBody = (change: object) => (body: object) => ({ ...body, ...change }) as never;
    const foreignOpening = formatOpening({ salt: new Uint8Array(32).fill(77), name: "text", value: "another" });
    const CASES: Case[] = [
      ["an entry of another version", "entry", "ENTRY_INVALID", { bundle: withEntry((bytes) => bytes.with(0, 2)) }],
      ["an entry of an unknown kind", "entry", "ENTRY_INVALID", { bundle: withEntry((bytes) => bytes.with(1, 77)) }],
      [
        "another body than committed to",
        "body",
        "BODY_MISMATCH",
        { bundle: withBody((text) => text.replace("pothole", "light")) },
      ],
      ["a body in another spelling", "body", "BODY_MISMATCH", { bundle: withBody((text) => ` ${text}`) }],
      ["a committed body that is none", "body", "BODY_INVALID", { body: otherBody({ more: 1 }) }],
      ["F9 a body of another log", "body", "ORIGIN_MISMATCH", { body: otherBody({ iss: "other.example" }) }],
      ["a body of another source", "body", "BODY_MISMATCH", { body: otherBody({ src: "00".repeat(32) }) }],
      ["a body of another seq", "body", "BODY_MISMATCH", { body: otherBody({ seq: 18 }) }],
      [
        "a record under an entry of an event",
        "body",
        "BODY_MISMATCH",
        { entry: (entry) => ({ ...entry, kind: "erasure" }) },
      ],
      [
        "an event under an entry of a record",
        "body",
        "BODY_MISMATCH",
        { concealed: {}, body: ({ record: _, _sd_alg: __, ...head }) => ({ ...head, profile: {} }) },
      ],
      [
        "an event under an entry of another kind of event",
        "body",
        "BODY_MISMATCH",
        {
          concealed: {},
          entry: (entry) => ({ ...entry, kind: "erasure" }),
          body: ({ record: _, _sd_alg: __, ...head }) => ({ ...head, profile: {} }),
        },
      ],
      [
        "an opening of another record",
        "openings",
        "OPENING_MISMATCH",
        { bundle: (bundle) => ({ ...bundle, openings: [foreignOpening] }) },
      ],
      [
        "an opening twice",
        "openings",
        "OPENING_MISMATCH",
        { bundle: (bundle) => ({ ...bundle, openings: [...bundle.openings, bundle.openings[0]!] }) },
      ],
      [
        "an opening that is none",
        "openings",
        "OPENING_INVALID",
        { bundle: (bundle) => ({ ...bundle, openings: ["*"] }) },
      ],
      ["openings without a body", "openings", "OPENING_MISMATCH", { bundle: (bundle) => ({ ...bundle, body: null }) }],
      [
        "the name of another source",
        "source",
        "BODY_MISMATCH",
        { bundle: (bundle) => ({ ...bundle, source: "santander/app-8" }) },
      ],
      [
        "the origin's name for a source",
        "source",
        "BODY_MISMATCH",
        { bundle: (bundle) => ({ ...bundle, source: ORIGIN }) },
      ],
      [
        "F11 a signature of another key",
        "source",
        "SOURCE_SIGNATURE_INVALID",
        { evidence: (evidence) => ({ ...evidence, key: toBase64(signingKey(3).publicKey) }) },
      ],
      [
        "F11 a signature over other claims",
        "source",
        "SOURCE_SIGNATURE_INVALID",
        {
          concealed: {},
          body: ({ record, ...head }) => ({ ...head, record: { ...(record as object), category: "light" } }),
        },
      ],
      [
        "D8 a signature with alg none",
        "source",
        "RECORD_INVALID",
        { evidence: (evidence) => ({ ...evidence, alg: "none" }) },
      ],
      [
        "D8 a signature that is no base64, in an older body that shows nothing else",
        "source",
        "ENCODING_INVALID",
        {
          ...{ signed: () => undefined, disclosed: ["evidence"] },
          evidence: (evidence) => ({ ...evidence, sig: "!".repeat(88) }),
        },
      ],
      ["evidence that is no signature", "source", "RECORD_INVALID", { evidence: () => "signed, honestly" }],
      [
        "evidence that is null",
        "source",
        "RECORD_INVALID",
        { concealed: {}, signer: null, claims: { category: "pothole", evidence: null } },
      ],
      ...[
        "citizen-report",
        "warifu:x:0",
        " warifu:a:1",
        "warifu:a:1 ",
        "warifu:A:1",
        "warifu:a:10000",
        "warifu::1",
      ].map((vct): Case => [`a vct of no type, "${vct}"`, "body", "BODY_MISMATCH", { body: otherBody({ vct }) }]),
      ["a source whose name none can have", "source", "BODY_MISMATCH", { source: "a b" }],
      ["a source whose name has 129 characters", "source", "BODY_MISMATCH", { source: "a".repeat(129) }],
      ["a source whose name goes on in another line", "source", "BODY_MISMATCH", { source: "a\nholds" }],
      [
        "D7 a signing key of small order",
        "source",
        "KEY_INVALID",
        { evidence: (evidence) => ({ ...evidence, key: `${"A".repeat(43)}=` }) },
      ],
      [
        "D7 a signing key of small order, in an older body with a claim struck",
        "source",
        "KEY_INVALID",
        {
          evidence: (evidence) => ({ ...evidence, key: `${"A".repeat(43)}=` }),
          disclosed: ["evidence"],
          signed: () => undefined,
        },
      ],
      [
        "a known source, signed by another key",
        "source",
        "SOURCE_SIGNATURE_INVALID",
        { signer: signingKey(3) },
        { sources: [{ name: SOURCE, key: SOURCE_KEY }] },
      ],
      [
        "a known source that did not sign",
        "source",
        "SOURCE_SIGNATURE_INVALID",
        { concealed: {}, signer: null },
        { sources: [{ name: SOURCE, key: SOURCE_KEY }] },
      ],
      [
        "a proof that is none",
        "checkpoint",
        "PROOF_INVALID",
        { bundle: withProof((proof) => proof.replace("@v1", "@v9")) },
      ],
      ["a checkpoint that is no note", "checkpoint", "NOTE_INVALID", { note: (note) => note.replace("\u2014", "-") }],
      [
        "a checkpoint that is none",
        "checkpoint",
        "CHECKPOINT_INVALID",
        { note: (note) => note.replace("\n300\n", "\n0300\n") },
      ],
      [
        "a checkpoint of another size",
        "checkpoint",
        "SIGNATURE_MISMATCH",
        { note: (note) => note.replace("\n300\n", "\n301\n") },
      ],
      ["F9 a checkpoint signed by another key", "checkpoint", "SIGNATURE_MISMATCH", { logPair: OTHER_LOG }],
      [
        "F9 a checkpoint of another origin, signed by the log",
        "checkpoint",
        "ORIGIN_MISMATCH",
        { origin: "other.example" },
      ],
      [
        "a bad signature of a known witness",
        "checkpoint",
        "SIGNATURE_MISMATCH",
        { cosigners: 1, note: brokenCosignature },
        { witnesses: { keys: WITNESS_KEYS, quorum: 0 } },
      ],
      [
        "too few witnesses",
        "witnesses",
        "QUORUM_MISSING",
        { cosigners: 1 },
        { witnesses: { keys: WITNESS_KEYS, quorum: 2 } },
      ],
      ["no witness at all", "witnesses", "QUORUM_MISSING", {}, { witnesses: { keys: WITNESS_KEYS, quorum: 1 } }],
      [
        "cosignatures of strangers",
        "witnesses",
        "QUORUM_MISSING",
        { cosigners: 2 },
        { witnesses: { keys: WITNESS_KEYS.slice(2), quorum: 1 } },
      ],
      [
        "another leaf index",
        "inclusion",
        "INCLUSION_MISMATCH",
        { bundle: withProof((proof) => proof.replace("index 171", "index 170")) },
      ],
      [
        "a leaf index outside of the tree",
        "inclusion",
        "PROOF_INVALID",
        { bundle: withProof((proof) => proof.replace("index 171", "index 300")) },
      ],
      [
        "F6 a hash too many",
        "inclusion",
        "PROOF_INVALID",
        { bundle: withProof((proof) => proof.replace("index 171\n", `index 171\n${toBase64(new Uint8Array(32))}\n`)) },
      ],
      ["another entry than the one in the log", "inclusion", "INCLUSION_MISMATCH", { bundle: otherSeq }],
      [
        "evidence that does not hang together",
        "anchor",
        "CHAIN_EVIDENCE_INVALID",
        { bundle: withChain((chain) => ({ ...chain, transaction: { ...chain.transaction, index: 2 } })) },
      ],
      ["F9 an anchor on another chain", "anchor", "CHAIN_MISMATCH", { chain: { chainId: 1 } }],
      ["F9 an anchor in another contract", "anchor", "CHAIN_MISMATCH", { chain: { contract: `0x${"99".repeat(20)}` } }],
      ["an anchor of another root", "anchor", "ANCHOR_MISMATCH", { chain: { rootHash: new Uint8Array(32).fill(7) } }],
      ["an anchor of the same root under another size", "anchor", "ANCHOR_MISMATCH", { chain: { treeSize: 301 } }],
      ["a beacon of another chain", "beacon", "CHAIN_MISMATCH", { beacon: { content: otherBody({ chainId: 1 }) } }],
      [
        "a block that the policy does not trust",
        "chain",
        "CHAIN_MISMATCH",
        {},
        { trustedBlocks: [`0x${"12".repeat(32)}`] },
      ],
    ];
    for (const [title, step, code, options, change] of CASES)
      it(`${step}: ${title}`, async () => {
        expectEnd(await verdictOf(options, change), "refuted", step, code);
      });

    it("every step is among the cases", () => {
      expect(new Set(CASES.map(([, step]) => step))).to.deep.equal(new Set(VERIFY_STEPS.slice(1)));
    });

    const FILES: [string, (text: string) => string][] = [
      ["nothing", () => ""],
      ["no JSON", (text) => text.slice(0, -3)],
      ["F7 another format", (text) => text.replace("warifu-bundle/1", "warifu-bundle/2")],
      ["F7 an unknown member", (text) => text.replace("{", '{"more":1,')],
      ["F7 a missing member", (text) => text.replace(/"source": "[^"]*",/, "")],
      ["F7 a missing body, which is not a withheld one", (text) => text.replace(/"body": .*/, "")],
      ["F7 a member twice", (text) => text.replace("{", '{"source":"x",')],
      ["an entry of 78 bytes", (text) => text.replace(/"entry": "..../, '"entry": "')],
    ];
    for (const [title, change] of FILES)
      it(`bundle: ${title}`, async () => {
        const { bytes, policy } = await bundleFixture();
        const verdict = await verifyBundle(utf8(change(Buffer.from(bytes).toString())), policy);
        expectEnd(verdict, "refuted", "bundle", "BUNDLE_INVALID");
      });
  });

  describe("sources", () => {
    const known = { sources: [{ name: SOURCE, key: SOURCE_KEY }] };
    const DETAILS: [string, BundleFixtureOptions, Partial<Policy>, RegExp][] = [
      ["unknown, signed", {}, {}, /signed by a key that the policy does not know/],
      ["unknown, not signed", { signer: null }, {}, /it is not signed/],
      ["unknown, its signature not shown", { disclosed: ["text"] }, {}, /the signature is not shown/],
      ["unknown, its signature shown without all claims", { disclosed: ["evidence"] }, {}, /not all that it covers/],
      ["unknown, its body withheld", { bundle: withheld }, {}, /whether it is signed is not shown/],
      ["unknown among known ones", {}, { sources: [{ name: "somebody/else", key: SOURCE_KEY }] }, /does not know/],
    ];
    for (const [title, options, change, pattern] of DETAILS)
      it(`${title}: nobody could say who signed`, async () => {
        const verdict = await verdictOf(options, change);
        expect(verdict.outcome).to.equal("holds");
        expect(verdict.steps.find(({ step }) => step === "source")?.outcome).to.equal("unchecked");
        expect(detailOf(verdict, "source")).to.match(pattern);
      });

    for (const [title, options] of [
      ["concealed and shown", {}],
      ["in public", { concealed: {} }],
      ["in an older body, concealed and shown", { signed: () => undefined }],
    ] as [string, BundleFixtureOptions][])
      it(`truth A5: known, signed, ${title}: holds`, async () => {
        const verdict = await verdictOf(options, known);
        expect(verdict.outcome).to.equal("holds");
        expect(verdict.steps.find(({ step }) => step === "source")).to.deep.equal({
          ...{ step: "source", outcome: "holds", detail: "signed by its known key" },
          fact: { id: "signature", state: "verified", isKeyKnown: true },
        });
        expect(verdict.record?.signature).to.equal("verified");
      });

    const HIDDEN: [string, BundleFixtureOptions, SignatureState][] = [
      ["its signature not shown", { disclosed: ["text"] }, "not-shown"],
      ["only its signature shown", { disclosed: ["evidence"] }, "partly-shown"],
      ["one claim struck", { disclosed: ["evidence", "text"] }, "partly-shown"],
      ["the same in an older body", { disclosed: ["evidence", "text"], signed: () => undefined }, "partly-shown"],
      ["an older body, its signature not shown", { disclosed: [], signed: () => undefined }, "unknown"],
      ["its signature in clear beside digests", { body: signatureInClear, disclosed: ["text"] }, "partly-shown"],
      ["its body withheld", { bundle: withheld }, "unknown"],
      ["unsigned, with a commitment to nothing", { signer: null, signed: () => "A".repeat(43) }, "not-shown"],
      ["unsigned, in the form of an older body", { signer: null, signed: () => undefined }, "unknown"],
    ];
    for (const [title, options, signature] of HIDDEN)
      it(`truth A5: known, ${title}: is undecided, and everything after it is looked at`, async () => {
        const verdict = await verdictOf(options, known);
        expect(verdict.outcome).to.equal("undecided");
        expect(verdict.steps.map(({ step }) => step)).to.deep.equal(VERIFY_STEPS);
        expect(
          verdict.steps.filter(({ code }) => code).map(({ step, outcome, code }) => [step, outcome, code]),
        ).to.deep.equal([["source", "unchecked", "SIGNATURE_NOT_SHOWN"]]);
        expect(verdict.record?.signature).to.equal(signature);
      });

    const FORGED: [string, BundleFixtureOptions][] = [
      ["unsigned", { signer: null }],
      ["unsigned, nothing opened", { signer: null, disclosed: [] }],
      ["unsigned in public", { signer: null, concealed: {} }],
      ["signed by another key, with claims struck", { signer: signingKey(3), disclosed: ["evidence"] }],
      ["a signature that the body denies", { signed: () => false }],
      ["a signature over other claims that the body commits to", { evidence: forgedSignature }],
      [
        "all of it shown, and not what the body commits to",
        { concealed: concealedClaims(7), signed: () => "A".repeat(43) },
      ],
      [
        "all of it shown, without the signature that the body commits to",
        { signer: null, concealed: concealedClaims(8), signed: () => "A".repeat(43) },
      ],
    ];
    for (const [title, options] of FORGED)
      it(`truth A5: known, ${title}: is refuted`, async () => {
        expectEnd(await verdictOf(options, known), "refuted", "source", "SOURCE_SIGNATURE_INVALID");
      });

    for (const signs of ["jws", "request"] as const)
      describe(`that sign a ${signs} which holds the record`, () => {
        const states: [string, BundleFixtureOptions, SignatureState][] = [
          ["all shown", {}, "verified"],
          ["in public", { concealed: {} }, "verified"],
          ["in an older body", { signed: () => undefined }, "verified"],
          ["its claims struck", { disclosed: ["evidence"] }, "partly-shown"],
          ["its signature struck", { disclosed: ["text"] }, "not-shown"],
          ["all of eight digests shown", { concealed: concealedClaims(7) }, "verified"],
        ];
        for (const [title, options, state] of states)
          it(`${title}: ${state}`, async () => {
            const verdict = await verdictOf({ signs, ...options }, known);
            expect(verdict.outcome).to.equal(state === "verified" ? "holds" : "undecided");
            expect(verdict.record?.signature).to.equal(state);
          });

        const without = (record: JsonObject): JsonObject => ({ ...record, claims: { category: "pothole" } });
        const saysMore = (record: JsonObject): JsonObject => ({
          ...record,
          claims: { ...(record["claims"] as JsonObject), more: 1 },
        });
        const forged: [string, BundleFixtureOptions][] = [
          ["of another key", { signer: signingKey(3) }],
          ["that says another seq", { says: (record) => ({ ...record, seq: 18 }) }],
          ["that says another source", { says: (record) => ({ ...record, source: "santander/app-8" }) }],
          ["that says another type", { says: (record) => ({ ...record, type: "sensor-reading" }) }],
          ["that lacks a claim which is shown", { says: without }],
          [
            "that says another value",
            { says: (record) => ({ ...record, claims: { category: "graffiti" } }), concealed: {} },
          ],
          ["that says more than the record, which is all shown", { says: saysMore, concealed: {} }],
          ["that says more, with all digests shown", { says: saysMore, concealed: concealedClaims(7) }],
          ["that is none of its key", { evidence: (evidence) => ({ ...evidence, ...wrongSignature(evidence) }) }],
          ["that the body commits not to", { signed: () => "A".repeat(43) }],
          ["that the body denies", { signed: () => false }],
        ];
        for (const [title, options] of forged)
          it(`D1: one ${title} is refuted`, async () => {
            expectEnd(await verdictOf({ signs, ...options }, known), "refuted", "source", "SOURCE_SIGNATURE_INVALID");
          });
      });

    it("a key as a JWK in the policy is the same key", async () => {
      const jwk = { crv: "Ed25519", kty: "OKP", x: Buffer.from(SOURCE_KEY, "base64").toString("base64url") } as const;
      expect((await verdictOf({}, { sources: [{ name: SOURCE, key: jwk }] })).outcome).to.equal("holds");
    });

    it("truth A5: an invented reading is refuted, or undecided, whatever digests are put beside it", async () => {
      const invented = (digests: readonly string[], signed?: string | false): BundleFixtureOptions => ({
        ...{ concealed: {}, signer: null, claims: { temperature: 99.9 } },
        body: ({ record, ...rest }) => ({
          ...{ ...rest, ...(signed === undefined ? {} : { signed }) },
          record: { ...(record as object), _sd: [...digests] },
        }),
      });
      const random = Array.from({ length: 8 }, (_, at) => `${String(at)}${"A".repeat(42)}`);
      expectEnd(await verdictOf(invented(random.slice(0, 1)), known), "refuted", "body", "BODY_INVALID");
      const others = random.map((digest) => digest.replace(/^./, (digit) => String.fromCharCode(65 + Number(digit))));
      for (const digests of [random, others, [...random, ...others]]) {
        expect((await verdictOf(invented(digests), known)).outcome).to.equal("undecided");
        expect((await verdictOf(invented(digests, "C".repeat(42).padEnd(43, "A")), known)).outcome).to.equal(
          "undecided",
        );
        expectEnd(await verdictOf(invented(digests, false), known), "refuted", "source", "SOURCE_SIGNATURE_INVALID");
      }
    });

    it("truth A5: striking an opening never refutes, in bundles of this version and of the one before", async () => {
      const older = JSON.parse(vector("signed-report.bundle.json")) as { openings: string[] };
      const policy = parsePolicy(utf8(vector("signed-report.policy.json")));
      const sources = [{ name: "signed/app", key: "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=" }];
      const { bundle } = await bundleFixture();
      const current = JSON.parse(formatBundle(bundle)) as { openings: string[] };
      for (const [whole, under] of [
        [older, { ...policy, sources }],
        [current, fixturePolicy(known)],
      ] as const) {
        const outcomeOf = async (openings: readonly string[]): Promise<string> =>
          (await verifyBundle(utf8(JSON.stringify({ ...whole, openings })), under)).outcome;
        expect(await outcomeOf(whole.openings)).to.equal("holds");
        for (let kept = 0; kept < 2 ** whole.openings.length - 1; kept++) {
          const openings = whole.openings.filter((_, at) => (kept >> at) & 1);
          expect(await outcomeOf(openings), `${openings.length} kept`).to.equal("undecided");
        }
      }
    });

    it("D6 known under two keys may sign with either", async () => {
      const keys = [signingKey(3), SOURCE_PAIR].map((pair) => ({ name: SOURCE, key: toBase64(pair.publicKey) }));
      for (const signer of [SOURCE_PAIR, signingKey(3)])
        expect((await verdictOf({ signer }, { sources: keys })).outcome).to.equal("holds");
      expect((await verdictOf({ signer: signingKey(4) }, { sources: keys })).outcome).to.equal("refuted");
    });
  });

  describe("witnesses", () => {
    it("that cosigned are counted, whoever else the policy knows", async () => {
      const witnesses = { keys: WITNESS_KEYS, quorum: 2 };
      const verdict = await verdictOf({ cosigners: 3 }, { witnesses });
      expect(verdict.outcome).to.equal("holds");
      expect(detailOf(verdict, "witnesses")).to.equal("3 cosigned, 2 asked for");
      expect((await verdictOf({ cosigners: 2 }, { witnesses })).outcome).to.equal("holds");
    });

    it("the log's own signature is no witness", async () => {
      const { bytes } = await bundleFixture();
      const verdict = await verifyBundle(bytes, fixturePolicy({ witnesses: { keys: WITNESS_KEYS, quorum: 1 } }));
      expectEnd(verdict, "refuted", "witnesses", "QUORUM_MISSING");
      expect(WITNESS_PAIRS).to.have.length(3);
    });
  });

  describe("the chain", () => {
    const askedPolicy = { chain: { id: CHAIN_ID, contract: CONTRACT, accept: "trusted-block" } } as const;
    const pinned = { chain: { ...askedPolicy.chain, codeHash: CODE_HASH } };
    const viewOf = (blockHash: string | undefined, change: Partial<ChainView> = {}): ChainView => ({
      chainId: () => Promise.resolve(CHAIN_ID),
      blockHashAt: (number) => Promise.resolve(number === 1_234 ? blockHash : undefined),
      newestTime: () => Promise.resolve(0),
      finalizedHeight: () => Promise.resolve(1_234),
      codeHashOf: (address) => Promise.resolve(address === CONTRACT ? CODE_HASH : "0x"),
      ...change,
    });
    let blockHash = "";
    before(async () => {
      blockHash = (await bundleFixture()).bundle.chain.block.hash;
    });

    it("a trusted block settles it, with no endpoint and before any is asked", async () => {
      const failing = viewOf(undefined, { chainId: () => Promise.reject(new TypeError("must not be asked")) });
      const trusted = { ...askedPolicy, trustedBlocks: [`0x${"12".repeat(32)}`, blockHash] };
      for (const view of [undefined, failing]) {
        const verdict = await verdictOf({}, trusted, view);
        expect(verdict.outcome).to.equal("holds");
        expect(detailOf(verdict, "chain")).to.equal("block 1234 is trusted");
      }
    });

    it("evidence alone is enough only where the policy says so, and the verdict says that nobody was asked", async () => {
      const verdict = await verdictOf({});
      expect(verdict.outcome).to.equal("holds");
      expect(detailOf(verdict, "chain")).to.match(/nobody was asked/);
    });

    it("is undecided while nobody can be asked, and says whom to ask", async () => {
      const verdict = await verdictOf({}, askedPolicy);
      expect(expectEnd(verdict, "undecided", "chain", "CHAIN_UNREACHABLE")).to.match(
        /block hash that you trust, or an RPC/,
      );
      expect(verdict.record?.leafIndex).to.equal(171);
    });

    it("holds when the endpoint has the block, final, and the pinned code", async () => {
      for (const change of [askedPolicy, pinned]) {
        const verdict = await verdictOf({}, change, viewOf(blockHash));
        expect(verdict.outcome).to.equal("holds");
        expect(detailOf(verdict, "chain")).to.equal("the chain has block 1234, and it is final");
      }
    });

    it("an endpoint decides even where evidence alone would be enough", async () => {
      expectEnd(await verdictOf({}, {}, viewOf(`0x${"12".repeat(32)}`)), "refuted", "chain", "CHAIN_MISMATCH");
    });

    it("an endpoint decides about a block that is not among the trusted ones", async () => {
      const trusted = { ...askedPolicy, trustedBlocks: [`0x${"12".repeat(32)}`] };
      expect((await verdictOf({}, trusted, viewOf(blockHash))).outcome).to.equal("holds");
    });

    const REFUTED: [string, Partial<Policy>, Partial<ChainView>][] = [
      [
        "with another block at that height",
        askedPolicy,
        { blockHashAt: () => Promise.resolve(`0x${"12".repeat(32)}`) },
      ],
      ["with other code at the address", pinned, { codeHashOf: () => Promise.resolve(keccak256("0x6002")) }],
    ];
    for (const [title, change, view] of REFUTED)
      it(`is refuted by an endpoint ${title}`, async () => {
        expectEnd(await verdictOf({}, change, viewOf(blockHash, view)), "refuted", "chain", "CHAIN_MISMATCH");
      });

    it("is undecided while the block is not final", async () => {
      const early = viewOf(blockHash, { finalizedHeight: () => Promise.resolve(1_233) });
      expectEnd(await verdictOf({}, askedPolicy, early), "undecided", "chain", "NOT_ANCHORED_YET");
    });

    it("truth A2: tells a node that lags behind from a chain that was started anew", async () => {
      const lags = await verdictOf({}, askedPolicy, viewOf(undefined));
      expect(expectEnd(lags, "undecided", "chain", "CHAIN_UNREACHABLE")).to.match(/lags behind/);
      const { newestTime: _, ...plain } = viewOf(undefined);
      expectEnd(await verdictOf({}, askedPolicy, plain), "undecided", "chain", "CHAIN_UNREACHABLE");
      const anew = viewOf(undefined, { newestTime: () => Promise.resolve(1_795_334_412) });
      const verdict = await verdictOf({}, askedPolicy, anew);
      expect(expectEnd(verdict, "undecided", "chain", "CHAIN_WRONG")).to.match(/another chain .* restarted/);
      expect(verdict.record?.before.checked).to.equal(false);
    });

    it("is undecided when the endpoint does not answer", async () => {
      const down = viewOf(undefined, {
        chainId: () => Promise.reject(new WarifuError("CHAIN_UNREACHABLE", "timeout")),
      });
      expectEnd(await verdictOf({}, askedPolicy, down), "undecided", "chain", "CHAIN_UNREACHABLE");
    });

    it("is undecided when the endpoint serves another chain: that is the verifier's mistake, or the endpoint's lie", async () => {
      const view = viewOf(blockHash, { chainId: () => Promise.resolve(1) });
      expectEnd(await verdictOf({}, askedPolicy, view), "undecided", "chain", "CHAIN_WRONG");
    });

    const UNSURE = (): Promise<never> =>
      Promise.reject(new WarifuError("CHAIN_MISMATCH", "a.example says 1, b.example says 2"));
    for (const question of ["chainId", "blockHashAt", "finalizedHeight", "codeHashOf"] as const)
      it(`is undecided when the verifier's own endpoints contradict each other about ${question}`, async () => {
        const verdict = await verdictOf({}, pinned, viewOf(blockHash, { [question]: UNSURE }));
        expect(expectEnd(verdict, "undecided", "chain", "CHAIN_MISMATCH")).to.equal(
          "a.example says 1, b.example says 2",
        );
      });

    it("a defect of the endpoint's code is not taken for a verdict", async () => {
      const broken = viewOf(undefined, { chainId: () => Promise.reject(new TypeError("a defect")) });
      const outcome = await verdictOf({}, askedPolicy, broken).then(() => "a verdict", String);
      expect(outcome).to.equal("TypeError: a defect");
    });
  });

  it("a block of an impossible time is refuted, not thrown at the caller", async () => {
    const verdict = await verdictOf({ chain: { blockTime: 2n ** 47n } });
    expectEnd(verdict, "refuted", "anchor", "CHAIN_EVIDENCE_INVALID");
  });

  it("details never throw and never hold a concealed value of a refuted bundle", async () => {
    const verdict = await verdictOf({ logPair: signingKey(99) });
    for (const { detail } of verdict.steps)
      expect(detail)
        .to.be.a("string")
        .that.does.not.match(/Jane Doe|deep hole/);
  });
});

function withEntry(change: (bytes: Uint8Array) => Uint8Array) {
  return (bundle: ProofBundle): ProofBundle => ({ ...bundle, entry: change(bundle.entry) });
}

function withBody(change: (text: string) => string) {
  return (bundle: ProofBundle): ProofBundle => ({ ...bundle, body: change(bundle.body as string) });
}

function withProof(change: (proof: string) => string) {
  return (bundle: ProofBundle): ProofBundle => ({ ...bundle, proof: change(bundle.proof) });
}

function withChain(change: (chain: ProofBundle["chain"]) => ProofBundle["chain"]) {
  return (bundle: ProofBundle): ProofBundle => ({ ...bundle, chain: change(bundle.chain) });
}

/** The bundle with its body withheld and an entry of another seq: consistent in itself, but not in the log. */
function otherSeq(bundle: ProofBundle): ProofBundle {
  const entry = bundle.entry.with(41, 18);
  return { ...bundle, body: null, openings: [], entry };
}

/** The signature of something else, in either form that holds what it covers. */
function wrongSignature({ jws }: JsonObject): JsonObject {
  const sig = SOURCE_PAIR.sign(Buffer.from("something else"));
  if (typeof jws !== "string") return { sig: Buffer.from(sig).toString("base64") };
  return { jws: `${jws.slice(0, jws.lastIndexOf("."))}.${Buffer.from(sig).toString("base64url")}` };
}

/** Flips a bit of the last signature line's signature. */
function brokenCosignature(note: string): string {
  const at = note.lastIndexOf(" ") + 1;
  const blob = fromBase64(note.slice(at, -1), "signature");
  return `${note.slice(0, at)}${toBase64(blob.with(75, (blob[75] as number) ^ 1))}\n`;
}
