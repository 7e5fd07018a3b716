// Bytes as the contract's answers show them.

/** `0x` and lower-case hexadecimal digits. */
export const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`;
