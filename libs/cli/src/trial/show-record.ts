import { answerAt, numberAt, textAt, type Answer } from '../platform/answer.ts';
import { oneLine } from '../terminal/table.ts';

const maxText = 160;

/** One line about what happened in a trial. */
export function showRecord(record: Answer): string {
  const kind = textAt(record, 'kind');
  return `${kind.padEnd(10)} ${cut(oneLine(contentOf(kind, record)))}`;
}

function contentOf(kind: string, record: Answer): string {
  switch (kind) {
    case 'item':
      return `${textAt(record, 'type')} ${textAt(record, 'externalId')} ${json(record['data'])}`;
    case 'delete':
      return `${textAt(record, 'type')} ${textAt(record, 'externalId')}`;
    case 'refused':
      return `${textAt(record, 'type')} ${textAt(record, 'externalId')}: ${textAt(record, 'reason')}`;
    case 'event':
      return `${textAt(record, 'subject')} ${json(record['payload'])}`;
    case 'checkpoint':
      return json(record['state']);
    case 'log':
      return `${textAt(record, 'level')} ${textAt(record, 'message')} ${fieldsOf(record)}`;
    case 'http':
      return `${textAt(record, 'method')} ${textAt(record, 'url')} ${textAt(record, 'fault') || textAt(record, 'status')} ${textAt(record, 'tookMs')} ms`;
    default:
      return endOf(record);
  }
}

function endOf(record: Answer): string {
  const error = answerAt(record, 'error');
  const used = `${textAt(record, 'requests')} requests, ${String(Math.round(numberAt(record, 'cpuMs')))} ms CPU, ${textAt(record, 'wallMs')} ms`;
  const wait = numberAt(record, 'retryAfterMs');
  const why =
    error === undefined
      ? wait > 0
        ? `: the source asks to wait ${String(Math.ceil(wait / 1000))} s`
        : ''
      : `: ${textAt(error, 'message')} (${textAt(error, 'code')})`;
  const result = record['result'] === undefined ? '' : `; result ${json(record['result'])}`;
  const effect = textAt(record, 'effect');
  return `${textAt(record, 'outcome')}${why}${effect === '' ? '' : `; effect ${effect}`}; ${used}${result}`;
}

function fieldsOf(record: Answer): string {
  const text = json(record['fields']);
  return text === '{}' ? '' : text;
}

const json = (value: unknown): string => JSON.stringify(value) ?? '';

const cut = (text: string): string =>
  text.length > maxText ? `${text.slice(0, maxText - 1)}…` : text;
