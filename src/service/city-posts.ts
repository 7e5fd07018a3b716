/** Opens the posts of citizens, and what citizens arrange among themselves, for a service that has a city. */
import { join } from "node:path";
import type { Citizens } from "../citizens/citizens.ts";
import type { Config } from "../config.ts";
import type { RandomBytes } from "../core/random.ts";
import { citySecrets } from "../keys/vault-secrets.ts";
import { openPosts, type OpenPostsOptions } from "../posts/open-posts.ts";
import type { Posts } from "../posts/posts.ts";
import { openCityStore } from "../store/open.ts";
import type { Vault } from "../store/vault.ts";

export interface CityPostsParts extends Pick<OpenPostsOptions, "log" | "ledger" | "onFailure"> {
  /** Absent without a city: then there are no posts. */
  readonly citizens: Citizens | undefined;
  readonly config: Pick<Config, "dataDir" | "database">;
  readonly vault: Vault;
  readonly randomBytes: RandomBytes;
  readonly closing: AsyncDisposableStack;
}

/** Opens posts, and closes them with everything else. @throws STORE_FAILED, STORE_CORRUPT, VAULT_FAILED */
export async function openCityPosts(parts: CityPostsParts): Promise<Posts | undefined> {
  const { citizens, config, vault, randomBytes, closing, log, ledger, onFailure } = parts;
  if (!citizens) return undefined;
  const store = await openCityStore(config);
  closing.defer(() => store.close());
  const keys = await citySecrets(vault, randomBytes);
  const uploadFolder = join(config.dataDir, "uploads");
  const posts = openPosts({ log, ledger, store, citizens, keys, uploadFolder, now: Date.now, onFailure });
  closing.defer(() => posts.close());
  return posts;
}
