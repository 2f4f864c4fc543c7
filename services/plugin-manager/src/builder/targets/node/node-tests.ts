import { sampleAnswer, type SampleAnswer } from '../../code/sample-answer.ts';
import type { AuthField, CallPlan, CodePlan } from '../../code/plan.ts';
import { usesFile, usesTo } from '../../code/used-values.ts';
import { scriptText, scriptValue } from '../../text/literals.ts';

/** What the tests of generated code know of it. */
export interface NodeTestsOf {
  readonly className: string;
  readonly entry: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Tests that run with Node alone. */
export function nodeTests(plan: CodePlan, { className, entry, config }: NodeTestsOf): string {
  const { send, status, cancel, auth } = plan;
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ${className} } from ${scriptText(entry)};
‹import type { HostContext, HttpRequest } from '@made-open/plugin-sdk';›

${kit(className, config)}

${[
  ...(send === undefined ? [] : [sendTest(send), ...credentialTests(auth.headers), refusalTest()]),
  ...(status === undefined ? [] : [askTest(status, 'getStatus', 'unknown')]),
  ...(cancel === undefined ? [] : [askTest(cancel, 'cancelFax', 'cancelled')]),
  ...(status === undefined ? [] : [unknownTest(status)]),
]
  .filter((text) => text !== '')
  .join('\n\n')}
`;
}

function kit(className: string, config: Readonly<Record<string, unknown>>): string {
  return `const config = ${scriptValue(config)};
const file = { file_id: 'f'.repeat(64), name: 'a.pdf', mime_type: 'application/pdf', size_bytes: 3, url: 'https://files.example/a.pdf' };
const options = { from: '+15550199', file, idempotencyKey: 'key-1', webhookUrl: 'https://hooks.example/w' };

/** The plugin, and what it asks for; nothing leaves this process. */
function begin(answer‹: { status: number; headers: Record<string, string>; body: unknown }›)‹: { plugin: ${className}; requests: HttpRequest[] }› {
  const requests‹: HttpRequest[]› = [];
  const http = {
    request: (request‹: HttpRequest›) => {
      requests.push(request);
      return Promise.resolve(answer);
    },
  };
  const plugin = new ${className}();
  const crypto = { randomUUID: () => '00000000-0000-4000-8000-000000000000' };
  plugin.context = { config, http, crypto }‹ as unknown as HostContext›;
  return { plugin, requests };
}`;
}

function sendTest(call: CallPlan): string {
  const sample = sampleAnswer(call.answer, 'accepted');
  if (sample === undefined) return '';
  return `test('sends a fax', async () => {
  const { plugin, requests } = begin(${answerText(sample)});
  const result = await plugin.sendFax('+15550100', file.file_id, options);
  assert.equal(result.status, ${scriptText(sample.expected)});
${sample.jobId === undefined ? '' : `  assert.equal(result.jobId, ${scriptText(sample.jobId)});\n`}  assert.equal(requests.length, 1);
  assert.equal(requests[0]?.method, ${scriptText(call.method)});
  assert.ok(requests[0]?.url.startsWith('https://'));
${usesTo(call) ? `  assert.match(decodeURIComponent(JSON.stringify(requests[0])), /15550100/u);\n` : ''}${usesFile(call) ? `  assert.ok(JSON.stringify(requests[0]).includes(file.file_id));\n` : ''}});`;
}

function credentialTests(headers: readonly AuthField[]): string[] {
  return headers.map(
    ({ name, prefix }) => `test('proves who sends', async () => {
  const { plugin, requests } = begin({ status: 200, headers: {}, body: {} });
  await plugin.sendFax('+15550100', file.file_id, options);
  const value = requests[0]?.headers?.[${scriptText(name)}] ?? '';
  assert.ok(value.startsWith(${scriptText(prefix)}) && value.length > ${String(prefix.length)});
});`,
  );
}

function refusalTest(): string {
  return `test('says what the provider refused, and leaves faults in passing to the platform', async () => {
  const refused = begin({ status: 422, headers: {}, body: {} });
  assert.equal((await refused.plugin.sendFax('+15550100', file.file_id, options)).status, 'failed');
  const broken = begin({ status: 503, headers: {}, body: {} });
  await assert.rejects(broken.plugin.sendFax('+15550100', file.file_id, options), { status: 503 });
});`;
}

function askTest(call: CallPlan, name: string, unsaid: 'unknown' | 'cancelled'): string {
  const sample = sampleAnswer(call.answer, unsaid);
  if (sample === undefined) return '';
  return `test('${name === 'getStatus' ? 'asks how a fax stands' : 'cancels a fax'}', async () => {
  const { plugin, requests } = begin(${answerText(sample)});
  assert.equal((await plugin.${name}('job-1')).status, ${scriptText(sample.expected)});
  assert.equal(requests[0]?.method, ${scriptText(call.method)});
  const there = new URL(requests[0]?.url ?? '');
  await plugin.${name}('../../x?y=1#');
  const elsewhere = new URL(requests[1]?.url ?? '');
  assert.equal(elsewhere.pathname.split('/').length, there.pathname.split('/').length);
  assert.equal(elsewhere.hash, '');
});`;
}

function unknownTest(call: CallPlan): string {
  const { status, when } = call.answer;
  if (status?.source !== 'body' || when.length > 0 || call.answer.ranges.length > 0) return '';
  const sample = sampleAnswer(
    { ...call.answer, statuses: { 'a word of tomorrow': 'unknown' } },
    'unknown',
  );
  if (sample === undefined) return '';
  return `test('takes no word that it does not know for a success', async () => {
  const { plugin } = begin(${answerText(sample)});
  assert.equal((await plugin.getStatus('job-1')).status, 'unknown');
});`;
}

function answerText({ status, headers, body }: SampleAnswer): string {
  return scriptValue({ status, headers, body });
}
