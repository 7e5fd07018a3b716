/** What citizens do about posts that they mind, and authors about decisions: reports and appeals, as events of the log. */
import { Pace } from "../citizens/pace.ts";
import { WarifuError } from "../core/errors.ts";
import type { ModerationDesk } from "../moderation/desk.ts";
import { ruleOf } from "../moderation/rules.ts";
import type { CityStore } from "../store/city-store.ts";
import type { AppendedEntry } from "../write/append.ts";
import { isPost } from "./indexed-records.ts";
import type { Accounts, Member, Viewer } from "./post-types.ts";
import type { Posting } from "./posting.ts";

export interface PostModerationParts {
  readonly posting: Posting;
  readonly desk: ModerationDesk;
  readonly store: CityStore;
  readonly accounts: Pick<Accounts, "acting">;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** Who reports. */
export interface Reporter {
  readonly viewer: Viewer;
  /** Network address, which is counted and not kept. */
  readonly address: string;
}

/** What somebody reports a post for. */
export interface Report {
  readonly rule: string;
  readonly text?: string | undefined;
}

/** What a report led to. */
export interface ReportOutcome {
  /** Absent where the same account had reported it under the rule before. */
  readonly report?: AppendedEntry;
  /** Whether it is out of sight now, until somebody has looked. */
  readonly held: boolean;
}

/** Reports an hour from one address, without an account. */
const MOST_FROM_ADDRESS = 10;
/**
 * Posts that reports without an account hold back in an hour, all together. What is reported beyond that stays in sight until
 * somebody has looked: otherwise one stranger could empty the timeline.
 */
const MOST_HELD = 30;

/** Reports and appeals of one city's citizens. */
export class PostModeration {
  readonly #parts: PostModerationParts;
  readonly #fromAddress: Pace;
  readonly #held: Pace;

  constructor(parts: PostModerationParts) {
    this.#parts = parts;
    this.#fromAddress = new Pace(MOST_FROM_ADDRESS, parts.now);
    this.#held = new Pace(MOST_HELD, parts.now);
  }

  /**
   * Takes a report about a post or a comment; one account's under one rule counts once. A face that was missed in a picture is
   * anybody's to report.
   * @throws NOT_FOUND the reader is shown no such post; REQUEST_INVALID no such rule; UNAUTHENTICATED it takes an account;
   *   or that is being removed; RATE_LIMITED too many from one address; STOPPED
   */
  report(id: string, said: Report, reporter: Reporter): Promise<ReportOutcome> {
    const { citizenId } = reporter.viewer;
    const report = (): Promise<ReportOutcome> => this.#report(id, said, reporter);
    return citizenId === undefined ? report() : this.#parts.accounts.acting(citizenId, report);
  }

  async #report(id: string, { rule, text }: Report, { viewer, address }: Reporter): Promise<ReportOutcome> {
    const { posting, desk, store } = this.#parts;
    const one = await posting.shownOrComment(id, viewer);
    const { leafIndex: record } = one;
    const { anybody } = ruleOf(desk.rules, rule);
    const { citizenId } = viewer;
    if (citizenId === undefined) this.#assertAnybodys(anybody && isPost(one) && one.pictures > 0, address);
    const item = `${id} ${rule}`;
    const isFirst = citizenId === undefined || (await store.add("reported", citizenId, item));
    if (!isFirst) return { held: false };
    try {
      const said = { ...(text !== undefined && { text }), ...(citizenId !== undefined && { account: citizenId }) };
      const isHolding = citizenId !== undefined || this.#held.allows("everybody");
      const { report, hold } = await desk.report({ record, rule, ...said }, "member", isHolding);
      return { report, held: hold !== undefined };
    } catch (error) {
      if (citizenId !== undefined) await store.remove("reported", citizenId, item);
      throw error;
    }
  }

  #assertAnybodys(isAnybodys: boolean, address: string): void {
    if (!isAnybodys)
      throw new WarifuError("UNAUTHENTICATED", "nobody is signed in here: citizens who have joined report this");
    this.#fromAddress.assertAllows(address);
  }

  /** Takes an author's appeal. @throws NOT_FOUND it is not theirs; as {@link ModerationDesk.appeal} */
  appeal(id: string, text: string, member: Member): Promise<AppendedEntry> {
    const { posting, desk, accounts } = this.#parts;
    return accounts.acting(member.citizenId, async () => {
      const { leafIndex: record } = await posting.own(id, member);
      return desk.appeal({ record, text, account: member.citizenId });
    });
  }
}
