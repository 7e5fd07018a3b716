// Officers in a store: somebody who has joined and is signed in, somebody who is only invited, somebody for whom a provider
// vouches, and somebody who was removed.

import type { Desk } from "../../src/sign-in/desk.ts";

export async function letIn({ officers, sessions }: Pick<Desk, "officers" | "sessions">): Promise<void> {
  const account = {
    role: "officer",
    sources: ["santander/*"],
    expiresAt: 4_102_444_800_000,
    ratePerMinute: 60,
  } as const;
  const { token } = await officers.invite({ name: "scoped", ...account });
  const passkey = {
    credentialId: "cGFzc2tleQ",
    publicKey: new Uint8Array(77).fill(1),
    counter: 1,
    transports: ["usb"],
  };
  const { officer, invitationId } = officers.invited(token);
  await officers.join(invitationId, passkey);
  await officers.noteUse(passkey.credentialId, 2);
  await sessions.begin(officer.officerId);
  await officers.invite({ name: "invited", role: "auditor" });
  const vouched = {
    name: "vouched",
    role: "admin",
    sources: null,
    issuer: "https://login.example",
    subject: "s",
  } as const;
  await officers.vouchedFor(vouched);
  const gone = await officers.invite({ name: "gone", role: "officer" });
  await officers.remove(gone.officerId);
}
