/** Said before something is sent that enters the log: what everybody will read for ever, and what nobody outside sees. */
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";

interface LogNoticeProps {
  /** What everybody will read; nothing where nothing is logged. */
  readonly says: readonly string[];
  /** What is kept in the vault alone. */
  readonly conceals?: readonly string[];
}

export function LogNotice({ says, conceals = [] }: LogNoticeProps) {
  const { logSays, logSaysNothing, logConceals } = textsIn(SHARED);
  return (
    <div class="log-notice">
      <div>
        <p class="log-notice-title">{says.length > 0 ? logSays : logSaysNothing}</p>
        <List items={says} />
      </div>
      {conceals.length > 0 && (
        <div>
          <p class="log-notice-title">{logConceals}</p>
          <List items={conceals} />
        </div>
      )}
    </div>
  );
}

function List({ items }: { readonly items: readonly string[] }) {
  if (items.length === 0) return null;
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}
