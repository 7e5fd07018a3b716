// Notes each head that a process signs with the log's key.

import { toHex } from "../../../src/core/bytes.ts";
import type { LogSigner } from "../../../src/core/checkpoint.ts";

/** The size of a tree, and its root in hexadecimal. */
export interface SignedHead {
  readonly treeSize: number;
  readonly root: string;
}

/** What one process has signed, in order. */
export class SignedHeads {
  readonly heads: SignedHead[] = [];

  /** The log's key, as this process has it. @param mayStill whether it lives, without which it signs nothing */
  through({ key, sign }: LogSigner, mayStill: () => boolean): LogSigner {
    return {
      key,
      sign: (message) => {
        if (!mayStill()) throw new TypeError("a process that has ended signs nothing");
        const [, size = "", root = ""] = new TextDecoder().decode(message).split("\n");
        this.heads.push({ treeSize: Number(size), root: toHex(Buffer.from(root, "base64")) });
        return sign(message);
      },
    };
  }
}
