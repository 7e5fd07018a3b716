/**
 * The pages for people, and the files that they consist of. They are the same for everybody: whatever else they show,
 * they get from the API. Names of files contain their hash, so they can be cached for ever; the pages themselves are
 * requested again each time, and are sent again only if they have changed.
 */
import type { RequestHandler, Response } from "express";
import { z } from "zod";
import { WarifuError } from "../../core/errors.ts";
import type { PageFile, PageFiles } from "../../serve/page-files.ts";
import { allowApp, allowPage } from "../../serve/security-headers.ts";
import type { Route } from "../handling/route.ts";
import { idPath } from "../handling/values.ts";

/** Where the explorer's views are; it is one page, which finds out by its address what to show. */
const EXPLORER_VIEWS = [
  ["/", "showFirstPage", "The first page: the state of the log"],
  ["/records", "showRecordsPage", "Records, to look through and to search"],
  ["/records/{id}", "showRecordPage", "A record: its life, its proof and its lineage"],
  ["/receipts/{id}", "showReceiptPage", "The receipt for a record, with a QR code that leads to the verifier"],
  ["/map", "showMapPage", "Where records are from"],
  ["/sources", "showSourcesPage", "Sources: completeness, reputation, state"],
  ["/anchors", "showAnchorsPage", "Checkpoints and anchors"],
  ["/monitoring", "showMonitoringPage", "Alarms, and what comes from gateways"],
  ["/rights", "showRightsPage", "Rights and moderation as counts"],
] as const;

/** Where the views of the officer's desk are. What they show, they ask for with the session of whoever sits there. */
export const DESK_VIEWS = [
  ["/desk", "showDesk", "The officer's desk: what is to be done"],
  ["/desk/join", "showDeskJoin", "Where somebody who was invited makes a passkey"],
  ["/desk/moderation", "showDeskModeration", "Reports and appeals that wait for a decision"],
  ["/desk/moderation/{id}", "showDeskModerated", "A record about which something is to be decided"],
  ["/desk/requests", "showDeskRequests", "What people ask for, with its clocks"],
  ["/desk/requests/{id}", "showDeskRequest", "A request, from its arrival to its answer"],
  ["/desk/persons", "showDeskPersons", "The records of a person"],
  ["/desk/grants", "showDeskGrants", "What is granted to whom"],
  ["/desk/consents", "showDeskConsents", "Consents, and what people are told"],
  ["/desk/transfers", "showDeskTransfers", "Records that go to others"],
  ["/desk/erase", "showDeskErase", "What an erasure takes and leaves, and the erasure"],
  ["/desk/correct", "showDeskCorrect", "Rectifications and restrictions"],
  ["/desk/breaches", "showDeskBreaches", "Breaches of personal data, with their clocks"],
  ["/desk/breaches/{id}", "showDeskBreach", "A breach, and its steps"],
  ["/desk/tables", "showDeskTables", "De-identified tables"],
  ["/desk/processing", "showDeskProcessing", "The register of processing"],
  ["/desk/account", "showDeskAccount", "Who sits at the desk, and until when"],
] as const;

/** Where the views of the citizens' app are, in a service that has a city. A browser that keeps the app asks for `/app` alone. */
export const APP_VIEWS = [
  ["/app", "showApp", "The citizens' app: the timeline"],
  ["/app/themes", "showAppThemes", "What people are asked about"],
  ["/app/themes/{theme}", "showAppTheme", "A theme, with its posts"],
  ["/app/themes/{theme}/results", "showAppResults", "What came of a theme, the cities side by side"],
  ["/app/themes/{theme}/join", "showAppInvitation", "Where somebody who was invited takes part"],
  ["/app/posts/{id}", "showAppPost", "A post, with what became of it"],
  ["/app/new", "showAppCompose", "Where a post is written"],
  ["/app/mine", "showAppMine", "One's own posts, from the phone to the proof"],
  ["/app/about", "showAppAbout", "About the app, the account and people's rights"],
  ["/app/join", "showAppJoin", "Where somebody signs in, joins or comes back"],
] as const;

/** Paths at which pages and their files are, as Express matches them: the first page alone, not all that is below it. */
export const PAGE_PATHS: readonly (string | RegExp)[] = [
  ...[/^\/$/, "/assets", "/verify", "/docs", "/research", /^\/(warifu-)?verify[-.]/],
  ...EXPLORER_VIEWS.flatMap(([path]) => (path === "/" ? [] : [path.replace("{id}", ":id")])),
  "/desk",
  ...["/app", /^\/app[-.]/],
];

const IMMUTABLE = "public, max-age=31536000, immutable";
const ASKED_AGAIN = "no-cache";

function fileIn(pages: PageFiles, path: string): PageFile {
  const file = pages.get(path);
  if (file) return file;
  const why = pages.size === 0 ? "the pages were not built: run `npm run setup`" : "there is no such file of a page";
  throw new WarifuError("NOT_FOUND", why);
}

/** The page in that file. */
function servePage(path: string, allow: (response: Response, policy?: string) => void = allowPage): Route["handle"] {
  return ({ pages }): RequestHandler =>
    async (request, response) => {
      const page = fileIn(pages, path);
      allow(response, page.policy);
      await send(response, page, ASKED_AGAIN, request.acceptsEncodings(["gzip", "identity"]));
    };
}

const serveAsset: Route["handle"] =
  ({ pages }): RequestHandler<{ file: string }> =>
  async (request, response) => {
    const file = fileIn(pages, `assets/${request.params.file}`);
    await send(response, file, IMMUTABLE, request.acceptsEncodings(["gzip", "identity"]));
  };

/** Answers 304 by itself if the client has these bytes. */
async function send(response: Response, file: PageFile, cache: string, coding: string | false): Promise<void> {
  const isCompressed = coding === "gzip";
  response.setHeader("cache-control", cache);
  response.setHeader("content-type", file.type);
  response.setHeader("vary", "accept-encoding");
  // One tag a form of the bytes: it is a strong one.
  response.setHeader("etag", `"${file.sha256}${isCompressed ? "-gzip" : ""}"`);
  if (isCompressed) response.setHeader("content-encoding", "gzip");
  response.send(Buffer.from(isCompressed ? await file.compressed() : file.bytes));
}

/** A file of a page that has a name for good: it is asked for again, as it may be another one tomorrow. */
function serveNamed(path: string): Route["handle"] {
  return ({ pages }): RequestHandler =>
    async (request, response) => {
      const file = fileIn(pages, path);
      // A worker may load what its own answer says.
      if (path.endsWith(".js")) allowPage(response);
      await send(response, file, ASKED_AGAIN, request.acceptsEncodings(["gzip", "identity"]));
    };
}

const text = (description: string, type: string) => ({
  description,
  content: { [type]: { schema: { type: "string" as const } } },
});

const manifest = z.looseObject({ name: z.string(), start_url: z.string() });

const MANIFEST = {
  description: "A web app manifest.",
  content: {
    "application/manifest+json": { schema: manifest, example: { name: "Warifu verifier", start_url: "/verify" } },
  },
};

/** The verifier as one file, and its hash beside it. */
function verifierFileRoutes(file: string, name: string, what: string): Route[] {
  const shared = { method: "get", tag: "pages", refuses: ["NOT_FOUND"] } as const;
  return [
    {
      ...shared,
      ...{ path: `/${file}`, name, summary: what, handle: servePage(file) },
      answers: { "200": html("One file, complete in itself.") },
    },
    {
      ...shared,
      ...{ path: `/${file}.sha256`, name: `${name}Hash`, summary: "Its SHA-256", handle: serveNamed(`${file}.sha256`) },
      answers: { "200": text("As `sha256sum` writes it.", "text/plain") },
    },
  ];
}

const html = (description: string) => ({
  description,
  content: { "text/html": { schema: { type: "string" as const } } },
});

const themePath = z.object({ theme: z.string().meta({ description: "The theme's code.", example: "my-street" }) });

type View = readonly [path: string, name: string, summary: string];

/** The route of a view of that page. */
function viewRoute([path, name, summary]: View, page: string): Route {
  return {
    ...{ method: "get", path, name, tag: "pages", summary },
    ...(path.includes("{id}") && { params: idPath }),
    ...(path.includes("{theme}") && { params: themePath }),
    answers: { "200": html("A page.") },
    refuses: ["NOT_FOUND"],
    handle: servePage(page),
  };
}

/** The same in the citizens' app, which is there where there is a city. */
function appRoute(view: View): Route {
  return { ...viewRoute(view, "app.html"), ofCity: "all", handle: servePage("app.html", allowApp) };
}

const assetPath = z.object({
  file: z.string().meta({ description: "Name with the hash of the contents.", example: "styles-0123456789abcdef.css" }),
});

/** The routes. */
export const pageRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/verify",
    name: "showVerifier",
    tag: "pages",
    summary: "The verifier, for people",
    description: "The same file as `/warifu-verify.html`. It verifies in the browser and sends nothing.",
    answers: { "200": html("A page.") },
    refuses: ["NOT_FOUND"],
    handle: servePage("warifu-verify.html"),
  },
  ...verifierFileRoutes("warifu-verify.html", "getVerifier", "The verifier as one file without any network"),
  ...verifierFileRoutes("warifu-verify-rpc.html", "getVerifierWithNodes", "The same, which may ask nodes of one's own"),
  {
    method: "get",
    path: "/verify.webmanifest",
    name: "getVerifierManifest",
    tag: "pages",
    summary: "How the verifier is installed",
    answers: { "200": MANIFEST },
    refuses: ["NOT_FOUND"],
    handle: serveNamed("verify.webmanifest"),
  },
  {
    method: "get",
    path: "/verify-worker.js",
    name: "getVerifierWorker",
    tag: "pages",
    summary: "What keeps the installed verifier for when there is no network",
    answers: { "200": text("A service worker.", "text/javascript") },
    refuses: ["NOT_FOUND"],
    handle: serveNamed("verify-worker.js"),
  },
  ...EXPLORER_VIEWS.map((view) => viewRoute(view, "explorer.html")),
  ...DESK_VIEWS.map((view) => viewRoute(view, "desk.html")),
  ...APP_VIEWS.map(appRoute),
  {
    ...{ method: "get", path: "/app.webmanifest", name: "getAppManifest", tag: "pages", ofCity: "all" },
    summary: "How the citizens' app is installed",
    answers: { "200": MANIFEST },
    refuses: ["NOT_FOUND"],
    handle: serveNamed("app.webmanifest"),
  },
  {
    ...{ method: "get", path: "/app-worker.js", name: "getAppWorker", tag: "pages", ofCity: "all" },
    summary: "What keeps the citizens' app for when there is no network",
    answers: { "200": text("A service worker.", "text/javascript") },
    refuses: ["NOT_FOUND"],
    handle: serveNamed("app-worker.js"),
  },
  viewRoute(["/docs", "showReference", "The reference of this API, for people"], "reference.html"),
  viewRoute(["/research", "showResearch", "What anchors took, for researchers"], "research.html"),
  {
    method: "get",
    path: "/assets/{file}",
    name: "showPageFile",
    tag: "pages",
    summary: "A script, style sheet or picture of the pages",
    params: assetPath,
    answers: {
      "200": {
        description: "The file; it never changes.",
        content: Object.fromEntries(
          ["text/javascript", "text/css", "image/svg+xml", "image/png"].map((type) => [
            type,
            { schema: { type: "string" as const } },
          ]),
        ),
      },
    },
    refuses: ["NOT_FOUND"],
    handle: serveAsset,
  },
];
