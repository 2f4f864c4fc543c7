import type { JobStatus } from '@made-open/http-manifest';
import type {
  AnswerPlan,
  AuthField,
  AuthPlan,
  BodyPlan,
  CallPlan,
  CodePlan,
  FieldPlan,
  PartPlan,
} from '../../code/plan.ts';
import { scriptText, scriptValue } from '../../text/literals.ts';
import { withHelpers } from '../with-helpers.ts';
import { nodeExpression, nodeField, nodeTree, nodeUrl } from './node-expression.ts';
import { nodeHelpers, nodeTypes } from './node-helpers.ts';

/** Code of a provider of faxes; ‹…› is what TypeScript has and JavaScript has not. */
export function nodeSource(plan: CodePlan, className: string): string {
  const methods = methodsOf(plan);
  const body = [
    `/** A provider of faxes. Each call of the platform has an instance of its own. */
export class ${className} extends FaxPlugin {
${methods.join('\n\n')}
}`,
    `export const plugin = new ${className}();`,
    ...mapsOf(plan),
  ].join('\n\n');
  const helpers = withHelpers(body, nodeHelpers);
  const code = [body, `‹${nodeTypes}›`, ...helpers].join('\n\n');
  return `${importsOf(code)}\n\n${code}\n`;
}

/** Takes the types out, or leaves them in. */
export function inLanguage(source: string, isTyped: boolean): string {
  if (isTyped) return source.replaceAll(/[‹›]/gu, '');
  return source.replaceAll(/‹[^›]*›/gu, '').replaceAll(/\n{3,}/gu, '\n\n');
}

function importsOf(code: string): string {
  const values = ['FaxPlugin', 'HttpError', 'requireConfig'].filter((name) =>
    new RegExp(`\\b${name}\\b`, 'u').test(code),
  );
  const types = ['FaxAnswer', 'FaxOptions', 'FaxStatus', 'HttpResponse', 'MultipartPart'].filter(
    (name) => new RegExp(`\\b${name}\\b`, 'u').test(code),
  );
  const typed = types.map((name) => `, type ${name}`).join('');
  return `import { ${values.join(', ')}‹${typed}› } from '@made-open/plugin-sdk';`;
}

function methodsOf({ send, status, cancel, webhooks, auth }: CodePlan): string[] {
  return [
    ...(send === undefined ? [] : [sendMethod(send, auth)]),
    ...(status === undefined ? [] : [askMethod(status, auth, 'getStatus')]),
    ...(cancel === undefined ? [] : [askMethod(cancel, auth, 'cancelFax')]),
    ...(webhooks.length === 0 ? [] : [webhookMethod]),
  ];
}

function sendMethod(call: CallPlan, auth: AuthPlan): string {
  return `  /** Sends once: the platform sends again what surely was not sent. The file stays outside the sandbox. */
  ‹override ›async sendFax(to‹: string›, filePath‹: string›, options‹: FaxOptions›)‹: Promise<FaxAnswer>› {
${mark(call.body)}    const response = await this.context.http.request(${requestOf(call, auth)});
    return faxAnswer(response, sendAnswer);
  }`;
}

function mark(body: BodyPlan): string {
  return body.kind === 'json' && body.hasFile
    ? '    const mark = this.context.crypto.randomUUID();\n'
    : '';
}

function askMethod(call: CallPlan, auth: AuthPlan, name: 'getStatus' | 'cancelFax'): string {
  const [answer, map] =
    name === 'getStatus' ? ['faxAnswer', 'statusAnswer'] : ['cancelAnswer', 'cancelledAnswer'];
  return `  ‹override ›async ${name}(jobId‹: string›)‹: Promise<FaxAnswer>› {
    const response = await this.context.http.request(${requestOf(call, auth)});
    return { jobId, ...${answer}(response, ${map}) };
  }`;
}

const webhookMethod = `  /** What a webhook has brought, its sender verified. */
  ‹override ›async handleWebhook(headers‹: Readonly<Record<string, string>>›, body‹: unknown›)‹: Promise<FaxAnswer | void>› {
    const map = webhookAnswers[this.context.webhook?.name ?? ''];
    if (map === undefined) return undefined;
    const response = { status: 200, headers: { ...headers }, body };
    const jobId = idOf(response, map.jobId);
    return jobId === undefined ? undefined : { jobId, ...statusOf(response, map) };
  }`;

function requestOf({ method, url, query, headers, body }: CallPlan, auth: AuthPlan): string {
  const pairs = [...query.map(nodeField), ...auth.query.map(authQuery)];
  const address =
    pairs.length === 0 ? nodeUrl(url) : `withQuery(${nodeUrl(url)}, fields(${pairs.join(', ')}))`;
  const all = [
    ...(headers.some(isContentType) ? [] : contentType(body)),
    ...headers.map(({ name, value }) => `${scriptText(name)}: textOf(${nodeExpression(value)})`),
    ...auth.headers.map(authHeader),
  ];
  const lines = [
    `method: ${scriptText(method)}`,
    `url: ${address}`,
    ...(all.length === 0 ? [] : [`headers: { ${all.join(', ')} }`]),
    ...bodyOf(body),
  ];
  return `{\n${lines.map((line) => `      ${line},\n`).join('')}    }`;
}

function isContentType({ name }: FieldPlan): boolean {
  return name.toLowerCase() === 'content-type';
}

function contentType(body: BodyPlan): string[] {
  if (body.kind === 'binary') return [`'Content-Type': ${scriptText(body.contentType)}`];
  if (body.kind === 'form') return ["'Content-Type': 'application/x-www-form-urlencoded'"];
  return body.kind === 'json' ? ["'Content-Type': 'application/json'"] : [];
}

function bodyOf(body: BodyPlan): string[] {
  switch (body.kind) {
    case 'none':
      return [];
    case 'json':
      return body.hasFile
        ? [`bodyPieces: withFile(${nodeTree(body.json)}, mark, filePath)`]
        : [`body: JSON.stringify(${nodeTree(body.json)})`];
    case 'form':
      return [
        `body: new URLSearchParams(fields(${body.fields.map(nodeField).join(', ')})).toString()`,
      ];
    case 'multipart':
      return [
        `multipart: parts(\n${body.parts.map((part) => `        ${partOf(part)},\n`).join('')}      )`,
      ];
    case 'binary':
      return ['bodyFile: filePath'];
  }
}

function partOf(part: PartPlan): string {
  if (part.kind === 'json')
    return `{ name: ${scriptText(part.name)}, value: JSON.stringify(${nodeTree(part.json)}), contentType: ${scriptText(part.contentType)} }`;
  if (part.kind === 'value') {
    const { name, value, isOptional, isRepeated } = part.field;
    const last = isOptional ? ", 'optional'" : '';
    return isRepeated
      ? `...fields(${nodeField(part.field)}).map(([name, value]) => ({ name, value }))`
      : `part(${scriptText(name)}, ${nodeExpression(value)}${last})`;
  }
  const { name, filename, contentType: type } = part;
  const members = [
    `name: ${scriptText(name)}`,
    'file: filePath',
    ...(filename === undefined ? [] : [`filename: textOf(${nodeExpression(filename)})`]),
    ...(type === undefined ? [] : [`contentType: ${scriptText(type)}`]),
  ];
  return `{ ${members.join(', ')} }`;
}

function authHeader(field: AuthField): string {
  return `${scriptText(field.name)}: ${credential(field)}`;
}

function authQuery(field: AuthField): string {
  return `[${scriptText(field.name)}, ${credential(field)}]`;
}

function credential({ prefix, credentials }: AuthField): string {
  const values = credentials.map((name) =>
    name === '' ? "''" : `requireConfig(this.context, ${scriptText(name)})`,
  );
  const value = values.length === 1 ? (values[0] ?? '') : `base64Of(${values.join(" + ':' + ")})`;
  return prefix === '' ? value : `${scriptText(prefix)} + ${value}`;
}

function mapsOf({ send, status, cancel, webhooks }: CodePlan): string[] {
  const maps = [
    ...(send === undefined ? [] : [mapOf('sendAnswer', send.answer, 'accepted')]),
    ...(status === undefined ? [] : [mapOf('statusAnswer', status.answer, 'unknown')]),
    ...(cancel === undefined ? [] : [mapOf('cancelledAnswer', cancel.answer, 'cancelled')]),
  ];
  if (webhooks.length === 0) return maps;
  const named = webhooks.map(
    ({ name, ...map }) =>
      `  [${scriptText(name)}]: ${scriptValue({ ...map, unsaid: 'unknown' })},\n`,
  );
  const type = 'Readonly<Record<string, StatusMap & { readonly jobId?: Extract }>>';
  return [...maps, `const webhookAnswers‹: ${type}› = {\n${named.join('')}};`];
}

function mapOf(name: string, answer: AnswerPlan, unsaid: JobStatus): string {
  const members = Object.entries({ ...answer, unsaid: answer.unsaid ?? unsaid })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${key}: ${scriptValue(value)},\n`);
  return `const ${name}‹: AnswerMap› = {\n${members.join('')}};`;
}
