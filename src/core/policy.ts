/**
 * The verifier's own policy `warifu-policy/1`: whom to trust. It never comes from the log, the server or the bundle that is
 * being checked, because a stranger's identity taken from the stranger proves nothing.
 */
import { lowerCaseAddress, CHAIN_HASH } from "./address.ts";
import { readBitcoinHeader, type BitcoinBlock } from "./bitcoin-header.ts";
import { equalBytes, fromBase64, fromUtf8, withoutByteOrderMark } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { HEADER_FORMS, type HeaderForm } from "./header-form.ts";
import { parseJson } from "./json.ts";
import { keysOfLog, type FurtherKey, type LogKeys } from "./log-keys.ts";
import { formatVerifierKey, lineLabel, parseVerifierKey, type VerifierKey } from "./note.ts";
import { SOURCE_NAME } from "./record.ts";
import { ObjectReader } from "./object-reader.ts";
import { ed25519SourceKey, parseSourceKey, type SourceKey } from "./source-key.ts";
import { namesOneTwice } from "./witness-keys.ts";

/** Value of the member `format`. */
export const POLICY_FORMAT = "warifu-policy/1";

/**
 * What makes an anchor count:
 * - `trusted-block`: its block's hash is among `trustedBlocks`, or an RPC endpoint of the verifier's choice confirms it;
 * - `evidence`: the evidence in the bundle holds together. Enough on the verifier's own chain, where there is nobody
 *   else to ask; on a public chain it would let the log's operator invent a block.
 */
export type AnchorRule = "trusted-block" | "evidence";

/**
 * When a block is final: when the chain itself calls it so; on a chain that names no final block, once this many blocks are
 * on top of it; or as soon as it is there, on a chain whose validators agree on a block before it counts.
 */
export type Finality = "finalized" | number | "bft";

/** A source and one of its signing keys, as the verifier knows them; a source with several keys is named several times. */
export interface KnownSource {
  readonly name: string;
  /** Ed25519 public key in base64, or a JWK. */
  readonly key: string | SourceKey;
}

/** The key that a policy names for a source. @throws ENCODING_INVALID, KEY_INVALID */
export function keyOfKnown({ key }: KnownSource): SourceKey {
  return typeof key === "string" ? ed25519SourceKey(fromBase64(key, "key of a source", 32)) : key;
}

/** The parts of a policy. */
export interface Policy {
  /** The log's key, whose name is the origin, and its further keys. */
  readonly log: LogKeys;
  readonly chain: {
    readonly id: number;
    /** Lower-case address. */
    readonly contract: string;
    /** Keccak-256 of the contract's code; checked where an RPC endpoint is asked. */
    readonly codeHash?: string;
    readonly accept: AnchorRule;
    /** When a block counts as final for a node that is asked; by default, when the chain itself calls it final. */
    readonly finality?: Finality;
    /** What the hash of a block's header covers; `ethereum` by default. */
    readonly headerForm?: HeaderForm;
    /**
     * Addresses of the validators who seal the chain's blocks, lower case: seals of a quorum of them show without a node
     * that a block is final.
     */
    readonly validators?: readonly string[];
  };
  /** Hashes of blocks that the verifier trusts. */
  readonly trustedBlocks: readonly string[];
  /** RPC endpoints that the verifier trusts. */
  readonly rpc: readonly string[];
  readonly sources: readonly KnownSource[];
  readonly witnesses: { readonly keys: readonly VerifierKey[]; readonly quorum: number };
  readonly timestamps?: {
    /** Certificates of time-stamping authorities, or of their issuers: DER in base64, parsed when a token is checked. */
    readonly certificates: readonly string[];
    /** Whether the checkpoint must have a timestamp by one of them, or by one of the blocks. */
    readonly required: boolean;
    /** Bitcoin blocks that proofs of OpenTimestamps are checked against. */
    readonly bitcoin?: readonly BitcoinBlock[];
  };
}

const MOST_CONFIRMATIONS = 100_000;
const DEPTH = /^depth:([1-9][0-9]{0,5})$/;

/** Text of a policy file: JSON, indented for people. */
export function formatPolicy(policy: Policy): string {
  const { chain, trustedBlocks, rpc, sources, witnesses, timestamps } = policy;
  const value = {
    format: POLICY_FORMAT,
    log: formatLog(policy.log),
    chain,
    trustedBlocks,
    rpc,
    sources,
    witnesses: { keys: witnesses.keys.map(formatVerifierKey), quorum: witnesses.quorum },
    ...(timestamps && { timestamps }),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function formatLog(log: LogKeys): object {
  const keys = log.further?.map(({ key, ...rule }) => ({ vkey: formatVerifierKey(key), ...rule }));
  return { origin: log.name, vkey: formatVerifierKey(log), ...(keys && { keys }) };
}

/**
 * The policy in a file.
 * @throws POLICY_INVALID
 */
export function parsePolicy(bytes: Uint8Array): Policy {
  try {
    return readPolicy(
      new ObjectReader(
        parseJson(fromUtf8(withoutByteOrderMark(bytes), "policy"), "policy"),
        "policy",
        "POLICY_INVALID",
      ),
    );
  } catch (cause) {
    if (cause instanceof WarifuError && cause.code !== "POLICY_INVALID")
      throw new WarifuError("POLICY_INVALID", `the policy is not readable: ${cause.message}`, { cause });
    throw cause;
  }
}

function readPolicy(reader: ObjectReader): Policy {
  if (reader.string("format") !== POLICY_FORMAT) reader.fail("format", `must be "${POLICY_FORMAT}"`);
  const policy = {
    log: readLog(reader.object("log")),
    chain: readChain(reader.object("chain")),
    trustedBlocks: reader.has("trustedBlocks") ? reader.strings("trustedBlocks", CHAIN_HASH) : [],
    rpc: reader.has("rpc") ? reader.strings("rpc", /^https?:\/\//) : [],
    sources: reader.has("sources") ? reader.objects("sources").map(readSource) : [],
    witnesses: reader.has("witnesses") ? readWitnesses(reader.object("witnesses")) : { keys: [], quorum: 0 },
    ...(reader.has("timestamps") && { timestamps: readTimestamps(reader.object("timestamps")) }),
  };
  if (!policy.rpc.every((url) => URL.canParse(url))) reader.fail("rpc", "has an item that is no address");
  const own = keysOfLog(policy.log);
  if (policy.witnesses.keys.some((witness) => own.some((key) => equalBytes(witness.publicKey, key.publicKey))))
    reader.fail("witnesses", "has the key of the log itself among them");
  reader.end();
  return policy;
}

function readLog(reader: ObjectReader): LogKeys {
  const key = readLogKey(reader);
  if (key.name !== reader.string("origin")) reader.fail("origin", "is not the name of the key in vkey");
  if (!reader.has("keys")) {
    reader.end();
    return key;
  }
  const further = reader.objects("keys").map(readFurtherKey);
  const all = [key, ...further.map((one) => one.key)];
  if (all.some(({ name }) => name !== key.name)) reader.fail("keys", "has a key of another name than the log's");
  if (new Set(all.map(lineLabel)).size !== all.length) reader.fail("keys", "names one key twice");
  reader.end();
  return { ...key, further };
}

function readLogKey(reader: ObjectReader): VerifierKey {
  const key = parseVerifierKey(reader.string("vkey"));
  if (key.type === "cosignature") reader.fail("vkey", "must be a log's key: Ed25519 of type 1, or ML-DSA-44 of type 6");
  return key;
}

function readFurtherKey(reader: ObjectReader): FurtherKey {
  const key = readLogKey(reader);
  const until = reader.has("until") ? { until: reader.count("until") } : {};
  const from = reader.has("requiredFrom") ? { requiredFrom: reader.count("requiredFrom") } : {};
  reader.end();
  return { key, ...until, ...from };
}

function readChain(reader: ObjectReader): Policy["chain"] {
  const accept = reader.has("accept") ? reader.string("accept") : "trusted-block";
  if (accept !== "trusted-block" && accept !== "evidence") reader.fail("accept", 'is "trusted-block" or "evidence"');
  const contract = lowerCaseAddress(reader.string("contract"));
  if (contract === undefined)
    reader.fail(
      "contract",
      "must be 0x and 40 hexadecimal digits; in mixed case they carry a checksum, which must be right",
    );
  const chain = {
    id: reader.count("id"),
    contract: contract as string,
    ...(reader.has("codeHash") ? { codeHash: reader.string("codeHash", CHAIN_HASH) } : {}),
    accept: accept as AnchorRule,
    ...(reader.has("finality") ? { finality: readFinality(reader) } : {}),
    ...readConsensus(reader),
  };
  if ("finality" in chain && chain.finality === "bft" && (chain.headerForm ?? "ethereum") === "ethereum")
    reader.fail("finality", 'is "bft" only with a headerForm of a chain whose validators seal its blocks');
  reader.end();
  return chain;
}

function readFinality(reader: ObjectReader): Finality {
  if (!reader.isString("finality")) return readConfirmations(reader, reader.count("finality"));
  const finality = reader.string("finality");
  if (finality === "bft") return finality;
  if (finality === "finalized" || finality === "tag") return "finalized";
  const [, depth] = DEPTH.exec(finality) ?? reader.fail("finality", FINALITIES);
  return readConfirmations(reader, Number(depth));
}

const FINALITIES = 'is "finalized", a number of confirmations or "bft"';

function readConfirmations(reader: ObjectReader, confirmations: number): number {
  if (confirmations < 1 || confirmations > MOST_CONFIRMATIONS)
    reader.fail("finality", `as a number of confirmations is 1 to ${MOST_CONFIRMATIONS}`);
  return confirmations;
}

/** How the chain's blocks are hashed, and who seals them. */
function readConsensus(reader: ObjectReader): Pick<Policy["chain"], "headerForm" | "validators"> {
  const given = reader.has("headerForm") ? reader.string("headerForm") : "ethereum";
  const form = HEADER_FORMS.find((name) => name === given);
  if (form === undefined) return reader.fail("headerForm", `is one of ${HEADER_FORMS.join(", ")}`);
  const headerForm = form === "ethereum" ? {} : { headerForm: form };
  if (!reader.has("validators")) return headerForm;
  const validators = reader.strings("validators").map((text) => lowerCaseAddress(text));
  if (!validators.every((address) => address !== undefined))
    return reader.fail("validators", "has an item that is no address");
  if (new Set(validators).size !== validators.length || validators.length === 0)
    reader.fail("validators", "names each validator once, and at least one");
  if (form === "ethereum") reader.fail("validators", "needs a headerForm of a chain whose validators seal its blocks");
  return { ...headerForm, validators };
}

/** When an auditor accepts an anchor as recorded. */
export interface AuditFinality {
  /** As {@link confirmationsOf}. */
  readonly confirmations: number | undefined;
}

/** The rule for anchors that nodes show; `undefined` on the auditor's own chain, unless the policy names one. */
export function auditFinalityOf(policy: Policy): AuditFinality | undefined {
  const { accept, finality } = policy.chain;
  if (accept === "evidence" && finality === undefined) return undefined;
  return { confirmations: confirmationsOf(policy) };
}

/** How many confirmations to ask a node for; 0 where every block is final, `undefined` if the policy names none. */
export function confirmationsOf({ chain: { finality } }: Policy): number | undefined {
  if (finality === "bft") return 0;
  return typeof finality === "number" ? finality : undefined;
}

function readSource(reader: ObjectReader): KnownSource {
  const name = reader.string("name", SOURCE_NAME);
  const isJwk = reader.has("key") && !reader.isString("key");
  const source = { name, key: isJwk ? parseSourceKey(reader.value("key")) : reader.string("key") };
  keyOfKnown(source);
  reader.end();
  return source;
}

function readTimestamps(reader: ObjectReader): NonNullable<Policy["timestamps"]> {
  const certificates = reader.strings("certificates");
  const required = reader.has("required") && reader.value("required");
  if (typeof required !== "boolean") reader.fail("required", "must be true or false");
  const bitcoin = reader.has("bitcoin") && { bitcoin: reader.objects("bitcoin").map(readBitcoinBlock) };
  reader.end();
  return { certificates, required, ...bitcoin };
}

function readBitcoinBlock(reader: ObjectReader): BitcoinBlock {
  const block = { height: reader.count("height"), header: reader.string("header") };
  readBitcoinHeader(block.header);
  reader.end();
  return block;
}

function readWitnesses(reader: ObjectReader): Policy["witnesses"] {
  const keys = reader.strings("keys").map(parseVerifierKey);
  const quorum = reader.count("quorum");
  if (keys.some((key) => key.type === "ed25519"))
    reader.fail("keys", "must be cosignature keys: Ed25519 of type 4, or ML-DSA-44 of type 6");
  const distinct = new Set(keys.map((key) => key.publicKey.join()));
  // The same key under two names would count twice toward the quorum.
  if (distinct.size !== keys.length) reader.fail("keys", "names one key twice");
  if (new Set(keys.map(lineLabel)).size !== keys.length) reader.fail("keys", "has two keys of one name and key id");
  if (namesOneTwice(keys))
    reader.fail("keys", "has both the Ed25519 and the ML-DSA-44 key of one witness: name the one that is to count");
  if (quorum > keys.length) reader.fail("quorum", "is larger than the number of witnesses");
  reader.end();
  return { keys, quorum };
}
