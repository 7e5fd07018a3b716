/** POST /v1/posts and what citizens do with posts: comment, smile, follow, withdraw; and their own lists. */
import type { RequestHandler, Response } from "express";
import { z } from "zod";
import type { JsonValue } from "../../core/json.ts";
import { isBox, MOST_PICTURES, type Box } from "../../core/picture.ts";
import { isTimestamp } from "../../core/timestamp.ts";
import type { Taken } from "../../posts/posting.ts";
import { bodyOf } from "../handling/json-body.ts";
import { json } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { hash, idPath, parseRequest, recordId } from "../handling/values.ts";
import { code, memberIn, POST_EXAMPLES, postsOf, postsSchema } from "./post-schemas.ts";
import { acknowledgementSchema } from "./submit-records.ts";

const key = z
  .string()
  .regex(/^[!-~]{1,64}$/)
  .meta({ description: "The phone's own, such as a UUID: sent again with the same key it is the same one." });
const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/);
const box = z
  .custom<Box>((value) => isBox(value as JsonValue), "must be left, top, width and height, as fractions of the picture")
  .meta({ override: { type: "array", items: { type: "number", minimum: 0, maximum: 1 }, minItems: 4, maxItems: 4 } });

const postBody = z
  .strictObject({
    key,
    category: code,
    theme: code.optional(),
    text: z.string().max(8_000).optional(),
    language: language.optional(),
    area: code.optional().meta({ description: "Public. The exact place, if there is one, is concealed." }),
    latitude: z.number().min(-90).max(90).optional(),
    longitude: z.number().min(-180).max(180).optional(),
    reportedAt: z
      .string()
      .refine(isTimestamp, "must be a time as RFC 3339 writes it")
      .meta({ example: "2026-11-29T09:29:00Z" }),
    pictures: z
      .array(z.strictObject({ sha256: hash, hide: z.array(box).max(64).optional() }))
      .max(MOST_PICTURES)
      .default([])
      .meta({ description: "By the hashes under which they were uploaded, with parts to be made unrecognisable." }),
  })
  .meta({ id: "NewPost" });
const commentBody = z
  .strictObject({ key, text: z.string().min(1).max(2_000), language: language.optional() })
  .meta({ id: "NewComment" });
const tagPath = z.object({
  author: z
    .string()
    .regex(/^[0-9a-f]{20}$/)
    .meta({ description: "Tag of an author, as posts have it.", example: "5d41402abc4b2a76b971" }),
});

function submitPost(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const posts = postsOf(parts);
    const said = await bodyOf(postBody, request);
    const member = memberIn(response);
    const taken = await posts.posting.post(said, member, await posts.viewerFor(member));
    if (said.pictures.length > 0) parts.ledger.pictures.wake();
    answerTaken(taken, response);
  };
}

function addComment(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const posts = postsOf(parts);
    const said = await bodyOf(commentBody, request as never);
    const member = memberIn(response);
    answerTaken(await posts.posting.comment(request.params.id, said, member, await posts.viewerFor(member)), response);
  };
}

function answerTaken({ isNew, ...acknowledgement }: Taken, response: Response): void {
  response.status(isNew ? 201 : 200).json(acknowledgement);
}

function react(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const posts = postsOf(parts);
    const member = memberIn(response);
    await posts.posting.react(request.params.id, member, await posts.viewerFor(member));
    response.status(204).end();
  };
}

function unreact(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    await postsOf(parts).posting.unreact(request.params.id, memberIn(response));
    response.status(204).end();
  };
}

function follow(doesFollow: boolean): (parts: RouteParts) => RequestHandler<{ id: string }> {
  return (parts) => async (request, response) => {
    const posts = postsOf(parts);
    const member = memberIn(response);
    await posts.follow(request.params.id, doesFollow, member, await posts.viewerFor(member));
    response.status(204).end();
  };
}

function block(isBlocked: boolean): (parts: RouteParts) => RequestHandler<{ author: string }> {
  return (parts) => async (request, response) => {
    const { author } = parseRequest(tagPath, request.params);
    await postsOf(parts).block(author, isBlocked, memberIn(response));
    response.status(204).end();
  };
}

function withdraw(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params;
    const event = await postsOf(parts).posting.withdraw(id, memberIn(response));
    parts.security.note("records-erased", { count: 1 });
    response.json({ id, event });
  };
}

function listOwn(parts: RouteParts): RequestHandler {
  return async (_request, response) => {
    const posts = postsOf(parts);
    response.json({ posts: await posts.ownPosts(await posts.viewerFor(memberIn(response))) });
  };
}

function listFollowed(parts: RouteParts): RequestHandler {
  return async (_request, response) => {
    const posts = postsOf(parts);
    response.json({ posts: await posts.followed(await posts.viewerFor(memberIn(response))) });
  };
}

function listBlocked(parts: RouteParts): RequestHandler {
  return async (_request, response) => {
    const { blocked } = await postsOf(parts).viewerFor(memberIn(response));
    response.json({ authors: [...blocked] });
  };
}

const withdrawnSchema = z
  .strictObject({ id: recordId, event: recordId.meta({ description: "The log's event that says that it is erased." }) })
  .meta({ id: "WithdrawnPost" });
const blockedSchema = z.strictObject({ authors: z.array(z.string()) }).meta({ id: "BlockedAuthors" });

const shared = { tag: "citizens", ofCity: "citizens" } as const;
const SUBMITS = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.record, ...REFUSALS.writing] as const;
const TAKES = [...SUBMITS, ...REFUSALS.admission, ...REFUSALS.reading, "NOT_FOUND"] as const;
const CHANGES = [...REFUSALS.reading, ...REFUSALS.writing, "NOT_FOUND"] as const;
const DONE = { "204": { description: "Done, or it was so already." } };
const taken = (description: string) => json(description, acknowledgementSchema, EXAMPLES.acknowledgement);
const TAKEN = { "201": taken("It is in the log."), "200": taken("It was in the log already.") };

/** The routes. */
export const postingRoutes: readonly Route[] = [
  {
    ...{ ...shared, method: "post", path: "/v1/posts", name: "submitPost", summary: "Post something" },
    description:
      "Pictures are uploaded before. A new account may post so much in a day as the city allows. With pictures, a post is " +
      "shown once all of their copies are published.",
    body: { required: true, content: { "application/json": { schema: postBody, example: POST_EXAMPLES.newPost } } },
    answers: TAKEN,
    refuses: [...TAKES, ...REFUSALS.pictures],
    handle: submitPost,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/posts/{id}/comments", name: "addComment", summary: "Comment on a post" },
    params: idPath,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: commentBody,
          example: { key: POST_EXAMPLES.newPost.key, text: "Por fin", language: "es" },
        },
      },
    },
    answers: TAKEN,
    refuses: TAKES,
    handle: addComment,
  },
  {
    ...{ ...shared, method: "put", path: "/v1/posts/{id}/reaction", name: "react", summary: "Smile at a post" },
    params: idPath,
    answers: DONE,
    refuses: TAKES,
    handle: react,
  },
  {
    ...{ ...shared, method: "delete", path: "/v1/posts/{id}/reaction", name: "unreact" },
    summary: "Take a smile back: its record is erased",
    params: idPath,
    answers: DONE,
    refuses: [...CHANGES, "ENCODING_INVALID"],
    handle: unreact,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/posts/{id}/withdraw", name: "withdrawPost" },
    summary: "Erase one's own post or comment, with everything that was made of it",
    params: idPath,
    answers: {
      "200": json("It is erased.", withdrawnSchema, {
        id: EXAMPLES.acknowledgement.id,
        event: "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e60",
      }),
    },
    refuses: [...CHANGES, "ENCODING_INVALID"],
    handle: withdraw,
  },
  {
    ...{ ...shared, method: "put", path: "/v1/posts/{id}/follow", name: "followPost", summary: "Follow a post" },
    params: idPath,
    answers: DONE,
    refuses: CHANGES,
    handle: follow(true),
  },
  {
    ...{ ...shared, method: "delete", path: "/v1/posts/{id}/follow", name: "unfollowPost" },
    summary: "Follow a post no more",
    params: idPath,
    answers: DONE,
    refuses: CHANGES,
    handle: follow(false),
  },
  {
    ...{
      ...shared,
      method: "get",
      path: "/v1/citizens/me/posts",
      name: "listOwnPosts",
      summary: "List one's own posts",
    },
    description: "However they stand: also those that are held or hidden, with the reasons.",
    answers: { "200": json("The newest first.", postsSchema, { posts: [POST_EXAMPLES.post] }) },
    refuses: REFUSALS.reading,
    handle: listOwn,
  },
  {
    ...{ ...shared, method: "get", path: "/v1/citizens/me/followed", name: "listFollowed" },
    summary: "List the posts that one follows",
    answers: { "200": json("Followed last first.", postsSchema, { posts: [POST_EXAMPLES.post] }) },
    refuses: REFUSALS.reading,
    handle: listFollowed,
  },
  {
    ...{ ...shared, method: "get", path: "/v1/citizens/me/blocked", name: "listBlocked" },
    summary: "List the authors whom one does not want to see",
    answers: { "200": json("Their tags.", blockedSchema, { authors: [POST_EXAMPLES.post.author.tag] }) },
    refuses: REFUSALS.reading,
    handle: listBlocked,
  },
  {
    ...{ ...shared, method: "put", path: "/v1/citizens/me/blocked/{author}", name: "blockAuthor" },
    summary: "See no more of an author",
    params: tagPath,
    answers: DONE,
    refuses: CHANGES,
    handle: block(true),
  },
  {
    ...{ ...shared, method: "delete", path: "/v1/citizens/me/blocked/{author}", name: "unblockAuthor" },
    summary: "See an author again",
    params: tagPath,
    answers: DONE,
    refuses: CHANGES,
    handle: block(false),
  },
];
