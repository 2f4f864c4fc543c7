import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { httpManifestSchema } from '../src/schema/http-manifest-schema.ts';
import { referencePage } from '../src/schema/reference-page.ts';

const docs = new URL('../docs/', import.meta.url);
mkdirSync(fileURLToPath(docs), { recursive: true });
writeFileSync(new URL('manifest-v1.md', docs), referencePage());
writeFileSync(
  new URL('manifest-v1.schema.json', docs),
  `${JSON.stringify(httpManifestSchema, undefined, 2)}\n`,
);
