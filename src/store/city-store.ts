/**
 * What citizens arrange among themselves, as it is stored: who belongs to a theme, who follows what, whom somebody does not
 * want to see, and who has reported what. None of it is in the log, and none of it holds a word that anybody wrote.
 */

/** An invitation to a theme. */
export interface StoredThemeInvitation {
  readonly invitationId: string;
  /** Code of the theme. */
  readonly theme: string;
  /** SHA-256 of its secret, 32 bytes. */
  readonly secretHash: Uint8Array;
  /** POSIX milliseconds. */
  readonly expiresAt: number;
  /** How many people may still join with it. */
  readonly uses: number;
}

/** A list of a citizen's own. */
export type CitizenList = "theme" | "followed" | "blocked" | "reported";

/** The store of one city. All methods throw STORE_FAILED when the engine fails; what they change is durable when they return. */
export interface CityStore {
  /**
   * Notes something in a list of a citizen: code of a theme, id of a record, or tag of an author.
   * @returns false if it was there
   */
  add(list: CitizenList, citizenId: string, item: string): Promise<boolean>;
  /** @returns false if it was not there */
  remove(list: CitizenList, citizenId: string, item: string): Promise<boolean>;
  /** A citizen's list, in the order in which it grew, the newest last. */
  list(list: CitizenList, citizenId: string): Promise<readonly string[]>;
  /** How long a citizen's list is. */
  count(list: CitizenList, citizenId: string): Promise<number>;
  putInvitation(invitation: StoredThemeInvitation): Promise<void>;
  invitation(invitationId: string): Promise<StoredThemeInvitation | undefined>;
  /**
   * Uses an invitation once and makes a citizen a member, both or neither; whoever is one already uses nothing up.
   * @returns false if nobody may join with it any more
   */
  join(invitationId: string, citizenId: string): Promise<boolean>;
  /** Removes all that is stored of a citizen. */
  forget(citizenId: string): Promise<void>;
  close(): Promise<void>;
}
