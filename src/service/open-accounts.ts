/**
 * Opens the accounts of everybody who may ask for more than the public may: programs with API keys, officers at their desk,
 * and the citizens of a city.
 */
import type { City } from "../citizens/city-file.ts";
import { openCitizens, type Citizens, type CitizensOptions } from "../citizens/citizens.ts";
import type { Config } from "../config.ts";
import type { RandomBytes } from "../core/random.ts";
import { Access } from "../keys/api-keys.ts";
import { openDesk, type Desk } from "../sign-in/desk.ts";
import type { OidcSettings } from "../sign-in/oidc-settings.ts";
import type { LedgerStore } from "../store/ledger-store.ts";
import { issueFirstKeys } from "./first-keys.ts";
import { officersFor } from "./sharing.ts";

interface AccountParts {
  readonly config: Pick<Config, "desk" | "files" | "isFrontEnd">;
  readonly randomBytes: RandomBytes;
  readonly store: LedgerStore;
}

/** Opens API keys and officers' accounts. */
export async function openAccounts({
  config,
  randomBytes,
  store,
  oidc,
}: AccountParts & { readonly oidc: OidcSettings | undefined }): Promise<{
  readonly access: Access;
  readonly desk: Desk;
}> {
  const access = await Access.open(store, randomBytes, Date.now);
  await issueFirstKeys(access, config.files.apiKeys);
  const desk = await openDesk({ ...config.desk, store: officersFor(store, config), randomBytes, now: Date.now, oidc });
  return { access, desk };
}

/** Opens citizens' accounts. @throws CONFIG_INVALID, STORE_FAILED */
export function openCity({
  config,
  ...parts
}: AccountParts & Pick<CitizensOptions, "rights" | "log"> & { readonly city: City }): Promise<Citizens> {
  const { city, store, rights, log, randomBytes } = parts;
  const url = config.desk.publicUrl ?? config.desk.url;
  return openCitizens({ city, store, rights, log, randomBytes, now: Date.now, url });
}
