/** The reference of the API, from the OpenAPI document that the service serves. */
import { Code } from "../components/code.tsx";
import { CodeBlock } from "../components/code-block.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { mount } from "../components/mount.tsx";
import { Notice } from "../components/notice.tsx";
import { language, textsIn } from "../texts/language.ts";
import { OperationView } from "./operation-view.tsx";
import { apiDocument, found, goToNamed, hasFailed, load, query } from "./state.ts";
import { REFERENCE } from "./texts.ts";

function Reference() {
  const texts = textsIn(REFERENCE);
  return (
    <Layout title={texts.title} lead={texts.lead} nav={<Navigation />}>
      {hasFailed.value && <Notice kind="error">{texts.failed}</Notice>}
      <Begin />
      <Find />
      {apiDocument.value ? <Groups /> : !hasFailed.value && <p class="quiet">{texts.loading}</p>}
    </Layout>
  );
}

function Navigation() {
  const { nav } = textsIn(REFERENCE);
  const lang = `?lang=${language.value}`;
  return (
    <>
      <a href={`/${lang}`}>{nav.home}</a>
      <a href={`/records${lang}`}>{nav.records}</a>
      <a href={`/verify${lang}`}>{nav.verify}</a>
    </>
  );
}

function Begin() {
  const texts = textsIn(REFERENCE);
  const client = `import { createClient } from "warifu/client";\n\nconst client = createClient({\n  url: ${JSON.stringify(location.origin)},\n  apiKey: process.env.WARIFU_API_KEY,\n});`;
  return (
    <Section title={texts.begin}>
      {language.value !== "en" && <p class="before-facts">{texts.english}</p>}
      <p>{texts.beginKey}</p>
      <CodeBlock title="sh" text="export WARIFU_API_KEY=wk_…" />
      <p>{texts.beginClient}</p>
      <CodeBlock title="JavaScript" text={client} />
      <p>
        <a href="/openapi.json">{texts.document}</a> <Code value="/openapi.json" />
      </p>
    </Section>
  );
}

function Find() {
  const texts = textsIn(REFERENCE);
  return (
    <Section title={texts.operations} class="no-print">
      <Form
        onSend={() => {
          const [first] = found.value;
          if (!first) return;
          history.pushState(null, "", `#${first.operationId}`);
          goToNamed();
        }}
      >
        <TextField
          type="search"
          label={texts.find}
          hint={texts.findHint}
          value={query.value}
          onInput={(text) => {
            query.value = text;
          }}
          isCode
        />
      </Form>
      <p role="status">{apiDocument.value && texts.count(found.value.length)}</p>
      <ul class="tags">
        {apiDocument.value?.tags
          .filter(({ name }) => found.value.some(({ tags }) => tags.includes(name)))
          .map(({ name }) => (
            <li key={name}>
              <a href={`#group-${name}`}>{name}</a>
            </li>
          ))}
      </ul>
    </Section>
  );
}

function Groups() {
  return (
    <>
      {apiDocument.value?.tags.map(({ name, description }) => {
        const operations = found.value.filter(({ tags }) => tags.includes(name));
        return (
          operations.length > 0 && (
            <section key={name} id={`group-${name}`} class="group">
              <h2 lang="en">{name}</h2>
              <p class="quiet" lang="en">
                {description}
              </p>
              {operations.map((operation) => (
                <OperationView key={operation.operationId} operation={operation} />
              ))}
            </section>
          )
        );
      })}
    </>
  );
}

mount(Reference);
addEventListener("hashchange", goToNamed);
void load().then(goToNamed);
