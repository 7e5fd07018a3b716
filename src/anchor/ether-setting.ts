/** Amounts of ether in settings, as people write them. */
import { z } from "zod";

/** An amount of ether in decimals; wei in the program. */
export const ether = (fallback: string) =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,18})?$/, "must be an amount of ether, such as 0.01")
    .default(fallback)
    .transform((text) => {
      const [whole = "", part = ""] = text.split(".");
      return BigInt(whole + part.padEnd(18, "0"));
    });
