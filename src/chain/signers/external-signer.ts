/**
 * A signer in another program, which keeps the key: JSON-RPC over HTTP, `eth_signTransaction` as web3signer, geth and anvil
 * offer it, or `account_signTransaction` of Clef, which does not know the other name.
 * https://docs.web3signer.consensys.io/reference/api/json-rpc#eth_signtransaction
 * https://geth.ethereum.org/docs/tools/clef/apis#account-signtransaction
 *
 * One answer, bounded in time and size, never asked for again here: the stage above tries again. The signer is not trusted:
 * what it returns is compared with what was asked for, down to the byte (rpc/signed-transaction.ts).
 *
 * Invariant: no error carries more of the signer's address than its host (rpc/json-rpc-http.ts).
 */
import { getAddress } from "ethers";

import { WarifuError } from "../../core/errors.ts";
import { assertOwnAccount } from "./development-keys.ts";
import type { AnchorSigner, UnsignedTransaction } from "../signer.ts";
import { quantity } from "../rpc/rpc-values.ts";
import {
  callJsonRpc,
  parseHttpEndpoint,
  quoted,
  reasonGiven,
  type HttpEndpoint,
  type JsonRpcReply,
} from "../rpc/json-rpc-http.ts";
import { assertOpenedFor } from "./local-signer.ts";
import { assertSigned } from "../rpc/signed-transaction.ts";

const [METHOD, CLEFS_METHOD] = ["eth_signTransaction", "account_signTransaction"];
/** JSON-RPC's code for a method that there is not. */
const NO_SUCH_METHOD = -32_601;
const TIMEOUT_MS = 10_000;
// A deployment takes 60 KB, as geth returns it twice over.
const MAX_ANSWER_BYTES = 256 * 1024;
const RAW = /^0x(?:[0-9a-f]{2})+$/;

/** Where the signer listens, and for which account it is to sign. */
export interface ExternalSignerOptions {
  /** http or https; user and password in it are sent as HTTP's basic authentication. */
  readonly url: string;
  readonly address: string;
  readonly timeoutMs?: number | undefined;
}

/**
 * The signer of an account whose key is elsewhere. It is not contacted before the first transaction.
 * @throws CONFIG_INVALID for an invalid address, or that of a published development key while the chain is not local
 */
export function openExternalSigner(options: ExternalSignerOptions, chainId: number): AnchorSigner {
  const endpoint = parseHttpEndpoint(options.url, options.timeoutMs ?? TIMEOUT_MS, "the signer's address");
  const address = options.address.toLowerCase();
  assertOwnAccount(address, chainId);
  return {
    address,
    sign: async (transaction) => {
      assertOpenedFor(chainId, transaction);
      const raw = rawIn(await ask(endpoint, paramsOf(transaction, address)), endpoint);
      assertSigned(raw, transaction, address);
      return raw;
    },
  };
}

function paramsOf(transaction: UnsignedTransaction, from: string): SignerParams {
  const { to, data, nonce, gasLimit, chainId } = transaction;
  return {
    from,
    // A deployment has no recipient: some signers read null as an address.
    ...(to === null ? {} : { to }),
    data,
    value: "0x0",
    nonce: quantity(nonce),
    gas: quantity(gasLimit),
    ...pricesOf(transaction),
    // web3signer uses its own settings instead; signers that read it refuse any other chain themselves.
    chainId: quantity(chainId),
  };
}

/** Signers tell the type by the members that are there. */
function pricesOf({ type = 2, maxFeePerGas, maxPriorityFeePerGas }: UnsignedTransaction): SignerParams {
  const [most, tip] = [`0x${maxFeePerGas.toString(16)}`, `0x${maxPriorityFeePerGas.toString(16)}`];
  if (type === 2) return { maxFeePerGas: most, maxPriorityFeePerGas: tip };
  return { gasPrice: most, ...(type === 1 && { accessList: [] }) };
}

type SignerParams = Readonly<Record<string, string | readonly never[]>>;

/** The result of the call. */
async function ask(endpoint: HttpEndpoint, params: SignerParams): Promise<unknown> {
  const call = (method: string, given: SignerParams) =>
    callJsonRpc(endpoint, { id: 1, method, params: [given] }, MAX_ANSWER_BYTES);
  const first = await call(METHOD, params);
  const reply = isUnknownMethod(first) ? await call(CLEFS_METHOD, withChecksum(params)) : first;
  if (reply.kind === "result") return reply.result;
  return fail(endpoint, reply.kind === "refused" ? `it refused: ${reasonGiven(reply.error)}` : reply.reason);
}

function isUnknownMethod(reply: JsonRpcReply): boolean {
  return reply.kind === "refused" && Object(reply.error).code === NO_SUCH_METHOD;
}

/** Clef takes a recipient in lower case for one that was mistyped. */
function withChecksum(params: SignerParams): SignerParams {
  const { to } = params;
  return typeof to === "string" ? { ...params, to: getAddress(to) } : params;
}

/** web3signer returns the bytes, geth and Clef an object with the bytes and the fields, which are not needed. */
function rawIn(result: unknown, endpoint: HttpEndpoint): string {
  const given = typeof result === "object" && result !== null && "raw" in result ? result.raw : result;
  const raw = typeof given === "string" ? given.toLowerCase() : "";
  return RAW.test(raw) ? raw : fail(endpoint, "the answer holds no signed transaction");
}

function fail(endpoint: HttpEndpoint, reason: string): never {
  throw new WarifuError(
    "SIGNER_FAILED",
    `the signer at ${endpoint.host} gave no signature: ${quoted(reason, endpoint)}`,
  );
}
