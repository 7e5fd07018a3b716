/** What citizens do about posts that they mind, and authors about decisions: reports and appeals, as events of the log. */
import type { ModerationDesk } from "../moderation/desk.ts";
import { ruleOf } from "../moderation/rules.ts";
import type { CityStore } from "../store/city-store.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { Member, Viewer } from "./post-types.ts";
import type { Posting } from "./posting.ts";

export interface PostModerationParts {
  readonly posting: Posting;
  readonly desk: ModerationDesk;
  readonly store: CityStore;
}

/** What a report led to. */
export interface ReportOutcome {
  /** Absent where the same account had reported it under the rule before. */
  readonly report?: AppendedEntry;
  /** Whether it is out of sight now, until somebody has looked. */
  readonly held: boolean;
}

/** Whether a rule takes reports of people who are not signed in: a face that was missed is anybody's. */
export function mayAnybodyReport(rule: string, desk: Pick<ModerationDesk, "rules">): boolean {
  return ruleOf(desk.rules, rule).holds;
}

/** Reports and appeals of one city's citizens. */
export class PostModeration {
  readonly #parts: PostModerationParts;

  constructor(parts: PostModerationParts) {
    this.#parts = parts;
  }

  /**
   * Takes a report about a post or a comment; one account's under one rule counts once.
   * @throws NOT_FOUND the reader is shown no such post; REQUEST_INVALID no such rule; STOPPED
   */
  async report(
    id: string,
    { rule, text }: { readonly rule: string; readonly text?: string | undefined },
    viewer: Viewer,
  ): Promise<ReportOutcome> {
    const { posting, desk, store } = this.#parts;
    const { leafIndex: record } = await posting.shownOrComment(id, viewer);
    ruleOf(desk.rules, rule);
    const { citizenId } = viewer;
    const item = `${id} ${rule}`;
    const isFirst = citizenId === undefined || (await store.add("reported", citizenId, item));
    if (!isFirst) return { held: false };
    try {
      const said = { ...(text !== undefined && { text }), ...(citizenId !== undefined && { account: citizenId }) };
      const { report, hold } = await desk.report({ record, rule, ...said }, "member");
      return { report, held: hold !== undefined };
    } catch (error) {
      if (citizenId !== undefined) await store.remove("reported", citizenId, item);
      throw error;
    }
  }

  /** Takes an author's appeal. @throws NOT_FOUND it is not theirs; as {@link ModerationDesk.appeal} */
  async appeal(id: string, text: string, member: Member): Promise<AppendedEntry> {
    const { posting, desk } = this.#parts;
    const { leafIndex: record } = await posting.own(id, member);
    return desk.appeal({ record, text, account: member.citizenId });
  }
}
