/** Where a post is written, previewed as others will see it, and posted. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { addressOf, goTo, place } from "../app/router.ts";
import { textsIn } from "../texts/language.ts";
import { AppLayout } from "./app-layout.tsx";
import { categoryName } from "./city.ts";
import { ComposeForm } from "./compose-form.tsx";
import { Preview } from "./preview.tsx";
import { isEmpty, openDraft, type Draft } from "./queue/drafts.ts";
import { phone } from "./queue/phone.ts";
import { sendWaiting } from "./queue/sending.ts";
import { whoIsHere } from "./session.ts";
import { COMPOSE } from "./texts/compose.ts";
import { FRAME } from "./texts/frame.ts";
import { When } from "./when.tsx";

/** A draft, and the address that it was opened for. */
interface Opened {
  readonly asked: string;
  readonly draft: Draft;
}

/** The draft that the address names, else a new one. */
export function ComposeView() {
  const { query } = place.value;
  const [key, theme] = [query.get("draft") ?? undefined, query.get("theme") ?? undefined];
  const asked = `${key ?? ""} ${theme ?? ""}`;
  const opened = useSignal<Opened | undefined>(undefined);
  const isNamed = opened.value?.draft.post.peek().key === key;
  useEffect(() => {
    const draft = opened.peek()?.draft;
    // Once it is in the address it is the one that is open.
    if (draft && isNamed) {
      opened.value = { asked, draft };
      return;
    }
    let isLeft = false;
    void openDraft(key, theme).then((one) => {
      if (!isLeft) opened.value = { asked, draft: one };
    });
    return () => {
      isLeft = true;
    };
  }, [asked]);
  const { title } = textsIn(COMPOSE);
  const { loading } = textsIn(FRAME);
  // Whoever wrote into the one that was open before would look for it in the one that comes.
  if (!opened.value || (opened.value.asked !== asked && !isNamed))
    return (
      <AppLayout title={title}>
        <p class="quiet">{loading}</p>
      </AppLayout>
    );
  const { draft } = opened.value;
  return <Compose key={draft.post.peek().key} draft={draft} />;
}

function Compose({ draft }: { readonly draft: Draft }) {
  const isPreview = useSignal(false);
  const texts = textsIn(COMPOSE);
  const post = draft.post.value;
  useEffect(() => {
    // So that it is found again, whatever ends the app.
    if (!isEmpty(post) && place.peek().query.get("draft") !== post.key) nameInAddress(post.key);
  }, [isEmpty(post)]);
  const turn = (isLooking: boolean): void => {
    isPreview.value = isLooking;
    scrollTo(0, 0);
    document.getElementById("content")?.focus({ preventScroll: true });
  };
  return (
    <AppLayout
      title={isPreview.value ? texts.preview : texts.title}
      lead={isPreview.value ? texts.previewLead : texts.lead}
    >
      {isPreview.value ? (
        <Preview
          draft={draft}
          onBack={() => {
            turn(false);
          }}
          onPost={() => void postIt(draft)}
        />
      ) : (
        <>
          <OtherDrafts except={post.key} />
          <ComposeForm
            draft={draft}
            onLook={() => {
              turn(true);
            }}
          />
        </>
      )}
    </AppLayout>
  );
}

function nameInAddress(key: string): void {
  history.replaceState(history.state, "", addressOf("/app/new", { draft: key }));
  place.value = { path: "/app/new", query: new URLSearchParams(location.search) };
}

/** It waits on this phone from now on, and goes as soon as it can. */
async function postIt(draft: Draft): Promise<void> {
  const citizen = whoIsHere();
  if (!citizen) return;
  const written = draft.post.peek();
  const reportedAt = new Date().toISOString();
  draft.replace({ ...written, state: "waiting", citizen: citizen.id, reportedAt, tries: 0, nextTry: 0 });
  if (!(await draft.settled())) return;
  goTo(addressOf("/app/mine"));
  void sendWaiting({ isByHand: true });
}

/** Drafts that wait to be gone on with; several, since there is rarely time for only one. */
function OtherDrafts({ except }: { readonly except: string }) {
  const { drafts, title } = textsIn(COMPOSE);
  const others = phone.value.posts.filter(({ state, key }) => state === "draft" && key !== except);
  if (others.length === 0) return null;
  return (
    <details class="filter">
      <summary>{drafts}</summary>
      <ul class="plain-list">
        {others.map(({ key, text, category, begunAt }) => (
          <li key={key}>
            <a href={addressOf("/app/new", { draft: key })}>{titleOf(text, category, title)}</a>{" "}
            <When at={begunAt / 1_000} />
          </li>
        ))}
      </ul>
    </details>
  );
}

const SHOWN = 60;

/** What a draft is called in a list: how it begins, else what it is about. */
export function titleOf(text: string, category: string, otherwise: string): string {
  const words = text.trim();
  if (words !== "") return words.length > SHOWN ? `${words.slice(0, SHOWN)}…` : words;
  return category === "" ? otherwise : categoryName(category);
}
