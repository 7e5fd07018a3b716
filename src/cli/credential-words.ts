/** What a record says of the content credentials of its pictures, in plain words. */
import { credentialsIn, type ContentCredentials, type CredentialsState } from "../core/content-credentials.ts";
import type { JsonObject } from "../core/json.ts";

/** One line for each picture; none where nothing of the kind is shown. Nobody is ever said to be trusted. */
export function credentialLines(claims: JsonObject): string[] {
  const noted = credentialsIn(claims) ?? [];
  return noted.map((one, at) => `picture ${at}: ${wordsOf(one)}`);
}

function wordsOf(noted: ContentCredentials): string {
  if (!noted.present) return "came without content credentials (C2PA)";
  const name = noted.signer === undefined ? "" : `; their certificate says ${JSON.stringify(noted.signer)}`;
  return `came with content credentials (C2PA): ${STATE_WORDS[noted.state]}${name}`;
}

const STATE_WORDS: Readonly<Record<CredentialsState, string>> = {
  intact: "intact, signer not known to us",
  invalid: "they do not hold; the picture or they were changed, or their signature is not valid",
  unreadable: "they could not be read",
  "not-read": "not read",
};
