/** A post before it is posted: as others will see it, and what becomes public, what stays hidden, and what the log will say. */
import type { ComponentChildren } from "preact";
import { addressOf } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { Notice } from "../components/notice.tsx";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { Consents, Theme } from "./answers.ts";
import { areaName, categoryName, said } from "./city.ts";
import { CoveredPicture } from "./pictures/pictures-field.tsx";
import { usePictureUrl } from "./pictures/picture-url.ts";
import type { Draft } from "./queue/drafts.ts";
import type { KeptPicture, KeptPost } from "./queue/kept.ts";
import { whoIsHere } from "./session.ts";
import { COMPOSE } from "./texts/compose.ts";
import { FRAME } from "./texts/frame.ts";
import { useAnswer } from "./use-answer.ts";
import { useOpenThemes } from "./use-themes.ts";

interface PreviewProps {
  readonly draft: Draft;
  readonly onBack: () => void;
  readonly onPost: () => void;
}

/** The purpose without which nothing is shown to others. */
const PUBLISH = "publish";

export function Preview({ draft, onBack, onPost }: PreviewProps) {
  const texts = textsIn(COMPOSE);
  const post = draft.post.value;
  const theme = useOpenThemes().find((one) => one.theme === post.theme);
  const citizen = whoIsHere();
  const standing = useAnswer<Pick<Consents, "standing">>(citizen && "/v1/citizens/me/consents").value?.standing;
  // Without a network nobody knows; the service goes by what stands when it shows something.
  const isShown = standing?.some(({ purpose }) => purpose === PUBLISH) ?? true;
  return (
    <>
      <section class="post" aria-label={texts.everybody}>
        <h2>{categoryName(post.category)}</h2>
        <div class={post.pictures.length > 1 ? "pictures pictures-many" : "pictures"}>
          {post.pictures.map((picture, index) => (
            <PreviewPicture key={picture.sha256} post={post.key} picture={picture} at={index + 1} />
          ))}
        </div>
        <p class="said">{post.text}</p>
      </section>
      {!isShown && <Notice kind="warning">{texts.noPublish}</Notice>}
      <div class="sides">
        {isShown && <Side title={texts.everybody} kind="sees" items={seen(post, theme, citizen?.pseudonym)} />}
        <Side title={texts.hidden} kind="hides" items={hidden(post)} />
        <Side title={texts.log} kind="logs" items={Object.values(texts.logs)} />
      </div>
      <p>{texts.erasable}</p>
      {!citizen && <NeedsAccount postKey={post.key} />}
      {draft.trouble.value !== undefined && <Notice kind="error">{texts.keep[draft.trouble.value]}</Notice>}
      <p class="buttons">
        {citizen && (
          <Button kind="main" onPress={onPost}>
            {texts.post}
          </Button>
        )}
        <Button onPress={onBack}>{texts.back}</Button>
      </p>
    </>
  );
}

function NeedsAccount({ postKey }: { readonly postKey: string }) {
  const { needsAccount } = textsIn(COMPOSE);
  const { signIn } = textsIn(FRAME);
  return (
    <Notice kind="info">
      <p>{needsAccount}</p>
      <p>
        <a href={addressOf("/app/join", { back: `/app/new?draft=${postKey}` })}>{signIn}</a>
      </p>
    </Notice>
  );
}

interface PreviewPictureProps {
  readonly post: string;
  readonly picture: KeptPicture;
  readonly at: number;
}

function PreviewPicture({ post, picture, at }: PreviewPictureProps) {
  const url = usePictureUrl(post, picture.sha256, picture.type);
  return <CoveredPicture url={url} name={textsIn(COMPOSE).pictureOf(at)} picture={picture} />;
}

function seen(post: KeptPost, theme: Theme | undefined, pseudonym: string | undefined): string[] {
  const { sees } = textsIn(COMPOSE);
  const { category, area, text, pictures } = post;
  return [
    ...(pseudonym === undefined ? [] : [sees.name(pseudonym)]),
    sees.category(categoryName(category)),
    ...(post.theme === "" ? [] : [sees.theme(said(theme?.titles) || post.theme)]),
    area === "" ? sees.noArea : sees.area(areaName(area)),
    ...(text.trim() === "" ? [] : [sees.text]),
    ...(pictures.length === 0 ? [] : [sees.pictures(numberInWords(pictures.length))]),
    ...(theme?.visibility === "members" ? [sees.members] : []),
  ];
}

function hidden({ exact, pictures }: KeptPost): string[] {
  const { hides } = textsIn(COMPOSE);
  return [
    hides.account,
    hides.time,
    ...(exact ? [hides.exact] : []),
    ...(pictures.length > 0 ? [hides.originals] : []),
  ];
}

interface SideProps {
  readonly title: string;
  readonly kind: "sees" | "hides" | "logs";
  readonly items: readonly ComponentChildren[];
}

function Side({ title, kind, items }: SideProps) {
  return (
    <div class={`side side-${kind}`}>
      <h2>{title}</h2>
      <ul>
        {items.map((item, index) => (
          <li key={index}>{item}</li>
        ))}
      </ul>
    </div>
  );
}
