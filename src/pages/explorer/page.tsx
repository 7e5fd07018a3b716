/** The first page of the service: what it is, and where to look. */
import { Layout, Section } from "../components/layout.tsx";
import { mount } from "../components/mount.tsx";
import { language, textsIn } from "../texts/language.ts";
import { EXPLORER } from "./texts.ts";

function Explorer() {
  const texts = textsIn(EXPLORER);
  return (
    <Layout title={texts.title} lead={texts.lead}>
      <Section title={texts.where}>
        <ul class="links">
          <li>
            <a href={`/verify?lang=${language.value}`}>{texts.verify}</a>
          </li>
          <li>
            <a href="/v1/status">{texts.status}</a>
          </li>
          <li>
            <a href="/log/checkpoint">{texts.checkpoint}</a>
          </li>
          <li>
            <a href="/openapi.json">{texts.api}</a>
          </li>
        </ul>
      </Section>
    </Layout>
  );
}

mount(Explorer);
