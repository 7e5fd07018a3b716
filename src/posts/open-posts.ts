/** Opens the citizens' posts over a ledger: what there is of the city and its accounts is handed in. */
import type { Citizens } from "../citizens/citizens.ts";
import { Posts, type PostsParts } from "./posts.ts";

export interface OpenPostsOptions extends Pick<
  PostsParts,
  "log" | "ledger" | "store" | "keys" | "uploadFolder" | "now"
> {
  readonly citizens: Citizens;
  /** Told if the log could not be read; it is read again when somebody asks. */
  readonly onFailure: (error: unknown) => void;
}

/** Opens them. Requests wait until the log is read. */
export function openPosts({ citizens, onFailure, ...parts }: OpenPostsOptions): Posts {
  const { city, ownConsent, accounts } = citizens;
  const posts = new Posts({
    ...parts,
    city,
    erasureBasis: ownConsent.withdrawn,
    accounts: {
      accountOf: (citizenId) => citizens.accountOf(citizenId),
      hasConsent: (citizenId, purpose) => citizens.hasConsent(citizenId, purpose),
      acting: (citizenId, act) => accounts.acting(citizenId, act),
    },
  });
  citizens.alsoForget((citizenId) => posts.forget(citizenId));
  posts.start(onFailure);
  return posts;
}
