/**
 * What citizens arrange among themselves: who is a member of a theme, who follows what, whom somebody does not want to see,
 * and who reported what. None of it is in the log, and none of it holds a word that anybody wrote.
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
  /** How many more people may join with it. */
  readonly uses: number;
}

/** The lists that each citizen has. */
export type CitizenList = "theme" | "followed" | "blocked" | "reported";

/** The store of one city. All methods throw STORE_FAILED when the engine fails; what they change is durable when they return. */
export interface CityStore {
  /**
   * Adds an item to a citizen's list: the code of a theme, the id of a record, or the tag of an author.
   * @returns false if it was there
   */
  add(list: CitizenList, citizenId: string, item: string): Promise<boolean>;
  /** Removes an item. @returns false if it was not there */
  remove(list: CitizenList, citizenId: string, item: string): Promise<boolean>;
  /** A citizen's list, oldest item first. */
  list(list: CitizenList, citizenId: string): Promise<readonly string[]>;
  /** Length of a citizen's list. */
  count(list: CitizenList, citizenId: string): Promise<number>;
  putInvitation(invitation: StoredThemeInvitation): Promise<void>;
  invitation(invitationId: string): Promise<StoredThemeInvitation | undefined>;
  /**
   * Uses an invitation once and makes a citizen a member, both or neither; for somebody who is a member already, it is not
   * used up.
   * @returns false if the invitation is no longer valid
   */
  join(invitationId: string, citizenId: string): Promise<boolean>;
  /** Removes everything that is stored of a citizen. */
  forget(citizenId: string): Promise<void>;
  close(): Promise<void>;
}
