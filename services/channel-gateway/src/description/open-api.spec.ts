import { Validator } from '@seriousme/openapi-schema-validator';
import { describedResponse, faultsOf } from '../../test/api/api-schemas.ts';
import { docsPage, docsPolicy } from './docs-page.ts';
import { openApiDocument } from './open-api.ts';
import { operationsOf } from './open-api-types.ts';
import { withWebhooks } from './webhook-paths.ts';

const document = openApiDocument();
const operations = operationsOf(document);

/** Every `$ref` within a value. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
    key === '$ref' && typeof child === 'string' ? [child] : references(child),
  );
}

function resolve(reference: string): unknown {
  let value: unknown = document;
  for (const part of reference.slice(2).split('/'))
    value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}

interface ObjectSchema {
  properties: Record<string, object>;
}

describe('openApiDocument', () => {
  it('is OpenAPI 3.1', async () => {
    const copy: Record<string, unknown> = JSON.parse(JSON.stringify(withWebhooks(document)));
    expect(await new Validator().validate(copy)).toMatchObject({ valid: true });
  });

  it('has an example of every answer, which fits its schema', () => {
    for (const { path, method, operation } of operations)
      for (const status of Object.keys(operation.responses)) {
        const contents = Object.values(
          describedResponse(path, Number(status), method).content ?? {},
        );
        if (['304', 'default'].includes(status)) continue;
        expect(contents).toHaveLength(1);
        for (const { schema, example } of contents) expect(faultsOf(schema, example)).toEqual([]);
      }
  });

  it('describes what every operation refuses', () => {
    for (const { operation } of operations)
      for (const status of ['401', '403', '429', '503', 'default'])
        expect(operation.responses).toHaveProperty(status);
  });

  it('has an example of what is sent, which fits its schema', () => {
    const bodies = operations.flatMap(({ operation }) => operation.requestBody ?? []);
    expect(bodies).toHaveLength(3);
    for (const { content } of bodies)
      for (const { schema, example } of Object.values(content))
        expect(faultsOf(schema, example)).toEqual([]);
  });

  it('refers to nothing that it lacks', () => {
    const missing = references(document).filter((reference) => resolve(reference) === undefined);
    expect(references(document).length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  it('describes each parameter of a path', () => {
    for (const { path, operation } of operations) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/gu) ?? []);
    }
  });

  it('gives each operation an id of its own, and a scope', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations) expect(operation.security[0]?.key).toHaveLength(1);
  });

  it('knows the kinds of fields', () => {
    const { properties } = resolve('#/components/schemas/CalendarEvent') as ObjectSchema;
    expect(properties).toMatchObject({
      type: { const: 'calendar_event' },
      title: { type: 'string' },
      starts_at: { type: 'string', format: 'date-time' },
      all_day: { type: 'boolean' },
      attendees: { type: 'array', items: { type: 'string' } },
      attributes: { type: 'object' },
    });
    const { properties: ofDocument } = resolve('#/components/schemas/Document') as ObjectSchema;
    expect(ofDocument['size_bytes']).toMatchObject({ type: 'number' });
    const { properties: ofMessage } = resolve('#/components/schemas/Message') as ObjectSchema;
    expect(ofMessage['attachments']).toMatchObject({
      type: 'array',
      items: { properties: { size_bytes: { type: 'number' } } },
    });
  });
});

describe('docsPage', () => {
  const page = docsPage(document);

  it('tells of every operation', () => {
    for (const { path, method, operation } of operations) {
      expect(page).toContain(`${method.toUpperCase()} ${path}`);
      expect(page).toContain(`id="${operation.operationId}"`);
    }
    expect(page).toContain('&#39;http://127.0.0.1:4101/v1/search?q=ada+love&amp;limit=20&#39;');
  });

  it('loads nothing and runs nothing', () => {
    expect(page).not.toMatch(/<script|src=|@import|url\(|<link/u);
    expect(docsPolicy).toMatch(/^default-src 'none'.*style-src 'sha256-/u);
  });

  it('takes texts as texts', () => {
    const info = { ...document.info, title: '<b>"x"</b>' };
    expect(docsPage({ ...document, info })).toContain('<h1>&lt;b&gt;&quot;x&quot;&lt;/b&gt;</h1>');
  });
});
