/**
 * Pictures of records: receiving them, and showing them. Everybody may see the published copies. Whoever may not see
 * openings does not even learn whether an original is here.
 */
import type { Body } from "../core/body.ts";
import { toHex } from "../core/bytes.ts";
import type { ContentCredentials } from "../core/content-credentials.ts";
import { BOXES_CLAIM, derivationOf, type Derivation, type DerivedPicture } from "../core/derivation-event.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { isBox, type Box } from "../core/picture.ts";
import { formatRecordId } from "../core/record-id.ts";
import { sha256 } from "../core/sha256.ts";
import type { PicturePlace, PublishedCopy, Publishing, UnpublishedReason } from "../derive/publishing.ts";
import type { Asker, WayOut } from "../privacy/way-out.ts";
import type { PictureFormat } from "../pictures/picture-format.ts";
import type { PictureProcess } from "../pictures/picture-process.ts";
import type { PictureRule } from "../profiles/profile.ts";
import { enterDerivation } from "../write/enter-derivation.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Picture } from "../write/pictured-value.ts";
import type { KeptPicture } from "../write/stored-check.ts";
import type { Records } from "./records.ts";
import { assertMayBeSent, assertSameShape, type SentDerivation } from "./sent-derivation.ts";

export interface PictureParts {
  /** Where pictures are decoded. */
  readonly process: Pick<PictureProcess, "look" | "credentials" | "copy">;
  readonly publishing: Pick<Publishing, "wake" | "reasonOf" | "publishFirst" | "hideMore">;
}

/** A picture as it is handed out. */
export interface ShownPicture {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** A derivation of a picture. */
export interface DerivationView extends Omit<Derivation, "record"> {
  readonly id: string;
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
  /** The result, with the opening that proves it by the event's body; absent once it is replaced or erased. */
  readonly out?: DerivedPicture;
  readonly opening?: string;
}

/** A picture that is not published, and why. */
export interface UnpublishedPicture {
  readonly picture: number;
  readonly reason: UnpublishedReason;
}

/** Whether everybody may see the published pictures of a record with that id, from that source. */
export type PublicTest = (id: string, source: string) => Promise<boolean>;

/** The pictures of one log. */
export class Pictures {
  readonly #parts: PictureParts;
  readonly #log: Pick<OpenLog, "store" | "check" | "events" | "profiles" | "writer">;
  readonly #records: Pick<Records, "entry">;
  readonly #wayOut: Pick<WayOut, "picture" | "copy">;
  #making: Promise<unknown> = Promise.resolve();
  #isPublic: PublicTest = async () => true;

  constructor(
    parts: PictureParts,
    log: Pick<OpenLog, "store" | "check" | "events" | "profiles" | "writer">,
    records: Pick<Records, "entry">,
    wayOut: Pick<WayOut, "picture" | "copy">,
  ) {
    this.#parts = parts;
    this.#log = log;
    this.#records = records;
    this.#wayOut = wayOut;
  }

  /**
   * Inspects the pictures that come in with a record.
   * @throws PICTURE_INVALID, PICTURE_UNSUPPORTED, TOO_LARGE, BUSY
   */
  async receive(pictures: readonly Uint8Array[]): Promise<readonly Picture[]> {
    const { process } = this.#parts;
    const inspected: (PictureFormat & { readonly bytes: Uint8Array })[] = [];
    for (const bytes of pictures) inspected.push({ bytes, ...(await process.look(bytes)) });
    // Read last, which takes longest: pictures that are refused are not worth the time.
    const credentials = await process.credentials(inspected);
    return inspected.map(({ bytes, type, width, height }, at) => ({
      bytes,
      claim: { bytes: bytes.length, height, sha256: toHex(sha256(bytes)), type, width },
      credentials: credentials[at] as ContentCredentials,
    }));
  }

  /** From now on, only pictures of records that pass the test are shown to everybody. */
  showOnly(isPublic: PublicTest): void {
    this.#isPublic = isPublic;
  }

  /** Publishes pictures of new records soon. */
  wake(): void {
    this.#parts.publishing.wake();
  }

  /**
   * The derivations of a record's pictures, in the order of the log.
   * @throws ENCODING_INVALID, NOT_FOUND, STORE_DAMAGED, VAULT_FAILED
   */
  async derivations(id: string): Promise<DerivationView[]> {
    const { leafIndex } = (await this.#records.entry(id)).entry;
    const found = this.#log.events.derivations.of(leafIndex).map((one) => this.#view(one.leafIndex));
    return (await Promise.all(found)).flatMap((one) => one ?? []);
  }

  /**
   * The pictures of a record that are not published, and why.
   * @throws as {@link Pictures.derivations}
   */
  async unpublished(id: string): Promise<UnpublishedPicture[]> {
    const { entry, body } = await this.#records.entry(id);
    const { leafIndex } = entry;
    const pictures = (await this.#log.check.picturesOf(leafIndex, body)) ?? [];
    const isSealed = this.#ruleOf(body) === "sealed";
    const reason = isSealed ? "sealed" : this.#parts.publishing.reasonOf(leafIndex);
    return pictures.flatMap((_, picture) =>
      this.#log.events.derivations.newestOf(leafIndex, picture) ? [] : [{ picture, reason }],
    );
  }

  /**
   * The published picture with that hash, if the record has it.
   * @throws as {@link Pictures.derivations}
   */
  async published(id: string, hash: string): Promise<ShownPicture | undefined> {
    const { leafIndex: record } = (await this.#records.entry(id)).entry;
    if (!(await this.#isShown(record))) return undefined;
    const copy = await this.#copyWithHash(record, hash);
    const derived = copy && (await this.#log.check.derivedOf(copy.leafIndex, copy.body));
    return derived && { bytes: derived.bytes, type: derived.claim.type };
  }

  /**
   * The hash of a record's first published picture, if it has one.
   * @param record leaf index
   * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async firstPublished(record: number): Promise<string | undefined> {
    if (!(await this.#isShown(record))) return undefined;
    return (await this.copiesOf(record))[0];
  }

  /**
   * Hashes of the newest copies of a record's pictures, in the order of the pictures, whether or not people may see them.
   * @param record leaf index
   * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async copiesOf(record: number): Promise<string[]> {
    const hashes: string[] = [];
    for (const { leafIndex } of this.#newestCopies(record).toSorted((a, b) => a.picture - b.picture)) {
      const derived = await this.#log.check.derivedClaimOf(leafIndex, await this.#bodyAt(leafIndex));
      if (derived) hashes.push(derived.claim.sha256);
    }
    return hashes;
  }

  /**
   * The original with that hash, or the copy with that hash, even while people may not see it.
   * @throws as {@link Pictures.derivations}, and as {@link WayOut.picture}
   */
  async original(id: string, hash: string, asker: Asker): Promise<ShownPicture> {
    const record = await this.#records.entry(id);
    const copy = await this.#copyWithHash(record.entry.leafIndex, hash);
    const found = copy ? await this.#wayOut.copy(record, asker, copy) : await this.#wayOut.picture(record, asker, hash);
    if (!found) throw new WarifuError("NOT_FOUND", "the record has no such picture");
    return { bytes: found.bytes, type: found.claim.type };
  }

  /**
   * Publishes a copy of a picture in which these boxes are hidden too.
   * @throws as {@link Publishing.publishFirst}
   */
  hide(id: string, picture: number, boxes: readonly Box[]): Promise<DerivationView> {
    return this.#inTurn(async () => {
      const { publishing } = this.#parts;
      const { record, kept, rule } = await this.#publishable(id, picture);
      const place = { record, picture };
      const made = await this.#replacingNewest(place, async () => {
        const copy = await this.#publishedCopy(place);
        return copy ? publishing.hideMore(place, kept, copy, boxes) : publishing.publishFirst(place, kept, rule, boxes);
      });
      return this.#entered(made);
    });
  }

  /**
   * Publishes a copy that another tool made of a picture. It is decoded and stripped like any other; whatever is hidden in
   * the published copy, or was to be hidden according to the record's sender, is hidden in it too.
   * @throws REQUEST_INVALID nobody looked for faces, it calls itself what the service is, or it is only a part of the
   *   picture; PICTURE_INVALID, PICTURE_UNSUPPORTED, TOO_LARGE; BUSY, also when others are published meanwhile; NOT_FOUND;
   *   STOPPED
   */
  derive(id: string, { manualBoxes = 0, ...sent }: SentDerivation, outcome: Uint8Array): Promise<DerivationView> {
    return this.#inTurn(async () => {
      const { record, kept, rule } = await this.#publishable(id, sent.picture);
      assertMayBeSent(sent, rule);
      const place = { record, picture: sent.picture };
      const made = await this.#replacingNewest(place, async (replaces) => {
        const copy = await this.#publishedCopy(place);
        const boxes = copy?.boxes ?? kept.claim.hide ?? [];
        const { bytes, width, height } = await this.#parts.process.copy(outcome, boxes);
        if (copy && boxes.length > 0) assertSameShape(copy, { width, height });
        const derivation = { by: "client", manualBoxes, ...sent, record } as const;
        const stripped = { bytes, type: "image/webp", width, height };
        return enterDerivation({ derivation, of: kept.claim.sha256, boxes, outcome: stripped, replaces }, this.#log);
      });
      return this.#entered(made);
    });
  }

  /**
   * Makes a copy that replaces the newest one. Tries again if there is a newer one by then: the service may publish the
   * first copy at any moment.
   * @param make takes the leaf index of the copy to replace
   */
  async #replacingNewest<T>(
    { record, picture }: PicturePlace,
    make: (replaces: number | undefined) => Promise<T>,
  ): Promise<T> {
    const newest = (): number | undefined => this.#log.events.derivations.newestOf(record, picture)?.leafIndex;
    const before = newest();
    try {
      return await make(before);
    } catch (error) {
      if (codeOf(error) !== "BUSY" || newest() === before) throw error;
      return make(newest());
    }
  }

  /** The derivations of a record's pictures that no later one has replaced. */
  #newestCopies(record: number) {
    return this.#log.events.derivations.of(record).filter((one) => this.#isNewest(record, one));
  }

  #isNewest(record: number, { leafIndex, picture }: { readonly leafIndex: number; readonly picture: number }): boolean {
    return this.#log.events.derivations.newestOf(record, picture)?.leafIndex === leafIndex;
  }

  /** The event of the newest copy that has that hash. */
  async #copyWithHash(
    record: number,
    hash: string,
  ): Promise<{ readonly leafIndex: number; readonly body: Body } | undefined> {
    for (const { leafIndex } of this.#newestCopies(record)) {
      const body = await this.#bodyAt(leafIndex);
      const derived = body && (await this.#log.check.derivedClaimOf(leafIndex, body));
      if (body && derived?.claim.sha256 === hash) return { leafIndex, body };
    }
    return undefined;
  }

  /** Makes copies one after the other, since each is made from the one before it. */
  #inTurn<T>(make: () => Promise<T>): Promise<T> {
    const made = this.#making.then(make);
    this.#making = made.catch(() => undefined);
    return made;
  }

  /** The copy that is published, and its event. */
  async #publishedCopy({ record, picture }: PicturePlace): Promise<PublishedCopy | undefined> {
    const newest = this.#log.events.derivations.newestOf(record, picture);
    const body = newest && (await this.#bodyAt(newest.leafIndex));
    const derived = body && (await this.#log.check.derivedOf(newest.leafIndex, body));
    if (!derived) return undefined;
    const boxes = boxesIn(await this.#log.check.claimsOf(newest.leafIndex, body));
    const { width, height } = derived.claim;
    return { leafIndex: newest.leafIndex, bytes: derived.bytes, width, height, boxes, derivation: derivationOf(body) };
  }

  /** A picture that may be published. @throws NOT_FOUND there is no such picture, or its profile publishes none */
  async #publishable(
    id: string,
    picture: number,
  ): Promise<{ readonly record: number; readonly kept: KeptPicture; readonly rule: PictureRule }> {
    const { entry, body } = await this.#records.entry(id);
    const rule = this.#ruleOf(body);
    const kept = (await this.#log.check.picturesOf(entry.leafIndex, body))?.[picture];
    if (!kept || rule === "sealed")
      throw new WarifuError("NOT_FOUND", "the record has no such picture that may be published");
    return { record: entry.leafIndex, kept, rule };
  }

  #ruleOf(body: Body | undefined): PictureRule {
    return this.#log.profiles.get(body?.vct.split(":")[1] ?? "")?.document.pictures ?? "sealed";
  }

  async #entered({ leafIndex }: { readonly leafIndex: number }): Promise<DerivationView> {
    const view = await this.#view(leafIndex);
    if (!view) throw new WarifuError("NOT_FOUND", "the record was erased meanwhile");
    return view;
  }

  async #view(leafIndex: number): Promise<DerivationView | undefined> {
    const [entry] = await this.#log.store.entries(leafIndex, leafIndex + 1);
    const body = entry && (await this.#log.check.bodyOf(entry));
    if (!body) return undefined;
    const { record, ...derivation } = derivationOf(body);
    const isShown = this.#isNewest(record, { leafIndex, ...derivation }) && (await this.#isShown(record));
    const derived = isShown ? await this.#log.check.derivedOf(leafIndex, body) : undefined;
    return {
      id: formatRecordId(entry.id),
      leafIndex,
      at: body.iat,
      ...derivation,
      ...(derived && { out: derived.claim, opening: derived.opening }),
    };
  }

  async #isShown(record: number): Promise<boolean> {
    if (this.#log.events.moderations.visibilityOf(record) !== "shown") return false;
    const [entry] = await this.#log.store.entries(record, record + 1);
    return entry !== undefined && this.#isPublic(formatRecordId(entry.id), entry.sourceName);
  }

  async #bodyAt(leafIndex: number): Promise<Body | undefined> {
    const [entry] = await this.#log.store.entries(leafIndex, leafIndex + 1);
    return entry && this.#log.check.bodyOf(entry);
  }
}

/** The boxes that are hidden according to an event's claims. */
function boxesIn(claims: JsonObject = {}): readonly Box[] {
  const boxes = claims[BOXES_CLAIM];
  return Array.isArray(boxes) ? (boxes.filter(isBox) as unknown as readonly Box[]) : [];
}
