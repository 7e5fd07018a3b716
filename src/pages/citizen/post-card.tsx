/** A post as it stands in lists and on its own page: who, what, where, its words and pictures, and how far it has come. */
import { useSignal } from "@preact/signals";
import { addressOf } from "../app/router.ts";
import { textsIn } from "../texts/language.ts";
import type { Comment, Post, PostPicture } from "./answers.ts";
import { areaName, categoryName, cityName } from "./city.ts";
import { SmileButton } from "./smile.tsx";
import { POSTS } from "./texts/posts.ts";
import { Translatable } from "./translatable.tsx";
import { When } from "./when.tsx";

/** In a list, with a link to its page. */
export function PostCard({ post }: { readonly post: Post }) {
  const { toPost, comments } = textsIn(POSTS);
  const address = addressOf(`/app/posts/${post.id}`);
  return (
    <article class="post" aria-labelledby={`post-${post.id}`}>
      <h2 id={`post-${post.id}`}>
        <a href={address}>{categoryName(post.category)}</a>
      </h2>
      <PostBody post={post} isBrief />
      <p class="post-deeds">
        <SmileButton post={post} />
        <a href={address} class="button button-plain">
          {post.comments > 0 ? comments(post.comments) : toPost}
        </a>
      </p>
    </article>
  );
}

/** What is the same wherever it is shown. */
export function PostBody({ post, isBrief = false }: { readonly post: Post; readonly isBrief?: boolean }) {
  const { pending } = textsIn(POSTS);
  return (
    <>
      <Byline post={post} />
      <Pictures post={post} most={isBrief ? 1 : post.pictures.length} />
      {post.pending === true && <p class="quiet">{pending}</p>}
      {post.text !== undefined && post.text !== "" && (
        <Translatable {...{ id: post.id, text: post.text, language: post.language, translated: post.translated }} />
      )}
      <Standing post={post} />
    </>
  );
}

function Byline({ post }: { readonly post: Post }) {
  const { area, at } = post;
  return (
    <p class="byline">
      <Whose of={post} />
      {area !== undefined && <span>{areaName(area)}</span>}
      <When at={at} />
    </p>
  );
}

/** Who wrote it, as far as that is known, and in which city. */
export function Whose({ of: { author, mine: isMine, origin } }: { readonly of: Post | Comment }) {
  const { by, from, mine } = textsIn(POSTS);
  const { pseudonym, tag } = author;
  return (
    <>
      {(isMine === true || pseudonym !== "") && <span title={tag}>{isMine === true ? mine : by(pseudonym)}</span>}
      {origin && <span class="origin">{from(cityName(origin.city))}</span>}
    </>
  );
}

/** How far it has come: at the city, and in the log. */
function Standing({ post: { status, state } }: { readonly post: Post }) {
  const texts = textsIn(POSTS);
  return (
    <p class="standing">
      {status !== undefined && <span class={`status status-${status}`}>{texts.status[status]}</span>}
      <span class={`state state-${state}`}>{texts.states[state]}</span>
    </p>
  );
}

function Pictures({ post, most }: { readonly post: Post; readonly most: number }) {
  if (post.pictures.length === 0) return null;
  return (
    <div class={most > 1 && post.pictures.length > 1 ? "pictures pictures-many" : "pictures"}>
      {post.pictures.slice(0, most).map((picture) => (
        <Picture key={picture.n} post={post} picture={picture} />
      ))}
      {post.pictures.length > most && (
        <span class="pictures-more" aria-hidden="true">
          +{post.pictures.length - most}
        </span>
      )}
    </div>
  );
}

function Picture({ post, picture }: { readonly post: Post; readonly picture: PostPicture }) {
  const { picture: words } = textsIn(POSTS);
  const isMissing = useSignal(false);
  const { n, width, height, alt } = picture;
  const at = post.pictures.indexOf(picture) + 1;
  const name = alt ?? words(at, post.pictures.length);
  if (isMissing.value) return <span class="picture-missing">{name}</span>;
  return (
    <img
      src={`/v1/posts/${post.id}/pictures/${n}`}
      {...{ width, height, alt: name, loading: "lazy", decoding: "async" }}
      onError={() => (isMissing.value = true)}
    />
  );
}
