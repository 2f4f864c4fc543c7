import { lineCount, readRecords, type RecordSection } from '@made-open/contracts';
import { readObject } from '../host/processes/sandbox-failure.ts';
import type { TrialRecord } from './trial-request.ts';

const decoder = new TextDecoder();

/** The records of a frame one by one, as its author thinks of them. */
export function trialRecords(bytes: Uint8Array): TrialRecord[] {
  const { sections, lines } = readRecords(bytes);
  let at = 0;
  return sections.flatMap((section) => {
    const own = lines.slice(at, at + lineCount(section)).map((line) => decoder.decode(line));
    at += lineCount(section);
    return recordsOf(section, own);
  });
}

function recordsOf(section: RecordSection, lines: readonly string[]): TrialRecord[] {
  switch (section.kind) {
    case 'item':
      return section.ids.map((externalId, index) => {
        const [data = 'null', raw = 'null'] = (lines[index] ?? '').split('\t', 2);
        const { type } = section;
        return { kind: 'item', type, externalId, data: parse(data), raw: parse(raw) };
      });
    case 'delete':
      return section.ids.map((externalId) => ({ kind: 'delete', type: section.type, externalId }));
    case 'refused':
      return section.ids.map((externalId, index) => ({
        kind: 'refused',
        type: section.type,
        externalId,
        reason: section.reasons[index] ?? '',
      }));
    case 'event':
      return section.subjects.map((subject, index) => ({
        kind: 'event',
        subject,
        payload: parse(lines[index] ?? 'null'),
      }));
    default:
      return lines.map((line) => ({
        kind: 'checkpoint',
        state: readObject(line)['state'] ?? null,
      }));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
