/** The parts of the client that have a file each, put together. */
import { breachClient, type BreachClient } from "./breaches.ts";
import { disclosureClient, type DisclosureClient } from "./disclosures.ts";
import { exchangeClient, type ExchangeClient } from "./exchange.ts";
import { officerClient, type OfficerClient } from "./officers.ts";
import { postClient, type PostClient } from "./posts.ts";
import { privacyClient, type PrivacyClient } from "./privacy.ts";
import { rightsClient, type RightsClient } from "./rights.ts";
import { sourceClient, type SourceClient } from "./sources.ts";
import { transferClient, type TransferClient } from "./transfers.ts";
import { translationClient, type TranslationClient } from "./translations.ts";

/** What they can do. */
export interface TopicClient
  extends
    SourceClient,
    PrivacyClient,
    RightsClient,
    BreachClient,
    DisclosureClient,
    TransferClient,
    OfficerClient,
    PostClient,
    TranslationClient,
    ExchangeClient {}

/** All of them, built on JSON requests, and on one for text. */
export function topicClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
  text: (path: string, method?: "GET" | "DELETE") => Promise<string>,
): TopicClient {
  return {
    ...sourceClient(read, post),
    ...privacyClient(read, post),
    ...rightsClient(read, post),
    ...breachClient(read, post),
    ...disclosureClient(read, post, text),
    ...officerClient(read, post, (path) => text(path, "DELETE")),
    ...translationClient(read, post),
    ...postClient(read, post),
    ...transferClient(read, post, (path) => text(path, "DELETE")),
    ...exchangeClient(read, post, (path) => text(path, "DELETE")),
  };
}
