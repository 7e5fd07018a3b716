/**
 * Keeps the verifier's page for when there is no network. It answers for that page alone, with what the service serves now
 * if the service can be reached.
 */

/** The little of a service worker's world that is used. https://w3c.github.io/ServiceWorker/ */
interface WorkerEvent extends Event {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const KEPT = "warifu-verify";
const FILES = ["/verify", "/verify.webmanifest"];

addEventListener("install", (event) => {
  (event as WorkerEvent).waitUntil(keep());
});

addEventListener("fetch", (event) => {
  const { request } = event as WorkerEvent;
  const { origin, pathname } = new URL(request.url);
  if (request.method === "GET" && origin === location.origin && FILES.includes(pathname))
    (event as WorkerEvent).respondWith(freshOrKept(request, pathname));
});

async function keep(): Promise<void> {
  const cache = await caches.open(KEPT);
  await cache.addAll(FILES);
}

async function freshOrKept(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(KEPT);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(path, fresh.clone());
    return fresh;
  } catch {
    return (await cache.match(path)) ?? Response.error();
  }
}
