/** What the client does about partner cities. */
import type { PartnerStatus } from "../exchange/partner-status.ts";
import type { Share } from "../exchange/partners.ts";

/** Records of a type that go to a partner. */
export type NewShare = Omit<Share, "pictures"> & Partial<Pick<Share, "pictures">>;

/** A partner to keep. */
export interface NewPartner {
  /** Name in the register of recipients. */
  readonly recipient: string;
  readonly endpoint: string;
  /** Text of the policy for its log. */
  readonly policy: string;
  /** Code of the city, by which the source of its records is named. */
  readonly city?: string | undefined;
  /** Key for its endpoint; without, the one that is kept. */
  readonly key?: string | undefined;
  readonly purpose?: string | undefined;
  readonly sends?: boolean | undefined;
  readonly takes?: boolean | undefined;
  readonly shares?: readonly NewShare[] | undefined;
}

/** The part of the client that is about partner cities; it needs the key of an officer. */
export interface ExchangeClient {
  keepPartner(partner: NewPartner): Promise<PartnerStatus>;
  /** The partners, and how the exchange with each stands. */
  partners(): Promise<{ readonly items: readonly PartnerStatus[] }>;
  removePartner(number: number): Promise<void>;
}

/** This part of the client, built on JSON requests. */
export function exchangeClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
  remove: (path: string) => Promise<unknown>,
): ExchangeClient {
  return {
    keepPartner: (partner) => post("/v1/exchange/partners", partner),
    partners: () => read("/v1/exchange/partners"),
    async removePartner(number) {
      await remove(`/v1/exchange/partners/${number}`);
    },
  };
}
