// The verifier's own policy: what it says survives a file, and whatever it could not mean is refused.

import { expect } from "chai";
import { getAddress } from "ethers";

import { toBase64, utf8 } from "../../src/core/bytes.ts";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { formatVerifierKey, verifierKey } from "../../src/core/note.ts";
import { auditFinalityOf, confirmationsOf, formatPolicy, parsePolicy, type Policy } from "../../src/core/policy.ts";
import { ed25519SourceKey } from "../../src/core/source-key.ts";
import {
  LOG_KEY,
  LOG_PAIR,
  ORIGIN,
  SOURCE,
  SOURCE_PAIR,
  WITNESS_KEYS,
  fixturePolicy,
} from "../support/bundle-fixture.ts";
import { CHAIN_ID, CONTRACT } from "../support/chain-fixture.ts";
import { validatorAddresses } from "../support/bft-header.ts";
import { mined } from "../support/bitcoin-calendar.ts";
import { expectCode } from "../support/expect-code.ts";
import { mlDsaKey } from "../support/ml-dsa-key.ts";
import { GROUND_KEYS, signingKey } from "../support/signing-key.ts";

const BLOCK = `0x${"ab".repeat(32)}`;
const JWK = ed25519SourceKey(signingKey(5).publicKey);
const FULL: Policy = fixturePolicy({
  chain: { id: CHAIN_ID, contract: CONTRACT, codeHash: BLOCK, accept: "trusted-block" },
  trustedBlocks: [BLOCK],
  rpc: ["https://one.example/rpc", "http://127.0.0.1:8545"],
  sources: [
    { name: SOURCE, key: toBase64(SOURCE_PAIR.publicKey) },
    { name: SOURCE, key: JWK },
  ],
  witnesses: { keys: WITNESS_KEYS, quorum: 2 },
});
const value = JSON.parse(formatPolicy(FULL)) as JsonObject;
const SEALED = { headerForm: "besu-qbft" };
const parse = (whole: JsonValue): Policy => parsePolicy(utf8(JSON.stringify(whole)));

const BITCOIN_BLOCK = { height: 900_000, header: mined(new Uint8Array(32), 1_700_000_000) };

describe("policy", () => {
  it("format and parse are inverse", () => {
    for (const policy of [FULL, fixturePolicy()]) {
      expect(parsePolicy(utf8(formatPolicy(policy)))).to.deep.equal(policy);
      expect(formatPolicy(parsePolicy(utf8(formatPolicy(policy))))).to.equal(formatPolicy(policy));
    }
  });

  it("needs the log and the chain; the rest means nobody, and a trusted block is asked for", () => {
    const { format, log } = value;
    expect(parse({ format: format!, log: log!, chain: { id: CHAIN_ID, contract: CONTRACT } })).to.deep.equal(
      fixturePolicy({ chain: { id: CHAIN_ID, contract: CONTRACT, accept: "trusted-block" } }),
    );
  });

  it("may name certificates of time-stamping authorities, and require none of them unless it says so", () => {
    expect(formatPolicy(FULL)).not.to.include("timestamps");
    const dated = { ...FULL, timestamps: { certificates: ["AAAA"], required: true } };
    expect(parsePolicy(utf8(formatPolicy(dated)))).to.deep.equal(dated);
    const { timestamps } = parse({ ...value, timestamps: { certificates: ["AAAA"] } });
    expect(timestamps).to.deep.equal({ certificates: ["AAAA"], required: false });
    const inBitcoin = { certificates: [], required: false, bitcoin: [BITCOIN_BLOCK] };
    expect(parsePolicy(utf8(formatPolicy({ ...FULL, timestamps: inBitcoin }))).timestamps).to.deep.equal(inBitcoin);
  });

  it("truth E5: takes the contract's address as explorers show it", () => {
    for (const contract of [getAddress(CONTRACT), `0x${CONTRACT.slice(2).toUpperCase()}`, CONTRACT])
      expect(parse({ ...value, chain: { id: CHAIN_ID, contract } }).chain.contract).to.equal(CONTRACT);
  });

  it("truth E3: may name what makes a block final", () => {
    const finality = (wanted: JsonValue): Policy => parse({ ...value, chain: { ...chain, finality: wanted } });
    expect(confirmationsOf(finality(12))).to.equal(12);
    expect(confirmationsOf(finality("finalized"))).to.equal(undefined);
    expect(confirmationsOf(parse(value))).to.equal(undefined);
    expect(parsePolicy(utf8(formatPolicy(finality(3)))).chain.finality).to.equal(3);
  });

  it("truth E3: may write it as settings do, and say that every block is final", () => {
    const finality = (wanted: JsonValue, more: JsonObject = {}): Policy =>
      parse({ ...value, chain: { ...chain, ...more, finality: wanted } });
    expect(finality("tag").chain.finality).to.equal("finalized");
    expect(finality("depth:12").chain.finality).to.equal(12);
    expect(confirmationsOf(finality("bft", { headerForm: "besu-qbft" }))).to.equal(0);
  });

  it("may name the form of headers, and who seals the blocks, whose addresses may be as explorers show them", () => {
    const [one, two] = validatorAddresses(2) as [string, string];
    const sealed = { headerForm: "quorum-ibft", finality: "bft", validators: [getAddress(one), two] };
    const policy = parse({ ...value, chain: { ...chain, ...sealed } });
    expect(policy.chain).to.deep.include({ headerForm: "quorum-ibft", finality: "bft", validators: [one, two] });
    expect(parsePolicy(utf8(formatPolicy(policy)))).to.deep.equal(policy);
    expect(parse({ ...value, chain: { ...chain, headerForm: "ethereum" } })).to.deep.equal(parse(value));
  });

  it("truth E3: makes an audit wait for finality, but on a chain of one's own only where it is named", () => {
    const rule = (more: JsonObject) =>
      auditFinalityOf(parse({ ...value, chain: { id: CHAIN_ID, contract: CONTRACT, ...more } }));
    expect(rule({})).to.deep.equal({ confirmations: undefined });
    expect(rule({ finality: 12 })).to.deep.equal({ confirmations: 12 });
    expect(rule({ accept: "evidence" })).to.equal(undefined);
    expect(rule({ accept: "evidence", finality: 12 })).to.deep.equal({ confirmations: 12 });
    expect(rule({ accept: "evidence", finality: "finalized" })).to.deep.equal({ confirmations: undefined });
  });

  it("may name further keys of the log: one that must sign as well, one that follows, and a former one", () => {
    const further = [
      { key: verifierKey(ORIGIN, mlDsaKey(9).publicKey, "mldsa44"), requiredFrom: 12 },
      { key: verifierKey(ORIGIN, signingKey(8).publicKey) },
      { key: verifierKey(ORIGIN, signingKey(7).publicKey), until: 12 },
    ];
    const policy = { ...FULL, log: { ...LOG_KEY, further } };
    expect(parsePolicy(utf8(formatPolicy(policy)))).to.deep.equal(policy);
    const [rule, , former] = (JSON.parse(formatPolicy(policy)) as { log: { keys: JsonObject[] } }).log.keys;
    expect(rule).to.have.all.keys("vkey", "requiredFrom").and.to.have.property("requiredFrom", 12);
    expect(former).to.have.all.keys("vkey", "until");
    expect(formatPolicy(FULL)).not.to.include('"keys": [\n      {');
  });

  it("may name a log and witnesses that sign with ML-DSA-44 alone", () => {
    const [own, witness] = [1, 2].map((seed) => mlDsaKey(seed).publicKey) as [Uint8Array, Uint8Array];
    const keys = [verifierKey("w.example", witness, "mldsa44"), ...WITNESS_KEYS];
    const policy = { ...FULL, log: verifierKey(ORIGIN, own, "mldsa44"), witnesses: { keys, quorum: 2 } };
    expect(parsePolicy(utf8(formatPolicy(policy)))).to.deep.equal(policy);
  });

  const log = value["log"] as JsonObject;
  const vkeyOf = (name: string, seed: number) => formatVerifierKey(verifierKey(name, signingKey(seed).publicKey));
  const [firstName] = WITNESS_KEYS.map(({ name }) => name) as [string];
  const mlDsaWitness = formatVerifierKey(verifierKey(firstName, mlDsaKey(4).publicKey, "mldsa44"));
  const chain = value["chain"] as JsonObject;
  const witnesses = value["witnesses"] as JsonObject;
  const [first, second] = WITNESS_KEYS.map(formatVerifierKey) as [string, string];
  const twin = formatVerifierKey(verifierKey("another.example", WITNESS_KEYS[0]!.publicKey, "cosignature"));
  const eighth = formatVerifierKey(verifierKey("w.example", signingKey(8).publicKey, "cosignature"));
  const logAsWitness = formatVerifierKey(verifierKey("w.example", LOG_PAIR.publicKey, "cosignature"));
  const REFUSED: [string, JsonObject, RegExp][] = [
    ["another format", { format: "warifu-policy/2" }, /policy\.format/],
    ["no log", { log: null }, /policy\.log/],
    ["a log key that is none", { log: { ...log, vkey: "x" } }, /verifier key/],
    [
      "a log key whose id belongs to another",
      { log: { ...log, vkey: (log["vkey"] as string).replace("ledger", "ladder") } },
      /id does not belong/,
    ],
    ["a log key of small order", { log: { ...log, vkey: `${ORIGIN}+00000000+AQ${"A".repeat(42)}` } }, /small order/],
    ["F9 an origin that is not the key's name", { log: { ...log, origin: "other.example" } }, /policy\.log\.origin/],
    ["a cosigner's key for the log", { log: { origin: WITNESS_KEYS[0]!.name, vkey: first } }, /policy\.log\.vkey/],
    [
      "a further key of another log",
      { log: { ...log, keys: [{ vkey: vkeyOf("other.example", 8) }] } },
      /policy\.log\.keys .*another name/,
    ],
    ["the log's key as a further one", { log: { ...log, keys: [{ vkey: log["vkey"]! }] } }, /names one key twice/],
    ["a cosigner's key as a further one", { log: { ...log, keys: [{ vkey: first }] } }, /keys\[0\]\.vkey/],
    [
      "a further key until no number",
      { log: { ...log, keys: [{ vkey: vkeyOf(ORIGIN, 8), until: "12" }] } },
      /keys\[0\]\.until/,
    ],
    [
      "an unknown member of a further key",
      { log: { ...log, keys: [{ vkey: vkeyOf(ORIGIN, 8), x: 1 }] } },
      /keys\[0\] has an unknown/,
    ],
    [
      "a witness by both of its kinds of key",
      { witnesses: { keys: [first, mlDsaWitness], quorum: 1 } },
      /both the Ed25519 and the ML-DSA-44 key/,
    ],
    [
      "a further key of the log as a witness",
      { log: { ...log, keys: [{ vkey: vkeyOf(ORIGIN, 8) }] }, witnesses: { keys: [eighth], quorum: 1 } },
      /key of the log itself/,
    ],
    ["an unknown member of the log", { log: { ...log, url: "x" } }, /policy\.log has an unknown/],
    ["no chain", { chain: null }, /policy\.chain/],
    ["no chain id", { chain: { contract: CONTRACT } }, /policy\.chain\.id/],
    [
      "a contract whose checksum is wrong",
      { chain: { ...chain, contract: CONTRACT.replace("d", "D") } },
      /policy\.chain\.contract .*checksum/,
    ],
    ["a contract of 39 digits", { chain: { ...chain, contract: CONTRACT.slice(0, -1) } }, /policy\.chain\.contract/],
    ["a depth of no blocks", { chain: { ...chain, finality: "depth:0" } }, /policy\.chain\.finality/],
    ["a depth of too many", { chain: { ...chain, finality: "depth:100001" } }, /policy\.chain\.finality/],
    ["bft where nobody seals blocks", { chain: { ...chain, finality: "bft" } }, /finality is "bft" only/],
    [
      "bft where nobody seals blocks, by name",
      { chain: { ...chain, finality: "bft", headerForm: "ethereum" } },
      /finality is "bft" only/,
    ],
    ["an unknown form of headers", { chain: { ...chain, headerForm: "clique" } }, /policy\.chain\.headerForm/],
    [
      "validators where nobody seals blocks",
      { chain: { ...chain, validators: validatorAddresses(1) } },
      /policy\.chain\.validators needs/,
    ],
    ["no validators", { chain: { ...chain, ...SEALED, validators: [] } }, /policy\.chain\.validators/],
    [
      "one validator twice",
      { chain: { ...chain, ...SEALED, validators: [CONTRACT, getAddress(CONTRACT)] } },
      /policy\.chain\.validators/,
    ],
    ["a validator that is none", { chain: { ...chain, ...SEALED, validators: ["0x12"] } }, /is no address/],
    ["another finality", { chain: { ...chain, finality: "safe" } }, /policy\.chain\.finality/],
    ["no confirmations", { chain: { ...chain, finality: 0 } }, /policy\.chain\.finality/],
    ["too many confirmations", { chain: { ...chain, finality: 100_001 } }, /policy\.chain\.finality/],
    ["half a confirmation", { chain: { ...chain, finality: 1.5 } }, /policy\.chain\.finality/],
    ["a code hash of another form", { chain: { ...chain, codeHash: "0x12" } }, /policy\.chain\.codeHash/],
    ["an unknown way to accept an anchor", { chain: { ...chain, accept: "anything" } }, /policy\.chain\.accept/],
    ["an unknown member of the chain", { chain: { ...chain, name: "x" } }, /policy\.chain has an unknown/],
    ["a trusted block of another form", { trustedBlocks: [BLOCK.toUpperCase()] }, /policy\.trustedBlocks/],
    ["an endpoint without a host", { rpc: ["https://"] }, /policy\.rpc/],
    ["an endpoint of another scheme", { rpc: ["file:///etc/passwd"] }, /policy\.rpc/],
    ["sources that are no list", { sources: {} }, /policy\.sources/],
    [
      "truth A5: a source of a name that none can have",
      { sources: [{ name: "a b", key: toBase64(SOURCE_PAIR.publicKey) }] },
      /policy\.sources\[0\]\.name/,
    ],
    ["a source without a key", { sources: [{ name: SOURCE }] }, /policy\.sources\[0\]\.key/],
    ["a source with a key that is a list", { sources: [{ name: SOURCE, key: [] }] }, /a key is a JSON object/],
    ["a source with a private key", { sources: [{ name: SOURCE, key: { ...JWK, d: "AA" } }] }, /private key/],
    ["a source with a key that is no base64", { sources: [{ name: SOURCE, key: "x" }] }, /key of a source/],
    [
      "D7 a source with a key of small order",
      { sources: [{ name: SOURCE, key: `${"A".repeat(43)}=` }] },
      /small order/,
    ],
    [
      "an unknown member of a source",
      { sources: [{ name: SOURCE, key: toBase64(SOURCE_PAIR.publicKey), x: 1 }] },
      /sources\[0\] has an unknown/,
    ],
    ["a witness key that is none", { witnesses: { keys: ["x"], quorum: 0 } }, /verifier key/],
    [
      "a log's kind of key for a witness",
      { witnesses: { keys: [formatVerifierKey(verifierKey("w", signingKey(5).publicKey))], quorum: 0 } },
      /policy\.witnesses\.keys must be cosignature/,
    ],
    ["one witness under two names", { witnesses: { keys: [first, twin], quorum: 1 } }, /names one key twice/],
    ["one witness twice", { witnesses: { keys: [first, first], quorum: 1 } }, /names one key twice/],
    [
      "two witnesses of one name and key id",
      { witnesses: { keys: [...GROUND_KEYS], quorum: 1 } },
      /one name and key id/,
    ],
    ["the log as its own witness", { witnesses: { keys: [second, logAsWitness], quorum: 1 } }, /key of the log itself/],
    ["a quorum above the witnesses", { witnesses: { ...witnesses, quorum: 4 } }, /policy\.witnesses\.quorum/],
    ["a negative quorum", { witnesses: { ...witnesses, quorum: -1 } }, /policy\.witnesses\.quorum/],
    ["no quorum", { witnesses: { keys: [first] } }, /policy\.witnesses\.quorum/],
    ["certificates that are no list", { timestamps: { certificates: "x" } }, /policy\.timestamps\.certificates/],
    [
      "a requirement that is neither",
      { timestamps: { certificates: [], required: 1 } },
      /timestamps\.required must be/,
    ],
    [
      "a Bitcoin block that nobody mined",
      { timestamps: { certificates: [], bitcoin: [{ height: 1, header: "00".repeat(80) }] } },
      /above its own target/,
    ],
    [
      "an unknown member of a Bitcoin block",
      { timestamps: { certificates: [], bitcoin: [{ ...BITCOIN_BLOCK, x: 1 }] } },
      /bitcoin\[0\] has an unknown/,
    ],
    ["an unknown member of the timestamps", { timestamps: { certificates: [], x: 1 } }, /timestamps has an unknown/],
    ["an unknown member of the witnesses", { witnesses: { ...witnesses, x: 1 } }, /policy\.witnesses has an unknown/],
    ["an unknown member", { more: 1 }, /policy has an unknown/],
  ];
  for (const [title, change, pattern] of REFUSED)
    it(`refused: ${title}`, () => {
      expectCode("POLICY_INVALID", () => parse({ ...value, ...change }), pattern);
    });

  it("refused: what is no strict JSON, and no object", () => {
    expectCode("POLICY_INVALID", () => parsePolicy(utf8("{")), /not readable/);
    expectCode("POLICY_INVALID", () => parsePolicy(Uint8Array.of(0xff)), /UTF-8/);
    expectCode("POLICY_INVALID", () => parse([]), /must be an object/);
    expect(LOG_KEY.name).to.equal(ORIGIN);
  });
});
