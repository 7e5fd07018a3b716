// A signer in another program: a real HTTP server that signs with ethers what `eth_signTransaction` asks for, until a test
// tells it to do something else.

import { decodeRlp, encodeRlp, toBeArray, Transaction, type TransactionLike, type Wallet } from "ethers";

import { startFaultyNode, type Fault, type FaultyNode } from "./faulty-node.ts";

/** What is asked to be signed, as it comes over the wire. */
type SigningRequest = Readonly<Record<string, string>>;

export type TestSigner = Omit<FaultyNode, "rpcUrl" | "setFault"> & {
  readonly url: string;
  /** Signs what `change` makes of the request; the answer is the bytes, as web3signer gives them. */
  readonly signInstead: (change: (wanted: TransactionLike<string>) => TransactionLike<string>) => void;
  /** Changes the signed bytes before they are given. */
  readonly giveInstead: (change: (raw: string) => unknown) => void;
  /** Does anything at all. */
  readonly behave: (fault: Fault) => void;
};

/** Starts an honest signer of one key. */
export async function startSigner(wallet: Pick<Wallet, "signTransaction">): Promise<TestSigner> {
  const { rpcUrl: url, setFault, seen, stop } = await startFaultyNode();
  const sign = (wanted: TransactionLike<string>): Promise<string> => wallet.signTransaction(wanted);
  const wantedOf = (params: readonly unknown[]): TransactionLike<string> => toTransaction(params[0] as SigningRequest);
  setFault(async ({ params }) => ({ result: await sign(wantedOf(params)) }));
  return {
    url,
    seen,
    stop,
    signInstead: (change) => setFault(async ({ params }) => ({ result: await sign(change(wantedOf(params))) })),
    giveInstead: (change) => setFault(async ({ params }) => ({ result: change(await sign(wantedOf(params))) })),
    behave: setFault,
  };
}

function toTransaction(request: SigningRequest): TransactionLike<string> {
  const { to, data, value, nonce, gas, maxFeePerGas, maxPriorityFeePerGas, chainId } = request;
  return {
    type: 2,
    to: to ?? null,
    data: data as string,
    value: BigInt(value as string),
    nonce: Number(nonce),
    gasLimit: BigInt(gas as string),
    maxFeePerGas: BigInt(maxFeePerGas as string),
    maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas as string),
    chainId: Number(chainId),
  };
}

const ORDER = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;

/** The same signature's twin with the high s, which recovers to the same account and which chains refuse. */
export function withHighS(raw: string): string {
  const fields = decodeRlp(`0x${raw.slice(4)}`) as string[];
  const [parity, , s] = fields.slice(-3);
  const twin = [parity === "0x" ? "0x01" : "0x", fields.at(-2) as string, hex(toBeArray(ORDER - BigInt(s as string)))];
  return `0x02${encodeRlp([...fields.slice(0, -3), ...twin]).slice(2)}`;
}

/** The same transaction as if nobody had signed it. */
export function unsigned(raw: string): string {
  return Transaction.from(raw).unsignedSerialized;
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
