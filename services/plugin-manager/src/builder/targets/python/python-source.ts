import type { JobStatus } from '@made-open/http-manifest';
import type { AnswerPlan, AuthPlan, BodyPlan, CallPlan, CodePlan } from '../../code/plan.ts';
import { pythonText, pythonValue } from '../../text/literals.ts';
import { withHelpers } from '../with-helpers.ts';
import { pythonHelpers } from './python-helpers.ts';
import { pythonRequest } from './python-request.ts';

/** Code of a provider of faxes: one module. */
export function pythonSource(plan: CodePlan, className: string): string {
  const body = [
    `class ${className}(FaxPlugin):
    """A provider of faxes. Each call of the platform goes initialize, the function, shutdown."""

${methodsOf(plan).join('\n\n')}`,
    `plugin = ${className}()`,
    ...mapsOf(plan),
  ].join('\n\n\n');
  const code = [body, ...withHelpers(body, pythonHelpers)].join('\n\n\n');
  return `${importsOf(code)}\n\n\n${code}\n`;
}

function importsOf(code: string): string {
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`, 'u').test(code);
  const modules = [
    ['base64', 'base64.'],
    ['json', 'json.'],
    ['math', 'math.'],
    ['re', 're.'],
    ['urllib.parse', 'urllib.'],
    ['uuid', 'uuid.'],
  ].filter(([, call = '']) => new RegExp(`(?<![\\w.])${call.replace('.', '\\.')}`, 'u').test(code));
  const typing = ['Any', 'Dict', 'List', 'Mapping', 'Optional', 'Sequence', 'Tuple'].filter(uses);
  const sdk = [
    'FaxPlugin',
    'Form',
    'HttpError',
    'HttpResponse',
    'SendResult',
    'StatusResult',
    'require_config',
  ].filter(uses);
  return [
    '"""A provider of faxes."""\n',
    'from __future__ import annotations\n',
    ...modules.map(([name = '']) => `import ${name}`),
    `from typing import ${typing.join(', ')}\n`,
    `from madeopen_plugin import ${sdk.join(', ')}`,
  ].join('\n');
}

function methodsOf({ send, status, cancel, webhooks, auth }: CodePlan): string[] {
  return [
    ...(send === undefined ? [] : [sendMethod(send, auth)]),
    ...(status === undefined ? [] : [statusMethod(status, auth)]),
    ...(cancel === undefined ? [] : [cancelMethod(cancel, auth)]),
    ...(webhooks.length === 0 ? [] : [webhookMethod]),
  ];
}

function sendMethod(call: CallPlan, auth: AuthPlan): string {
  return `    async def send_fax(
        self, to_number: str, file_path: str, options: Optional[Mapping[str, Any]] = None
    ) -> SendResult:
        """Sends once: the platform sends again what surely was not sent. The file stays outside the sandbox."""
        options = options or {}
${mark(call.body)}        response = await self.context.http.request(
${pythonRequest(call, auth)}        )
        return SendResult(**fax_answer(response, SEND_ANSWER))`;
}

function mark(body: BodyPlan): string {
  return body.kind === 'json' && body.hasFile ? '        mark = str(uuid.uuid4())\n' : '';
}

function statusMethod(call: CallPlan, auth: AuthPlan): string {
  return `    async def get_status(self, job_id: str) -> StatusResult:
        response = await self.context.http.request(
${pythonRequest(call, auth)}        )
        found = fax_answer(response, STATUS_ANSWER)
        return StatusResult(
            **{**found, "job_id": found["job_id"] or job_id}, pages=pages_of(response, STATUS_ANSWER)
        )`;
}

function cancelMethod(call: CallPlan, auth: AuthPlan): string {
  return `    async def cancel_fax(self, job_id: str) -> StatusResult:
        response = await self.context.http.request(
${pythonRequest(call, auth)}        )
        return StatusResult(job_id=job_id, **cancel_answer(response, CANCEL_ANSWER))`;
}

const webhookMethod = `    async def handle_webhook(
        self, headers: Mapping[str, str], body: Any
    ) -> Optional[StatusResult]:
        """What a webhook has brought, its sender verified."""
        webhook = self.context.webhook
        answer = WEBHOOK_ANSWERS.get("" if webhook is None else webhook.name)
        if answer is None:
            return None
        response = HttpResponse(status=200, headers=dict(headers), body=body)
        job_id = id_of(response, answer.get("jobId"))
        return None if job_id is None else StatusResult(job_id=job_id, **status_of(response, answer))`;

function mapsOf({ send, status, cancel, webhooks }: CodePlan): string[] {
  const maps = [
    ...(send === undefined ? [] : [mapOf('SEND_ANSWER', send.answer, 'accepted')]),
    ...(status === undefined ? [] : [mapOf('STATUS_ANSWER', status.answer, 'unknown')]),
    ...(cancel === undefined ? [] : [mapOf('CANCEL_ANSWER', cancel.answer, 'cancelled')]),
  ];
  if (webhooks.length === 0) return maps;
  const named = webhooks.map(
    ({ name, ...map }) =>
      `    ${pythonText(name)}: ${pythonValue({ ...map, unsaid: 'unknown' })},\n`,
  );
  return [...maps, `WEBHOOK_ANSWERS: Mapping[str, Mapping[str, Any]] = {\n${named.join('')}}`];
}

function mapOf(name: string, answer: AnswerPlan, unsaid: JobStatus): string {
  const members = Object.entries({ ...answer, unsaid: answer.unsaid ?? unsaid })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `    ${pythonText(key)}: ${pythonValue(value)},\n`);
  return `${name}: Mapping[str, Any] = {\n${members.join('')}}`;
}
