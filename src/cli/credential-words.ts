/** What a record says of the content credentials of its pictures, in plain words. */
import { credentialsIn, type ContentCredentials } from "../core/content-credentials.ts";
import type { JsonObject } from "../core/json.ts";
import { verdictTexts } from "./texts/verdict/en.ts";

/** One line for each picture; none where nothing of the kind is shown. Nobody is ever said to be trusted. */
export function credentialLines(claims: JsonObject): string[] {
  const noted = credentialsIn(claims) ?? [];
  return noted.map((one, at) => verdictTexts().picture(at, wordsOf(one)));
}

function wordsOf(noted: ContentCredentials): string {
  const { noCredentials, credentials, credentialsState } = verdictTexts();
  if (!noted.present) return noCredentials;
  return credentials(
    credentialsState[noted.state],
    noted.signer === undefined ? undefined : JSON.stringify(noted.signer),
  );
}
