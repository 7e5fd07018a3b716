/**
 * Keeps the app for when there is no network, or a slow one: it begins with what was kept, and what the service serves by now is
 * there the next time. It keeps the app alone, nothing that anybody wrote: what was erased or hidden must not live on here.
 */

/** The little of a service worker's world that is used. https://w3c.github.io/ServiceWorker/ */
interface WorkerEvent extends Event {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

interface WorkerScope {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}

const KEPT = "warifu-app";
const SHELL = "/app";
/** What the shell loads, as the build writes it. */
const LOADED = /(?:src|href)="(\/[^"]+)"/g;

const scope = globalThis as unknown as WorkerScope;

addEventListener("install", (event) => {
  (event as WorkerEvent).waitUntil(renew().then(() => scope.skipWaiting()));
});

addEventListener("activate", (event) => {
  (event as WorkerEvent).waitUntil(scope.clients.claim());
});

addEventListener("fetch", (event) => {
  const { request } = event as WorkerEvent;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    const fresh = renew();
    (event as WorkerEvent).waitUntil(fresh.catch(() => undefined));
    (event as WorkerEvent).respondWith(keptOr(SHELL, () => fresh));
  } else if (pathname.startsWith("/assets/") || pathname === "/app.webmanifest")
    (event as WorkerEvent).respondWith(keptOr(pathname, () => fetch(request)));
});

async function keptOr(path: string, otherwise: () => Promise<Response>): Promise<Response> {
  const kept = await (await caches.open(KEPT)).match(path);
  return kept ?? otherwise();
}

/** Takes the shell that the service serves now, and keeps it once all that it loads is here. @returns the shell */
async function renew(): Promise<Response> {
  const response = await fetch(SHELL, { cache: "no-cache" });
  // The service has no app any more.
  if (response.status === 404) await caches.delete(KEPT);
  if (!response.ok) return response;
  const cache = await caches.open(KEPT);
  const loaded = [...(await response.clone().text()).matchAll(LOADED)].map(([, path]) => path as string);
  for (const path of loaded) if (!path.startsWith("/assets/") || !(await cache.match(path))) await cache.add(path);
  await cache.put(SHELL, response.clone());
  for (const { url } of await cache.keys())
    if (![SHELL, ...loaded].includes(new URL(url).pathname)) await cache.delete(url);
  return response;
}
