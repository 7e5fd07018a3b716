/** Records of the citizens' part as the index holds them: places, codes and accounts, and not a word that anybody wrote. */
import type { Body } from "../core/body.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { picturesIn } from "../core/picture.ts";
import { formatRecordId } from "../core/record-id.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { ReportStatus, ThemeVisibility } from "./post-types.ts";

/** A record of the citizens' part. */
export interface IndexedRecord {
  readonly leafIndex: number;
  readonly id: string;
  readonly source: string;
  /** When it came in, POSIX seconds. */
  readonly at: number;
}

/** A record that somebody wrote. */
export interface Authored extends IndexedRecord {
  /** Account; of another city where the record is from there, and empty where that does not say it. */
  readonly author: string;
}

/** A post. */
export interface IndexedPost extends Authored {
  readonly category: string;
  readonly theme: string | undefined;
  readonly area: string | undefined;
  readonly pictures: number;
}

/** A comment, or a reaction. */
export interface IndexedComment extends Authored {
  /** Id of the post. */
  readonly about: string;
}

/** What the city does about a post. */
export interface IndexedStatus extends IndexedRecord {
  readonly about: string;
  readonly status: ReportStatus;
  /** RFC 3339. */
  readonly statedAt: string;
}

/** The form of a theme that is in force. */
export interface IndexedTheme extends IndexedRecord {
  readonly theme: string;
  readonly visibility: ThemeVisibility;
  readonly scope: "local" | "shared";
  /** RFC 3339. */
  readonly from: string | undefined;
  readonly until: string | undefined;
  /** Account or name of whoever owns it. */
  readonly owner: string | undefined;
}

/** A record that was read from the log, with the claims of it that could be opened. */
export interface ReadRecord {
  readonly entry: StoredEntry;
  readonly body: Body;
  readonly claims: JsonObject;
}

/** Whether it is a post, and not a comment. */
export function isPost(one: IndexedPost | IndexedComment): one is IndexedPost {
  return "category" in one;
}

function recordOf({ entry, body }: ReadRecord): IndexedRecord {
  return { leafIndex: entry.leafIndex, id: formatRecordId(entry.id), source: entry.sourceName, at: body.iat };
}

export function postOf(found: ReadRecord): IndexedPost {
  const { claims } = found;
  return {
    ...recordOf(found),
    author: textIn(claims["reporterId"]) ?? "",
    category: textIn(claims["category"]) ?? "",
    theme: textIn(claims["theme"]),
    area: textIn(claims["area"]),
    pictures: picturesIn(claims).length,
  };
}

export function commentOf(found: ReadRecord): IndexedComment {
  const { claims } = found;
  return { ...recordOf(found), author: textIn(claims["reporterId"]) ?? "", about: textIn(claims["about"]) ?? "" };
}

export function statusOf(found: ReadRecord): IndexedStatus {
  const { claims } = found;
  const status = textIn(claims["status"]) as ReportStatus;
  return { ...recordOf(found), about: textIn(claims["about"]) ?? "", status, statedAt: textIn(claims["at"]) ?? "" };
}

export function themeOf(found: ReadRecord): IndexedTheme {
  const { claims } = found;
  return {
    ...recordOf(found),
    theme: textIn(claims["theme"]) ?? "",
    visibility: claims["visibility"] === "open" ? "open" : "members",
    scope: claims["scope"] === "shared" ? "shared" : "local",
    from: textIn(claims["from"]),
    until: textIn(claims["until"]),
    owner: textIn(claims["owner"]),
  };
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
