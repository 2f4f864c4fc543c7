import { sampleAnswer, type SampleAnswer } from '../../code/sample-answer.ts';
import type { AuthField, CallPlan, CodePlan } from '../../code/plan.ts';
import { usesFile, usesTo } from '../../code/used-values.ts';
import { pythonText, pythonValue } from '../../text/literals.ts';

/** What the tests of generated code know of it. */
export interface PythonTestsOf {
  readonly className: string;
  /** The folder of the plugin, beside that of the tests. */
  readonly directory: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Tests that run with unittest and the SDK alone. */
export function pythonTests(plan: CodePlan, of: PythonTestsOf): string {
  const { send, status, cancel, auth } = plan;
  const tests = [
    ...(send === undefined
      ? []
      : [...sendTest(send), ...credentialTests(auth.headers), refusalTest]),
    ...(status === undefined ? [] : askTest(status, 'get_status', 'unknown')),
    ...(cancel === undefined ? [] : askTest(cancel, 'cancel_fax', 'cancelled')),
    ...unknownTest(status),
  ];
  return `${kit(of)}


class PluginTest(unittest.IsolatedAsyncioTestCase):
${tests.join('\n\n')}


if __name__ == "__main__":
    unittest.main()
`;
}

function kit({ className, directory, config }: PythonTestsOf): string {
  const path = directory
    .split('/')
    .map((part) => ` / ${pythonText(part)}`)
    .join('');
  return `"""Tests of the provider; nothing leaves this process."""

from __future__ import annotations

import importlib.util
import json
import pathlib
import sys
import types
import unittest
import urllib.parse
from typing import Any, Dict, List

from madeopen_plugin import FaxFile, HttpError, HttpResponse

SOURCE = pathlib.Path(__file__).resolve().parents[1]${path} / "plugin.py"
SPEC = importlib.util.spec_from_file_location("generated_plugin", SOURCE)
assert SPEC is not None and SPEC.loader is not None
MODULE = importlib.util.module_from_spec(SPEC)
sys.modules["generated_plugin"] = MODULE
SPEC.loader.exec_module(MODULE)

CONFIG = ${pythonValue(config)}
FILE = {
    "file_id": "f" * 64,
    "name": "a.pdf",
    "mime_type": "application/pdf",
    "size_bytes": 3,
    "url": "https://files.example/a.pdf",
}
OPTIONS = {
    "from": "+15550199",
    "file": FILE,
    "idempotency_key": "key-1",
    "webhook_url": "https://hooks.example/w",
}


${httpDouble}


def begin(status: int, headers: Any, body: Any) -> Any:
    plugin = MODULE.${className}()
    http = Http(HttpResponse(status=status, headers=headers, body=body))
    plugin.context = types.SimpleNamespace(config=CONFIG, http=http, webhook=None)
    return plugin, http.requests


def sent(request: Dict[str, Any]) -> str:
    return urllib.parse.unquote(json.dumps(request, default=str))`;
}

const httpDouble = `class Http:
    """Answers always the same, and keeps what it was asked."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer
        self.requests: List[Dict[str, Any]] = []

    async def request(self, url: str, method: str = "GET", **more: Any) -> HttpResponse:
        self.requests.append({"url": url, "method": method, **more})
        return self.answer`;

function sendTest(call: CallPlan): string[] {
  const sample = sampleAnswer(call.answer, 'accepted');
  if (sample === undefined) return [];
  const lines = [
    `plugin, requests = begin(${answerText(sample)})`,
    'result = await plugin.send_fax("+15550100", FaxFile.of(FILE), OPTIONS)',
    `self.assertEqual(result.status, ${pythonText(sample.expected)})`,
    ...(sample.jobId === undefined
      ? []
      : [`self.assertEqual(result.job_id, ${pythonText(sample.jobId)})`]),
    'self.assertEqual(len(requests), 1)',
    `self.assertEqual(requests[0]["method"], ${pythonText(call.method)})`,
    'self.assertTrue(requests[0]["url"].startswith("https://"))',
    ...(usesTo(call) ? ['self.assertIn("15550100", sent(requests[0]))'] : []),
    ...(usesFile(call) ? ['self.assertIn(FILE["file_id"], sent(requests[0]))'] : []),
  ];
  return [method('sends_a_fax', lines)];
}

function credentialTests(headers: readonly AuthField[]): string[] {
  return headers.map(({ name, prefix }) =>
    method('proves_who_sends', [
      'plugin, requests = begin(200, {}, {})',
      'await plugin.send_fax("+15550100", FaxFile.of(FILE), OPTIONS)',
      `value = requests[0]["headers"][${pythonText(name)}]`,
      `self.assertTrue(value.startswith(${pythonText(prefix)}))`,
      `self.assertGreater(len(value), ${String(Array.from(prefix).length)})`,
    ]),
  );
}

const refusalTest = method('says_what_was_refused_and_leaves_the_rest_to_the_platform', [
  'plugin, _ = begin(422, {}, {})',
  'result = await plugin.send_fax("+15550100", FaxFile.of(FILE), OPTIONS)',
  'self.assertEqual(result.status, "failed")',
  'plugin, _ = begin(503, {}, {})',
  'with self.assertRaises(HttpError):',
  '    await plugin.send_fax("+15550100", FaxFile.of(FILE), OPTIONS)',
]);

function askTest(call: CallPlan, name: string, unsaid: 'unknown' | 'cancelled'): string[] {
  const sample = sampleAnswer(call.answer, unsaid);
  if (sample === undefined) return [];
  const test = method(name === 'get_status' ? 'asks_how_a_fax_stands' : 'cancels_a_fax', [
    `plugin, requests = begin(${answerText(sample)})`,
    `result = await plugin.${name}("job-1")`,
    `self.assertEqual(result.status, ${pythonText(sample.expected)})`,
    `self.assertEqual(requests[0]["method"], ${pythonText(call.method)})`,
    `await plugin.${name}("../../x?y=1#")`,
    'there, elsewhere = (urllib.parse.urlsplit(each["url"]) for each in requests)',
    'self.assertEqual(there.path.count("/"), elsewhere.path.count("/"))',
    'self.assertEqual(elsewhere.fragment, "")',
  ]);
  return [test];
}

function unknownTest(call: CallPlan | undefined): string[] {
  if (call?.answer.status?.source !== 'body') return [];
  const { when, ranges } = call.answer;
  if (when.length > 0 || ranges.length > 0) return [];
  const sample = sampleAnswer(
    { ...call.answer, statuses: { 'a word of tomorrow': 'unknown' } },
    'unknown',
  );
  if (sample === undefined) return [];
  return [
    method('takes_no_word_that_it_does_not_know_for_a_success', [
      `plugin, _ = begin(${answerText(sample)})`,
      'self.assertEqual((await plugin.get_status("job-1")).status, "unknown")',
    ]),
  ];
}

function method(name: string, lines: readonly string[]): string {
  return [
    `    async def test_${name}(self) -> None:`,
    ...lines.map((line) => `        ${line}`),
  ].join('\n');
}

function answerText({ status, headers, body }: SampleAnswer): string {
  return [status, headers, body].map((each) => pythonValue(each)).join(', ');
}
