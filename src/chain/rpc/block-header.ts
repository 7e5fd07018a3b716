/**
 * A block's header as the chain hashes it, reconstructed from what a node says about the block. Yellow Paper section 4.3
 * with the fields of the hardforks up to Amsterdam (EIP-1559, 4895, 4844, 4788, 7685, 7928, 7843). On chains whose
 * validators seal blocks, it is the header with its seals, which the hash leaves out (core/header-form.ts).
 *
 * Each fork appends fields, and JSON lists them in no order: unknown fields are tried in every order, or else the node is
 * asked for the header as bytes. So a future fork does not stop anchoring.
 *
 * Invariant: what is returned begins with the fields that the node named, and has the hash the block is known by. So it is
 * the block's header, however it was found.
 */
import { RLP } from "@ethereumjs/rlp";

import { equalBytes, fromHex, toHex } from "../../core/bytes.ts";
import { codeOf, WarifuError } from "../../core/errors.ts";
import { headerWithHash } from "../../core/header-form.ts";
import { assertSealed } from "./sealed-block.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { MAX_RLP_BYTES } from "../../core/rlp.ts";
import { DATA, HASH, QUANTITY, toObject, unusable } from "./rpc-values.ts";
import type { Rpc } from "./rpc.ts";

type FieldForm = "quantity" | "bytes";
/** Name of the field and whether the header holds it as a number or as bytes. */
type HeaderField = readonly [name: string, form: FieldForm];

const HEADER: readonly HeaderField[] = [
  ["parentHash", "bytes"],
  ["sha3Uncles", "bytes"],
  ["miner", "bytes"],
  ["stateRoot", "bytes"],
  ["transactionsRoot", "bytes"],
  ["receiptsRoot", "bytes"],
  ["logsBloom", "bytes"],
  ["difficulty", "quantity"],
  ["number", "quantity"],
  ["gasLimit", "quantity"],
  ["gasUsed", "quantity"],
  ["timestamp", "quantity"],
  ["extraData", "bytes"],
  ["mixHash", "bytes"],
  ["nonce", "bytes"],
];

// Each hardfork appended fields, so a header has the first few of these.
const OF_FORKS: readonly HeaderField[] = [
  ["baseFeePerGas", "quantity"],
  ["withdrawalsRoot", "bytes"],
  ["blobGasUsed", "quantity"],
  ["excessBlobGas", "quantity"],
  ["parentBeaconBlockRoot", "bytes"],
  ["requestsHash", "bytes"],
  ["blockAccessListHash", "bytes"],
  ["slotNumber", "quantity"],
];

/** What nodes report about a block in addition to its header. */
const BESIDE: ReadonlySet<string> = new Set(["hash", "size", "totalDifficulty"]);
// Some or all of 6 members can be put in 1,957 orders, each of which costs a hash of about 700 bytes, or a few hashes.
const MOST_UNKNOWN = 6;

/**
 * What a node has shown about its chain's headers: the unknown fields that fitted last, and whether it returns raw bytes.
 */
interface Learned {
  unknown: readonly HeaderField[];
  hasRawHeaders: boolean;
}
const learnedOf = new WeakMap<Rpc, Learned>();

/**
 * RLP of the header, hexadecimal after `0x`, of the block in a node's answer.
 * @param method what was asked, for messages
 * @throws CHAIN_EVIDENCE_INVALID when nothing that the node says has the block's hash; CHAIN_WRONG when the chain's validators
 * are known and a quorum of them did not seal it; CHAIN_UNREACHABLE
 */
export async function headerOf(rpc: Rpc, answer: unknown, method: string): Promise<string> {
  const block = isJsonObject(answer as JsonValue) ? (answer as JsonObject) : unusable(method);
  const hash = toObject(block, method).string("hash", HASH);
  const found = fittingHeader(rpc, block, method, hash) ?? (await rawHeader(rpc, block, method, hash));
  if (found === undefined) throw new WarifuError("CHAIN_EVIDENCE_INVALID", UNFIT);
  if (rpc.validators) assertSealed(found, hash, rpc.validators);
  return `0x${toHex(found)}`;
}

const UNFIT = "the fields of the block's header do not have the block's hash: one is wrong, or this chain has others";

/** Header made of the known fields that the block has; its hash has not been compared. */
export function encodeKnownHeader(block: JsonObject, method: string): Uint8Array {
  return RLP.encode(encoded(block, knownFields(block), method));
}

function knownFields(block: JsonObject): HeaderField[] {
  const missing = OF_FORKS.findIndex(([name]) => (block[name] ?? null) === null);
  return [...HEADER, ...(missing < 0 ? OF_FORKS : OF_FORKS.slice(0, missing))];
}

/** From the known fields alone, else with the unknown ones that fitted last, else with any order that fits. */
function fittingHeader(rpc: Rpc, block: JsonObject, method: string, hash: string): Uint8Array | undefined {
  const known = encoded(block, knownFields(block), method);
  const learned = learnedOf.get(rpc)?.unknown ?? [];
  for (const fields of [[], learned, ...placings(unknownFields(block))]) {
    if (fields.some(([name, form]) => !canBe(block[name], form))) continue;
    const header = RLP.encode([...known, ...encoded(block, fields, method)]);
    if (!hasHash(header, hash)) continue;
    if (fields.length > 0) learn(rpc, { unknown: fields });
    return header;
  }
  return undefined;
}

/** Members with hexadecimal text that are not among the known fields. */
function unknownFields(block: JsonObject): HeaderField[][] {
  const known = new Set(knownFields(block).map(([name]) => name));
  const names = Object.keys(block).filter((name) => !known.has(name) && !BESIDE.has(name));
  return names
    .map((name) => formsOf(block[name]).map((form): HeaderField => [name, form]))
    .filter(({ length }) => length > 0);
}

/** Both forms only where their bytes differ. */
function formsOf(value: JsonValue | undefined): FieldForm[] {
  if (!canBe(value, "quantity")) return canBe(value, "bytes") ? ["bytes"] : [];
  if (!canBe(value, "bytes")) return ["quantity"];
  return equalBytes(valueOf(value as string, "quantity"), valueOf(value as string, "bytes"))
    ? ["bytes"]
    : ["quantity", "bytes"];
}

function canBe(value: JsonValue | undefined, form: FieldForm): boolean {
  return typeof value === "string" && (form === "bytes" ? DATA : QUANTITY).test(value);
}

/** Every order of some or all of the fields, shortest first; none when there are too many to try. */
function* placings(unknown: readonly HeaderField[][]): Generator<HeaderField[]> {
  if (unknown.length > MOST_UNKNOWN) return;
  for (let length = 1; length <= unknown.length; length++) yield* placingsOf(unknown, length);
}

function* placingsOf(unknown: readonly HeaderField[][], length: number): Generator<HeaderField[]> {
  if (length === 0) return yield [];
  for (const [at, forms] of unknown.entries())
    for (const rest of placingsOf(unknown.toSpliced(at, 1), length - 1))
      for (const form of forms) yield [form, ...rest];
}

/** The header as bytes, from a node that returns it: whatever its fields are, they begin with those that we know. */
async function rawHeader(rpc: Rpc, block: JsonObject, method: string, hash: string): Promise<Uint8Array | undefined> {
  if (learnedOf.get(rpc)?.hasRawHeaders === false) return undefined;
  const answer = await rpc.ask("debug_getRawHeader", [block["number"]]).catch((error: unknown) => {
    // Only after a refusal: a node that did not answer may answer next time.
    if (codeOf(error) === "NODE_REFUSED") learn(rpc, { hasRawHeaders: false });
  });
  if (typeof answer !== "string" || !DATA.test(answer) || answer.length > 2 + 2 * MAX_RLP_BYTES) return undefined;
  const header = fromHex(answer.slice(2), "a node's answer");
  return hasHash(header, hash) && beginsAsNamed(header, block, method) ? header : undefined;
}

/** The rest of the program reads number, time and parent from the JSON. */
function beginsAsNamed(header: Uint8Array, block: JsonObject, method: string): boolean {
  const fields = RLP.decode(header);
  const named = encoded(block, HEADER, method);
  return named.every((value, at) => {
    const field = Array.isArray(fields) ? fields[at] : undefined;
    return field instanceof Uint8Array && equalBytes(field, value);
  });
}

function learn(rpc: Rpc, news: Partial<Learned>): void {
  learnedOf.set(rpc, { unknown: [], hasRawHeaders: true, ...learnedOf.get(rpc), ...news });
}

function encoded(block: JsonObject, fields: readonly HeaderField[], method: string): Uint8Array[] {
  const reader = toObject(block, method);
  return fields.map(([name, form]) => valueOf(reader.string(name, form === "bytes" ? DATA : QUANTITY), form));
}

function valueOf(hex: string, form: FieldForm): Uint8Array {
  const digits = form === "bytes" ? hex.slice(2) : hex.slice(2).replace(/^0+/, "");
  return fromHex(digits.length % 2 === 0 ? digits : `0${digits}`, "a node's answer");
}

/** In any of the forms that a chain's headers may have (core/header-form.ts). */
function hasHash(header: Uint8Array, hash: string): boolean {
  return headerWithHash(header, fromHex(hash.slice(2), "a block's hash")) !== undefined;
}
