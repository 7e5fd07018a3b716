/** The choice of the language. The address keeps it, so that a link to a page is a link to what was read. */
import { LANGUAGES, OWN_NAMES, type Language } from "../../texts/languages.ts";
import { addressIn, language, speak, textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";

export function LanguageSwitch() {
  return (
    <label class="language">
      <span class="visually-hidden">{textsIn(SHARED).language}</span>
      <select
        value={language.value}
        onChange={({ currentTarget }) => {
          choose(currentTarget.value as Language);
        }}
      >
        {LANGUAGES.map((one) => (
          <option key={one} value={one} lang={one}>
            {OWN_NAMES[one]}
          </option>
        ))}
      </select>
    </label>
  );
}

function choose(chosen: Language): void {
  speak(chosen);
  history.replaceState(history.state, "", addressIn(chosen, location.href));
}
