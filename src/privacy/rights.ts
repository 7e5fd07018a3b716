/** Rights of people, as the edges see them: one law, and everything that is done by it. */
import { BREACH_CLAIM } from "../core/breach-event.ts";
import { SUBJECT } from "../core/consent-event.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { ABOUT_CLAIM, type EnteredRequest } from "../events/request.ts";
import type { Vault } from "../store/vault.ts";
import { areAllFor, type ForSource } from "./concealed.ts";
import { BreachRegister, type BreachParts } from "./breaches.ts";
import { breachReportOf } from "./breach-report.ts";
import { BreachSteps } from "./breach-steps.ts";
import { breachViewOf, idAt, type BreachPeople, type BreachView } from "./breach-view.ts";
import { Consents, noReceipt, type ConsentParts } from "./consent.ts";
import type { Law } from "./law.ts";
import { NoticeBoard, type NoticeParts } from "./notices.ts";
import { personalCopy, type CopyParts, type PersonalCopy } from "./personal-copy.ts";
import { Rectifying, type RectifyingParts } from "./rectification.ts";
import { requestAboutOf, type RequestAbout } from "./request-about.ts";
import { viewOf, type RequestView } from "./request-view.ts";
import { noRequest, RequestDesk, type DeskParts, type RequestFilter } from "./requests.ts";
import type { Restrictions } from "./restrictions.ts";
import { standingView, type StandingRestriction } from "./restriction-view.ts";
import type { Asker, WayOut } from "./way-out.ts";

export interface RightsParts extends NoticeParts, ConsentParts, DeskParts, CopyParts, RectifyingParts, BreachParts {
  readonly events: NoticeParts["events"] &
    BreachParts["events"] &
    ConsentParts["events"] &
    DeskParts["events"] &
    CopyParts["events"] &
    RectifyingParts["events"];
  readonly store: CopyParts["store"];
  readonly check: CopyParts["check"];
  readonly persons: Pick<Vault, "recordsOf" | "subjectsOf">;
  readonly restrictions: Restrictions;
  readonly wayOut: Pick<WayOut, "openings" | "picture">;
}

/** Whose copy somebody asks for themselves. */
export interface OwnCopy {
  readonly subject: string;
  /** Leaf indexes, ascending. */
  readonly records: readonly number[];
  /** Under which name the looks are noted, concealed. */
  readonly keyId: string;
}

/** How a subject begins whose records are, or were, here. */
const OF_RECORDS = "sub_";
/** Records of a person read at a time. */
const PAGE = 1_000;

/** The rights of the people in one log. */
export class Rights {
  readonly law: Law;
  readonly notices: NoticeBoard;
  readonly consents: Consents;
  readonly desk: RequestDesk;
  readonly restrictions: Restrictions;
  readonly rectifying: Rectifying;
  readonly breaches: BreachRegister;
  readonly breachSteps: BreachSteps;
  readonly #parts: RightsParts;

  constructor(parts: RightsParts, law: Law) {
    this.#parts = parts;
    this.law = law;
    this.notices = new NoticeBoard(parts, law);
    this.consents = new Consents(parts, law, this.notices);
    this.desk = new RequestDesk(parts, law);
    this.restrictions = parts.restrictions;
    this.rectifying = new Rectifying(parts, law);
    this.breaches = new BreachRegister(parts);
    this.breachSteps = new BreachSteps(parts, law, this.breaches);
  }

  /** Requests of a state, the one that is due first at the head. @throws STORE_FAILED, STORE_DAMAGED */
  async requests(filter: RequestFilter): Promise<readonly RequestView[]> {
    return Promise.all(this.desk.list(filter).map((request) => viewOf(request, this.desk, this.#parts)));
  }

  /** The request whose first step is at that leaf. @throws NOT_FOUND; STORE_FAILED, STORE_DAMAGED */
  async request(leafIndex: number): Promise<RequestView> {
    return viewOf(this.desk.at(leafIndex), this.desk, this.#parts);
  }

  /**
   * Whose a request is, what it is about, and the reasons of its steps, which is an access in the log.
   * @throws NOT_FOUND; STOPPED, STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async aboutRequest(leafIndex: number, asker: Asker): Promise<RequestAbout> {
    const request = this.desk.at(leafIndex);
    await this.#lookInto(leafIndex, ABOUT_CLAIM, asker);
    return requestAboutOf(request, this.desk, this.#parts);
  }

  /**
   * Asserts that a caller may take steps of a request: of sources that it may act for are all records that the copy for it
   * would be of.
   * @throws NOT_FOUND alike where there is no such request; STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async assertFor(leafIndex: number, isFor: ForSource): Promise<void> {
    if (await areAllFor(await this.#recordsFor(this.desk.at(leafIndex)), isFor, this.#parts)) return;
    throw noRequest();
  }

  /** Whether a caller may act for all records of a subject. @throws STORE_FAILED, VAULT_FAILED */
  async isSubjectFor(subject: string, isFor: ForSource): Promise<boolean> {
    const records = await this.recordsOf(subject);
    // Of somebody whose records are all erased, nothing says any more which sources they were of.
    const isForgotten = records.length === 0 && subject.startsWith(OF_RECORDS);
    return isForgotten ? isFor("*") : areAllFor(records, isFor, this.#parts);
  }

  /**
   * Asserts that a caller may get the receipt of the consent at a leaf: of sources that it may act for are all records of
   * the person.
   * @throws NOT_FOUND alike where there is no such consent; STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async assertConsentFor(leafIndex: number, isFor: ForSource): Promise<void> {
    const subject = await this.consents.subjectAt(leafIndex);
    if (subject === undefined || !(await this.isSubjectFor(subject, isFor))) throw noReceipt();
  }

  /** What stands against the use of a record, for officers. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async standingOn(record: number): Promise<readonly StandingRestriction[]> {
    const standing = await this.restrictions.of(record);
    return Promise.all(standing.map((one) => standingView(one, this.law, this.#parts)));
  }

  /** Breaches of a state, the one whose next clock ends first at the head. @throws STORE_FAILED, STORE_DAMAGED */
  async listBreaches(filter: RequestFilter): Promise<readonly BreachView[]> {
    return Promise.all(this.breaches.list(filter).map(({ leafIndex }) => this.breach(leafIndex)));
  }

  /** The breach whose first step is at that leaf. @throws NOT_FOUND; STORE_FAILED, STORE_DAMAGED */
  async breach(leafIndex: number): Promise<BreachView> {
    const { law, breaches, breachSteps: taking } = this;
    return breachViewOf(breaches.at(leafIndex), { law, now: breaches.now(), taking, parts: this.#parts });
  }

  /**
   * The same as it is filed, which is an access in the log.
   * @throws NOT_FOUND; STOPPED, STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async breachReport(leafIndex: number, asker: Asker): Promise<JsonObject> {
    const { law, breaches: register, breachSteps: taking } = this;
    const breach = register.at(leafIndex);
    await this.#lookInto(leafIndex, BREACH_CLAIM, asker);
    return breachReportOf(breach, { law, register, taking, parts: this.#parts });
  }

  /** The people whose records a breach names. @throws NOT_FOUND; STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async breachPeople(leafIndex: number): Promise<BreachPeople> {
    const { people, recordsOfNobody } = await this.breaches.peopleOf(this.breaches.at(leafIndex));
    const withIds = (records: readonly number[]) =>
      Promise.all(records.map(async (leafIndex) => ({ leafIndex, id: await idAt(leafIndex, this.#parts) })));
    const found = await Promise.all(
      people.map(async ({ records, ...person }) => ({ ...person, records: await withIds(records) })),
    );
    return { people: found, recordsOfNobody };
  }

  /** Leaf indexes of all records of a subject, ascending. @throws VAULT_FAILED */
  async recordsOf(subject: string): Promise<readonly number[]> {
    const found: number[] = [];
    for (let isLast = false; !isLast;) {
      const page = await this.#parts.persons.recordsOf(subject, found.at(-1) ?? -1, PAGE);
      found.push(...page);
      isLast = page.length < PAGE;
    }
    return found;
  }

  /**
   * The copy that answers a request for access or for data to take along: of the records that it names, and of all of its
   * subject.
   * @param keyId of the officer's key, which is noted
   * @param assertMaySee throws if who asks may not see records of a source
   * @throws NOT_FOUND; REQUEST_INVALID it asks for something else; STORE_DAMAGED, STORE_FAILED, VAULT_FAILED; what
   *   `assertMaySee` throws
   */
  async copyFor(leafIndex: number, keyId: string, assertMaySee: (source: string) => void): Promise<PersonalCopy> {
    const request = this.desk.at(leafIndex);
    if (request.operation !== "access" && request.operation !== "export")
      throw new WarifuError("REQUEST_INVALID", "a copy answers a request of the operation access or export");
    if (!(await this.desk.aboutOf(request)))
      throw new WarifuError("REQUEST_INVALID", "what this request is about is erased: open another one");
    const { subject } = await this.#whose(request);
    const records = await this.#recordsFor(request);
    const at = Math.floor(this.#parts.now() / 1_000);
    const asker = { role: "person", keyId, request: leafIndex, records } as const;
    return personalCopy({ subject, records, at, asker, assertMaySee }, this.#parts, this);
  }

  /**
   * The copy that somebody gets who asked for it without an officer: of records that are known to be theirs.
   * @param request leaf index of what they asked, which every look into a record is noted under
   * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  ownCopy(request: number, { subject, records, keyId }: OwnCopy): Promise<PersonalCopy> {
    const at = Math.floor(this.#parts.now() / 1_000);
    const asker = { role: "person", keyId, request, records } as const;
    return personalCopy({ subject, records, at, asker, assertMaySee: () => undefined }, this.#parts, this);
  }

  /** Notes that somebody looks into what an event conceals, unless nothing is there any more. */
  async #lookInto(leafIndex: number, claim: string, asker: Asker): Promise<void> {
    const { store, check, wayOut } = this.#parts;
    const [entry] = await store.entries(leafIndex, leafIndex + 1);
    if (!entry) throw check.missing(leafIndex);
    await wayOut.openings({ entry, body: await check.bodyOf(entry) }, asker, new Set([claim]));
  }

  /** Those that a request names, and all of its subject, ascending. */
  async #recordsFor(request: EnteredRequest): Promise<readonly number[]> {
    const { subject, records } = await this.#whose(request);
    const all = subject === undefined ? records : [...records, ...(await this.recordsOf(subject))];
    return [...new Set(all)].sort((a, b) => a - b);
  }

  async #whose(request: EnteredRequest): Promise<{ readonly subject?: string; readonly records: readonly number[] }> {
    const { subject, records = [] } = (await this.desk.aboutOf(request)) ?? {};
    const named = Array.isArray(records) ? records.filter((one): one is number => typeof one === "number") : [];
    return { ...(typeof subject === "string" && SUBJECT.test(subject) && { subject }), records: named };
  }
}
