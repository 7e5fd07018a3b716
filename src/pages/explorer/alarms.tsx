/** What is wrong at present, the worst first, or that nothing is. */
import { OutcomeSign } from "../components/badge.tsx";
import { Time } from "../components/time.tsx";
import { timeInWords } from "../texts/formats.ts";
import { language, textsIn } from "../texts/language.ts";
import type { Alarm, Status } from "./api.ts";
import { ALARM_SENTENCES_ES } from "../../texts/alarm-facts/es.ts";
import { sentencesOf } from "../../texts/alarm-facts/forms.ts";
import { ALARM_SENTENCES_JA } from "../../texts/alarm-facts/ja.ts";
import { ALARM_NAMES } from "../../texts/alarms.ts";
import { EXPLORER } from "./texts/explorer.ts";

export function AlarmList({ health }: { readonly health: Status["health"] }) {
  const { home } = textsIn(EXPLORER);
  const { ok, alarms } = health;
  const sum = !ok ? home.unhealthy : alarms.length > 0 ? home.warned : home.healthy;
  return (
    <div class="health">
      <p class="health-sum">
        <OutcomeSign outcome={!ok ? "refuted" : alarms.length > 0 ? "undecided" : "holds"} /> {sum}
      </p>
      {alarms.length > 0 && (
        <ul class="alarms">
          {alarms
            .toSorted((a, b) => Number(b.severity === "red") - Number(a.severity === "red"))
            .map((alarm) => (
              <AlarmItem key={alarm.code} alarm={alarm} />
            ))}
        </ul>
      )}
    </div>
  );
}

function AlarmItem({ alarm }: { readonly alarm: Alarm }) {
  const names: Readonly<Record<string, string>> = textsIn(ALARM_NAMES);
  const { code, severity, since } = alarm;
  return (
    <li>
      <OutcomeSign outcome={severity === "red" ? "refuted" : "undecided"} />
      <div>
        <h3>{names[code] ?? code}</h3>
        <p class="quiet">
          {textsIn(EXPLORER).home.since} <Time at={Date.parse(since) / 1_000} />
        </p>
        {saidOf(alarm).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </li>
  );
}

/** In English the service says it itself. */
function saidOf({ message, facts }: Alarm): readonly string[] {
  if (language.value === "en") return [message];
  return sentencesOf(language.value === "es" ? ALARM_SENTENCES_ES : ALARM_SENTENCES_JA, facts, timeInWords);
}
