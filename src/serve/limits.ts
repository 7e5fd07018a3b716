/**
 * Limits on what comes in over HTTP. Every input has one: anything above it is refused with a 4xx in bounded time and
 * memory.
 */

/** What one client may ask of the service. */
export interface HttpLimits {
  /**
   * Largest body of an NDJSON batch, decoded. It is processed as it arrives and never held as a whole; but what was
   * read is garbage until it is collected, so this also limits how much memory a hostile body costs.
   */
  readonly maxBodyBytes: number;
  /** Largest body of one JSON text (a record, an array of records), decoded. It is held as a whole. */
  readonly maxJsonBytes: number;
  /** Most records per request. */
  readonly maxRecordsPerRequest: number;
  /** Longest request target. */
  readonly maxUrlBytes: number;
  /** Largest header section, including the request line. */
  readonly maxHeaderBytes: number;
  /** In each such period, a body arrives at the rate below or faster, or ends: this is how long a slow one is tolerated. */
  readonly bodyWindowMs: number;
  readonly minBodyBytesPerSecond: number;
  /** Longest time until a request's header section has arrived. */
  readonly headersTimeoutMs: number;
  /** How long a connection without a request stays open. */
  readonly keepAliveTimeoutMs: number;
  /** Answers of all connections that nobody has read yet; those of whoever has the most of them are cut off above it. */
  readonly maxUnreadBytes: number;
  /** How long bodies may go on arriving once the service is stopping. */
  readonly drainMs: number;
  /** Fewer if the process may not open that many files. */
  readonly maxConnections: number;
  /** How many of them one address may have; no effect behind trusted proxies. */
  readonly maxConnectionsPerAddress: number;
  /** Requests per minute from one client address. Gateways batch, so this only affects clients that misbehave. */
  readonly ratePerMinute: number;
  /** Of these, requests with which somebody signs in. */
  readonly signInsPerMinute: number;
  /** Bundles with openings per minute for one API key. */
  readonly openingsPerMinute: number;
  /** Reverse proxies in front whose X-Forwarded-For is trusted; 0 when clients connect directly. */
  readonly trustedProxies: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  maxBodyBytes: 16_777_216,
  maxJsonBytes: 4_194_304,
  maxRecordsPerRequest: 20_000,
  maxUrlBytes: 2_048,
  maxHeaderBytes: 16_384,
  bodyWindowMs: 60_000,
  minBodyBytesPerSecond: 500,
  headersTimeoutMs: 15_000,
  keepAliveTimeoutMs: 30_000,
  maxUnreadBytes: 134_217_728,
  // Leaves two of the five seconds after which connections are cut (listen.ts) for what arrived to become durable, and for
  // the answers.
  drainMs: 3_000,
  maxConnections: 2_000,
  maxConnectionsPerAddress: 256,
  ratePerMinute: 600_000,
  signInsPerMinute: 60,
  openingsPerMinute: 600,
  trustedProxies: 0,
};
