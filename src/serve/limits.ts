/**
 * Limits on what comes in over HTTP. Every input has one: what lies above is refused with a 4xx in bounded time and
 * memory.
 */

/** What one client may ask of the service. */
export interface HttpLimits {
  /**
   * Largest body of an NDJSON batch, decoded. It is taken in as it arrives, never held as a whole; but what was read is
   * garbage until it is collected, so this is also about how much memory a hostile body costs.
   */
  readonly maxBodyBytes: number;
  /** Largest body of one JSON text (a record, an array of records), decoded. It is held as a whole. */
  readonly maxJsonBytes: number;
  /** Most records of one request. */
  readonly maxRecordsPerRequest: number;
  /** Longest request target. */
  readonly maxUrlBytes: number;
  /** Largest header section with the request line. */
  readonly maxHeaderBytes: number;
  /** In each such time that passes, a body comes on at the rate below, or has ended: so long is a slow one waited for. */
  readonly bodyWindowMs: number;
  readonly minBodyBytesPerSecond: number;
  /** Longest time until its header section has arrived. */
  readonly headersTimeoutMs: number;
  /** How long a connection without a request stays open. */
  readonly keepAliveTimeoutMs: number;
  /** Fewer where the process may not open so many files. */
  readonly maxConnections: number;
  /** Of them, those of one address; without effect behind trusted proxies. */
  readonly maxConnectionsPerAddress: number;
  /** Requests of one client address a minute. Gateways batch, so this is for those who do not behave. */
  readonly ratePerMinute: number;
  /** Bundles with openings of one API key a minute. */
  readonly openingsPerMinute: number;
  /** Reverse proxies in front whose X-Forwarded-For is believed; 0 when clients connect directly. */
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
  maxConnections: 2_000,
  maxConnectionsPerAddress: 256,
  ratePerMinute: 600_000,
  openingsPerMinute: 600,
  trustedProxies: 0,
};
