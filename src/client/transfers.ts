/** What the client does about other controllers: their register, and records that go to them and come from them. */
import type { DeidentifiedTable } from "../core/deidentified-table.ts";
import type { ProvisionFile } from "../core/provision-file.ts";
import type { PaperKind, RecipientKind } from "../core/recipient.ts";
import type { NewTable } from "../privacy/deidentification.ts";
import type { ProvisionView } from "../read/transfers.ts";
import type { Problem } from "../http/handling/problem.ts";
import { queryOf } from "./query.ts";

/** A recipient to keep. */
export interface NewRecipient {
  readonly name: string;
  /** ISO 3166-1, two letters. */
  readonly country: string;
  readonly kind: RecipientKind;
  readonly jurisdiction: string;
  /** Verifier key of its log. */
  readonly log?: string | undefined;
  readonly papers?: readonly {
    readonly basis: string;
    readonly kind: PaperKind;
    readonly reference: string;
    readonly until?: string | undefined;
  }[];
}

/** A recipient of the register, and the bases that are for it. */
export interface KeptRecipient extends NewRecipient {
  readonly number: number;
  readonly ways: readonly {
    readonly id: string;
    readonly title: string;
    readonly limit?: string;
    readonly source: string;
    readonly verified: boolean;
    readonly lacks: readonly string[];
  }[];
}

/** What is given. */
export interface ProvisionRequest {
  /** Ids. */
  readonly records: readonly string[];
  /** Name of a recipient of the register. */
  readonly recipient: string;
  readonly claims: readonly string[];
  readonly purpose: string;
  readonly basis?: string | undefined;
}

/** What is taken: texts of the file and of the policy, the sender's name in the register, how the file came. */
export interface ReceptionRequest {
  readonly file: string;
  readonly policy: string;
  readonly from: string;
  readonly how: string;
}

/** What became of a record of a file. */
export type ReceptionAnswer =
  | { readonly id: string; readonly leafIndex: number; readonly origin: string; readonly isNew: boolean }
  | { readonly error: Problem };

/** Of which records a table is made, and by which rules. */
export type TableRequest = Omit<NewTable, "by">;

/** The part of the client that is about other controllers; it needs the key of an officer. */
export interface TransferClient {
  /** @param lang in which language the bases are named: en, es or ja; English without */
  keepRecipient(recipient: NewRecipient, lang?: string): Promise<KeptRecipient>;
  /** @param lang as for {@link TransferClient.keepRecipient} */
  recipients(lang?: string): Promise<{ readonly items: readonly KeptRecipient[] }>;
  removeRecipient(number: number): Promise<void>;
  /** @throws TRANSFER_REFUSED naming the ways that exist; NOT_ANCHORED_YET */
  provide(wanted: ProvisionRequest): Promise<ProvisionFile>;
  /** To whom a record was given. */
  provisions(record: string): Promise<{ readonly items: readonly ProvisionView[] }>;
  receive(reception: ReceptionRequest): Promise<{ readonly items: readonly ReceptionAnswer[] }>;
  /**
   * A de-identified table.
   * @throws TRANSFER_REFUSED there is another one of these days, or no cell is left
   */
  deidentify(wanted: TableRequest): Promise<DeidentifiedTable>;
}

/** This part of the client, built on JSON requests. */
export function transferClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
  remove: (path: string) => Promise<unknown>,
): TransferClient {
  return {
    keepRecipient: (recipient, lang) => post(`/v1/privacy/recipients${queryOf({ lang })}`, recipient),
    recipients: (lang) => read(`/v1/privacy/recipients${queryOf({ lang })}`),
    async removeRecipient(number) {
      await remove(`/v1/privacy/recipients/${number}`);
    },
    provide: (wanted) => post("/v1/privacy/provisions", wanted),
    provisions: (record) => read(`/v1/privacy/provisions${queryOf({ record })}`),
    receive: (reception) => post("/v1/privacy/receptions", reception),
    deidentify: (wanted) => post("/v1/privacy/deidentifications", wanted),
  };
}
