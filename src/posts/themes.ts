/**
 * Themes under which citizens post: who owns them, who belongs to those that are not open, and how one comes to belong. A theme
 * is a record; who belongs to it is not in the log.
 *
 * Invariant: to whoever does not belong to a theme that is not open, it looks as if there were none.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import type { CityStore } from "../store/city-store.ts";
import type { IndexedTheme } from "./indexed-records.ts";
import type { PostIndex } from "./post-index.ts";
import { RECEIVED_SOURCES, type Accounts, type Member, type ThemeVisibility, type Viewer } from "./post-types.ts";
import { noTheme, type Posting, type Taken } from "./posting.ts";
import type { PublishedPosts } from "./published-posts.ts";

/** The same in three languages. */
export type Words = { readonly en: string; readonly es: string; readonly ja: string };

/** A theme as an officer sets it down. */
export interface NewTheme {
  readonly theme: string;
  readonly titles: Words;
  readonly texts: Words;
  readonly notices: Words;
  readonly question?: Words | undefined;
  /** A name, which is shown, or the account of a citizen, which is not. */
  readonly owner: string;
  readonly visibility: ThemeVisibility;
  readonly scope: "local" | "shared";
  /** RFC 3339. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** A theme as it is shown. */
export interface ThemeView {
  readonly theme: string;
  readonly record: string;
  readonly titles: Words;
  readonly texts: Words;
  readonly notices: Words;
  readonly question?: Words;
  /** Empty where that is a citizen. */
  readonly owner: string;
  readonly visibility: ThemeVisibility;
  readonly scope: "local" | "shared";
  readonly from?: string;
  readonly until?: string;
  /** Whether the reader belongs to it. */
  readonly member: boolean;
  /** Whether the reader owns it, and may invite. */
  readonly mine?: true;
  /** The city that set it down, if not this one. */
  readonly city?: string;
}

/** A way into a theme, whose secret is shown once. */
export interface ThemeInvitation {
  readonly token: string;
  /** Path of the app, with the secret after `#`. */
  readonly link: string;
  /** POSIX milliseconds. */
  readonly expiresAt: number;
}

export interface ThemeParts {
  readonly index: PostIndex;
  readonly published: PublishedPosts;
  readonly posting: Posting;
  readonly store: CityStore;
  readonly accounts: Pick<Accounts, "acting">;
  readonly source: string;
  readonly now: () => number;
}

const [ID_BYTES, SECRET_BYTES] = [8, 24];
const TOKEN = /^wt_([0-9a-f]{16})_([A-Za-z0-9_-]{32})$/;
const DAY_MS = 86_400_000;
/** Accounts are named by it, and shown to nobody. */
const ACCOUNT = /^ct_[0-9a-f]{16}$/;
const NO_WORDS: Words = { en: "", es: "", ja: "" };

/** The themes of one city. */
export class Themes {
  readonly #parts: ThemeParts;

  constructor(parts: ThemeParts) {
    this.#parts = parts;
  }

  /** Those that a reader is shown, in the order of the log. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async list(viewer: Viewer): Promise<ThemeView[]> {
    await this.#parts.index.now();
    const themes = this.#parts.index.themes().toSorted((a, b) => a.leafIndex - b.leafIndex);
    const views = await Promise.all(themes.map((one) => this.#view(one, viewer)));
    return views.filter((view) => view !== undefined);
  }

  /** One that a reader is shown. @throws NOT_FOUND */
  async view(code: string, viewer: Viewer): Promise<ThemeView> {
    const view = await this.#view(await this.shown(code, viewer), viewer);
    if (!view) throw noTheme();
    return view;
  }

  /** The place of one that a reader is shown. @throws NOT_FOUND */
  async shown(code: string, viewer: Viewer): Promise<IndexedTheme> {
    await this.#parts.index.now();
    const theme = this.#parts.index.theme(code);
    if (theme && this.#parts.published.isThemeShown(theme, viewer)) return theme;
    throw noTheme();
  }

  /** Sets a theme down, or anew: the newest form of a code is in force. @throws as {@link Posting.theme} */
  async put(theme: NewTheme): Promise<Taken> {
    if (theme.from !== undefined && theme.until !== undefined && Date.parse(theme.from) >= Date.parse(theme.until))
      throw new WarifuError("REQUEST_INVALID", "until: is before from");
    const given = Object.entries(theme).filter(([, value]) => value !== undefined);
    return this.#parts.posting.theme(Object.fromEntries(given) as JsonObject);
  }

  /**
   * Makes a way into a theme.
   * @param owner whoever invites, if it is its owner and no officer
   * @throws NOT_FOUND there is no such theme of this city, or it is not theirs; REQUEST_INVALID everybody may see it
   */
  async invite(
    code: string,
    { days, uses }: { readonly days: number; readonly uses: number },
    owner?: Viewer,
  ): Promise<ThemeInvitation> {
    await this.#parts.index.now();
    const theme = this.#parts.index.theme(code);
    const isTheirs = owner === undefined || (theme?.owner !== undefined && theme.owner === owner.citizenId);
    if (!theme || theme.source !== this.#parts.source || !isTheirs) throw noTheme();
    if (theme.visibility === "open")
      throw new WarifuError("REQUEST_INVALID", "the theme is open to everybody: nobody needs an invitation");
    const [invitationId, secret] = [randomBytes(ID_BYTES).toString("hex"), randomBytes(SECRET_BYTES)];
    const token = `wt_${invitationId}_${secret.toString("base64url")}`;
    const expiresAt = this.#parts.now() + days * DAY_MS;
    await this.#parts.store.putInvitation({ invitationId, theme: code, secretHash: hashOf(token), expiresAt, uses });
    return { token, link: `/app/themes/${code}/join#${token}`, expiresAt };
  }

  /** Lets somebody in who has an invitation. @throws NOT_FOUND alike for every token that lets nobody in */
  async join(code: string, token: string, { citizenId }: Member): Promise<void> {
    const { store, accounts, now } = this.#parts;
    const [, invitationId = ""] = TOKEN.exec(token) ?? [];
    const invitation = await store.invitation(invitationId);
    const isRight =
      invitation?.theme === code &&
      invitation.expiresAt > now() &&
      timingSafeEqual(invitation.secretHash, hashOf(token));
    const joined = isRight && (await accounts.acting(citizenId, () => store.join(invitationId, citizenId)));
    if (!joined) throw noTheme();
  }

  /** Lets a member go; whoever is none has left already. */
  async leave(code: string, { citizenId }: Member): Promise<void> {
    await this.#parts.store.remove("theme", citizenId, code);
  }

  async #view(theme: IndexedTheme, viewer: Viewer): Promise<ThemeView | undefined> {
    const claims = await this.#parts.published.claimsOfTheme(theme, viewer);
    if (!claims) return undefined;
    const { source } = this.#parts;
    const isOwner = viewer.citizenId !== undefined && theme.owner === viewer.citizenId;
    const question = wordsIn(claims["question"]);
    return {
      ...{ theme: theme.theme, record: theme.id, visibility: theme.visibility, scope: theme.scope },
      titles: wordsIn(claims["titles"]) ?? NO_WORDS,
      texts: wordsIn(claims["texts"]) ?? NO_WORDS,
      notices: wordsIn(claims["notices"]) ?? NO_WORDS,
      ...(question && { question }),
      ...(theme.from !== undefined && { from: theme.from }),
      ...(theme.until !== undefined && { until: theme.until }),
      owner: theme.owner === undefined || ACCOUNT.test(theme.owner) ? "" : theme.owner,
      member: isOwner || viewer.themes.has(theme.theme),
      ...(isOwner && { mine: true }),
      ...(theme.source !== source && { city: theme.source.slice(RECEIVED_SOURCES.length) }),
    };
  }
}

/** The same in three languages, where a claim has that form. */
function wordsIn(value: JsonValue | undefined): Words | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const { en, es, ja } = value;
  return typeof en === "string" && typeof es === "string" && typeof ja === "string" ? { en, es, ja } : undefined;
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
