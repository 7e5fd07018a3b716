/** Notices are put in force by an officer, and shown to everybody in the language that fits. */
import { isCountry } from "../core/countries.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import { noticeTextHash, parseNotice, type Notice } from "../core/notice-event.ts";
import { noticeEvent, type EnteredNotice, type NoticeName } from "../events/notice.ts";
import type { EventRegister } from "../events/register.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { Writer } from "../write/writer.ts";
import { assertProvision, type Law } from "./law.ts";

export interface NoticeParts {
  readonly events: Pick<EventRegister, "notices">;
  readonly writer: Pick<Writer, "enterIf">;
}

/** The notices of one log. */
export class NoticeBoard {
  readonly #parts: NoticeParts;
  readonly #law: Law;

  constructor(parts: NoticeParts, law: Law) {
    this.#parts = parts;
    this.#law = law;
  }

  /** Those in force, one a language. */
  get inForce(): readonly EnteredNotice[] {
    return this.#parts.events.notices.inForce;
  }

  /** The one in force in a language. @throws NOT_FOUND naming the languages that there are */
  of(language: string): EnteredNotice {
    const found = this.#parts.events.notices.of(language);
    if (found) return found;
    const languages = this.inForce.map(({ notice }) => notice.language).join(", ");
    throw new WarifuError(
      "NOT_FOUND",
      languages === ""
        ? "no notice is in force: an officer adds one with `warifu privacy notice add`"
        : `no notice is in force in that language, only in ${languages}`,
    );
  }

  /** Language and version of the notice at a leaf, in force or not. */
  namedAt(leafIndex: number): NoticeName | undefined {
    return this.#parts.events.notices.namedAt(leafIndex);
  }

  /**
   * Puts a notice in force.
   * @throws REQUEST_INVALID it is no notice, lacks what the law asks for, or is not newer than the one in force; STOPPED
   */
  async add(value: JsonValue): Promise<AppendedEntry> {
    const notice = parseNotice(value, "REQUEST_INVALID");
    this.#assertLawful(notice);
    const { jurisdiction, lawVersion } = this.#law;
    return this.#parts.writer.enterIf(() => {
      const { version = 0 } = this.#parts.events.notices.of(notice.language)?.notice ?? {};
      if (notice.version <= version)
        throw new WarifuError(
          "REQUEST_INVALID",
          `version ${version} is in force in that language: a new notice has a higher one`,
        );
      return noticeEvent({ ...notice, jurisdiction, lawVersion, textSha256: noticeTextHash(notice) });
    });
  }

  #assertLawful(notice: Notice): void {
    for (const { basis } of notice.purposes) assertProvision(this.#law, basis);
    if (!notice.recipients.every(({ country }) => isCountry(country)))
      throw new WarifuError("REQUEST_INVALID", "recipients: one of them has a country that is no code of ISO 3166-1");
    const missing = this.#law.noticeSays.filter((name) => notice[name] === undefined);
    if (missing.length > 0)
      throw new WarifuError(
        "REQUEST_INVALID",
        `by the law of ${this.#law.jurisdiction} a notice also says: ${missing.join(", ")}`,
      );
  }
}
