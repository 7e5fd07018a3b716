// Ways to spoil a proof, by name. None of them may ever pass: each bit of a proof is bound by the roots.
// Invariant: every variant differs from the original in length or in at least one hash.

const flipped = (hash: Uint8Array, bit: number): Buffer => {
  const copy = Buffer.from(hash);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
};

const otherHash = Buffer.alloc(32, 0x5a);

/** A class of mutations: all variants of one proof. */
export type MutationClass = (proof: readonly Buffer[]) => Buffer[][];

export const mutationClasses: Record<string, MutationClass> = {
  "one bit flipped in a hash": (proof) =>
    proof.map((hash, i) => proof.with(i, flipped(hash, (i * 37) % 256))).map((each) => [...each]),
  "a hash replaced": (proof) => proof.map((_, i) => [...proof.with(i, otherHash)]),
  "a hash replaced by zero": (proof) => proof.map((_, i) => [...proof.with(i, Buffer.alloc(32))]),
  "a hash dropped": (proof) => proof.map((_, i) => [...proof.toSpliced(i, 1)]),
  "a hash inserted": (proof) =>
    Array.from({ length: proof.length + 1 }, (_, i) => [...proof.toSpliced(i, 0, otherHash)]),
  "a hash repeated": (proof) => proof.map((hash, i) => [...proof.toSpliced(i, 0, hash)]),
  "two neighbours exchanged": (proof) =>
    proof.slice(1).map((hash, i) => [...proof.toSpliced(i, 2, hash, proof[i] ?? otherHash)]),
  "the order reversed": (proof) => (proof.length > 1 ? [[...proof.toReversed()]] : []),
  "everything dropped": (proof) => (proof.length > 0 ? [[]] : []),
};

/** `hash` with its last bit flipped. */
export const anotherHash = (hash: Uint8Array): Buffer => flipped(hash, 255);
