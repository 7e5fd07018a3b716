/** Examples of signing in and of accounts, for the OpenAPI document. */

const OFFICER = { id: "of_4f0c9e2d1b3a5768", name: "M. Ruiz", role: "officer" };
const SCOPE = { sources: ["reports/*"] };
const CHALLENGE = "Xn3v0p0nq2cNQ0t6QdN1cY0l3o2bq2F0rM2kq8y1h5E";
const CREDENTIAL = {
  id: "q83vEjRWeJCrze8SNFZ4kA",
  rawId: "q83vEjRWeJCrze8SNFZ4kA",
  type: "public-key",
  response: {
    clientDataJSON: "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0",
    authenticatorData: "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ",
    signature: "MEUCIQ",
    userHandle: "b2ZfNGYwYzllMmQxYjNhNTc2OA",
  },
  clientExtensionResults: {},
};

export const DESK_EXAMPLES = {
  ways: { origin: "https://ledger.santander.example", oidc: true },
  options: { options: { challenge: CHALLENGE, rpId: "ledger.santander.example", userVerification: "required" } },
  signIn: { credential: CREDENTIAL },
  join: { token: "wi_4f0c9e2d1b3a5768_q2cNQ0t6QdN1cY0l3o2bq2F0rM2kq8y1h5EXn3v0p0n" },
  joining: {
    officer: { ...OFFICER, scope: SCOPE },
    options: {
      challenge: CHALLENGE,
      rp: { id: "ledger.santander.example", name: "Warifu" },
      user: { id: "b2ZfNGYwYzllMmQxYjNhNTc2OA", name: "M. Ruiz", displayName: "M. Ruiz" },
    },
  },
  adding: {
    options: {
      challenge: CHALLENGE,
      rp: { id: "ledger.santander.example", name: "Warifu" },
      user: { id: "b2ZfNGYwYzllMmQxYjNhNTc2OA", name: "M. Ruiz", displayName: "M. Ruiz" },
    },
  },
  passkeys: { passkeys: [{ id: "q83vEjRWeJCrze8SNFZ4kA", at: "2026-11-29T08:00:00.000Z" }] },
  session: {
    officer: { ...OFFICER, scope: SCOPE },
    signedInAt: "2026-11-29T08:00:00.000Z",
    until: "2026-11-29T08:30:00.000Z",
  },
  newOfficer: { name: "M. Ruiz", role: "officer", sources: ["reports/*"] },
  invitation: {
    id: OFFICER.id,
    link: "https://ledger.santander.example/desk/join#wi_4f0c9e2d1b3a5768_q2cNQ0t6QdN1cY0l3o2bq2F0rM2kq8y1h5EXn3v0p0n",
    expiresAt: "2026-11-30T08:00:00.000Z",
  },
  officers: {
    items: [
      {
        ...OFFICER,
        ...{ sources: ["reports/*"], ratePerMinute: null, createdAt: "2026-11-29T08:00:00.000Z", expiresAt: null },
        ...{ removedAt: null, signsInBy: "passkey", passkeys: 1, invitedUntil: null },
      },
    ],
  },
} as const;
