/** One's own passkeys as they are listed, at the desk and in the app alike. */
import { z } from "zod";
import type { PasskeyRow } from "../../store/sign-in-rows.ts";
import { time } from "./values.ts";

export function passkeyView({ credentialId, createdAt, usedAt }: PasskeyRow) {
  return {
    id: credentialId,
    at: new Date(createdAt).toISOString(),
    ...(usedAt !== null && { lastUsed: new Date(usedAt).toISOString() }),
  };
}

export const passkeySchema = z
  .strictObject({
    id: z.string(),
    at: time.meta({ description: "When it was made." }),
    lastUsed: time.optional().meta({ description: "Absent: never since." }),
  })
  .meta({ id: "OwnPasskey" });

export const passkeysSchema = z.strictObject({ passkeys: z.array(passkeySchema) }).meta({ id: "OwnPasskeys" });

export const passkeyPath = z.object({
  passkeyId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,1400}$/)
    .meta({ description: "Id of a passkey of one's own.", example: "q83vEjRWeJCrze8SNFZ4kA" }),
});
