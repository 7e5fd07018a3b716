// Citizens in a store: somebody who has joined and is signed in, and somebody who was removed.

import { CitizenAccounts } from "../../src/citizens/accounts.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import type { CitizenStore } from "../../src/store/citizen-store.ts";

export async function letInCitizens(store: CitizenStore): Promise<void> {
  const randomBytes = pagedRandomBytes();
  const accounts = await CitizenAccounts.open({ store, randomBytes, now: Date.now });
  const words = { pseudonym: "gaviota", ageBand: "18-64", language: "es" };
  const passkey = (credentialId: string) => ({
    ...{ credentialId, publicKey: new Uint8Array(77).fill(1), counter: 1, transports: ["usb"] },
  });
  const { citizen } = await accounts.add(accounts.newId(), words, passkey("cGFzc2tleQ"));
  await accounts.noteUse("cGFzc2tleQ", 2);
  const { citizenId } = citizen;
  const session = { sessionId: "0123456789abcdef", secretHash: randomBytes(32), begunAt: 1, seenAt: 2 };
  await store.addCitizenSession({ ...session, citizenId });
  const gone = await accounts.add(accounts.newId(), words, passkey("Z29uZQ"));
  await accounts.remove(gone.citizen.citizenId, async () => undefined);
}
