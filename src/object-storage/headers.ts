/** What caches and readers are told of the log's files, by the storage and by whoever serves from it. */

/** How long a checkpoint may be cached, and whatever else may change: longer would hide what the log takes in. */
export const CHECKPOINT_CACHE = "public, max-age=2";
/** Tiles and bundles never change. */
export const IMMUTABLE_CACHE = "public, max-age=31536000, immutable";
export const CHECKPOINT_TYPE = "text/plain; charset=utf-8";
export const TILE_TYPE = "application/octet-stream";
