/** Moderation as the edges see it: how records stand, what waits for a decision, and how much there was of it. */
import { parseOpening } from "../core/opening.ts";
import type { JsonObject } from "../core/json.ts";
import {
  MODERATION_CLAIM,
  moderationWordsIn,
  type ModerationRole,
  type ModerationStep,
  type ModerationWords,
} from "../core/moderation-event.ts";
import { formatRecordId } from "../core/record-id.ts";
import type {
  EnteredModeration,
  ModeratedRecord,
  ModerationCounts,
  Moderations,
  Visibility,
} from "../events/moderation.ts";
import type { ModerationDesk } from "../moderation/desk.ts";
import { claimsAt } from "../privacy/concealed.ts";
import type { Asker, WayOut } from "../privacy/way-out.ts";
import { textClaims, textsOf, type WrittenText } from "../profiles/texts.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Pictures } from "./pictures.ts";

/** A step, without a word of what was said. */
export interface ModerationStepView {
  readonly id: string;
  readonly leafIndex: number;
  /** POSIX seconds, like all times here. */
  readonly at: number;
  readonly step: ModerationStep;
  readonly by: ModerationRole;
  readonly rule: string;
  readonly rules: number;
  readonly due?: number;
}

/** What was said with a step. */
export interface ModerationWordsView {
  readonly step: ModerationStep;
  readonly leafIndex: number;
  /** Absent where nothing was said, or it is erased. */
  readonly text?: string;
}

/** What a record says, for whoever decides about it. */
export interface ModeratedContent {
  /** Its texts, as the profile names them. */
  readonly texts: readonly Pick<WrittenText, "claim" | "text" | "language">[];
  /** Hashes of the copies of its pictures that people are shown, or were. */
  readonly pictures: readonly string[];
}

/** How a record stands. */
export interface ModerationView {
  readonly record: string;
  readonly visibility: Visibility;
  readonly steps: readonly ModerationStepView[];
  /** When the first of what is open is due; absent where nothing is. */
  readonly due?: number;
}

/** How a record stands that was held or hidden, for its author. */
export interface AuthorsModeration {
  readonly visibility: Visibility;
  readonly rule: string;
  /** Whether a program held it. */
  readonly automatic: boolean;
  /** The statement of reasons. */
  readonly reason?: string;
  readonly appealable: boolean;
  readonly appealed: boolean;
  /** What was decided about that later, such as on appeal. */
  readonly outcome?: Outcome;
}

/** Decisions about what was held or hidden before. */
export const OUTCOMES = ["kept", "upheld", "restored"] as const satisfies readonly ModerationStep[];

/** A later decision, with its own statement of reasons. */
interface Outcome {
  readonly decision: (typeof OUTCOMES)[number];
  readonly reason?: string;
}

/** How much was moderated. */
export interface ModerationSummary {
  readonly steps: ModerationCounts;
  /** Holds by a program, among `steps.held`. */
  readonly automatic: number;
  readonly open: number;
  readonly overdue: number;
}

export interface ModerationReadParts {
  readonly log: Pick<OpenLog, "store" | "check" | "profiles"> & {
    readonly events: { readonly moderations: Moderations };
  };
  readonly pictures: Pick<Pictures, "copiesOf">;
  readonly desk: ModerationDesk;
  readonly wayOut: Pick<WayOut, "openings">;
}

/** Reads moderation. */
export class ModerationReader {
  readonly #parts: ModerationReadParts;

  constructor(parts: ModerationReadParts) {
    this.#parts = parts;
  }

  /** How the record at a leaf stands. @throws STORE_DAMAGED, STORE_FAILED */
  of(record: number): Promise<ModerationView> {
    return this.#view(this.#parts.desk.of(record));
  }

  /**
   * What waits for a decision, first what is due first.
   * @param isFor says of a source whether the caller may decide about its records
   * @throws STORE_DAMAGED, STORE_FAILED
   */
  async queue(limit: number, isFor: (source: string) => boolean): Promise<ModerationView[]> {
    const views: ModerationView[] = [];
    for (const one of this.#parts.desk.queue()) {
      if (views.length >= limit) break;
      if (isFor((await this.#entryAt(one.record)).sourceName)) views.push(await this.#view(one));
    }
    return views;
  }

  /**
   * What was said with each step about a record, for an officer: an access of each.
   * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED; STOPPED
   */
  async wordsAbout(record: number, asker: Asker): Promise<ModerationWordsView[]> {
    const views: ModerationWordsView[] = [];
    for (const { leafIndex, step } of this.#parts.desk.of(record).steps) {
      const { text } = await this.#wordsAt(leafIndex, asker);
      views.push({ step, leafIndex, ...(text !== undefined && { text }) });
    }
    return views;
  }

  /**
   * What a record says, for an officer who decides about it: an access. Nothing once it is erased.
   * @throws as {@link ModerationReader.wordsAbout}
   */
  async contentOf(record: number, asker: Asker): Promise<ModeratedContent> {
    const { log, wayOut } = this.#parts;
    const entry = await this.#entryAt(record);
    const body = await log.check.bodyOf(entry);
    const profile = body && log.profiles.get(body.vct.split(":")[1] ?? "");
    const names = new Set(profile ? textClaims(profile.document) : []);
    const opened = names.size === 0 ? [] : ((await wayOut.openings({ entry, body }, asker, names)) ?? []);
    const concealed = opened.map((text) => [parseOpening(text).name, parseOpening(text).value]);
    const claims = { ...body?.content, ...Object.fromEntries(concealed) } as JsonObject;
    return {
      texts: profile ? textsOf(profile.document, claims) : [],
      pictures: await this.#parts.pictures.copiesOf(record),
    };
  }

  /**
   * What its author is told of a record that is or was out of sight; `undefined` of one that never was.
   * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async forAuthor(record: number): Promise<AuthorsModeration | undefined> {
    const { visibility, steps, open } = this.#parts.desk.of(record);
    const at = steps.findLastIndex(({ step }) => step === "held" || step === "hidden");
    const decided = steps[at];
    if (!decided) return undefined;
    const later = steps.slice(at + 1);
    const outcome = later.findLast(({ step }) => OUTCOMES.some((one) => one === step));
    const decision = OUTCOMES.find((one) => one === outcome?.step);
    return {
      ...{ visibility, rule: decided.rule, automatic: decided.by === "automatic" },
      ...(await this.#reasonOf(decided)),
      appealable: visibility !== "shown" && !later.some(({ step }) => step === "appealed"),
      appealed: open.some(({ step }) => step === "appealed"),
      ...(outcome && decision && { outcome: { decision, ...(await this.#reasonOf(outcome)) } }),
    };
  }

  /** How much there was since a time, POSIX seconds. */
  summary(since: number): ModerationSummary {
    const { desk, log } = this.#parts;
    const open = desk.queue().length;
    return { ...log.events.moderations.countSince(since), open, overdue: desk.overdue().length };
  }

  async #view({ record, visibility, steps, open }: ModeratedRecord): Promise<ModerationView> {
    const dues = open.flatMap(({ due }) => due ?? []);
    return {
      record: await this.#idAt(record),
      visibility,
      steps: await Promise.all(steps.map((step) => this.#stepView(step))),
      ...(dues.length > 0 && { due: Math.min(...dues) }),
    };
  }

  async #stepView({ record: _, ...step }: EnteredModeration): Promise<ModerationStepView> {
    return { id: await this.#idAt(step.leafIndex), ...step };
  }

  async #reasonOf({ leafIndex }: EnteredModeration): Promise<{ readonly reason?: string }> {
    const reason = moderationWordsIn((await claimsAt(leafIndex, this.#parts.log)) ?? {})?.text;
    return reason === undefined ? {} : { reason };
  }

  async #wordsAt(leafIndex: number, asker: Asker): Promise<ModerationWords> {
    const entry = await this.#entryAt(leafIndex);
    const body = await this.#parts.log.check.bodyOf(entry);
    const [opening] = (await this.#parts.wayOut.openings({ entry, body }, asker, new Set([MODERATION_CLAIM]))) ?? [];
    if (opening === undefined) return {};
    const { name, value } = parseOpening(opening);
    return moderationWordsIn({ [name]: value }) ?? {};
  }

  async #idAt(leafIndex: number): Promise<string> {
    return formatRecordId((await this.#entryAt(leafIndex)).id);
  }

  async #entryAt(leafIndex: number): Promise<StoredEntry> {
    const { store, check } = this.#parts.log;
    const [entry] = await store.entries(leafIndex, leafIndex + 1);
    if (!entry) throw check.missing(leafIndex);
    return entry;
  }
}
