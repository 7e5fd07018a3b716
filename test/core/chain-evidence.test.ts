// Chain evidence, built by other libraries: blocks of one receipt up to hundreds, and evidence that hangs together but says
// something else. In test/mutations every byte of it is changed.

import { RLP, type Input } from "@ethereumjs/rlp";
import { expect } from "chai";
import { concat, getBytes, hexlify, keccak256 } from "ethers";

import { checkChainEvidence, readChainEvidence, type ChainEvidence } from "../../src/core/chain-evidence.ts";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { ObjectReader } from "../../src/core/object-reader.ts";
import { CHAIN_ID, CONTRACT, anchoredLog, chainEvidence, type ChainFixtureOptions } from "../support/chain-fixture.ts";
import { expectCode } from "../support/expect-code.ts";

const ROOT = new Uint8Array(32).fill(0xcd);
const HEAD = { treeSize: 1_000, rootHash: ROOT, previousSize: 744 };
const evidenceOf = (options: Partial<ChainFixtureOptions> = {}): Promise<ChainEvidence> =>
  chainEvidence({ ...HEAD, ...options });
const plain = (evidence: ChainEvidence): JsonObject => JSON.parse(JSON.stringify(evidence)) as JsonObject;
const read = (value: JsonValue): ChainEvidence => readChainEvidence(new ObjectReader(value, "chain", "BUNDLE_INVALID"));

describe("chain evidence", () => {
  describe("that holds", () => {
    it("says what was anchored, where and when", async () => {
      const evidence = await evidenceOf();
      expect(checkChainEvidence(evidence)).to.deep.equal({
        chainId: CHAIN_ID,
        contract: CONTRACT,
        blockHash: evidence.block.hash,
        blockNumber: 1_234,
        blockTime: 1_795_334_412,
        transactionHash: evidence.transaction.hash,
        treeSize: 1_000,
        rootHash: ROOT,
        previousSize: 744,
      });
    });

    // 1: a leaf alone. 2: a branch at once. 17: two levels. 130: an extension and keys of two bytes. 300: of three.
    const BLOCKS: [number, number[]][] = [
      [1, [0]],
      [2, [0, 1]],
      [17, [0, 1, 15, 16]],
      [130, [0, 1, 127, 128, 129]],
      [300, [0, 255, 256]],
    ];
    for (const [receipts, places] of BLOCKS)
      it(`in a block of ${receipts}, at every kind of place`, async () => {
        for (const index of places) {
          const evidence = await evidenceOf({ receipts, index });
          expect(checkChainEvidence(evidence).treeSize, `place ${index}`).to.equal(1_000);
        }
      });

    const FURTHER: [string, (fields: Uint8Array[]) => Input][] = [
      ["only the 15 fields of the first headers", (fields) => fields.slice(0, 15)],
      ["the two fields of Amsterdam", (fields) => [...fields, new Uint8Array(32).fill(0xac), Uint8Array.of(5, 212)]],
      ["a thousand fields that nobody knows", (fields) => [...fields, ...Array<Uint8Array>(1_000).fill(ROOT)]],
      ["a list among them", (fields) => [...fields, [ROOT, [ROOT]]]],
    ];
    for (const [title, header] of FURTHER)
      it(`truth E1: with a header of ${title}`, async () => {
        expect(checkChainEvidence(await evidenceOf({ header })).blockNumber).to.equal(1_234);
      });

    for (const transactionType of [0, 1] as const)
      it(`sent by a transaction of type ${transactionType}, which it says`, async () => {
        const fact = checkChainEvidence(await evidenceOf({ transactionType }));
        expect(fact).to.deep.include({ treeSize: 1_000, chainId: CHAIN_ID, transactionType });
      });

    it("with branches, extensions and leaves on the way", async () => {
      const { receipt } = await evidenceOf({ receipts: 130, index: 128 });
      const kinds = receipt.proof.map((node) => {
        const fields = RLP.decode(getBytes(node)) as Uint8Array[];
        return fields.length === 17 ? "branch" : (fields[0]![0] as number) < 0x20 ? "extension" : "leaf";
      });
      expect(new Set(kinds)).to.deep.equal(new Set(["branch", "extension", "leaf"]));
    });

    it("from the first block on, with a proof of 63 hashes in the call", async () => {
      const fact = checkChainEvidence(await evidenceOf({ blockNumber: 0, blockTime: 0, proofHashes: 63 }));
      expect([fact.blockNumber, fact.blockTime]).to.deep.equal([0, 0]);
    });

    it("with other events in the receipt, before and behind", async () => {
      const other = [getBytes(CONTRACT), [new Uint8Array(32).fill(1)], new Uint8Array(0)];
      const log = anchoredLog(HEAD);
      const larger = anchoredLog({ ...HEAD, treeSize: 2_000 });
      expect(checkChainEvidence(await evidenceOf({ logs: [other, larger, log, other] })).previousSize).to.equal(744);
    });
  });

  describe("form", () => {
    it("read gives back what was written", async () => {
      const evidence = await evidenceOf();
      expect(read(plain(evidence))).to.deep.equal(evidence);
    });

    const changed = async (path: readonly string[], value?: JsonValue): Promise<JsonObject> => {
      const whole = plain(await evidenceOf());
      let part = whole;
      for (const name of path.slice(0, -1)) part = part[name] as JsonObject;
      const last = path.at(-1) as string;
      if (value === undefined) part[last] = undefined as unknown as JsonValue;
      else part[last] = value;
      return JSON.parse(JSON.stringify(whole)) as JsonObject;
    };
    const REFUSED: [string, string[], JsonValue | undefined][] = [
      ["no chain id", ["chainId"], undefined],
      ["a chain id as text", ["chainId"], "31337"],
      ["no contract", ["contract"], undefined],
      ["a contract in capitals", ["contract"], CONTRACT.toUpperCase().replace("X", "x")],
      ["a contract of 19 bytes", ["contract"], CONTRACT.slice(0, -2)],
      ["no block", ["block"], undefined],
      ["no block hash", ["block", "hash"], undefined],
      ["a block hash without 0x", ["block", "hash"], "ab".repeat(32)],
      ["a header of half a byte", ["block", "header"], "0xabc"],
      ["a header in capitals", ["block", "header"], "0xAB"],
      ["no transaction", ["transaction"], undefined],
      ["a negative index", ["transaction", "index"], -1],
      ["a transaction that is no text", ["transaction", "raw"], 1],
      ["no receipt", ["receipt"], undefined],
      ["no proof", ["receipt", "proof"], undefined],
      ["a proof with another kind of item", ["receipt", "proof"], ["0x00", 1]],
      ["an unknown member", ["more"], 1],
      ["an unknown member of the block", ["block", "more"], 1],
      ["an unknown member of the transaction", ["transaction", "more"], 1],
      ["an unknown member of the receipt", ["receipt", "more"], 1],
    ];
    for (const [title, path, value] of REFUSED)
      it(`refused: ${title}`, async () => {
        const whole = await changed(path, value);
        expectCode("BUNDLE_INVALID", () => read(whole), /^chain/);
      });
  });

  describe("that hangs together and says something else", () => {
    const REFUSED: [string, Partial<ChainFixtureOptions>, RegExp][] = [
      ["a transaction that failed", { status: new Uint8Array(0) }, /failed on the chain/],
      ["a status that is neither", { status: Uint8Array.of(2) }, /failed on the chain/],
      ["a transaction to another contract", { to: `0x${"99".repeat(20)}` }, /calls another contract/],
      ["a transaction that calls something else", { callData: `0x${"00".repeat(100)}` }, /does not anchor/],
      ["a call cut short", { callData: "0x" }, /does not anchor/],
      [
        "a receipt of another type than the transaction's",
        { receiptType: 1 },
        /not that of a transaction of this type/,
      ],
      ["a receipt of a type that no anchor has", { receiptType: 3 }, /receipt is of no type/],
      ["a receipt without logs", { logs: [] }, /no event/],
      [
        "B15 an event of another address",
        { logs: [anchoredLog({ ...HEAD, contract: `0x${"99".repeat(20)}` })] },
        /no event/,
      ],
      ["B15 an event of another root", { logs: [anchoredLog({ ...HEAD, rootHash: new Uint8Array(32) })] }, /no event/],
      ["B15 an event of another size", { logs: [anchoredLog({ ...HEAD, treeSize: 999 })] }, /no event/],
      ["an event with a topic less", { logs: [eventWith((topics) => topics.slice(0, 2))] }, /no event/],
      ["an event with a topic more", { logs: [eventWith((topics) => [...topics, topics[0]!])] }, /no event/],
      ["another event", { logs: [eventWith(([, size, root]) => [new Uint8Array(32), size!, root!])] }, /no event/],
      [
        "an event with a size in few bytes",
        { logs: [eventWith(([kind, , root]) => [kind!, Uint8Array.of(3, 232), root!])] },
        /no event/,
      ],
      ["an event with more data", { logs: [eventWith((topics) => topics, 64)] }, /out of range/],
      ["an event without data", { logs: [eventWith((topics) => topics, 0)] }, /out of range/],
      ["a log that is no list", { logs: [Uint8Array.of(1)] }, /receipt is malformed/],
      ["logs that are no list", { logs: Uint8Array.of(1) }, /receipt is malformed/],
      [
        "topics that are no list",
        { logs: [[getBytes(CONTRACT), Uint8Array.of(1), Uint8Array.of(1)]] },
        /receipt is malformed/,
      ],
      ["a topic that is a list", { logs: [[getBytes(CONTRACT), [[]], Uint8Array.of(1)]] }, /receipt is malformed/],
      ["a size above 2^53-1", { callData: callOf(2n ** 53n), logs: [] }, /out of range/],
      [
        "truth E5: an event of four fields",
        { logs: [[...(anchoredLog({ treeSize: 1, rootHash: new Uint8Array(32) }) as Uint8Array[]), Uint8Array.of(1)]] },
        /receipt is malformed/,
      ],
      ["a header that is no list", { header: () => Uint8Array.of(1, 2) }, /block header is malformed/],
      ["a header cut short", { header: (fields) => fields.slice(0, 11) }, /block header is malformed/],
      ["a header of 14 fields", { header: (fields) => fields.slice(0, 14) }, /block header is malformed/],
      ["calldata that ends in its list", { callData: callOf(1_000n, [word(96n), word(1n)]) }, /does not anchor/],
      ["calldata behind its list", { callData: callOf(1_000n, [word(96n), word(0n), word(7n)]) }, /does not anchor/],
      ["calldata behind the last word", { callData: callOf(1_000n, [word(96n), word(0n), "00"]) }, /does not anchor/],
      ["calldata with its list elsewhere", { callData: callOf(1_000n, [word(128n), word(0n)]) }, /does not anchor/],
      [
        "a header with a list for the receipts root",
        { header: (fields) => fields.with(5, [] as never) },
        /block header is malformed/,
      ],
      [
        "a header with another receipts root",
        { header: (fields) => fields.with(5, new Uint8Array(32)) },
        /receipts root/,
      ],
      [
        "a header with an empty receipts root",
        { header: (fields) => fields.with(5, new Uint8Array(0)) },
        /receipts root/,
      ],
      ["a block of a number that no chain reaches", { blockNumber: 2n ** 48n }, /out of range/],
      ["a block after the year 9999", { blockTime: 253_402_300_800 }, /time is out of range/],
      ["a block number behind a zero", { header: (fields) => fields.with(8, Uint8Array.of(0, 5)) }, /out of range/],
      ["a time of 0 as a byte", { header: (fields) => fields.with(11, Uint8Array.of(0)) }, /out of range/],
      ["a block at a time of seven bytes", { blockTime: 2n ** 48n }, /out of range/],
    ];
    for (const [title, options, pattern] of REFUSED)
      it(`refused: ${title}`, async () => {
        const evidence = await evidenceOf(options);
        expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence(evidence), pattern);
      });

    for (const [title, change] of [
      ["a field less", (fields: Input[]) => fields.slice(0, 11)],
      ["a field more", (fields: Input[]) => [...fields, Uint8Array.of(1)]],
    ] as const)
      it(`refused: a transaction of ${title}`, async () => {
        const evidence = await evidenceOf();
        const fields = RLP.decode(getBytes(evidence.transaction.raw).slice(1)) as Input[];
        const raw = `0x02${hexlify(RLP.encode(change(fields))).slice(2)}`;
        const transaction = { ...evidence.transaction, hash: keccak256(raw), raw };
        expectCode(
          "CHAIN_EVIDENCE_INVALID",
          () => checkChainEvidence({ ...evidence, transaction }),
          /transaction is malf/,
        );
      });

    it("refused: a header longer than what is read", async () => {
      const header = (fields: Uint8Array[]): Input => [...fields, new Uint8Array(65_536)];
      const evidence = await evidenceOf({ header });
      expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence(evidence), /header is not RLP/);
    });

    for (const transactionType of [0, 1, 2] as const)
      it(`refused: the transaction of type ${transactionType} of another chain`, async () => {
        const evidence = { ...(await evidenceOf({ chainId: 1, transactionType })), chainId: 5 };
        expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence(evidence), /another chain/);
      });

    it("refused: a transaction of type 0 that is for any chain, from before EIP-155", async () => {
      const evidence = await evidenceOf({ transactionType: 0 });
      const fields = RLP.decode(getBytes(evidence.transaction.raw)) as Uint8Array[];
      const raw = hexlify(RLP.encode(fields.with(6, Uint8Array.of(27))));
      const transaction = { ...evidence.transaction, hash: keccak256(raw), raw };
      expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence({ ...evidence, transaction }), /another chain/);
    });

    it("refused: a transaction of a type that no anchor has, and one of no bytes", async () => {
      const evidence = await evidenceOf();
      for (const raw of [`0x03${evidence.transaction.raw.slice(4)}`, "0x"]) {
        const transaction = { ...evidence.transaction, hash: keccak256(raw), raw };
        const of = { ...evidence, transaction };
        expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence(of), /transaction is of no type/);
      }
    });

    const FIELDS: [string, (fields: unknown[]) => unknown[]][] = [
      ["11 fields", (fields) => fields.slice(0, 11)],
      ["13 fields", (fields) => [...fields, new Uint8Array(0)]],
      ["an access list that is none", (fields) => fields.with(8, new Uint8Array(0))],
      ["a nonce that is a list", (fields) => fields.with(1, [])],
    ];
    for (const [title, change] of FIELDS)
      it(`truth E5: refused: a transaction with ${title}`, async () => {
        const evidence = await evidenceOf();
        const fields = RLP.decode(getBytes(evidence.transaction.raw).subarray(1)) as unknown[];
        const raw = concat(["0x02", RLP.encode(change(fields) as Input)]);
        const transaction = { ...evidence.transaction, raw, hash: keccak256(raw) };
        expectCode(
          "CHAIN_EVIDENCE_INVALID",
          () => checkChainEvidence({ ...evidence, transaction }),
          /transaction is malformed/,
        );
      });

    it("refused: hashes that are not those of the bytes", async () => {
      const evidence = await evidenceOf();
      const hash = `0x${"00".repeat(32)}`;
      const block = { ...evidence.block, hash };
      const transaction = { ...evidence.transaction, hash };
      expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence({ ...evidence, block }), /header.*hash/);
      expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence({ ...evidence, transaction }), /transaction.*hash/);
    });

    it("refused: bytes that are no RLP", async () => {
      const evidence = await evidenceOf();
      const header = "0xf9ff";
      const raw = "0x02f9ff";
      const block = { hash: keccak256(header), header };
      const transaction = { ...evidence.transaction, hash: keccak256(raw), raw };
      expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence({ ...evidence, block }), /header is not RLP/);
      expectCode(
        "CHAIN_EVIDENCE_INVALID",
        () => checkChainEvidence({ ...evidence, transaction }),
        /transaction is not RLP/,
      );
    });
  });

  describe("proofs of a receipt", () => {
    it("of another place in the block are refused", async () => {
      const evidence = await evidenceOf({ receipts: 17, index: 3 });
      for (const index of [0, 1, 2, 4, 16, 131, 1_000_000]) {
        const transaction = { ...evidence.transaction, index };
        expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence({ ...evidence, transaction }), /proof/);
      }
      const alone = await evidenceOf({ receipts: 1, index: 0 });
      const elsewhere = { ...alone, transaction: { ...alone.transaction, index: 1 } };
      expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence(elsewhere), /another transaction/);
    });

    it("of another receipt are refused", async () => {
      const evidence = await evidenceOf();
      const other = await evidenceOf({ previousSize: 743 });
      const receipt = { ...evidence.receipt, raw: other.receipt.raw };
      expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence({ ...evidence, receipt }), /is not the one/);
    });

    it("cut, lengthened or reordered are refused", async () => {
      const evidence = await evidenceOf({ receipts: 130, index: 128 });
      const { proof } = evidence.receipt;
      const extra = proof[0] as string;
      for (const broken of [
        [],
        proof.slice(1),
        proof.slice(0, -1),
        [...proof, extra],
        [extra, ...proof],
        proof.toReversed(),
      ]) {
        const receipt = { ...evidence.receipt, proof: broken };
        expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence({ ...evidence, receipt }), /proof/);
      }
    });

    /** The refusal of a trie made by hand: nodes from the root down, each of which may name the next by its hash. */
    const refusalOf = async (levels: ((below: Uint8Array) => Input)[]): Promise<string> => {
      const nodes: Uint8Array[] = [];
      let below: Uint8Array = new Uint8Array(0);
      for (const level of levels.toReversed()) {
        const node = RLP.encode(level(below));
        nodes.unshift(node);
        below = getBytes(keccak256(node));
      }
      const evidence = await evidenceOf({ receipts: 1, index: 0, header: (fields) => fields.with(5, below) });
      const receipt = { ...evidence.receipt, proof: nodes.map((node) => hexlify(node)) };
      return expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence({ ...evidence, receipt })).message;
    };
    const RECEIPT = new Uint8Array(300).fill(1);
    const branch = (slots: Readonly<Record<number, Input>>): Input[] =>
      Array.from({ length: 17 }, (_, at) => slots[at] ?? new Uint8Array(0));
    // The key of place 0 is 80: nibbles 8 and 0.
    const TRIES: [string, RegExp, ((below: Uint8Array) => Input)[]][] = [
      ["a node of three items", /node is malformed/, [() => [RECEIPT, RECEIPT, RECEIPT]]],
      ["a node that is no list", /trie node is malformed/, [() => RECEIPT]],
      ["a path of no byte", /node is malformed/, [() => [new Uint8Array(0), RECEIPT]]],
      ["a path that is a list", /node is malformed/, [() => [[], RECEIPT]]],
      ["a leaf that ends before the key", /another transaction/, [() => [Uint8Array.of(0x38), RECEIPT]]],
      ["a leaf that goes beyond the key", /another transaction/, [() => [Uint8Array.of(0x20, 0x80, 0x80), RECEIPT]]],
      ["a leaf of another key", /another transaction/, [() => [Uint8Array.of(0x20, 0x01), RECEIPT]]],
      ["a leaf with a list for a value", /node is malformed/, [() => [Uint8Array.of(0x20, 0x80), [RECEIPT]]]],
      ["a leaf with another value", /is not the one/, [() => [Uint8Array.of(0x20, 0x80), RECEIPT]]],
      ["an extension at the end", /ends early/, [() => [Uint8Array.of(0x18), RECEIPT]]],
      [
        "a value at a branch",
        /does not lead/,
        [
          (below) => [Uint8Array.of(0x00, 0x80), below],
          () => branch({ 16: RECEIPT }),
          () => [Uint8Array.of(0x20), RECEIPT],
        ],
      ],
      [
        "an empty place of a branch",
        /does not lead/,
        [() => branch({ 7: RECEIPT }), () => [Uint8Array.of(0x30), RECEIPT]],
      ],
      [
        "a node within a node",
        /does not lead/,
        [() => branch({ 8: [Uint8Array.of(0x30), RECEIPT] }), () => [Uint8Array.of(0x30), RECEIPT]],
      ],
    ];
    for (const [title, pattern, levels] of TRIES)
      it(`refused: ${title}`, async () => {
        expect(await refusalOf(levels)).to.match(pattern);
      });
  });

  it("megabytes of nested lists are refused at once", async () => {
    const evidence = await evidenceOf();
    const bytes = new Uint8Array(400_000).fill(0xc0);
    const before = process.cpuUsage();
    for (const payload of [bytes, bytes.map((_, at) => (at % 4 === 0 ? 0xfa : 0xff)), RLP.encode(bytes)]) {
      const header = hexlify(payload);
      const block = { hash: keccak256(header), header };
      expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence({ ...evidence, block }), /not RLP/);
    }
    // Three hashes of 400 kB by Keccak in JavaScript are all that it costs; copies at each level would take minutes.
    expect(process.cpuUsage(before).user / 1000).to.be.lessThan(5000);
  });
});

/** The event of the contract with its topics changed, and data of that many bytes. */
function eventWith(change: (topics: Uint8Array[]) => Uint8Array[], dataLength = 32): Input {
  const [address, topics] = anchoredLog(HEAD) as [Uint8Array, Uint8Array[], Uint8Array];
  return [address, change(topics), new Uint8Array(dataLength)];
}

/** A call of `anchor` with a size of any number. */
/** The words of the list: where it starts, how many hashes it says that it has, and the hashes. */
function callOf(size: bigint, list: readonly string[] = [word(96n), word(0n)]): string {
  const selector = keccak256(Buffer.from("anchor(uint64,bytes32,bytes32[])")).slice(2, 10);
  return `0x${selector}${word(size)}${"cd".repeat(32)}${list.join("")}`;
}

function word(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}
