/** Moderation for the edges: the state of records, what is waiting for a decision, and how much there was of it. */
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

/** A step, without what was said. */
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
  /** Absent if nothing was said, or it is erased. */
  readonly text?: string;
}

/** The content of a record, for whoever decides about it. */
export interface ModeratedContent {
  /** Its texts, as the profile names them. */
  readonly texts: readonly Pick<WrittenText, "claim" | "text" | "language">[];
  /** Hashes of the copies of its pictures that are, or were, published. */
  readonly pictures: readonly string[];
}

/** The state of a record. */
export interface ModerationView {
  readonly record: string;
  readonly visibility: Visibility;
  readonly steps: readonly ModerationStepView[];
  /** When the first open decision is due; absent if none is open. */
  readonly due?: number;
}

/** The state of a record that was held or hidden, for its author. */
export interface AuthorsModeration {
  readonly visibility: Visibility;
  readonly rule: string;
  /** Whether a program held it. */
  readonly automatic: boolean;
  /** The statement of reasons. */
  readonly reason?: string;
  readonly appealable: boolean;
  readonly appealed: boolean;
  /** The later decision about that, for example on appeal. */
  readonly outcome?: Outcome;
}

/** Earlier times when the record was held or hidden, and decided about. */
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

/** Reads the state of moderation. */
export class ModerationReader {
  readonly #parts: ModerationReadParts;

  constructor(parts: ModerationReadParts) {
    this.#parts = parts;
  }

  /** The state of the record at a leaf. @throws STORE_DAMAGED, STORE_FAILED */
  of(record: number): Promise<ModerationView> {
    return this.#view(this.#parts.desk.of(record));
  }

  /**
   * The records that wait for a decision, earliest due first.
   * @param isFor tells for a source whether the caller may decide about its records
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
   * What was said with each step about a record, for an officer; each counts as an access.
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
   * The content of a record, for an officer who decides about it; counts as an access. Empty once it is erased.
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
   * What its author is told about a record that is or was out of sight; `undefined` if it never was.
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

  /** Numbers of what was moderated since a time, POSIX seconds. */
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
