/**
 * Bounds on connections: how many the process can hold, and how many one address may have.
 */
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { HttpLimits } from "./limits.ts";
import { clientOf } from "./rate-limit.ts";

/** Descriptors that the stores, the chain and the log need for themselves. */
const RESERVED_FILES = 256;

/**
 * An address that makes work on purpose loses its connections; for a while it may only have as many as a browser opens,
 * and must wait before opening new ones.
 */
const DISTRUSTED_CONNECTIONS = 6;
const DISTRUST_MS = 60_000;
const DISTRUSTED_PAUSE_MS = 10_000;

/** Which addresses to trust less. */
export interface ConnectionLimits {
  /** Lowers the bound for the other end of a connection. */
  distrust(socket: Socket): void;
}

/** Sets the bounds on a server that is not listening yet. */
export function limitConnections(
  server: Server,
  limits: Pick<HttpLimits, "maxConnections" | "maxConnectionsPerAddress" | "trustedProxies">,
): ConnectionLimits {
  server.maxConnections = mostConnections(limits.maxConnections, openFileLimit());
  // Behind a proxy all connections are the proxy's, and the proxy must bound its clients.
  if (limits.trustedProxies > 0) return { distrust: () => undefined };
  return limitPerAddress(server, limits.maxConnectionsPerAddress);
}

/** The number asked for, but leaving the process enough open files for its own work. */
export function mostConnections(asked: number, openFiles: number): number {
  const reserve = Math.min(RESERVED_FILES, Math.floor(openFiles / 2));
  return Math.max(1, Math.min(asked, openFiles - reserve));
}

/** What the system allows this process; unlimited if it does not say. */
function openFileLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}

/** Of the other end; of IPv6, the network that one customer has, who may have a connection from each address in it. */
export function addressOf({ remoteAddress = "" }: Pick<Socket, "remoteAddress">): string {
  return clientOf(remoteAddress);
}

function limitPerAddress(server: Server, most: number): ConnectionLimits {
  const counts = new Map<string, number>();
  const open = new Map<string, Set<Socket>>();
  const distrusted = new Map<string, NodeJS.Timeout>();
  const distrust = (socket: Socket): void => {
    const address = addressOf(socket);
    clearTimeout(distrusted.get(address));
    distrusted.set(address, setTimeout(() => distrusted.delete(address), DISTRUST_MS).unref());
    // All others of that address, right away: what they have already sent would be parsed in this same turn.
    for (const other of open.get(address) ?? []) if (other !== socket) other.destroy();
  };
  server.on("connection", (socket) => {
    const address = addressOf(socket);
    const count = counts.get(address) ?? 0;
    if (count >= (distrusted.has(address) ? Math.min(most, DISTRUSTED_CONNECTIONS) : most))
      return void socket.destroy();
    counts.set(address, count + 1);
    open.set(address, (open.get(address) ?? new Set()).add(socket));
    const free = (): void => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    };
    socket.once("close", () => {
      const left = open.get(address);
      if (left?.delete(socket) && left.size === 0) open.delete(address);
      if (distrusted.has(address)) setTimeout(free, DISTRUSTED_PAUSE_MS).unref();
      else free();
    });
  });
  return { distrust };
}
