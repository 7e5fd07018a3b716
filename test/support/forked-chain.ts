// A chain whose headers have more fields from a height on, as after a hardfork: a real node behind a real HTTP server that
// gives every later block its fields and, with them, another hash. Requests and answers name blocks by those hashes.
// Invariant: no code of src/ takes part in making a header.

import { RLP } from "@ethereumjs/rlp";
import { getBytes, hexlify, keccak256 } from "ethers";

import { BFT_MIX_HASH, sealedHeader, type Consensus } from "./bft-header.ts";
import { startFaultyNode, type FaultyNode } from "./faulty-node.ts";

/** What the fork appends: the header's bytes, and how the node names them, if it does. */
export type ForkField = { readonly bytes: string; readonly json?: Readonly<Record<string, unknown>> };

export type Fork = {
  readonly from: number;
  /** The header's further fields in their order. */
  readonly fields: (block: number) => readonly ForkField[];
  /** Further members of the JSON that no header has. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /** Whether the node hands out headers as bytes. */
  readonly hasRawHeaders?: boolean;
  /** From the height on, validators seal each block. */
  readonly consensus?: Consensus;
};

type Block = Record<string, unknown> & { readonly number: string; readonly hash: string; readonly parentHash: string };

const BYTES = ["parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"];
const NUMBERS = ["difficulty", "number", "gasLimit", "gasUsed", "timestamp"];
const LAST = ["extraData", "mixHash", "nonce"];
const OSAKA = ["withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash"];

/** In front of the node behind `rpcUrl`. */
export async function startForkedChain(rpcUrl: string, fork: Fork): Promise<FaultyNode> {
  const node = await startFaultyNode(rpcUrl);
  const [ours, theirs] = [new Map<string, string>(), new Map<string, string>()];
  const rawHeaders = new Map<string, string>();
  const sealed = new Map<number, object>();

  const ask = async (method: string, params: unknown): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const reply = await fetch(rpcUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
    return ((await reply.json()) as { result?: unknown }).result;
  };
  const rename = (value: unknown, names: ReadonlyMap<string, string>): unknown =>
    JSON.parse(JSON.stringify(value ?? null).replace(/0x[0-9a-f]{64}/g, (hash) => names.get(hash) ?? hash));
  /** Gives the block and those below it their new hashes. */
  const learn = async (block: Block): Promise<void> => {
    const height = Number(block.number);
    if (ours.has(block.hash) || height < fork.from) return;
    if (height > 0) await learn((await ask("eth_getBlockByHash", [block.parentHash, false])) as Block);
    const renamed = { ...block, parentHash: ours.get(block.parentHash) ?? block.parentHash };
    const { header, hash } = headerOf(renamed, fork);
    const [extraData, mixHash] = (RLP.decode(header) as Uint8Array[]).slice(12, 14).map((field) => hexlify(field));
    if (fork.consensus) sealed.set(height, { extraData, mixHash });
    rawHeaders.set(block.number, `0x${Buffer.from(header).toString("hex")}`);
    ours.set(block.hash, hash);
    theirs.set(hash, block.hash);
  };

  node.setFault(async ({ method, params }) => {
    if (method === "debug_getRawHeader") {
      const raw = rawHeaders.get(String(params[0]));
      return fork.hasRawHeaders === true && raw !== undefined
        ? { result: raw }
        : { error: { code: -32601, message: "no such method" } };
    }
    const reply = await fetch(rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: rename(params, theirs) }),
    });
    const { result, error } = (await reply.json()) as { result?: unknown; error?: unknown };
    if (error !== undefined) return { error };
    for (const block of blocksNamedIn(result)) await learn((await ask("eth_getBlockByHash", [block, false])) as Block);
    const renamed = rename(result, ours);
    const isBlock = method.startsWith("eth_getBlockBy") && result !== null;
    if (!isBlock) return { result: renamed };
    return { result: { ...withFork(renamed as Block, fork), ...sealed.get(Number((renamed as Block).number)) } };
  });
  return node;
}

function headerOf(block: Block, { fields, consensus }: Fork): { readonly header: Uint8Array; readonly hash: string } {
  const all = [...fieldsOf(block), ...fields(Number(block.number)).map(({ bytes }) => getBytes(bytes))];
  if (consensus) return sealedHeader(all.with(13, getBytes(BFT_MIX_HASH)), consensus);
  const header = RLP.encode(all);
  return { header, hash: keccak256(header) };
}

function withFork(block: Block, { from, fields, beside }: Fork): Block {
  const height = Number(block.number);
  if (height < from) return block;
  return { ...block, ...beside, ...Object.assign({}, ...fields(height).map(({ json }) => json ?? {})) };
}

/** Hashes of the blocks that an answer is about. */
function blocksNamedIn(result: unknown): string[] {
  return [result].flat().flatMap((item) => {
    const { blockHash, hash, parentHash } = Object(item) as Record<string, unknown>;
    return [typeof blockHash === "string" ? blockHash : undefined, parentHash !== undefined ? hash : undefined].filter(
      (name) => typeof name === "string",
    );
  });
}

function fieldsOf(block: Record<string, unknown>): Uint8Array[] {
  const bytes = (name: string): Uint8Array => getBytes(block[name] as string);
  const number = (name: string): Uint8Array => {
    const digits = BigInt(block[name] as string).toString(16);
    return digits === "0" ? new Uint8Array() : getBytes(`0x${digits.length % 2 ? "0" : ""}${digits}`);
  };
  return [
    ...BYTES.map(bytes),
    ...NUMBERS.map(number),
    ...LAST.map(bytes),
    number("baseFeePerGas"),
    ...OSAKA.map((name) => (name.endsWith("Gas") || name.endsWith("GasUsed") ? number(name) : bytes(name))),
  ];
}
