import type { HttpManifest } from '@made-open/http-manifest';
import type { Target } from '../input/builder-input.ts';

export interface ReadmePlace {
  readonly target: Target;
  readonly directory: string;
  /** How its tests run, where there are some. */
  readonly tests?: string;
}

/** Where the files belong, and how they come to work. What somebody typed stands in a block of JSON alone. */
export function readme(manifest: HttpManifest, { target, directory, tests }: ReadmePlace): string {
  const { id, name, version, description, author, license, learn_more } = manifest;
  const about = { name, version, description, author, license, learn_more };
  const credentials = (manifest.credentials ?? []).map((each) => each.name);
  const settings = Object.keys(propertiesOf(manifest.config_schema));
  return `${[
    `# ${id}`,
    fenced(JSON.stringify(about, undefined, 2)),
    '## Place and enable',
    [
      `1. Put the folder \`${directory}\` into your workspace; under the folder that \`PLUGINS_DIR\` names it is loaded by itself.`,
      `2. Or push it: ${pushOf(target, directory)}`,
      `3. Approve what it asks for: \`made-open approve ${id}\`.`,
      `4. Give it its credentials, which go to the wallet: \`PUT /plugins/${id}/credentials\` with \`${JSON.stringify({ credentials: Object.fromEntries(credentials.map((each) => [each, '…'])) })}\`. ${wanted('Settings', settings)}`,
      `5. Take the slot: \`PUT /plugins/${id}/config\` with \`{"enabled":true,"slot":"outbound"}\`. It is enabled when \`GET /plugins\` says that its runner is ready.`,
    ].join('\n'),
    ...(tests === undefined ? [] : ['## Test', tests]),
    '## Learn more',
    learnMore(target),
  ].join('\n\n')}\n`;
}

function pushOf(target: Target, directory: string): string {
  return target === 'http'
    ? `\`POST /admin/v1/plugins\` with \`${directory}/manifest.json\` as the part \`manifest\`.`
    : `\`made-open push ${directory}\`.`;
}

function wanted(what: string, names: readonly string[]): string {
  return names.length === 0
    ? `${what}: none.`
    : `${what}: ${names.map((name) => `\`${name}\``).join(', ')}.`;
}

function learnMore(target: Target): string {
  const pages = {
    http: 'The reference page of HTTP manifests says what every field means.',
    node: 'The guides of the plugin SDK say what a plugin is given.',
    python: 'The guide to plugins in Python says what a plugin is given.',
  };
  return `${pages[target]} The guide of the builder goes from an empty folder to a sent fax.`;
}

/** A fence that is longer than any run of backticks inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}json\n${text}\n${fence}`;
}

function propertiesOf(schema: HttpManifest['config_schema']): object {
  const properties = schema?.['properties'];
  return typeof properties === 'object' && properties !== null ? properties : {};
}
