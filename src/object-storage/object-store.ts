/**
 * Where the log's files lie for everybody to read, without the service: a bucket of object storage, or a folder.
 *
 * Invariant of every implementation: what was created is never written over, and a replacement succeeds for one of several
 * writers only.
 */

/** An object as it was read. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Names these bytes at this key for {@link ObjectStore.replace}; opaque. */
  readonly version: string;
  /** Whether the storage still has these bytes once they are replaced or removed: former versions of an object. */
  readonly isKept: boolean;
}

/** Part of an object. */
export interface StoredPiece {
  /** None where the object ends before it. */
  readonly bytes: Uint8Array;
  /** Of the whole object. */
  readonly size: number;
  /** Names the object that this is a part of, for the next piece; opaque, and no {@link StoredObject.version}. */
  readonly of: string;
}

/** Which part. */
export interface PieceAsked {
  readonly from: number;
  readonly length: number;
  /** {@link StoredPiece.of} of the pieces before it. */
  readonly of?: string | undefined;
}

/** An object to be written. */
export interface NewObject {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** What the storage tells caches of it, where it can. */
  readonly cacheControl: string;
}

/** Objects by their keys: paths such as `tile/0/x001/234`, of letters, digits, dots, hyphens and slashes. */
export interface ObjectStore {
  /** For people: where it is, without anything secret. */
  readonly name: string;

  /**
   * The object at a key; `undefined` when there is none, or none for whoever reads.
   * @throws SERVICE_UNREACHABLE, STORE_FAILED; TOO_LARGE it has more than `maxBytes`
   */
  read(key: string, maxBytes: number): Promise<StoredObject | undefined>;

  /**
   * Part of the object at a key, which may have any size; `undefined` when there is none. Between pieces nothing is held, so
   * that whoever takes them slowly costs nothing.
   * @throws SERVICE_UNREACHABLE, STORE_FAILED also when the object is another one than the pieces before are of
   */
  readPiece(key: string, asked: PieceAsked): Promise<StoredPiece | undefined>;

  /**
   * Puts an object where none is.
   * @returns whether it did; otherwise there was one, which is as it was
   * @throws SERVICE_UNREACHABLE, STORE_FAILED
   */
  create(key: string, object: NewObject): Promise<boolean>;

  /**
   * Puts an object where that version is.
   * @returns whether it did; otherwise there is another version, or none
   * @throws SERVICE_UNREACHABLE, STORE_FAILED
   */
  replace(key: string, object: NewObject, version: string): Promise<boolean>;

  /**
   * The keys that begin with `prefix`, which ends with a slash; at most 1,000 of them.
   * @throws SERVICE_UNREACHABLE, STORE_FAILED
   */
  keysBelow(prefix: string): Promise<readonly string[]>;

  /**
   * Removes the object at a key, if there is one.
   * @throws SERVICE_UNREACHABLE, STORE_FAILED
   */
  remove(key: string): Promise<void>;
}
