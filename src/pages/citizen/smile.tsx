/** The one reaction there is. It shows at once what was pressed, and goes back if the service did not take it. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { addressOf, goTo } from "../app/router.ts";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { Post } from "./answers.ts";
import { send } from "./api.ts";
import { sessionState } from "./session.ts";
import { POSTS } from "./texts/posts.ts";

export function SmileButton({ post: { id, reactions } }: { readonly post: Post }) {
  const { smile, smiling, smiles } = textsIn(POSTS);
  /** What was pressed since the service last answered. */
  const pressed = useSignal<boolean | undefined>(undefined);
  /** What was sent last: one after the other, or what was pressed first could arrive last. */
  const last = useRef<ReturnType<typeof send> | undefined>(undefined);
  const isMine = pressed.value ?? reactions.mine;
  const count = reactions.smile + Number(isMine) - Number(reactions.mine);
  const press = async (): Promise<void> => {
    pressed.value = !isMine;
    if (sessionState.peek().state === "none") {
      // What was pressed is seen before the next view is drawn, which takes a slow phone a while.
      requestAnimationFrame(() => setTimeout(goTo, 0, addressOf("/app/join")));
      return;
    }
    const before = last.current;
    const sent = (async () => {
      await before;
      return send(isMine ? "DELETE" : "PUT", `/v1/posts/${id}/reaction`);
    })();
    last.current = sent;
    if ("failure" in (await sent) && sent === last.current) pressed.value = undefined;
  };
  return (
    <button type="button" class="button button-plain smile" aria-pressed={isMine} onClick={() => void press()}>
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false">
        <circle cx="12" cy="12" r="9" />
        <path d="M8 10v.1M16 10v.1M8 14.5a4.5 4.5 0 0 0 8 0" />
      </svg>
      <span class="visually-hidden">{isMine ? smiling : smile}</span>
      {count > 0 && (
        <span>
          <span aria-hidden="true">{numberInWords(count)}</span>
          <span class="visually-hidden">{smiles(count)}</span>
        </span>
      )}
    </button>
  );
}
