/** Posts, comments and themes as the API shows them, with their examples. */
import type { Request, Response } from "express";
import { z } from "zod";
import { RULE } from "../../core/moderation-event.ts";
import { PICTURE_TYPES } from "../../core/picture.ts";
import { WarifuError } from "../../core/errors.ts";
import { REPORT_STATUSES, THEME_VISIBILITIES, type Member, type Viewer } from "../../posts/post-types.ts";
import type { Posts } from "../../posts/posts.ts";
import { OUTCOMES } from "../../read/moderation.ts";
import { citizenIn, citizenOf } from "../handling/citizen-session.ts";
import { EXAMPLES } from "../handling/examples.ts";
import type { RouteParts } from "../handling/route.ts";
import { count, recordId, time } from "../handling/values.ts";

/** The posts of a service that has a city: their routes are not there otherwise. */
export function postsOf({ posts }: Pick<RouteParts, "posts">): Posts {
  if (posts) return posts;
  throw new WarifuError("NOT_FOUND", "there is nothing at this path: see /openapi.json");
}

/** Who is signed in, of a request that only citizens may make. */
export function memberIn(response: Response): Member {
  return citizenIn(response);
}

/** What whoever asks may see, signed in or not. */
export function viewerOf(request: Request, parts: RouteParts): Promise<Viewer> {
  return postsOf(parts).viewerFor(citizenOf(request, parts));
}

/** Code of a theme, a category or an area. */
export const code = z.string().regex(RULE);

const authorSchema = z
  .strictObject({
    pseudonym: z.string(),
    tag: z.string().meta({ description: "The same for all posts of an author; leads to no account." }),
  })
  .meta({ id: "PostAuthor" });

const statusSchema = z.enum(REPORT_STATUSES);

const translated = z
  .array(z.string())
  .optional()
  .meta({ description: "Languages that it has been translated into, if there are any." });
const copySchema = z.strictObject({
  n: count.meta({ description: "Place among the post's pictures." }),
  width: count,
  height: count,
});

/** What its author is told of a post that is or was out of sight. */
export const moderationSchema = z
  .strictObject({
    visibility: z.enum(["shown", "held", "hidden"]),
    rule: z.string(),
    automatic: z.boolean().meta({ description: "Whether a program holds it until somebody has looked." }),
    reason: z.string().optional(),
    appealable: z.boolean(),
    appealed: z.boolean(),
    outcome: z
      .strictObject({ decision: z.enum(OUTCOMES), reason: z.string().optional() })
      .optional()
      .meta({ description: "What was decided about that later, such as on appeal, with its statement of reasons." }),
  })
  .meta({ id: "AuthorsModeration", description: "Of one's own that is out of sight, or was." });

export const postSchema = z
  .strictObject({
    id: recordId,
    author: authorSchema,
    mine: z.literal(true).optional(),
    at: time.meta({ description: "When it came in." }),
    category: code,
    theme: code.optional(),
    area: z.string().optional().meta({ description: "Coarse." }),
    text: z.string().optional(),
    language: z.string().optional(),
    translated,
    pictures: z.array(copySchema).meta({ description: "Copies in which faces are hidden." }),
    comments: count,
    reactions: z.strictObject({ smile: count, mine: z.boolean() }),
    status: statusSchema.optional(),
    statusHistory: z
      .array(z.strictObject({ status: statusSchema, at: z.string(), record: recordId, text: z.string().optional() }))
      .optional()
      .meta({ description: "Each is a record of its own." }),
    origin: z.strictObject({ city: z.string() }).optional().meta({ description: "Of a post that another city sent." }),
    followed: z.literal(true).optional(),
    pending: z.literal(true).optional().meta({ description: "Of one's own: its pictures wait to be published." }),
    moderation: moderationSchema.optional(),
    state: z.enum(["received", "proven"]).meta({ description: "`proven`: a final anchor covers it." }),
  })
  .meta({ id: "Post" });

export const postsSchema = z.strictObject({ posts: z.array(postSchema) }).meta({ id: "Posts" });
export const timelineSchema = z
  .strictObject({
    posts: z.array(postSchema),
    next: z.string().optional().meta({ description: "`before` of the next part; absent at the end." }),
  })
  .meta({ id: "Timeline", description: "A part may be short, or empty, with more to come." });

const commentSchema = z
  .strictObject({
    id: recordId,
    author: authorSchema,
    mine: z.literal(true).optional(),
    at: time,
    text: z.string(),
    language: z.string().optional(),
    translated,
    origin: z
      .strictObject({ city: z.string() })
      .optional()
      .meta({ description: "Of a comment that another city sent." }),
  })
  .meta({ id: "Comment" });
export const commentsSchema = z
  .strictObject({ comments: z.array(commentSchema), next: z.string().optional() })
  .meta({ id: "Comments" });

/** The same in three languages. */
export const words = z.strictObject({
  en: z.string().min(1).max(2_000),
  es: z.string().min(1).max(2_000),
  ja: z.string().min(1).max(2_000),
});
const shownWords = z.strictObject({ en: z.string(), es: z.string(), ja: z.string() });

export const themeSchema = z
  .strictObject({
    theme: code,
    record: recordId.meta({ description: "Id of the record that sets it down." }),
    titles: shownWords,
    texts: shownWords,
    notices: shownWords,
    question: shownWords.optional(),
    owner: z.string().meta({ description: "Empty where that is a citizen." }),
    visibility: z.enum(THEME_VISIBILITIES),
    scope: z.enum(["local", "shared"]),
    from: z.string().optional(),
    until: z.string().optional(),
    member: z.boolean(),
    mine: z.literal(true).optional().meta({ description: "Whoever asks owns it, and may invite." }),
    city: z.string().optional().meta({ description: "Of a theme that another city sent." }),
  })
  .meta({ id: "Theme" });
export const themesSchema = z.strictObject({ themes: z.array(themeSchema) }).meta({ id: "Themes" });

export const resultsSchema = z
  .strictObject({
    theme: code,
    cities: z.array(
      z.strictObject({
        city: z.string(),
        posts: count,
        untranslated: count.meta({ description: "Posts whose words are not counted: they are in another language." }),
        words: z.array(z.strictObject({ word: z.string(), count })),
        categories: z.array(z.strictObject({ category: code, count })),
        by: z
          .enum(["people", "posts"])
          .meta({ description: "What is counted: `posts` where another city does not say who wrote them." }),
        suppressed: z.boolean().meta({ description: "Something is left out, since few people chose it." }),
      }),
    ),
    shared: z.array(z.string()).meta({ description: "Words of more than one city." }),
    partial: z.boolean().meta({ description: "There are more posts than were looked at, which are the newest." }),
  })
  .meta({ id: "ThemeResults" });

const WORDS = (text: string) => ({ en: text, es: text, ja: text });
const POST = {
  ...{ id: EXAMPLES.acknowledgement.id, author: { pseudonym: "gaviota", tag: "5d41402abc4b2a76b971" } },
  ...{ at: "2026-11-29T09:30:00.000Z", category: "street", theme: "smiles", area: "centro" },
  ...{ text: "La fuente vuelve a funcionar", language: "es", pictures: [{ n: 0, width: 1_600, height: 1_200 }] },
  ...{ comments: 1, reactions: { smile: 2, mine: false }, state: "proven" },
};
const NEW_THEME = {
  ...{ theme: "smiles", titles: WORDS("Smiles"), texts: WORDS("What makes you smile?") },
  ...{ notices: WORDS("Nobody's face is shown."), owner: "Participación", visibility: "open", scope: "shared" },
};

export const POST_EXAMPLES = {
  post: POST,
  timeline: { posts: [POST], next: "41" },
  comments: {
    comments: [
      {
        ...{ id: POST.id, author: POST.author, at: POST.at },
        ...{ text: "Por fin", language: "es" },
      },
    ],
  },
  newPost: {
    ...{ key: "5e5b2b0c-32f8-4c8f-9d5e-0c6f0d5c7a11", category: "street", text: "La fuente vuelve a funcionar" },
    ...{ language: "es", area: "centro", reportedAt: "2026-11-29T09:29:00Z", pictures: [] },
  },
  newTheme: NEW_THEME,
  theme: { ...NEW_THEME, record: POST.id, member: false },
  results: {
    theme: "smiles",
    cities: [
      {
        ...{ city: "santander", posts: 12, untranslated: 0, words: [{ word: "fuente", count: 6 }] },
        ...{ categories: [{ category: "street", count: 8 }], suppressed: true, by: "people" },
      },
    ],
    ...{ shared: [], partial: false },
  },
} as const;

/** A picture, for the description of a route. */
export const PICTURE_CONTENT = Object.fromEntries(
  PICTURE_TYPES.map((type) => [type, { schema: { type: "string" as const, format: "binary" } }]),
);
