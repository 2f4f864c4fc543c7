import { Validator } from '@seriousme/openapi-schema-validator';
import { describedResponse, faultsOf } from '../../test/api-schemas.ts';
import { docsPage, docsPolicy } from './docs-page.ts';
import { openApiDocument } from './open-api.ts';

const document = openApiDocument();

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
    const copy: Record<string, unknown> = JSON.parse(JSON.stringify(document));
    expect(await new Validator().validate(copy)).toMatchObject({ valid: true });
  });

  it('has an example of every answer, which fits its schema', () => {
    for (const path of Object.keys(document.paths))
      for (const status of [200, path.includes('}') ? 404 : 400, 401, 403, 429, 503]) {
        const contents = Object.values(describedResponse(path, status).content ?? {});
        expect(contents).toHaveLength(1);
        for (const { schema, example } of contents) expect(faultsOf(schema, example)).toEqual([]);
      }
  });

  it('refers to nothing that it lacks', () => {
    const missing = references(document).filter((reference) => resolve(reference) === undefined);
    expect(references(document).length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  it('describes each parameter of a path', () => {
    for (const [path, { get }] of Object.entries(document.paths)) {
      const inPath = get.parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/gu) ?? []);
    }
  });

  it('gives each operation an id of its own, and a scope', () => {
    const operations = Object.values(document.paths).map(({ get }) => get);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { security } of operations) expect(security[0]?.key).toHaveLength(1);
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
    for (const [path, { get }] of Object.entries(document.paths)) {
      expect(page).toContain(`GET ${path}`);
      expect(page).toContain(`id="${get.operationId}"`);
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
