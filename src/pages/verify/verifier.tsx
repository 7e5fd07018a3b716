/** The verifier's page: whom to trust, what to check, and what was found. */
import type { ComponentType } from "preact";
import { Layout } from "../components/layout.tsx";
import { mount } from "../components/mount.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { FilesPanel } from "./files-panel.tsx";
import { Findings } from "./findings.tsx";
import { install, isServed } from "./installed.ts";
import { OptionsPanel } from "./options-panel.tsx";
import { keepDocument } from "./pinned-page.ts";
import { PolicyPanel } from "./policy-panel.tsx";
import { ReceiptPanel } from "./receipt-panel.tsx";
import { isWorking, judgement, takePinnedPolicy, takeReceipt } from "./state.ts";
import { VERIFY } from "./texts/catalogue.ts";

/** What a file has besides: a panel before the findings, and findings of its own. */
interface Further {
  readonly Panel?: ComponentType;
  readonly View?: ComponentType;
}

/** Begins the page. */
export function startVerifier({ Panel, View }: Further = {}): void {
  keepDocument();
  takePinnedPolicy();
  takeReceipt();
  mount(() => {
    const texts = textsIn(VERIFY);
    const found = judgement.value;
    return (
      <Layout title={texts.title} lead={texts.lead} footer={<Footer />}>
        <ReceiptPanel />
        <PolicyPanel />
        <FilesPanel />
        <OptionsPanel />
        {Panel && <Panel />}
        <div aria-live="polite">{isWorking.value && <Notice kind="info">{texts.working}</Notice>}</div>
        {found && <Findings judgement={found} />}
        {View && <View />}
      </Layout>
    );
  });
  install();
}

function Footer() {
  const { about } = textsIn(VERIFY);
  return (
    <div class="no-print">
      <p>{about.offline}</p>
      {isServed() && (
        <p>
          <a href="/warifu-verify.html" download>
            {about.save}
          </a>{" "}
          · <a href="/warifu-verify.html.sha256">{about.hash}</a>
        </p>
      )}
    </div>
  );
}
