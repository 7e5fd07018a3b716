/** What is on this phone only: drafts, and posts that wait to be sent, each with why it waits. */
import { addressOf } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { Meter } from "../components/meter.tsx";
import { Notice } from "../components/notice.tsx";
import { percentInWords, spanInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import { titleOf } from "./compose.tsx";
import { DiscardButton } from "./discard-button.tsx";
import { KeptComments, ownComments } from "./kept-comments.tsx";
import { isOnline } from "./network.ts";
import { usePictureUrl } from "./pictures/picture-url.ts";
import { draftFile, DRAFT_ENDING } from "./queue/draft-file.ts";
import { keepPost, type KeptPost } from "./queue/kept.ts";
import { noteKept, phone } from "./queue/phone.ts";
import { sendWaiting, underWay } from "./queue/sending.ts";
import { isNearlyFull, room } from "./queue/storage.ts";
import { saveFile } from "./save-file.ts";
import { sessionState, whoIsHere } from "./session.ts";
import { COMPOSE } from "./texts/compose.ts";
import { FRAME } from "./texts/frame.ts";
import { MINE } from "./texts/mine.ts";

export function OnPhone() {
  const texts = textsIn(MINE);
  const { posts, isRead, isLost } = phone.value;
  const isWaiting = posts.some(({ state }) => state === "waiting");
  return (
    <>
      {isLost && <Notice kind="error">{texts.lost}</Notice>}
      {isNearlyFull(room.value) && <Notice kind="warning">{texts.nearlyFull}</Notice>}
      {isRead && posts.length + ownComments().length === 0 && <p class="quiet">{texts.nothingOnPhone}</p>}
      {posts.length + ownComments().length > 0 && <p>{texts.onPhoneText}</p>}
      <ul class="kept">
        {posts.map((post) => (
          <KeptPostView key={post.key} post={post} />
        ))}
      </ul>
      <KeptComments />
      {isWaiting && (
        <p class="buttons">
          <Button
            kind="main"
            isDisabled={underWay.value !== undefined}
            onPress={() => void sendWaiting({ isByHand: true })}
          >
            {texts.sendNow}
          </Button>
        </p>
      )}
    </>
  );
}

function KeptPostView({ post }: { readonly post: KeptPost }) {
  const { title } = textsIn(COMPOSE);
  const { key, text, category } = post;
  return (
    <li class="kept-post">
      <FirstPicture post={post} />
      <div>
        <h3>{titleOf(text, category, title)}</h3>
        <Why post={post} />
        <KeptDeeds key={key} post={post} />
      </div>
    </li>
  );
}

function FirstPicture({ post: { key, pictures } }: { readonly post: KeptPost }) {
  const [first] = pictures;
  const url = usePictureUrl(key, first?.sha256 ?? "", first?.type ?? "");
  return url === undefined ? null : <img class="kept-picture" src={url} alt="" decoding="async" />;
}

/** Why it is still here. */
function Why({ post }: { readonly post: KeptPost }) {
  const texts = textsIn(MINE);
  const { key, state, refusal } = post;
  if (state === "draft") return <p class="state state-phone">{texts.draft}</p>;
  if (underWay.value?.key === key)
    return (
      <p role="status">
        <Meter share={underWay.value.share}>{texts.sending(percentInWords(underWay.value.share))}</Meter>
      </p>
    );
  if (refusal) return <Refusal refusal={refusal} />;
  return <p class="state state-phone">{whyItWaits(post)}</p>;
}

function whyItWaits({ citizen, tries, nextTry }: KeptPost): string {
  const texts = textsIn(MINE);
  if (!isOnline.value) return texts.noNetwork;
  if (sessionState.value.state === "none") return texts.signedOut;
  if (citizen !== whoIsHere()?.id) return texts.other;
  const seconds = (nextTry - Date.now()) / 1_000;
  return tries > 0 && seconds > 0 ? texts.nextTry(spanInWords(Math.ceil(seconds))) : texts.waiting;
}

function Refusal({ refusal: { code, detail } }: { readonly refusal: NonNullable<KeptPost["refusal"]> }) {
  const { refused, lostPicture } = textsIn(MINE);
  const { says } = textsIn(FRAME).failure;
  return (
    <Notice kind="error">
      <p>{code === "PICTURE_LOST" ? lostPicture : refused}</p>
      {detail !== undefined && (
        <p class="service-says">
          {says} <span lang="en">{detail}</span>
        </p>
      )}
    </Notice>
  );
}

function KeptDeeds({ post }: { readonly post: KeptPost }) {
  const texts = textsIn(MINE);
  const { saveFile: saveWord } = textsIn(COMPOSE);
  const { key, state, refusal } = post;
  const write = addressOf("/app/new", { draft: key });
  // Of a post that waits, the service may have had a part already: it is the same post only as long as it stays as it is.
  const isOpen = state === "draft" || refusal !== undefined;
  const again = async (): Promise<void> => {
    const { refusal: _, ...rest } = post;
    await keepPost({ ...rest, tries: 0, nextTry: 0 });
    noteKept();
    await sendWaiting({ isByHand: true });
  };
  return (
    <div class="buttons">
      {isOpen && (
        <a class="button button-plain" href={write}>
          {state === "draft" ? texts.goOn : texts.change}
        </a>
      )}
      {refusal && <Button onPress={() => void again()}>{texts.again}</Button>}
      <Button
        onPress={() =>
          void draftFile(post).then((file) => {
            saveFile(file, `warifu${DRAFT_ENDING}`);
          })
        }
      >
        {saveWord}
      </Button>
      {underWay.value?.key !== key && <DiscardButton postKey={key} />}
    </div>
  );
}
