// What somebody who writes a second verifier from docs/formats.md has to know, case by case: where each form is judged, how
// strictly, and what the verdict is.

import { RLP, type Input } from "@ethereumjs/rlp";
import { expect } from "chai";
import { concat, getBytes, hexlify, keccak256 } from "ethers";

import { formatEventBody } from "../../src/core/body.ts";
import type { ProofBundle } from "../../src/core/bundle.ts";
import { toBase64, toHex, utf8 } from "../../src/core/bytes.ts";
import type { Entry } from "../../src/core/entry.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { formatSignatureLine } from "../../src/core/note.ts";
import { formatPolicy, parsePolicy, type Policy } from "../../src/core/policy.ts";
import { logIdOf, sourceIdOf } from "../../src/core/record.ts";
import { sha256 } from "../../src/core/sha256.ts";
import type { ChainView, StepResult, Verdict } from "../../src/verify/verdict.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import {
  bundleFixture,
  fixturePolicy,
  ORIGIN,
  SOURCE,
  SOURCE_PAIR,
  WITNESS_KEYS,
  WITNESS_PAIRS,
  type BundleFixtureOptions,
} from "../support/bundle-fixture.ts";
import { CHAIN_ID } from "../support/chain-fixture.ts";
import { codeOfRefusal } from "../support/expect-code.ts";

type Expected = "holds" | readonly ["refuted" | "undecided", StepResult["step"], ErrorCode];
type Case = {
  readonly options?: BundleFixtureOptions;
  /** Changes the text of the finished bundle. */
  readonly text?: (text: string) => string;
  readonly policy?: Partial<Policy>;
  readonly view?: (anchorHash: string) => ChainView;
  readonly is: Expected;
};

const KNOWN = { sources: [{ name: SOURCE, key: toBase64(SOURCE_PAIR.publicKey) }] };
const TRUSTED_BLOCK = { chain: { ...fixturePolicy().chain, accept: "trusted-block" } } as const;
const COSIGNED = { witnesses: { keys: WITNESS_KEYS.slice(0, 1), quorum: 1 } };
const OTHER_HASH = `0x${"12".repeat(32)}`;
const refused = (step: StepResult["step"], code: ErrorCode): Expected => ["refuted", step, code];
const CHAIN_REFUSED = refused("anchor", "CHAIN_EVIDENCE_INVALID");
const head = (fields: (all: Uint8Array[]) => Input): Case => ({
  options: { chain: { header: fields } },
  is: CHAIN_REFUSED,
});

const GAPS: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  "the forms of the bundle's own members are judged in `bundle`, what is inside its strings in the step that reads it":
    {
      "an entry of 78 bytes": { text: entryTo((entry) => entry.slice(4)), is: refused("bundle", "BUNDLE_INVALID") },
      "an entry whose base64 lacks its padding": {
        text: entryTo((entry) => entry.replace("==", "")),
        is: refused("bundle", "BUNDLE_INVALID"),
      },
      "hexadecimal in capitals": {
        text: (text) =>
          text.replace(/"header": "0x[^"]*/, (all) => all.toUpperCase().replace('"HEADER": "0X', '"header": "0x')),
        is: refused("bundle", "BUNDLE_INVALID"),
      },
      "half a byte of hexadecimal": {
        text: (text) => text.replace(/"header": "0x./, '"header": "0x'),
        is: refused("bundle", "BUNDLE_INVALID"),
      },
      "an entry of version 2": {
        options: { bundle: (bundle) => ({ ...bundle, entry: bundle.entry.with(0, 2) }) },
        is: refused("entry", "ENTRY_INVALID"),
      },
      "an opening that is no base64url": {
        options: { bundle: (bundle) => ({ ...bundle, openings: ["*"] }) },
        is: refused("openings", "OPENING_INVALID"),
      },
      "a hash of the proof that is no base64": {
        options: { bundle: (bundle) => ({ ...bundle, proof: bundle.proof.replace("index 171\n", "index 171\n*\n") }) },
        is: refused("checkpoint", "PROOF_INVALID"),
      },
      "an entry of version 2 in the beacon": {
        options: { beacon: { member: (member) => ({ ...member, entry: member.entry.with(0, 2) }) } },
        is: refused("beacon", "ENTRY_INVALID"),
      },
    },
  "a visible signature proves nothing, and refutes nothing, while claims stay shut": {
    "of a stranger": { options: { disclosed: ["evidence"] }, is: "holds" },
    "of a known source": {
      options: { disclosed: ["evidence"] },
      policy: KNOWN,
      is: ["undecided", "source", "SIGNATURE_NOT_SHOWN"],
    },
  },
  "a known source has to show its signature": {
    "not shown": {
      options: { disclosed: ["text"] },
      policy: KNOWN,
      is: ["undecided", "source", "SIGNATURE_NOT_SHOWN"],
    },
    "not there": {
      options: { signer: null },
      policy: KNOWN,
      is: refused("source", "SOURCE_SIGNATURE_INVALID"),
    },
  },
  "the rules of sections 2, 7 and 8 bind a verifier": {
    "a vct of no type": {
      options: { body: (body) => ({ ...body, vct: "report" }) },
      is: refused("body", "BODY_MISMATCH"),
    },
    "the vct of another kind of event": { options: event("beacon", {}), is: refused("body", "BODY_MISMATCH") },
    "a source of a name that none can have": { options: { source: "a b" }, is: refused("source", "BODY_MISMATCH") },
    "digests out of order": { options: digests((all) => all.reverse()), is: refused("body", "BODY_INVALID") },
    "seven digests": { options: digests((all) => all.slice(1)), is: refused("body", "BODY_INVALID") },
    "a digest of 31 bytes": {
      options: digests((all) => [...all.slice(0, 7), `${"z".repeat(41)}g`]),
      is: refused("body", "BODY_INVALID"),
    },
    "a digest that does not encode back to itself": {
      options: digests((all) => [...all.slice(0, 7), `${"z".repeat(42)}B`]),
      is: refused("body", "BODY_INVALID"),
    },
  },
  "an entry of the log itself is known by its kind, and then has the log's id and the origin's name": {
    "all three": { options: event("profile", {}), is: "holds" },
    "a record that carries the log's id": {
      options: {
        source: ORIGIN,
        body: (body) => ({ ...body, src: toHex(logIdOf(ORIGIN)) }),
        entry: (entry) => ({ ...entry, sourceId: logIdOf(ORIGIN) }),
      },
      is: refused("source", "BODY_MISMATCH"),
    },
    "a record of a source that is named as the log": {
      options: { source: ORIGIN },
      is: refused("source", "BODY_MISMATCH"),
    },
    "an event under a source's name": {
      options: event("profile", {}, { source: SOURCE }),
      is: refused("source", "BODY_MISMATCH"),
    },
    "an event with a source's id": {
      options: event("profile", {}, { sourceId: sourceIdOf(ORIGIN, SOURCE) }),
      is: refused("source", "BODY_MISMATCH"),
    },
    "an event with a source's id, under its name": {
      options: event("profile", {}, { source: SOURCE, sourceId: sourceIdOf(ORIGIN, SOURCE) }),
      is: refused("source", "BODY_MISMATCH"),
    },
  },
  "only records have digests": {
    "an event with an _sd": {
      options: event("profile", { _sd: Array.from({ length: 8 }, (_, at) => `${at}${"A".repeat(42)}`) }),
      is: refused("body", "BODY_INVALID"),
    },
  },
  "a header has fifteen fields and any further ones, and numbers in their shortest form": {
    "only fifteen": { options: { chain: { header: (all) => all.slice(0, 15) } }, is: "holds" },
    "fields of forks to come": {
      options: { chain: { header: (all) => [...all, getBytes(OTHER_HASH), [getBytes(OTHER_HASH)]] } },
      is: "holds",
    },
    fourteen: head((all) => all.slice(0, 14)),
    "a number behind a zero": head((all) => all.with(8, Uint8Array.of(0, 5))),
    "a number of seven bytes": head((all) => all.with(8, Uint8Array.of(1, 0, 0, 0, 0, 0, 0))),
    "a time after the year 9999": head((all) => all.with(11, getBytes("0x3afff44180"))),
    "more than 65,536 bytes": head((all) => [...all, new Uint8Array(65_536)]),
  },
  "a transaction has twelve fields and calldata in its one encoding": {
    "a field more": { options: { bundle: transaction((all) => [...all, Uint8Array.of(1)]) }, is: CHAIN_REFUSED },
    "a field less": { options: { bundle: transaction((all) => all.slice(0, 11)) }, is: CHAIN_REFUSED },
    "a word behind the calldata": {
      options: { bundle: transaction((all) => all.with(7, concatBytes(all[7], new Uint8Array(32)))) },
      is: CHAIN_REFUSED,
    },
    "a byte behind the calldata": {
      options: { bundle: transaction((all) => all.with(7, concatBytes(all[7], new Uint8Array(1)))) },
      is: CHAIN_REFUSED,
    },
  },
  "the previous size is a number like all others": {
    "2^53-1": { options: { chain: { previousSize: 2n ** 53n - 1n } }, is: "holds" },
    "2^53": { options: { chain: { previousSize: 2n ** 53n } }, is: CHAIN_REFUSED },
    "2^64-1": { options: { chain: { previousSize: 2n ** 64n - 1n } }, is: CHAIN_REFUSED },
  },
  "a beacon is older than the anchor when its number is smaller and its time not later": {
    "one number below, in the same second": {
      options: { beacon: { block: { blockNumber: 1_233, blockTime: 1_795_334_412 } } },
      is: "holds",
    },
    "the same number, earlier": {
      options: { beacon: { block: { blockNumber: 1_234 } } },
      is: refused("beacon", "ANCHOR_MISMATCH"),
    },
    "a number below, a second later": {
      options: { beacon: { block: { blockNumber: 1_233, blockTime: 1_795_334_413 } } },
      is: refused("beacon", "ANCHOR_MISMATCH"),
    },
  },
  "openings of five names are refused": {
    ...Object.fromEntries(
      ["__proto__", "constructor", "prototype"].map((name) => [name, opened(name, "OPENING_INVALID")]),
    ),
    ...Object.fromEntries(["_sd", "..."].map((name) => [name, opened(name, "OPENING_MISMATCH")])),
    "another name": { options: { concealed: { other: 1 }, signer: null }, is: "holds" },
  },
  "the time of a cosignature is 1 to 2^53-1": {
    "1": { options: { note: cosignedAt(1n) }, policy: COSIGNED, is: "holds" },
    "2^53-1": { options: { note: cosignedAt(2n ** 53n - 1n) }, policy: COSIGNED, is: "holds" },
    "0": {
      options: { note: cosignedAt(0n) },
      policy: COSIGNED,
      is: refused("checkpoint", "SIGNATURE_MISMATCH"),
    },
    "2^53": {
      options: { note: cosignedAt(2n ** 53n) },
      policy: COSIGNED,
      is: refused("checkpoint", "SIGNATURE_MISMATCH"),
    },
  },
  "where a trusted block is wanted, none is named and nobody is asked, the chain is open": {
    "a policy without either": { policy: TRUSTED_BLOCK, is: ["undecided", "chain", "CHAIN_UNREACHABLE"] },
  },
  "a trusted block needs no endpoint; of all other blocks the endpoints decide": {
    "an endpoint that has the block, which is none of the trusted": {
      policy: { ...TRUSTED_BLOCK, trustedBlocks: [OTHER_HASH] },
      view: viewOf,
      is: "holds",
    },
    "an endpoint that has another one": {
      policy: { ...TRUSTED_BLOCK, trustedBlocks: [`0x${"34".repeat(32)}`] },
      view: () => viewOf(OTHER_HASH),
      is: refused("chain", "CHAIN_MISMATCH"),
    },
    "nobody asked about a block that is none of the trusted": {
      policy: { ...TRUSTED_BLOCK, trustedBlocks: [OTHER_HASH] },
      is: refused("chain", "CHAIN_MISMATCH"),
    },
  },
};

describe("a second verifier", () => {
  for (const [rule, cases] of Object.entries(GAPS))
    describe(`truth E5: ${rule}:`, () => {
      for (const [title, one] of Object.entries(cases))
        it(title, async () => {
          expect(sumUp(await verdictOf(one))).to.deep.equal(one.is);
        });
    });

  it("truth E5: a trusted block needs no endpoint, and none is asked about it", async () => {
    const { bytes, bundle } = await bundleFixture();
    const policy = fixturePolicy({ ...TRUSTED_BLOCK, trustedBlocks: [bundle.chain.block.hash] });
    const silent = { ...viewOf(OTHER_HASH), blockHashAt: () => Promise.reject(new TypeError("is not to be asked")) };
    expect(sumUp(await verifyBundle(bytes, policy, silent))).to.equal("holds");
  });

  it("truth E5: under a wrong policy there is no verdict", () => {
    const right = JSON.parse(formatPolicy(fixturePolicy())) as JsonObject;
    const WRONG: JsonObject[] = [
      { more: 1 },
      { trustedBlocks: ["0x12"] },
      { rpc: ["localhost"] },
      { witnesses: { keys: [], quorum: 1 } },
      { chain: { ...(right["chain"] as JsonObject), accept: "anything" } },
    ];
    for (const change of WRONG)
      expect(
        codeOfRefusal(() => parsePolicy(utf8(JSON.stringify({ ...right, ...change })))),
        JSON.stringify(change),
      ).to.equal("POLICY_INVALID");
  });
});

async function verdictOf({ options = {}, text = (same) => same, policy, view }: Case): Promise<Verdict> {
  const { bytes, bundle } = await bundleFixture(options);
  const changed = utf8(text(Buffer.from(bytes).toString()));
  return verifyBundle(changed, fixturePolicy(policy), view?.(bundle.chain.block.hash));
}

/** What it comes to: where it holds nothing more, else the step that stands in the way. */
function sumUp({ outcome, steps }: Verdict): Expected {
  if (outcome === "holds") return outcome;
  const { step, code } = steps.find((one) => one.code !== undefined)!;
  return [outcome, step, code as ErrorCode];
}

function entryTo(change: (entry: string) => string): (text: string) => string {
  return (text) => text.replace(/(?<="entry": ")[^"]*/, change);
}

function digests(change: (all: string[]) => string[]): BundleFixtureOptions {
  return {
    body: ({ record, ...rest }) => {
      const content = record as JsonObject;
      return { ...rest, record: { ...content, _sd: change([...(content["_sd"] as string[])]) } };
    },
    disclosed: [],
  };
}

/** An entry of the kind `profile`, whose body has the vct of `vctKind`; of the log itself unless told otherwise. */
function event(
  vctKind: string,
  content: JsonObject,
  { source = ORIGIN, sourceId = logIdOf(ORIGIN) } = {},
): BundleFixtureOptions {
  const about = { iat: 5, iss: ORIGIN, seq: 3, src: toHex(sourceId), vct: `warifu:${vctKind}:1` };
  const body = formatEventBody(about, "profile", content);
  return {
    entry: (): Entry => ({ kind: "profile", sourceId, seq: 3, bodyDigest: sha256(body) }),
    bundle: (bundle) => ({ ...bundle, source, body: Buffer.from(body).toString(), openings: [] }),
  };
}

/** With a hash that is right for the changed fields. */
function transaction(change: (fields: Input[]) => Input[]): (bundle: ProofBundle) => ProofBundle {
  return ({ chain, ...bundle }) => {
    const fields = RLP.decode(getBytes(chain.transaction.raw).subarray(1)) as Input[];
    const raw = concat(["0x02", RLP.encode(change(fields))]);
    return { ...bundle, chain: { ...chain, transaction: { ...chain.transaction, raw, hash: keccak256(raw) } } };
  };
}

function concatBytes(...parts: readonly (Input | undefined)[]): Uint8Array {
  return getBytes(concat(parts.map((part) => hexlify(part as Uint8Array))));
}

function opened(name: string, code: ErrorCode): Case {
  return { options: { concealed: { [name]: 1 }, signer: null }, is: refused("openings", code) };
}

/** A line of the first witness, signed at that time. */
function cosignedAt(time: bigint): (note: string) => string {
  return (note) => {
    const text = note.slice(0, note.lastIndexOf("\n\n") + 1);
    const [key] = WITNESS_KEYS;
    const signature = WITNESS_PAIRS[0].sign(utf8(`cosignature/v1\ntime ${time}\n${text}`));
    const blob = getBytes(concat([`0x${time.toString(16).padStart(16, "0")}`, signature]));
    return note + formatSignatureLine({ name: key!.name, keyId: key!.keyId, signature: blob });
  };
}

function viewOf(hash: string): ChainView {
  return {
    chainId: () => Promise.resolve(CHAIN_ID),
    blockHashAt: () => Promise.resolve(hash),
    finalizedHeight: () => Promise.resolve(2_000),
    codeHashOf: () => Promise.resolve(OTHER_HASH),
  };
}
