/** /v1/timeline, /v1/posts/{id}…: what readers are shown. Who may see a post is decided in src/posts, never here. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { MOST_PICTURES } from "../../core/picture.ts";
import { json } from "../handling/answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { cursor, decimal, idPath, parseRequest } from "../handling/values.ts";
import {
  code,
  commentsSchema,
  PICTURE_CONTENT,
  POST_EXAMPLES,
  postSchema,
  postsOf,
  timelineSchema,
  viewerOf,
} from "./post-schemas.ts";

/** What a browser may do with a picture: show it, and nothing else. */
const PICTURE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";
const [MOST_POSTS, USUAL_POSTS] = [50, 20];
const [MOST_COMMENTS, USUAL_COMMENTS] = [200, 100];

const timelineQuery = z.strictObject({
  theme: code.optional().meta({ description: "Only posts under a theme." }),
  category: code.optional().meta({ description: "Only posts of a category." }),
  before: cursor.meta({ description: "Where the part begins: `next` of the part before." }),
  limit: decimal(1, MOST_POSTS, "Most posts.").default(USUAL_POSTS),
});
const commentsQuery = z.strictObject({
  after: cursor.meta({ description: "Where the part begins: `next` of the part before." }),
  limit: decimal(1, MOST_COMMENTS, "Most comments.").default(USUAL_COMMENTS),
});
const translationQuery = z.strictObject({
  to: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .meta({ description: "A language that the city speaks.", example: "ja" }),
});
const picturePath = idPath.extend({
  n: decimal(0, MOST_PICTURES - 1, "Place among the post's pictures, from 0."),
});
const translationSchema = z
  .strictObject({
    from: z.string(),
    to: z.string(),
    text: z.string(),
    label: z.enum(["machine", "person"]).meta({ description: "Who translated it: readers are told." }),
    by: z.string().optional().meta({ description: "The program, if it was one." }),
  })
  .meta({ id: "PostTranslation" });

function showTimeline(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const query = parseRequest(timelineQuery, request.query);
    response.json(await postsOf(parts).timeline(query, await viewerOf(request, parts)));
  };
}

function showPost(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    response.json(await postsOf(parts).post(request.params.id, await viewerOf(plain(request), parts)));
  };
}

function listComments(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const query = parseRequest(commentsQuery, request.query);
    response.json(await postsOf(parts).comments(request.params.id, query, await viewerOf(plain(request), parts)));
  };
}

function showPicture(parts: RouteParts): RequestHandler<{ id: string; n: string }> {
  return async (request, response) => {
    const { id, n } = parseRequest(picturePath, request.params);
    const { bytes, type } = await postsOf(parts).picture(id, n, await viewerOf(plain(request), parts));
    response.setHeader("content-type", type);
    response.set("content-disposition", "inline").set("content-security-policy", PICTURE_POLICY).end(bytes);
  };
}

function translatePost(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { to } = parseRequest(translationQuery, request.query);
    const made = await postsOf(parts).translation(request.params.id, to, await viewerOf(plain(request), parts));
    const { tool, by, ...said } = made;
    response.json({ ...said, label: by, ...(tool !== undefined && { by: tool }) });
  };
}

/** Without the types of its parameters, which no guard reads. */
function plain(request: unknown): Parameters<typeof viewerOf>[0] {
  return request as Parameters<typeof viewerOf>[0];
}

const shared = { method: "get", tag: "citizens", ofCity: "all-and-citizens" } as const;
const READS = [...REFUSALS.reading, "NOT_FOUND"] as const;

/** The routes. */
export const timelineRoutes: readonly Route[] = [
  {
    ...{ ...shared, path: "/v1/timeline", name: "showTimeline", summary: "Show the newest posts" },
    description: "Without those of authors whom the citizen has blocked.",
    query: timelineQuery,
    answers: { "200": json("The posts, the newest first.", timelineSchema, POST_EXAMPLES.timeline) },
    refuses: READS,
    handle: showTimeline,
  },
  {
    ...{ ...shared, path: "/v1/posts/{id}", name: "showPost", summary: "Show a post" },
    description: "Its author sees it however it stands, with the statement of reasons.",
    params: idPath,
    answers: { "200": json("The post.", postSchema, POST_EXAMPLES.post) },
    refuses: READS,
    handle: showPost,
  },
  {
    ...{ ...shared, path: "/v1/posts/{id}/comments", name: "listComments", summary: "List the comments on a post" },
    params: idPath,
    query: commentsQuery,
    answers: { "200": json("The oldest first.", commentsSchema, POST_EXAMPLES.comments) },
    refuses: READS,
    handle: listComments,
  },
  {
    ...{ ...shared, path: "/v1/posts/{id}/pictures/{n}", name: "showPostPicture" },
    summary: "Get a picture of a post: the copy in which faces are hidden",
    params: picturePath,
    answers: { "200": { description: "The picture.", content: PICTURE_CONTENT } },
    refuses: READS,
    handle: showPicture,
  },
  {
    ...{ ...shared, path: "/v1/posts/{id}/translation", name: "translatePost" },
    summary: "Show a post or a comment in another language",
    description: "What nobody has asked for before is made now, and entered in the log as a derivation.",
    params: idPath,
    query: translationQuery,
    answers: {
      "200": json("The text, labelled.", translationSchema, {
        ...{ from: "es", to: "ja", text: "噴水がまた動いています", label: "machine", by: "bergamot" },
      }),
    },
    refuses: [...READS, ...REFUSALS.writing, "NOT_TRANSLATED", "TRANSFER_REFUSED", "BUSY", "ENCODING_INVALID"],
    handle: translatePost,
  },
];
